"""The public calculator's page: what may be chosen, the sum that was asked for, in words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from pydantic import ValidationError
from sqlalchemy.orm import Session

from onestop.domain.errors import DomainError
from onestop.domain.events import PromiseLine, phase_scope
from onestop.domain.explanation import ExplanationRow, PauseSpan, RowKind, explain
from onestop.domain.office_time import office_date
from onestop.domain.procedures import Audience, ProcedureSpec
from onestop.domain.short_explanations import short_form
from onestop.domain.working_time import CalendarExhausted, WorkingCalendar
from onestop.inputs.calculator import Calculation, typed_day
from onestop.queries.calculator import (
    OfficeRow,
    SectorRow,
    agency_names,
    offices,
    public_procedures,
)
from onestop.queries.calendars import working_calendar
from onestop.queries.catalogue import procedure_by_code
from onestop.services.routing import plan_route
from onestop.web.explanation_rows import PLACES, RowWords, row_words
from onestop.web.explanations import explanation_lines
from onestop.web.filters import local_long, local_time
from onestop.web.language import gettext, is_english
from onestop.web.messages.calculator import FIELD_PROBLEMS, YEAR_MISSING
from onestop.web.messages.refused import refused_fields
from onestop.web.wording import amount_words

MOST_ROWS = 400
"""Rows that are shown whole; of a longer sum the first and the last half of them."""

LONGEST = 100
"""Characters of what was typed that the form shows again; nothing that counts is longer."""

LEG = "leg:"
Typed = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """One sum in words. `due` is empty while a pause is open, `left` says then what remains.

    `cut` is the number of rows left out in the middle of a long sum.
    """

    due: str
    left: str
    procedure: str
    office: str
    lines: Sequence[str]
    rows: Sequence[RowWords]
    cut: int
    legs: Sequence[tuple[str, str]]
    notes: Sequence[str]


@dataclass(frozen=True, slots=True)
class CalculatorPage:
    """The whole page; `refused` says why there is no answer although nothing is typed wrongly."""

    typed: Typed
    sectors: Sequence[SectorRow]
    offices: Sequence[OfficeRow]
    problems: Mapping[str, str] = field(default_factory=dict)
    refused: str = ""
    answer: Answer | None = None


class _Refused(Exception):
    """A field that names nothing there is; what is wrong with it stands in FIELD_PROBLEMS."""

    def __init__(self, name: str, code: str) -> None:
        super().__init__(code)
        self.name, self.code = name, code


def calculator_page(db: Session, typed: Typed, *, asked: bool, now: datetime) -> CalculatorPage:
    """Return the page for what is typed, with its answer when one was `asked` for."""
    today = office_date(now)
    on = typed_day(typed["date"]) or today
    # Before the first office there is nowhere to choose from, but still a calendar to be asked.
    there = offices(db, on=on) or offices(db, on=today)
    shown = {name: text[:LONGEST] for name, text in typed.items()}
    page = CalculatorPage(shown, public_procedures(db, on=on), there)
    if not asked:
        return page
    try:
        return _answered(db, page, Calculation.model_validate(typed))
    except ValidationError as error:
        return replace(page, problems=dict(_problems(error)))
    except _Refused as refusal:
        return replace(page, problems={refusal.name: _sentence(refusal.code)})
    except CalendarExhausted as error:
        return replace(page, refused=gettext(YEAR_MISSING, year=error.year))


def either(vietnamese: str, english: str) -> str:
    """Return the name in the language of the page."""
    return english if is_english() and english else vietnamese


def _answered(db: Session, page: CalculatorPage, asked: Calculation) -> CalculatorPage:
    spec = _procedure(db, asked.procedure, asked.date) if asked.procedure else None
    office = _office(page.offices, asked.agency)
    calendar = working_calendar(db, (office or page.offices[0]).calendar_key)
    received_at = asked.received_at.replace(tzinfo=calendar.zone)
    limit = spec.limit if spec else asked.limit
    pauses = _spans(asked, calendar)
    rows = explain(limit, received_at, calendar, pauses)
    notes = list(_notes(rows, pauses))
    legs: list[tuple[str, str]] = []
    if spec and office and not pauses:
        legs, unresolved = _legs(db, spec, office, received_at)
        notes += unresolved
    answer = Answer(
        due=local_long(rows[-1].to_at) if rows[-1].kind is RowKind.DUE else "",
        left=_left(rows[-1]),
        procedure=either(spec.name, spec.name_en) if spec else "",
        office=either(office.name, office.name_en) if office else "",
        lines=explanation_lines(short_form(limit, rows, calendar)),
        rows=_shown(row_words(rows)),
        cut=max(0, len(rows) - MOST_ROWS),
        legs=legs,
        notes=notes,
    )
    return replace(page, answer=answer)


def _procedure(db: Session, code: str, on: date) -> ProcedureSpec:
    row = procedure_by_code(db, code, on=on)
    if row is None or row.spec.audience is not Audience.PUBLIC:
        raise _Refused("procedure", "procedure_unknown")
    return row.spec


def _office(rows: Sequence[OfficeRow], code: str) -> OfficeRow | None:
    """Return the office that was chosen, or the only one; none where all count alike."""
    if not rows:
        raise _Refused("", "no_agency")
    if code:
        found = next((row for row in rows if row.code == code), None)
        if found is None:
            raise _Refused("agency", "agency_unknown")
        return found
    if len(rows) == 1:
        return rows[0]
    if len({row.calendar_key for row in rows}) > 1:
        raise _Refused("agency", "agency_missing")
    return None


def _spans(asked: Calculation, calendar: WorkingCalendar) -> list[PauseSpan]:
    zone = calendar.zone
    return [
        PauseSpan(start.replace(tzinfo=zone), end.replace(tzinfo=zone) if end else None)
        for start, end in asked.pauses
    ]


def _notes(rows: Sequence[ExplanationRow], pauses: Sequence[PauseSpan]) -> Iterator[str]:
    if sum(row.kind is RowKind.PAUSE for row in rows) < len(pauses):
        yield gettext("Lần tạm dừng bắt đầu khi đã trễ hẹn không làm lùi ngày hẹn.")


def _left(last: ExplanationRow) -> str:
    """Return what an open pause keeps; nothing when the last row is the due instant."""
    if last.kind is RowKind.DUE or last.amount is None:
        return ""
    return amount_words(last.amount, PLACES)


def _legs(
    db: Session, spec: ProcedureSpec, office: OfficeRow, received_at: datetime
) -> tuple[list[tuple[str, str]], list[str]]:
    """Return the first phase of several and every other agency's part, or a note why not."""
    try:
        plan = plan_route(
            db,
            spec,
            receiving=office.id,
            competent=None,
            on=office_date(received_at),
            at=received_at,
        )
    except DomainError:
        return [], [gettext("Hẹn của từng cơ quan còn tùy nơi giải quyết, chưa tính ở đây.")]
    phases = [
        (gettext("Giai đoạn %(number)s", number=1), local_time(line.due_at))
        for line in plan.promises
        if line.scope == phase_scope(1)
    ]
    lines = [line for line in plan.promises if line.scope.startswith(LEG)]
    names = agency_names(db, [line.agency for line in lines if line.agency])
    return [*phases, *_dates_of(lines, names, but=office.id)], []


def _dates_of(
    lines: Sequence[PromiseLine], names: Mapping[int, tuple[str, str]], *, but: int
) -> Iterator[tuple[str, str]]:
    for line in lines:
        name = names.get(line.agency or 0)
        if name is not None and line.agency != but:
            yield either(*name), local_time(line.due_at)


def _shown(rows: list[RowWords]) -> list[RowWords]:
    if len(rows) <= MOST_ROWS:
        return rows
    half = MOST_ROWS // 2
    return [*rows[:half], *rows[-half:]]


def _problems(error: ValidationError) -> Iterator[tuple[str, str]]:
    for wrong in refused_fields(error):
        yield wrong.name, _sentence(wrong.code, **wrong.values)


def _sentence(code: str, **values: object) -> str:
    return gettext(FIELD_PROBLEMS.get(code, FIELD_PROBLEMS["wrong"])) % values
