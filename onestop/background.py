"""Work outside of requests: what a job is given, where its file lies, how its process starts."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO

from onestop.db import Database
from onestop.domain.errors import DomainError
from onestop.domain.office_time import OFFICE_ZONE
from onestop.settings import Settings
from onestop.writer_lock import DatabaseBusy, WriterLock

FOLDER = "jobs"
ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Task:
    """One job as the work of its kind gets it.

    `tell(done, total)` may be called as often as one likes, but not inside `database.write()` of
    an SQLite file, which has one writer. `file` is where the work leaves its bytes.
    """

    id: int
    asked_by: int
    agency_id: int | None
    asked_at: datetime
    arguments: Mapping[str, Any]
    database: Database
    now: Callable[[], datetime]
    tell: Callable[[int, int], None]
    file: Path


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came out, as counts and codes; `file_name` where a file was left."""

    values: Mapping[str, Any] = field(default_factory=dict)
    file_name: str = ""


Work = Callable[[Task], Outcome | None]
"""Does one job; None when it told its end itself, in the transaction that did the work."""


def file_of(data_dir: Path, job_id: int) -> Path:
    """Return where the file of a job lies; its folder is made when it is not there."""
    folder = data_dir / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / str(job_id)


def runner_lock(data_dir: Path) -> Path:
    """Return the file whose lock the one runner holds; the system lets it go however that ends."""
    return file_of(data_dir, 0).with_name("runner.lock")


def is_runner_at_work(data_dir: Path) -> bool:
    """Say whether a runner holds the lock at this moment."""
    try:
        with WriterLock(runner_lock(data_dir), wait_seconds=0.0).held():
            return False
    except DatabaseBusy:
        return True


@contextmanager
def written(path: Path) -> Iterator[BinaryIO]:
    """Give a file that only we may read and that stands at `path` when all of it is written."""
    part = path.with_name(f"{path.name}.part")
    descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w+b") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def refusal(error: DomainError) -> dict[str, Any]:
    """Return what is kept of a refusal: the names of its class and parents, its values as text."""
    names = [kind.__name__ for kind in type(error).__mro__ if issubclass(kind, DomainError)]
    return {"refused": names, "values": {name: _text(v) for name, v in vars(error).items()}}


def _text(value: Any) -> str:
    match value:
        case datetime():
            return f"{value.astimezone(OFFICE_ZONE):%H:%M %d/%m/%Y}"
        case date():
            return f"{value:%d/%m/%Y}"
        case tuple() | list() | set() | frozenset():
            return ", ".join(map(_text, value))
        case _:
            return str(value)


def start_runner(settings: Settings) -> None:
    """Start `onestop jobs` beside this process and let it go; a second one ends at once.

    It outlives the process that started it. What a stopped one left is taken up by the next.
    """
    environment = {
        **os.environ,
        "ONESTOP_DATABASE_URL": settings.database_url,
        "ONESTOP_DATA_DIR": str(settings.data_dir),
        "ONESTOP_BASE_URL": settings.base_url,
        "ONESTOP_SECRET_KEY": settings.secret_key,
        "PYTHONPATH": str(ROOT),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "onestop", "jobs"],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    # Somebody has to wait for it, or it stays a zombie as long as the server runs.
    threading.Thread(target=process.wait, name="job", daemon=True).start()
