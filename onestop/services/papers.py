"""Issued papers: each numbered in its agency's series, hashed, and kept byte for byte."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, insert, or_, select, update
from sqlalchemy.orm import Session

from onestop.domain import print_rights
from onestop.domain.errors import DomainError
from onestop.domain.events import ReceptionVoided
from onestop.domain.office_time import office_date
from onestop.models.agencies import Agency
from onestop.models.documents import IssuedDocument
from onestop.models.dossiers import Dossier
from onestop.services import numbers
from onestop.services.event_log import DossierNotFound
from onestop.services.visits import SERIES as GUIDANCE_SERIES

RECEIPT, SUPPLEMENT_REQUEST = print_rights.RECEIPT, print_rights.SUPPLEMENT_REQUEST
CONTROL_SLIP = print_rights.CONTROL_SLIP
APOLOGY, STOP_NOTICE = print_rights.APOLOGY, print_rights.STOP_NOTICE
REJECTION = print_rights.REJECTION
FEE_RECEIPT = "fee_receipt"
BULK_RECEIPT = print_rights.BULK_RECEIPT
_SHARED = frozenset({BULK_RECEIPT})
"""Papers with a row of the same bytes for each dossier that stands on them."""
CORRECTED = (RECEIPT, BULK_RECEIPT, SUPPLEMENT_REQUEST, APOLOGY, FEE_RECEIPT)
"""Papers that a correction of people, procedure or agency leaves wrong."""

# Guidance visits number their slips when they are kept (services/visits.py): a request made
# during casework continues that series, so that no number stands on two slips. A receipt for
# several dossiers is a receipt.
_SERIES = {
    SUPPLEMENT_REQUEST: GUIDANCE_SERIES,
    REJECTION: GUIDANCE_SERIES,
    BULK_RECEIPT: RECEIPT,
}


class DocumentNotIssued(DomainError):
    """There is no such document, or its bytes were erased."""


class PapersVoid(DomainError):
    """The reception was undone: none of its papers is printed any more."""


class PaperReplaced(DomainError):
    """A later paper says how things stand, or will once it is printed: this one is void."""


@dataclass(frozen=True, slots=True)
class PaperNumber:
    """The number of a paper in the yearly series of its agency."""

    number: int
    year: int


@dataclass(frozen=True, slots=True)
class Reprinted:
    """A reprint: the row it got, and how many times the paper has now been printed."""

    document_id: int
    print_number: int


def lock_for_printing(session: Session, code: str) -> None:
    """Let nobody else print for this dossier, or change it, until the transaction ends.

    Look for what was issued only after this: else two who print at once make two originals.
    Raises DossierNotFound, and PapersVoid once the reception was undone.
    Source: docs/rules.md, rule R21.
    """
    row = session.execute(
        select(Dossier.id, Dossier.outcome).where(Dossier.code == code).with_for_update()
    ).first()
    if row is None:
        raise DossierNotFound(code)
    if row.outcome == ReceptionVoided.TYPE:
        raise PapersVoid


def lock_agency_papers(session: Session, agency_id: int) -> None:
    """Let nobody else print a paper of this agency itself until the transaction ends.

    Look for what was issued only after this: else two who print at once make two valid papers.
    """
    # No key is locked: what merely names the agency, a reception say, goes on.
    session.execute(select(Agency.id).where(Agency.id == agency_id).with_for_update(key_share=True))


def next_paper_number(session: Session, agency_id: int, kind: str, *, at: datetime) -> PaperNumber:
    """Return the next number for a paper of `kind`; it is printed, so it is taken first."""
    year = office_date(at).year
    series = _SERIES.get(kind, kind)
    return PaperNumber(numbers.next_in_series(session, agency_id, series, year), year)


def issue_document(
    session: Session,
    *,
    kind: str,
    agency_id: int,
    content: bytes,
    form_edition: str,
    actor: int,
    at: datetime,
    dossier_id: int | None = None,
    visit_id: int | None = None,
    dossier_version: int | None = None,
    number: PaperNumber | None = None,
    replaced: int = 0,
    subject: str = "",
) -> int:
    """Keep the finished bytes of a paper of a dossier, of a visit or of the agency itself.

    `number` is None for papers without a series; `replaced` counts characters printed as "?";
    `subject` says which one it is of an agency's papers of that kind. Returns the row's id.
    Source: docs/rules.md, rules R13, R21.
    """
    if dossier_id is not None and visit_id is not None:
        raise ValueError("a paper belongs to a dossier or to a visit, not to both")
    statement = insert(IssuedDocument).values(
        dossier_id=dossier_id,
        visit_id=visit_id,
        agency_id=agency_id,
        kind=kind,
        subject=subject,
        form_edition=form_edition,
        year=number.year if number else None,
        number=number.number if number else None,
        dossier_version=dossier_version,
        issued_at=at,
        issued_by=actor,
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        replaced_characters=replaced,
    )
    return int(session.execute(statement.returning(IssuedDocument.id)).scalar_one())


def reprint(
    session: Session,
    document_id: int,
    *,
    stamp: Callable[[bytes, int], bytes],
    actor: int,
    at: datetime,
) -> Reprinted:
    """Print a paper again: the stored bytes under a stamp, in a row of their own.

    `stamp(bytes, n)` returns the bytes marked as print `n`, counted over all dossiers that stand
    on the paper. The number on the paper stays the first one's.
    Raises DocumentNotIssued, PapersVoid, PaperReplaced. Source: docs/rules.md, rules P6, R21.
    """
    rows = _locked_rows(session, document_id)
    first = session.scalars(
        select(IssuedDocument).where(
            IssuedDocument.id == document_id, IssuedDocument.reprint_of.is_(None)
        )
    ).one_or_none()
    if first is None or first.content is None:
        raise DocumentNotIssued
    if first.voided_at is not None:
        raise PapersVoid if _is_undone(session, first.dossier_id) else PaperReplaced
    n = _prints(session, rows) + 1
    content = stamp(first.content, n)
    statement = insert(IssuedDocument).values(
        dossier_id=first.dossier_id,
        visit_id=first.visit_id,
        agency_id=first.agency_id,
        kind=first.kind,
        subject=first.subject,
        form_edition=first.form_edition,
        dossier_version=first.dossier_version,
        issued_at=at,
        issued_by=actor,
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        replaced_characters=first.replaced_characters,
        reprint_of=document_id,
        print_number=n,
    )
    row_id = session.execute(statement.returning(IssuedDocument.id)).scalar_one()
    return Reprinted(int(row_id), n)


def void_paper(session: Session, document_id: int, *, at: datetime) -> None:
    """Mark one paper as void because a later one says how things stand; the bytes stay."""
    session.execute(
        update(IssuedDocument)
        .where(
            or_(IssuedDocument.id == document_id, IssuedDocument.reprint_of == document_id),
            IssuedDocument.voided_at.is_(None),
        )
        .values(voided_at=at)
    )


def void_documents(session: Session, dossier_id: int, *, at: datetime) -> None:
    """Mark every paper of a dossier whose reception was undone as void; the bytes stay."""
    session.execute(
        update(IssuedDocument)
        .where(IssuedDocument.dossier_id == dossier_id, IssuedDocument.voided_at.is_(None))
        .values(voided_at=at)
    )


def void_kind(session: Session, dossier_id: int, *kinds: str, at: datetime) -> None:
    """Mark the papers of these kinds as void: what they say does not hold any more."""
    session.execute(
        update(IssuedDocument)
        .where(
            IssuedDocument.dossier_id == dossier_id,
            IssuedDocument.kind.in_(kinds),
            IssuedDocument.voided_at.is_(None),
        )
        .values(voided_at=at)
    )


def _locked_rows(session: Session, document_id: int) -> list[int]:
    """The rows in which one sheet was issued, locked in one order: who prints it as well waits."""
    row = IssuedDocument
    one = session.execute(
        select(row.agency_id, row.kind, row.sha256).where(row.id == document_id)
    ).first()
    which = row.id == document_id
    if one is not None and one.kind in _SHARED:
        same = (row.agency_id == one.agency_id, row.kind == one.kind, row.sha256 == one.sha256)
        which = and_(*same, row.reprint_of.is_(None))
    return list(session.scalars(select(row.id).where(which).order_by(row.id).with_for_update()))


def _is_undone(session: Session, dossier_id: int | None) -> bool:
    outcome = session.scalar(select(Dossier.outcome).where(Dossier.id == dossier_id))
    return outcome == ReceptionVoided.TYPE


def _prints(session: Session, rows: list[int]) -> int:
    found = session.scalar(
        select(func.max(IssuedDocument.print_number)).where(
            or_(IssuedDocument.id.in_(rows), IssuedDocument.reprint_of.in_(rows))
        )
    )
    return int(found or 0)
