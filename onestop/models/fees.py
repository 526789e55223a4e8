"""The cash box: what a clerk took in a day, what was counted, and the locked sheet."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from onestop.models.base import Base
from onestop.models.sealing import Sealed


class FeeSheet(Base):
    """The sheet "Bảng kê thu phí, lệ phí" of one clerk, agency and local day; sums in whole dong.

    taken       what the system says was taken; counted: what lay in the box. A difference has a
                reason. A row exists once the sheet is locked and never changes.
    """

    __tablename__ = "fee_sheets"
    __table_args__ = (
        UniqueConstraint("agency_id", "clerk_id", "day", "part"),
        CheckConstraint("counted >= 0 AND taken >= 0", name="sums"),
        CheckConstraint("counted = taken OR reason IS NOT NULL", name="reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"))
    clerk_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    day: Mapped[date]
    part: Mapped[int] = mapped_column(default=1)
    up_to: Mapped[datetime]
    dossiers: Mapped[int]
    taken: Mapped[int]
    counted: Mapped[int]
    reason: Mapped[str | None] = mapped_column(Sealed("fee_sheet.reason"))
    locked_at: Mapped[datetime]
    document_id: Mapped[int | None] = mapped_column(ForeignKey("issued_documents.id"))
