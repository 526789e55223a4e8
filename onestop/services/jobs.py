"""Jobs: asked for once, taken by one process, told of while they run, ended once."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.orm import Session

from onestop.domain.jobs import GIVEN_UP, KEPT, MOST_OPEN, SILENT, JobState, TooManyJobs
from onestop.models.jobs import Job

OPEN = (JobState.QUEUED, JobState.RUNNING)


@dataclass(frozen=True, slots=True)
class ClaimedJob:
    """A job that this process has to do now."""

    id: int
    kind: str
    agency_id: int | None
    asked_by: int
    asked_at: datetime
    arguments: Mapping[str, Any]


def enqueue(
    session: Session,
    kind: str,
    arguments: Mapping[str, Any],
    *,
    by: int,
    at: datetime,
    agency_id: int | None = None,
) -> int:
    """Put a job into the queue and return its id; the same one that waits already is not doubled.

    `arguments` are ids, codes and dates, nothing personal. Raises TooManyJobs.
    Source: docs/rules.md, rule R26.
    """
    body = json.dumps(dict(arguments), ensure_ascii=False, sort_keys=True)
    mine = (Job.asked_by == by, Job.state.in_(OPEN))
    same = session.scalar(
        select(Job.id).where(*mine, Job.kind == kind, Job.arguments == body).limit(1)
    )
    if same is not None:
        return same
    if session.scalars(select(func.count()).select_from(Job).where(*mine)).one() >= MOST_OPEN:
        raise TooManyJobs
    job = Job(kind=kind, agency_id=agency_id, asked_by=by, asked_at=at, arguments=body)
    session.add(job)
    session.flush()
    return job.id


def claim(session: Session, *, at: datetime, orphan: int | None = None) -> ClaimedJob | None:
    """Take the oldest job that waits, or one whose process fell silent; None when there is none.

    `orphan` is a job whose process is known to be gone: nobody waits for its silence.
    """
    silent = and_(
        Job.state == JobState.RUNNING, or_(Job.beat_at <= at - SILENT, Job.id == (orphan or 0))
    )
    job = session.scalars(
        select(Job)
        .where(or_(Job.state == JobState.QUEUED, silent), Job.asked_at > at - GIVEN_UP)
        .order_by(Job.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).one_or_none()
    if job is None:
        return None
    job.state = JobState.RUNNING
    job.started_at = job.beat_at = at
    job.done = job.total = 0
    session.flush()
    arguments = json.loads(job.arguments)
    return ClaimedJob(job.id, job.kind, job.agency_id, job.asked_by, job.asked_at, arguments)


def is_waiting(session: Session) -> bool:
    """Whether a job waits for a process."""
    stmt = select(Job.id).where(Job.state == JobState.QUEUED).limit(1)
    return session.scalar(stmt) is not None


def beat(session: Session, job_id: int, *, done: int, total: int, at: datetime) -> None:
    """Tell that the job's process lives and how far it is."""
    _set(session, job_id, done=done, total=total, beat_at=at)


def finish(
    session: Session,
    job_id: int,
    *,
    outcome: Mapping[str, Any],
    at: datetime,
    file_name: str = "",
) -> None:
    """Say what came out; `file_name` is what a browser saves the job's file as, "" for none."""
    _set(
        session,
        job_id,
        state=JobState.DONE,
        finished_at=at,
        expires_at=at + KEPT,
        outcome=json.dumps(dict(outcome), ensure_ascii=False),
        file_name=file_name,
    )


def fail(session: Session, job_id: int, *, outcome: Mapping[str, Any], at: datetime) -> None:
    """Say why nothing came out."""
    body = json.dumps(dict(outcome), ensure_ascii=False)
    _set(session, job_id, state=JobState.FAILED, finished_at=at, outcome=body)


def given_up(session: Session, *, at: datetime) -> list[int]:
    """Return the jobs asked for too long ago to be begun once more, and that nobody is doing."""
    waits = or_(Job.state == JobState.QUEUED, Job.beat_at <= at - SILENT)
    stmt = select(Job.id).where(Job.state.in_(OPEN), waits, Job.asked_at <= at - GIVEN_UP)
    return list(session.scalars(stmt.order_by(Job.id)))


def out_of_date(session: Session, *, at: datetime) -> list[int]:
    """Return the jobs whose files have to go."""
    stmt = select(Job.id).where(Job.state == JobState.DONE, Job.expires_at <= at)
    return list(session.scalars(stmt.order_by(Job.id)))


def expire(session: Session, job_ids: list[int]) -> None:
    """Say of these jobs that their files are gone; delete the files before."""
    session.execute(
        update(Job)
        .where(Job.id.in_(job_ids), Job.state == JobState.DONE)
        .values(state=JobState.EXPIRED)
    )


def _set(session: Session, job_id: int, **values: Any) -> None:
    # Only what runs is told of: a job that somebody else took up and ended stays ended.
    session.execute(update(Job).where(Job.id == job_id, Job.state.in_(OPEN)).values(**values))
