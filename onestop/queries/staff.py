"""What the people of a leader's agencies have in hand: how much, how late, and each step of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select, tuple_
from sqlalchemy.orm import Session

from onestop.domain.delegations import LENT_ROLES
from onestop.domain.dossier import LIVE
from onestop.domain.events import PauseKind
from onestop.domain.names import sort_key
from onestop.domain.rights import Actor, Right, Role
from onestop.domain.standings import Standing
from onestop.models.accounts import RoleAssignment, User
from onestop.models.dossiers import Dossier, Step
from onestop.models.procedures import ProcedureEdition
from onestop.queries.absences import AbsenceRow, people_away
from onestop.queries.dossier_rows import Named
from onestop.queries.holders import possible_holders
from onestop.queries.scope import visible_dossiers
from onestop.queries.worklists.agencies import agencies_at
from onestop.queries.worklists.rows import Place, WorklistAgencyRow
from onestop.queries.worklists.shown import how_it_stands, place_value
from onestop.queries.worklists.terms import DUE_AT, LATE_AT, OPEN_PAUSE, ORDER, from_live_steps


@dataclass(frozen=True, slots=True)
class StaffRow:
    """One person at one agency: the live steps held there, and how many of them are late.

    `roles` is empty for somebody who holds steps although no role is left; `is_closed` for an
    account that is.
    """

    user_id: int
    username: str
    name: str
    is_closed: bool
    agency_id: int
    agency: Named
    roles: tuple[Role, ...]
    held: int
    late: int
    absence: AbsenceRow | None


@dataclass(frozen=True, slots=True)
class HeldRow:
    """One step in hand. `days` are working days late or left, None when no date stands.

    `may_move` unless a leader holds it, whose work another leader takes over. Instants are in UTC.
    """

    code: str
    version: int
    key: str
    step: Named
    procedure: Named
    role: Role
    due_at: datetime | None
    by_date: bool
    standing: Standing
    days: int | None
    paused: PauseKind | None
    since: datetime
    may_move: bool


@dataclass(frozen=True, slots=True)
class PossibleHolder:
    """Somebody to whom steps may be given; `away` until when, None for somebody who is there."""

    user_id: int
    name: str
    roles: tuple[Role, ...]
    away: AbsenceRow | None


@dataclass(frozen=True, slots=True)
class StaffPage:
    """What one person holds at one agency: a page of it, both counts, and who may be given it."""

    person: StaffRow
    rows: tuple[HeldRow, ...]
    holders: tuple[PossibleHolder, ...]
    next: Place | None


def staff(session: Session, actor: Actor, *, now: datetime) -> tuple[StaffRow, ...]:
    """Return everybody who works at an agency the actor leads, by agency and name.

    One row is one person at one agency. Whoever holds a step there is listed, also with a closed
    account. Inside one read transaction the counts equal `staff_page`. Source: docs/rules.md, R17.
    """
    led = actor.agencies_with(Right.SIGN)
    if not led:
        return ()
    agencies = {agency.id: agency for agency in agencies_at(session, led, now)}
    counts = _counts(session, actor, led, now)
    roles = _roles(session, led, now)
    away = people_away(session, led, now=now)
    people = _people(session, {user_id for user_id, _ in counts.keys() | roles.keys()})
    rows = [
        _staff_row(people[user_id], agencies[agency_id], counts, roles, away)
        for user_id, agency_id in counts.keys() | roles.keys()
    ]
    order = {agency_id: n for n, agency_id in enumerate(agencies)}
    return tuple(sorted(rows, key=lambda r: (order[r.agency_id], sort_key(r.name), r.user_id)))


def staff_page(
    session: Session,
    actor: Actor,
    agency_id: int,
    user_id: int,
    *,
    now: datetime,
    late: bool = False,
    after: Place | None = None,
    size: int,
) -> StaffPage | None:
    """Return what a person holds at an agency the actor leads, late ones first; else None."""
    found = staff(session, actor, now=now)
    person = next((r for r in found if (r.user_id, r.agency_id) == (user_id, agency_id)), None)
    if person is None:
        return None
    conditions = [*_held_at(actor, [agency_id]), Step.holder_id == user_id]
    if late:
        conditions.append(now >= LATE_AT)
    steps = _steps(session, conditions, after, size + 1)
    (agency,) = agencies_at(session, [agency_id], now)
    shown = steps[:size]
    last = shown[-1] if len(steps) > size else None
    return StaffPage(
        person=person,
        rows=tuple(_held_row(row, agency, now) for row in shown),
        holders=_holders(session, person, {row.role for row in shown}, now),
        next=Place(last.place, last.dossier_id, last.position) if last is not None else None,
    )


def _held_at(actor: Actor, agencies: Sequence[int]) -> list[ColumnElement[bool]]:
    return [
        Step.status.in_(LIVE),
        Step.agency_id.in_(agencies),
        Step.holder_id.is_not(None),
        visible_dossiers(actor, Right.SIGN),
    ]


def _counts(
    session: Session, actor: Actor, led: Sequence[int], now: datetime
) -> dict[tuple[int, int], tuple[int, int]]:
    stmt = (
        from_live_steps(
            select(
                Step.holder_id,
                Step.agency_id,
                func.count().label("held"),
                func.count().filter(now >= LATE_AT).label("late"),
            )
        )
        .where(*_held_at(actor, led))
        .group_by(Step.holder_id, Step.agency_id)
    )
    return {(r.holder_id, r.agency_id): (r.held, r.late) for r in session.execute(stmt)}


def _roles(
    session: Session, led: Sequence[int], now: datetime
) -> dict[tuple[int, int], tuple[Role, ...]]:
    rows = session.execute(
        select(RoleAssignment.user_id, RoleAssignment.agency_id, RoleAssignment.role)
        .join(User, User.id == RoleAssignment.user_id)
        .where(
            RoleAssignment.agency_id.in_(led),
            RoleAssignment.role.in_(LENT_ROLES),
            RoleAssignment.assistant.is_(False),
            RoleAssignment.since <= now,
            or_(RoleAssignment.until.is_(None), RoleAssignment.until > now),
            User.disabled_at.is_(None),
        )
        .order_by(RoleAssignment.id)
    )
    held: dict[tuple[int, int], tuple[Role, ...]] = {}
    for user_id, agency_id, role in rows:
        held[user_id, agency_id] = (*held.get((user_id, agency_id), ()), role)
    return held


def _people(session: Session, ids: set[int]) -> dict[int, Any]:
    rows = session.execute(
        select(User.id, User.username, User.display_name, User.disabled_at).where(
            User.id.in_(sorted(ids))
        )
    )
    return {row.id: row for row in rows}


def _staff_row(
    user: Any,
    agency: WorklistAgencyRow,
    counts: Mapping[tuple[int, int], tuple[int, int]],
    roles: Mapping[tuple[int, int], tuple[Role, ...]],
    away: Mapping[int, AbsenceRow],
) -> StaffRow:
    held, late = counts.get((user.id, agency.id), (0, 0))
    return StaffRow(
        user_id=user.id,
        username=user.username,
        name=user.display_name,
        is_closed=user.disabled_at is not None,
        agency_id=agency.id,
        agency=Named.of(agency.short_name, agency.name_en),
        roles=roles.get((user.id, agency.id), ()),
        held=held,
        late=late,
        absence=away.get(user.id),
    )


def _steps(
    session: Session, conditions: Sequence[ColumnElement[bool]], after: Place | None, most: int
) -> Sequence[Any]:
    order = (ORDER, Step.dossier_id, Step.position)
    stmt: Select[Any] = (
        from_live_steps(
            select(
                Step.dossier_id,
                Step.position,
                Step.key,
                Step.name.label("step"),
                Step.name_en.label("step_en"),
                Step.role,
                Step.offered_at,
                Step.accepted_at,
                DUE_AT.label("due_at"),
                LATE_AT.label("late_at"),
                Dossier.code,
                Dossier.version,
                ProcedureEdition.name.label("procedure"),
                ProcedureEdition.name_en.label("procedure_en"),
                OPEN_PAUSE.kind.label("paused"),
                OPEN_PAUSE.opened_at.label("paused_at"),
                ORDER.label("place"),
            )
        )
        .join(ProcedureEdition, ProcedureEdition.id == Dossier.procedure_edition_id)
        .where(*conditions)
        .order_by(*order)
        .limit(most)
    )
    if after is not None:
        stmt = stmt.where(tuple_(*order) > place_value(after))
    return session.execute(stmt).all()


def _held_row(row: Any, agency: WorklistAgencyRow, now: datetime) -> HeldRow:
    standing, days = how_it_stands(row, agency, now)
    return HeldRow(
        code=row.code,
        version=row.version,
        key=row.key,
        step=Named.of(row.step, row.step_en),
        procedure=Named.of(row.procedure, row.procedure_en),
        role=row.role,
        due_at=row.due_at,
        by_date=row.late_at is not None and row.late_at != row.due_at,
        standing=standing,
        days=days,
        paused=row.paused,
        since=row.accepted_at or row.offered_at,
        may_move=row.role is not Role.LEADER,
    )


def _holders(
    session: Session, person: StaffRow, roles: set[Role], now: datetime
) -> tuple[PossibleHolder, ...]:
    """Who has a role of these steps at the agency, by name; the person is left out."""
    away = people_away(session, [person.agency_id], now=now)
    able: dict[tuple[int, str], list[Role]] = {}
    for role in sorted(roles - {Role.LEADER}):
        for one in possible_holders(session, role, person.agency_id, at=now):
            able.setdefault(one, []).append(role)
    rows = [
        PossibleHolder(user_id, name, tuple(held), _now_away(away.get(user_id)))
        for (user_id, name), held in able.items()
        if user_id != person.user_id
    ]
    return tuple(sorted(rows, key=lambda row: (sort_key(row.name), row.user_id)))


def _now_away(absence: AbsenceRow | None) -> AbsenceRow | None:
    return absence if absence is not None and absence.has_begun else None
