"""Versions of working calendars, kept as they were taken in."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Select, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from onestop.models.base import Base


class CalendarVersion(Base):
    """One version of one calendar; `body` is the exact JSON text of its CalendarSpec.

    Written once, never changed: events name the version they counted with.
    """

    __tablename__ = "calendar_versions"
    __table_args__ = (CheckConstraint("version >= 1", name="version_counts_from_one"),)

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(String(300))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    @classmethod
    def body_of(cls, key: str, version: int | None = None) -> Select[str]:
        """Return the statement for the newest body of a calendar, or that of one version."""
        stmt = select(cls.body).where(cls.key == key)
        if version is not None:
            stmt = stmt.where(cls.version == version)
        return stmt.order_by(cls.version.desc()).limit(1)
