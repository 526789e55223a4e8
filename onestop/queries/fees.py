"""The cash box as pages and papers show it: payments of a day, and the sheets that were locked."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Final

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from onestop.domain.events import from_body
from onestop.domain.office_time import office_date
from onestop.domain.payments import (
    ENTERED_LATER,
    OWING_EVENTS,
    PAYING_EVENTS,
    PaymentKind,
    day_span,
    may_move_money,
    owed,
    payments_of,
)
from onestop.domain.rights import Actor, Right
from onestop.models.accounts import User
from onestop.models.agencies import Agency
from onestop.models.documents import IssuedDocument
from onestop.models.dossiers import Dossier
from onestop.models.events import DossierEvent
from onestop.models.fees import FeeSheet, FeeSheetLine
from onestop.models.procedures import ProcedureEdition
from onestop.queries.dossier_rows import Named
from onestop.queries.scope import reachable_agencies

LOOKED_BACK: Final = 14
"""Days before the one shown in which a clerk is told of boxes that are not locked."""


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """One payment: negative when given back. `part` is that of its locked sheet, None for none."""

    dossier_id: int
    version: int
    code: str
    procedure: Named
    kind: PaymentKind
    amount: int
    at: datetime
    agency_id: int
    clerk_id: int
    part: int | None


@dataclass(frozen=True, slots=True)
class FeeSheetRow:
    """A locked sheet. `difference` is counted less taken, in whole dong; `number` of its paper."""

    id: int
    agency_id: int
    agency: Named
    clerk_id: int
    clerk: str
    day: date
    part: int
    number: int
    payments: int
    taken: int
    counted: int
    reason: str
    locked_at: datetime
    document_id: int

    @property
    def difference(self) -> int:
        """What was counted less what was taken."""
        return self.counted - self.taken


@dataclass(frozen=True, slots=True)
class OpenBoxRow:
    """A clerk's payments of a day that stand on no sheet yet."""

    agency: Named
    clerk: str
    payments: int
    taken: int


@dataclass(frozen=True, slots=True)
class CashBox:
    """One clerk's day: what is open, the parts that are locked, earlier days with open payments."""

    open: tuple[PaymentRow, ...]
    sheets: tuple[FeeSheetRow, ...]
    open_days: tuple[date, ...]

    @property
    def taken(self) -> int:
        """What the open payments come to, in whole dong."""
        return sum(row.amount for row in self.open)


def payments_on(
    session: Session,
    day: date,
    *agencies: ColumnElement[bool],
    clerk_id: int | None = None,
    since_day: date | None = None,
) -> list[PaymentRow]:
    """What was taken and given back on a local day at desks of `agencies`, oldest first.

    `agencies` are conditions on `Dossier`; a payment counts for who had the money in hand. With
    `since_day` the days from that one on. Source: docs/rules.md, rule P9.
    """
    since, until = day_span(since_day or day)[0], day_span(day)[1]
    touched = select(DossierEvent.dossier_id).where(
        DossierEvent.recorded_at >= since,
        DossierEvent.recorded_at < until + ENTERED_LATER,
        DossierEvent.occurred_at >= since,
        DossierEvent.occurred_at < until,
        DossierEvent.type.in_(PAYING_EVENTS),
    )
    if clerk_id is not None:
        touched = touched.where(DossierEvent.actor_id == clerk_id)
    # A statement of its own: inside the next one no plan begins with the index of the day.
    ids = set(session.scalars(touched))
    rows = [
        row
        for row in _payments(session, ids, *agencies)
        if since <= row.at < until and clerk_id in (None, row.clerk_id)
    ]
    return sorted(rows, key=lambda row: (row.at, row.dossier_id, row.version))


def cash_box(session: Session, agency_id: int, clerk_id: int, day: date) -> CashBox:
    """The day of one clerk at one agency, and which of the days before it is not locked yet."""
    rows = payments_on(
        session,
        day,
        Dossier.receiving_agency_id == agency_id,
        clerk_id=clerk_id,
        since_day=day - timedelta(days=LOOKED_BACK),
    )
    open_rows = [row for row in rows if row.part is None]
    days = {office_date(row.at) for row in open_rows}
    return CashBox(
        open=tuple(row for row in open_rows if office_date(row.at) == day),
        sheets=_sheets(
            session,
            FeeSheet.agency_id == agency_id,
            FeeSheet.clerk_id == clerk_id,
            FeeSheet.day == day,
        ),
        open_days=tuple(sorted(days - {day})),
    )


def sheets_of_day(session: Session, agency_id: int, day: date) -> tuple[FeeSheetRow, ...]:
    """Every locked sheet of an agency and a day, by clerk and part."""
    return _sheets(session, FeeSheet.agency_id == agency_id, FeeSheet.day == day)


def overseen_sheets(
    session: Session, actor: Actor, *, first: date, last: date
) -> tuple[FeeSheetRow, ...]:
    """Locked sheets of those days within what the actor oversees, differences first, then newest.

    Source: docs/rules.md, rule R16.
    """
    rows = _sheets(
        session,
        FeeSheet.day >= first,
        FeeSheet.day <= last,
        FeeSheet.agency_id.in_(reachable_agencies(actor, Right.OVERSEE)),
    )
    newest = sorted(rows, key=lambda row: row.locked_at, reverse=True)
    return tuple(sorted(newest, key=lambda row: -abs(row.difference)))


def open_boxes(session: Session, actor: Actor, day: date) -> tuple[OpenBoxRow, ...]:
    """Who took money on that day within what the actor oversees and has not locked it yet."""
    reach = Dossier.receiving_agency_id.in_(reachable_agencies(actor, Right.OVERSEE))
    rows = [row for row in payments_on(session, day, reach) if row.part is None]
    rows.sort(key=lambda row: (row.agency_id, row.clerk_id))
    names = {row.id: Named.of(row.name, row.name_en) for row in _agencies(session, rows)}
    clerks = clerk_names(session, {row.clerk_id for row in rows})
    return tuple(
        OpenBoxRow(
            agency=names[agency_id],
            clerk=clerks.get(clerk_id, ""),
            payments=len(found),
            taken=sum(row.amount for row in found),
        )
        for (agency_id, clerk_id), group in groupby(
            rows, key=lambda row: (row.agency_id, row.clerk_id)
        )
        for found in [list(group)]
    )


def latest_payment(session: Session, dossier_id: int) -> PaymentRow | None:
    """The last sum taken for a dossier, or None when nothing was taken or all was given back."""
    rows = _payments(session, [dossier_id])
    if sum(row.amount for row in rows) <= 0:
        return None
    return [row for row in rows if row.amount > 0][-1]


def owed_amounts(session: Session, dossiers: Collection[int]) -> dict[int, int]:
    """What is left to be collected for each dossier, below 0 to be given back; in whole dong."""
    rows = session.execute(
        select(DossierEvent.dossier_id, DossierEvent.body, Dossier.fee)
        .join(Dossier, Dossier.id == DossierEvent.dossier_id)
        .where(DossierEvent.dossier_id.in_(dossiers), DossierEvent.type.in_(OWING_EVENTS))
        .order_by(DossierEvent.dossier_id, DossierEvent.version)
    ).all()
    return {
        dossier_id: owed(history[0].fee, (from_body(row.body).event for row in history))
        for dossier_id, group in groupby(rows, key=lambda row: row.dossier_id)
        for history in [list(group)]
    }


def clerk_names(session: Session, ids: set[int]) -> dict[int, str]:
    """What members of staff are called, by id."""
    rows = session.execute(select(User.id, User.display_name).where(User.id.in_(ids)))
    return {user_id: name for user_id, name in rows}


def _payments(
    session: Session, dossiers: Collection[int], *agencies: ColumnElement[bool]
) -> list[PaymentRow]:
    rows = session.execute(
        select(
            DossierEvent.dossier_id,
            DossierEvent.body,
            Dossier.code,
            Dossier.receiving_agency_id,
            ProcedureEdition.name,
            ProcedureEdition.name_en,
        )
        .join(Dossier, Dossier.id == DossierEvent.dossier_id)
        .join(ProcedureEdition, ProcedureEdition.id == Dossier.procedure_edition_id)
        .where(
            DossierEvent.dossier_id.in_(dossiers), DossierEvent.type.in_(PAYING_EVENTS), *agencies
        )
        .order_by(DossierEvent.dossier_id, DossierEvent.version)
    ).all()
    parts = _parts(session, {row.dossier_id for row in rows})
    return [
        PaymentRow(
            dossier_id=dossier_id,
            version=payment.version,
            code=row.code,
            procedure=Named.of(row.name, row.name_en),
            kind=payment.kind,
            amount=payment.amount,
            at=payment.at,
            agency_id=row.receiving_agency_id,
            clerk_id=payment.by,
            part=parts.get((dossier_id, payment.version)),
        )
        for dossier_id, group in groupby(rows, key=lambda row: row.dossier_id)
        for history in [list(group)]
        if any(may_move_money(one.body) for one in history)
        for row in history[:1]
        for payment in payments_of(from_body(one.body) for one in history)
    ]


def _parts(session: Session, dossiers: set[int]) -> dict[tuple[int, int], int]:
    rows = session.execute(
        select(FeeSheetLine.dossier_id, FeeSheetLine.version, FeeSheet.part)
        .join(FeeSheet, FeeSheet.id == FeeSheetLine.sheet_id)
        .where(FeeSheetLine.dossier_id.in_(dossiers))
    )
    return {(dossier_id, version): part for dossier_id, version, part in rows}


def _sheets(session: Session, *wanted: ColumnElement[bool]) -> tuple[FeeSheetRow, ...]:
    rows = session.execute(
        select(FeeSheet, Agency.name, Agency.name_en, User.display_name, IssuedDocument.number)
        .join(Agency, Agency.id == FeeSheet.agency_id)
        .join(User, User.id == FeeSheet.clerk_id)
        .join(IssuedDocument, IssuedDocument.id == FeeSheet.document_id)
        .where(*wanted)
        .order_by(User.display_name, FeeSheet.clerk_id, FeeSheet.day, FeeSheet.part)
    )
    return tuple(
        FeeSheetRow(
            id=sheet.id,
            agency_id=sheet.agency_id,
            agency=Named.of(name, name_en),
            clerk_id=sheet.clerk_id,
            clerk=clerk,
            day=sheet.day,
            part=sheet.part,
            number=number or 0,
            payments=sheet.payments,
            taken=sheet.taken,
            counted=sheet.counted,
            reason=sheet.reason or "",
            locked_at=sheet.locked_at,
            document_id=sheet.document_id,
        )
        for sheet, name, name_en, clerk, number in rows
    )


def _agencies(session: Session, rows: Sequence[PaymentRow]) -> Sequence[Agency]:
    ids = {row.agency_id for row in rows}
    return session.scalars(select(Agency).where(Agency.id.in_(ids))).all()
