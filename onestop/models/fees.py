"""The cash box: what a clerk took in a day, what was counted, and the locked sheet."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from onestop.models.base import Base
from onestop.models.sealing import Sealed


class FeeSheet(Base):
    """The sheet "Bảng kê thu phí, lệ phí" of one clerk, agency and local day; sums in whole dong.

    taken       what the system says was taken, below 0 when more was given back than taken since
                the part before.
    counted     what lay in the box; below 0, where taken is, what was put in to give it back. A
                difference has a reason.

    A row exists once the sheet is locked; triggers refuse UPDATE and DELETE.
    """

    __tablename__ = "fee_sheets"
    __table_args__ = (
        UniqueConstraint("agency_id", "clerk_id", "day", "part"),
        CheckConstraint("counted >= 0 OR taken < 0", name="sums"),
        CheckConstraint("counted = taken OR reason IS NOT NULL", name="reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"))
    clerk_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    day: Mapped[date]
    part: Mapped[int] = mapped_column(default=1)
    payments: Mapped[int]
    taken: Mapped[int] = mapped_column(BigInteger)
    counted: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str | None] = mapped_column(Sealed("fee_sheet.reason"))
    locked_at: Mapped[datetime]
    document_id: Mapped[int] = mapped_column(ForeignKey("issued_documents.id"))


class FeeSheetLine(Base):
    """One payment, named by its event, on the one sheet that it stands on; never changes.

    Which payments a sheet holds cannot be told from times: a reception may commit after the sheet
    was locked what it recorded before.
    """

    __tablename__ = "fee_sheet_lines"

    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("fee_sheets.id"), index=True)
    amount: Mapped[int] = mapped_column(BigInteger)
