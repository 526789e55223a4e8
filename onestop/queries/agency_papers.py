"""Papers that an agency itself issued: sheets of its days, of its cash boxes, lists of results."""

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from onestop.domain.office_time import OFFICE_ZONE
from onestop.domain.rights import Actor, Right
from onestop.models.accounts import User
from onestop.models.documents import IssuedDocument
from onestop.models.fees import FeeSheet
from onestop.queries.scope import reachable_agencies

DAY_SHEET, RESULT_LIST, FEE_SHEET = "day_sheet", "result_list", "fee_sheet"


@dataclass(frozen=True, slots=True)
class AgencyPaperRow:
    """One paper of an agency as first issued, and how often it was printed."""

    id: int
    agency_id: int
    kind: str
    subject: str
    number: int
    issued_at: datetime
    by: str
    prints: int
    is_void: bool


COUNTER_KINDS = (DAY_SHEET, RESULT_LIST, FEE_SHEET)
"""What a counter issues for itself; books and hand-over lists have pages of their own."""


def papers_since(session: Session, agency_id: int, day: date) -> tuple[AgencyPaperRow, ...]:
    """Papers that an agency's counter issued for itself since a local day, newest first."""
    since = datetime.combine(day, time(), OFFICE_ZONE)
    return _rows(session, IssuedDocument.agency_id == agency_id, IssuedDocument.issued_at >= since)


def paper_of_agencies(
    session: Session, document_id: int, agencies: Collection[int]
) -> AgencyPaperRow | None:
    """A paper that the counter of one of these agencies issued for itself, or None."""
    rows = _rows(session, IssuedDocument.id == document_id, IssuedDocument.agency_id.in_(agencies))
    return rows[0] if rows else None


def subject_of(about: str, figures: object) -> str:
    """What a row says its paper is about: a day or a unit, and a fingerprint of what it says.

    Two papers about the same that say the same have the same subject. Rule P8.
    """
    said = json.dumps(figures, ensure_ascii=False).encode()
    return f"{about}/{hashlib.sha256(said).hexdigest()[:24]}"


def paper_about(session: Session, agency_id: int, kind: str, about: str) -> AgencyPaperRow | None:
    """The latest paper of that kind that an agency issued about a day or a unit, unless void."""
    rows = _rows(
        session,
        IssuedDocument.agency_id == agency_id,
        IssuedDocument.kind == kind,
        IssuedDocument.subject.startswith(f"{about}/"),
        IssuedDocument.voided_at.is_(None),
    )
    return rows[0] if rows else None


def overseen_sheet(session: Session, actor: Actor, sheet_id: int) -> int | None:
    """The paper of a locked fee sheet within what the actor oversees, or None."""
    return session.scalar(
        select(FeeSheet.document_id).where(
            FeeSheet.id == sheet_id,
            FeeSheet.agency_id.in_(reachable_agencies(actor, Right.OVERSEE)),
        )
    )


def printed_bytes(session: Session, document_id: int, print_number: int = 1) -> bytes | None:
    """The bytes of a paper as printed the first or the nth time; the caller checked whose it is."""
    if print_number <= 1:
        wanted = IssuedDocument.id == document_id
    else:
        wanted = (IssuedDocument.reprint_of == document_id) & (
            IssuedDocument.print_number == print_number
        )
    return session.scalar(select(IssuedDocument.content).where(wanted))


def _rows(session: Session, *wanted: ColumnElement[bool]) -> tuple[AgencyPaperRow, ...]:
    again = aliased(IssuedDocument)
    prints = (
        select(func.max(again.print_number))
        .where(again.reprint_of == IssuedDocument.id)
        .correlate(IssuedDocument)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            IssuedDocument.id,
            IssuedDocument.agency_id,
            IssuedDocument.kind,
            IssuedDocument.subject,
            IssuedDocument.number,
            IssuedDocument.issued_at,
            User.display_name,
            prints,
            IssuedDocument.voided_at,
        )
        .join(User, User.id == IssuedDocument.issued_by)
        .where(
            IssuedDocument.dossier_id.is_(None),
            IssuedDocument.visit_id.is_(None),
            IssuedDocument.reprint_of.is_(None),
            IssuedDocument.kind.in_(COUNTER_KINDS),
            *wanted,
        )
        .order_by(IssuedDocument.id.desc())
        .limit(50)
    )
    return tuple(
        AgencyPaperRow(
            id=id_,
            agency_id=agency_id,
            kind=kind,
            subject=subject,
            number=number or 0,
            issued_at=issued_at,
            by=by,
            prints=again_printed or 1,
            is_void=voided_at is not None,
        )
        for id_, agency_id, kind, subject, number, issued_at, by, again_printed, voided_at in rows
    )
