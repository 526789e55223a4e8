"""What must follow by itself: the clock stops, or goes on, with a step that began or ended."""

from dataclasses import replace
from datetime import datetime

from onestop.domain.dossier import LIVE, DossierState, PauseState, StepState
from onestop.domain.errors import DomainError
from onestop.domain.events import (
    TOTAL,
    PauseClosed,
    PauseKind,
    PauseOpened,
    PersonalRef,
    StepRef,
)
from onestop.domain.routes import StepKind
from onestop.domain.turns import CalendarOf, keep_promises, keep_step, renew_promises
from onestop.domain.working_time import WorkingCalendar

FINANCIAL_OBLIGATION = "financial_obligation"
"""The reason of the pause between two phases of a procedure."""
NOT_COUNTED = "not_counted"
"""The reason of the pause around a step whose time the law does not count."""


class NothingAsked(DomainError):
    """A request for papers that names none, or for a payment of nothing."""


def following(
    state: DossierState, *, at: datetime, calendar_of: CalendarOf, payment: int = 0
) -> PauseOpened | PauseClosed | None:
    """Return what must follow by itself now, None when nothing must; ask again after it.

    A step that only waits for the citizen stops the clock for `payment` dong; a step that the law
    does not count stops the clock of the whole until it has ended, its own runs on. What opens
    comes before what closes, so that standstills that follow each other are one.
    Raises NothingAsked for a payment of nothing. Source: docs/rules.md, rules R6, R7.
    """
    for step in state.live_steps:
        planned = state.planned(step.step)
        if planned.kind is StepKind.AWAIT_CITIZEN:
            if step.pause is None:
                return _await_payment(state, step, payment, at, calendar_of)
        elif not planned.counted and not _stands_still(state, step):
            return _uncounted(state, step, at, calendar_of)
    for pause in state.open_pauses:
        held = state.find(StepRef(pause.step, pause.attempt))
        if pause.kind is PauseKind.UNCOUNTED and (held is None or held.status not in LIVE):
            return _counted_again(state, pause, at, calendar_of)
    return None


def if_resumed(state: DossierState, *, at: datetime, calendar: WorkingCalendar) -> datetime | None:
    """Return when the whole would be due if the clock went on at `at`; None when nothing is kept.

    `calendar` is that of the receiving agency.
    """
    renewed = renew_promises(state, at=at, calendar=calendar)
    whole = [line.due_at for line in renewed if line.scope == TOTAL]
    return whole[-1] if whole else None


def opening(
    state: DossierState,
    held: StepState,
    kind: PauseKind,
    reason: str,
    at: datetime,
    calendar_of: CalendarOf,
    personal: tuple[PersonalRef, ...],
) -> PauseOpened:
    """Return the pause that begins at a step, with what it keeps of every promise."""
    total_calendar = calendar_of(state.received.receiving_agency)
    step_calendar = calendar_of(held.agency)
    return PauseOpened(
        pause=len(state.pauses) + 1,
        kind=kind,
        step=held.step,
        attempt=held.attempt,
        reason=reason,
        papers=(),
        amount=None,
        citizen_due_at=None,
        kept=keep_promises(state, at=at, calendar=total_calendar),
        kept_step=keep_step(held, state.planned(held.step).allotment, at, step_calendar),
        calendars=tuple(sorted({total_calendar.id, step_calendar.id})),
        personal=personal,
    )


def _stands_still(state: DossierState, step: StepState) -> bool:
    return any(
        pause.kind is PauseKind.UNCOUNTED and StepRef(pause.step, pause.attempt) == step.ref
        for pause in state.open_pauses
    )


def _await_payment(
    state: DossierState, step: StepState, amount: int, at: datetime, calendar_of: CalendarOf
) -> PauseOpened:
    if amount <= 0:
        raise NothingAsked
    opened = opening(state, step, PauseKind.PAYMENT, FINANCIAL_OBLIGATION, at, calendar_of, ())
    return replace(opened, amount=amount)


def _uncounted(
    state: DossierState, step: StepState, at: datetime, calendar_of: CalendarOf
) -> PauseOpened:
    opened = opening(state, step, PauseKind.UNCOUNTED, NOT_COUNTED, at, calendar_of, ())
    return replace(opened, kept_step=None)


def _counted_again(
    state: DossierState, pause: PauseState, at: datetime, calendar_of: CalendarOf
) -> PauseClosed:
    calendar = calendar_of(state.received.receiving_agency)
    last = len(state.open_pauses) == 1
    return PauseClosed(
        pause=pause.pause,
        kind=pause.kind,
        papers=(),
        amount=None,
        promises=renew_promises(state, at=at, calendar=calendar) if last else (),
        step_due_at=None,
        step_late_at=None,
        finished=(),
        offers=(),
        calendars=(calendar.id,),
    )
