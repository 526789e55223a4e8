"""Dates that move with a calendar: the same working time on the new one, only ever later."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from onestop.domain.calendar_changes import first_changed_day
from onestop.domain.dossier import DossierState, PauseState, StepState
from onestop.domain.events import (
    TOTAL,
    DatesMoved,
    Ground,
    MovedStep,
    MovedTerm,
    PauseKind,
    PromiseLine,
    phase_scope,
)
from onestop.domain.limits import (
    CountRule,
    Limit,
    LimitUnit,
    clamped,
    counting_start,
    due,
    late_at,
    resumed,
)
from onestop.domain.schedule import leg_promises
from onestop.domain.statuses import OPEN
from onestop.domain.turns import CalendarOf, limit_of, unfinished_scopes
from onestop.domain.working_time import Amount, WorkingCalendar, elapsed

CALENDAR_CHANGED = "calendar_changed"
"""The reason in a ledger line that a calendar moved; the version named in the event says which
document announced it."""

CITIZEN_TERM = Limit(Decimal(1), LimitUnit.WORKING_DAYS, rule=CountRule.END_OF_DAY)
"""How a citizen's term is counted; its length was fixed when it was given."""
_CIVIL = frozenset({LimitUnit.CALENDAR_DAYS, LimitUnit.MONTHS})
Dates = tuple[datetime, datetime]
"""When something is due, and the first instant at which it is late."""
Rest = tuple[Amount, datetime]
"""Working time left, and since when it runs."""
Lines = Mapping[str, PromiseLine]
"""Lines by their scope."""


@dataclass(frozen=True, slots=True)
class Shift:
    """A calendar before and after its change, and the midnight that begins the first changed day.

    `since` is None when nothing changed. What was worked out is kept: many dates are alike.
    """

    old: WorkingCalendar
    new: WorkingCalendar
    since: datetime | None
    _known: dict[tuple[Limit, datetime, datetime], datetime] = field(default_factory=dict)

    @classmethod
    def between(cls, old: WorkingCalendar, new: WorkingCalendar) -> "Shift":
        """Return what lies between two versions of a calendar."""
        day = None if old.id == new.id else first_changed_day(old.spec, new.spec)
        since = None if day is None else old.midnight_after(day - timedelta(days=1))
        return cls(old, new, since)

    def reaches(self, due_at: datetime) -> bool:
        """Whether a date lies after the first changed midnight, so that it may move."""
        return self.since is not None and due_at > self.since

    def moved(self, limit: Limit, due_at: datetime, counts_from: datetime) -> datetime:
        """Return when the working time from `counts_from` to `due_at` has passed on the new one.

        The answer may lie before `due_at`.
        """
        if self.since is None:
            return due_at
        anchor = max(counts_from, self.since)
        key = (limit, anchor, due_at)
        if key not in self._known:
            left = elapsed(anchor, due_at, limit.scale, self.old)
            self._known[key] = resumed(left, anchor, limit, self.new).due_at
        return self._known[key]

    def off_a_day_off(self, due_at: datetime) -> datetime:
        """Return `due_at`, on the next working day when its own is off on the new calendar."""
        before = self.old.local_date(due_at)
        day = self.new.first_working_day(before)
        return due_at if day == before else clamped(day, due_at, self.new)


class Shifts:
    """The calendars of all agencies before and after a change, by agency id."""

    def __init__(self, old_of: CalendarOf, new_of: CalendarOf) -> None:
        self.old_of, self.new_of = old_of, new_of
        self._of: dict[int, Shift] = {}
        self._between: dict[tuple[str, str], Shift] = {}

    def of(self, agency: int) -> Shift:
        """Return what changed in the calendar of an agency."""
        if agency not in self._of:
            old, new = self.old_of(agency), self.new_of(agency)
            ids = (old.id, new.id)
            if ids not in self._between:
                self._between[ids] = Shift.between(old, new)
            self._of[agency] = self._between[ids]
        return self._of[agency]


def move_dates(state: DossierState, *, at: datetime, by: int, shifts: Shifts) -> DatesMoved | None:
    """Return the dates that move when calendars change at `at`, or None when none does.

    Moved are unfinished promises that no open pause keeps, running steps that do not wait and
    terms of citizens; not what is late by then. `by` is the user who entered the change.
    Raises CalendarExhausted. Source: docs/rules.md, rules R2, R4, R5, R6, R11.
    """
    if state.status not in OPEN:
        return None
    moving = _Moving(state, at, by, shifts)
    promises, steps, terms = tuple(moving.lines()), tuple(moving.steps()), tuple(moving.terms())
    if not promises and not steps and not terms:
        return None
    return DatesMoved(promises, steps, tuple(sorted(moving.used)), terms)


class _Moving:
    """The dates of one dossier while its calendars change."""

    def __init__(self, state: DossierState, at: datetime, by: int, shifts: Shifts) -> None:
        self.state, self.at, self.by, self.shifts = state, at, by, shifts
        self.used: set[str] = set()
        self.whole: PromiseLine | None = None
        self._legs: dict[bool, Lines] = {}
        route = {step.agency for step in state.plan if step.agency is not None}
        self._agencies = route | {state.received.receiving_agency}

    # Promises

    def lines(self) -> Iterator[PromiseLine]:
        """Yield the new lines of the ledger, a later date told with an apology always last."""
        held = {kept.scope for kept in self.state.kept}
        for scope in unfinished_scopes(self.state):
            if scope not in held:
                yield from self._scope(scope)

    def _scope(self, scope: str) -> Iterator[PromiseLine]:
        counted, told = self.state.counted_promise(scope), self.state.last_promise(scope)
        if counted is None or told is None:
            return
        later = self._later(counted, Ground.CALENDAR)
        if scope == TOTAL:
            self.whole = later or counted
        if later:
            yield later
        if told is not counted:
            put_off = self._later(told, Ground.EXTENSION)
            if put_off or later:  # it stays the last one told
                yield put_off or told

    def _later(self, line: PromiseLine, ground: Ground) -> PromiseLine | None:
        if line.late_at <= self.at:
            return None
        is_leg = line.scope.startswith("leg:")
        if is_leg and (found := self._leg_laid_out(line)):
            due_at, late = found
        else:
            due_at, late = self._due(line, ground)
        if is_leg and self.whole:  # a leg is never promised after the whole
            due_at, late = min(due_at, self.whole.due_at), min(late, self.whole.late_at)
        if due_at <= line.due_at:
            return None
        self.used.add(self._shift(line).new.id)
        return PromiseLine(
            line.scope,
            line.agency,
            ground,
            due_at,
            max(late, line.late_at),
            reason=CALENDAR_CHANGED,
            asked_by=self.by,
            approved_by=self.by,
        )

    def _due(self, line: PromiseLine, ground: Ground) -> Dates:
        shift, limit = self._shift(line), limit_of(self.state, line.scope)
        if not shift.reaches(line.due_at):
            return line.due_at, line.late_at
        due_at = self._counted_again(line, ground, limit, shift)
        return due_at, late_at(limit, due_at, shift.new)

    def _counted_again(
        self, line: PromiseLine, ground: Ground, limit: Limit, shift: Shift
    ) -> datetime:
        begins, rest = self._begins(line.scope), None
        if ground is not Ground.EXTENSION and not line.scope.startswith("leg:"):
            rest = _rest(self.state.ledger(line.scope))
            is_first = line.ground is Ground.FIRST and self._is_received_under(shift)
            if (is_first and rest is None) or _leads_to(line.due_at, limit, begins, rest, shift):
                return _counted(limit, begins, rest, shift.new)
        if limit.unit in _CIVIL and rest is None:
            return shift.off_a_day_off(line.due_at)
        counts_from = counting_start(limit, begins, shift.old)
        return shift.moved(limit, line.due_at, _last_end(self.state.pauses, counts_from))

    def _shift(self, line: PromiseLine) -> Shift:
        receiving = self.state.received.receiving_agency
        return self.shifts.of(receiving if line.agency is None else line.agency)

    def _begins(self, scope: str) -> datetime:
        """When a scope begins: with the reception, a later phase with its first offer.

        Offers of the route before a correction do not count.
        """
        if not scope.startswith("phase:") or scope == phase_scope(1):
            return self.state.received_at
        offered = (
            step.offered_at
            for step in self.state.steps
            if phase_scope(step.planned.phase) == scope and step.route == self.state.route
        )
        return min(offered, default=self.state.received_at)

    # Legs: laid out anew along the route while they stand as they were laid out

    def _leg_laid_out(self, line: PromiseLine) -> Dates | None:
        """When a leg ends if the route is laid out on the new calendars; None for one that was
        not laid out on the old ones, or that no change reaches."""
        shifts = [self.shifts.of(agency) for agency in self._agencies]
        if not any(shift.reaches(line.due_at) for shift in shifts):
            return None
        is_first = line.ground is Ground.FIRST and all(map(self._is_received_under, shifts))
        if not is_first and not self._is_laid_out(line):
            return None
        found = self._layout(new=True).get(line.scope)
        if found is None:
            return None
        if found.due_at > line.due_at:
            self.used.update(shift.new.id for shift in shifts)
        return found.due_at, found.late_at

    def _is_laid_out(self, line: PromiseLine) -> bool:
        """Whether a leg still stands as the route is laid out on the old calendars."""
        found = self._layout(new=False).get(line.scope)
        return found is not None and found.due_at == line.due_at

    def _is_received_under(self, shift: Shift) -> bool:
        """Whether the first promises were counted as now on the calendar that changes."""
        return self.state.route == 0 and shift.old.id in self.state.received.calendars

    def _layout(self, *, new: bool) -> Lines:
        """The legs as the reception lays them out, on the new calendars or on the old ones."""
        if new not in self._legs:
            self._legs[new] = self._laid_out(self.shifts.new_of if new else self.shifts.old_of)
        return self._legs[new]

    def _laid_out(self, calendar_of: CalendarOf) -> Lines:
        state = self.state
        calendars = {agency: calendar_of(agency) for agency in self._agencies}
        receiving = calendars[state.received.receiving_agency]
        whole = due(Limit.parse(state.received.limit), state.received_at, receiving)
        lines = leg_promises(state.plan, whole, calendars, ground=Ground.CALENDAR)
        return {line.scope: line for line in lines}

    # Steps

    def steps(self) -> Iterator[MovedStep]:
        """Yield the new dates of running steps, each on the calendar of its own agency."""
        for step in self.state.live_steps:
            if step.pause is not None or step.due_at is None or step.late_at is None:
                continue
            if step.planned.allotment is None or step.late_at <= self.at:
                continue
            limit, shift = Limit.parse(step.planned.allotment), self.shifts.of(step.agency)
            due_at = self._step_due(step, step.due_at, limit, shift)
            if due_at > step.due_at:
                self.used.add(shift.new.id)
                late = late_at(limit, due_at, shift.new)
                yield MovedStep(step.step, step.attempt, due_at, late)

    def _step_due(self, step: StepState, due_at: datetime, limit: Limit, shift: Shift) -> datetime:
        if not shift.reaches(due_at):
            return due_at
        rest = None if step.left is None or step.since is None else (step.left, step.since)
        if _leads_to(due_at, limit, step.offered_at, rest, shift):
            return _counted(limit, step.offered_at, rest, shift.new)
        if limit.unit in _CIVIL and rest is None:
            return shift.off_a_day_off(due_at)
        own = (
            pause
            for pause in self.state.pauses
            if (pause.step, pause.attempt) == (step.step, step.attempt)
            and pause.kind is not PauseKind.UNCOUNTED
        )
        counts_from = counting_start(limit, step.offered_at, shift.old)
        return shift.moved(limit, due_at, _last_end(own, counts_from))

    # Terms of citizens: given in whole working days, so a day off must not shorten them

    def terms(self) -> Iterator[MovedTerm]:
        """Yield the new ends of open terms, on the calendar of the receiving agency."""
        shift = self.shifts.of(self.state.received.receiving_agency)
        for pause in self.state.open_pauses:
            ends = pause.citizen_due_at
            if ends is None or not shift.reaches(ends):
                continue
            if shift.old.midnight_after(shift.old.local_date(ends)) <= self.at:
                continue
            due_at = shift.moved(CITIZEN_TERM, ends, pause.opened_at)
            if due_at > ends:
                self.used.add(shift.new.id)
                yield MovedTerm(pause.pause, due_at)


def _rest(ledger: Sequence[PromiseLine]) -> Rest | None:
    """What a promise had left when its clock last went on, and when that was."""
    for line in reversed(ledger):
        if line.left is not None and line.since is not None:
            return line.left, line.since
    return None


def _leads_to(
    due_at: datetime, limit: Limit, begins: datetime, rest: Rest | None, shift: Shift
) -> bool:
    """Whether the old calendar leads to `due_at`, so that it is counted anew on the new one.

    It does not to a date that was set by hand, or that an earlier change did not shorten.
    """
    return _counted(limit, begins, rest, shift.old) == due_at


def _counted(
    limit: Limit, begins: datetime, rest: Rest | None, calendar: WorkingCalendar
) -> datetime:
    if rest is None:
        return due(limit, begins, calendar).due_at
    left, since = rest
    return resumed(left, since, limit, calendar).due_at


def _last_end(pauses: Iterable[PauseState], since: datetime) -> datetime:
    """When a clock last went on: what was counted before a standstill stays counted."""
    ends = (pause.closed_at for pause in pauses if pause.closed_at is not None)
    return max(since, max(ends, default=since))
