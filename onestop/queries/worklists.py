"""What a person or an agency should do now: tabs whose counts equal their lists, late first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from onestop.domain.dossier import LIVE, StepStatus
from onestop.domain.events import PauseKind
from onestop.domain.limits import Standing, days_late, due_soon_before, standing, working_days_left
from onestop.domain.rights import Actor, Right
from onestop.domain.routes import StepKind
from onestop.domain.working_time import WorkingCalendar
from onestop.models.accounts import User
from onestop.models.agencies import Agency
from onestop.models.base import UTCDateTime
from onestop.models.dossiers import Dossier, Party, Pause, Step
from onestop.models.procedures import ProcedureEdition
from onestop.queries.calendars import working_calendar
from onestop.queries.scope import visible_dossiers

PAGE_SIZE: Final = 50
_NEVER: Final = datetime(9999, 1, 1, tzinfo=UTC)
_WAITING_KINDS: Final = (PauseKind.SUPPLEMENT, PauseKind.PAYMENT)
_ENDED: Final = (StepStatus.DONE, StepStatus.STALE, StepStatus.WITHDRAWN)


class Tab(StrEnum):
    """The parts of a worklist. `soon` is due within the agency's due-soon days, today included."""

    LATE = "late"
    TODAY = "today"
    SOON = "soon"
    WAITING = "waiting"
    OFFERED = "offered"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of a list ended: the row after this one comes first on the next page."""

    late_at: datetime
    dossier_id: int
    position: int


@dataclass(frozen=True, slots=True)
class WorklistFilter:
    """What is asked for. `whole_agency` shows what colleagues hold as well."""

    tab: Tab = Tab.ALL
    whole_agency: bool = False
    agency: int | None = None
    procedure: str = ""
    after: Place | None = None


@dataclass(frozen=True, slots=True)
class WorklistAgencyRow:
    """An agency whose work the person may see, with what its due-soon days lead to."""

    id: int
    name: str
    name_en: str
    short_name: str
    calendar: WorkingCalendar
    due_soon_days: int
    tonight: datetime
    soon_before: datetime


@dataclass(frozen=True, slots=True)
class GiverRow:
    """Who gave a step on: the agency, and the person when one held it."""

    agency: str
    agency_en: str
    person: str


@dataclass(frozen=True, slots=True)
class WorklistRow:
    """One live step. `days` are working days late or left; None when no date stands.

    due_at is the step's, or the dossier's promise where a step has none; `by_date` when lateness
    begins with the next day. `since` is when it was accepted, or offered. Instants are in UTC.
    """

    dossier_id: int
    code: str
    applicant: str
    procedure: str
    procedure_en: str
    step: str
    step_en: str
    kind: StepKind
    attempt: int
    is_offered: bool
    agency: str
    agency_en: str
    holder: str
    since: datetime
    due_at: datetime | None
    by_date: bool
    standing: Standing | None
    days: int | None
    paused: PauseKind | None
    paused_at: datetime | None
    citizen_due_at: datetime | None
    giver: GiverRow | None


@dataclass(frozen=True, slots=True)
class ProcedureChoiceRow:
    """A procedure that occurs in the list."""

    code: str
    name: str
    name_en: str


@dataclass(frozen=True, slots=True)
class WorklistPage:
    """One page of one tab, the counts of all tabs under the same filters, and what may be chosen.

    `next` is the place to go on from, None on the last page.
    """

    rows: tuple[WorklistRow, ...]
    counts: Mapping[Tab, int]
    agencies: tuple[WorklistAgencyRow, ...]
    procedures: tuple[ProcedureChoiceRow, ...]
    next: Place | None


def worklist(
    session: Session,
    actor: Actor,
    asked: WorklistFilter,
    *,
    now: datetime,
    size: int = PAGE_SIZE,
) -> WorklistPage:
    """Return the live steps the actor works on, or those of the actor's agencies, late ones first.

    The number of statements does not depend on the number of rows; inside one read transaction
    every count equals its list. Source: docs/rules.md, rules R3, R5, R11, R16.
    """
    agencies = _agencies(session, actor, now)
    conditions = _scope(actor, agencies, asked)
    tabs = _tabs(agencies, now)
    kept = [*conditions, *_filters(asked)]
    found = _page(session, [*kept, tabs[asked.tab]], asked.after, size + 1)
    shown = found[:size]
    givers = _givers(session, shown)
    by_id = {agency.id: agency for agency in agencies}
    return WorklistPage(
        rows=tuple(_row(row, by_id[row.agency_id], givers, now) for row in shown),
        counts=_counts(session, kept, tabs),
        agencies=agencies,
        procedures=_procedures(session, conditions),
        next=_place(shown[-1]) if len(found) > size else None,
    )


_PAUSE = aliased(Pause, name="open_pause")
_HOLDER = aliased(User, name="holder")
# A step without a date of its own (the return, waiting for the citizen) is due with the dossier.
_DUE = func.coalesce(Step.due_at, Dossier.due_at, type_=UTCDateTime())
_LATE = case((Step.due_at.is_(None), Dossier.late_at), else_=Step.late_at)
_ORDER = func.coalesce(_LATE, literal(_NEVER, UTCDateTime()), type_=UTCDateTime())


def _from_live_steps(stmt: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return (
        stmt.select_from(Step)
        .join(Dossier, Dossier.id == Step.dossier_id)
        .outerjoin(
            _PAUSE,
            and_(
                _PAUSE.dossier_id == Step.dossier_id,
                _PAUSE.step_key == Step.key,
                _PAUSE.attempt == Step.attempt,
                _PAUSE.closed_at.is_(None),
            ),
        )
    )


def _agencies(session: Session, actor: Actor, now: datetime) -> tuple[WorklistAgencyRow, ...]:
    rows = session.execute(
        select(
            Agency.id,
            Agency.name,
            Agency.name_en,
            Agency.short_name,
            Agency.calendar_key,
            Agency.due_soon_days,
        )
        .where(Agency.id.in_(actor.agencies_with(Right.SEE_WORKLIST)))
        .order_by(Agency.code, Agency.id)
    ).all()
    calendars = {key: working_calendar(session, key) for key in {r.calendar_key for r in rows}}
    return tuple(_agency(row, calendars[row.calendar_key], now) for row in rows)


def _agency(row: Any, calendar: WorkingCalendar, now: datetime) -> WorklistAgencyRow:
    return WorklistAgencyRow(
        id=row.id,
        name=row.name,
        name_en=row.name_en or row.name,
        short_name=row.short_name,
        calendar=calendar,
        due_soon_days=row.due_soon_days,
        tonight=calendar.midnight_after(calendar.local_date(now)),
        soon_before=due_soon_before(now, calendar, within=row.due_soon_days),
    )


def _scope(
    actor: Actor, agencies: Sequence[WorklistAgencyRow], asked: WorklistFilter
) -> list[ColumnElement[bool]]:
    there = {agency.id for agency in agencies}
    conditions = [
        Step.status.in_(LIVE),
        Step.agency_id.in_(sorted(there)),
        visible_dossiers(actor, Right.SEE_WORKLIST),
        # A result that lies ready at the desk is waited for there, not worked on.
        or_(Step.kind != StepKind.RETURN, Dossier.finished_at.is_(None)),
    ]
    if not asked.whole_agency:
        roles = [
            and_(Step.agency_id == held.agency_id, Step.role == held.role)
            for held in actor.assignments
            if held.agency_id in there and not held.assistant
        ]
        offered = and_(Step.status == StepStatus.OFFERED, or_(literal(False), *roles))
        conditions.append(or_(Step.holder_id == actor.user_id, offered))
    return conditions


def _filters(asked: WorklistFilter) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if asked.agency is not None:
        wanted.append(Step.agency_id == asked.agency)
    if asked.procedure:
        wanted.append(Dossier.procedure_code == asked.procedure)
    return wanted


def _tabs(agencies: Sequence[WorklistAgencyRow], now: datetime) -> dict[Tab, ColumnElement[bool]]:
    # One that was late when its pause began keeps late_at and stays late; one paused in time has
    # none and is in neither list (rule R5).
    running = now < _LATE
    return {
        Tab.LATE: now >= _LATE,
        Tab.TODAY: and_(running, _due_before({a.id: a.tonight for a in agencies})),
        Tab.SOON: and_(running, _due_before({a.id: a.soon_before for a in agencies})),
        Tab.WAITING: _PAUSE.kind.in_(_WAITING_KINDS),
        Tab.OFFERED: and_(Step.status == StepStatus.OFFERED, Step.kind != StepKind.AWAIT_CITIZEN),
        Tab.ALL: literal(True),
    }


def _due_before(ends: Mapping[int, datetime]) -> ColumnElement[bool]:
    """Due before the end of the span that the step's own agency counts."""
    groups: dict[datetime, list[int]] = {}
    for agency_id, end in ends.items():
        groups.setdefault(end, []).append(agency_id)
    return or_(
        literal(False),
        *(and_(Step.agency_id.in_(ids), end > _DUE) for end, ids in groups.items()),
    )


def _counts(
    session: Session,
    conditions: Sequence[ColumnElement[bool]],
    tabs: Mapping[Tab, ColumnElement[bool]],
) -> dict[Tab, int]:
    sums = [func.count().filter(wanted).label(tab.value) for tab, wanted in tabs.items()]
    row = session.execute(_from_live_steps(select(*sums)).where(*conditions)).one()
    return {tab: row._mapping[tab.value] for tab in tabs}


def _page(
    session: Session,
    conditions: Sequence[ColumnElement[bool]],
    after: Place | None,
    most: int,
) -> Sequence[Any]:
    order = (_ORDER, Step.dossier_id, Step.position)
    stmt = (
        _from_live_steps(
            select(
                Step.dossier_id,
                Step.position,
                Step.name.label("step"),
                Step.name_en.label("step_en"),
                Step.kind,
                Step.attempt,
                Step.status,
                Step.agency_id,
                Step.offered_at,
                Step.accepted_at,
                _DUE.label("due_at"),
                _LATE.label("late_at"),
                Dossier.code,
                ProcedureEdition.name.label("procedure"),
                ProcedureEdition.name_en.label("procedure_en"),
                Party.name.label("applicant"),
                _HOLDER.display_name.label("holder"),
                _PAUSE.kind.label("paused"),
                _PAUSE.opened_at.label("paused_at"),
                _PAUSE.citizen_due_at,
                _ORDER.label("place"),
            )
        )
        .join(ProcedureEdition, ProcedureEdition.id == Dossier.procedure_edition_id)
        .outerjoin(Party, and_(Party.dossier_id == Dossier.id, Party.role == "applicant"))
        .outerjoin(_HOLDER, _HOLDER.id == Step.holder_id)
        .where(*conditions)
        .order_by(*order)
        .limit(most)
    )
    if after is not None:
        reached = tuple_(
            literal(after.late_at, UTCDateTime()),
            literal(after.dossier_id),
            literal(after.position),
        )
        stmt = stmt.where(tuple_(*order) > reached)
    return session.execute(stmt).all()


def _place(row: Any) -> Place:
    return Place(row.place, row.dossier_id, row.position)


def _givers(session: Session, shown: Sequence[Any]) -> dict[int, list[Any]]:
    """Ended steps of the dossiers shown, latest first, by dossier."""
    stmt = (
        select(
            Step.dossier_id,
            Step.ended_at,
            Agency.short_name,
            Agency.name_en,
            User.display_name,
        )
        .join(Agency, Agency.id == Step.agency_id)
        .outerjoin(User, User.id == Step.holder_id)
        .where(
            Step.dossier_id.in_(sorted({row.dossier_id for row in shown})),
            Step.status.in_(_ENDED),
            Step.ended_at.is_not(None),
        )
        .order_by(Step.ended_at.desc(), Step.position.desc())
    )
    ended: dict[int, list[Any]] = {}
    for row in session.execute(stmt) if shown else ():
        ended.setdefault(row.dossier_id, []).append(row)
    return ended


def _row(
    row: Any, agency: WorklistAgencyRow, givers: Mapping[int, list[Any]], now: datetime
) -> WorklistRow:
    stands, days = _stands(row, agency, now)
    return WorklistRow(
        dossier_id=row.dossier_id,
        code=row.code,
        applicant=row.applicant or "",
        procedure=row.procedure,
        procedure_en=row.procedure_en,
        step=row.step,
        step_en=row.step_en,
        kind=row.kind,
        attempt=row.attempt,
        is_offered=row.status is StepStatus.OFFERED,
        agency=agency.short_name,
        agency_en=agency.name_en,
        holder=row.holder or "",
        since=row.accepted_at or row.offered_at,
        due_at=row.due_at,
        by_date=row.late_at is not None and row.late_at != row.due_at,
        standing=stands,
        days=days,
        paused=row.paused,
        paused_at=row.paused_at,
        citizen_due_at=row.citizen_due_at,
        giver=_giver(givers.get(row.dossier_id, []), row.offered_at),
    )


def _stands(row: Any, agency: WorklistAgencyRow, now: datetime) -> tuple[Standing, int | None]:
    if row.late_at is None:
        return Standing.PAUSED, None
    stands = standing(
        row.due_at,
        row.late_at,
        now,
        agency.calendar,
        paused_at=row.paused_at,
        within=agency.due_soon_days,
    )
    if stands is Standing.OVERDUE:
        # Days late stand still during a pause (rule R5).
        return stands, days_late(row.due_at, row.paused_at or now, agency.calendar)
    return stands, working_days_left(now, row.due_at, agency.calendar)


def _giver(ended: Sequence[Any], offered_at: datetime) -> GiverRow | None:
    before = next((row for row in ended if row.ended_at <= offered_at), None)
    if before is None:
        return None
    return GiverRow(
        before.short_name, before.name_en or before.short_name, before.display_name or ""
    )


def _procedures(
    session: Session, conditions: Sequence[ColumnElement[bool]]
) -> tuple[ProcedureChoiceRow, ...]:
    stmt = (
        _from_live_steps(
            select(
                Dossier.procedure_code,
                func.max(ProcedureEdition.name),
                func.max(ProcedureEdition.name_en),
            )
        )
        .join(ProcedureEdition, ProcedureEdition.id == Dossier.procedure_edition_id)
        .where(*conditions)
        .group_by(Dossier.procedure_code)
        .order_by(Dossier.procedure_code)
    )
    return tuple(ProcedureChoiceRow(*row) for row in session.execute(stmt))
