"""Working time: a calendar compiled to two cumulative scales, so that every question is a bisect.

M counts open minutes. D counts working days: every working day adds exactly 1, linear in the open
minutes of that day, whatever its length. All arithmetic is exact, in minutes of UTC.
"""

from bisect import bisect_left, bisect_right
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from onestop.domain.amounts import Amount, Scale
from onestop.domain.calendar_spec import (
    BadCalendar,
    CalendarException,
    CalendarProblem,
    CalendarSpec,
    Certainty,
    DayKind,
    Hours,
    OpenInterval,
)
from onestop.domain.errors import DomainError

__all__ = [
    "Amount",
    "BadCalendar",
    "CalendarException",
    "CalendarExhausted",
    "CalendarProblem",
    "CalendarSpec",
    "Certainty",
    "DayKind",
    "OpenInterval",
    "Scale",
    "WorkingCalendar",
    "advance",
    "elapsed",
    "whole_minute",
]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


class CalendarExhausted(DomainError):
    """An answer needs a year that the calendar does not hold; it is refused, never guessed."""

    def __init__(self, key: str, year: int) -> None:
        super().__init__(f"calendar {key!r} does not hold the year {year}")
        self.key, self.year = key, year


class WorkingCalendar:
    """One calendar version, compiled. Immutable; every instant given must be aware.

    Instants come back in UTC. Days are local days of the calendar's zone. Whatever needs a year
    that is not loaded raises CalendarExhausted. Source: docs/rules.md, rules R1, R12.
    """

    __slots__ = (
        "_after",
        "_closes",
        "_day_after",
        "_day_of",
        "_days",
        "_exceptions",
        "_first_day",
        "_first_minute",
        "_last_minute",
        "_offset",
        "_opens",
        "_worked",
        "id",
        "spec",
        "zone",
    )

    def __init__(self, spec: CalendarSpec) -> None:
        self.spec = spec
        self.id = f"{spec.key}@{spec.version}"
        self.zone = ZoneInfo(spec.zone)
        self._exceptions = {row.on: row for row in spec.exceptions if row.in_force}
        self._first_day = date(spec.years[0], 1, 1).toordinal()
        self._first_minute = self._minute_of(date(spec.years[0], 1, 1), 0)
        self._last_minute = self._minute_of(date(spec.years[-1] + 1, 1, 1), 0)
        self._compile()

    def _compile(self) -> None:
        """Fill the parallel lists: one entry per open interval, one per working day."""
        self._opens: list[int] = []
        self._closes: list[int] = []
        self._after: list[int] = []  # open minutes from the beginning to the close of the interval
        self._offset: list[int] = []  # what M is ahead of the clock while the interval is open
        self._day_of: list[int] = []  # number of the working day the interval belongs to
        self._days: list[date] = []
        self._day_after: list[int] = []  # open minutes to the close of the working day
        self._worked: list[int] = []  # working days from the beginning to the end of each day
        day, end = date(self.spec.years[0], 1, 1), date(self.spec.years[-1], 12, 31)
        while day <= end:
            self._compile_day(day)
            self._worked.append(len(self._days))
            day += DAY

    def _compile_day(self, day: date) -> None:
        total = self._after[-1] if self._after else 0
        for interval in self.working_hours(day):
            opens = self._minute_of(day, interval.opens)
            if self._closes:  # a change to summer time may push an interval into the next one
                opens = max(opens, self._closes[-1])
            closes = self._minute_of(day, interval.closes)
            if closes <= opens:
                continue
            total += closes - opens
            self._opens.append(opens)
            self._closes.append(closes)
            self._after.append(total)
            self._offset.append(total - closes)
            self._day_of.append(len(self._days))
        if total > (self._after_day(len(self._days) - 1)):
            self._days.append(day)
            self._day_after.append(total)

    def _after_day(self, number: int) -> int:
        return self._day_after[number] if number >= 0 else 0

    def _minute_of(self, day: date, minutes: int) -> int:
        """Return the UTC minute at which the local clock of `day` shows `minutes`."""
        if minutes == 24 * 60:
            day, minutes = day + DAY, 0
        local = datetime.combine(day, time(minutes // 60, minutes % 60), self.zone)
        return (local.astimezone(UTC) - EPOCH) // MINUTE

    # Questions about days

    def local_date(self, at: datetime) -> date:
        """Return the local day of an instant."""
        _require_aware(at)
        return at.astimezone(self.zone).date()

    def covers(self, day: date) -> bool:
        """Return whether the year of `day` is loaded."""
        return self.spec.years[0] <= day.year <= self.spec.years[-1]

    def exception_on(self, day: date) -> CalendarException | None:
        """Return the exception in force on `day`."""
        return self._exceptions.get(day)

    def working_hours(self, day: date) -> Hours:
        """Return the intervals in which the clock runs on `day`."""
        return self._hours(day, self.spec.working_week)

    def reception_hours(self, day: date) -> Hours:
        """Return the intervals in which a desk may receive on `day`."""
        return self._hours(day, self.spec.reception_week)

    def _hours(self, day: date, week: tuple[Hours, ...]) -> Hours:
        self._require(day)
        exception = self._exceptions.get(day)
        return week[day.weekday()] if exception is None else exception.hours

    def is_working_day(self, day: date) -> bool:
        """Return whether the clock runs at any time of `day`."""
        self._require(day)
        number = bisect_left(self._days, day)
        return number < len(self._days) and self._days[number] == day

    def first_working_day(self, day: date) -> date:
        """Return `day` if it is a working day, else the next one."""
        return self.working_day_after(day - DAY)

    def working_day_after(self, day: date, count: int = 1) -> date:
        """Return the `count`-th working day after `day`."""
        place = day.toordinal() - self._first_day
        if not -1 <= place < len(self._worked) - 1:
            self._require(day + DAY)
        number = (self._worked[place] if place >= 0 else 0) + count - 1
        if number >= len(self._days):
            raise self._exhausted()
        return self._days[number]

    def working_days_between(self, after: date, until: date) -> int:
        """Return how many working days lie after `after` and not after `until`; at least 0."""
        if until <= after:
            return 0
        self._require(after + DAY)
        self._require(until)
        return bisect_right(self._days, until) - bisect_right(self._days, after)

    def opening_of(self, day: date) -> datetime:
        """Return when the clock starts on `day`. Raises ValueError on a day without hours."""
        return _instant(self._opens[bisect_left(self._day_of, self._number_of(day))])

    def closing_of(self, day: date) -> datetime:
        """Return when the clock stops for the night on `day`. Raises ValueError as opening_of."""
        return _instant(self._closes[bisect_right(self._day_of, self._number_of(day)) - 1])

    def open_spans(self, day: date) -> list[tuple[datetime, datetime]]:
        """Return from when to when the clock runs on `day`, in order."""
        number = self._number_of(day)
        places = range(bisect_left(self._day_of, number), bisect_right(self._day_of, number))
        return [(_instant(self._opens[at]), _instant(self._closes[at])) for at in places]

    def closing_from(self, at: datetime) -> datetime:
        """Return the end of the working day `at` lies in or, outside one, of the next."""
        place = bisect_left(self._closes, self._covered_minute(at))
        if place == len(self._closes):
            raise self._exhausted()
        return _instant(self._closes[bisect_right(self._day_of, self._day_of[place]) - 1])

    def midnight_after(self, day: date) -> datetime:
        """Return the local midnight that ends `day`."""
        return _instant(self._minute_of(day, 24 * 60))

    def _number_of(self, day: date) -> int:
        self._require(day)
        number = bisect_left(self._days, day)
        if number == len(self._days) or self._days[number] != day:
            raise ValueError(f"{day} is not a working day of {self.id}")
        return number

    # Questions about instants

    def open_at(self, at: datetime) -> bool:
        """Return whether the clock runs at `at`; the closing minute is outside."""
        minute = self._covered_minute(at)
        place = bisect_right(self._closes, minute)
        return place < len(self._opens) and self._opens[place] <= minute

    def reception_open_at(self, at: datetime) -> bool:
        """Return whether a desk may receive at `at`."""
        day = self.local_date(at)
        minute = _minute(at)
        return any(
            self._minute_of(day, interval.opens) <= minute < self._minute_of(day, interval.closes)
            for interval in self.reception_hours(day)
        )

    def next_opening(self, at: datetime) -> datetime:
        """Return `at` cut to the minute when the clock runs then, else the next opening."""
        return _instant(self.open_minute(_minute(at)))

    # The integer core: minutes of UTC since 1970

    def open_minute(self, start: int) -> int:
        """Return the first minute from `start` on at which the clock runs."""
        if start < self._first_minute:
            raise CalendarExhausted(self.spec.key, self._year_of(start))
        place = bisect_right(self._closes, start)
        if place == len(self._opens) or start >= self._last_minute:
            raise self._exhausted(start)
        return max(start, self._opens[place])

    def advance_minutes(self, start: int, amount: int) -> int:
        """Return the first minute at which `amount` open minutes have passed since `start`."""
        if amount <= 0 or start < self._first_minute:
            return self.open_minute(start)
        offset = self._offset
        try:
            place = bisect_right(self._closes, start)
            opens = self._opens[place]
            passed = offset[place] + (start if start > opens else opens) + amount
            return passed - offset[bisect_left(self._after, passed)]
        except IndexError:
            raise self._exhausted(start) from None

    def advance_days(self, start: int, amount: Fraction) -> int:
        """Return the first minute at which `amount` working days have passed since `start`.

        Days of different length may put that instant inside a minute: it is rounded up.
        """
        if amount <= 0 or start < self._first_minute:
            return self.open_minute(start)
        try:
            day, passed, length = self._place_in_day(start)
            over, under = amount.numerator, amount.denominator
            days, rest = divmod(passed * under + over * length, length * under)
            if not rest:  # a day ends at its closing, not at the next opening
                return self._minute_in_day(day + days - 1, 1, 1)
            return self._minute_in_day(day + days, rest, length * under)
        except IndexError:
            raise self._exhausted(start) from None

    def _place_in_day(self, minute: int) -> tuple[int, int, int]:
        """Return the number of the working day, its open minutes passed, and all it has."""
        place = bisect_right(self._closes, minute)
        passed = self._offset[place] + max(minute, self._opens[place])
        day = self._day_of[place]
        before = self._after_day(day - 1)
        return day, passed - before, self._day_after[day] - before

    def _minute_in_day(self, day: int, over: int, under: int) -> int:
        """Return the minute at which `over`/`under` of a working day has passed, rounded up."""
        before = self._after_day(day - 1)
        minutes = before - (-over * (self._day_after[day] - before) // under)
        return minutes - self._offset[bisect_left(self._after, minutes)]

    def minutes_at(self, minute: int) -> int:
        """Return M: the open minutes from the beginning of the calendar to `minute`."""
        self._require_minute(minute)
        place = bisect_right(self._closes, minute)
        if place == len(self._closes):
            return self._after_day(len(self._days) - 1)
        return self._offset[place] + max(minute, self._opens[place])

    def days_at(self, minute: int) -> Fraction:
        """Return D: the working days from the beginning of the calendar to `minute`."""
        passed = self.minutes_at(minute)
        day = bisect_right(self._day_after, passed)
        if day == len(self._days):
            return Fraction(day)
        before = self._after_day(day - 1)
        return day + Fraction(passed - before, self._day_after[day] - before)

    def _covered_minute(self, at: datetime) -> int:
        minute = _minute(at)
        self._require_minute(minute)
        return minute

    def _require_minute(self, minute: int) -> None:
        if not self._first_minute <= minute <= self._last_minute:
            raise CalendarExhausted(self.spec.key, self._year_of(minute))

    def _require(self, day: date) -> None:
        if not self.covers(day):
            raise CalendarExhausted(self.spec.key, day.year)

    def _year_of(self, minute: int) -> int:
        return _instant(minute).astimezone(self.zone).year

    def _exhausted(self, start: int = 0) -> CalendarExhausted:
        year = self.spec.years[-1] + 1
        return CalendarExhausted(self.spec.key, max(year, self._year_of(start)))


def elapsed(start: datetime, end: datetime, scale: Scale, calendar: WorkingCalendar) -> Amount:
    """Return the working time between two instants, each cut to its minute.

    Zero when `end` is not after `start`. Raises CalendarExhausted.
    Source: docs/rules.md, rule R1.
    """
    first, last = _minute(start), _minute(end)
    if last <= first:
        return Amount.zero(scale)
    if scale is Scale.MINUTES:
        return Amount(scale, Fraction(calendar.minutes_at(last) - calendar.minutes_at(first)))
    return Amount(scale, calendar.days_at(last) - calendar.days_at(first))


def advance(start: datetime, amount: Amount, calendar: WorkingCalendar) -> datetime:
    """Return the earliest whole minute, in UTC, at which `amount` has passed since `start`.

    `start` is cut to its minute and, outside opening hours, moved to the next opening; so is the
    answer for an amount of zero. Raises CalendarExhausted. Source: docs/rules.md, rule R1.
    """
    minute = _minute(start)
    if amount.scale is Scale.DAYS:
        return _instant(calendar.advance_days(minute, amount.value))
    whole = -(-amount.value.numerator // amount.value.denominator)
    return _instant(calendar.advance_minutes(minute, whole))


def whole_minute(at: datetime) -> datetime:
    """Return the instant cut to its minute, in UTC: 15:00:40 is 15:00. Source: rule R1."""
    return _instant(_minute(at))


def _minute(at: datetime) -> int:
    _require_aware(at)
    return (at - EPOCH) // MINUTE


def _instant(minute: int) -> datetime:
    return EPOCH + timedelta(minutes=minute)


def _require_aware(at: datetime) -> None:
    if at.tzinfo is None:
        raise ValueError(f"{at!r} has no time zone; pass an aware datetime")
