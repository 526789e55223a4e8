"""The counter: receive a dossier once, finish it on the spot, undo it in time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from onestop.domain import decisions
from onestop.domain.decisions import Act
from onestop.domain.errors import DomainError
from onestop.domain.events import Delivery
from onestop.domain.fees import BadFeeAnswer
from onestop.domain.moves import MoveNotAllowed
from onestop.domain.office_time import office_date
from onestop.domain.procedures import Edition, fee_of
from onestop.domain.rights import Actor, Role
from onestop.models.reception import BOOK, Visit
from onestop.services import numbers
from onestop.services.calendars import agency_calendars, hold_calendars
from onestop.services.catalogue import procedure_in_force
from onestop.services.desks import require_clerk
from onestop.services.event_log import Loaded, load, record, record_first
from onestop.services.following import settle
from onestop.services.idempotency import Request, earlier_outcome, remember
from onestop.services.intakes import (
    IntakeLike,
    RequestLike,
    check_intake,
    people_of,
    personal_texts_of,
    reception_event,
)
from onestop.services.links import Link, live_link, make_link
from onestop.services.papers import void_documents
from onestop.services.parties import add_parties
from onestop.services.personal_values import PersonalText, commit_to
from onestop.services.refilings import refiling_of
from onestop.services.routing import Plan, plan_route
from onestop.services.visits import visit_by_token

ROUTE = "reception"


class TooLateToUndo(DomainError):
    """Older than ten minutes, taken up by another agency, or received by somebody else."""

    def __init__(self, code: str) -> None:
        super().__init__("reception can no longer be undone")
        self.code = code


@dataclass(frozen=True, slots=True)
class Received:
    """The outcome of a reception; `again` when this very request had been served before."""

    code: str
    dossier_id: int
    link: Link | None
    again: bool = False


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be promised if the dossier were received now."""

    edition: Edition
    plan: Plan
    fee: int | None


def preview(
    session: Session,
    procedure: str,
    *,
    agency_id: int,
    at: datetime,
    answers: Mapping[str, int] | None = None,
    competent_agency: int | None = None,
) -> Preview:
    """Return route, dates and fee as a reception at `at` would fix them; nothing is written.

    The fee is None while a number it needs is missing. Raises what the reception would raise.
    """
    on = office_date(at)
    edition = procedure_in_force(session, procedure, on)
    plan = plan_route(
        session, edition.spec, receiving=agency_id, competent=competent_agency, on=on, at=at
    )
    try:
        fee = fee_of(edition.spec, answers or {})
    except BadFeeAnswer:
        fee = None
    return Preview(edition, plan, fee)


def receive_dossier(
    session: Session, intake: RequestLike, *, agency_id: int, actor: Actor, at: datetime
) -> Received:
    """Take a dossier in: number, promise, first offers, link, all in the caller's transaction.

    The same intake again (double click, back button, lost answer) returns the first outcome.
    Raises NotYourDesk, ProcedureNotFound, ProcedureClosed, PapersMissing, BadFeeAnswer, KeyReused,
    NotOnTheSpot and what resolving agencies or dates raises.
    Source: docs/rules.md, rules R6, R18, R19.
    """
    require_clerk(session, actor, agency_id, desk_id=intake.desk)
    request = Request.of(
        actor=str(actor.user_id),
        route=ROUTE,
        key=intake.key,
        validated=intake.model_dump_json(),
    )
    code = earlier_outcome(session, request)
    if code is not None:
        loaded = load(session, code)
        return Received(code, loaded.dossier_id, live_link(session, loaded.dossier_id), again=True)
    hold_calendars(session)
    loaded = _receive(session, intake, agency_id, actor, at)
    code = loaded.state.received.code
    add_parties(session, loaded.dossier_id, people_of(intake))
    link = make_link(session, loaded.dossier_id, version=1, at=at)
    if loaded.state.received.visit is not None:
        session.execute(
            update(Visit)
            .where(Visit.id == loaded.state.received.visit, Visit.dossier_id.is_(None))
            .values(dossier_id=loaded.dossier_id)
        )
    if intake.on_the_spot:
        _finish_at_once(session, loaded, actor, at, intake.delivery)
    remember(session, request, outcome=code, at=at, for_ever=True)
    return Received(code, loaded.dossier_id, link)


def void_reception(
    session: Session,
    code: str,
    *,
    reason: str,
    note: str,
    actor: Actor,
    at: datetime,
    expected_version: int | None = None,
) -> None:
    """Undo a reception within ten minutes; the number stays used and is listed as void.

    Only the clerk who received it may, and only before another agency accepted it. Its papers
    become void with it.
    Raises TooLateToUndo. Source: docs/rules.md, rules R9, R18.
    """
    loaded = load(session, code, expected_version=expected_version)
    state = loaded.state
    personal = commit_to(PersonalText("note", note))
    try:
        act = Act(state, actor, at)
        event = decisions.void_reception(act, reason=reason, personal=personal.refs)
    except MoveNotAllowed:
        raise TooLateToUndo(code) from None
    record(session, loaded, event, actor=actor, at=at, personal=personal)
    void_documents(session, loaded.dossier_id, at=at)
    numbers.void_number(
        session,
        state.received.receiving_agency,
        state.received.number_day,
        state.received.number,
        reason=reason,
        dossier_id=loaded.dossier_id,
        at=at,
        by=actor.user_id,
    )


def _receive(
    session: Session, intake: IntakeLike, agency_id: int, actor: Actor, at: datetime
) -> Loaded:
    on = office_date(at)
    edition = procedure_in_force(session, intake.procedure, on)
    check_intake(edition, intake)
    plan = plan_route(
        session, edition.spec, receiving=agency_id, competent=intake.competent_agency, on=on, at=at
    )
    personal = commit_to(*personal_texts_of(intake))
    # The counters come last: on PostgreSQL their rows stay locked until the transaction ends.
    event = reception_event(
        edition,
        plan,
        intake,
        at=at,
        persons=personal.refs,
        visit=_visit_of(session, intake.visit, agency_id),
        refiling=refiling_of(session, edition.spec.code, intake.applicant.id_number, on=on),
        book_number=numbers.next_in_series(session, agency_id, BOOK, on.year),
        number=numbers.next_dossier_number(session, agency_id, on),
    )
    loaded = record_first(
        session,
        event,
        actor=actor.user_id,
        at=at,
        personal=personal,
        on_behalf_of=actor.lender(Role.CLERK, agency_id),
    )
    if all(step.counted for step in event.steps):
        return loaded
    calendar_of = agency_calendars(session)
    return settle(session, loaded, actor=actor.user_id, at=at, calendar_of=calendar_of)


def _visit_of(session: Session, token: str, agency_id: int) -> int | None:
    """The visit that becomes this dossier; one that became another already is left to that."""
    if not token:
        return None
    kept = visit_by_token(session, token, agency_id=agency_id)
    return kept.id if kept.dossier_id is None else None


def _finish_at_once(
    session: Session, loaded: Loaded, actor: Actor, at: datetime, delivery: Delivery
) -> None:
    accepted = decisions.accept_result(Act(loaded.state, actor, at))
    loaded = record(session, loaded, accepted, actor=actor, at=at)
    # Nobody leaves with the result and without paying: the history says who took the fee.
    received = loaded.state.received
    collected = 0 if received.fee_paid else received.fee
    act = Act(loaded.state, actor, at)
    returned = decisions.return_result(act, delivery=delivery, collected=collected)
    record(session, loaded, returned, actor=actor, at=at)
