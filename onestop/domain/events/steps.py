"""What happens to the steps of a route: taken, done, sent back, refused, given to another."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from onestop.domain.events.values import Offer, PersonalRef, PromiseLine, StepRef
from onestop.domain.statuses import Action


@dataclass(frozen=True, slots=True)
class StepAccepted:
    """An officer took an offered step, or took it over from a colleague."""

    TYPE: ClassVar = "step_accepted"
    V: ClassVar = 1
    ACTION: ClassVar = Action.ACCEPT_STEP

    step: str
    attempt: int


@dataclass(frozen=True, slots=True)
class StepFinished:
    """A step is done; the next ones are offered, optional branches opened or skipped."""

    TYPE: ClassVar = "step_finished"
    V: ClassVar = 1
    ACTION: ClassVar = Action.FINISH_STEP

    step: str
    attempt: int
    offers: tuple[Offer, ...]
    skipped: tuple[str, ...] = ()
    registered_on: date | None = None
    late_reason: str | None = None
    personal: tuple[PersonalRef, ...] = ()
    promises: tuple[PromiseLine, ...] = ()


@dataclass(frozen=True, slots=True)
class SentBack:
    """A step sent an earlier one back for rework: a new attempt with the time it had left."""

    TYPE: ClassVar = "sent_back"
    V: ClassVar = 1
    ACTION: ClassVar = Action.SEND_BACK

    step: str
    attempt: int
    target: str
    reason: str
    withdrawn: tuple[StepRef, ...]
    stale: tuple[StepRef, ...]
    offers: tuple[Offer, ...]
    personal: tuple[PersonalRef, ...] = ()


@dataclass(frozen=True, slots=True)
class StepRefused:
    """An agency did not take what was offered: the step before starts a new attempt.

    The offered attempt is withdrawn. Source: docs/rules.md, rule R8.
    """

    TYPE: ClassVar = "step_refused"
    V: ClassVar = 1
    ACTION: ClassVar = Action.REFUSE_STEP

    step: str
    attempt: int
    target: str
    reason: str
    withdrawn: tuple[StepRef, ...]
    stale: tuple[StepRef, ...]
    offers: tuple[Offer, ...]
    personal: tuple[PersonalRef, ...] = ()


@dataclass(frozen=True, slots=True)
class StepReassigned:
    """A leader gave a step to another officer; its dates stay as they were."""

    TYPE: ClassVar = "step_reassigned"
    V: ClassVar = 1
    ACTION: ClassVar = Action.REASSIGN

    step: str
    attempt: int
    holder: int
    reason: str
    personal: tuple[PersonalRef, ...] = ()
