"""Agencies with their dates of effect, the areas vertical bodies serve, and desks."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from onestop.domain.agencies import AgencyFunction, AgencyLevel, AgencyRef
from onestop.models.base import Base, stored_enum

CODE_LENGTH = 35
"""Longest agency identifier (QĐ 20/2020/QĐ-TTg)."""


class Agency(Base):
    """One node of the tree. Written only by services/catalogue.py.

    path                  ids from the root to this agency, "/1/4/9/": a subtree is a prefix.
    calendar_copied_from  the calendar that its own one was copied from when a day was announced
                          for it alone; empty for an agency that counts on a calendar of the files.
    """

    __tablename__ = "agencies"
    __table_args__ = (
        UniqueConstraint("code", "valid_from"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="valid_range"),
        CheckConstraint("due_soon_days BETWEEN 1 AND 30", name="due_soon_days"),
        Index("ix_agencies_path", "path"),
        Index("ix_agencies_parent_id_function", "parent_id", "function"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(CODE_LENGTH))
    old_code: Mapped[str] = mapped_column(String(CODE_LENGTH), default="")
    name: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200), default="")
    short_name: Mapped[str] = mapped_column(String(80))
    name_folded: Mapped[str] = mapped_column(String(300))
    header_parent: Mapped[str] = mapped_column(String(200), default="")
    header_name: Mapped[str] = mapped_column(String(200))
    leader_title: Mapped[str] = mapped_column(String(80), default="")
    place: Mapped[str] = mapped_column(String(80), default="")
    level: Mapped[AgencyLevel] = mapped_column(stored_enum(AgencyLevel))
    function: Mapped[AgencyFunction] = mapped_column(stored_enum(AgencyFunction))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id"))
    path: Mapped[str] = mapped_column(String(200), default="")
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id"), index=True)
    calendar_key: Mapped[str] = mapped_column(String(64))
    calendar_copied_from: Mapped[str] = mapped_column(String(64), default="")
    address: Mapped[str] = mapped_column(String(300), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    due_soon_days: Mapped[int] = mapped_column(default=3)

    areas: Mapped[list["AgencyArea"]] = relationship(
        foreign_keys="AgencyArea.agency_id",
        lazy="raise",
        cascade="all, delete-orphan",
        order_by="AgencyArea.served_id",
    )

    def to_ref(self, areas: tuple[int, ...] = ()) -> AgencyRef:
        """Return the agency as the rules know it; the caller brings the areas it serves."""
        return AgencyRef(
            id=self.id,
            code=self.code,
            name=self.name,
            level=self.level,
            function=self.function,
            parent_id=self.parent_id,
            path=self.path,
            calendar_key=self.calendar_key,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            areas=areas,
            name_en=self.name_en,
        )


class AgencyArea(Base):
    """A commune or district that a vertical body (tax, land registration) serves."""

    __tablename__ = "agency_areas"

    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"), primary_key=True)
    served_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"), primary_key=True, index=True)


class Desk(Base):
    """One counter of a one-stop agency; it receives and returns."""

    __tablename__ = "desks"
    __table_args__ = (UniqueConstraint("agency_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"))
    name: Mapped[str] = mapped_column(String(80))
    paper_size: Mapped[str] = mapped_column(String(8), default="A5")
    papers_as: Mapped[str] = mapped_column(String(8), server_default="list")
    open: Mapped[bool] = mapped_column(default=True)


class TreeRevision(Base):
    """One row: a random word that changes with the tree of agencies and with every calendar.

    What was worked out from them is kept under this word and is forgotten with it.
    """

    __tablename__ = "tree_revisions"

    id: Mapped[int] = mapped_column(primary_key=True)
    word: Mapped[str] = mapped_column(String(32))
