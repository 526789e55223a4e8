"""What staff are reminded of; written by the sweep, once for each date."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    and_,
    or_,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from onestop.domain.notices import NoticeKind
from onestop.domain.rights import Actor, Role
from onestop.models.base import Base, stored_enum

NOT_SEEN = text("seen_at IS NULL")


class Notice(Base):
    """One reminder to one person, or to whoever holds a role at an agency.

    scope    the step's key, or `total` with attempt 0 for the whole dossier; unique with the due
             date, so that a sweep that runs again or beside another never reminds twice. Of a pile
             `attempt` is its id, `scope` to which side, `dossier_id` its first paper.
    """

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("dossier_id", "kind", "scope", "attempt", "due_at"),
        CheckConstraint("user_id IS NOT NULL OR role IS NOT NULL", name="recipient"),
        Index(
            "ix_notices_user_id",
            "user_id",
            sqlite_where=NOT_SEEN,
            postgresql_where=NOT_SEEN,
        ),
        Index(
            "ix_notices_agency_id_role",
            "agency_id",
            "role",
            sqlite_where=NOT_SEEN,
            postgresql_where=NOT_SEEN,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"))
    kind: Mapped[NoticeKind] = mapped_column(stored_enum(NoticeKind))
    scope: Mapped[str] = mapped_column(String(40))
    attempt: Mapped[int]
    due_at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"))
    role: Mapped[Role | None] = mapped_column(stored_enum(Role))
    made_at: Mapped[datetime]
    not_before: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    seen_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    @classmethod
    def addressed_to(cls, actor: Actor) -> ColumnElement[bool]:
        """Return the condition that a reminder is for this person, or a colleague stood in for."""
        roles = [
            and_(cls.agency_id == held.agency_id, cls.role == held.role)
            for held in actor.assignments
            if not held.assistant
        ]
        return or_(cls.user_id.in_([actor.user_id, *sorted(actor.stands_for)]), *roles)
