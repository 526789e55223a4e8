"""The file of calendars: what people may write in it, and the calendars it makes."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from onestop.domain.calendar_spec import (
    WEEKDAYS,
    BadCalendar,
    CalendarException,
    CalendarProblem,
    CalendarSpec,
    Certainty,
    DayKind,
    Hours,
    OpenInterval,
)
from onestop.inputs.file_problems import BadFile, FileProblem, problem_at, shape_problems
from onestop.inputs.yaml_files import FieldPath, LocatedValue, read_yaml

SHIPPED = Path(__file__).resolve().parents[2] / "data" / "calendars" / "viet-nam.yaml"


def _interval(value: Any) -> OpenInterval:
    """Read "07:00-11:30"."""
    if not isinstance(value, str):
        raise ValueError("bad_hours")
    return OpenInterval.parse(value)


def _day(value: Any) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError("bad_date") from None


Text = Annotated[str, Field(min_length=1, max_length=200)]
HoursText = tuple[Annotated[OpenInterval, BeforeValidator(_interval)], ...]
Day = Annotated[date, BeforeValidator(_day)]


class Lines(BaseModel):
    """Fields nobody knows are refused: a misspelt one would else be lost silently."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class WeekLines(Lines):
    """The hours of a week; a day that is not named is closed."""

    monday: HoursText = ()
    tuesday: HoursText = ()
    wednesday: HoursText = ()
    thursday: HoursText = ()
    friday: HoursText = ()
    saturday: HoursText = ()
    sunday: HoursText = ()

    def hours(self) -> tuple[Hours, ...]:
        return tuple(getattr(self, weekday) for weekday in WEEKDAYS)


class ExceptionLines(Lines):
    """A dated exception. A make-up day has `hours`, or those of the weekday of `in_place_of`."""

    on: Day
    kind: DayKind
    name: Text
    certainty: Certainty
    source: Annotated[str, Field(max_length=300)] = ""
    hours: HoursText = ()
    in_place_of: Day | None = None

    def exception(
        self, week: tuple[Hours, ...], sources: Mapping[Certainty, str]
    ) -> CalendarException:
        hours = self.hours
        if not hours and self.in_place_of is not None:
            hours = week[self.in_place_of.weekday()]
        source = self.source or sources.get(self.certainty, "")
        return CalendarException(self.on, self.kind, self.name, hours, source, self.certainty)


class CalendarLines(Lines):
    """One calendar of the file; its own exceptions come after those of the file."""

    key: Text
    name: Text
    working_week: WeekLines
    reception_week: WeekLines | None = None
    exceptions: tuple[ExceptionLines, ...] = ()


class CalendarFile(Lines):
    """Calendars of one zone that share years and days off.

    `sources` says where the days of one certainty come from when they do not say it themselves.
    """

    zone: Text
    years: tuple[int, ...]
    calendars: Annotated[tuple[CalendarLines, ...], Field(min_length=1)]
    exceptions: tuple[ExceptionLines, ...] = ()
    sources: dict[Certainty, Text] = {}


def read_calendars(file: LocatedValue) -> tuple[CalendarSpec, ...]:
    """Return the calendars of a file, as version 1; whoever saves them gives the version.

    Raises BadFile with every problem and its line.
    """
    try:
        lines = CalendarFile.model_validate(file.value)
    except ValidationError as error:
        raise BadFile(file.name, shape_problems(file, error)) from None
    specs, problems = [], list(_bare_years(file, lines))
    for place, calendar in enumerate(lines.calendars):
        try:
            specs.append(_spec(lines, calendar))
        except BadCalendar as error:
            problems += [_located(file, lines, place, found) for found in error.problems]
    problems += _repeated_keys(file, lines)
    if problems:
        raise BadFile(file.name, dict.fromkeys(problems))  # shared exceptions fail once
    return tuple(specs)


def shipped_calendars() -> tuple[CalendarSpec, ...]:
    """Return the calendars that come with the product. Raises BadFile, BadYaml."""
    return read_calendars(read_yaml(SHIPPED))


def refused_calendar(file: LocatedValue, error: BadCalendar) -> BadFile:
    """Return what saving a calendar of `file` refused, with lines: a year it lacks."""
    return BadFile(file.name, [problem_at(file, p.path, p.code, p.values) for p in error.problems])


def _spec(lines: CalendarFile, calendar: CalendarLines) -> CalendarSpec:
    week = calendar.working_week.hours()
    reception = calendar.reception_week or calendar.working_week
    return CalendarSpec(
        key=calendar.key,
        version=1,
        name=calendar.name,
        zone=lines.zone,
        years=lines.years,
        working_week=week,
        reception_week=reception.hours(),
        exceptions=tuple(
            row.exception(week, lines.sources) for row in (*lines.exceptions, *calendar.exceptions)
        ),
    )


def _located(
    file: LocatedValue, lines: CalendarFile, place: int, problem: CalendarProblem
) -> FileProblem:
    """Say where in the file the field of a spec stands."""
    path: FieldPath = problem.path
    match path:
        case ("zone" | "years", *_):
            pass
        case ("exceptions", int(row), *rest) if row >= len(lines.exceptions):
            own = row - len(lines.exceptions)
            path = ("calendars", place, "exceptions", own, *rest)
        case ("exceptions", *_):
            pass
        case _:
            path = ("calendars", place, *path)
    return problem_at(file, path, problem.code, problem.values)


def _bare_years(file: LocatedValue, lines: CalendarFile) -> Iterator[FileProblem]:
    """A year without a single day off was listed before its days were known."""
    rows = [*lines.exceptions, *(row for one in lines.calendars for row in one.exceptions)]
    known = {row.on.year for row in rows if row.kind is not DayKind.MAKEUP_WORKING_DAY}
    for place, year in enumerate(lines.years):
        if year not in known:
            yield problem_at(file, ("years", place), "year_without_days_off", (str(year),))


def _repeated_keys(file: LocatedValue, lines: CalendarFile) -> Iterator[FileProblem]:
    seen: set[str] = set()
    for place, calendar in enumerate(lines.calendars):
        if calendar.key in seen:
            yield problem_at(file, ("calendars", place, "key"), "key_twice", (calendar.key,))
        seen.add(calendar.key)
