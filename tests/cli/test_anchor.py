"""`onestop anchor`, and `onestop verify` with what was kept outside."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from config import Config
from onestop import clock
from onestop.cli import make_group
from onestop.db import Database
from onestop.domain.rights import Role
from onestop.inputs.form_editions import form_editions
from onestop.models.dossiers import Dossier
from onestop.queries.anchors import latest_anchor
from onestop.queries.paper_rows import Printing, receipt_row
from tests.conftest import NOW
from tests.factories import DESK, make_province, make_staff, receive
from tests.services.test_anchors import forge_anchors, rewrite


@pytest.fixture
def code(settings: Config, keyring) -> str:
    """One dossier in an installation that has been swept once."""
    with Database(settings.database_url, keyring=keyring) as database, database.write() as session:
        province = make_province(session)
        received = receive(session, make_staff(session, Role.CLERK, province[DESK]))
    assert run(settings, "sweep").exit_code == 0
    return received.code


def run(settings: Config, *words: str, at=NOW):
    with clock.moved(at - clock.now()):
        return CliRunner().invoke(make_group(), words, obj=settings)


def files(settings: Config) -> list[Path]:
    return sorted((settings.data_dir / "anchors").iterdir())


def printed(settings: Config, keyring, code: str) -> str:
    """What somebody types from a receipt printed now."""
    with Database(settings.database_url, keyring=keyring) as database, database.read() as session:
        dossier_id = session.scalar(select(Dossier.id).where(Dossier.code == code))
        row = receipt_row(session, dossier_id, Printing(NOW, form_editions(), "http://x.vn"))
    return f"{code}:{row.first_event_hash[:16]}:{row.anchor[:16]}"


def test_the_sweep_makes_one_anchor_a_day_and_its_file(settings, code):
    again = run(settings, "sweep", at=NOW + timedelta(hours=5))
    tomorrow = run(settings, "sweep", at=NOW + timedelta(days=1))

    assert "Anchor" not in again.output
    assert "Anchor 2 of the day made." in tomorrow.output
    assert [path.name for path in files(settings)] == ["anchor-000001.txt", "anchor-000002.txt"]


def test_a_file_that_a_crash_left_out_is_written_with_the_next_anchor(settings, code):
    files(settings)[0].unlink()

    result = run(settings, "anchor", "--json")

    assert json.loads(result.output)["number"] == 2
    assert [path.name for path in files(settings)] == ["anchor-000001.txt", "anchor-000002.txt"]


def test_a_second_copy_is_put_where_it_is_wanted(settings, code, tmp_path):
    result = run(settings, "anchor", "--out", str(tmp_path))
    run(settings, "anchor", "--out", str(tmp_path / "mine.txt"))

    copy = tmp_path / "anchor-000002.txt"
    assert f"{copy}: written" in result.output
    assert copy.read_bytes() == files(settings)[1].read_bytes()
    assert (tmp_path / "mine.txt").read_text(encoding="utf-8").splitlines()[1] == "anchor 3"


def test_where_no_copy_can_be_written_nothing_is_anchored(settings, code, tmp_path):
    for out in (tmp_path / "nowhere" / "a.txt", tmp_path / "nowhere" / "deeper", Path("/proc")):
        result = run(settings, "anchor", "--out", str(out))

        assert result.exit_code == 2
        assert "Traceback" not in result.output
        assert str(out) in result.output.replace("\n", "")
    assert [path.name for path in files(settings)] == ["anchor-000001.txt"]
    assert "1 anchors" in run(settings, "verify").output


def test_without_anything_from_outside_no_more_is_said_than_is_known(settings, code):
    result = run(settings, "verify")

    assert result.exit_code == 0
    assert result.output.startswith("Internally consistent only: 1 dossiers, 1 events, 1 anchors.")
    assert "genuine" not in result.output


def test_a_sound_log_agrees_with_its_anchor_and_its_receipt(settings, code, keyring):
    anchor = files(settings)[0]
    with Database(settings.database_url, keyring=keyring) as database, database.read() as session:
        digits = latest_anchor(session).hash[:16]

    kept = run(settings, "verify", "--anchor", str(anchor))
    paper = run(settings, "verify", "--receipt", printed(settings, keyring, code))

    assert (kept.exit_code, paper.exit_code) == (0, 0), kept.output + paper.output
    assert f"{digits}: 1 dossiers stand as they stood." in kept.output
    assert "Consistent, and as kept outside" in kept.output
    assert paper.output == f"AGREES  {code}  with the receipt: event and anchor.\n"


def test_a_log_written_anew_with_its_anchors_fails_by_file_and_by_receipt(
    settings, code, keyring, tmp_path
):
    run(settings, "anchor", "--out", str(tmp_path))
    paper = printed(settings, keyring, code)
    with Database(settings.database_url, keyring=keyring) as database, database.write() as session:
        rewrite(session, code)
        forge_anchors(session, 2)

    assert run(settings, "verify").exit_code == 0
    kept = run(settings, "verify", "--anchor", str(files(settings)[0]), "--json")
    claimed = run(settings, "verify", "--receipt", paper)

    assert (kept.exit_code, claimed.exit_code) == (1, 1)
    assert {b["fault"] for b in json.loads(kept.output)["breaks"]} == {
        "anchor_changed",
        "anchor_differs",
    }
    assert f"BROKEN  {code}  version 1  receipt_differs" in claimed.output


def test_what_is_no_anchor_or_no_receipt_exits_2(settings, code, tmp_path):
    half = tmp_path / "half.txt"
    half.write_text(files(settings)[0].read_text(encoding="utf-8")[:-9], encoding="utf-8")

    for words in (
        ("--anchor", str(half)),
        ("--anchor", str(tmp_path / "nowhere.txt")),
        ("--receipt", code),
    ):
        result = run(settings, "verify", *words)
        assert result.exit_code == 2
        assert "Could not check" in result.output
