import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import time_machine
from click.testing import CliRunner

from onestop.cli import make_group
from onestop.inputs.calendars import SHIPPED
from onestop.services.calendars import save_calendar_version
from tests.domain.conftest import PLAIN_2026

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


@pytest.fixture
def run(database, settings):
    with database.write() as session:
        spec = replace(PLAIN_2026, key="vn-0700", name="Giờ hành chính", years=(2026, 2027))
        save_calendar_version(session, spec, source="a file", at=AT)

    def run(*args: str):
        with time_machine.travel(AT, tick=False):
            return CliRunner().invoke(make_group(), ["calendar", *args], obj=settings)

    return run


def test_a_date_is_explained(run):
    result = run("explain", "--from", "2026-02-13T16:00", "--limit", "3 working_days")

    lines = result.output.splitlines()
    assert lines[0] == "Calendar vn-0700@1, limit 3 working_days"
    assert "Tết Nguyên đán" in result.output
    assert lines[-1] == "Due Wed 2026-02-25 16:00, late from Thu 2026-02-26 00:00"


def test_an_explanation_as_json_ends_with_the_due_instant(run):
    result = run("explain", "--from", "2026-02-13T16:00", "--limit", "3 working_days", "--json")

    answer = json.loads(result.output)
    assert answer["due_at"] == answer["rows"][-1]["to_at"] == "2026-02-25T16:00+07:00"


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["--limit", "three days"], 2, "not_a_limit"),
        (["--limit", "0 working_days"], 2, "not_positive"),
        (["--limit", "10000 calendar_days"], 2, "too_long"),
        (["--limit", "3000 calendar_days"], 1, "does not hold the year"),
        (["--limit", "1 months", "--calendar", "nowhere"], 1, "no calendar 'nowhere'"),
        (["--limit", "1 months", "--agency", "H00.00"], 1, "No agency has the code"),
    ],
)
def test_what_cannot_be_explained_is_said_plainly(run, args, code, said):
    result = run("explain", "--from", "2026-02-13T16:00", *args)

    assert result.exit_code == code
    assert said in result.output


def test_calendars_are_listed_and_shown(run):
    assert run("show").output == "vn-0700@1  2026-2027  Giờ hành chính\n"

    shown = run("show", "vn-0700", "--year", "2026").output
    assert "  saturday   07:30-11:30" in shown
    assert "  2026-04-27  compensatory_off    law        Nghỉ bù Giỗ Tổ" in shown
    assert "2027-" not in run("show", "vn-0700", "--year", "2026").output.split("days")[-1]


def test_calendars_are_shown_as_json(run):
    (one,) = json.loads(run("show", "--json").output)

    assert one["working_week"]["monday"] == ["07:00-11:30", "13:30-17:00"]


def test_an_unknown_calendar_is_said_plainly(run):
    result = run("show", "nowhere")

    assert (result.exit_code, "no calendar 'nowhere'" in result.output) == (1, True)


def test_the_calendars_of_viet_nam_are_taken_in_once(run):
    first, again = run("import"), run("import")

    assert first.output == "vn-0700@2 added.\nvn-0730@1 added.\nvn-0700-saturday@1 added.\n"
    assert again.output.count("unchanged") == 3


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "[2024, 2025, 2026, 2027, 2028]",
            "[2024, 2025]",
            "lies in a year that is not under years",
        ),
        ("11:30, 13:30-", "11:30, 11:00-", "07:00-11:30 and 11:00-17:00 overlap"),
        ("17:00]", "25:00]", "13:30-25:00 goes beyond 24:00"),
        ("on: 2024-05-04", "on: 2024-05-01", "is a day off and a make-up working day"),
        ("years:", "years: *x", "references (*x) are not taken"),
    ],
)
def test_a_bad_file_is_said_with_its_lines_and_nothing_is_saved(run, tmp_path, old, new, said):
    file = tmp_path / "calendar.yaml"
    file.write_text(SHIPPED.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")

    result = run("import", str(file))

    assert result.exit_code == 1
    assert said in result.output
    assert run("show").output.count("@") == 1


def test_a_calendar_without_next_year_is_refused_at_its_line(run, tmp_path):
    file = tmp_path / "calendar.yaml"
    file.write_text(
        "zone: Asia/Ho_Chi_Minh\nyears: [2024]\n"
        "calendars: [{key: old, name: Cũ, working_week: {monday: [08:00-12:00]}}]\n"
        "exceptions: [{on: 2024-01-01, kind: holiday, name: Tết, certainty: law}]\n",
        encoding="utf-8",
    )

    result = run("import", str(file))

    assert result.exit_code == 1
    assert (
        "calendar.yaml line 2 (years): the calendar must hold this year and the next"
        in result.output
    )
