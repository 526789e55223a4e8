"""The terms in which oversight asks: what counts as late or due soon, for whom, on whose calendar.

Every figure and every list is made of these conditions, so that a count equals its list.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    and_,
    bindparam,
    exists,
    literal,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import Session, aliased

from onestop.domain.dossier import StepStatus
from onestop.domain.events import PauseKind
from onestop.domain.oversight import (
    Ageing,
    Judgement,
    Period,
    Sort,
    Standstill,
    View,
    ageing_of,
    late_span,
)
from onestop.domain.rights import Actor, Right
from onestop.domain.standings import Standing, days_late, due_soon_before
from onestop.domain.working_time import WorkingCalendar
from onestop.models.agencies import Agency
from onestop.models.dossiers import Dossier, Participation, Pause, Step
from onestop.queries.calendars import working_calendar
from onestop.queries.scope import reachable_agencies, visible_dossiers

COUNTING = aliased(Agency, name="counting")
"""The agency on whose calendar lateness counts: the receiving one, or the step's own (rule R6)."""
OPEN_PAUSE = aliased(Pause, name="open_pause")

Condition = ColumnElement[bool]
Selected = Select[*tuple[Any, ...]]

# Written out, not bound: a partial index is found only when the statement repeats its condition.
LIVE_STEPS: Final = Step.status.in_(
    bindparam("live", [StepStatus.OFFERED, StepStatus.OPEN], expanding=True, literal_execute=True)
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of a list ended: the row after this one comes first on the next page."""

    value: datetime | str
    dossier_id: int
    position: int = 0


@dataclass(frozen=True, slots=True)
class OversightFilter:
    """What is asked for, within what the actor oversees.

    agency    the work of this agency and those below it; `own` leaves those below out.
    step      key of a step, of any procedure unless one is given.
    today     of what is due soon, only what is due today.
    period    how far back finished work is listed; `judgement` only what was in time, or late.
    """

    view: View = View.DOSSIER
    agency: int | None = None
    own: bool = False
    procedure: str = ""
    step: str = ""
    ageing: Ageing | None = None
    standstill: Standstill | None = None
    today: bool = False
    period: Period = Period.MONTH
    judgement: Judgement | None = None
    sort: Sort = Sort.LATE
    after: Place | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """What agencies with one calendar and one number of due-soon days count with."""

    calendar_key: str
    due_soon_days: int
    calendar: WorkingCalendar
    tonight: datetime
    soon_before: datetime


@dataclass(frozen=True, slots=True)
class Source:
    """The columns by which the two views ask the same questions."""

    late_at: SQLColumnExpression[Any]
    due_at: SQLColumnExpression[Any]
    since: SQLColumnExpression[Any]
    is_paused: Condition
    paused_at: SQLColumnExpression[Any]
    is_live: Condition
    identity: tuple[SQLColumnExpression[Any], ...]


SOURCES: Final = {
    View.DOSSIER: Source(
        late_at=Dossier.late_at,
        due_at=Dossier.due_at,
        since=Dossier.received_at,
        is_paused=Dossier.paused_at.is_not(None),
        paused_at=Dossier.paused_at,
        is_live=Dossier.finished_at.is_(None),
        identity=(Dossier.id,),
    ),
    View.STEP: Source(
        late_at=Step.late_at,
        due_at=Step.due_at,
        since=Step.offered_at,
        is_paused=Step.paused.is_(True),
        paused_at=OPEN_PAUSE.opened_at,
        is_live=and_(LIVE_STEPS, Dossier.finished_at.is_(None)),
        identity=(Step.dossier_id, Step.position),
    ),
}


@dataclass(frozen=True, slots=True)
class Terms:
    """One view at one instant: the conditions of its lists and of every count of them.

    `stopped` are the late ones whose clock stands still, by bucket: their days late are frozen at
    another day each, which no single instant can tell (rule R5).
    """

    view: View
    actor: Actor
    now: datetime
    spans: Sequence[Span]
    stopped: Mapping[Ageing, Sequence[tuple[int, ...]]] = field(default_factory=dict)

    @property
    def source(self) -> Source:
        """The columns of this view."""
        return SOURCES[self.view]

    def from_here(self, stmt: Selected) -> Selected:
        """Return the statement with the tables these conditions speak of."""
        if self.view is View.DOSSIER:
            return stmt.select_from(Dossier).join(
                COUNTING, COUNTING.id == Dossier.receiving_agency_id
            )
        pause = and_(
            OPEN_PAUSE.dossier_id == Step.dossier_id,
            OPEN_PAUSE.step_key == Step.key,
            OPEN_PAUSE.attempt == Step.attempt,
            OPEN_PAUSE.closed_at.is_(None),
        )
        return (
            stmt.select_from(Step)
            .join(Dossier, Dossier.id == Step.dossier_id)
            .join(COUNTING, COUNTING.id == Step.agency_id)
            .outerjoin(OPEN_PAUSE, pause)
        )

    def overdue(self) -> Condition:
        """Late now, or late when its pause began. Source: docs/rules.md, rules R3, R5."""
        return and_(self.source.is_live, self.source.late_at <= self.now)

    def due_soon(self) -> Condition:
        """Not late, due within the days its agency calls soon. Source: rule R11."""
        ends = {span: span.soon_before for span in self.spans}
        return and_(self._in_time(), self._due_before(ends))

    def due_today(self) -> Condition:
        """Not late, due before the coming midnight."""
        return and_(self._in_time(), self._due_before({span: span.tonight for span in self.spans}))

    def standing(self, asked: Standing) -> Condition:
        """Overdue or due soon, as asked."""
        return self.overdue() if asked is Standing.OVERDUE else self.due_soon()

    def aged(self, age: Ageing) -> Condition:
        """Of what is overdue: late by so many working days."""
        running = [self._aged_by(span, age) for span in self.spans]
        stopped = tuple_(*self.source.identity).in_(self.stopped.get(age, ()))
        return or_(and_(~self.source.is_paused, or_(literal(False), *running)), stopped)

    def _aged_by(self, span: Span, age: Ageing) -> Condition:
        begins, ends = late_span(age, self.now, span.calendar)
        wanted = [_counted_by(span)]
        if begins is not None:
            wanted.append(self.source.due_at >= begins)
        if ends is not None:
            wanted.append(self.source.due_at < ends)
        return and_(*wanted)

    def _in_time(self) -> Condition:
        return and_(self.source.is_live, self.source.late_at > self.now)

    def _due_before(self, ends: Mapping[Span, datetime]) -> Condition:
        spans = [and_(_counted_by(span), self.source.due_at < end) for span, end in ends.items()]
        return or_(literal(False), *spans)


def terms(session: Session, actor: Actor, view: View, *, now: datetime) -> Terms:
    """Return the terms of one view; raises CalendarNotFound and CalendarExhausted."""
    plain = Terms(view, actor, now, spans(session, now))
    return Terms(view, actor, now, plain.spans, _stopped(session, plain))


def spans(session: Session, now: datetime) -> tuple[Span, ...]:
    """Return what each pair of calendar and due-soon days leads to at `now`."""
    pairs = session.execute(
        select(Agency.calendar_key, Agency.due_soon_days)
        .distinct()
        .order_by(Agency.calendar_key, Agency.due_soon_days)
    ).all()
    calendars = {key: working_calendar(session, key) for key in {key for key, _ in pairs}}
    return tuple(_span(key, days, calendars[key], now) for key, days in pairs)


def in_reach(terms: Terms, asked: OversightFilter) -> list[Condition]:
    """Return that the work lies within what the actor oversees, and within the agency asked for.

    A dossier does when an agency there takes part in it (rule R16), a step when it is done there.
    """
    if terms.view is View.STEP:
        reach: list[Condition] = [
            Step.agency_id.in_(reachable_agencies(terms.actor, Right.OVERSEE))
        ]
        return reach if asked.agency is None else [*reach, Step.agency_id.in_(_agencies(asked))]
    reach = [visible_dossiers(terms.actor, Right.OVERSEE)]
    if asked.agency is None:
        return reach
    taking_part = exists().where(
        Participation.dossier_id == Dossier.id, Participation.agency_id.in_(_agencies(asked))
    )
    return [*reach, taking_part.correlate(Dossier)]


def narrowed(terms: Terms, asked: OversightFilter) -> list[Condition]:
    """Return the conditions of every filter but the bucket, which has its own counts."""
    wanted = []
    if asked.procedure:
        wanted.append(Dossier.procedure_code == asked.procedure)
    if asked.step:
        wanted.append(_at_step(terms.view, asked.step))
    if asked.standstill is not None:
        wanted.append(_standing_still(terms, asked.standstill))
    return wanted


def _at_step(view: View, key: str) -> Condition:
    if view is View.STEP:
        return Step.key == key
    there = exists().where(Step.dossier_id == Dossier.id, Step.key == key, LIVE_STEPS)
    return there.correlate(Dossier)


def _standing_still(terms: Terms, asked: Standstill) -> Condition:
    if asked is Standstill.RUNNING:
        return ~terms.source.is_paused
    kind = PauseKind(asked.value)
    if terms.view is View.STEP:
        return OPEN_PAUSE.kind == kind
    waiting = exists().where(
        Pause.dossier_id == Dossier.id, Pause.closed_at.is_(None), Pause.kind == kind
    )
    return waiting.correlate(Dossier)


def _agencies(asked: OversightFilter) -> Select[int]:
    """The agency asked for, with those below it unless only its own work is wanted."""
    if asked.own:
        return select(Agency.id).where(Agency.id == asked.agency).correlate(None)
    above = aliased(Agency)
    below = Agency.path.startswith(above.path)
    return select(Agency.id).join(above, below).where(above.id == asked.agency).correlate(None)


def _counted_by(span: Span) -> Condition:
    return and_(
        COUNTING.calendar_key == span.calendar_key, COUNTING.due_soon_days == span.due_soon_days
    )


def _span(key: str, days: int, calendar: WorkingCalendar, now: datetime) -> Span:
    return Span(
        calendar_key=key,
        due_soon_days=days,
        calendar=calendar,
        tonight=calendar.midnight_after(calendar.local_date(now)),
        soon_before=due_soon_before(now, calendar, within=days),
    )


def _stopped(session: Session, terms: Terms) -> dict[Ageing, list[tuple[int, ...]]]:
    source = terms.source
    columns = (COUNTING.calendar_key, source.due_at, source.paused_at, *source.identity)
    stmt = terms.from_here(select(*columns)).where(
        terms.overdue(), source.is_paused, *in_reach(terms, OversightFilter())
    )
    calendars = {span.calendar_key: span.calendar for span in terms.spans}
    found: dict[Ageing, list[tuple[int, ...]]] = {}
    for key, due_at, paused_at, *identity in session.execute(stmt):
        age = ageing_of(days_late(due_at, paused_at, calendars[key]))
        found.setdefault(age, []).append(tuple(identity))
    return found
