"""What an announcement changes in working calendars: days off, days worked instead, usual days."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from onestop.domain.calendar_spec import (
    BadCalendar,
    CalendarException,
    CalendarProblem,
    CalendarSpec,
    Certainty,
    DayKind,
    Hours,
)

LONGEST_NAME, LONGEST_SOURCE = 200, 300


@dataclass(frozen=True, slots=True)
class ChangedDay:
    """A day as it will be. A make-up day has `hours`, or those of the weekday of `in_place_of`.

    `kind` is None for a day that becomes an ordinary one again.
    """

    on: date
    kind: DayKind | None
    name: str = ""
    hours: Hours = ()
    in_place_of: date | None = None


@dataclass(frozen=True, slots=True)
class CalendarChange:
    """Announced days with the document that announces them.

    `replaces` lets a day take the place of what stands on it; without it that is refused. What is
    listed without being in force always gives way.
    """

    days: tuple[ChangedDay, ...]
    source: str
    replaces: bool = False

    def applied_to(self, spec: CalendarSpec) -> CalendarSpec:
        """Return the calendar with the days changed; its version is that of `spec`.

        Raises BadCalendar; a path begins with "days" and the place of the day, or is ("source",).
        """
        if problems := tuple(self._problems(spec)):
            raise BadCalendar(problems)
        kept = tuple(row for row in spec.exceptions if not self._gives_way(row))
        new = tuple(self._exception(day, spec) for day in self.days if day.kind is not None)
        try:
            return replace(spec, exceptions=(*kept, *new))
        except BadCalendar as error:
            places = [place for place, day in enumerate(self.days) if day.kind is not None]
            located = [_located(problem, len(kept), places) for problem in error.problems]
            raise BadCalendar(located) from None

    def _gives_way(self, row: CalendarException) -> bool:
        changed = next((day for day in self.days if day.on == row.on), None)
        if changed is None:
            return False
        return self.replaces or changed.kind is None or not row.in_force

    def _exception(self, day: ChangedDay, spec: CalendarSpec) -> CalendarException:
        if day.kind is None:
            raise ValueError(f"{day.on} becomes an ordinary day")
        hours = day.hours
        if not hours and day.in_place_of is not None:
            hours = spec.working_week[day.in_place_of.weekday()]
        return CalendarException(
            day.on, day.kind, day.name, hours, self.source, Certainty.ANNOUNCED
        )

    def _problems(self, spec: CalendarSpec) -> Iterator[CalendarProblem]:
        if not self.source or len(self.source) > LONGEST_SOURCE:
            yield CalendarProblem("source_missing", ("source",), (str(LONGEST_SOURCE),))
        if not self.days:
            yield CalendarProblem("no_days", ("days",))
        there = {row.on for row in spec.exceptions if row.in_force}
        for place, day in enumerate(self.days):
            here, shown = ("days", place), day.on.isoformat()
            if day.on in {other.on for other in self.days[:place]}:
                yield CalendarProblem("day_twice", (*here, "on"), (shown,))
            if day.on.year not in spec.years:
                yield CalendarProblem("year_not_listed", (*here, "on"), (shown,))
            elif day.kind is None and day.on not in there:
                yield CalendarProblem("day_not_listed", (*here, "on"), (shown,))
            if day.kind is not None and not 0 < len(day.name) <= LONGEST_NAME:
                yield CalendarProblem("name_missing", (*here, "name"), (str(LONGEST_NAME),))


def first_changed_day(before: CalendarSpec, after: CalendarSpec) -> date | None:
    """Return the first day whose hours differ between two versions; None when none does.

    Only dated exceptions are compared: weekly hours and time zone are those of the calendar.
    """
    hours = [
        {row.on: row.hours for row in spec.exceptions if row.in_force} for spec in (before, after)
    ]
    days = (
        on
        for on in hours[0].keys() | hours[1].keys()
        if _hours(before, hours[0], on) != _hours(after, hours[1], on)
    )
    return min(days, default=None)


def _hours(spec: CalendarSpec, dated: dict[date, Hours], on: date) -> Hours:
    return dated.get(on, spec.working_week[on.weekday()])


def _located(problem: CalendarProblem, kept: int, places: list[int]) -> CalendarProblem:
    """Say which day of the change a problem of the changed calendar is about."""
    match problem.path:
        case ("exceptions", int(row), *rest) if row >= kept:
            field = [*rest, "hours"][:1]  # a make-up day without hours names no field
            return replace(problem, path=("days", places[row - kept], *field))
        case _:
            return problem
