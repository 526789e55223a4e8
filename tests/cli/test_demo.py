"""`onestop demo`: what it prints, when it refuses, and who may sign in on the local network."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import time_machine
from click.testing import CliRunner, Result

from config import Config
from onestop.cli import make_group
from onestop.cli.first_start import make_first_administrator
from onestop.db import Database
from onestop.domain.accounts import needs_second_factor
from onestop.queries.accounts import users

AT = datetime(2026, 6, 15, 3, 0, tzinfo=UTC)
Run = Callable[..., Result]


@pytest.fixture
def run(settings: Config) -> Run:
    def run(*args: str, at: datetime = AT, **changes: object) -> Result:
        with time_machine.travel(at, tick=False):
            return CliRunner().invoke(make_group(), args, obj=replace(settings, **changes))

    return run


def test_the_demo_says_how_to_get_in(run: Run) -> None:
    result = run("demo", "--scale", "60")

    assert result.exit_code == 0
    assert "Address:  http://127.0.0.1:8000/" in result.output
    assert "mot-cua-minh-hoa" in result.output
    assert "motcua1.damsen" in result.output
    assert "code now " in result.output
    assert "http://127.0.0.1:8000/s/" in result.output
    assert run("verify").exit_code == 0


def test_the_demo_is_not_made_twice(run: Run, database: Database) -> None:
    run("demo", "--scale", "5")
    with database.read() as session:
        before = users(session, now=AT)

    again = run("demo", "--if-empty")
    refused = run("demo")

    assert again.exit_code == 0
    assert "there already" in again.output
    assert refused.exit_code == 1
    with database.read() as session:
        assert users(session, now=AT) == before


def test_real_data_is_left_alone(run: Run, database: Database) -> None:
    make_first_administrator(database, AT)

    for args in (["demo"], ["demo", "--if-empty"]):
        result = run(*args)
        assert result.exit_code == 1
        assert "real accounts" in result.output


def test_leaders_cannot_sign_in_on_the_local_network(run: Run, database: Database) -> None:
    run("demo", "--scale", "5", lan=True, base_url="http://192.0.2.7:8000")

    with database.read() as session:
        closed = {u.username: u.disabled for u in users(session, now=AT)}
        needed = {
            u.username: needs_second_factor(r.role for r in u.roles) for u in users(session, now=AT)
        }
    assert closed == needed

    run("demo", "--if-empty")

    with database.read() as session:
        assert not any(u.disabled for u in users(session, now=AT))


@pytest.mark.parametrize("year", [2024, 2029], ids=["before the province", "after the calendars"])
def test_a_clock_that_is_far_off_is_named(run: Run, database: Database, year: int) -> None:
    result = run("demo", "--scale", "5", at=datetime(year, 1, 8, 3, tzinfo=UTC))

    assert result.exit_code == 1
    assert f"the clock of this machine says {year}-01-08" in result.output
    with database.read() as session:
        assert users(session, now=AT) == []


def test_more_than_can_be_made_with_history_is_refused(run: Run) -> None:
    result = run("demo", "--scale", "100001")

    assert result.exit_code == 1
    assert "100000 dossiers" in result.output
    assert "onestop demo --scale 100001 --history none" in result.output


def test_without_history_every_command_says_that_it_is_for_benchmarks(run: Run) -> None:
    made = run("demo", "--scale", "60", "--history", "none")

    assert made.exit_code == 0
    assert "60 dossiers of a year, one event each" in made.output
    assert "motcua1.damsen" in made.output
    again, checked = run("demo", "--if-empty"), run("verify")
    assert checked.exit_code == again.exit_code == 0
    for told in (made, again, checked):
        assert "BENCH ONLY: 60 dossiers of this database" in told.output
    assert json.loads(run("verify", "--json").output)["without_history"] == 60


def test_with_history_no_command_speaks_of_benchmarks(run: Run) -> None:
    outputs = [run("demo", "--scale", "20").output, run("verify").output]

    assert not any("BENCH" in output for output in outputs)
