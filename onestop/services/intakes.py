"""What is handed in: whether its edition allows it, whose it is, and its reception as a fact."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from onestop.domain.codes import DossierCode
from onestop.domain.dossier import passed_over
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
from onestop.domain.office_time import office_date
from onestop.domain.procedures import Edition, fee_of, missing_papers
from onestop.domain.routes import StepKind
from onestop.domain.schedule import offer_step
from onestop.services.parties import PersonLike, personal_texts
from onestop.services.personal_values import PersonalText
from onestop.services.routing import Plan

FIRST_BOOK = 1
"""The tracking book begins anew each year, and fills one volume."""


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
    settled = passed_over(plan.steps, done).union(done)
    ready = [s for s in plan.steps if s.key not in settled and set(s.after) <= settled]
    return tuple(
        offer_step(s, agency=s.agency, attempt=1, at=at, calendar=plan.calendars[s.agency])
        for s in ready
        if s.agency is not None
    )
