"""What was finished lately where somebody oversees: lists, and the counts that equal them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import SQLColumnExpression, and_, exists, func, literal, select, tuple_
from sqlalchemy.orm import Session

from onestop.domain.dossier import StepStatus
from onestop.domain.oversight import (
    EXPORT_ROWS_MOST,
    ExportTooLarge,
    Judgement,
    Sort,
    View,
    period_start,
)
from onestop.domain.rights import Actor
from onestop.domain.standings import Punctuality, days_late
from onestop.domain.statuses import Status
from onestop.domain.working_time import WorkingCalendar
from onestop.models.accounts import User
from onestop.models.dossiers import Dossier, Party, Pause, Step
from onestop.models.procedures import ProcedureEdition
from onestop.queries.dossier_rows import Named
from onestop.queries.oversight import PAGE_SIZE, place_value, sorted_by
from onestop.queries.oversight_choices import ChoiceRow, OverseenAgency, overseen_agencies
from onestop.queries.oversight_judged import ENDED_AT, judged, was
from onestop.queries.oversight_terms import (
    COUNTING,
    Condition,
    OversightFilter,
    Place,
    Selected,
    Terms,
    in_reach,
    spans,
)
from onestop.queries.parties import APPLICANT

# A pause still open at the end was closed by it: from its beginning on no day late is counted.
_STOOD_FROM: Final = (
    select(func.min(Pause.opened_at))
    .where(Pause.dossier_id == Dossier.id, Pause.closed_at == Dossier.finished_at)
    .correlate(Dossier)
    .scalar_subquery()
)


@dataclass(frozen=True, slots=True)
class FinishedRow:
    """One dossier, or one step of one, with the promise it is judged by. Instants are in UTC.

    days_late   working days, 0 when it was in time; a standstill that began late is not counted.
    punctuality against the promise that counts; a step is on time or overdue, never early.
    since       when the dossier was received, or the step was offered.
    agency      the receiving one, or the step's own; `step` and `person` are empty for a dossier.
    """

    code: str
    applicant: str
    procedure_code: str
    procedure: Named
    received_at: datetime
    since: datetime
    due_at: datetime
    by_date: bool
    ended_at: datetime
    days_late: int
    punctuality: Punctuality
    status: Status
    agency: Named
    step: Named | None
    person: str

    @property
    def is_late(self) -> bool:
        """Whether it was finished too late."""
        return self.punctuality is Punctuality.OVERDUE


@dataclass(frozen=True, slots=True)
class FinishedPage:
    """One page of a list. `count` is that of the whole list, `judgements` those of its two parts.

    `views` counts the same filters by dossier and by step. `next` is None on the last page.
    """

    rows: tuple[FinishedRow, ...]
    count: int
    judgements: Mapping[Judgement, int]
    views: Mapping[View, int]
    agencies: tuple[OverseenAgency, ...]
    procedures: tuple[ChoiceRow, ...]
    steps: tuple[ChoiceRow, ...]
    next: Place | None


def finished_list(
    session: Session,
    actor: Actor,
    asked: OversightFilter,
    *,
    now: datetime,
    size: int = PAGE_SIZE,
) -> FinishedPage:
    """Return what was finished in the period within the actor's reach, the latest first.

    The number of statements does not depend on the number of rows; inside one read transaction
    every count equals its list. Source: docs/rules.md, rules R3, R4, R6, R16.
    """
    here = Terms(asked.view, actor, now, spans(session, now))
    counts = _counts(session, here, asked)
    found = _rows(session, here, asked, size + 1)
    count = _count(asked, counts)
    return FinishedPage(
        rows=_shown(here, found[:size]),
        count=count,
        judgements={judgement: counts[judgement] for judgement in Judgement},
        views={asked.view: count, **_other_view(session, here, asked)},
        agencies=overseen_agencies(session, actor),
        procedures=_procedures(session, here, asked),
        steps=_steps(session, here, asked),
        next=_place(found[size - 1]) if len(found) > size else None,
    )


def finished_rows(
    session: Session,
    actor: Actor,
    asked: OversightFilter,
    *,
    now: datetime,
    most: int = EXPORT_ROWS_MOST,
) -> tuple[FinishedRow, ...]:
    """Return the whole list for a file, in the order of the pages.

    Raises ExportTooLarge for more rows than a file may hold. Same rules as `finished_list`.
    """
    here = Terms(asked.view, actor, now, spans(session, now))
    count = _count(asked, _counts(session, here, asked))
    if count > most:
        raise ExportTooLarge(count, most)
    return _shown(here, _rows(session, here, replace(asked, after=None), most))


def _from(here: Terms, stmt: Selected) -> Selected:
    if here.view is View.DOSSIER:
        return here.from_here(stmt)
    return (
        stmt.select_from(Step)
        .join(Dossier, Dossier.id == Step.dossier_id)
        .join(COUNTING, COUNTING.id == Step.agency_id)
    )


def _kept(here: Terms, asked: OversightFilter) -> list[Condition]:
    """What the counts and the list have in common: all but in time or late."""
    since = period_start(asked.period, here.now)
    wanted = [judged(here.view, since, here.now), *in_reach(here, asked)]
    if asked.procedure:
        wanted.append(Dossier.procedure_code == asked.procedure)
    if asked.step:
        wanted.append(_with_step(here.view, asked.step))
    return wanted


def _with_step(view: View, key: str) -> Condition:
    if view is View.STEP:
        return Step.key == key
    done = exists().where(
        Step.dossier_id == Dossier.id, Step.key == key, Step.status == StepStatus.DONE
    )
    return done.correlate(Dossier)


def _part(here: Terms, asked: OversightFilter) -> list[Condition]:
    return [was(asked.judgement, here.view)] if asked.judgement is not None else []


def _counts(session: Session, here: Terms, asked: OversightFilter) -> dict[str, int]:
    sums: dict[str, Condition] = {"all": literal(True)}
    sums |= {judgement: was(judgement, here.view) for judgement in Judgement}
    columns = [func.count().filter(wanted).label(name) for name, wanted in sums.items()]
    row = session.execute(_from(here, select(*columns)).where(*_kept(here, asked))).one()
    return {name: row._mapping[name] for name in sums}


def _count(asked: OversightFilter, counts: Mapping[str, int]) -> int:
    return counts[asked.judgement or "all"]


def _other_view(session: Session, here: Terms, asked: OversightFilter) -> dict[View, int]:
    view = View.STEP if asked.view is View.DOSSIER else View.DOSSIER
    other = Terms(view, here.actor, here.now, here.spans)
    stmt = _from(other, select(func.count())).where(*_kept(other, asked), *_part(other, asked))
    return {view: session.scalar(stmt) or 0}


def _rows(session: Session, here: Terms, asked: OversightFilter, most: int) -> Sequence[Any]:
    source, ended_at = here.source, ENDED_AT[here.view]
    latest_first = asked.sort is Sort.LATE
    order = (ended_at if latest_first else sorted_by(source, asked.sort), *source.identity)
    stmt = (
        _from(here, select(*_columns(here), order[0].label("place")))
        .join(ProcedureEdition, ProcedureEdition.id == Dossier.procedure_edition_id)
        .outerjoin(Party, APPLICANT)
        .where(*_kept(here, asked), *_part(here, asked))
        .order_by(*(column.desc() if latest_first else column for column in order))
        .limit(most)
    )
    if here.view is View.STEP:
        stmt = stmt.outerjoin(User, User.id == Step.holder_id)
    if asked.after is not None:
        reached = place_value(asked.after, len(order))
        place = tuple_(*order)
        stmt = stmt.where(place < reached if latest_first else place > reached)
    return session.execute(stmt).all()


def _columns(here: Terms) -> tuple[SQLColumnExpression[Any], ...]:
    by_step = here.view is View.STEP
    return (
        Dossier.id.label("dossier_id"),
        (Step.position if by_step else literal(0)).label("position"),
        Dossier.code,
        Dossier.procedure_code,
        Dossier.received_at,
        Dossier.status,
        Dossier.punctuality,
        ProcedureEdition.name.label("procedure"),
        ProcedureEdition.name_en.label("procedure_en"),
        Party.name.label("applicant"),
        here.source.since.label("since"),
        here.source.due_at.label("due_at"),
        here.source.late_at.label("late_at"),
        ENDED_AT[here.view].label("ended_at"),
        was(Judgement.LATE, here.view).label("is_late"),
        (literal(None) if by_step else _STOOD_FROM).label("stood_from"),
        COUNTING.calendar_key,
        COUNTING.short_name.label("agency"),
        COUNTING.name_en.label("agency_en"),
        (Step.name if by_step else literal("")).label("step"),
        (Step.name_en if by_step else literal("")).label("step_en"),
        (User.display_name if by_step else literal("")).label("person"),
    )


def _place(row: Any) -> Place:
    return Place(row.place, row.dossier_id, row.position)


def _shown(here: Terms, found: Sequence[Any]) -> tuple[FinishedRow, ...]:
    calendars = {span.calendar_key: span.calendar for span in here.spans}
    return tuple(_row(row, here.view, calendars[row.calendar_key]) for row in found)


def _row(row: Any, view: View, calendar: WorkingCalendar) -> FinishedRow:
    by_step = view is View.STEP
    until = row.stood_from or row.ended_at
    return FinishedRow(
        code=row.code,
        applicant=row.applicant or "",
        procedure_code=row.procedure_code,
        procedure=Named.of(row.procedure, row.procedure_en),
        received_at=row.received_at,
        since=row.since,
        due_at=row.due_at,
        by_date=row.late_at is not None and row.late_at != row.due_at,
        ended_at=row.ended_at,
        days_late=days_late(row.due_at, until, calendar) if row.is_late else 0,
        punctuality=_step_punctuality(row) if by_step else row.punctuality,
        status=row.status,
        agency=Named.of(row.agency, row.agency_en),
        step=Named.of(row.step, row.step_en) if by_step else None,
        person=row.person or "",
    )


def _step_punctuality(row: Any) -> Punctuality:
    return Punctuality.OVERDUE if row.is_late else Punctuality.ON_TIME


def _procedures(session: Session, here: Terms, asked: OversightFilter) -> tuple[ChoiceRow, ...]:
    """The procedures in the list, whichever of them and of their steps is chosen."""
    wide = replace(asked, procedure="", step="")
    names = (func.max(ProcedureEdition.name), func.max(ProcedureEdition.name_en))
    stmt = (
        _from(here, select(Dossier.procedure_code, *names))
        .join(ProcedureEdition, ProcedureEdition.id == Dossier.procedure_edition_id)
        .where(*_kept(here, wide))
        .group_by(Dossier.procedure_code)
        .order_by(Dossier.procedure_code)
    )
    return _choices(session, stmt)


def _steps(session: Session, here: Terms, asked: OversightFilter) -> tuple[ChoiceRow, ...]:
    """The steps done in the list, of the procedure chosen; none while none is chosen."""
    if not asked.procedure:
        return ()
    wide = replace(asked, step="")
    stmt = _from(here, select(Step.key, func.max(Step.name), func.max(Step.name_en)))
    if here.view is View.DOSSIER:
        done = and_(Step.dossier_id == Dossier.id, Step.status == StepStatus.DONE)
        stmt = stmt.join(Step, done)
    stmt = (
        stmt.where(*_kept(here, wide))
        .group_by(Step.key)
        .order_by(func.min(Step.position), Step.key)
    )
    return _choices(session, stmt)


def _choices(session: Session, stmt: Selected) -> tuple[ChoiceRow, ...]:
    return tuple(
        ChoiceRow(code, Named.of(name, name_en)) for code, name, name_en in session.execute(stmt)
    )
