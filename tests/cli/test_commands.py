"""The commands as they are typed: what they print, and how they end."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from config import Config
from onestop.cli import COMMANDS, make_group
from onestop.db import Database
from onestop.schema import head_revision
from onestop.services.accounts import create_user
from tests.databases import Databases

Call = Callable[..., Result]


@pytest.fixture
def onestop(tmp_path: Path) -> Call:
    def call(*arguments: str, **environment: str) -> Result:
        settings = Config.from_environment({"ONESTOP_DATA_DIR": str(tmp_path), **environment})
        return CliRunner().invoke(make_group(), arguments, obj=settings)

    return call


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_explains_itself(onestop: Call, name: str) -> None:
    result = onestop(name, "--help")

    assert result.exit_code == 0
    assert "Usage:" in result.output


def test_the_list_of_commands_is_complete(onestop: Call) -> None:
    result = onestop("--help")

    assert result.exit_code == 0
    assert all(name in result.output for name in COMMANDS)


def test_an_unknown_command_is_a_mistake_of_the_caller(onestop: Call) -> None:
    assert onestop("fly").exit_code == 2


def test_the_schema_is_brought_up_to_date_once(
    onestop: Call, databases: Databases, engine_kind: str
) -> None:
    with databases.empty(engine_kind) as url:
        first = onestop("db", "upgrade", ONESTOP_DATABASE_URL=url)
        second = onestop("db", "upgrade", ONESTOP_DATABASE_URL=url)
        database = Database(url)
        found = database.revision()
        database.close()

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "from nothing" in first.output
    assert "up to date" in second.output
    assert found == head_revision()


def test_a_database_that_is_refused_is_named_in_words(onestop: Call) -> None:
    result = onestop("db", "upgrade", ONESTOP_DATABASE_URL="mysql://localhost/x")

    assert result.exit_code == 1
    assert "mysql" in result.output
    assert "Traceback" not in result.output


def test_a_loopback_installation_serves_no_other_machine(onestop: Call) -> None:
    result = onestop("run", "--host", "0.0.0.0")  # noqa: S104 - it is refused

    assert result.exit_code == 1
    assert "ONESTOP_BASE_URL" in result.output


@pytest.mark.parametrize(
    "words",
    [["run"], ["run", "--host", "0.0.0.0"], ["run", "--upgrade", "--demo"]],  # noqa: S104 - refused
    ids=" ".join,
)
def test_citizens_are_not_served_over_plain_http(onestop: Call, words: list[str]) -> None:
    result = onestop(*words, ONESTOP_BASE_URL="http://motcua.example.vn")

    assert result.exit_code == 1
    assert "http://motcua.example.vn is not https" in result.output


def test_a_demonstration_is_not_served_to_citizens(
    onestop: Call, databases: Databases, now: datetime
) -> None:
    public = {"ONESTOP_BASE_URL": "https://motcua.example.vn"}
    with databases.copy("sqlite") as url:
        with Database(url) as database, database.write() as session:
            create_user(
                session, "mai", display_name="Lý Thị Mai", password_hash="x", at=now, demo=True
            )
        served = onestop("run", ONESTOP_DATABASE_URL=url, **public)
        as_wsgi = onestop("routes", ONESTOP_DATABASE_URL=url, **public)
    filled = onestop("run", "--demo", **public)

    for result in (served, as_wsgi, filled):
        assert result.exit_code == 1
        assert "would show a demonstration" in result.output


def test_an_old_schema_is_not_served(onestop: Call) -> None:
    result = onestop("run")

    assert result.exit_code == 1
    assert "onestop db upgrade" in result.output
