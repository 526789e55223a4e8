"""What the return counter needs: one dossier's result, a person's results, those that wait."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session, aliased

from onestop.domain.dossier import LIVE
from onestop.domain.events import Delivery
from onestop.domain.names import prefix_range
from onestop.domain.procedure_body import procedure_from_body
from onestop.domain.rights import Actor, Right
from onestop.domain.routes import StepKind
from onestop.domain.statuses import OPEN, Status
from onestop.models.agencies import Agency
from onestop.models.dossiers import Dossier, Party, SearchTerm, StatusLink, Step
from onestop.models.procedures import ProcedureEdition
from onestop.models.sealing import keyed_hash
from onestop.queries.fees import owed_amounts
from onestop.queries.scope import reachable_agencies


@dataclass(frozen=True, slots=True)
class HolderRow:
    """Who has the dossier now, and until when."""

    agency: str
    agency_en: str
    step: str
    step_en: str
    kind: StepKind
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class PersonRow:
    """The applicant or the submitter, to be compared with the paper they show."""

    name: str
    id_number: str
    phone: str


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One dossier in a list of the return counter."""

    code: str
    version: int
    applicant: str
    phone: str | None
    procedure: str
    procedure_en: str
    status: Status
    due_at: datetime
    finished_at: datetime | None
    called_at: datetime | None


@dataclass(frozen=True, slots=True)
class ReturnPage:
    """One dossier at the return counter: what to give, what to collect, whom to check.

    `owed` is the fee less what was paid, in whole dong; below 0 after a correction lowered it.
    """

    dossier_id: int
    code: str
    version: int
    agency_id: int
    status: Status
    procedure: str
    procedure_en: str
    result: str
    result_en: str
    outcome: str | None
    delivery: Delivery
    owed: int
    applicant: PersonRow
    submitter: PersonRow | None
    due_at: datetime
    finished_at: datetime | None
    returned_at: datetime | None
    called_at: datetime | None
    holders: tuple[HolderRow, ...]

    @property
    def is_ready(self) -> bool:
        """Whether the desk holds the result."""
        return self.status is Status.COMPLETED

    @property
    def has_arrived(self) -> bool:
        """Whether the result was offered to the desk and only waits to be accepted."""
        return self.finished_at is None and any(
            holder.kind is StepKind.RETURN for holder in self.holders
        )


def return_page(session: Session, actor: Actor, code: str) -> ReturnPage | None:
    """The dossier with this code that was received where the actor returns results, or None."""
    row = session.execute(
        select(Dossier, ProcedureEdition.body)
        .join(ProcedureEdition, ProcedureEdition.id == Dossier.procedure_edition_id)
        .where(Dossier.code == code, _mine(actor))
    ).one_or_none()
    if row is None:
        return None
    d, body = row
    spec = procedure_from_body(body)
    people = _people(session, d.id)
    return ReturnPage(
        dossier_id=d.id,
        code=d.code,
        version=d.version,
        agency_id=d.receiving_agency_id,
        status=d.status,
        procedure=spec.name,
        procedure_en=spec.name_en,
        result=spec.result_name or spec.name,
        result_en=spec.result_name_en or spec.name_en,
        outcome=d.outcome,
        delivery=d.delivery,
        owed=owed_amounts(session, [d.id])[d.id],
        applicant=people["applicant"],
        submitter=people.get("submitter"),
        due_at=d.last_due_at,
        finished_at=d.finished_at,
        returned_at=d.returned_at,
        called_at=d.called_at,
        holders=_holders(session, d.id),
    )


def results_of_person(
    session: Session, actor: Actor, *, id_number: str, but: str = ""
) -> list[ResultRow]:
    """Dossiers of the person with this number that are not returned yet; ready ones first."""
    if not id_number:
        return []
    same = select(Party.dossier_id).where(
        Party.id_number_hash == keyed_hash("id_number", id_number)
    )
    return _list(
        session,
        _rows().where(
            Dossier.id.in_(same),
            Dossier.code != but,
            Dossier.status.in_(NOT_RETURNED),
            _mine(actor),
        ),
        limit=20,
    )


def results_by_name(session: Session, actor: Actor, name: str) -> list[ResultRow]:
    """Dossiers not returned yet in which a name begins like this, without marks; for lost slips."""
    first, last = prefix_range(name)
    if len(first) < 2:
        return []
    found = select(SearchTerm.dossier_id).where(SearchTerm.term >= first, SearchTerm.term <= last)
    return _list(
        session,
        _rows().where(Dossier.id.in_(found), Dossier.status.in_(NOT_RETURNED), _mine(actor)),
        limit=20,
    )


def arrived_results(session: Session, actor: Actor, *, limit: int = 50) -> list[ResultRow]:
    """Results offered to the desk that nobody there has accepted yet, the most urgent first."""
    offered = select(Step.dossier_id).where(
        Step.kind == StepKind.RETURN,
        Step.status.in_(LIVE),
        Step.agency_id.in_(reachable_agencies(actor, Right.RETURN)),
    )
    return _list(
        session,
        _rows().where(Dossier.id.in_(offered), Dossier.finished_at.is_(None), _mine(actor)),
        limit=limit,
    )


def uncollected_results(session: Session, actor: Actor, *, limit: int = 200) -> list[ResultRow]:
    """Results that lie at the desk, the longest waiting first."""
    stmt = _rows().where(Dossier.status == Status.COMPLETED, _mine(actor))
    rows = session.execute(stmt.order_by(Dossier.finished_at, Dossier.id).limit(limit))
    return [ResultRow(*row) for row in rows]


def slip_replaced_on(session: Session, dossier_id: int, version: int) -> datetime | None:
    """When a version of a dossier's receipt was replaced, in UTC; None for one that is valid."""
    return session.scalar(
        select(StatusLink.ended_at).where(
            StatusLink.dossier_id == dossier_id,
            StatusLink.version == version,
            StatusLink.state == "superseded",
        )
    )


NOT_RETURNED = (*sorted(OPEN), Status.COMPLETED)


def _mine(actor: Actor) -> ColumnElement[bool]:
    """Received at an agency where the actor returns results: nobody else hands them out."""
    return Dossier.receiving_agency_id.in_(reachable_agencies(actor, Right.RETURN))


ResultColumns = Select[
    str, int, str, str | None, str, str, Status, datetime, datetime | None, datetime | None
]


def _rows() -> ResultColumns:
    applicant = aliased(Party)
    return (
        select(
            Dossier.code,
            Dossier.version,
            applicant.name,
            applicant.phone,
            ProcedureEdition.name,
            ProcedureEdition.name_en,
            Dossier.status,
            Dossier.last_due_at,
            Dossier.finished_at,
            Dossier.called_at,
        )
        .join(ProcedureEdition, ProcedureEdition.id == Dossier.procedure_edition_id)
        .join(applicant, (applicant.dossier_id == Dossier.id) & (applicant.role == "applicant"))
    )


def _list(session: Session, stmt: ResultColumns, *, limit: int) -> list[ResultRow]:
    ordered = stmt.order_by(Dossier.finished_at.is_(None), Dossier.last_due_at, Dossier.id)
    return [ResultRow(*row) for row in session.execute(ordered.limit(limit))]


def _people(session: Session, dossier_id: int) -> dict[str, PersonRow]:
    parties = session.scalars(select(Party).where(Party.dossier_id == dossier_id))
    return {p.role: PersonRow(p.name, p.id_number or "", p.phone or "") for p in parties}


def _holders(session: Session, dossier_id: int) -> tuple[HolderRow, ...]:
    rows = session.execute(
        select(Agency.name, Agency.name_en, Step.name, Step.name_en, Step.kind, Step.due_at)
        .join(Agency, Agency.id == Step.agency_id)
        .where(Step.dossier_id == dossier_id, Step.status.in_(LIVE))
        .order_by(Step.position)
    )
    return tuple(HolderRow(*row) for row in rows)
