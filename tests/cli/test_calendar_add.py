"""`onestop calendar add`: what it shows, what it asks, what it saves, what it refuses."""

import json
from collections.abc import Callable
from datetime import date

import pytest
import time_machine
from click.testing import CliRunner, Result
from sqlalchemy import select

from config import Config
from onestop.cli import make_group
from onestop.db import Database
from onestop.domain.rights import Role
from onestop.models.accounts import User
from onestop.models.events import DossierEvent
from onestop.services.calendars import load_calendar
from tests.conftest import NOW
from tests.factories import DESK, make_province, make_staff, receive

MARITAL = "1.004873"
WEDNESDAY = date(2026, 3, 4)
STORM = ("2026-03-04", "--name", "Nghỉ bão", "--source", "TB 12/2026")
Run = Callable[..., Result]


@pytest.fixture
def run(database: Database, settings: Config) -> Run:
    with database.write() as session:
        province = make_province(session)
        clerk = make_staff(session, Role.CLERK, province[DESK])
        papers = [{"code": "declaration"}, {"code": "identity"}]
        for _ in range(11):
            receive(session, clerk, procedure=MARITAL, papers=papers)

    def run(*args: str, answer: str | None = None) -> Result:
        with time_machine.travel(NOW, tick=False):
            return CliRunner().invoke(
                make_group(), ["calendar", "add", *args], obj=settings, input=answer
            )

    return run


def is_worked(database: Database, day: date = WEDNESDAY) -> bool:
    with database.read() as session:
        return load_calendar(session, "vn-0700").is_working_day(day)


def movers(database: Database) -> list[str]:
    with database.read() as session:
        return list(
            session.scalars(
                select(User.username)
                .join(DossierEvent, DossierEvent.actor_id == User.id)
                .where(DossierEvent.type == "dates_moved")
            )
        )


def test_the_dates_are_shown_and_moved_when_confirmed(run: Run, database: Database) -> None:
    result = run(*STORM, answer="y\n")

    assert result.exit_code == 0, result.output
    assert "vn-0700@1 -> vn-0700@2, first changed day 2026-03-04" in result.output
    assert "Thu 2026-03-05 08:30  ->  Fri 2026-03-06 08:30" in result.output
    assert "more (--json lists all)" in result.output
    assert "11 dossiers: " in result.output
    assert "Saved vn-0700@2; 11 dossiers moved." in result.output
    assert movers(database) == ["onestop"] * 11


def test_nothing_is_saved_when_it_is_not_confirmed(run: Run, database: Database) -> None:
    result = run(*STORM, answer="n\n")

    assert result.exit_code == 1
    assert is_worked(database)
    assert movers(database) == []


def test_json_lists_every_date_and_saves_only_when_told(run: Run, database: Database) -> None:
    shown = json.loads(run(*STORM, "--json").output)
    saved = json.loads(run(*STORM, "--json", "--yes").output)

    assert (shown["saved"], saved["saved"]) == (False, True)
    assert shown["dates"] == saved["dates"]
    assert len(shown["dates"]) == shown["promises"] + shown["steps"]
    whole = next(one for one in shown["dates"] if one["scope"] == "total")
    assert whole["after"] == "2026-03-06T08:30+07:00"
    assert not is_worked(database)


def test_a_swap_is_one_command(run: Run, database: Database) -> None:
    swap = ("--kind", "compensatory_off", "--worked", "07/03/2026", "--yes")

    result = run(*STORM, *swap)

    assert result.exit_code == 0, result.output
    assert is_worked(database, date(2026, 3, 7))


def test_one_agency_gets_its_own_calendar(run: Run, database: Database) -> None:
    with database.write() as session:
        who = session.get(User, make_staff(session, Role.ADMIN, 1).user_id)
        assert who is not None

    result = run(*STORM, "--agency", "H91.51", "--below", "--by", who.username, "--yes")

    assert "vn-0700@1 -> vn-0700-h91-51@1" in result.output
    assert "a copy for" in result.output
    assert is_worked(database)
    assert movers(database) == [who.username] * 11


def test_a_day_that_is_over_is_taken_with_a_warning(run: Run) -> None:
    result = run("2026-02-27", "--name", "Nghỉ bão", "--source", "TB", "--yes")

    assert result.exit_code == 0
    assert "Warning: 2026-02-27 is over." in result.output


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["31/02/2026", *STORM[1:]], "DAY: there is no such day."),
        (["soon", *STORM[1:]], "DAY: write the day as"),
        (["2031-03-04", *STORM[1:]], "2031-03-04 lies in a year that is not under years"),
        (["2026-04-30", *STORM[1:]], "vn-0700: 2026-04-30 stands twice"),
        (
            ["2026-04-30", "--kind", "makeup_working_day", "--hours", "07:00-11:00", *STORM[1:]],
            "2026-04-30 is a day off and a make-up working day",
        ),
        (["2026-03-07", "--kind", "makeup_working_day", *STORM[1:]], "has no hours"),
        ([*STORM, "--kind", "makeup_working_day", "--hours", "7-11"], "--hours: write hours as"),
        (
            [*STORM, "--kind", "makeup_working_day", "--hours", "07:00-25:00"],
            "07:00-25:00 goes beyond 24:00",
        ),
        (
            [*STORM, "--kind", "makeup_working_day", "--hours", "07:00-11:00, 10:00-12:00"],
            "07:00-11:00 and 10:00-12:00 overlap",
        ),
        ([*STORM, "--kind", "usual"], "is an ordinary day already"),
        (
            [*STORM, "--kind", "makeup_working_day", "--worked", "2026-03-07"],
            "--worked: only a day off is swapped",
        ),
        (["2026-03-04", "--source", "TB"], "--name: the day needs a name."),
        (["2026-03-04", "--name", "X", "--source", " "], "--source: name the document"),
        ([*STORM, "--calendar", "nowhere"], "There is no calendar 'nowhere'"),
        ([*STORM, "--agency", "H00.00"], "No agency has the code 'H00.00'"),
        ([*STORM, "--by", "nobody"], "There is no account 'nobody'"),
    ],
)
def test_what_cannot_be_entered_is_said_plainly(
    run: Run, database: Database, args: list[str], said: str
) -> None:
    result = run(*args, "--yes")

    assert result.exit_code == 1
    assert said in result.output
    assert movers(database) == []
