"""The leader's page: what is late, where it lies, and how punctuality has gone for twelve weeks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from onestop.domain.oversight import Ageing, Judgement, Period, View, period_start
from onestop.domain.rights import Actor
from onestop.domain.standings import Standing
from onestop.models.dossiers import Dossier
from onestop.queries.oversight import OversightRow, oversight_top
from onestop.queries.oversight_choices import OverseenAgency, overseen_agencies
from onestop.queries.oversight_judged import judged, was
from onestop.queries.oversight_steps import (
    AgencyFiguresRow,
    BottleneckRow,
    Share,
    agency_rows,
    bottleneck_rows,
    step_cells,
    worst_cells,
)
from onestop.queries.oversight_terms import Condition, OversightFilter, Terms, in_reach, terms

WEEK: Final = timedelta(days=7)
WEEKS: Final = 12
BOTTLENECKS: Final = 8


@dataclass(frozen=True, slots=True)
class OversightFigures:
    """Everything on the leader's page. Trends go from the oldest week to now.

    focus       the agency the page is narrowed to, None for all that is overseen.
    open        dossiers not finished; `stopped` those of them whose clock stands still.
    """

    focus: OverseenAgency | None
    open: int
    overdue: int
    today: int
    soon: int
    stopped: int
    ages: Mapping[Ageing, int]
    in_time: Share
    overdue_trend: tuple[int, ...]
    in_time_trend: tuple[float | None, ...]
    worst: tuple[OversightRow, ...]
    bottlenecks: tuple[BottleneckRow, ...]
    bottlenecks_left_out: int
    agencies: tuple[AgencyFiguresRow, ...]


def oversight_figures(
    session: Session,
    actor: Actor,
    *,
    now: datetime,
    agency: int | None = None,
    bottlenecks: int = BOTTLENECKS,
) -> OversightFigures | None:
    """Return the figures of all that the actor oversees, or of one agency and those below it.

    None for an agency out of reach. A dossier counts where an agency takes part in it, a step only
    at its own agency. Source: docs/rules.md, rules R3, R5, R6, R11, R16.
    """
    overseen = overseen_agencies(session, actor)
    focus = next((row for row in overseen if row.id == agency), None)
    if agency is not None and focus is None:
        return None
    asked = OversightFilter(agency=agency)
    here = terms(session, actor, View.DOSSIER, now=now)
    counted = _counted(session, here, asked)
    trend = _trend(session, here, asked)
    cells = step_cells(session, Terms(View.STEP, actor, now, here.spans), asked)
    below = [row for row in overseen if focus is None or row.path.startswith(focus.path)]
    slow = worst_cells(cells)
    shown = slow[:bottlenecks]
    return OversightFigures(
        focus=focus,
        open=counted["open"],
        overdue=counted["overdue"],
        today=counted["today"],
        soon=counted["soon"],
        stopped=counted["stopped"],
        ages={age: counted[age] for age in Ageing},
        in_time=trend.month,
        overdue_trend=trend.overdue,
        in_time_trend=trend.in_time,
        worst=oversight_top(session, here, Standing.OVERDUE, asked),
        bottlenecks=bottleneck_rows(session, shown, {row.id: row for row in below}, here),
        bottlenecks_left_out=len(slow) - len(shown),
        agencies=agency_rows(cells, below),
    )


@dataclass(frozen=True, slots=True)
class _Trend:
    month: Share
    overdue: tuple[int, ...]
    in_time: tuple[float | None, ...]


def _counted(session: Session, here: Terms, asked: OversightFilter) -> dict[str, int]:
    sums: dict[str, Condition] = {
        "open": here.source.is_live,
        "overdue": here.overdue(),
        "today": here.due_today(),
        "soon": here.due_soon(),
        "stopped": here.source.is_paused,
    }
    sums |= {age: and_(here.overdue(), here.aged(age)) for age in Ageing}
    columns: list[ColumnElement[Any]] = [
        func.count().filter(wanted).label(name) for name, wanted in sums.items()
    ]
    stmt = here.from_here(select(*columns)).where(here.source.is_live, *in_reach(here, asked))
    row = session.execute(stmt).one()
    return {name: row._mapping[name] for name in sums}


def _trend(session: Session, here: Terms, asked: OversightFilter) -> _Trend:
    ends = [here.now - WEEK * ago for ago in reversed(range(WEEKS + 1))]
    weeks, month = _finished(session, here, asked, ends)
    return _Trend(
        month=month,
        overdue=_overdue(session, here, asked, ends),
        in_time=tuple(weeks[end].percent for end in ends[1:]),
    )


def _finished(
    session: Session, here: Terms, asked: OversightFilter, ends: Sequence[datetime]
) -> tuple[dict[datetime, Share], Share]:
    """What was finished in each of the weeks and this month, and how much of it in time."""
    in_time = was(Judgement.IN_TIME, View.DOSSIER)
    this_month = Dossier.finished_at >= period_start(Period.MONTH, here.now)
    week = case(
        *((Dossier.finished_at > start, number) for number, start in _latest_first(ends)),
    ).label("week")
    stmt = (
        select(
            week,
            func.count(),
            func.count().filter(in_time),
            func.count().filter(this_month),
            func.count().filter(and_(this_month, in_time)),
        )
        .where(
            judged(View.DOSSIER, ends[0], here.now),
            Dossier.finished_at > ends[0],
            *in_reach(here, asked),
        )
        .group_by(week)
    )
    weeks = dict.fromkeys(ends[1:], Share(0, 0))
    month = Share(0, 0)
    for number, finished, good, of_month, good_of_month in session.execute(stmt):
        weeks[ends[number + 1]] = Share(good, finished)
        month = Share(month.part + good_of_month, month.whole + of_month)
    return weeks, month


def _latest_first(ends: Sequence[datetime]) -> list[tuple[int, datetime]]:
    return list(enumerate(ends[:-1]))[::-1]


def _overdue(
    session: Session, here: Terms, asked: OversightFilter, ends: Sequence[datetime]
) -> tuple[int, ...]:
    """How many were overdue at the end of each week, by the promise that counts today."""
    columns: list[ColumnElement[Any]] = [func.count().filter(_overdue_at(at)) for at in ends[1:]]
    # Most were never late: only the others are asked twelve times.
    ever_late = or_(
        here.overdue(),
        and_(Dossier.finished_at > ends[1], Dossier.late_at < Dossier.finished_at),
    )
    stmt = select(*columns).where(ever_late, *in_reach(here, asked))
    return tuple(session.execute(stmt).one())


def _overdue_at(at: datetime) -> Condition:
    unfinished = or_(Dossier.finished_at.is_(None), Dossier.finished_at > at)
    return and_(Dossier.received_at <= at, Dossier.late_at <= at, unfinished)
