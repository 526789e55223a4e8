"""PDFs that were issued: the exact bytes, their number and their hash."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from onestop.models.base import Base


class IssuedDocument(Base):
    """One issue of one document; its bytes never change, erasing them leaves the hash (rule R13).

    A reprint is the stored page under a stamp layer and a row of its own here, with `reprint_of`.
    `subject` tells papers of one kind of an agency apart, "2026-03-02" for the sheet of a day.
    """

    __tablename__ = "issued_documents"
    __table_args__ = (UniqueConstraint("agency_id", "kind", "year", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int | None] = mapped_column(ForeignKey("dossiers.id"), index=True)
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visits.id"), index=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"))
    kind: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(40), default="")
    form_edition: Mapped[str] = mapped_column(String(16))
    year: Mapped[int | None]
    number: Mapped[int | None]
    dossier_version: Mapped[int | None]
    issued_at: Mapped[datetime]
    issued_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    replaced_characters: Mapped[int] = mapped_column(default=0)
    reprint_of: Mapped[int | None] = mapped_column(ForeignKey("issued_documents.id"))
    print_number: Mapped[int] = mapped_column(default=1)
    voided_at: Mapped[datetime | None]
