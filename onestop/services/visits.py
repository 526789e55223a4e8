"""Visits that end with a slip instead of a dossier: guided, or refused with a reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from onestop.domain.codes import StatusToken
from onestop.domain.errors import DomainError
from onestop.domain.office_time import office_date
from onestop.domain.rights import Actor
from onestop.models.reception import Visit
from onestop.models.sealing import keyed_hash
from onestop.services import numbers
from onestop.services.catalogue import procedure_in_force
from onestop.services.desks import require_clerk
from onestop.services.idempotency import Request, earlier_outcome, remember
from onestop.services.parties import PersonLike

KEPT_FOR = timedelta(days=30)
ROUTE = "visit"
SERIES = "guidance"


class VisitNotFound(DomainError):
    """No visit has this slip, or it is older than thirty days."""


class FilingLike(Protocol):
    """What was brought, and why it is not enough; `inputs.reception.Guidance` is one."""

    @property
    def key(self) -> str: ...
    @property
    def procedure(self) -> str: ...
    @property
    def applicant(self) -> PersonLike: ...
    @property
    def note(self) -> str: ...
    @property
    def refused(self) -> bool: ...
    @property
    def reason(self) -> str: ...
    @property
    def missing(self) -> Sequence[str]: ...
    @property
    def desk(self) -> int | None: ...
    def model_dump_json(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Guided:
    """A visit that was kept: its row and the secret of its slip's QR."""

    visit_id: int
    token: StatusToken


@dataclass(frozen=True, slots=True)
class KeptVisit:
    """What a slip's QR brings back: the form as it was, exact JSON text, or None once erased.

    `dossier_id` is what the visit became.
    """

    id: int
    form: str | None
    dossier_id: int | None


def guide(
    session: Session, filing: FilingLike, *, agency_id: int, actor: Actor, at: datetime
) -> Guided:
    """Keep a visit for thirty days and number its slip; no dossier number is used.

    The same request again returns the same visit. Raises NotYourDesk, ProcedureNotFound,
    ProcedureClosed, KeyReused. Source: docs/rules.md, rule R22.
    """
    require_clerk(session, actor, agency_id, desk_id=filing.desk)
    body = filing.model_dump_json()
    request = Request.of(actor=str(actor.user_id), route=ROUTE, key=filing.key, validated=body)
    known = earlier_outcome(session, request)
    if known is not None:
        return _stored(session, int(known))
    on = office_date(at)
    edition = procedure_in_force(session, filing.procedure, on)
    token = StatusToken.random()
    number = filing.applicant.id_number
    visit_id = session.execute(
        insert(Visit)
        .values(
            agency_id=agency_id,
            desk_id=filing.desk,
            procedure_edition_id=edition.id,
            outcome="refused" if filing.refused else "guided",
            number=numbers.next_in_series(session, agency_id, SERIES, on.year),
            year=on.year,
            reason=filing.reason,
            note=filing.note or None,
            id_number=number or None,
            id_number_hash=keyed_hash("id_number", number) if number else None,
            form=body,
            missing=",".join(filing.missing),
            token_sha256=token.sha256,
            token=token.text,
            at=at,
            by=actor.user_id,
            expires_at=at + KEPT_FOR,
        )
        .returning(Visit.id)
    ).scalar_one()
    remember(session, request, outcome=str(visit_id), at=at)
    return Guided(visit_id, token)


def visit_by_token(
    session: Session, token: str, *, agency_id: int, at: datetime | None = None
) -> KeptVisit:
    """Return the visit whose slip carries `token`, at this agency.

    Raises VisitNotFound for an unknown or foreign token and, given `at`, for one that has expired.
    """
    parsed = StatusToken.parse(token)
    row = None
    if parsed is not None:
        row = session.execute(
            select(Visit.id, Visit.form, Visit.dossier_id, Visit.expires_at).where(
                Visit.token_sha256 == parsed.sha256, Visit.agency_id == agency_id
            )
        ).first()
    if row is None or (at is not None and row.expires_at <= at):
        raise VisitNotFound
    return KeptVisit(row.id, row.form, row.dossier_id)


def _stored(session: Session, visit_id: int) -> Guided:
    token = session.scalar(select(Visit.token).where(Visit.id == visit_id))
    if token is None:
        raise VisitNotFound
    return Guided(visit_id, StatusToken(token))
