"""Where work waits: steps by agency, how late they are, and how long they took lately."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from statistics import median
from typing import Any, Final

from sqlalchemy import and_, func, select, tuple_
from sqlalchemy.orm import Session

from onestop.domain.oversight import Judgement, Period, View, period_start
from onestop.domain.working_time import Scale, WorkingCalendar, elapsed
from onestop.models.dossiers import Dossier, Pause, Step
from onestop.models.procedures import ProcedureEdition
from onestop.queries.dossier_rows import Named
from onestop.queries.oversight_choices import OverseenAgency
from onestop.queries.oversight_judged import judged, was
from onestop.queries.oversight_terms import COUNTING, OversightFilter, Terms, in_reach

HIGH_PERCENT: Final = 95
SAMPLES_MOST: Final = 200
"""Finished steps per line that a median is taken from: the latest ones."""


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many; `percent` is None of nothing."""

    part: int
    whole: int

    @property
    def is_high(self) -> bool:
        """Whether it is good enough to be shown as good; no law draws this line."""
        return self.percent is not None and self.percent >= HIGH_PERCENT

    @property
    def percent(self) -> float | None:
        """The share in percent, to one decimal, rounded down so that 100 means every one."""
        if not self.whole:
            return None
        tenths = self.part * 1000 // self.whole
        return tenths / 10 if tenths % 10 else tenths // 10


@dataclass(frozen=True, slots=True)
class BottleneckRow:
    """One step at one agency: what lies there now, and how long it took in the last eight weeks.

    pace    median working time of the finished ones divided by what was allowed, standstills
            taken out; None when none was finished. More than 1 is late as a rule.
    """

    agency_id: int
    agency: Named
    procedure_code: str
    procedure: Named
    key: str
    step: Named
    live: int
    late: int
    done: int
    done_late: int
    pace: float | None


@dataclass(frozen=True, slots=True)
class AgencyFiguresRow:
    """The steps of an agency and of those below it; `own` leaves those below out."""

    id: int
    name: Named
    own: bool
    live: int
    late: int
    soon: int
    in_time: Share


@dataclass(frozen=True, slots=True)
class Cell:
    """One step at one agency, as counted."""

    agency_id: int
    procedure_code: str
    key: str
    name: str = ""
    name_en: str = ""
    live: int = 0
    late: int = 0
    soon: int = 0
    done: int = 0
    done_late: int = 0
    month: int = 0
    month_late: int = 0


def step_cells(session: Session, here: Terms, asked: OversightFilter) -> list[Cell]:
    """Every step at every agency: what lies there, and what was finished lately."""
    place = (Step.agency_id, Dossier.procedure_code, Step.key)
    names = (func.max(Step.name).label("name"), func.max(Step.name_en).label("name_en"))
    live = (
        here.from_here(
            select(
                *place,
                *names,
                func.count().label("live"),
                func.count().filter(here.overdue()).label("late"),
                func.count().filter(here.due_soon()).label("soon"),
            )
        )
        .where(here.source.is_live, *in_reach(here, asked))
        .group_by(*place)
    )
    since = period_start(Period.EIGHT_WEEKS, here.now)
    this_month = Step.ended_at >= period_start(Period.MONTH, here.now)
    late = was(Judgement.LATE, View.STEP)
    done = (
        select(
            *place,
            *names,
            func.count().label("done"),
            func.count().filter(late).label("done_late"),
            func.count().filter(this_month).label("month"),
            func.count().filter(and_(this_month, late)).label("month_late"),
        )
        .join(Dossier, Dossier.id == Step.dossier_id)
        .where(judged(View.STEP, since, here.now), *in_reach(here, asked))
        .group_by(*place)
    )
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in (*session.execute(live), *session.execute(done)):
        key = (row.agency_id, row.procedure_code, row.key)
        found.setdefault(key, {}).update(row._mapping)
    return [Cell(**values) for values in found.values()]


def worst_cells(cells: Sequence[Cell]) -> list[Cell]:
    """Where something is late or was, what lies there late first."""
    slow = [cell for cell in cells if cell.late or cell.done_late]
    return sorted(
        slow,
        key=lambda cell: (
            -cell.late,
            -cell.done_late,
            cell.agency_id,
            cell.procedure_code,
            cell.key,
        ),
    )


def bottleneck_rows(
    session: Session,
    cells: Sequence[Cell],
    agencies: Mapping[int, OverseenAgency],
    here: Terms,
) -> tuple[BottleneckRow, ...]:
    paces = _paces(session, cells, here)
    procedures = _procedures(session, {cell.procedure_code for cell in cells})
    return tuple(
        BottleneckRow(
            agency_id=cell.agency_id,
            agency=agencies[cell.agency_id].short_name,
            procedure_code=cell.procedure_code,
            procedure=procedures[cell.procedure_code],
            key=cell.key,
            step=Named.of(cell.name, cell.name_en),
            live=cell.live,
            late=cell.late,
            done=cell.done,
            done_late=cell.done_late,
            pace=paces.get((cell.agency_id, cell.procedure_code, cell.key)),
        )
        for cell in cells
    )


def _procedures(session: Session, codes: Collection[str]) -> dict[str, Named]:
    names = (func.max(ProcedureEdition.name), func.max(ProcedureEdition.name_en))
    stmt = (
        select(ProcedureEdition.code, *names)
        .where(ProcedureEdition.code.in_(sorted(codes)))
        .group_by(ProcedureEdition.code)
    )
    return {code: Named.of(name, name_en) for code, name, name_en in session.execute(stmt)}


def _paces(
    session: Session, cells: Sequence[Cell], here: Terms
) -> dict[tuple[int, str, str], float]:
    """The median of time taken to time allowed, from the latest finished steps of each cell."""
    place = (Step.agency_id, Dossier.procedure_code, Step.key)
    latest = func.row_number().over(
        partition_by=place, order_by=(Step.ended_at.desc(), Step.dossier_id)
    )
    wanted = [(cell.agency_id, cell.procedure_code, cell.key) for cell in cells]
    since = period_start(Period.EIGHT_WEEKS, here.now)
    ranked = (
        select(
            *place,
            Step.dossier_id,
            Step.attempt,
            Step.offered_at,
            Step.ended_at,
            Step.due_at,
            COUNTING.calendar_key,
            latest.label("rank"),
        )
        .join(Dossier, Dossier.id == Step.dossier_id)
        .join(COUNTING, COUNTING.id == Step.agency_id)
        .where(judged(View.STEP, since, here.now), tuple_(*place).in_(wanted))
        .subquery()
    )
    rows = session.execute(select(ranked).where(ranked.c.rank <= SAMPLES_MOST)).all()
    stood = _standstills(session, rows)
    calendars = {span.calendar_key: span.calendar for span in here.spans}
    found: dict[tuple[int, str, str], list[Fraction]] = {}
    for row in rows:
        spans = stood.get((row.dossier_id, row.key, row.attempt), [])
        pace = _pace(row, spans, calendars[row.calendar_key])
        if pace is not None:
            found.setdefault((row.agency_id, row.procedure_code, row.key), []).append(pace)
    return {key: round(float(median(values)), 2) for key, values in found.items()}


def _standstills(
    session: Session, rows: Sequence[Any]
) -> dict[tuple[int, str, int], list[tuple[datetime, datetime]]]:
    stmt = select(
        Pause.dossier_id, Pause.step_key, Pause.attempt, Pause.opened_at, Pause.closed_at
    ).where(Pause.dossier_id.in_({row.dossier_id for row in rows}), Pause.closed_at.is_not(None))
    stood: dict[tuple[int, str, int], list[tuple[datetime, datetime]]] = {}
    for dossier_id, key, attempt, opened_at, closed_at in session.execute(stmt) if rows else ():
        if closed_at is not None:
            stood.setdefault((dossier_id, key, attempt), []).append((opened_at, closed_at))
    return stood


def _pace(
    row: Any, stood: Sequence[tuple[datetime, datetime]], calendar: WorkingCalendar
) -> Fraction | None:
    def minutes(start: datetime, end: datetime) -> Fraction:
        return elapsed(start, end, Scale.MINUTES, calendar).value

    still = sum((minutes(start, end) for start, end in stood), Fraction(0))
    allowed = minutes(row.offered_at, row.due_at) - still
    taken = minutes(row.offered_at, row.ended_at) - still
    return max(taken, Fraction(0)) / allowed if allowed > 0 else None


def agency_rows(
    cells: Sequence[Cell], below: Sequence[OverseenAgency]
) -> tuple[AgencyFiguresRow, ...]:
    """The uppermost agency by itself, then each one right below it with its whole subtree."""
    if not below:
        return ()
    top = min(row.depth for row in below)
    tops = [row for row in below if row.depth == top]
    parts = [(row, True) for row in tops] if len(tops) == 1 else []
    inner = tops if len(tops) > 1 else [row for row in below if row.depth == top + 1]
    parts += [(row, False) for row in inner]
    paths = {row.id: row.path for row in below}
    rows = [
        _agency_figures(row, own, [c for c in cells if _belongs(paths[c.agency_id], row, own)])
        for row, own in parts
    ]
    working = [row for row in rows if row.live or row.in_time.whole]
    return tuple(sorted(working, key=lambda row: (-row.late, -row.soon, -row.live)))


def _belongs(path: str, agency: OverseenAgency, own: bool) -> bool:
    return path == agency.path if own else path.startswith(agency.path)


def _agency_figures(agency: OverseenAgency, own: bool, cells: Sequence[Cell]) -> AgencyFiguresRow:
    month = sum(cell.month for cell in cells)
    return AgencyFiguresRow(
        id=agency.id,
        name=agency.short_name,
        own=own,
        live=sum(cell.live for cell in cells),
        late=sum(cell.late for cell in cells),
        soon=sum(cell.soon for cell in cells),
        in_time=Share(month - sum(cell.month_late for cell in cells), month),
    )
