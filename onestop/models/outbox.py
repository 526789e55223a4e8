"""Messages that must leave this house, written in the transaction that caused them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from onestop.models.base import Base

NOT_SENT = text("sent_at IS NULL")


class OutboxMessage(Base):
    """One message about one event, which holds the values; the sender makes the sentence.

    `not_before` holds what would fall into quiet hours until the next morning (rule R11).
    """

    __tablename__ = "outbox_messages"
    __table_args__ = (
        Index(
            "ix_outbox_messages_waiting",
            "id",
            sqlite_where=NOT_SENT,
            postgresql_where=NOT_SENT,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"))
    event_version: Mapped[int]
    kind: Mapped[str] = mapped_column(String(40))
    made_at: Mapped[datetime]
    not_before: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
