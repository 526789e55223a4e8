"""A tracking book of 20,000 lines made by the job: time, memory, pages, as PDF and as Excel.

    python -m bench.tracking_book

The lines are whole dossiers of one desk, received in a day and a half. Each file is made by a
process of its own, `onestop jobs`, as the server starts it; its start is part of the time.
"""

import argparse
import os
import resource
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import select

from bench import places
from bench.open_dossiers import DESKS, fill_open
from onestop.background import file_of
from onestop.db import Database
from onestop.domain.rights import Role
from onestop.installation import prepare_data_dir
from onestop.models.agencies import Agency
from onestop.models.jobs import Job, JobState
from onestop.models.sealing import Keyring
from onestop.services.jobs import enqueue
from tests.factories import make_staff

NOW = datetime(2026, 8, 18, 16, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
GOAL_SECONDS, GOAL_MEBIBYTES = 60, 300


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--database", choices=places.KINDS, help="only this one")
    parser.add_argument("--lines", type=int, default=20_000, help="at most 90000")
    parser.add_argument("--folder", help="on the disk to measure on; default: the system's")
    options = parser.parse_args()
    for kind in [options.database] if options.database else places.KINDS:
        with places.folder(options.folder) as place:
            _measure(kind, place, min(options.lines, 90_000))


def _measure(kind: str, place: Path, lines: int) -> None:
    data_dir = place / "data"
    prepare_data_dir(data_dir)
    keyring = Keyring.load(data_dir / "keys")
    with (
        places.migrated(kind, place) as (url, _),
        Database(url, keyring=keyring, data_dir=data_dir) as database,
    ):
        began = time.perf_counter()
        with database.write() as session:
            fill_open(session, lines, now=NOW, desks=DESKS[:1])
        print(f"{kind:10} filled in {time.perf_counter() - began:.0f} s", flush=True)
        for form in ("pdf", "xlsx"):
            _make(kind, database, data_dir, url, form)


def _make(kind: str, database: Database, data_dir: Path, url: str, form: str) -> None:
    with database.write() as session:
        desk = session.scalars(select(Agency.id).where(Agency.code == DESKS[0])).one()
        clerk = make_staff(session, Role.CLERK, desk)
        days = {"first": "2026-01-01", "last": "2026-12-31"}
        book = {"agency": desk, "year": 2026, **days, "form": form, "name": "book"}
        job_id = enqueue(
            session, "tracking_book", book, by=clerk.user_id, at=datetime.now(NOW.tzinfo)
        )
    environment = {
        **os.environ,
        "ONESTOP_DATABASE_URL": url,
        "ONESTOP_DATA_DIR": str(data_dir),
    }
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    command = [sys.executable, "-c", RUN]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    seconds = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    mebibytes = int(done.stdout.split()[-1]) / 1024
    with database.read() as session:
        state, lines = session.execute(select(Job.state, Job.total).where(Job.id == job_id)).one()
    path = file_of(data_dir, job_id)
    size = path.stat().st_size / 1e6
    print(
        f"{kind:10} {form:5} {lines} lines, {_counted(path, form)}, {size:.1f} MB:"
        f" {seconds:.1f} s, {cpu:.1f} s of processor time, {mebibytes:.0f} MiB",
        flush=True,
    )
    if state is not JobState.DONE:
        raise SystemExit(1)


# Peak memory of the process itself: RUSAGE_CHILDREN keeps the largest of all children.
RUN = """
import resource, sys, wsgi
sys.argv = ["onestop", "jobs"]
try:
    wsgi.main()
finally:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def _counted(path: Path, form: str) -> str:
    if form == "pdf":
        return f"{len(PdfReader(path).pages)} pages"
    with path.open("rb") as file:
        return f"{load_workbook(file, read_only=True).active.max_row} rows"


if __name__ == "__main__":
    main()
