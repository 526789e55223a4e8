"""What is late or due soon where somebody oversees: lists, and the counts that equal them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, SQLColumnExpression, String, func, literal, select, tuple_
from sqlalchemy.orm import Session

from onestop.domain.oversight import EXPORT_ROWS_MOST, Ageing, ExportTooLarge, Sort, View
from onestop.domain.rights import Actor
from onestop.domain.standings import Standing, days_late, working_days_left
from onestop.domain.working_time import WorkingCalendar
from onestop.models.base import UTCDateTime
from onestop.models.dossiers import Dossier, Party, Step
from onestop.models.procedures import ProcedureEdition
from onestop.queries.dossier_rows import Named
from onestop.queries.oversight_choices import (
    ChoiceRow,
    OverseenAgency,
    overseen_agencies,
    procedure_choices,
    step_choices,
)
from onestop.queries.oversight_holders import HolderRow, PauseRow, holders, open_pauses
from onestop.queries.oversight_terms import (
    COUNTING,
    Condition,
    OversightFilter,
    Place,
    Source,
    Terms,
    in_reach,
    narrowed,
    terms,
)
from onestop.queries.parties import APPLICANT

PAGE_SIZE: Final = 50


@dataclass(frozen=True, slots=True)
class OversightRow:
    """One dossier, or one step of one. `days` are working days late, or left until it is due.

    due_at is the promise of the dossier, or of the step; `by_date` when lateness begins with the
    next day. The clock of a row with a `pause` stands still and its days late with it (rule R5).
    `holders` have the dossier now, one per branch, late ones first. Instants are in UTC.
    """

    code: str
    applicant: str
    procedure_code: str
    procedure: Named
    received_at: datetime
    due_at: datetime
    by_date: bool
    days: int
    pause: PauseRow | None
    holders: tuple[HolderRow, ...]


@dataclass(frozen=True, slots=True)
class OversightPage:
    """One page of a list. `count` is that of the whole list, `ages` those of its buckets.

    `views` counts the same filters as a whole and by step; `today` is the part of what is due soon
    that is due today. `next` is the place to go on from, None on the last page.
    """

    rows: tuple[OversightRow, ...]
    count: int
    ages: Mapping[Ageing, int]
    today: int
    views: Mapping[View, int]
    agencies: tuple[OverseenAgency, ...]
    procedures: tuple[ChoiceRow, ...]
    steps: tuple[ChoiceRow, ...]
    next: Place | None


def oversight_list(
    session: Session,
    actor: Actor,
    standing: Standing,
    asked: OversightFilter,
    *,
    now: datetime,
    size: int = PAGE_SIZE,
) -> OversightPage:
    """Return what is overdue or due soon within the actor's reach, late first.

    The number of statements does not depend on the number of rows; inside one read transaction
    every count equals its list. Source: docs/rules.md, rules R3, R5, R6, R11, R16.
    """
    here = terms(session, actor, asked.view, now=now)
    kept = [here.standing(standing), *in_reach(here, asked), *narrowed(here, asked)]
    counts = _counts(session, here, kept, standing)
    found = _rows(session, here, [*kept, *_part(here, asked)], asked, size + 1)
    count = _count(asked, counts)
    return OversightPage(
        rows=_shown(session, here, found[:size], standing),
        count=count,
        ages={age: counts[age] for age in Ageing},
        today=counts["today"],
        views={asked.view: count, **_other_view(session, here, standing, asked)},
        agencies=overseen_agencies(session, actor),
        procedures=procedure_choices(session, here, standing, asked),
        steps=step_choices(session, here, standing, asked),
        next=_place(asked.sort, found[size - 1]) if len(found) > size else None,
    )


def oversight_rows(
    session: Session,
    actor: Actor,
    standing: Standing,
    asked: OversightFilter,
    *,
    now: datetime,
    most: int = EXPORT_ROWS_MOST,
) -> tuple[OversightRow, ...]:
    """Return the whole list for a file, in the order of the pages.

    Raises ExportTooLarge for more rows than a file may hold. Same rules as `oversight_list`.
    """
    here = terms(session, actor, asked.view, now=now)
    kept = [here.standing(standing), *in_reach(here, asked), *narrowed(here, asked)]
    count = _count(asked, _counts(session, here, kept, standing))
    if count > most:
        raise ExportTooLarge(count, most)
    whole = replace(asked, after=None)
    found = _rows(session, here, [*kept, *_part(here, whole)], whole, most)
    return _shown(session, here, found, standing)


def oversight_top(
    session: Session, here: Terms, standing: Standing, asked: OversightFilter, *, size: int = 5
) -> tuple[OversightRow, ...]:
    """Return the first rows of a list under terms at hand, without any count."""
    kept = [here.standing(standing), *in_reach(here, asked), *narrowed(here, asked)]
    return _shown(session, here, _rows(session, here, kept, asked, size), standing)


def _part(here: Terms, asked: OversightFilter) -> list[Condition]:
    """The bucket or the day asked for, which the counts of the page leave open."""
    part = [here.aged(asked.ageing)] if asked.ageing is not None else []
    return [*part, here.due_today()] if asked.today else part


def _counts(
    session: Session, here: Terms, kept: Sequence[Condition], standing: Standing
) -> dict[str, int]:
    late = standing is Standing.OVERDUE
    sums: dict[str, Condition] = {"all": literal(True), "today": here.due_today()}
    sums |= {age: here.aged(age) if late else literal(False) for age in Ageing}
    columns = [func.count().filter(wanted).label(name) for name, wanted in sums.items()]
    row = session.execute(here.from_here(select(*columns)).where(*kept)).one()
    return {name: row._mapping[name] for name in sums}


def _count(asked: OversightFilter, counts: Mapping[str, int]) -> int:
    if asked.today:
        return counts["today"]
    return counts[asked.ageing or "all"]


def _other_view(
    session: Session, here: Terms, standing: Standing, asked: OversightFilter
) -> dict[View, int]:
    view = View.STEP if asked.view is View.DOSSIER else View.DOSSIER
    other = Terms(view, here.actor, here.now, here.spans)
    if asked.ageing is not None:  # only a bucket needs to know what stands still
        other = terms(session, here.actor, view, now=here.now)
    wanted = [other.standing(standing), *in_reach(other, asked), *narrowed(other, asked)]
    stmt = other.from_here(select(func.count())).where(*wanted, *_part(other, asked))
    return {view: session.scalar(stmt) or 0}


def sorted_by(source: Source, sort: Sort) -> SQLColumnExpression[Any]:
    """Return the column that an order begins with."""
    match sort:
        case Sort.LATE:
            return source.late_at
        case Sort.SINCE:
            return source.since
        case Sort.CODE:
            return Dossier.code
        case Sort.PROCEDURE:
            return Dossier.procedure_code
        case Sort.NAME:
            return func.coalesce(Party.name_sort, "")


def _rows(
    session: Session, here: Terms, kept: Sequence[Condition], asked: OversightFilter, most: int
) -> Sequence[Any]:
    source = here.source
    order = (sorted_by(source, asked.sort), *source.identity)
    columns: tuple[SQLColumnExpression[Any], ...] = (
        Dossier.id.label("dossier_id"),
        (literal(0) if asked.view is View.DOSSIER else Step.position).label("position"),
        Dossier.code,
        Dossier.procedure_code,
        Dossier.received_at,
        ProcedureEdition.name.label("procedure"),
        ProcedureEdition.name_en.label("procedure_en"),
        Party.name.label("applicant"),
        source.due_at.label("due_at"),
        source.late_at.label("late_at"),
        source.paused_at.label("paused_at"),
        source.is_paused.label("is_paused"),
        COUNTING.calendar_key,
        order[0].label("place"),
    )
    stmt = (
        here.from_here(select(*columns))
        .join(ProcedureEdition, ProcedureEdition.id == Dossier.procedure_edition_id)
        .outerjoin(Party, APPLICANT)
        .where(*kept)
        .order_by(*order)
        .limit(most)
    )
    if asked.after is not None:
        stmt = stmt.where(tuple_(*order) > place_value(asked.after, len(order)))
    return session.execute(stmt).all()


def place_value(after: Place, columns: int) -> ColumnElement[Any]:
    """Return the place as a value that so many columns of an order are compared with."""
    kind = UTCDateTime() if isinstance(after.value, datetime) else String()
    place = (literal(after.value, kind), literal(after.dossier_id), literal(after.position))
    return tuple_(*place[:columns])


def _place(sort: Sort, row: Any) -> Place:
    return Place(row.place, row.dossier_id, row.position)


def _shown(
    session: Session, here: Terms, found: Sequence[Any], standing: Standing
) -> tuple[OversightRow, ...]:
    calendars = {span.calendar_key: span.calendar for span in here.spans}
    having = holders(session, [row.dossier_id for row in found], now=here.now)
    paused = [row.dossier_id for row in found if row.is_paused]
    pauses = open_pauses(session, paused)
    return tuple(
        _row(
            row,
            _days(row, calendars[row.calendar_key], here.now, standing),
            _own(having.get(row.dossier_id, ()), here.view, row.position),
            _pause_of(pauses.get(row.dossier_id, ()), row),
        )
        for row in found
    )


def _days(row: Any, calendar: WorkingCalendar, now: datetime, standing: Standing) -> int:
    if standing is Standing.OVERDUE:
        until = row.paused_at if row.is_paused else now
        return days_late(row.due_at, until, calendar)
    return working_days_left(now, row.due_at, calendar)


def _own(having: Sequence[HolderRow], view: View, position: int) -> tuple[HolderRow, ...]:
    """Everybody who has the dossier, or the holder of the one step that is shown."""
    if view is View.DOSSIER:
        return tuple(having)
    return tuple(holder for holder in having if holder.position == position)


def _pause_of(pauses: Sequence[PauseRow], row: Any) -> PauseRow | None:
    """The pause that stopped this clock: the earliest of a dossier, the step's own of a step."""
    if not row.is_paused:
        return None
    return next((pause for pause in pauses if pause.opened_at == row.paused_at), None)


def _row(
    row: Any, days: int, having: tuple[HolderRow, ...], pause: PauseRow | None
) -> OversightRow:
    return OversightRow(
        code=row.code,
        applicant=row.applicant or "",
        procedure_code=row.procedure_code,
        procedure=Named.of(row.procedure, row.procedure_en),
        received_at=row.received_at,
        due_at=row.due_at,
        by_date=row.late_at != row.due_at,
        days=days,
        pause=pause,
        holders=having,
    )
