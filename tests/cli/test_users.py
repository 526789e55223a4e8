"""`onestop user disable`: what an account has in hand keeps it open, and the answer says where."""

from dataclasses import dataclass

import pytest
from click.testing import CliRunner, Result

from config import Config
from onestop.cli import make_group
from onestop.db import Database
from onestop.domain.rights import Actor, Role
from onestop.services.casework import accept_step, finish_step
from tests.conftest import NOW
from tests.factories import DESK, JUSTICE, make_province, make_staff, receive

MARITAL = {"procedure": "1.004873", "papers": [{"code": "declaration"}, {"code": "identity"}]}
OFFICER = ("--role", "officer", "--agency", JUSTICE)


@dataclass(frozen=True)
class Held:
    """A step that the officer `an` holds."""

    settings: Config
    database: Database
    officer: Actor
    code: str

    def call(self, *arguments: str) -> Result:
        return CliRunner().invoke(make_group(), ["user", *arguments], obj=self.settings)

    def finish(self) -> None:
        with self.database.write() as session:
            finish_step(
                session,
                self.code,
                step="check",
                late_reason="heavy_load",
                actor=self.officer,
                at=NOW,
            )


@pytest.fixture
def held(settings: Config, database: Database) -> Held:
    with database.write() as session:
        province = make_province(session)
        clerk = make_staff(session, Role.CLERK, province[DESK])
        officer = make_staff(session, Role.OFFICER, province[JUSTICE], username="an")
        code = receive(session, clerk, **MARITAL).code
        accept_step(session, code, step="check", actor=officer, at=NOW)
    return Held(settings, database, officer, code)


@pytest.mark.parametrize("what", [(), OFFICER], ids=["the account", "the role"])
def test_what_is_in_hand_is_counted_and_the_page_to_move_it_named(held: Held, what: tuple) -> None:
    result = held.call("disable", "an", *what)

    agency = held.officer.assignments[0].agency_id
    assert result.exit_code == 1
    assert "1 step of dossiers in hand" in result.output
    url = f"http://127.0.0.1:8000/casework/staff/{agency}/{held.officer.user_id}"
    assert url in result.output


def test_with_nothing_in_hand_the_account_is_closed(held: Held) -> None:
    held.finish()

    result = held.call("disable", "an")

    assert (result.exit_code, result.output) == (0, "Account an is closed.\n")


def test_one_role_is_ended_and_ended_once(held: Held) -> None:
    held.finish()

    first, again = (held.call("disable", "an", *OFFICER) for _ in range(2))

    assert (first.exit_code, again.exit_code) == (0, 1)
    assert f"no longer officer at {JUSTICE}" in first.output
    assert "an is not officer there" in again.output


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("an", "--role", "officer"), 2, "belong together"),
        (("an", "--role", "officer", "--agency", "H00"), 1, "No agency"),
        (("nobody",), 1, "no account"),
    ],
    ids=["half a role", "no such agency", "nobody"],
)
def test_what_cannot_be_ended_is_said_in_words(
    held: Held, arguments: tuple, code: int, words: str
) -> None:
    result = held.call("disable", *arguments)

    assert result.exit_code == code
    assert words in result.output
