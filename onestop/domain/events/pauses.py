"""The clock stands still and goes on."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from onestop.domain.events.values import (
    Kept,
    Offer,
    PaperTick,
    PauseKind,
    PersonalRef,
    PromiseLine,
    StepRef,
)
from onestop.domain.statuses import Action
from onestop.domain.working_time import Amount


@dataclass(frozen=True, slots=True)
class PauseOpened:
    """The clock of the whole stands still; remaining working time is kept.

    `kept` holds what each promise had left, without those that were late already (rule R5);
    `kept_step` the same for the step, whose own clock runs on in a step that is not counted. A
    second request for papers names the proposal that a leader approved with it.
    """

    TYPE: ClassVar = "pause_opened"
    V: ClassVar = 1
    ACTIONS: ClassVar = {
        PauseKind.SUPPLEMENT: Action.REQUEST_SUPPLEMENT,
        PauseKind.PAYMENT: Action.REQUEST_PAYMENT,
        PauseKind.SUSPENSION: Action.SUSPEND,
        PauseKind.UNCOUNTED: Action.STAND_STILL,
    }

    pause: int
    kind: PauseKind
    step: str
    attempt: int
    reason: str
    papers: tuple[str, ...]
    amount: int | None
    citizen_due_at: datetime | None
    kept: tuple[Kept, ...]
    kept_step: Amount | None
    calendars: tuple[str, ...]
    personal: tuple[PersonalRef, ...] = ()
    proposal: int = 0

    @property
    def ACTION(self) -> Action:  # noqa: N802 - stands where the other events have a constant
        """The action of the transition table that opens this kind of pause."""
        return Action.APPROVE_SUPPLEMENT if self.proposal else self.ACTIONS[self.kind]


@dataclass(frozen=True, slots=True)
class PauseClosed:
    """What the clock waited for has come: it goes on with the time that was kept."""

    TYPE: ClassVar = "pause_closed"
    V: ClassVar = 1
    ACTIONS: ClassVar = {
        PauseKind.SUPPLEMENT: Action.TAKE_IN_SUPPLEMENT,
        PauseKind.PAYMENT: Action.TAKE_IN_PAYMENT,
        PauseKind.SUSPENSION: Action.RESUME,
        PauseKind.UNCOUNTED: Action.RUN_ON,
    }

    pause: int
    kind: PauseKind
    papers: tuple[PaperTick, ...]
    amount: int | None
    promises: tuple[PromiseLine, ...]
    step_due_at: datetime | None
    step_late_at: datetime | None
    finished: tuple[StepRef, ...]
    offers: tuple[Offer, ...]
    calendars: tuple[str, ...]
    skipped: tuple[str, ...] = ()
    step_left: Amount | None = None
    step_since: datetime | None = None
    personal: tuple[PersonalRef, ...] = ()

    @property
    def ACTION(self) -> Action:  # noqa: N802 - stands where the other events have a constant
        """The action of the transition table that closes this kind of pause."""
        return self.ACTIONS[self.kind]


@dataclass(frozen=True, slots=True)
class CitizenReminded:
    """The citizen was told that the term for what was asked ends soon, and what follows then."""

    TYPE: ClassVar = "citizen_reminded"
    V: ClassVar = 1
    ACTION: ClassVar = Action.REMIND

    pause: int
    citizen_due_at: datetime
