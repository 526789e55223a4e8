"""The counter: receive a dossier once, finish it on the spot, undo it in time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import update
from sqlalchemy.orm import Session

from onestop.domain import decisions
from onestop.domain.codes import DossierCode
from onestop.domain.decisions import Act
from onestop.domain.errors import DomainError
from onestop.domain.events import (
    TOTAL,
    Channel,
    Delivery,
    DossierReceived,
    Offer,
    PaperTick,
    PersonalRef,
    PlannedStep,
    PromiseLine,
    Refiling,
)
from onestop.domain.law import form_edition, law_edition
from onestop.domain.moves import MoveNotAllowed
from onestop.domain.office_time import office_date
from onestop.domain.procedures import BadFeeAnswer, Edition, fee_of, missing_papers
from onestop.domain.rights import Actor, Role
from onestop.domain.routes import StepKind
from onestop.domain.schedule import offer_step
from onestop.models.reception import BOOK, Visit
from onestop.services import numbers
from onestop.services.calendars import agency_calendars, hold_calendars
from onestop.services.catalogue import procedure_in_force
from onestop.services.desks import require_clerk
from onestop.services.event_log import (
    Loaded,
    PersonalText,
    commit_to,
    load,
    record,
    record_first,
)
from onestop.services.following import settle
from onestop.services.idempotency import Request, earlier_outcome, remember
from onestop.services.links import Link, live_link, make_link
from onestop.services.papers import void_documents
from onestop.services.parties import PersonLike, add_parties, personal_texts
from onestop.services.refilings import refiling_of
from onestop.services.routing import Plan, plan_route
from onestop.services.visits import visit_by_token

ROUTE = "reception"
FIRST_BOOK = 1
"""The tracking book begins anew each year; a second volume is the papers issue's."""


class PapersMissing(DomainError):
    """Required papers are not on the counter: print a guidance slip, receive nothing."""

    def __init__(self, codes: tuple[str, ...]) -> None:
        super().__init__(f"missing papers {codes}")
        self.codes = codes


class NotOnTheSpot(DomainError):
    """The procedure has to travel; it cannot be finished at the counter."""

    def __init__(self, procedure: str) -> None:
        super().__init__(f"{procedure!r} is not finished at the counter")
        self.procedure = procedure


class TooLateToUndo(DomainError):
    """Older than ten minutes, taken up by another agency, or received by somebody else."""

    def __init__(self, code: str) -> None:
        super().__init__("reception can no longer be undone")
        self.code = code


class TickLike(Protocol):
    """A paper that lies on the counter."""

    @property
    def code(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def count(self) -> int: ...


class IntakeLike(Protocol):
    """What is handed in; `inputs.reception.Intake` is one."""

    @property
    def procedure(self) -> str: ...
    @property
    def applicant(self) -> PersonLike: ...
    @property
    def submitter(self) -> PersonLike | None: ...
    @property
    def papers(self) -> tuple[TickLike, ...]: ...
    @property
    def note(self) -> str: ...
    @property
    def answers(self) -> Mapping[str, int]: ...
    @property
    def fee_paid(self) -> bool: ...
    @property
    def delivery(self) -> Delivery: ...
    @property
    def copies(self) -> int: ...
    @property
    def channel(self) -> Channel: ...
    @property
    def filing_agency(self) -> int | None: ...
    @property
    def competent_agency(self) -> int | None: ...
    @property
    def desk(self) -> int | None: ...
    @property
    def on_the_spot(self) -> bool: ...
    @property
    def visit(self) -> str: ...


class RequestLike(IntakeLike, Protocol):
    """An intake as it came through a door: with the key and the exact text of the request."""

    @property
    def key(self) -> str: ...
    def model_dump_json(self) -> str: ...


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


def check_intake(edition: Edition, intake: IntakeLike) -> None:
    """Refuse an intake that the edition does not allow.

    Raises PapersMissing, UnknownPaper, NotOnTheSpot, BadFeeAnswer.
    """
    spec = edition.spec
    if missing := missing_papers(spec, [paper.code for paper in intake.papers]):
        raise PapersMissing(tuple(paper.code for paper in missing))
    if intake.on_the_spot and not spec.on_the_spot:
        raise NotOnTheSpot(spec.code)
    fee_of(spec, intake.answers)


def reception_event(
    edition: Edition,
    plan: Plan,
    intake: IntakeLike,
    *,
    number: int,
    book_number: int,
    persons: tuple[PersonalRef, ...],
    at: datetime,
    visit: int | None = None,
    refiling: Refiling | None = None,
) -> DossierReceived:
    """Return the reception as a fact: code, promise, first offers, all that was decided.

    Source: docs/rules.md, rules R6, R10, R18.
    """
    on = office_date(at)
    spec = edition.spec
    receiving = plan.receiving.id
    fee = fee_of(spec, intake.answers)
    done = _done_at_once(plan.steps, intake.on_the_spot)
    return DossierReceived(
        code=str(DossierCode.issue(plan.receiving.code, on, number)),
        number_day=on,
        number=number,
        procedure=spec.code,
        edition=spec.edition,
        edition_id=edition.id,
        audience=spec.audience.value,
        law_edition=law_edition(on),
        form_edition=form_edition(on),
        filing_agency=intake.filing_agency or receiving,
        receiving_agency=receiving,
        competent_agency=plan.competent.id,
        desk=intake.desk,
        channel=intake.channel,
        applicant_kind=str(intake.applicant.kind),
        persons=persons,
        papers=tuple(PaperTick(p.code, p.kind, p.count) for p in intake.papers),
        fee=fee,
        fee_paid=intake.fee_paid or fee == 0,
        delivery=intake.delivery,
        copies=intake.copies,
        book_year=on.year,
        book=FIRST_BOOK,
        book_number=book_number,
        limit=spec.limit.to_text(),
        calendars=plan.calendar_ids,
        steps=plan.steps,
        done=done,
        promises=_promised(plan, intake.on_the_spot),
        offers=_first_offers(plan, done, at),
        visit=visit,
        phases=tuple(phase.to_text() for phase in spec.phases),
        extensions=spec.extensions,
        extension_lead=spec.extension_lead,
        refiling=refiling,
    )


def _visit_of(session: Session, token: str, agency_id: int) -> int | None:
    """The visit that becomes this dossier; one that became another already is left to that."""
    if not token:
        return None
    kept = visit_by_token(session, token, agency_id=agency_id)
    return kept.id if kept.dossier_id is None else None


def people_of(intake: IntakeLike) -> list[tuple[str, PersonLike]]:
    """Return the people of an intake with what they are in it."""
    people = [("applicant", intake.applicant)]
    if intake.submitter is not None:
        people.append(("submitter", intake.submitter))
    return people


def personal_texts_of(intake: IntakeLike) -> list[PersonalText]:
    """Return every personal value of an intake that its history commits to."""
    texts = [text for role, person in people_of(intake) for text in personal_texts(role, person)]
    return [*texts, PersonalText("note", intake.note)]


def _done_at_once(steps: tuple[PlannedStep, ...], on_the_spot: bool) -> tuple[str, ...]:
    """Keys that need no offer: the reception itself, and on the spot all but the return."""
    if on_the_spot:
        return tuple(s.key for s in steps if s.kind is not StepKind.RETURN and not s.optional)
    return tuple(s.key for s in steps if s.kind is StepKind.RECEIVE)


def _promised(plan: Plan, on_the_spot: bool) -> tuple[PromiseLine, ...]:
    if on_the_spot:
        return tuple(line for line in plan.promises if line.scope == TOTAL)
    return plan.promises


def _first_offers(plan: Plan, done: tuple[str, ...], at: datetime) -> tuple[Offer, ...]:
    skipped = {s.key for s in plan.steps if s.optional and set(s.after) <= set(done)}
    ready = [
        s
        for s in plan.steps
        if s.key not in done and s.key not in skipped and set(s.after) <= set(done) | skipped
    ]
    return tuple(
        offer_step(s, agency=s.agency, attempt=1, at=at, calendar=plan.calendars[s.agency])
        for s in ready
        if s.agency is not None
    )


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
