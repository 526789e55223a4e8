"""Whose turn it is next: offers with their dates, and working time kept and given back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from onestop.domain.dossier import DossierState, StepState, StepStatus, due_next
from onestop.domain.errors import DomainError
from onestop.domain.events import TOTAL, Ground, Kept, Offer, PlannedStep, PromiseLine
from onestop.domain.limits import (
    Due,
    Limit,
    can_be_kept,
    counting_start,
    due,
    gone_on,
    late_at,
    resumed,
)
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
    left = step_promise(before, limit, calendar).left_at(before.ended_at or at, limit, calendar)
    due = resumed(left, at, limit, calendar)
    attempt = before.attempt + 1
    return Offer(step.key, attempt, agency, due.due_at, due.late_at, calendar.id, left)


def step_promise(step: StepState, limit: Limit, calendar: WorkingCalendar) -> Due:
    """Return the dates of an attempt with the exact working time behind them.

    Raises ValueError for an attempt without a date.
    """
    if step.due_at is None:
        raise ValueError(f"{step.step} has no date")
    late = step.late_at or late_at(limit, step.due_at, calendar)
    if step.left is not None and step.since is not None:
        return Due(step.since, step.due_at, late, step.left)
    whole = due(limit, step.offered_at, calendar)
    return Due(whole.starts_at, step.due_at, late, whole.left)


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
    for scope in unfinished_scopes(state):
        counted, told = state.counted_promise(scope), state.last_promise(scope)
        if scope in held or counted is None or told is None:
            continue
        amount = _left(state, counted, at, calendar)
        extended = None if told is counted else _left(state, told, at, calendar)
        if amount is not None or extended is not None:
            kept.append(Kept(scope, amount, extended, at))
    return tuple(kept)


def limit_of(state: DossierState, scope: str) -> Limit:
    """Return the limit that a scope is counted with: a phase has its own."""
    name, _, number = scope.partition(":")
    if name == "phase" and 0 < int(number) <= len(state.received.phases):
        return Limit.parse(state.received.phases[int(number) - 1])
    return Limit.parse(state.received.limit)


def promise_of(state: DossierState, line: PromiseLine, calendar: WorkingCalendar) -> Due:
    """Return the dates of a ledger line with the exact working time behind them.

    `calendar` is that of the receiving agency. A date that was set or moved goes on with the time
    of the line before; a leg and a date told with an apology are measured to the date itself.
    """
    limit = limit_of(state, line.scope)
    if line.ground is not Ground.EXTENSION:
        for before in reversed(state.ledger(line.scope)):
            same = before.left is not None and before.left.scale is limit.scale
            if same and before.left is not None and before.since is not None:
                return Due(before.since, line.due_at, line.late_at, before.left)
        if not line.scope.startswith("leg:"):
            whole = due(limit, state.received_at, calendar)
            return Due(whole.starts_at, line.due_at, line.late_at, whole.left)
    starts_at = counting_start(limit, state.received_at, calendar)
    return Due(starts_at, line.due_at, line.late_at)


def _left(
    state: DossierState, line: PromiseLine, at: datetime, calendar: WorkingCalendar
) -> Amount | None:
    """What a promise has left when the clock stops, None when the pause cannot put it off."""
    promise = promise_of(state, line, calendar)
    if not can_be_kept(promise, at):
        return None
    return promise.left_at(at, limit_of(state, line.scope), calendar)


def renew_promises(
    state: DossierState, *, at: datetime, calendar: WorkingCalendar
) -> tuple[PromiseLine, ...]:
    """Return the new ledger lines when the last open pause ends at `at`.

    Every kept promise runs on with the working time it had left; a leg that another branch has
    finished meanwhile keeps its last line. Source: docs/rules.md, rules R1, R4, R5.
    """
    lines = []
    unfinished = unfinished_scopes(state)
    for kept in state.kept:
        if kept.scope not in unfinished:
            continue
        if kept.amount is not None and (counted := state.counted_promise(kept.scope)):
            lines.append(_renewed(state, counted, Ground.PAUSE, kept.amount, kept, at, calendar))
        if kept.extended is not None and (told := state.last_promise(kept.scope)):
            lines.append(_renewed(state, told, Ground.EXTENSION, kept.extended, kept, at, calendar))
    return tuple(lines)


def _renewed(
    state: DossierState,
    before: PromiseLine,
    ground: Ground,
    left: Amount,
    kept: Kept,
    at: datetime,
    calendar: WorkingCalendar,
) -> PromiseLine:
    limit = limit_of(state, before.scope)
    promise = promise_of(state, before, calendar)
    after = gone_on(limit, promise, left, kept.since or at, at, calendar)
    counted = ground is Ground.PAUSE and after.left is not None
    return PromiseLine(
        before.scope,
        before.agency,
        ground,
        after.due_at,
        after.late_at,
        left=after.left if counted else None,
        since=after.starts_at if counted else None,
    )


def has_begun(state: DossierState, phase: int) -> bool:
    """Return whether a step of a phase was reached under the route in force."""
    return any(step.planned.phase == phase and step.route == state.route for step in state.steps)


def keep_step(
    step: StepState, allotment: str | None, at: datetime, calendar: WorkingCalendar
) -> Amount | None:
    """Return what a pause keeps for its step; None without a limit or when nothing can be kept."""
    if allotment is None or step.due_at is None or step.late_at is None:
        return None
    limit = Limit.parse(allotment)
    promise = step_promise(step, limit, calendar)
    return promise.left_at(at, limit, calendar) if can_be_kept(promise, at) else None


def resume_step(
    step: StepState, kept: Amount, *, paused_at: datetime, at: datetime, calendar: WorkingCalendar
) -> Due:
    """Return the dates of a step whose pause, begun at `paused_at`, ends at `at`.

    Raises ValueError for a step without allotment or date.
    """
    limit = Limit.parse(step.planned.allotment or "")
    return gone_on(limit, step_promise(step, limit, calendar), kept, paused_at, at, calendar)


def unfinished_scopes(state: DossierState) -> list[str]:
    """Return the scopes whose promise is still to be kept, the whole among them."""
    scopes = dict.fromkeys(line.scope for line in state.promises)
    return [scope for scope in scopes if scope == TOTAL or not _is_done(state, scope)]


def _is_done(state: DossierState, scope: str) -> bool:
    """Whether every step of a leg or a phase is done.

    The route in force may have no phases, or not have come to one that had begun before.
    """
    name, _, number = scope.partition(":")
    if name == "phase" and (
        int(number) > len(state.received.phases) or not has_begun(state, int(number))
    ):
        return True
    for planned in state.plan:
        own = planned.phase if name == "phase" else planned.leg
        if own == int(number) and not planned.optional and planned.kind is not StepKind.RETURN:
            latest = state.latest(planned.key)
            if latest is None or latest.status is not StepStatus.DONE:
                return False
    return True
