"""Who stands in for an absent member of staff, and until when."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from onestop.domain.delegations import AbsenceReason
from onestop.models.base import Base, stored_enum


class Delegation(Base):
    """One absence with its stand-in, from `since` until the earlier of `until` and `ended_at`.

    Both ends are exclusive. Never deleted: events name who acted for whom.
    """

    __tablename__ = "delegations"
    __table_args__ = (
        CheckConstraint("from_user_id <> to_user_id", name="two_people"),
        CheckConstraint("until > since", name="until_after_since"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_by_somebody"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    from_user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    to_user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    since: Mapped[datetime]
    until: Mapped[datetime]
    reason: Mapped[AbsenceReason] = mapped_column(stored_enum(AbsenceReason))
    made_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
