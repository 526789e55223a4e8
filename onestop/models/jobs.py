"""Work too long for a request: who asked, how far it is, and the file or the report it leaves."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from onestop.domain.jobs import JobState
from onestop.models.base import Base, stored_enum

NOT_DONE = text("state IN ('queued', 'running')")


class Job(Base):
    """One job (docs/rules.md, rule R26).

    arguments   JSON of ids, codes and dates; nothing personal.
    outcome     JSON of what came out, as counts and codes; a code of the refusal if it failed.
    file_name   what the reader's browser saves; the bytes stand in the data directory under the
                job's id until `expires_at`.
    beat_at     when its process last told that it lives; a job that fell silent is begun anew.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        Index(
            "ix_jobs_not_done",
            "id",
            sqlite_where=NOT_DONE,
            postgresql_where=NOT_DONE,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id"))
    asked_by: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    asked_at: Mapped[datetime]
    arguments: Mapped[str] = mapped_column(Text)
    state: Mapped[JobState] = mapped_column(stored_enum(JobState), default=JobState.QUEUED)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime | None]
    beat_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(Text, default="")
    file_name: Mapped[str] = mapped_column(String(200), default="")
    expires_at: Mapped[datetime | None]
