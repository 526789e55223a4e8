"""Where the paper is: piles handed from one agency or person to another, and who holds what."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from onestop.domain.events import Stayed, TakenBy
from onestop.models.base import Base, stored_enum

NOT_TAKEN = text("given_at IS NOT NULL AND taken_at IS NULL")


class Pile(Base):
    """One list of paper originals on their way: scanned together, given, then taken.

    given_at    None while papers are still being scanned.
    late_at     when the receiving agency opens on the next working day: from then on a pile that
                it did not answer for is shown to both sides and to their leaders.
    taken_at    when every paper was answered for: taken, missing, or called back by the giver.
    taken_by    who of the receiving side answered last; None for a pile that was called back.
    document_id the hand-over list as it was printed last.
    """

    __tablename__ = "piles"
    __table_args__ = (
        UniqueConstraint("from_agency_id", "year", "number"),
        Index(
            "ix_piles_not_taken",
            "to_agency_id",
            "given_at",
            sqlite_where=NOT_TAKEN,
            postgresql_where=NOT_TAKEN,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    from_agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"))
    from_user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    to_agency_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id"))
    year: Mapped[int | None]
    number: Mapped[int | None]
    started_at: Mapped[datetime]
    given_at: Mapped[datetime | None]
    late_at: Mapped[datetime | None]
    taken_at: Mapped[datetime | None]
    taken_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    taken_how: Mapped[TakenBy | None] = mapped_column(stored_enum(TakenBy))
    document_id: Mapped[int | None] = mapped_column(ForeignKey("issued_documents.id"))


class PilePaper(Base):
    """One dossier's paper original in a pile.

    taken_at    when the receiving side took it; None while on its way, or when it stayed.
    stayed      why the giver still holds it after all, None while on its way or taken.
    """

    __tablename__ = "pile_papers"
    __table_args__ = (UniqueConstraint("pile_id", "position"),)

    pile_id: Mapped[int] = mapped_column(ForeignKey("piles.id"), primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"), primary_key=True, index=True)
    position: Mapped[int]
    added_at: Mapped[datetime]
    taken_at: Mapped[datetime | None]
    stayed: Mapped[Stayed | None] = mapped_column(stored_enum(Stayed))


class PaperHolding(Base):
    """Who holds the paper original of a dossier now, as its history says; gone once returned."""

    __tablename__ = "paper_holdings"

    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"), primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    since: Mapped[datetime]
    offered_pile: Mapped[int | None]
