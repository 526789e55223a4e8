"""What waits for a leader's decision, as rows of a worklist: the most pressing dossier first."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, or_, select, tuple_
from sqlalchemy.orm import Session

from onestop.domain.dossier import LIVE
from onestop.domain.events import TOTAL, ProposalKind
from onestop.domain.procedure_body import procedure_from_body
from onestop.domain.rights import Actor, Right, Role
from onestop.domain.standings import days_off_from
from onestop.models.accounts import User
from onestop.models.base import UTCDateTime
from onestop.models.dossiers import Dossier, Party, Promise, Proposal, Step
from onestop.models.procedures import ProcedureEdition
from onestop.queries.parties import APPLICANT
from onestop.queries.scope import visible_dossiers
from onestop.queries.worklists.agencies import agencies_at
from onestop.queries.worklists.rows import Place, ProposedRow, WorklistAgencyRow, WorklistFilter
from onestop.queries.worklists.shown import how_it_stands, place_value
from onestop.queries.worklists.terms import NEVER, narrowed

_ORDER = func.coalesce(Dossier.late_at, literal(NEVER, UTCDateTime()), type_=UTCDateTime())


def led_by(actor: Actor) -> frozenset[int]:
    """Return the agencies whose proposals the actor decides, as `domain.moves` does."""
    return frozenset(
        held.agency_id
        for held in actor.assignments
        if held.role is Role.LEADER and not held.assistant
    )


def proposal_count(session: Session, actor: Actor, asked: WorklistFilter, *, now: datetime) -> int:
    """Return how many proposals wait for the actor under the filters."""
    conditions = _conditions(session, actor, asked, now)
    stmt = _from_open_proposals(select(func.count())).where(*conditions)
    return int(session.scalars(stmt).one())


def proposed_rows(
    session: Session, actor: Actor, asked: WorklistFilter, *, size: int, now: datetime
) -> tuple[tuple[ProposedRow, ...], Place | None]:
    """Return a page of what waits for the actor, and the place to go on from, None at the end.

    One row is one proposal. Source: docs/rules.md, rules R4, R16.
    """
    found = _page(session, _conditions(session, actor, asked, now), asked.after, size + 1)
    shown = found[:size]
    receiving = {row.receiving_agency_id for row in shown}
    agencies = {agency.id: agency for agency in agencies_at(session, receiving, now)}
    rows = tuple(_row(row, agencies[row.receiving_agency_id], now) for row in shown)
    last = shown[-1] if len(found) > size else None
    return rows, Place(last.place, last.dossier_id, last.proposal) if last is not None else None


def _from_open_proposals(stmt: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return (
        stmt.select_from(Proposal)
        .join(Dossier, Dossier.id == Proposal.dossier_id)
        .outerjoin(
            Step,
            and_(
                Step.dossier_id == Proposal.dossier_id,
                Step.key == Proposal.step_key,
                Step.attempt == Proposal.attempt,
            ),
        )
    )


def _conditions(
    session: Session, actor: Actor, asked: WorklistFilter, now: datetime
) -> list[ColumnElement[bool]]:
    """Open ones of agencies the actor leads that can still be decided.

    A request of a step that has ended is none, nor a later date that comes too late.
    """
    led = sorted(led_by(actor) & {asked.agency} if asked.agency is not None else led_by(actor))
    return [
        Proposal.decided_at.is_(None),
        Dossier.finished_at.is_(None),
        or_(
            and_(_of_later_dates(led), _in_time(session, led, now)),
            and_(
                Proposal.kind == ProposalKind.SUPPLEMENT,
                Step.status.in_(LIVE),
                Step.agency_id.in_(led),
            ),
        ),
        visible_dossiers(actor, Right.SEE_WORKLIST),
        *narrowed(asked),
    ]


def _of_later_dates(led: Sequence[int]) -> ColumnElement[bool]:
    return and_(Proposal.kind == ProposalKind.EXTENSION, Dossier.competent_agency_id.in_(led))


def _in_time(session: Session, led: Sequence[int], now: datetime) -> ColumnElement[bool]:
    """Whether a later date can still be told, as `extension_in_time` of the rules says.

    How long before the date told last depends on the edition, on which days on the agency.
    """
    pairs = (
        select(Dossier.receiving_agency_id, Dossier.procedure_edition_id)
        .join(Proposal, Proposal.dossier_id == Dossier.id)
        .where(Proposal.decided_at.is_(None), Dossier.finished_at.is_(None), _of_later_dates(led))
        .distinct()
        .subquery()
    )
    kinds = session.execute(
        select(pairs.c.receiving_agency_id, ProcedureEdition.id, ProcedureEdition.body).join(
            pairs, pairs.c.procedure_edition_id == ProcedureEdition.id
        )
    ).all()
    calendars = {a.id: a.calendar for a in agencies_at(session, {k[0] for k in kinds}, now)}
    editions: dict[tuple[int, int], list[int]] = {}
    for agency, edition, body in kinds:
        lead = procedure_from_body(body).extension_lead
        editions.setdefault((agency, lead), []).append(edition)
    early_enough = [
        and_(
            Dossier.receiving_agency_id == agency,
            Dossier.procedure_edition_id.in_(sorted(ids)),
            Dossier.last_due_at >= days_off_from(now, calendars[agency], days=lead),
        )
        for (agency, lead), ids in sorted(editions.items())
    ]
    return and_(_not_yet_late(now), or_(literal(False), *early_enough))


def _not_yet_late(now: datetime) -> ColumnElement[bool]:
    return exists().where(
        Promise.dossier_id == Dossier.id,
        Promise.scope == TOTAL,
        Promise.due_at == Dossier.last_due_at,
        Promise.late_at > now,
    )


def _page(
    session: Session, conditions: Sequence[ColumnElement[bool]], after: Place | None, most: int
) -> Sequence[Any]:
    order = (_ORDER, Proposal.dossier_id, Proposal.proposal)
    stmt = (
        _from_open_proposals(
            select(
                Proposal.dossier_id,
                Proposal.proposal,
                Proposal.kind,
                Proposal.reason,
                Proposal.asked_at,
                Proposal.due_at.label("new_due_at"),
                Step.name.label("step"),
                Step.name_en.label("step_en"),
                Dossier.code,
                Dossier.receiving_agency_id,
                Dossier.due_at,
                Dossier.late_at,
                Dossier.paused_at,
                ProcedureEdition.name.label("procedure"),
                ProcedureEdition.name_en.label("procedure_en"),
                Party.name.label("applicant"),
                User.display_name.label("asked_by"),
                _ORDER.label("place"),
            )
        )
        .join(ProcedureEdition, ProcedureEdition.id == Dossier.procedure_edition_id)
        .join(User, User.id == Proposal.asked_by)
        .outerjoin(Party, APPLICANT)
        .where(*conditions)
        .order_by(*order)
        .limit(most)
    )
    if after is not None:
        stmt = stmt.where(tuple_(*order) > place_value(after))
    return session.execute(stmt).all()


def _row(row: Any, agency: WorklistAgencyRow, now: datetime) -> ProposedRow:
    stands, days = how_it_stands(row, agency, now)
    return ProposedRow(
        dossier_id=row.dossier_id,
        code=row.code,
        applicant=row.applicant or "",
        procedure=row.procedure,
        procedure_en=row.procedure_en,
        kind=row.kind,
        reason=row.reason,
        step=row.step or "",
        step_en=row.step_en or "",
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        new_due_at=row.new_due_at,
        due_at=row.due_at,
        standing=stands,
        days=days,
    )
