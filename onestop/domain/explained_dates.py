"""Why each date of a dossier is what it is: rows that follow its history to the stored instant."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import takewhile

from onestop.domain.date_history import (
    DateHistory,
    Versions,
    Written,
    lines_of,
    steps_laid_out,
)
from onestop.domain.dossier import PauseState, StepState
from onestop.domain.events import (
    TOTAL,
    DossierReceived,
    Ground,
    PauseKind,
    PlannedStep,
    Recorded,
    leg_scope,
    phase_scope,
)
from onestop.domain.explained_moves import moved_rows
from onestop.domain.explained_plan import Rows, instant, planned_rows
from onestop.domain.explained_standstills import (
    joined,
    kept_amount,
    never_earlier,
    paused_rows,
    standstill_rows,
)
from onestop.domain.explanation import (
    COUNTING,
    ExplanationRow,
    PauseSpan,
    RowKind,
    explain,
    explain_rest,
)
from onestop.domain.limits import Due, Limit, due
from onestop.domain.turns import limit_of
from onestop.domain.working_time import (
    Amount,
    CalendarExhausted,
    WorkingCalendar,
    whole_minute,
)

NOT_TOLD: Rows = ()
_OPENING = frozenset({Ground.FIRST, Ground.CORRECTION})
"""Grounds of the lines with which a later phase begins."""
_PLANNED_ANEW = frozenset({Ground.FIRST, Ground.CORRECTION, Ground.REOPEN})
"""Grounds of lines that lay the legs out along the route; the others go on from a date before."""


class ExplainedDates:
    """The dates of one dossier with the rows that lead to them.

    Rows come only when their last one is the stored instant, or an open pause of a date that
    stands still; a date that nobody counted (a later one told with an apology) has none.
    Source: docs/rules.md, rules R1, R4, R6, R8.
    """

    def __init__(self, history: Sequence[Recorded], versions: Versions) -> None:
        self._dates, self._versions = DateHistory(history), versions
        self._state = self._dates.state

    def promise(self, scope: str) -> Rows:
        """Return why the counted date of a scope is what it is: the whole, a phase, a leg."""
        name, _, number = scope.partition(":")
        return self._leg(int(number)) if name == "leg" else self._span(scope)

    # The whole, and the phases of a procedure that has more than one

    def _span(self, scope: str) -> Rows:
        """Rows for the line that counts, or for an earlier one that told the same date."""
        counted = self._dates.counted(scope)
        if counted is None:
            return NOT_TOLD
        same = [w for w in self._dates.ledger(scope) if w.line.due_at == counted.line.due_at]
        return next(filter(None, (self._line(written) for written in reversed(same))), NOT_TOLD)

    def _line(self, written: Written) -> Rows:
        scope = written.line.scope
        limit, begins = limit_of(written.after, scope), self._begins(written)
        spans = self._standstills(scope, begins, written)
        for calendar in self._candidates(self._state.received.receiving_agency, written.named):
            rows = _explained(limit, begins, calendar, spans)
            if self._tells(rows, written):
                return rows
        for rows in (self._gone_on(written), self._moved(written, limit, begins)):
            if self._tells(rows, written):
                return rows
        return NOT_TOLD

    def _begins(self, written: Written) -> datetime:
        """When a scope begins: with the reception, a later phase with the event that opens it.

        Under a corrected route it is opened again.
        """
        scope = written.line.scope
        if scope in (TOTAL, phase_scope(1)):
            return self._state.received_at
        ledger = self._dates.ledger(scope)
        opened = [one for one in ledger if one.line.ground in _OPENING and one.at <= written.at]
        return opened[-1].at if opened else ledger[0].at

    def _standstills(self, scope: str, begins: datetime, written: Written) -> list[PauseSpan]:
        """The pauses that moved a scope's date: those that had ended when its line was written."""
        spans = [*map(_span_of, self._state.pauses), *self._dates.reopenings]
        after = [one for one in spans if one.ended_at is None or one.ended_at > begins]
        if self._state.is_kept(scope):
            return after
        return [one for one in after if one.ended_at is not None and one.ended_at <= written.at]

    # Legs

    def _leg(self, number: int) -> Rows:
        """The plan of the leg, then what moved its date."""
        scope = leg_scope(number)
        counted, ledger = self._dates.counted(scope), self._dates.ledger(scope)
        planned = [one for one in ledger if one.line.ground in _PLANNED_ANEW]
        if counted is None or not planned:
            return NOT_TOLD
        first = planned[-1]
        rows = self._planned(number, first, first.named)
        for written in ledger[ledger.index(first) + 1 :]:
            if written.line.ground is Ground.EXTENSION:
                continue
            if written.line.ground is Ground.CALENDAR:
                rows = self._leg_moved(number, first, written)
            elif rows and written.line.due_at != rows[-1].to_at:
                rows = joined(rows, self._gone_on(written))
        if self._state.is_kept(scope):
            rows = joined(rows, self._stands_still(scope))
        return rows if self._tells(rows, counted) else NOT_TOLD

    def _leg_moved(self, leg: int, first: Written, written: Written) -> Rows:
        """The rows of a leg laid out anew on a changed calendar, or moved from where it was."""
        rows = self._planned(leg, first, written.named)
        if rows and rows[-1].to_at == written.line.due_at:
            return rows
        limit = limit_of(written.after, written.line.scope)
        return self._moved(written, limit, self._state.received_at)

    def _planned(self, leg: int, written: Written, named: Sequence[str]) -> Rows:
        """The rows of the route laid out, counted with the calendar versions that are named."""
        try:
            steps, total, opening = self._laid_out(written, named)
            agencies = {step.agency for step in steps if step.agency is not None}
            if not agencies <= self._versions.newest.keys():
                return NOT_TOLD
            calendars = {one: self._versions.of(one, named) for one in agencies}
            rows = planned_rows(steps, total, calendars, leg=leg)
        except CalendarExhausted:
            return NOT_TOLD
        return (*opening, *rows) if rows else NOT_TOLD

    def _laid_out(
        self, written: Written, named: Sequence[str]
    ) -> tuple[Sequence[PlannedStep], Due, Rows]:
        """The steps that were laid out, within which promise, and the rows up to its start."""
        event = written.recorded.event
        calendar = self._versions.of(self._state.received.receiving_agency, named)
        if isinstance(event, DossierReceived):
            limit = Limit.parse(event.limit)
            rows = explain(limit, written.at, calendar)
            opening = takewhile(lambda row: row.kind not in {*COUNTING, RowKind.DUE}, rows)
            return event.steps, due(limit, written.at, calendar), tuple(opening)
        total = next(line for line in lines_of(event) if line.scope == TOTAL)
        starts_at = calendar.next_opening(written.at)
        steps = steps_laid_out(event, written.before)
        return steps, Due(starts_at, total.due_at, total.late_at), _opening(written.at, starts_at)

    def _moved(self, written: Written, limit: Limit, begins: datetime) -> Rows:
        """The rows of a date that a change of the calendar moved on from the one before."""
        line, before = written.line, written.before
        promised = before.counted_promise(line.scope) if before else None
        if line.ground is not Ground.CALENDAR or before is None or promised is None:
            return NOT_TOLD
        is_leg = line.scope.startswith("leg:") and line.agency is not None
        agency = line.agency if is_leg else self._state.received.receiving_agency
        ends = [pause.closed_at for pause in before.pauses if pause.closed_at is not None]
        return self._put_off(
            limit, promised.due_at, line.due_at, begins, ends, agency or 0, written.named
        )

    def _put_off(
        self,
        limit: Limit,
        promised: datetime,
        due_at: datetime,
        begins: datetime,
        ends: Sequence[datetime],
        agency: int,
        named: Sequence[str],
    ) -> Rows:
        new = self._versions.of(agency, named)
        try:
            return moved_rows(
                limit,
                promised,
                due_at,
                begins=begins,
                standstill_ends=ends,
                olds=self._candidates(agency, ()),
                new=new,
            )
        except CalendarExhausted:
            return NOT_TOLD

    # Steps

    def step(self, attempt: StepState) -> Rows:
        """Return why the due of one attempt at a step is what it is."""
        found = self._dates.offered.get(attempt.ref)
        if found is None or attempt.due_at is None or attempt.planned.allotment is None:
            return NOT_TOLD
        offer, offered_at = found
        limit = Limit.parse(attempt.planned.allotment)
        spans = list(self._waits(attempt))
        named = (offer.calendar,) if offer.calendar else ()
        for calendar in self._candidates(attempt.agency, named):
            rows = _explained(limit, offered_at, calendar, spans, rest=offer.left)
            if _ends_in(rows, attempt.due_at, stands_still=attempt.late_at is None):
                return rows
        return self._step_moved(attempt, limit, offered_at, spans)

    def _step_moved(
        self, attempt: StepState, limit: Limit, offered_at: datetime, spans: Sequence[PauseSpan]
    ) -> Rows:
        """The rows of a step that a change of the calendar moved on from the date before."""
        moved = self._dates.moved.get(attempt.ref)
        if moved is None or attempt.due_at is None or attempt.late_at is None:
            return NOT_TOLD
        promised, at, named = moved
        ends = [one.ended_at for one in spans if one.ended_at is not None and one.ended_at <= at]
        rows = self._put_off(
            limit, promised, attempt.due_at, offered_at, ends, attempt.agency, named
        )
        return rows if _ends_in(rows, attempt.due_at, stands_still=False) else NOT_TOLD

    def _waits(self, attempt: StepState) -> Iterator[PauseSpan]:
        """Yield the pauses of one attempt; one in which it was taken back has no end for it."""
        for pause in self._state.pauses:
            same = (pause.step, pause.attempt) == (attempt.step, attempt.attempt)
            if same and pause.kind is not PauseKind.UNCOUNTED:
                is_last = attempt.late_at is None and pause.closed_at == attempt.ended_at
                yield replace(_span_of(pause), ended_at=None if is_last else pause.closed_at)

    # What all of them share

    def _candidates(self, agency: int, named: Sequence[str]) -> Sequence[WorkingCalendar]:
        """The versions that may have counted: the one named, those of other events, the newest."""
        return self._versions.candidates(agency, (*named, *self._dates.named))

    def _tells(self, rows: Rows, written: Written) -> bool:
        line = written.line
        return _ends_in(rows, line.due_at, stands_still=self._state.is_kept(line.scope))

    def _gone_on(self, written: Written) -> Rows:
        """The rows of a date that went on after a standstill: it, then the time that was left."""
        line = written.line
        if line.left is None or line.since is None:
            return NOT_TOLD
        limit = limit_of(written.after, line.scope)
        calendar = self._versions.of(self._state.received.receiving_agency, written.named)
        rest = _explained(limit, line.since, calendar, (), rest=line.left)
        if not rest:
            return NOT_TOLD
        return (*standstill_rows(written, line.left), *never_earlier(rest[1:], written))

    def _stands_still(self, scope: str) -> Rows:
        kept = kept_amount(self._state, scope)
        return NOT_TOLD if kept is None else tuple(paused_rows(self._state, kept))


def _explained(
    limit: Limit,
    begins: datetime,
    calendar: WorkingCalendar,
    spans: Sequence[PauseSpan],
    rest: Amount | None = None,
) -> Rows:
    """The rows of a limit, or of what is left of it; none when a year is missing."""
    try:
        if rest is None:
            return explain(limit, begins, calendar, spans)
        return explain_rest(rest, begins, limit, calendar, spans)
    except CalendarExhausted:
        return NOT_TOLD


def _ends_in(rows: Rows, due_at: datetime, *, stands_still: bool) -> bool:
    if not rows:
        return False
    if stands_still:
        return rows[-1].kind is RowKind.PAUSE
    return (rows[-1].kind, rows[-1].to_at) == (RowKind.DUE, due_at)


def _opening(at: datetime, starts_at: datetime) -> Rows:
    at = whole_minute(at)
    moved = ExplanationRow(RowKind.MOVED_TO_OPENING, at, starts_at)
    return (instant(RowKind.STARTS, at), *([moved] if at < starts_at else []))


def _span_of(pause: PauseState) -> PauseSpan:
    return PauseSpan(pause.opened_at, pause.closed_at, pause.kind.value)
