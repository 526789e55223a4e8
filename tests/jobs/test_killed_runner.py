"""A real runner, killed in the middle and started again: the same result, once."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from config import Config
from onestop import clock
from onestop.background import file_of, start_runner
from onestop.db import Database
from onestop.domain.calendar_changes import CalendarChange, ChangedDay
from onestop.domain.calendar_spec import DayKind
from onestop.domain.jobs import JobState
from onestop.domain.rights import Actor, Role
from onestop.models.events import DossierEvent
from onestop.models.jobs import Job
from onestop.services.calendar_preview import preview_change
from onestop.services.calendar_reach import Reach
from onestop.services.jobs import enqueue
from onestop.services.verification import verify
from tests.conftest import NOW
from tests.documents.reading import text_of
from tests.factories import DESK, make_province, make_staff, receive

ROOT = Path(__file__).resolve().parents[2]
AT = NOW + timedelta(minutes=30)
# `onestop jobs` with its clock at the Monday of the tests.
RUNNER = f"""
from datetime import datetime
from onestop import clock
with clock.moved(datetime.fromisoformat({AT.isoformat()!r}) - clock.now()):
    import wsgi
    import sys
    sys.argv = ["onestop", "jobs"]
    wsgi.main()
"""
STORM = {
    "on": "04/03/2026",
    "kind": "holiday",
    "name": "Nghỉ bão",
    "hours": "",
    "worked": "",
    "source": "TB 12/2026",
    "reach": "all",
    "below": "",
    "replaces": "",
}
BOOK = {"agency": 0, "year": 2026, "first": "2026-01-01", "last": "2026-12-31", "name": "book"}


@contextmanager
def runner(settings: Config) -> Iterator[subprocess.Popen[bytes]]:
    environment = {
        **os.environ,
        "ONESTOP_DATABASE_URL": settings.database_url,
        "ONESTOP_DATA_DIR": str(settings.data_dir),
        "ONESTOP_BASE_URL": settings.base_url,
    }
    command = [sys.executable, "-c", RUNNER]
    process = subprocess.Popen(  # noqa: S603
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def asked(database: Database, dossiers: int) -> list[int]:
    """Dossiers, and two jobs: their book, and a day off that moves all of them."""
    with database.write() as session:
        province = make_province(session)
        clerk: Actor = make_staff(session, Role.CLERK, province[DESK])
        admin = make_staff(session, Role.ADMIN, province["H91"])
        papers = [{"code": "declaration"}, {"code": "identity"}]
        for _ in range(dossiers):
            receive(session, clerk, procedure="1.004873", papers=papers)
        storm = CalendarChange(
            (ChangedDay(date(2026, 3, 4), DayKind.HOLIDAY, "Nghỉ bão"),), "TB 12/2026"
        )
        token = preview_change(session, storm, Reach(), at=AT).token
        book = {**BOOK, "agency": province[DESK], "form": "pdf"}
        return [
            enqueue(session, "tracking_book", book, by=clerk.user_id, at=NOW),
            enqueue(
                session,
                "calendar_change",
                {"typed": STORM, "token": token},
                by=admin.user_id,
                at=NOW,
            ),
        ]


def state_of(database: Database, job_id: int) -> JobState:
    with database.read() as session:
        return session.scalars(select(Job.state).where(Job.id == job_id)).one()


def killed_while(database: Database, settings: Config, job_id: int, after: float) -> None:
    """Start a runner, let it take the job up, and kill it a moment later."""
    with runner(settings) as process:
        while process.poll() is None and state_of(database, job_id) is JobState.QUEUED:
            time.sleep(0.01)
        time.sleep(after)
        process.send_signal(signal.SIGKILL)


def check(database: Database, settings: Config, jobs: list[int], dossiers: int) -> None:
    assert [state_of(database, job_id) for job_id in jobs] == ["done", "done"]
    book = text_of(file_of(settings.data_dir, jobs[0]).read_bytes())
    assert f"Cộng: {dossiers} số, trong đó 0 số đã hủy." in book
    with database.read() as session:
        moved = session.scalars(
            select(DossierEvent.dossier_id).where(DossierEvent.type == "dates_moved")
        ).all()
        assert len(moved) == len(set(moved)) == dossiers
        assert verify(session).breaks == ()
    left = {path.name for path in (settings.data_dir / "jobs").iterdir()}
    assert left == {str(jobs[0]), "runner.lock"}


@pytest.mark.drill
def test_a_runner_killed_again_and_again_comes_to_the_same_end(
    database: Database, settings: Config
) -> None:
    chance = random.Random(4)
    jobs = asked(database, 400)

    for n in range(12):
        killed_while(database, settings, jobs[n % 2], after=chance.uniform(0.0, 1.5))
    with runner(settings) as process:
        assert process.wait(120) == 0

    check(database, settings, jobs, 400)


@pytest.mark.drill
def test_the_server_starts_one_runner_that_lives_by_itself(
    database: Database, settings: Config
) -> None:
    with database.write() as session:
        province = make_province(session)
        clerk: Actor = make_staff(session, Role.CLERK, province[DESK])
        receive(session, clerk)
        book = {**BOOK, "agency": province[DESK], "form": "pdf"}
        job_id = enqueue(session, "tracking_book", book, by=clerk.user_id, at=clock.now())

    for _ in range(3):
        start_runner(settings)
    deadline = time.monotonic() + 60
    while state_of(database, job_id) is not JobState.DONE and time.monotonic() < deadline:
        time.sleep(0.1)

    assert "Cộng: 1 số" in text_of(file_of(settings.data_dir, job_id).read_bytes())
