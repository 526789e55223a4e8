"""Whose turn it is next: offers with their dates, and working time kept and given back."""

from collections.abc import Callable, Mapping, Sequence
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
    phase_scope,
)
from onestop.domain.limits import Limit, counting_start, due, late_at, remaining, resumed
from onestop.domain.routes import StepKind
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
    before = state.before(step.key)
    if before is None:
        attempt = next_attempt(state, step.key)
        return offer_step(step, agency=agency, attempt=attempt, at=at, calendar=calendar)
    return offer_again(step, before, agency=agency, at=at, calendar=calendar)


def next_attempt(state: DossierState, key: str) -> int:
    """Return the number of the next attempt at a step, counted from 1."""
    latest = state.latest(key)
    return 1 if latest is None else latest.attempt + 1


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

    A date that was put off with an apology is kept beside the counted one, so that it never
    becomes the counted one. Promises that an open pause keeps already are not in the list.
    Source: docs/rules.md, rules R4, R5, R7.
    """
    held = {kept.scope for kept in state.kept}
    kept = []
    for scope in _unfinished_scopes(state):
        counted, told = state.counted_promise(scope), state.last_promise(scope)
        if scope in held or counted is None or told is None:
            continue
        limit = limit_of(state, scope)
        counts_from = max(at, counting_start(limit, state.received_at, calendar))
        amount = _left(counted, at, counts_from, limit, calendar)
        extended = None if told is counted else _left(told, at, counts_from, limit, calendar)
        if amount is not None or extended is not None:
            kept.append(Kept(scope, amount, extended))
    return tuple(kept)


def limit_of(state: DossierState, scope: str) -> Limit:
    """Return the limit that a scope is counted with: a phase has its own."""
    name, _, number = scope.partition(":")
    if name == "phase" and 0 < int(number) <= len(state.received.phases):
        return Limit.parse(state.received.phases[int(number) - 1])
    return Limit.parse(state.received.limit)


def _left(
    line: PromiseLine, at: datetime, counts_from: datetime, limit: Limit, calendar: WorkingCalendar
) -> Amount | None:
    """What a promise has left when the clock stops, None when it is late by then."""
    if line.late_at <= at:
        return None
    return remaining(line.due_at, counts_from, limit, calendar)


def renew_promises(
    state: DossierState, *, at: datetime, calendar: WorkingCalendar
) -> tuple[PromiseLine, ...]:
    """Return the new ledger lines when the last open pause ends at `at`.

    Every kept promise runs on with the working time it had left; a leg that another branch has
    finished meanwhile keeps its last line. Source: docs/rules.md, rules R1, R4, R5.
    """
    lines = []
    unfinished = _unfinished_scopes(state)
    for kept in state.kept:
        if kept.scope not in unfinished:
            continue
        if kept.amount is not None and (counted := state.counted_promise(kept.scope)):
            lines.append(_renewed(state, counted, Ground.PAUSE, kept.amount, at, calendar))
        if kept.extended is not None and (told := state.last_promise(kept.scope)):
            lines.append(_renewed(state, told, Ground.EXTENSION, kept.extended, at, calendar))
    return tuple(lines)


def _renewed(
    state: DossierState,
    before: PromiseLine,
    ground: Ground,
    left: Amount,
    at: datetime,
    calendar: WorkingCalendar,
) -> PromiseLine:
    limit = limit_of(state, before.scope)
    goes_on = max(at, counting_start(limit, state.received_at, calendar))
    due = resumed(left, goes_on, limit, calendar)
    due_at, late = due.due_at, due.late_at
    if due_at < before.due_at:
        # Due at an opening, the time kept ran out at the closing before: never earlier.
        due_at, late = before.due_at, before.late_at
    return PromiseLine(before.scope, before.agency, ground, due_at, late)


def phases_begun(
    state: DossierState, offers: Sequence[Offer], *, at: datetime, calendar: WorkingCalendar
) -> tuple[PromiseLine, ...]:
    """Return the first promise of every phase that begins with `offers`, none for a later one."""
    numbers = sorted({state.planned(offer.step).phase for offer in offers})
    lines = []
    for phase in numbers:
        scope = phase_scope(phase)
        if 0 < phase <= len(state.received.phases) and not state.ledger(scope):
            promise = due(limit_of(state, scope), at, calendar)
            agency = state.received.receiving_agency
            line = PromiseLine(scope, agency, Ground.FIRST, promise.due_at, promise.late_at)
            lines.append(line)
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
    return [scope for scope in scopes if scope == TOTAL or not _is_done(state, scope)]


def _is_done(state: DossierState, scope: str) -> bool:
    """Whether every step of a leg or a phase is done."""
    name, _, number = scope.partition(":")
    for planned in state.plan:
        own = planned.phase if name == "phase" else planned.leg
        if own == int(number) and not planned.optional and planned.kind is not StepKind.RETURN:
            latest = state.latest(planned.key)
            if latest is None or latest.status is not StepStatus.DONE:
                return False
    return True
