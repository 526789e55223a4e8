"""Editions of procedures as they were imported, and who confirmed which of their values."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from onestop.domain.procedures import Audience
from onestop.models.base import Base, stored_enum


class ProcedureEdition(Base):
    """One edition of one procedure; `body` is the exact JSON text of its ProcedureSpec.

    The other columns repeat what lists and searches need.
    """

    __tablename__ = "procedure_editions"
    __table_args__ = (
        UniqueConstraint("code", "edition"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="valid_range"),
        Index("ix_procedure_editions_code_valid_from", "code", "valid_from"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(35))
    edition: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(300))
    name_en: Mapped[str] = mapped_column(String(300))
    name_folded: Mapped[str] = mapped_column(String(400))
    sector_code: Mapped[str] = mapped_column(String(40))
    sector_name: Mapped[str] = mapped_column(String(200))
    level: Mapped[str] = mapped_column(String(20))
    audience: Mapped[Audience] = mapped_column(stored_enum(Audience))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    body: Mapped[str] = mapped_column(Text)
    body_sha256: Mapped[str] = mapped_column(String(64))
    imported_at: Mapped[datetime]


class ProcedureTerm(Base):
    """A folded text whose beginning finds an edition: its code, words of its name, initials."""

    __tablename__ = "procedure_terms"
    __table_args__ = (Index("ix_procedure_terms_term", "term"),)

    edition_id: Mapped[int] = mapped_column(ForeignKey("procedure_editions.id"), primary_key=True)
    term: Mapped[str] = mapped_column(String(400), primary_key=True)


class ValueConfirmation(Base):
    """A value of an edition that stood there as a default, confirmed with a document."""

    __tablename__ = "value_confirmations"
    __table_args__ = (UniqueConstraint("edition_id", "path"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("procedure_editions.id"))
    path: Mapped[str] = mapped_column(String(120))
    document_number: Mapped[str] = mapped_column(String(80))
    document_on: Mapped[date]
    confirmed_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    confirmed_at: Mapped[datetime]
