"""How the work ends, and how a leader opens it again."""

from dataclasses import dataclass
from typing import ClassVar

from onestop.domain.events.values import (
    Delivery,
    Offer,
    PersonalRef,
    PromiseLine,
    StepRef,
)
from onestop.domain.statuses import Action


@dataclass(frozen=True, slots=True)
class ResultAccepted:
    """The desk holds the result: the work is finished and punctuality is fixed (status 9).

    `reason` says why the result is a refusal, "" otherwise and for what was written before there
    was one.
    """

    TYPE: ClassVar = "result_accepted"
    V: ClassVar = 1
    ACTION: ClassVar = Action.ACCEPT_RESULT

    step: str
    attempt: int
    outcome: str = "granted"
    personal: tuple[PersonalRef, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ResultReturned:
    """The citizen has the result (status 10)."""

    TYPE: ClassVar = "result_returned"
    V: ClassVar = 1
    ACTION: ClassVar = Action.RETURN_RESULT

    step: str
    attempt: int
    delivery: Delivery
    receipt_lost: bool = False
    collected: int = 0
    personal: tuple[PersonalRef, ...] = ()


@dataclass(frozen=True, slots=True)
class DossierWithdrawn:
    """The applicant took the dossier back (status 7)."""

    TYPE: ClassVar = "dossier_withdrawn"
    V: ClassVar = 1
    ACTION: ClassVar = Action.WITHDRAW

    reason: str
    personal: tuple[PersonalRef, ...] = ()


@dataclass(frozen=True, slots=True)
class DossierStopped:
    """A leader ended the work without a result (status 8, stopped)."""

    TYPE: ClassVar = "dossier_stopped"
    V: ClassVar = 1
    ACTION: ClassVar = Action.STOP

    reason: str
    fee_kept: bool = True
    personal: tuple[PersonalRef, ...] = ()


@dataclass(frozen=True, slots=True)
class DossierReopened:
    """A leader opened a finished or stopped dossier again; one step starts a new attempt."""

    TYPE: ClassVar = "dossier_reopened"
    V: ClassVar = 1
    ACTION: ClassVar = Action.REOPEN

    reason: str
    target: str
    stale: tuple[StepRef, ...]
    promises: tuple[PromiseLine, ...]
    offers: tuple[Offer, ...]
    calendars: tuple[str, ...]
    personal: tuple[PersonalRef, ...] = ()
