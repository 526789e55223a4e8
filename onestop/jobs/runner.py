"""The runner: takes up jobs one after another until none waits, one runner per installation."""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from onestop.background import Outcome, Task, Work, file_of, refusal, runner_lock
from onestop.db import Database, DatabaseBusy
from onestop.domain.errors import DomainError
from onestop.domain.jobs import JobBroken, JobGivenUp
from onestop.services import jobs as services
from onestop.services.jobs import ClaimedJob
from onestop.writer_lock import WriterLock

BEAT_SECONDS = 1.0
MOST_TRIES = 3

Clock = Callable[[], datetime]

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Worked:
    """How many jobs were done, refused or broken, and how many files were deleted."""

    done: int = 0
    refused: int = 0
    broken: int = 0
    expired: int = 0
    kinds: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Places:
    """The folder of files, the lock of the one runner, and which job it has in hand."""

    data_dir: Path

    @property
    def lock(self) -> Path:
        """Held while a runner works."""
        return runner_lock(self.data_dir)

    @property
    def in_hand(self) -> Path:
        """Holds the id of the job that the holder of the lock is doing."""
        return self.lock.with_name("in-hand")

    def orphan(self) -> int | None:
        """The job that the last holder of the lock did not end; ask only while holding it."""
        try:
            return int(self.in_hand.read_text())
        except (OSError, ValueError):
            return None

    def clear(self) -> None:
        """Delete what a killed runner had begun to write; ask only while holding the lock."""
        for path in self.lock.parent.iterdir():
            if not path.name.isdigit() and path not in (self.lock, self.in_hand):
                path.unlink(missing_ok=True)


def work_off(database: Database, kinds: Mapping[str, Work], *, now: Clock) -> Worked:
    """Do every job that waits and return what was done; at once when another runner is at it.

    A job whose process was killed is begun anew: what it did is in one transaction or can be done
    twice. Needs the data folder, which every process of an installation shares.
    Source: docs/rules.md, rule R26.
    """
    if database.data_dir is None:
        raise ValueError("jobs need the data folder")
    places, worked = Places(database.data_dir), Worked()
    while True:
        try:
            with WriterLock(places.lock, wait_seconds=0.0).held():
                places.clear()
                worked.expired += tidy(database, now=now)
                while _next(database, kinds, places, worked, now):
                    pass
        except DatabaseBusy:
            return worked
        # Somebody who asked just before the lock was given back found it held: look once more.
        with database.read() as session:
            if not services.is_waiting(session):
                return worked


def tidy(database: Database, *, now: Clock) -> int:
    """Delete the files of which the day is over and give up what never ends; return how many files.

    Safe beside a runner, and twice. Without a data folder there is nothing to tidy.
    """
    if database.data_dir is None:
        return 0
    with database.read() as session:
        at = now()
        old, lost = services.out_of_date(session, at=at), services.given_up(session, at=at)
    for job_id in (*old, *lost):
        file_of(database.data_dir, job_id).unlink(missing_ok=True)
    if old or lost:
        with database.write() as session:
            services.expire(session, old)
            for job_id in lost:
                services.fail(session, job_id, outcome=refusal(JobGivenUp()), at=now())
    return len(old)


def _next(
    database: Database, kinds: Mapping[str, Work], places: Places, worked: Worked, now: Clock
) -> bool:
    """Do one job; whether there was one."""
    with database.write() as session:
        job = services.claim(session, at=now(), orphan=places.orphan())
        if job is not None:
            places.in_hand.write_text(str(job.id))
    if job is None:
        return False
    worked.kinds.append(job.kind)
    for tries_left in range(MOST_TRIES - 1, -1, -1):
        try:
            _do(database, kinds[job.kind], job, places, now)
        except DatabaseBusy:
            if tries_left:
                continue
            logger.exception("job %s: the database is busy", job.id)
            _fail(database, job, JobBroken(), places, now)
            worked.broken += 1
        except DomainError as error:
            logger.warning("job %s refused: %s", job.id, error)
            _fail(database, job, error, places, now)
            worked.refused += 1
        except Exception:
            logger.exception("job %s failed", job.id)
            _fail(database, job, JobBroken(), places, now)
            worked.broken += 1
        else:
            worked.done += 1
        break
    places.in_hand.unlink(missing_ok=True)
    return True


def _do(database: Database, work: Work, job: ClaimedJob, places: Places, now: Clock) -> None:
    task = Task(
        id=job.id,
        asked_by=job.asked_by,
        agency_id=job.agency_id,
        asked_at=job.asked_at,
        arguments=job.arguments,
        database=database,
        now=now,
        tell=_Teller(database, job.id, now),
        file=file_of(places.data_dir, job.id),
    )
    outcome = work(task)
    if outcome is not None:
        _finish(database, job, outcome, now)


def _finish(database: Database, job: ClaimedJob, outcome: Outcome, now: Clock) -> None:
    with database.write() as session:
        services.finish(
            session, job.id, outcome=outcome.values, at=now(), file_name=outcome.file_name
        )


def _fail(
    database: Database, job: ClaimedJob, error: DomainError, places: Places, now: Clock
) -> None:
    # An earlier attempt may have been killed when its file was there already.
    file_of(places.data_dir, job.id).unlink(missing_ok=True)
    with database.write() as session:
        services.fail(session, job.id, outcome=refusal(error), at=now())


class _Teller:
    """Tells how far a job is, at most once a second."""

    def __init__(self, database: Database, job_id: int, now: Clock) -> None:
        self._database, self._job_id, self._now = database, job_id, now
        self._told = 0.0

    def __call__(self, done: int, total: int) -> None:
        moment = time.monotonic()
        if moment - self._told < BEAT_SECONDS:
            return
        self._told = moment
        with self._database.write() as session:
            services.beat(session, self._job_id, done=done, total=total, at=self._now())
