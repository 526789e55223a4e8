from datetime import date
from pathlib import Path

import pytest

from onestop.domain.calendar_spec import Certainty, DayKind
from onestop.domain.working_time import WorkingCalendar
from onestop.inputs.calendars import read_calendars
from onestop.inputs.file_problems import BadFile
from onestop.inputs.yaml_files import load_yaml, read_yaml

SHIPPED = Path(__file__).parents[2] / "data" / "calendars" / "viet-nam.yaml"

GOOD = """\
zone: Asia/Ho_Chi_Minh
years: [2026]
calendars:
  - key: one
    name: Một
    working_week:
      monday: [07:30-11:30, 13:30-17:00]
      friday: [07:30-11:30]
    exceptions:
      - {on: 2026-03-02, kind: holiday, name: Lễ, certainty: guessed}
exceptions:
  - {on: 2026-01-01, kind: holiday, name: Tết, certainty: law}
  - {on: 2026-01-03, kind: makeup_working_day, name: Bù, certainty: law, in_place_of: 2026-01-02}
sources:
  law: Luật
"""


def problems(text: str) -> list[tuple[int, str, str]]:
    with pytest.raises(BadFile) as caught:
        read_calendars(load_yaml(text, name="lich.yaml"))
    return [(found.line, found.field, found.code) for found in caught.value.problems]


@pytest.fixture(scope="module")
def shipped() -> dict[str, WorkingCalendar]:
    specs = read_calendars(read_yaml(SHIPPED))
    return {spec.key: WorkingCalendar(spec) for spec in specs}


def test_a_file_makes_its_calendars():
    (spec,) = read_calendars(load_yaml(GOOD, name="lich.yaml"))

    assert (spec.key, spec.name, spec.years) == ("one", "Một", (2026,))
    assert spec.reception_week == spec.working_week
    assert [str(hours) for hours in spec.working_week[0]] == ["07:30-11:30", "13:30-17:00"]
    assert [row.source for row in spec.exceptions] == ["Luật", "Luật", ""]


def test_a_make_up_day_has_the_hours_of_the_weekday_it_replaces():
    (spec,) = read_calendars(load_yaml(GOOD, name="lich.yaml"))

    assert [str(hours) for hours in spec.exceptions[1].hours] == ["07:30-11:30"]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("13:30-17:00", "13:30-25:00", (7, "beyond_midnight")),
        ("13:30-17:00", "11:00-17:00", (7, "overlap")),
        ("13:30-17:00", "17:00-13:30", (7, "closes_before_opening")),
        ("13:30-17:00", "13:30", (7, "bad_hours")),
        ("13:30-17:00", "13:75-17:00", (7, "bad_hours")),
        ("13:30-17:00", "5", (7, "bad_hours")),
        ("monday", "mondays", (7, "extra_forbidden")),
        ("key: one", "key: Một", (4, "bad_key")),
        ("key: one", "keys: one", (4, "missing")),
        ("[2026]", "[2026, 2027]", (2, "year_without_days_off")),
        ("[2026]", "[]", (2, "no_years")),
        ("Asia/Ho_Chi_Minh", "Asia/Sai_Gon", (1, "unknown_zone")),
        ("2026-01-01", "2026-02-30", (12, "bad_date")),
        ("2026-01-01", "2027-01-01", (12, "year_not_listed")),
        ("2026-01-03", "2026-01-01", (13, "makeup_on_day_off")),
        ("2026-03-02", "2026-01-01", (10, "day_twice")),
        (", in_place_of: 2026-01-02", "", (13, "makeup_without_hours")),
        ("kind: holiday, name: Tết", "kind: feast, name: Tết", (12, "enum")),
        ("name: Tết, ", "", (12, "missing")),
    ],
)
def test_a_problem_names_its_line(old, new, expected):
    found = problems(GOOD.replace(old, new, 1))

    assert expected in [(line, code) for line, _, code in found]


def test_a_shared_day_off_that_is_wrong_is_named_once_for_many_calendars():
    text = with_second("two").replace("{on: 2026-01-03", "{on: 2026-01-01")

    assert [code for _, _, code in problems(text)].count("makeup_on_day_off") == 1


def test_a_key_is_used_once():
    assert (11, "calendars.1.key", "key_twice") in problems(with_second("one"))


def with_second(key: str) -> str:
    """GOOD with another calendar on line 11."""
    line = f"  - {{key: {key}, name: Hai, working_week: {{monday: [08:00-12:00]}}}}\n"
    return GOOD.replace(
        "exceptions:\n  - {on: 2026-01-01", line + "exceptions:\n  - {on: 2026-01-01"
    )


def test_a_file_that_is_no_mapping_is_refused():
    assert problems("- 1\n")[0][0] == 1


# The calendars that come with the product


def test_the_shipped_calendars_hold_the_years_2024_to_2028(shipped):
    assert set(shipped) == {"vn-0700", "vn-0730", "vn-0700-saturday"}
    assert {calendar.spec.years for calendar in shipped.values()} == {tuple(range(2024, 2029))}


def test_all_three_kinds_and_all_marks_are_used(shipped):
    exceptions = shipped["vn-0700"].spec.exceptions

    assert {row.kind for row in exceptions} == set(DayKind)
    assert {row.certainty for row in exceptions} == set(Certainty)
    assert all(row.source for row in exceptions)


def test_every_year_has_eleven_paid_days_off(shipped):
    exceptions = shipped["vn-0700"].spec.exceptions

    for year in range(2024, 2029):
        holidays = [
            row.on
            for row in exceptions
            if row.on.year == year and row.kind is DayKind.HOLIDAY and row.in_force
        ]
        assert len(holidays) == 11, year


def test_every_holiday_on_a_weekly_rest_day_has_its_compensatory_day(shipped):
    exceptions = [row for row in shipped["vn-0700"].spec.exceptions if row.in_force]
    for year in range(2024, 2029):
        of_year = [row for row in exceptions if row.on.year == year]
        at_rest = sum(row.on.weekday() >= 5 for row in of_year if row.kind is DayKind.HOLIDAY)
        swapped = sum(row.kind is DayKind.MAKEUP_WORKING_DAY for row in of_year)
        given = sum(row.kind is DayKind.COMPENSATORY_OFF for row in of_year)
        assert given == at_rest + swapped, year


@pytest.mark.parametrize(
    ("tet", "hung_kings"),
    [
        ("2024-02-10", "2024-04-18"),
        ("2025-01-29", "2025-04-07"),
        ("2026-02-17", "2026-04-26"),
        ("2027-02-06", "2027-04-16"),
        ("2028-01-26", "2028-04-04"),
    ],
)
def test_the_lunar_days_stand_where_the_moon_puts_them(shipped, tet, hung_kings):
    calendar = shipped["vn-0700"]

    assert calendar.exception_on(date.fromisoformat(tet)).name == "Tết Nguyên đán"
    assert calendar.exception_on(date.fromisoformat(hung_kings)).name == "Giỗ Tổ Hùng Vương"


def test_the_day_of_24_november_is_off_by_default(shipped):
    assert shipped["vn-0700"].is_working_day(date(2026, 11, 24))


def test_a_centre_receives_on_saturday_while_the_clock_stands(shipped):
    calendar = shipped["vn-0700-saturday"]
    saturday = date(2026, 3, 7)

    assert calendar.reception_hours(saturday)
    assert not calendar.is_working_day(saturday)
