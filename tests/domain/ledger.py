"""The ledger of a dossier whose clock stood still, written by its own events: what is stored."""

from collections.abc import Sequence
from datetime import datetime

from onestop.domain.dossier import DossierState
from onestop.domain.events import (
    TOTAL,
    Event,
    Ground,
    Offer,
    PauseClosed,
    PauseKind,
    PauseOpened,
    PlannedStep,
    PromiseLine,
    Recorded,
)
from onestop.domain.explanation import PauseSpan
from onestop.domain.fold import apply
from onestop.domain.limits import Limit, due
from onestop.domain.rights import Role
from onestop.domain.routes import StepKind
from onestop.domain.turns import keep_promises, renew_promises
from onestop.domain.working_time import WorkingCalendar
from tests.domain.dossiers import CENTRE, CLERK, JUSTICE, received, step

KIND = PauseKind.SUPPLEMENT


def dossier_after(
    limit: Limit, received_at: datetime, pauses: Sequence[PauseSpan], calendar: WorkingCalendar
) -> DossierState:
    """Return a dossier received at `received_at` after its pauses, each asked for by a branch.

    Every due instant in it was written into an event at its moment. Where a pause ends in the
    instant in which another begins, the end comes first. Raises CalendarExhausted.
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
    keys = [_branch(number) for number in range(1, branches + 1)]
    return received(
        *_split(keys),
        limit=limit.to_text(),
        promises=(PromiseLine(TOTAL, CENTRE, Ground.FIRST, promise.due_at, promise.late_at),),
        offers=tuple(Offer(key, 1, JUSTICE, None, None, None) for key in keys),
    )


def _branch(number: int) -> str:
    return f"branch-{number}"


def _split(keys: Sequence[str]) -> tuple[PlannedStep, ...]:
    ends = {"role": Role.CLERK, "allotment": None}
    return (
        step("receive", StepKind.RECEIVE, CENTRE, **ends),
        *(step(key, StepKind.WORK, JUSTICE, "receive", allotment=None, leg=2) for key in keys),
        step("return", StepKind.RETURN, CENTRE, *(keys or ["receive"]), **ends),
    )


def _opened(
    state: DossierState, number: int, at: datetime, calendar: WorkingCalendar
) -> PauseOpened:
    return PauseOpened(
        pause=number,
        kind=KIND,
        step=_branch(number),
        attempt=1,
        reason="paper_missing",
        papers=("declaration",),
        amount=None,
        citizen_due_at=None,
        kept=keep_promises(state, at=at, calendar=calendar),
        kept_step=None,
        calendars=(calendar.id,),
    )


def _closed(
    state: DossierState, number: int, at: datetime, calendar: WorkingCalendar
) -> PauseClosed:
    last = len(state.open_pauses) == 1
    return PauseClosed(
        pause=number,
        kind=KIND,
        papers=(),
        amount=None,
        promises=renew_promises(state, at=at, calendar=calendar) if last else (),
        step_due_at=None,
        step_late_at=None,
        finished=(),
        offers=(),
        calendars=(calendar.id,),
    )
