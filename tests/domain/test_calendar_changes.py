"""Announced days entering a calendar: what they change, what is refused and at which field."""

from dataclasses import replace
from datetime import date

import pytest

from onestop.domain.calendar_changes import CalendarChange, ChangedDay, first_changed_day
from onestop.domain.calendar_spec import (
    BadCalendar,
    CalendarException,
    CalendarSpec,
    Certainty,
    DayKind,
    OpenInterval,
)
from tests.domain.conftest import FULL_DAY, PLAIN_2026

STORM = date(2026, 8, 20)
SATURDAY, MONDAY = date(2026, 8, 22), date(2026, 8, 24)
NATIONAL_DAY = date(2026, 9, 2)


def holiday(on: date = STORM, **values: object) -> ChangedDay:
    return replace(ChangedDay(on, DayKind.HOLIDAY, "Nghỉ bão"), **values)  # type: ignore[arg-type]


def worked(*hours: OpenInterval, on: date = SATURDAY, **values: object) -> ChangedDay:
    day = ChangedDay(on, DayKind.MAKEUP_WORKING_DAY, "Làm bù", hours)
    return replace(day, **values)  # type: ignore[arg-type]


def usual(on: date) -> ChangedDay:
    return ChangedDay(on, None)


def apply(*days: ChangedDay, replaces: bool = False, source: str = "TB 12") -> CalendarSpec:
    return CalendarChange(days, source, replaces).applied_to(PLAIN_2026)


def on(spec: CalendarSpec, day: date) -> CalendarException:
    return next(row for row in spec.exceptions if row.on == day)


def test_a_new_day_is_announced_by_its_document() -> None:
    assert on(apply(holiday()), STORM) == CalendarException(
        STORM, DayKind.HOLIDAY, "Nghỉ bão", (), "TB 12", Certainty.ANNOUNCED
    )


def test_a_day_worked_instead_has_the_hours_of_the_day_it_stands_for() -> None:
    assert on(apply(worked(in_place_of=MONDAY)), SATURDAY).hours == FULL_DAY


def test_a_day_takes_the_place_of_another_only_when_told_to() -> None:
    change = worked(*FULL_DAY, on=NATIONAL_DAY)

    with pytest.raises(BadCalendar) as caught:
        apply(change)
    spec = apply(change, replaces=True)

    (problem,) = caught.value.problems
    assert (problem.code, problem.path) == ("makeup_on_day_off", ("days", 0, "on"))
    assert on(spec, NATIONAL_DAY).kind is DayKind.MAKEUP_WORKING_DAY
    assert len(spec.exceptions) == len(PLAIN_2026.exceptions)


def test_a_day_that_is_only_listed_gives_way() -> None:
    listed = CalendarException(STORM, DayKind.HOLIDAY, "Dự kiến", certainty=Certainty.OPTIONAL)
    spec = replace(PLAIN_2026, exceptions=(*PLAIN_2026.exceptions, listed))

    after = CalendarChange((holiday(),), "TB 12").applied_to(spec)

    assert [row.name for row in after.exceptions if row.on == STORM] == ["Nghỉ bão"]


def test_a_day_becomes_an_ordinary_one_again() -> None:
    spec = apply(usual(NATIONAL_DAY))

    assert NATIONAL_DAY not in {row.on for row in spec.exceptions}
    assert first_changed_day(PLAIN_2026, spec) == NATIONAL_DAY


@pytest.mark.parametrize(
    ("days", "code", "path"),
    [
        ([holiday(), worked(*FULL_DAY, on=STORM)], "day_twice", ("days", 1, "on")),
        ([holiday(NATIONAL_DAY)], "day_twice", ("days", 0, "on")),
        ([holiday(), worked(*FULL_DAY, on=NATIONAL_DAY)], "makeup_on_day_off", ("days", 1, "on")),
        ([worked()], "makeup_without_hours", ("days", 0, "hours")),
        ([holiday(hours=FULL_DAY)], "hours_on_day_off", ("days", 0, "hours")),
        ([worked(OpenInterval(420, 1500))], "beyond_midnight", ("days", 0, "hours")),
        ([worked(OpenInterval(420, 420))], "closes_before_opening", ("days", 0, "hours")),
        (
            [worked(OpenInterval(420, 700), OpenInterval(690, 800))],
            "overlap",
            ("days", 0, "hours"),
        ),
        ([holiday(date(2028, 1, 3))], "year_not_listed", ("days", 0, "on")),
        ([usual(STORM)], "day_not_listed", ("days", 0, "on")),
        ([holiday(name="")], "name_missing", ("days", 0, "name")),
        ([holiday(name="x" * 201)], "name_missing", ("days", 0, "name")),
        ([], "no_days", ("days",)),
    ],
)
def test_a_bad_day_is_refused_at_its_field(
    days: list[ChangedDay], code: str, path: tuple[object, ...]
) -> None:
    with pytest.raises(BadCalendar) as caught:
        apply(*days)

    assert [(problem.code, problem.path) for problem in caught.value.problems] == [(code, path)]


@pytest.mark.parametrize("source", ["", "x" * 301])
def test_a_day_without_a_document_is_refused(source: str) -> None:
    with pytest.raises(BadCalendar) as caught:
        apply(holiday(), source=source)

    assert [problem.path for problem in caught.value.problems] == [("source",)]


def test_the_first_day_with_other_hours_counts_and_nothing_else() -> None:
    renamed = replace(PLAIN_2026, name="Khác")
    swap = apply(holiday(MONDAY), worked(in_place_of=MONDAY))

    assert first_changed_day(PLAIN_2026, renamed) is None
    assert first_changed_day(PLAIN_2026, swap) == SATURDAY
    assert first_changed_day(PLAIN_2026, apply(holiday(SATURDAY))) is None
