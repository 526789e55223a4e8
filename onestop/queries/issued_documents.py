"""Issued papers as they were kept, for those who may see the dossier or the visit."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Row, Select, select
from sqlalchemy.orm import Session

from onestop.domain.rights import Actor
from onestop.models.documents import IssuedDocument
from onestop.models.dossiers import Dossier
from onestop.queries.scope import visible_dossiers

Columns = tuple[int, int | None, str, int, int | None, datetime, bytes | None, datetime | None]
Printed = Row[*Columns]


@dataclass(frozen=True, slots=True)
class IssuedRow:
    """One print of a paper; `content` is None once erased, `first_id` the row it was issued in.

    A paper that was voided is printed no more: the next print is a new original.
    """

    document_id: int
    first_id: int
    kind: str
    print_number: int
    dossier_version: int | None
    issued_at: datetime
    content: bytes | None
    is_void: bool


def issued_document(
    session: Session,
    actor: Actor,
    code: str,
    kind: str,
    *,
    print_number: int | None = None,
    issue: int | None = None,
) -> IssuedRow | None:
    """The latest issue of a paper of a dossier the actor may see, or its nth print; else None.

    Without `print_number` the paper as first printed; `issue` names one row of it, a reprint too.
    Source: docs/rules.md, rules R16, R21.
    """
    wanted = IssuedDocument.reprint_of.is_(None) if issue is None else IssuedDocument.id == issue
    latest = session.execute(
        _columns()
        .join(Dossier, Dossier.id == IssuedDocument.dossier_id)
        .where(Dossier.code == code, IssuedDocument.kind == kind, wanted, visible_dossiers(actor))
        .order_by(IssuedDocument.id.desc())
        .limit(1)
    ).first()
    if latest is None or issue is not None or print_number in (None, 1):
        return None if latest is None else _row(latest)
    return _one(
        session,
        IssuedDocument.reprint_of == latest.id,
        IssuedDocument.print_number == print_number,
    )


def latest_issue(session: Session, code: str, kind: str) -> IssuedRow | None:
    """The latest issue of a paper, for whoever runs the installation; None if there was none."""
    row = session.execute(
        _columns()
        .join(Dossier, Dossier.id == IssuedDocument.dossier_id)
        .where(
            Dossier.code == code,
            IssuedDocument.kind == kind,
            IssuedDocument.reprint_of.is_(None),
        )
        .order_by(IssuedDocument.id.desc())
        .limit(1)
    ).first()
    return None if row is None else _row(row)


def dossier_id_of(session: Session, code: str) -> int | None:
    """The row id of a dossier by its code, for whoever runs the installation."""
    return session.scalar(select(Dossier.id).where(Dossier.code == code))


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A dossier's row, its version now, and the agency that received it."""

    dossier_id: int
    version: int
    agency_id: int


def dossier_version(session: Session, code: str) -> VersionRow:
    """How a dossier stands, for the house itself. Raises NoResultFound for an unknown code."""
    row = session.execute(
        select(Dossier.id, Dossier.version, Dossier.receiving_agency_id).where(Dossier.code == code)
    ).one()
    return VersionRow(*row)


def slip_of_visit(session: Session, visit_id: int) -> IssuedRow | None:
    """The slip of a visit as it was printed; the caller has checked whose visit it is."""
    return _one(session, IssuedDocument.visit_id == visit_id, IssuedDocument.reprint_of.is_(None))


def _columns() -> Select[*Columns]:
    return select(
        IssuedDocument.id,
        IssuedDocument.reprint_of,
        IssuedDocument.kind,
        IssuedDocument.print_number,
        IssuedDocument.dossier_version,
        IssuedDocument.issued_at,
        IssuedDocument.content,
        IssuedDocument.voided_at,
    )


def _one(session: Session, *which: ColumnElement[bool]) -> IssuedRow | None:
    row = session.execute(_columns().where(*which).limit(1)).first()
    return None if row is None else _row(row)


def _row(row: Printed) -> IssuedRow:
    document_id, first_id, kind, print_number, version, issued_at, content, voided_at = row
    return IssuedRow(
        document_id=document_id,
        first_id=first_id or document_id,
        kind=kind,
        print_number=print_number,
        dossier_version=version,
        issued_at=issued_at,
        content=content,
        is_void=voided_at is not None,
    )
