"""What a working calendar says: weekly hours, dated exceptions, years, and what makes it bad."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Self
from zoneinfo import ZoneInfo

from onestop.domain.errors import DomainError

MINUTES_A_DAY = 24 * 60
FIRST_YEAR, LAST_YEAR = 1990, 2200  # outside it is a slip of the pen
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_INTERVAL = re.compile(r"([0-9]{1,2}):([0-9]{2})\s*[-–]\s*([0-9]{1,2}):([0-9]{2})")
_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")

FieldPath = tuple[str | int, ...]


class DayKind(StrEnum):
    """The three kinds of dated exception. Source: docs/rules.md, rule R1."""

    HOLIDAY = "holiday"
    COMPENSATORY_OFF = "compensatory_off"
    MAKEUP_WORKING_DAY = "makeup_working_day"


class Certainty(StrEnum):
    """How sure an exception is; an optional one is listed but not in force."""

    LAW = "law"
    ANNOUNCED = "announced"
    GUESSED = "guessed"
    OPTIONAL = "optional"


@dataclass(frozen=True, slots=True)
class CalendarProblem:
    """One thing wrong with a calendar: a code, the field it stands in, and the offending values."""

    code: str
    path: FieldPath
    values: tuple[str, ...] = ()


class BadCalendar(DomainError):
    """A calendar that cannot be used; `problems` names every reason found."""

    def __init__(self, problems: Iterable[CalendarProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{p.code} at {p.path} {p.values}" for p in self.problems))


class CalendarNotFound(DomainError):
    """No calendar has this key, or it has no such version."""

    def __init__(self, key: str, version: int | None = None) -> None:
        super().__init__(f"no calendar {key!r}, version {version or 'any'}")
        self.key, self.version = key, version


@dataclass(frozen=True, slots=True, order=True)
class OpenInterval:
    """Open from `opens` to `closes`, both in minutes after local midnight, 0 to 1440."""

    opens: int
    closes: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the interval "07:00-11:30", unchecked. Raises ValueError for another form."""
        match = _INTERVAL.fullmatch(text)
        if match is None:
            raise ValueError("bad_hours")
        first, last = (int(match[1]), int(match[2])), (int(match[3]), int(match[4]))
        if first[1] > 59 or last[1] > 59:
            raise ValueError("bad_hours")
        return cls(first[0] * 60 + first[1], last[0] * 60 + last[1])

    def __str__(self) -> str:
        return f"{_clock(self.opens)}-{_clock(self.closes)}"

    @property
    def minutes(self) -> int:
        return self.closes - self.opens


Hours = tuple[OpenInterval, ...]


@dataclass(frozen=True, slots=True)
class CalendarException:
    """A day that differs from its weekday. `hours` only for a make-up working day."""

    on: date
    kind: DayKind
    name: str
    hours: Hours = ()
    source: str = ""
    certainty: Certainty = Certainty.LAW

    @property
    def in_force(self) -> bool:
        return self.certainty is not Certainty.OPTIONAL


@dataclass(frozen=True, slots=True)
class CalendarSpec:
    """One version of a calendar, checked: a CalendarSpec that exists can be compiled.

    `working_week` and `reception_week` hold the hours of Monday to Sunday. Reception hours say
    when a desk may receive, working hours when the clock runs.
    Raises BadCalendar. Source: docs/rules.md, rules R1, R12.
    """

    key: str
    version: int
    zone: str
    years: tuple[int, ...]
    working_week: tuple[Hours, ...]
    reception_week: tuple[Hours, ...]
    exceptions: tuple[CalendarException, ...] = ()
    name: str = ""

    def __post_init__(self) -> None:
        if problems := tuple(_problems(self)):
            raise BadCalendar(problems)


def missing_years(spec: CalendarSpec, today: date) -> tuple[int, ...]:
    """Return which of this year and the next the calendar lacks; empty is good."""
    return tuple(year for year in (today.year, today.year + 1) if year not in spec.years)


def is_zone(name: str) -> bool:
    """Return whether `name` is a time zone of the IANA database."""
    try:
        ZoneInfo(name)
    except (OSError, ValueError, LookupError):
        return False
    return True


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _problems(spec: CalendarSpec) -> Iterator[CalendarProblem]:
    if not _KEY.fullmatch(spec.key):
        yield CalendarProblem("bad_key", ("key",), (spec.key[:40],))
    if spec.version < 1:
        yield CalendarProblem("bad_version", ("version",), (str(spec.version),))
    if not is_zone(spec.zone):
        yield CalendarProblem("unknown_zone", ("zone",), (spec.zone[:40],))
    yield from _year_problems(spec.years)
    yield from _week_problems("working_week", spec.working_week)
    yield from _week_problems("reception_week", spec.reception_week)
    if not any(spec.working_week):
        yield CalendarProblem("no_working_day", ("working_week",))
    yield from _exception_problems(spec)


def _year_problems(years: tuple[int, ...]) -> Iterator[CalendarProblem]:
    if not years:
        yield CalendarProblem("no_years", ("years",))
    for place, year in enumerate(years):
        if not FIRST_YEAR <= year <= LAST_YEAR:
            yield CalendarProblem("bad_year", ("years", place), (str(year),))
        elif place and year != years[place - 1] + 1:
            yield CalendarProblem("year_gap", ("years", place), (str(years[place - 1] + 1),))


def _week_problems(field: str, week: tuple[Hours, ...]) -> Iterator[CalendarProblem]:
    if len(week) != len(WEEKDAYS):
        yield CalendarProblem("not_seven_days", (field,), (str(len(week)),))
        return
    for weekday, hours in zip(WEEKDAYS, week, strict=True):
        yield from _hours_problems((field, weekday), hours)


def _hours_problems(path: FieldPath, hours: Hours) -> Iterator[CalendarProblem]:
    for place, interval in enumerate(hours):
        here = (*path, place)
        if not (0 <= interval.opens <= MINUTES_A_DAY and 0 <= interval.closes <= MINUTES_A_DAY):
            yield CalendarProblem("beyond_midnight", here, (str(interval),))
        elif interval.closes <= interval.opens:
            yield CalendarProblem("closes_before_opening", here, (str(interval),))
        elif place and interval.opens < hours[place - 1].closes:
            yield CalendarProblem("overlap", here, (str(hours[place - 1]), str(interval)))


def _exception_problems(spec: CalendarSpec) -> Iterator[CalendarProblem]:
    for place, exception in enumerate(spec.exceptions):
        here: FieldPath = ("exceptions", place)
        day = exception.on.isoformat()
        if exception.on.year not in spec.years:
            yield CalendarProblem("year_not_listed", (*here, "on"), (day,))
        is_makeup = exception.kind is DayKind.MAKEUP_WORKING_DAY
        if is_makeup and not exception.hours:
            yield CalendarProblem("makeup_without_hours", here, (day,))
        if not is_makeup and exception.hours:
            yield CalendarProblem("hours_on_day_off", (*here, "hours"), (day,))
        yield from _hours_problems((*here, "hours"), exception.hours)
    yield from _repeated_days(spec)


def _repeated_days(spec: CalendarSpec) -> Iterator[CalendarProblem]:
    rows = [(place, row) for place, row in enumerate(spec.exceptions) if row.in_force]
    times = Counter(row.on for _, row in rows)
    makeup_days = {row.on for _, row in rows if row.kind is DayKind.MAKEUP_WORKING_DAY}
    off_days = {row.on for _, row in rows if row.kind is not DayKind.MAKEUP_WORKING_DAY}
    seen: set[date] = set()
    for place, row in rows:
        if row.on in seen and times[row.on] > 1:
            both = row.on in makeup_days and row.on in off_days
            code = "makeup_on_day_off" if both else "day_twice"
            yield CalendarProblem(code, ("exceptions", place, "on"), (row.on.isoformat(),))
        seen.add(row.on)
