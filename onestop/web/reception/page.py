"""Everything the reception page shows, read in one transaction from what is typed so far."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from onestop.domain.agencies import AgencyRef
from onestop.domain.errors import DomainError
from onestop.domain.events import TOTAL
from onestop.domain.explanation import explain
from onestop.domain.identity_card import BadIdNumber, Sex, number_warnings, parse_id_number
from onestop.domain.office_time import office_date
from onestop.domain.procedures import PaperSpec, ProcedureSpec
from onestop.domain.rights import Actor
from onestop.domain.short_explanations import short_form
from onestop.inputs.people import Person
from onestop.queries.agencies import agency_by_id, competent_choices
from onestop.queries.catalogue import ProcedureRow, find_procedures, procedure_by_code
from onestop.queries.piles import late_piles
from onestop.queries.reception import (
    DuplicateRow,
    EndedRow,
    KnownPerson,
    ReceivedRow,
    frequent_procedures,
    known_people,
    open_duplicates,
    recent_receptions,
    taken_up_again,
)
from onestop.services.reception import Preview, preview
from onestop.web.asked import number
from onestop.web.explanations import explanation_lines, limit_words
from onestop.web.language import is_english
from onestop.web.messages import message_for
from onestop.web.reception.desk import Counter
from onestop.web.reception.scan import warning_words
from onestop.web.reception.typed import Typed, answers, yes_no_questions
from onestop.web.sum_link import Asked, asked_sum

FREQUENT = 10
FREQUENT_SINCE = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class PaperLine:
    """One row of the papers table."""

    code: str
    name: str
    when: str
    required: bool
    shown: bool
    kind: str
    count: str
    ticked: bool


@dataclass(frozen=True, slots=True)
class Question:
    """A number, or a tick, that a fee asks for."""

    name: str
    is_tick: bool
    value: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """The procedure that was chosen, as the form shows it."""

    spec: ProcedureSpec
    name: str
    limit: str
    papers: tuple[PaperLine, ...]
    questions: tuple[Question, ...]
    competent: tuple[AgencyRef, ...]

    @property
    def missing(self) -> tuple[PaperLine, ...]:
        """Required papers that are not ticked."""
        return tuple(paper for paper in self.papers if paper.required and not paper.ticked)


@dataclass(frozen=True, slots=True)
class Leg:
    """The planned end of one agency's part."""

    agency: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Pane:
    """The receipt before it is made: what would be promised now, or why nothing can be.

    is_closed   it is outside the hours in which this agency receives (docs/rules.md, rule R12).
    """

    due_at: datetime | None = None
    why: Sequence[str] = ()
    redo: Asked | None = None
    legs: Sequence[Leg] = ()
    fee: int | None = None
    problem: str = ""
    is_closed: bool = False


@dataclass(frozen=True, slots=True)
class Hints:
    """What is known about the applicant: earlier visits, open and ended dossiers, odd numbers."""

    known: Sequence[KnownPerson] = ()
    duplicates: Sequence[DuplicateRow] = ()
    ended: EndedRow | None = None
    warnings: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class ReceptionPage:
    """The whole page but for its problems."""

    counter: Counter
    typed: Typed
    chosen: Chosen | None
    pane: Pane
    hints: Hints
    matches: Sequence[ProcedureRow] = ()
    frequent: Sequence[ProcedureRow] = ()
    recent: Sequence[ReceivedRow] = field(default=())
    late_piles: int = 0


def reception_page(
    db: Session, counter: Counter, typed: Typed, *, actor: Actor, now: datetime
) -> ReceptionPage:
    """Return the page for what is typed; a text that means one procedure chooses it."""
    on = office_date(now)
    code, matches = procedure_of(db, typed.get("procedure", ""), agency=counter.agency.id, on=on)
    chosen = chosen_procedure(db, counter, typed, code, on) if code else None
    if chosen:
        typed["procedure"] = f"{chosen.spec.code} · {chosen.name}"
    return ReceptionPage(
        counter=counter,
        typed=typed,
        chosen=chosen,
        pane=preview_pane(db, counter, typed, chosen, now),
        hints=hints_for(db, actor, typed, code, on=on),
        matches=matches,
        frequent=() if chosen else frequent(db, counter.agency.id, on=on),
        recent=recent_receptions(db, counter.agency.id, day=on),
        late_piles=len(late_piles(db, actor, now=now)),
    )


def procedure_of(
    db: Session, text: str, *, agency: int, on: date
) -> tuple[str, Sequence[ProcedureRow]]:
    """Return the code that a typed text means ("" for none), and what else it may mean.

    A text that begins with a code in force, or that finds one procedure only, means that one.
    """
    first = text.split()[0] if text.split() else ""
    if not first:
        return "", ()
    if procedure_by_code(db, first, on=on):
        return first, ()
    found = find_procedures(db, text[:200], on=on, agency=agency)
    return (found[0].code, ()) if len(found) == 1 else ("", found)


def chosen_procedure(
    db: Session, counter: Counter, typed: Typed, code: str, on: date
) -> Chosen | None:
    """Return the procedure with what was ticked and answered, or None when it is not in force."""
    row = procedure_by_code(db, code, on=on)
    if row is None:
        return None
    spec = row.spec
    ticks = yes_no_questions(spec)
    return Chosen(
        spec=spec,
        name=either(row.name, row.name_en),
        limit=limit_words(spec.limit),
        papers=tuple(_line(typed, paper) for paper in spec.papers),
        questions=tuple(
            Question(name, name in ticks, typed.get(f"answer-{name}", ""))
            for name in spec.questions
        ),
        competent=competent_choices(db, spec, receiving=counter.agency.id, on=on),
    )


def preview_pane(
    db: Session, counter: Counter, typed: Typed, chosen: Chosen | None, now: datetime
) -> Pane:
    """Return what a reception now would promise; a refusal becomes a sentence."""
    if chosen is None:
        return Pane()
    numbers = {
        name: int(text)
        for name, text in answers(typed, chosen.spec).items()
        if text.isascii() and text.isdigit() and len(text) <= 6
    }
    competent = typed.get("competent_agency", type=number)
    try:
        found = preview(
            db,
            chosen.spec.code,
            agency_id=counter.agency.id,
            at=now,
            answers=numbers,
            competent_agency=competent,
        )
    except DomainError as error:
        return Pane(problem=message_for(error))
    return _pane(db, counter, found, now)


def hints_for(db: Session, actor: Actor, typed: Typed, procedure: str, *, on: date) -> Hints:
    """Return what is known of the applicant's number and telephone."""
    number = _number(typed.get("applicant-id_number", ""))
    phone = _phone(typed.get("applicant-phone", ""))
    return Hints(
        known=[
            person
            for person in known_people(db, actor, id_number=number, phone=phone)
            if _adds_something(typed, person)
        ],
        duplicates=open_duplicates(db, actor, procedure=procedure, id_number=number),
        ended=taken_up_again(db, actor, procedure=procedure, id_number=number, on=on),
        warnings=_number_warnings(typed, number),
    )


def frequent(db: Session, agency_id: int, *, on: date) -> list[ProcedureRow]:
    """Return the procedures this agency receives most, then the others, at most ten."""
    counts = frequent_procedures(db, agency_id, since=on - FREQUENT_SINCE)
    rows = find_procedures(db, "", on=on, agency=agency_id, limit=200)
    return sorted(rows, key=lambda row: -counts.get(row.code, 0))[:FREQUENT]


def either(vietnamese: str, english: str) -> str:
    """Return the name in the language of the page."""
    return english if is_english() and english else vietnamese


def _line(typed: Typed, paper: PaperSpec) -> PaperLine:
    return PaperLine(
        code=paper.code,
        name=either(paper.name, paper.name_en),
        when=either(paper.when, paper.when_en),
        required=paper.required,
        shown=paper.shown,
        kind=typed.get(f"paper-kind-{paper.code}") or paper.kind.value,
        count=typed.get(f"paper-count-{paper.code}") or str(paper.count),
        ticked=paper.code in typed.getlist("paper"),
    )


def _pane(db: Session, counter: Counter, found: Preview, now: datetime) -> Pane:
    calendar = found.plan.calendars[counter.agency.id]
    limit = found.edition.spec.limit
    legs = [
        Leg(either(agency.name, agency.name_en), line.due_at)
        for line in found.plan.promises
        if line.scope != TOTAL and line.agency not in (None, counter.agency.id)
        if (agency := agency_by_id(db, line.agency or 0))
    ]
    return Pane(
        due_at=found.plan.total.due_at,
        why=explanation_lines(short_form(limit, explain(limit, now, calendar), calendar)),
        redo=asked_sum(limit, now, procedure=found.edition.spec.code, agency=counter.agency.code),
        legs=legs,
        fee=found.fee,
        is_closed=not calendar.reception_open_at(now),
    )


def _number(text: str) -> str:
    try:
        return parse_id_number(text)
    except BadIdNumber:
        return ""


def _phone(text: str) -> str:
    """Return a telephone number as it would be stored, "" for one that would be refused."""
    try:
        return Person.model_validate({"name": "x", "phone": text}).phone if text else ""
    except ValueError:
        return ""


def _adds_something(typed: Typed, person: KnownPerson) -> bool:
    """Whether the person has a value for a field that is still empty."""
    fields = ("name", "born", "sex", "id_number", "phone", "email", "address")
    return any(getattr(person, f) and not typed.get(f"applicant-{f}", "").strip() for f in fields)


def _number_warnings(typed: Typed, number: str) -> list[str]:
    if not number:
        return []
    born = typed.get("applicant-born", "").strip()[-4:]
    sex = typed.get("applicant-sex", "")
    found = number_warnings(
        number,
        birth_year=int(born) if born.isascii() and born.isdigit() and len(born) == 4 else None,
        sex=Sex(sex) if sex in tuple(Sex) else None,
    )
    return [warning_words(warning) for warning in found]
