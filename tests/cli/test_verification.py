"""`onestop verify`: exit code 0 fine, 1 broken, 2 could not check."""

import json
import sqlite3
from dataclasses import replace

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from config import Config
from onestop.cli import make_group
from onestop.db import Database
from onestop.domain.rights import Role
from onestop.models.sealing import install_keyring
from tests.factories import DESK, make_province, make_staff, receive


@pytest.fixture
def code(settings: Config, keyring) -> str:
    with Database(settings.database_url, keyring=keyring) as database, database.write() as session:
        province = make_province(session)
        clerk = make_staff(session, Role.CLERK, province[DESK])
        receive(session, clerk)
        return receive(session, clerk).code


def run(settings: Config, *words: str):
    return CliRunner().invoke(make_group(), ["verify", *words], obj=settings)


def test_a_sound_history_exits_0_and_says_no_more_than_it_knows(settings, code):
    result = run(settings)

    assert result.exit_code == 0
    assert result.output.splitlines()[0] == (
        "Internally consistent only: 2 dossiers, 2 events, 0 anchors."
    )


def test_the_command_brings_the_keys_of_the_sealed_texts_itself(settings, code):
    install_keyring(None)

    assert run(settings).exit_code == 0


def test_without_the_keys_nothing_is_checked(settings, code, tmp_path):
    result = run(replace(settings, data_dir=tmp_path / "empty"))

    assert result.exit_code == 2
    assert "KeysMissing" in result.output


def test_a_moved_due_date_exits_1_and_names_the_dossier(settings, code, keyring):
    with Database(settings.database_url, keyring=keyring) as database, database.write() as session:
        session.execute(
            text("UPDATE dossiers SET due_at = received_at WHERE code = :code"), {"code": code}
        )

    result = run(settings)
    assert result.exit_code == 1
    assert f"BROKEN  {code}  version 1  table_differs" in result.output
    found = json.loads(run(settings, "--json").output)
    assert [b["dossier"] for b in found["breaks"]] == [code]


@pytest.mark.only_sqlite
def test_one_changed_byte_in_the_file_exits_1(settings, code):
    """The bytes on the disk, changed by somebody who never opened the product."""
    path = settings.database_url.removeprefix("sqlite:///")
    with sqlite3.connect(path) as raw:
        drop_triggers(raw)
        (body,) = raw.execute(
            "SELECT body FROM dossier_events WHERE dossier_id = 2 AND version = 1"
        ).fetchone()
        changed = bytes(body).replace(b'"copies":1', b'"copies":2')
        raw.execute("UPDATE dossier_events SET body = ? WHERE dossier_id = 2", (changed,))
    raw.close()

    result = run(settings)
    assert result.exit_code == 1
    assert f"BROKEN  {code}  version 1  chain_broken" in result.output


def drop_triggers(raw: sqlite3.Connection) -> None:
    names = raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for (name,) in names:
        raw.execute(f'DROP TRIGGER "{name}"')


def test_what_cannot_be_opened_exits_2(settings, tmp_path):
    lost = replace(settings, database_url=f"sqlite:///{tmp_path}/nowhere/lost.sqlite3")
    result = run(lost)

    assert result.exit_code == 2
