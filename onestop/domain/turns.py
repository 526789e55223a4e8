"""Whose turn it is next: offers with their dates, and working time kept and given back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from onestop.domain.dossier import DossierState, StepState, StepStatus, due_next
from onestop.domain.errors import DomainError
from onestop.domain.events import (
    TOTAL,
    Ground,
    Kept,
    Offer,
    PlannedStep,
    PromiseLine,
)
from onestop.domain.limits import Limit, counting_start, late_at, remaining, resumed
from onestop.domain.schedule import offer_step
from onestop.domain.working_time import Amount, WorkingCalendar

CalendarOf = Callable[[int], WorkingCalendar]
"""Gives the calendar of an agency by its id."""


class AgencyNotChosen(DomainError):
    """An optional consultation was opened without saying whom to ask."""

    def __init__(self, step: str) -> None:
        super().__init__(f"no agency chosen for {step!r}")
        self.step = step


class BranchNotOpen(DomainError):
    """An agency was chosen for a step that is no optional branch whose turn has come."""

    def __init__(self, step: str) -> None:
        super().__init__(f"{step!r} is no branch that may be opened now")
        self.step = step


@dataclass(frozen=True, slots=True)
class NextTurns:
    """What follows when a step has ended: the offers, and optional branches passed over."""

    offers: tuple[Offer, ...]
    skipped: tuple[str, ...]


def next_turns(
    state: DossierState, *, at: datetime, chosen: Mapping[str, int], calendar_of: CalendarOf
) -> NextTurns:
    """Return the offers to make in `state`, in which the ended step already counts as done.

    `chosen` names the optional branches wanted and the agency of each.
    Raises AgencyNotChosen, BranchNotOpen.
    """
    ready, passed = due_next(state, frozenset(chosen))
    for key in sorted(chosen.keys() - {step.key for step in ready if step.optional}):
        raise BranchNotOpen(key)
    offers = tuple(_offer(state, step, at, chosen, calendar_of) for step in ready)
    return NextTurns(offers, tuple(sorted(passed)))


def _offer(
    state: DossierState,
    step: PlannedStep,
    at: datetime,
    chosen: Mapping[str, int],
    calendar_of: CalendarOf,
) -> Offer:
    agency = chosen.get(step.key) if step.optional else step.agency
    if agency is None:
        raise AgencyNotChosen(step.key)
    calendar = calendar_of(agency)
    before = state.latest(step.key)
    if before is None:
        return offer_step(step, agency=agency, attempt=1, at=at, calendar=calendar)
    return offer_again(step, before, agency=agency, at=at, calendar=calendar)


def offer_again(
    step: PlannedStep,
    before: StepState,
    *,
    agency: int,
    at: datetime,
    calendar: WorkingCalendar,
) -> Offer:
    """Return the offer of a new attempt with what the attempt before had left, at least nothing.

    Source: docs/rules.md, rule R8.
    """
    if step.allotment is None or before.due_at is None:
        return Offer(step.key, before.attempt + 1, agency, None, None, None)
    limit = Limit.parse(step.allotment)
    left = remaining(before.due_at, before.ended_at or at, limit, calendar)
    due = resumed(left, at, limit, calendar)
    return Offer(step.key, before.attempt + 1, agency, due.due_at, due.late_at, calendar.id)


def keep_promises(
    state: DossierState, *, at: datetime, calendar: WorkingCalendar
) -> tuple[Kept, ...]:
    """Return what a pause that begins at `at` keeps: every unfinished promise not late by then.

    Promises that an open pause keeps already are not in the list. Source: rules R5, R7.
    """
    limit = Limit.parse(state.received.limit)
    counts_from = max(at, counting_start(limit, state.received_at, calendar))
    kept = []
    for scope in _unfinished_scopes(state):
        line = state.last_promise(scope)
        if line is not None and not state.is_kept(scope) and line.late_at > at:
            kept.append(Kept(scope, remaining(line.due_at, counts_from, limit, calendar)))
    return tuple(kept)


def renew_promises(
    state: DossierState, *, at: datetime, calendar: WorkingCalendar
) -> tuple[PromiseLine, ...]:
    """Return the new ledger lines when the last open pause ends at `at`.

    Every kept promise runs on with the working time it had left; a leg that another branch has
    finished meanwhile keeps its last line. Source: rules R1, R4, R5.
    """
    limit = Limit.parse(state.received.limit)
    goes_on = max(at, counting_start(limit, state.received_at, calendar))
    lines = []
    unfinished = _unfinished_scopes(state)
    for kept in state.kept:
        if kept.scope not in unfinished:
            continue
        before = state.last_promise(kept.scope)
        due = resumed(kept.amount, goes_on, limit, calendar)
        agency = before.agency if before else None
        due_at, late = due.due_at, due.late_at
        if before is not None and due_at < before.due_at:
            # Due at an opening, the time kept ran out at the closing before: never earlier.
            due_at, late = before.due_at, before.late_at
        lines.append(PromiseLine(kept.scope, agency, Ground.PAUSE, due_at, late))
    return tuple(lines)


def keep_step(
    step: StepState, allotment: str | None, at: datetime, calendar: WorkingCalendar
) -> Amount | None:
    """Return what a pause keeps for its step; None without a limit or when it is late already."""
    if allotment is None or step.due_at is None or step.late_at is None or step.late_at <= at:
        return None
    limit = Limit.parse(allotment)
    counts_from = max(at, counting_start(limit, step.offered_at, calendar))
    return remaining(step.due_at, counts_from, limit, calendar)


def resume_step(
    kept: Amount, allotment: str, *, offered_at: datetime, at: datetime, calendar: WorkingCalendar
) -> tuple[datetime, datetime]:
    """Return due and first late instant of a step whose pause ends at `at`."""
    limit = Limit.parse(allotment)
    goes_on = max(at, counting_start(limit, offered_at, calendar))
    due = resumed(kept, goes_on, limit, calendar)
    return due.due_at, late_at(limit, due.due_at, calendar)


def _unfinished_scopes(state: DossierState) -> list[str]:
    scopes = dict.fromkeys(line.scope for line in state.promises)
    return [s for s in scopes if s == TOTAL or not _leg_done(state, int(s.partition(":")[2]))]


def _leg_done(state: DossierState, leg: int) -> bool:
    for planned in state.plan:
        if planned.leg == leg and not planned.optional:
            latest = state.latest(planned.key)
            if latest is None or latest.status is not StepStatus.DONE:
                return False
    return True
