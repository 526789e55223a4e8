"""What the reception page shows beside its form: the last receipts, people known, duplicates."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from onestop.domain.events import ReceptionVoided
from onestop.domain.names import nfc
from onestop.domain.refilings import ENDED_WITHOUT, refiled_since
from onestop.domain.rights import Actor, Right
from onestop.domain.statuses import OPEN, Status
from onestop.models.documents import IssuedDocument
from onestop.models.dossiers import Dossier, Party
from onestop.models.procedures import ProcedureEdition
from onestop.models.reception import Visit
from onestop.models.sealing import keyed_hash
from onestop.queries.parties import APPLICANT
from onestop.queries.scope import visible_dossiers


@dataclass(frozen=True, slots=True)
class ReceivedRow:
    """One of the last receptions of an agency."""

    code: str
    applicant: str
    procedure: str
    procedure_en: str
    received_at: datetime
    due_at: datetime
    status: Status


@dataclass(frozen=True, slots=True)
class ReceiptPage:
    """A reception just done: what the green panel says."""

    dossier_id: int
    code: str
    version: int
    procedure: str
    procedure_en: str
    applicant: str
    received_at: datetime
    received_by: int
    agency_id: int
    due_at: datetime
    fee: int
    fee_paid: bool
    status: Status
    receipt_id: int | None
    prints: int


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A person of an earlier dossier of one's own agency, as typed then."""

    name: str
    born: str
    sex: str
    id_number: str
    phone: str
    email: str
    address: str


@dataclass(frozen=True, slots=True)
class DuplicateRow:
    """An open dossier of the same person under the same procedure."""

    code: str
    received_at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class EndedRow:
    """A dossier of the same person and procedure that a filing now takes up again."""

    code: str
    outcome: str
    finished_at: datetime
    first_due_at: datetime


@dataclass(frozen=True, slots=True)
class VisitPage:
    """A visit that ended with a slip: its number, its outcome, until when it reopens the form."""

    visit_id: int
    agency_id: int
    refused: bool
    number: int
    year: int
    expires_at: datetime
    slip_id: int | None


def recent_receptions(
    session: Session, agency_id: int, *, day: date, desk_id: int | None = None, limit: int = 5
) -> list[ReceivedRow]:
    """The last receptions of an agency (or of one of its desks) on a local day, latest first."""
    stmt = _received().where(Dossier.receiving_agency_id == agency_id, Dossier.number_day == day)
    if desk_id is not None:
        stmt = stmt.where(Dossier.desk_id == desk_id)
    rows = session.execute(stmt.order_by(Dossier.number.desc()).limit(limit))
    return [ReceivedRow(*row) for row in rows]


def frequent_procedures(session: Session, agency_id: int, *, since: date) -> dict[str, int]:
    """How often an agency received each procedure since a local day, by code."""
    rows = session.execute(
        select(Dossier.procedure_code, func.count())
        .where(Dossier.receiving_agency_id == agency_id, Dossier.number_day >= since)
        .group_by(Dossier.procedure_code)
    )
    return {code: count for code, count in rows}


def receipt_page(session: Session, actor: Actor, code: str) -> ReceiptPage | None:
    """The reception of a dossier the actor may see, or None."""
    row = session.execute(
        select(Dossier, ProcedureEdition, Party.name)
        .join(ProcedureEdition, ProcedureEdition.id == Dossier.procedure_edition_id)
        .join(Party, APPLICANT)
        .where(Dossier.code == code, visible_dossiers(actor))
    ).one_or_none()
    if row is None:
        return None
    d, edition, applicant = row
    receipt_id, prints = _receipts(session, d)
    return ReceiptPage(
        dossier_id=d.id,
        code=d.code,
        version=d.version,
        procedure=edition.name,
        procedure_en=edition.name_en,
        applicant=applicant,
        received_at=d.received_at,
        received_by=d.received_by,
        agency_id=d.receiving_agency_id,
        due_at=d.last_due_at,
        fee=d.fee,
        fee_paid=d.fee_paid,
        status=d.status,
        receipt_id=receipt_id,
        prints=prints,
    )


def known_people(
    session: Session, actor: Actor, *, id_number: str = "", phone: str = "", limit: int = 3
) -> list[KnownPerson]:
    """People with this ID number, or this phone, in dossiers the actor may see; latest first."""
    same: list[ColumnElement[bool]] = []
    if id_number:
        same.append(Party.id_number_hash == keyed_hash("id_number", id_number))
    if phone:
        same.append(Party.phone_hash == keyed_hash("phone", phone))
    if not same:
        return []
    parties = session.scalars(
        select(Party)
        .join(Dossier, Dossier.id == Party.dossier_id)
        .where(or_(*same), visible_dossiers(actor, Right.RECEIVE))
        .order_by(Dossier.received_at.desc(), Dossier.id.desc())
        .limit(20)
    )
    found: dict[tuple[str, str], KnownPerson] = {}
    for party in parties:
        person = _person(party)
        found.setdefault((nfc(person.name).casefold(), person.id_number), person)
    return list(found.values())[:limit]


def open_duplicates(
    session: Session, actor: Actor, *, procedure: str, id_number: str
) -> list[DuplicateRow]:
    """Open dossiers of the same applicant under the same procedure that the actor may see."""
    if not (procedure and id_number):
        return []
    rows = session.execute(
        select(Dossier.code, Dossier.received_at, Dossier.due_at)
        .join(Party, APPLICANT)
        .where(
            Party.id_number_hash == keyed_hash("id_number", id_number),
            Dossier.procedure_code == procedure,
            Dossier.status.in_(OPEN),
            visible_dossiers(actor, Right.RECEIVE),
        )
        .order_by(Dossier.received_at.desc())
        .limit(3)
    )
    return [DuplicateRow(*row) for row in rows]


def taken_up_again(
    session: Session, actor: Actor, *, procedure: str, id_number: str, on: date
) -> EndedRow | None:
    """The dossier that a filing on this local day would take up again, if the actor may see it.

    The same question as services/refilings.py asks when the filing is received.
    """
    if not (procedure and id_number):
        return None
    row = session.execute(
        select(Dossier.code, Dossier.outcome, Dossier.finished_at, Dossier.first_due_at)
        .join(Party, APPLICANT)
        .where(
            Party.id_number_hash == keyed_hash("id_number", id_number),
            Dossier.procedure_code == procedure,
            Dossier.outcome.in_(ENDED_WITHOUT),
            Dossier.finished_at >= refiled_since(on),
            visible_dossiers(actor, Right.RECEIVE),
        )
        .order_by(Dossier.finished_at.desc(), Dossier.id.desc())
        .limit(1)
    ).first()
    if row is None or row.outcome is None or row.finished_at is None:
        return None
    return EndedRow(row.code, row.outcome, row.finished_at, row.first_due_at)


def visit_page(session: Session, visit_id: int, *, agency_id: int) -> VisitPage | None:
    """A visit of this agency, or None."""
    visit = session.scalars(
        select(Visit).where(Visit.id == visit_id, Visit.agency_id == agency_id)
    ).one_or_none()
    if visit is None:
        return None
    slip_id, _ = _printed(session, IssuedDocument.visit_id == visit_id, None)
    return VisitPage(
        visit_id=visit.id,
        agency_id=visit.agency_id,
        refused=visit.outcome == "refused",
        number=visit.number,
        year=visit.year,
        expires_at=visit.expires_at,
        slip_id=slip_id,
    )


def _received() -> Select[str, str, str, str, datetime, datetime, Status]:
    return (
        select(
            Dossier.code,
            Party.name,
            ProcedureEdition.name,
            ProcedureEdition.name_en,
            Dossier.received_at,
            Dossier.first_due_at,
            Dossier.status,
        )
        .join(ProcedureEdition, ProcedureEdition.id == Dossier.procedure_edition_id)
        .join(Party, APPLICANT)
    )


def _receipts(session: Session, d: Dossier) -> tuple[int | None, int]:
    """The receipt in force and how often it was printed; one that a correction voided is gone."""
    own: ColumnElement[bool] = IssuedDocument.dossier_id == d.id
    if d.outcome != ReceptionVoided.TYPE:
        own &= IssuedDocument.voided_at.is_(None)
    return _printed(session, own, "receipt")


def _printed(
    session: Session, owner: ColumnElement[bool], kind: str | None
) -> tuple[int | None, int]:
    """The first issue of a paper and how often it was printed."""
    stmt = select(func.min(IssuedDocument.id), func.max(IssuedDocument.print_number)).where(owner)
    if kind is not None:
        stmt = stmt.where(IssuedDocument.kind == kind)
    first, prints = session.execute(stmt).one()
    return first, prints or 0


def _person(party: Party) -> KnownPerson:
    return KnownPerson(
        name=party.name,
        born=party.born or "",
        sex=party.sex or "",
        id_number=party.id_number or "",
        phone=party.phone or "",
        email=party.email or "",
        address=party.address or "",
    )
