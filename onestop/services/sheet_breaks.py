"""Whether cash sheets agree with the history, and papers without a dossier with their hash."""

import hashlib
from collections.abc import Iterator
from itertools import groupby

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onestop.domain.events import from_body
from onestop.domain.payments import PAYING_EVENTS, payments_of
from onestop.models.documents import IssuedDocument
from onestop.models.dossiers import Dossier
from onestop.models.events import DossierEvent
from onestop.models.fees import FeeSheet, FeeSheetLine
from onestop.services.breaks import Break, Fault

BATCH = 200


def sheet_breaks(session: Session) -> Iterator[Break]:
    """Yield every line that no payment of the history bears out, and every sum that is not its own.

    Source: docs/rules.md, rule P9.
    """
    lines = session.execute(
        select(
            Dossier.code,
            FeeSheetLine.dossier_id,
            FeeSheetLine.version,
            FeeSheetLine.amount,
            FeeSheet.clerk_id,
        )
        .join(FeeSheet, FeeSheet.id == FeeSheetLine.sheet_id)
        .join(Dossier, Dossier.id == FeeSheetLine.dossier_id)
        .order_by(FeeSheetLine.dossier_id, FeeSheetLine.version)
    )
    for batch in lines.partitions(BATCH):
        history = _payments(session, [line.dossier_id for line in batch])
        for line in batch:
            said = history.get((line.dossier_id, line.version))
            if said != (line.amount, line.clerk_id):
                yield Break(line.code, line.version, Fault.TABLE_DIFFERS, "fee_sheet_lines")
    sums = select(FeeSheet.agency_id, FeeSheet.day).outerjoin(FeeSheetLine).group_by(FeeSheet.id)
    differing = sums.having(
        (func.coalesce(func.sum(FeeSheetLine.amount), 0) != FeeSheet.taken)
        | (func.count(FeeSheetLine.version) != FeeSheet.payments)
    )
    for agency_id, day in session.execute(differing):
        yield Break(f"{agency_id} {day:%Y-%m-%d}", 0, Fault.TABLE_DIFFERS, "fee_sheets")


def paper_breaks(session: Session) -> Iterator[Break]:
    """Yield every paper of an agency or a visit whose bytes no longer have their hash.

    Source: docs/rules.md, rule R21.
    """
    papers = select(IssuedDocument.agency_id, IssuedDocument.kind, IssuedDocument.year)
    rows = session.execute(
        papers.add_columns(IssuedDocument.content, IssuedDocument.sha256).where(
            IssuedDocument.dossier_id.is_(None), IssuedDocument.content.is_not(None)
        )
    )
    for row in rows.yield_per(BATCH):
        if hashlib.sha256(bytes(row.content or b"")).hexdigest() != row.sha256:
            yield Break(f"{row.agency_id} {row.year}", 0, Fault.DOCUMENT_CHANGED, row.kind)


def _payments(session: Session, dossiers: list[int]) -> dict[tuple[int, int], tuple[int, int]]:
    """(dossier, version) -> (amount, who had it in hand), as the history says."""
    rows = session.execute(
        select(DossierEvent.dossier_id, DossierEvent.body)
        .where(DossierEvent.dossier_id.in_(dossiers), DossierEvent.type.in_(PAYING_EVENTS))
        .order_by(DossierEvent.dossier_id, DossierEvent.version)
    ).all()
    return {
        (dossier_id, payment.version): (payment.amount, payment.by)
        for dossier_id, history in groupby(rows, key=lambda row: row.dossier_id)
        for payment in payments_of(from_body(row.body) for row in history)
    }
