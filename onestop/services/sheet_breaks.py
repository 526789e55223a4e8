"""Whether cash sheets agree with the history, and papers without a dossier with their hash."""

import hashlib
from collections.abc import Iterator
from datetime import date
from itertools import groupby
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onestop.domain.events import from_body
from onestop.domain.office_time import office_date
from onestop.domain.payments import PAYING_EVENTS, payments_of
from onestop.models.base import table_of
from onestop.models.documents import IssuedDocument
from onestop.models.dossiers import Dossier
from onestop.models.events import DossierEvent
from onestop.models.fees import FeeSheet, FeeSheetLine
from onestop.services.breaks import Break, Fault
from onestop.services.fees import sheet_subject

STREAMED: Final = {"yield_per": 100}
"""On PostgreSQL too a result is fetched in pieces: papers are large and many."""
_SUM: Final = func.coalesce(func.sum(FeeSheetLine.amount), 0)


def sheet_breaks(session: Session) -> Iterator[Break]:
    """Yield every line that no payment of the history bears out, and every sheet that is wrong.

    A sheet is held against its lines and against the row of its paper, which repeats what was
    counted: that stands in no history. Source: docs/rules.md, rule P9.
    """
    yield from _line_breaks(session)
    sheets = (
        select(table_of(FeeSheet), IssuedDocument.subject, _SUM, func.count(FeeSheetLine.version))
        .join(IssuedDocument, IssuedDocument.id == FeeSheet.document_id)
        .outerjoin(FeeSheetLine, FeeSheetLine.sheet_id == FeeSheet.id)
        .group_by(FeeSheet.id, IssuedDocument.subject)
    )
    for sheet in session.execute(sheets, execution_options=STREAMED):
        subject, taken, payments = sheet[-3:]
        known = sheet_subject(sheet.day, sheet.clerk_id, sheet.part, sheet.counted)
        if (sheet.taken, sheet.payments) != (taken, payments):
            yield Break(f"fee sheet {sheet.id}", 0, Fault.TABLE_DIFFERS, "sum of its lines")
        elif subject != known:
            yield Break(f"fee sheet {sheet.id}", 0, Fault.TABLE_DIFFERS, "row of its paper")


def paper_breaks(session: Session) -> Iterator[Break]:
    """Yield every paper of an agency or a visit whose bytes no longer have their hash.

    Source: docs/rules.md, rule R21.
    """
    columns = IssuedDocument.id, IssuedDocument.kind, IssuedDocument.content, IssuedDocument.sha256
    papers = select(*columns).where(
        IssuedDocument.dossier_id.is_(None), IssuedDocument.content.is_not(None)
    )
    for row in session.execute(papers, execution_options=STREAMED):
        if hashlib.sha256(bytes(row.content or b"")).hexdigest() != row.sha256:
            yield Break(f"paper {row.id}", 0, Fault.DOCUMENT_CHANGED, row.kind)


def _line_breaks(session: Session) -> Iterator[Break]:
    lines = session.execute(
        select(
            Dossier.code,
            FeeSheetLine.dossier_id,
            FeeSheetLine.version,
            FeeSheetLine.amount,
            FeeSheet.clerk_id,
            FeeSheet.day,
        )
        .join(FeeSheet, FeeSheet.id == FeeSheetLine.sheet_id)
        .join(Dossier, Dossier.id == FeeSheetLine.dossier_id)
        .order_by(FeeSheetLine.dossier_id, FeeSheetLine.version),
        execution_options=STREAMED,
    )
    for batch in lines.partitions():
        history = _payments(session, [line.dossier_id for line in batch])
        for line in batch:
            said = history.get((line.dossier_id, line.version))
            if said != (line.amount, line.clerk_id, line.day):
                yield Break(line.code, line.version, Fault.TABLE_DIFFERS, "fee_sheet_lines")


def _payments(
    session: Session, dossiers: list[int]
) -> dict[tuple[int, int], tuple[int, int, date]]:
    """(dossier, version) -> (amount, who had it in hand, local day), as the history says."""
    rows = session.execute(
        select(DossierEvent.dossier_id, DossierEvent.body)
        .where(DossierEvent.dossier_id.in_(dossiers), DossierEvent.type.in_(PAYING_EVENTS))
        .order_by(DossierEvent.dossier_id, DossierEvent.version)
    ).all()
    return {
        (dossier_id, payment.version): (payment.amount, payment.by, office_date(payment.at))
        for dossier_id, history in groupby(rows, key=lambda row: row.dossier_id)
        for payment in payments_of(from_body(row.body) for row in history)
    }
