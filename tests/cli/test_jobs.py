"""`onestop jobs` works off what waits, `sweep` deletes what is old, `book` writes a book."""

import json
from datetime import timedelta
from pathlib import Path

from click.testing import CliRunner, Result
from openpyxl import load_workbook

from config import Config
from onestop import clock
from onestop.background import file_of
from onestop.cli import make_group
from onestop.db import Database
from onestop.domain.jobs import KEPT
from onestop.domain.rights import Role
from onestop.models.sealing import Keyring
from onestop.services.jobs import enqueue
from tests.conftest import NOW
from tests.documents.reading import text_of
from tests.factories import DESK, make_province, make_staff, receive


def run(settings: Config, *args: str, after: timedelta = timedelta(minutes=1)) -> Result:
    with clock.moved(NOW + after - clock.now()):
        return CliRunner().invoke(make_group(), args, obj=settings)


def test_what_waits_is_done_and_deleted_after_a_day(
    settings: Config, keyring: Keyring, tmp_path: Path
) -> None:
    with Database(settings.database_url, keyring=keyring) as database:
        with database.write() as session:
            province = make_province(session)
            clerk = make_staff(session, Role.CLERK, province[DESK])
            code = receive(session, clerk).code
            days = {"first": "2026-01-01", "last": "2026-12-31"}
            book = {"agency": province[DESK], "year": 2026, **days, "form": "pdf", "name": "book"}
            job_id = enqueue(session, "tracking_book", book, by=clerk.user_id, at=NOW)
            enqueue(session, "no_such_kind", {}, by=clerk.user_id, at=NOW)

        done = run(settings, "jobs", "--json")

        assert done.exit_code == 1
        told = json.loads(done.output)
        assert (told["done"], told["broken"]) == (1, 1)
        path = file_of(settings.data_dir, job_id)
        assert code in text_of(path.read_bytes())
        assert run(settings, "jobs").exit_code == 0

        swept = run(settings, "sweep", after=KEPT + timedelta(minutes=2))
        assert "Files of jobs deleted: 1." in swept.output
        assert not path.exists()

    for suffix in ("pdf", "xlsx"):
        out = tmp_path / f"book.{suffix}"
        made = run(settings, "book", "--agency", DESK, "--year", "2026", "--out", str(out))
        assert made.exit_code == 0, made.output
        assert "1 numbers" in made.output
    assert code in text_of((tmp_path / "book.pdf").read_bytes())
    rows = list(load_workbook(tmp_path / "book.xlsx").active.iter_rows(values_only=True))
    assert rows[-1][1] == code
    unknown = run(settings, "book", "--agency", "H99", "--year", "2026", "--out", "x.pdf")
    assert (unknown.exit_code, "No agency" in unknown.output) == (1, True)
