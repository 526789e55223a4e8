"""Where the paper is: piles handed from one agency or person to another, and who holds what."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from onestop.models.base import Base, stored_enum

NOT_TAKEN = text("given_at IS NOT NULL AND taken_at IS NULL")


class TakenBy(StrEnum):
    """How the receiving side signed for a pile."""

    SCAN = "scan"
    PASSWORD = "password"  # noqa: S105 - a word for a way of signing, not a password


class Pile(Base):
    """One list of paper originals on their way: scanned together, given, then taken.

    given_at    None while papers are still being scanned.
    taken_at    when the receiving side had answered for every paper; None shows up next morning.
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
    to_agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"))
    to_user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    year: Mapped[int | None]
    number: Mapped[int | None]
    started_at: Mapped[datetime]
    given_at: Mapped[datetime | None]
    taken_at: Mapped[datetime | None]
    taken_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    taken_how: Mapped[TakenBy | None] = mapped_column(stored_enum(TakenBy))


class PilePaper(Base):
    """One dossier's paper original in a pile.

    taken_at    when the receiving side took it; None while on its way, or when it was not there.
    missing     the receiving side said that it was not in the pile: the giver still holds it.
    """

    __tablename__ = "pile_papers"
    __table_args__ = (UniqueConstraint("pile_id", "position"),)

    pile_id: Mapped[int] = mapped_column(ForeignKey("piles.id"), primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"), primary_key=True, index=True)
    position: Mapped[int]
    added_at: Mapped[datetime]
    taken_at: Mapped[datetime | None]
    missing: Mapped[bool] = mapped_column(default=False)


class PaperHolding(Base):
    """Who holds the paper original of a dossier now, as its history says; gone once returned."""

    __tablename__ = "paper_holdings"

    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"), primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    since: Mapped[datetime]
    offered_pile: Mapped[int | None]
    place: Mapped[str] = mapped_column(String(80), default="")
