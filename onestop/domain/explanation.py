"""Why this date: the computation of a due instant as rows that a citizen can follow."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from onestop.domain.limits import (
    CountRule,
    Due,
    Limit,
    LimitUnit,
    after_pause,
    can_be_kept,
    clamped,
    due,
    last_civil_day,
    left_at_pause,
    resumed,
)
from onestop.domain.working_time import (
    Amount,
    DayKind,
    Scale,
    WorkingCalendar,
    advance,
    elapsed,
    whole_minute,
)

DAY = timedelta(days=1)


class RowKind(StrEnum):
    """What happens to the clock in one row."""

    STARTS = "starts"
    LEG = "leg"
    MOVED_TO_OPENING = "moved_to_opening"
    MOVED_TO_NEXT_DAY = "moved_to_next_day"
    COUNTED = "counted"
    MAKEUP = "makeup"
    LUNCH = "lunch"
    SKIPPED_WEEKLY = "skipped_weekly"
    SKIPPED_HOLIDAY = "skipped_holiday"
    SKIPPED_COMPENSATORY = "skipped_compensatory"
    PAUSE = "pause"
    SHIFTED = "shifted"
    PROMISED = "promised"
    DUE = "due"


COUNTING = frozenset({RowKind.COUNTED, RowKind.MAKEUP})
SKIPPING = frozenset(
    {RowKind.SKIPPED_WEEKLY, RowKind.SKIPPED_HOLIDAY, RowKind.SKIPPED_COMPENSATORY}
)
_OFF_KINDS = {
    DayKind.HOLIDAY: RowKind.SKIPPED_HOLIDAY,
    DayKind.COMPENSATORY_OFF: RowKind.SKIPPED_COMPENSATORY,
}


@dataclass(frozen=True, slots=True)
class ExplanationRow:
    """One row, from `from_at` to `to_at` in UTC.

    `amount` is the working time counted in it; in a row of a pause, what was left when the clock
    stopped; in the first row, what was left of an earlier attempt. `count` is a number of calendar
    days or months, `note` says which. `name` is that of the holiday or make-up day. A leg is one
    step of the planned route, its key the note; promised is a date that a later row puts off.
    Other notes: the reason of a pause; exclude_start or after_cutoff for a move to the next day;
    not_working_day, opening_hours, end_of_day, never_earlier (than promised before a pause),
    whole_minute (rounded up) or not_after_total for a shift.
    """

    kind: RowKind
    from_at: datetime
    to_at: datetime
    amount: Amount | None = None
    count: int | None = None
    name: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class PauseSpan:
    """A pause of the clock; `ended_at` is None while it is open. `reason` is a code."""

    started_at: datetime
    ended_at: datetime | None
    reason: str = ""


def explain(
    limit: Limit,
    received_at: datetime,
    calendar: WorkingCalendar,
    pauses: Sequence[PauseSpan] = (),
) -> tuple[ExplanationRow, ...]:
    """Return the rows that lead to the due instant, in order of time.

    The last row is the instant that `due` and `after_pause` give (kind due), or an open pause with
    what is left. Pauses that overlap stop the clock once. The amounts of the rows in COUNTING add
    up to a limit in working hours or days; one in calendar days or months has a row with its
    count, and working days after a pause. A pause that began when the promise was already late has
    no row: it moved nothing.
    Raises CalendarExhausted. Source: docs/rules.md, rules R1, R2, R3, R5.
    """
    return _Telling(limit, received_at, calendar).tell(pauses)


def explain_rest(
    left: Amount,
    goes_on_at: datetime,
    limit: Limit,
    calendar: WorkingCalendar,
    pauses: Sequence[PauseSpan] = (),
) -> tuple[ExplanationRow, ...]:
    """Return the rows from `goes_on_at`, when `left` was still to run of `limit`, to the due.

    The last row is the instant that `resumed` and `after_pause` give; the first says what was left.
    Raises CalendarExhausted. Source: docs/rules.md, rules R1, R8.
    """
    return _Telling(limit, goes_on_at, calendar, rest=left).tell(pauses)


class _Telling:
    """Collects the rows of one explanation; every due instant in it comes from `limits`."""

    def __init__(
        self,
        limit: Limit,
        received_at: datetime,
        calendar: WorkingCalendar,
        *,
        rest: Amount | None = None,
    ) -> None:
        self.limit, self.calendar, self.rest = limit, calendar, rest
        self.received = whole_minute(received_at)
        # Still to count; None before a limit becomes working time.
        self.left = limit.working_time if rest is None else rest
        self.rows: list[ExplanationRow] = []

    def tell(self, pauses: Sequence[PauseSpan]) -> tuple[ExplanationRow, ...]:
        promise = self._promise()
        self._add(RowKind.STARTS, self.received, self.received, amount=self.rest)
        counts_from = self._tell_start(promise)
        for group in _groups(pauses):
            started_at, ended_at = group[0].started_at, _end(group)
            if not can_be_kept(promise, started_at):
                break
            if ended_at is not None and self._moves_nothing(promise, started_at, ended_at):
                continue
            self._count_to_pause(counts_from, promise, started_at)
            self.left = self._tell_pause(group, promise)
            if ended_at is None:
                return tuple(self.rows)
            promise = after_pause(self.limit, promise, started_at, ended_at, self.calendar)
            resumes_at = max(ended_at, counts_from)
            opening = self.calendar.next_opening(resumes_at)
            counts_from = self._move(RowKind.MOVED_TO_OPENING, resumes_at, opening)
        self._tell_end(counts_from, promise)
        return tuple(self.rows)

    def _moves_nothing(self, promise: Due, started_at: datetime, ended_at: datetime) -> bool:
        """Whether a pause finds nothing left and takes no working time."""
        left = left_at_pause(self.limit, promise, started_at, self.calendar)
        return not left and not elapsed(started_at, ended_at, self.limit.scale, self.calendar)

    def _promise(self) -> Due:
        if self.rest is not None:
            return resumed(self.rest, self.received, self.limit, self.calendar)
        return due(self.limit, self.received, self.calendar)

    def _tell_start(self, promise: Due) -> datetime:
        if self._is_civil:
            return self.received
        opening = self.calendar.next_opening(self.received)
        self._move(RowKind.MOVED_TO_OPENING, self.received, opening)
        if self.rest is not None:
            return opening
        excluded = self.limit.rule is CountRule.EXCLUDE_START
        note = "exclude_start" if excluded else "after_cutoff"
        return self._move(RowKind.MOVED_TO_NEXT_DAY, opening, promise.starts_at, note)

    @property
    def _is_civil(self) -> bool:
        civil = self.limit.unit in (LimitUnit.CALENDAR_DAYS, LimitUnit.MONTHS)
        return civil and self.rest is None

    def _count_to_pause(self, counts_from: datetime, promise: Due, paused_at: datetime) -> None:
        if self.left is None and self._is_civil:
            received_on = self.calendar.local_date(self.received)
            days = (self.calendar.local_date(paused_at) - received_on).days
            self._add_civil(paused_at, days, LimitUnit.CALENDAR_DAYS)
        else:
            self._count(counts_from, min(paused_at, self._counted_at(counts_from, promise)))

    def _tell_pause(self, group: Sequence[PauseSpan], promise: Due) -> Amount:
        """Add a row for each pause of the group; return what is still to count after it."""
        kept = left_at_pause(self.limit, promise, group[0].started_at, self.calendar)
        for pause in group:
            ended_at = pause.ended_at or pause.started_at
            self._add(RowKind.PAUSE, pause.started_at, ended_at, amount=kept, note=pause.reason)
        return kept if self.limit.working_time is None or self.left is None else self.left

    def _counted_at(self, counts_from: datetime, promise: Due) -> datetime:
        """Return when all that is left has been counted; a shift follows when due is later."""
        if self.left is None:
            return promise.due_at
        return advance(counts_from, self.left, self.calendar)

    def _tell_end(self, counts_from: datetime, promise: Due) -> None:
        if self.left is None and self._is_civil:
            reached = self._tell_civil_end()
        else:
            reached = self._counted_at(counts_from, promise)
            self._count(counts_from, reached)
        if reached < promise.due_at:
            self._add(RowKind.SHIFTED, reached, promise.due_at, note=self._why(reached, promise))
        self._add(RowKind.DUE, promise.due_at, promise.due_at)

    def _why(self, reached: datetime, promise: Due) -> str:
        """Return the code for a due instant that lies after all has been counted."""
        if self.limit.rule is CountRule.END_OF_DAY:
            return "end_of_day"
        between = elapsed(reached, promise.due_at, Scale.MINUTES, self.calendar)
        return "whole_minute" if between else "never_earlier"

    def _tell_civil_end(self) -> datetime:
        """Add the rows of calendar days or months; return the instant before any end of day."""
        last = last_civil_day(self.limit, self.calendar.local_date(self.received))
        day = self.calendar.first_working_day(last)
        self._add_civil(self.calendar.midnight_after(last), int(self.limit.amount), self.limit.unit)
        wanted, shifted = self._clock_on(last), self._clock_on(day)
        if day != last:
            self._skip(self.calendar.midnight_after(last - DAY), shifted)
            self._add(RowKind.SHIFTED, wanted, shifted, note="not_working_day")
        reached = clamped(day, self.received, self.calendar)
        if reached != shifted:
            self._add(RowKind.SHIFTED, shifted, reached, note="opening_hours")
        return reached

    def _clock_on(self, day: date) -> datetime:
        """Return the clock time of reception on `day`."""
        clock = self.received.astimezone(self.calendar.zone).time()
        return datetime.combine(day, clock, self.calendar.zone).astimezone(UTC)

    def _count(self, start: datetime, end: datetime) -> None:
        """Add the rows of working time from `start` to `end`, and the days skipped between."""
        day = self.calendar.local_date(start)
        while self.calendar.midnight_after(day - DAY) < end:
            if self.calendar.is_working_day(day):
                self._count_day(day, start, end)
            else:
                self._skip_day(day, start, end)
            day += DAY

    def _count_day(self, day: date, start: datetime, end: datetime) -> None:
        opening, closing = self.calendar.opening_of(day), self.calendar.closing_of(day)
        if self.limit.scale is Scale.DAYS:
            self._count_span(day, max(start, opening), min(end, closing))
            return
        spans = [
            (max(start, opens), min(end, closes))
            for opens, closes in self.calendar.open_spans(day)
            if opens < end and closes > start
        ]
        for number, (opens, closes) in enumerate(spans):
            if number:
                self._add(RowKind.LUNCH, spans[number - 1][1], opens)
            self._count_span(day, opens, closes)

    def _count_span(self, day: date, start: datetime, end: datetime) -> None:
        if end <= start:
            return
        amount = elapsed(start, end, self.limit.scale, self.calendar)
        if self.left is not None:
            # The whole minute reached may hold a little more than what is left.
            amount = min(amount, self.left)
            self.left -= amount
        exception = self.calendar.exception_on(day)
        kind = RowKind.COUNTED if exception is None else RowKind.MAKEUP
        self._add(kind, start, end, amount=amount, name=exception.name if exception else "")

    def _move(self, kind: RowKind, start: datetime, end: datetime, note: str = "") -> datetime:
        """Add a move of the start and the days it passes; nothing when it stays. Return `end`."""
        if end != start:
            self._add(kind, start, end, note=note)
            self._skip(start, end)
        return end

    def _skip(self, start: datetime, end: datetime) -> None:
        """Add a row for every day without hours from `start` to `end`."""
        day = self.calendar.local_date(start)
        while self.calendar.midnight_after(day - DAY) < end:
            if not self.calendar.is_working_day(day):
                self._skip_day(day, start, end)
            day += DAY

    def _skip_day(self, day: date, start: datetime, end: datetime) -> None:
        exception = self.calendar.exception_on(day)
        kind = _OFF_KINDS[exception.kind] if exception else RowKind.SKIPPED_WEEKLY
        begins = max(start, self.calendar.midnight_after(day - DAY))
        ends = min(end, self.calendar.midnight_after(day))
        self._add(kind, begins, ends, name=exception.name if exception else "")

    def _add_civil(self, until: datetime, count: int, unit: LimitUnit) -> None:
        begins = self.calendar.midnight_after(self.calendar.local_date(self.received))
        if count:
            row = ExplanationRow(RowKind.COUNTED, begins, until, count=count, note=unit)
            self.rows.append(row)

    def _add(
        self,
        kind: RowKind,
        from_at: datetime,
        to_at: datetime,
        *,
        amount: Amount | None = None,
        name: str = "",
        note: str = "",
    ) -> None:
        self.rows.append(ExplanationRow(kind, from_at, to_at, amount=amount, name=name, note=note))


def _groups(pauses: Iterable[PauseSpan]) -> list[list[PauseSpan]]:
    """Return the pauses cut to minutes, in order, those that overlap or touch in one group."""
    groups: list[list[PauseSpan]] = []
    for pause in sorted((_cut(pause) for pause in pauses), key=lambda pause: pause.started_at):
        if pause.ended_at is not None and pause.ended_at <= pause.started_at:
            continue
        end = _end(groups[-1]) if groups else pause.started_at - DAY
        if end is None or pause.started_at <= end:
            groups[-1].append(pause)
        else:
            groups.append([pause])
    return groups


def _cut(pause: PauseSpan) -> PauseSpan:
    ended_at = None if pause.ended_at is None else whole_minute(pause.ended_at)
    return PauseSpan(whole_minute(pause.started_at), ended_at, pause.reason)


def _end(group: Sequence[PauseSpan]) -> datetime | None:
    """Return when the last pause of a group ends; None while one is open."""
    ends = [pause.ended_at for pause in group if pause.ended_at is not None]
    return max(ends) if len(ends) == len(group) else None
