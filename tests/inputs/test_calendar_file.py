"""A calendar that is written is the calendar that is read again."""

from dataclasses import replace
from datetime import date

import pytest

from onestop.domain.calendar_spec import CalendarException, CalendarSpec, Certainty, DayKind
from onestop.inputs.calendar_file import calendar_file_text
from onestop.inputs.calendars import read_calendars, shipped_calendars
from onestop.inputs.yaml_files import load_yaml


def read_again(*specs: CalendarSpec) -> list[CalendarSpec]:
    text = calendar_file_text(specs, heading="Một dòng\nHai dòng")
    return [in_order(spec) for spec in read_calendars(load_yaml(text, name="lich.yaml"))]


def in_order(spec: CalendarSpec) -> CalendarSpec:
    rows = sorted(spec.exceptions, key=lambda row: (row.on, row.kind, row.name))
    return replace(spec, exceptions=tuple(rows))


def with_day(spec: CalendarSpec, **changes) -> CalendarSpec:
    day = CalendarException(date(2026, 6, 1), DayKind.HOLIDAY, "Lễ", certainty=Certainty.ANNOUNCED)
    return replace(spec, exceptions=(*spec.exceptions, replace(day, **changes)))


def test_the_shipped_calendars_come_back_as_they_were():
    specs = shipped_calendars()

    assert read_again(*specs) == [in_order(spec) for spec in specs]


def test_a_day_of_one_calendar_stays_its_own():
    one, two, _ = shipped_calendars()
    specs = [with_day(one, name="Ngày hội của xã"), two]

    assert read_again(*specs) == [in_order(spec) for spec in specs]


def test_a_day_without_a_source_gets_none():
    (one, *_) = shipped_calendars()

    assert read_again(with_day(one)) == [in_order(with_day(one))]


@pytest.mark.parametrize(
    "name",
    [
        "a, b: [c] {d} #e",
        "12",
        "true",
        "~",
        "2026-06-01",
        "- dấu gạch",
        "\"nháy\" và 'nháy'",
        "hai\ndòng",
        "*sao",
        "\u202engược",
        "x" * 200,
    ],
)
def test_a_name_that_yaml_would_misread_is_quoted(name):
    (one, *_) = shipped_calendars()
    spec = with_day(replace(one, name=name), name=name, source=name)

    assert read_again(spec) == [in_order(spec)]


def test_calendars_of_different_years_do_not_share_a_file():
    one, two, _ = shipped_calendars()
    longer = with_day(replace(two, years=(*two.years, 2029)), on=date(2029, 1, 1))

    with pytest.raises(ValueError, match="unpack"):
        calendar_file_text([one, longer], heading="")
