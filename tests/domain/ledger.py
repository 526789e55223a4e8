"""The ledger of a dossier whose clock stood still, written by its own events: what is stored."""

from collections.abc import Sequence
from datetime import datetime

from onestop.domain.dossier import DossierState
from onestop.domain.events import (
    TOTAL,
    Event,
    Ground,
    PauseClosed,
    PauseKind,
    PauseOpened,
    PromiseLine,
    Recorded,
    StepRef,
)
from onestop.domain.explanation import PauseSpan
from onestop.domain.fold import apply
from onestop.domain.limits import Limit, due
from onestop.domain.rights import Role
from onestop.domain.routes import StepKind
from onestop.domain.schedule import offer_step
from onestop.domain.turns import keep_promises, keep_step, renew_promises, resume_step
from onestop.domain.working_time import WorkingCalendar
from tests.domain.dossiers import CENTRE, CLERK, JUSTICE, received, step

KIND = PauseKind.SUPPLEMENT


def dossier_after(
    limit: Limit, received_at: datetime, pauses: Sequence[PauseSpan], calendar: WorkingCalendar
) -> DossierState:
    """Return a dossier received at `received_at` after its pauses.

    The whole and each branch of its route have the same limit and begin together; a pause is asked
    for by the first branch that does not stand still. Every due instant was written into an event
    at its moment. Where a pause ends in the instant in which another begins, the end comes first.
    Raises CalendarExhausted.
    """
    reception = _reception(limit, received_at, len(pauses), calendar)
    state = apply(None, Recorded(1, reception, CLERK, received_at, received_at))
    for at, begins, number in _moments(pauses):
        event = (_opened if begins else _closed)(state, number, at, calendar)
        state = apply(state, Recorded(state.version + 1, event, CLERK, at, at))
    return state


def _moments(pauses: Sequence[PauseSpan]) -> list[tuple[datetime, bool, int]]:
    """When a pause begins (True) or ends, with its number, in order of time."""
    begins = [(pause.started_at, True, n) for n, pause in enumerate(pauses, start=1)]
    ends = [(p.ended_at, False, n) for n, p in enumerate(pauses, start=1) if p.ended_at is not None]
    return sorted(begins + ends)


def _reception(
    limit: Limit, received_at: datetime, branches: int, calendar: WorkingCalendar
) -> Event:
    promise = due(limit, received_at, calendar)
    split = tuple(
        step(f"branch-{n}", StepKind.WORK, JUSTICE, "receive", allotment=limit.to_text(), leg=2)
        for n in range(1, max(branches, 1) + 1)
    )
    return received(
        step("receive", StepKind.RECEIVE, CENTRE, role=Role.CLERK, allotment=None),
        *split,
        step("return", StepKind.RETURN, CENTRE, *(s.key for s in split), allotment=None, leg=3),
        limit=limit.to_text(),
        promises=(PromiseLine(TOTAL, CENTRE, Ground.FIRST, promise.due_at, promise.late_at),),
        offers=tuple(
            offer_step(s, agency=JUSTICE, attempt=1, at=received_at, calendar=calendar)
            for s in split
        ),
    )


def _opened(
    state: DossierState, number: int, at: datetime, calendar: WorkingCalendar
) -> PauseOpened:
    asking = next(one for one in state.live_steps if one.pause is None)
    return PauseOpened(
        pause=number,
        kind=KIND,
        step=asking.step,
        attempt=asking.attempt,
        reason="paper_missing",
        papers=("declaration",),
        amount=None,
        citizen_due_at=None,
        kept=keep_promises(state, at=at, calendar=calendar),
        kept_step=keep_step(asking, state.received.limit, at, calendar),
        calendars=(calendar.id,),
    )


def _closed(
    state: DossierState, number: int, at: datetime, calendar: WorkingCalendar
) -> PauseClosed:
    pause = next(one for one in state.open_pauses if one.pause == number)
    last = len(state.open_pauses) == 1
    held = state.find(StepRef(pause.step, pause.attempt))
    kept = pause.keeps_step.amount if pause.keeps_step else None
    step_due = None
    if kept is not None:
        step_due = resume_step(held, kept, paused_at=pause.opened_at, at=at, calendar=calendar)
    return PauseClosed(
        pause=number,
        kind=KIND,
        papers=(),
        amount=None,
        promises=renew_promises(state, at=at, calendar=calendar) if last else (),
        step_due_at=step_due.due_at if step_due else None,
        step_late_at=step_due.late_at if step_due else None,
        step_left=step_due.left if step_due else None,
        step_since=step_due.starts_at if step_due else None,
        finished=(),
        offers=(),
        calendars=(calendar.id,),
    )
