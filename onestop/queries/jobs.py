"""Jobs as the one who asked sees them, and who that is when the work is done."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from onestop.domain.jobs import JobNotAllowed, JobState
from onestop.domain.rights import Actor
from onestop.models.accounts import User
from onestop.models.jobs import Job
from onestop.queries.roles import RoleRow, roles_of

MOST_LISTED = 50


@dataclass(frozen=True, slots=True)
class JobRow:
    """One job; `outcome` holds counts and codes, of a refusal its classes and values."""

    id: int
    kind: str
    state: JobState
    asked_at: datetime
    started_at: datetime | None
    beat_at: datetime | None
    finished_at: datetime | None
    expires_at: datetime | None
    done: int
    total: int
    arguments: Mapping[str, Any]
    outcome: Mapping[str, Any]
    file_name: str

    @property
    def is_open(self) -> bool:
        """Whether it waits or runs."""
        return self.state in (JobState.QUEUED, JobState.RUNNING)

    def has_file(self, now: datetime) -> bool:
        """Whether its file is still there at `now`."""
        kept = self.expires_at is not None and self.expires_at > now
        return bool(self.file_name) and self.state is JobState.DONE and kept


@dataclass(frozen=True, slots=True)
class AskerRow:
    """Who asked for a job, with the roles held now, own and lent."""

    user_id: int
    display_name: str
    language: str
    roles: tuple[RoleRow, ...]

    @property
    def actor(self) -> Actor:
        """The person as rules know it."""
        return Actor(self.user_id, tuple(held.assignment for held in self.roles))


def job_of(session: Session, user_id: int, job_id: int) -> JobRow | None:
    """Return one job of a person; None for an unknown one and for somebody else's alike."""
    found = _rows(session, Job.id == job_id, Job.asked_by == user_id)
    return found[0] if found else None


def jobs_of(session: Session, user_id: int) -> tuple[JobRow, ...]:
    """Return the jobs a person asked for last, the newest first."""
    return _rows(session, Job.asked_by == user_id)


def asker(session: Session, user_id: int, *, now: datetime) -> AskerRow:
    """Return who asked, with the rights of `now`: they may have changed since.

    Raises JobNotAllowed when the account is closed.
    """
    row = session.execute(
        select(
            User.display_name, User.language, User.totp_secret.is_not(None).label("second_factor")
        ).where(User.id == user_id, User.disabled_at.is_(None))
    ).one_or_none()
    if row is None:
        raise JobNotAllowed
    held = roles_of(session, user_id, now, second_factor=row.second_factor)
    return AskerRow(user_id, row.display_name, row.language, held)


def _rows(session: Session, *which: ColumnElement[bool]) -> tuple[JobRow, ...]:
    jobs = session.scalars(select(Job).where(*which).order_by(Job.id.desc()).limit(MOST_LISTED))
    return tuple(
        JobRow(
            id=job.id,
            kind=job.kind,
            state=job.state,
            asked_at=job.asked_at,
            started_at=job.started_at,
            beat_at=job.beat_at,
            finished_at=job.finished_at,
            expires_at=job.expires_at,
            done=job.done,
            total=job.total,
            arguments=json.loads(job.arguments),
            outcome=json.loads(job.outcome or "{}"),
            file_name=job.file_name,
        )
        for job in jobs
    )
