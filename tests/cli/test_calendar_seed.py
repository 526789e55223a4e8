"""Days off proposed from the holidays library: the moon is right, the file can be taken in."""

import json
from datetime import UTC, date, datetime

import holidays
import pytest
import time_machine
from click.testing import CliRunner, Result
from lunar_vn import convert_lunar_to_solar

from onestop.cli import make_group
from onestop.cli.calendar_seed import FIRST_YEAR, LAST_YEAR
from onestop.cli.holidays_library import announced_swaps, lunar_days
from onestop.domain.calendar_spec import Certainty
from onestop.domain.holidays_of_year import LAW_SINCE, LunarDays, proposed_days
from onestop.domain.working_time import WorkingCalendar
from onestop.inputs.calendars import SHIPPED, read_calendars, shipped_calendars
from onestop.inputs.yaml_files import read_yaml
from tests.moon import CHINA, lunar_day

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


@pytest.fixture
def run(database, settings):
    def run(*args: str) -> Result:
        with time_machine.travel(AT, tick=False):
            return CliRunner().invoke(make_group(), ["calendar", *args], obj=settings)

    return run


@pytest.fixture
def shipped(run):
    assert run("import", str(SHIPPED)).exit_code == 0
    return run


@pytest.mark.parametrize(
    ("year", "tet", "in_china"),
    [
        (2007, "2007-02-17", "2007-02-18"),
        (2030, "2030-02-02", "2030-02-03"),
        (2053, "2053-02-18", "2053-02-19"),
    ],
)
def test_tet_falls_a_day_before_the_chinese_new_year(year, tet, in_china):
    assert lunar_days(year).tet == lunar_day(year, 1, 1) == date.fromisoformat(tet)
    assert lunar_day(year, 1, 1, CHINA) == date.fromisoformat(in_china)


def test_the_lunar_days_of_every_year_stand_where_sun_and_moon_put_them():
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        worked_out = LunarDays(lunar_day(year, 1, 1), lunar_day(year, 3, 10))
        of_a_third = LunarDays(*(convert_lunar_to_solar(d, m, year) for d, m in ((1, 1), (10, 3))))

        assert lunar_days(year) == worked_out == of_a_third, year


def test_our_arrangement_of_days_off_is_the_librarys():
    for year in range(LAW_SINCE, LAST_YEAR + 1):
        known = holidays.country_holidays("VN", years=year, language="vi")
        theirs = {
            on
            for on, name in known.items()
            if on.weekday() < 5 and "Văn hóa" not in name and "thay cho" not in name
        }
        ours = {
            day.on
            for day in proposed_days(year, lunar_days(year))
            if day.on.weekday() < 5 and day.certainty is not Certainty.OPTIONAL
        }

        assert ours == theirs, year


@pytest.mark.parametrize("year", [2024, 2025, 2027, 2028])
def test_a_seeded_year_is_the_shipped_one(year):
    spec = shipped_calendars()[0]
    days = proposed_days(year, lunar_days(year), swaps=announced_swaps(year))

    assert {(day.on, day.kind, day.name) for day in days if day.certainty != "optional"} == {
        (row.on, row.kind, row.name)
        for row in spec.exceptions
        if row.on.year == year and row.in_force
    }


def test_the_table_says_how_sure_each_day_is(run):
    result = run("seed", "2026")

    lines = result.output.splitlines()
    assert result.exit_code == 0
    assert "2026-02-17 Tue  holiday             law        Tết Nguyên đán" in lines
    assert "2026-02-18 Wed  holiday             guessed    Tết Nguyên đán" in lines
    assert "2026-04-27 Mon  compensatory_off    law        Nghỉ bù Giỗ Tổ Hùng Vương" in lines
    assert "2026-08-22 Sat  makeup_working_day  announced  Làm bù cho thứ Hai 31/8" in lines
    assert "2026-11-24 Tue  holiday             optional   Ngày Văn hóa Việt Nam" in lines
    assert lines[-1] == "7 law, 2 announced, 5 guessed, 1 optional."


def test_a_year_before_the_law_says_so(run):
    result = run("seed", "2007")

    assert "2007-02-17 Sat  holiday             guessed    Tết Nguyên đán" in result.output
    assert result.output.splitlines()[-1].startswith("Before 2021 another Labour Code held")


def test_the_proposal_as_json(run):
    days = json.loads(run("seed", "2026", "--json").output)

    swapped = next(day for day in days if day["kind"] == "makeup_working_day")
    assert (swapped["on"], swapped["in_place_of"]) == ("2026-08-22", "2026-08-31")
    assert "holidays" in swapped["source"]


def test_the_file_is_taken_in_with_all_years_held_before(shipped, tmp_path):
    out = tmp_path / "2029.yaml"

    seeded = shipped("seed", "2029", "--out", str(out))
    taken_in = shipped("import", str(out))

    assert "vn-0700, vn-0700-saturday, vn-0730" in seeded.output
    assert taken_in.output.count("@2 added.") == 3
    before = {spec.key: spec for spec in shipped_calendars()}
    for spec in read_calendars(read_yaml(out)):
        assert spec.years == (*before[spec.key].years, 2029)
        assert {row for row in spec.exceptions if row.on.year < 2029} == set(
            before[spec.key].exceptions
        )
        assert not WorkingCalendar(spec).is_working_day(date(2029, 2, 13))


def test_years_are_seeded_one_after_another(shipped, tmp_path):
    for year in ("2029", "2030"):
        assert shipped("seed", year, "--out", str(tmp_path / year)).exit_code == 0
        assert shipped("import", str(tmp_path / year)).exit_code == 0

    shown = shipped("show", "vn-0730", "--year", "2030").output
    assert "2024-2030" in shown
    assert "2030-02-02  holiday             law        Tết Nguyên đán" in shown


def test_one_calendar_may_be_written_alone(shipped, tmp_path):
    out = tmp_path / "one.yaml"

    shipped("seed", "2029", "--calendar", "vn-0730", "--out", str(out))

    assert [spec.key for spec in read_calendars(read_yaml(out))] == ["vn-0730"]
    shipped("import", str(out))
    behind = shipped("seed", "2030", "--out", str(tmp_path / "all.yaml"))
    assert "vn-0700 holds 2024-2028: seed 2029 first" in behind.output


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["2028", "--out", "{new}"], 1, "the year 2028 is there already"),
        (["2031", "--out", "{new}"], 1, "vn-0700 holds 2024-2028: seed 2029 first"),
        (["2029", "--out", "{old}"], 1, "is there already; nothing was written"),
        (["2029", "--out", "{new}/in/no/folder"], 1, "cannot be written"),
        (["2029", "--calendar", "nowhere"], 1, "There is no calendar 'nowhere'"),
        (["2006"], 2, "2006 is not in the range"),
        (["9999"], 2, "9999 is not in the range"),
        (["next"], 2, "'next' is not a valid"),
    ],
)
def test_what_cannot_be_seeded_is_said_plainly(shipped, tmp_path, args, code, said):
    old = tmp_path / "old.yaml"
    old.write_text("kept", encoding="utf-8")
    places = {"new": str(tmp_path / "new.yaml"), "old": str(old)}

    result = shipped("seed", *(arg.format(**places) for arg in args))

    assert (result.exit_code, said in result.output) == (code, True), result.output
    assert old.read_text(encoding="utf-8") == "kept"
    assert not (tmp_path / "new.yaml").exists()


def test_calendars_of_different_years_are_written_one_at_a_time(shipped, tmp_path):
    shorter = tmp_path / "shorter.yaml"
    lines = SHIPPED.read_text(encoding="utf-8").replace("[2024, ", "[").splitlines()
    kept = (line.replace("key: ", "key: short-") for line in lines if "{on: 2024" not in line)
    shorter.write_text("\n".join(kept), encoding="utf-8")
    assert shipped("import", str(shorter)).exit_code == 0

    result = shipped("seed", "2029", "--out", str(tmp_path / "all.yaml"))

    assert (result.exit_code, "hold different years" in result.output) == (1, True)


def test_without_calendars_only_the_table_is_given(run, tmp_path):
    assert run("seed", "2029").exit_code == 0
    result = run("seed", "2029", "--out", str(tmp_path / "new.yaml"))

    assert (result.exit_code, "no calendars yet" in result.output) == (1, True)
