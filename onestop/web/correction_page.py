"""The page of a correction in words: what was received, what is typed, what it would lead to."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from onestop.domain.events import PaperTick, PlannedStep, leg_scope
from onestop.domain.explanation import PauseSpan, explain
from onestop.domain.limits import Limit
from onestop.domain.office_time import office_date
from onestop.domain.procedures import ProcedureSpec
from onestop.domain.reasons import REASONS
from onestop.domain.short_explanations import short_form
from onestop.domain.statuses import Action
from onestop.domain.working_time import CalendarExhausted
from onestop.inputs.corrections import Correction
from onestop.queries.agencies import agency_by_id
from onestop.queries.corrections import CorrectionPage, agency_names
from onestop.queries.dossier_rows import Named
from onestop.services.corrections import Foreseen, RightRoute
from onestop.web.explanations import explanation_lines
from onestop.web.language import gettext
from onestop.web.messages.casework import FIELD_PROBLEMS
from onestop.web.messages.refused import refused_fields
from onestop.web.reception.desk import Counter
from onestop.web.reception.page import Chosen, Leg, chosen_procedure, procedure_of
from onestop.web.reception.problems import Problems, field_sentence, of_input
from onestop.web.reception.typed import PERSON, Typed, answers, born_later, filing
from onestop.web.wording import either

_OWN_PROBLEMS = {"reason_missing": "reason", "reason_unknown": "reason", "note_for_other": "note"}
"""Codes that mean something else on a reception form, and the field of each here."""


class Refused(Exception):
    """The form cannot be sent on: what is wrong, field by field."""

    def __init__(self, problems: Problems) -> None:
        super().__init__("form refused")
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Preview:
    """What saving would lead to. `due_at` is the date that would count.

    is_past   the right date has passed already: the one told before goes on counting.
    seen      names exactly this outcome; a form that carries another one has not been read.
    """

    due_at: datetime
    before: datetime
    first_due_at: datetime
    is_past: bool
    why: Sequence[str]
    legs: Sequence[Leg]
    ended: Sequence[str]
    again: Sequence[str]
    begins: Sequence[str]
    steps: Sequence[str]
    missing: Sequence[str]
    fee: int
    fee_before: int
    seen: str


def as_received(page: CorrectionPage) -> Typed:
    """Return the form as the dossier was received."""
    received = page.state.received
    typed: Typed = MultiDict({"version": str(page.state.version), "same": "1"})
    for role, person in page.people.items():
        typed.update({f"{role}-{name}": getattr(person, name) for name in PERSON})
    typed["applicant-kind"] = received.applicant_kind
    if "submitter" in page.people:
        typed.pop("same")
    typed["procedure"] = f"{received.procedure} · {either(page.procedure)}"
    typed["competent_agency"] = str(received.competent_agency)
    return typed


def counter_of(db: Session, page: CorrectionPage) -> Counter:
    """Return the counter at which the dossier was received, for what the form may choose."""
    agency = agency_by_id(db, page.state.received.receiving_agency)
    if agency is None:
        raise LookupError(page.code)
    return Counter(agency, (agency,), (), None)


def chosen_of(db: Session, page: CorrectionPage, typed: Typed) -> tuple[Chosen | None, Problems]:
    """Return the procedure that the form names (the dossier's own when it names none)."""
    here, on = counter_of(db, page), received_on(page)
    text = typed.get("procedure", "") if page.may_reroute else ""
    code, matches = procedure_of(db, text, agency=here.agency.id, on=on)
    if matches or (text.strip() and not code):
        return None, {"procedure": field_sentence("procedure_unclear")}
    chosen = chosen_procedure(db, here, typed, code or page.state.received.procedure, on)
    if chosen is not None and code:
        typed["procedure"] = f"{chosen.spec.code} · {chosen.name}"
        _leave_out_incompetent(typed, chosen)
    return chosen, {}


def _leave_out_incompetent(typed: Typed, chosen: Chosen) -> None:
    """The agency of the wrong procedure is no choice of the right one."""
    if typed.get("competent_agency") not in {str(agency.id) for agency in chosen.competent}:
        typed.pop("competent_agency", None)


def received_on(page: CorrectionPage) -> date:
    """Return the local day whose procedures count: that of the reception."""
    return office_date(page.state.received_at)


def is_other_procedure(page: CorrectionPage, chosen: Chosen | None) -> bool:
    """Whether the form names another procedure than the dossier was filed under."""
    return chosen is not None and chosen.spec.code != page.state.received.procedure


def checked(page: CorrectionPage, typed: Typed, chosen: Chosen | None, today: date) -> Correction:
    """Return the input of the correction. Raises Refused."""
    spec = chosen.spec if chosen is not None and is_other_procedure(page, chosen) else None
    try:
        correction = Correction.model_validate(_values(page, typed, spec))
    except ValidationError as error:
        raise Refused(_problems(error)) from None
    problems = {
        f"{role}-born": field_sentence("born_later")
        for role, person in people_of(correction)
        if born_later(person.born, today)
    }
    if problems:
        raise Refused(problems)
    return correction


def people_of(correction: Correction) -> tuple[tuple[str, Any], ...]:
    """Return the people of the dossier with what they are in it."""
    people = [("applicant", correction.applicant)]
    if correction.submitter is not None:
        people.append(("submitter", correction.submitter))
    return tuple(people)


def route_of(page: CorrectionPage, correction: Correction) -> RightRoute | None:
    """Return what the dossier should have been filed under, None when that was right."""
    same_agency = correction.competent_agency in (None, page.state.received.competent_agency)
    if not correction.procedure and same_agency:
        return None
    return RightRoute(
        procedure=correction.procedure or None,
        competent_agency=correction.competent_agency,
        papers=tuple(PaperTick(p.code, p.kind, p.count) for p in correction.papers),
        answers=correction.answers,
    )


def preview_of(
    db: Session, page: CorrectionPage, chosen: Chosen | None, foreseen: Foreseen
) -> Preview:
    """Return what saving would lead to, in words."""
    before, after, route = page.state, foreseen.after, foreseen.event.route
    counted, told, first = after.counted_promise(), before.counted_promise(), before.first_promise()
    if route is None or counted is None or told is None or first is None:
        raise ValueError("a dossier without a promise or a route")
    names = _names(db, foreseen)
    why = _why(page, foreseen)
    other = is_other_procedure(page, chosen)
    return Preview(
        due_at=counted.due_at,
        before=told.due_at,
        first_due_at=first.due_at,
        is_past=not why,
        why=why,
        legs=_legs(foreseen, names),
        ended=[_planned(before.planned(ref.step), names) for ref in route.withdrawn],
        again=[_planned(before.planned(ref.step), names) for ref in route.stale],
        begins=[_planned(after.planned(offer.step), names) for offer in route.offers],
        steps=[_planned(step, names) for step in route.steps if not step.optional],
        missing=[paper.name for paper in chosen.missing] if chosen and other else [],
        fee=after.received.fee,
        fee_before=before.received.fee,
        seen=_fingerprint(page, foreseen),
    )


def reasons() -> list[str]:
    """Return the codes of the reasons for a correction."""
    return list(REASONS[Action.CORRECT])


def _values(page: CorrectionPage, typed: Typed, spec: ProcedureSpec | None) -> dict[str, Any]:
    form = filing(typed, spec.code if spec else "", spec, None)
    values: dict[str, Any] = {
        "version": typed.get("version", ""),
        "reason": typed.get("reason", ""),
        "note": typed.get("note", ""),
        "applicant": form["applicant"],
        "submitter": form.get("submitter"),
        "delivery": page.state.received.delivery,
        "procedure": spec.code if spec else "",
    }
    if page.may_reroute:
        values["competent_agency"] = form["competent_agency"]
    if spec is not None:
        values |= {"papers": form["papers"], "answers": answers(typed, spec)}
    return values


def _problems(error: ValidationError) -> Problems:
    problems = of_input(error)
    for field in refused_fields(error):
        if place := _OWN_PROBLEMS.get(field.code):
            problems.pop("", None)
            problems[place] = gettext(FIELD_PROBLEMS[field.code])
    return problems


def _names(db: Session, foreseen: Foreseen) -> dict[int, Named]:
    after = foreseen.after
    ids = {step.agency for step in after.steps}
    ids |= {step.agency for step in after.plan if step.agency is not None}
    return agency_names(db, ids)


def _why(page: CorrectionPage, foreseen: Foreseen) -> list[str]:
    """How the right date is counted; nothing when it has passed and another one is told."""
    after, counted = foreseen.after, foreseen.after.counted_promise()
    limit = Limit.parse(after.received.limit)
    spans = [PauseSpan(p.opened_at, p.closed_at, p.kind.value) for p in after.pauses]
    try:
        rows = explain(limit, after.received_at, page.calendar, spans)
    except CalendarExhausted:
        return []
    if counted is None or rows[-1].to_at != counted.due_at:
        return []
    return explanation_lines(short_form(limit, rows, page.calendar))


def _legs(foreseen: Foreseen, names: dict[int, Named]) -> list[Leg]:
    after = foreseen.after
    agencies = {leg_scope(s.leg): s.agency for s in after.plan if s.leg and s.agency is not None}
    route = foreseen.event.route
    lines = route.promises if route is not None else ()
    return [
        Leg(either(names[agencies[line.scope]]), line.due_at)
        for line in lines
        if line.scope in agencies and agencies[line.scope] != after.received.receiving_agency
    ]


def _planned(step: PlannedStep, names: dict[int, Named]) -> str:
    name = either(Named.of(step.name, step.name_en))
    return f"{name} ({either(names[step.agency])})" if step.agency in names else name


def _fingerprint(page: CorrectionPage, foreseen: Foreseen) -> str:
    """What was shown: the version, the route, the papers, the fee, and to which dates it leads."""
    route = foreseen.event.route
    if route is None:
        return ""
    told = [(line.scope, line.due_at.isoformat()) for line in route.promises]
    papers = [(paper.code, paper.kind, paper.count) for paper in route.papers]
    said = (page.state.version, route.edition_id, route.competent_agency, papers, route.fee, told)
    return hashlib.sha256(repr(said).encode()).hexdigest()[:32]
