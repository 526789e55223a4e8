"""The cash box: what a clerk took in a day is counted, explained where it differs, and locked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from onestop.domain.errors import DomainError
from onestop.domain.events import from_body
from onestop.domain.office_time import office_date
from onestop.domain.payments import (
    ENTERED_LATER,
    PAYING_EVENTS,
    Payment,
    day_span,
    payments_of,
)
from onestop.domain.rights import Actor
from onestop.models.dossiers import Dossier
from onestop.models.events import DossierEvent
from onestop.models.fees import FeeSheet, FeeSheetLine
from onestop.services.desks import require_clerk
from onestop.services.papers import PaperNumber, next_paper_number

FEE_SHEET = "fee_sheet"


class NothingToLock(DomainError):
    """Every payment of that day stands on a locked sheet already, or there was none."""


class DifferenceUnexplained(DomainError):
    """What was counted is not what was taken, and nobody said why."""

    def __init__(self, difference: int) -> None:
        super().__init__(f"a difference of {difference} dong without a reason")
        self.difference = difference


class TakingsChanged(DomainError):
    """Money was taken or given back after the form was shown: what was counted may be old."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A sheet about to be locked: its number, its part of the day, and the payments on it."""

    agency_id: int
    clerk_id: int
    day: date
    part: int
    number: PaperNumber
    lines: tuple[tuple[int, Payment], ...]
    counted: int
    reason: str
    at: datetime

    @property
    def taken(self) -> int:
        """What the history says was taken, less what was given back, in whole dong."""
        return sum(payment.amount for _, payment in self.lines)

    @property
    def subject(self) -> str:
        """What the row of its paper says it is about."""
        return sheet_subject(self.day, self.clerk_id, self.part, self.counted)


def sheet_subject(day: date, clerk_id: int, part: int, counted: int) -> str:
    """Return what the paper of a sheet is about; the sum that was counted stands in no history."""
    return f"{day.isoformat()}/{clerk_id}/{part}/{counted}"


def draft_fee_sheet(
    session: Session,
    *,
    agency_id: int,
    day: date,
    counted: int,
    expected: int,
    reason: str,
    actor: Actor,
    at: datetime,
) -> Draft:
    """Return the sheet of the actor's own payments of a local day that stand on none yet.

    `expected` is what the form said was taken. The number is taken, nothing else is written: the
    paper is made of the draft, then `lock_fee_sheet` keeps both.
    Raises NotYourDesk, NothingToLock, TakingsChanged, DifferenceUnexplained.
    Source: docs/rules.md, rule P9.
    """
    require_clerk(session, actor, agency_id)
    # First, and it stays locked: who locks the same box at once waits here.
    number = next_paper_number(session, agency_id, FEE_SHEET, at=at)
    lines = _open_lines(session, agency_id, actor.user_id, day)
    draft = Draft(
        agency_id=agency_id,
        clerk_id=actor.user_id,
        day=day,
        part=_parts(session, agency_id, actor.user_id, day) + 1,
        number=number,
        lines=lines,
        counted=counted,
        reason=reason if counted != sum(payment.amount for _, payment in lines) else "",
        at=at,
    )
    if not lines:
        raise NothingToLock
    if draft.taken != expected:
        raise TakingsChanged
    if draft.taken != counted and not reason:
        raise DifferenceUnexplained(counted - draft.taken)
    return draft


def lock_fee_sheet(session: Session, draft: Draft, *, document_id: int) -> int:
    """Keep the sheet with its lines and its paper, for good; return its id."""
    statement = insert(FeeSheet).values(
        agency_id=draft.agency_id,
        clerk_id=draft.clerk_id,
        day=draft.day,
        part=draft.part,
        payments=len(draft.lines),
        taken=draft.taken,
        counted=draft.counted,
        reason=draft.reason or None,
        locked_at=draft.at,
        document_id=document_id,
    )
    sheet_id = int(session.execute(statement.returning(FeeSheet.id)).scalar_one())
    session.execute(
        insert(FeeSheetLine),
        [
            {
                "dossier_id": dossier_id,
                "version": payment.version,
                "sheet_id": sheet_id,
                "amount": payment.amount,
            }
            for dossier_id, payment in draft.lines
        ],
    )
    return sheet_id


def _open_lines(
    session: Session, agency_id: int, clerk_id: int, day: date
) -> tuple[tuple[int, Payment], ...]:
    """Payments in the clerk's hands on that day, without those on a sheet; oldest first."""
    found = _payments(session, agency_id, clerk_id, day)
    ids = sorted({dossier_id for dossier_id, _ in found})
    locked = {
        (row.dossier_id, row.version)
        for row in session.execute(
            select(FeeSheetLine.dossier_id, FeeSheetLine.version).where(
                FeeSheetLine.dossier_id.in_(ids)
            )
        )
    }
    lines = [line for line in found if (line[0], line[1].version) not in locked]
    return tuple(sorted(lines, key=lambda line: (line[1].at, line[0], line[1].version)))


def _payments(
    session: Session, agency_id: int, clerk_id: int, day: date
) -> Sequence[tuple[int, Payment]]:
    since, until = day_span(day)
    touched = session.scalars(
        select(DossierEvent.dossier_id).where(
            DossierEvent.recorded_at >= since,
            DossierEvent.recorded_at < until + ENTERED_LATER,
            DossierEvent.occurred_at >= since,
            DossierEvent.occurred_at < until,
            DossierEvent.actor_id == clerk_id,
            DossierEvent.type.in_(PAYING_EVENTS),
        )
    ).all()
    rows = session.execute(
        select(DossierEvent.dossier_id, DossierEvent.body)
        .join(Dossier, Dossier.id == DossierEvent.dossier_id)
        .where(
            DossierEvent.dossier_id.in_(set(touched)),
            DossierEvent.type.in_(PAYING_EVENTS),
            Dossier.receiving_agency_id == agency_id,
        )
        .order_by(DossierEvent.dossier_id, DossierEvent.version)
    ).all()
    return [
        (dossier_id, payment)
        for dossier_id, history in groupby(rows, key=lambda row: row.dossier_id)
        for payment in payments_of(from_body(row.body) for row in history)
        if payment.by == clerk_id and office_date(payment.at) == day
    ]


def _parts(session: Session, agency_id: int, clerk_id: int, day: date) -> int:
    found = session.scalar(
        select(func.max(FeeSheet.part)).where(
            FeeSheet.agency_id == agency_id, FeeSheet.clerk_id == clerk_id, FeeSheet.day == day
        )
    )
    return int(found or 0)
