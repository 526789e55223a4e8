"""Who is away and who stands in, now and in the days to come."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, aliased

from onestop.domain.delegations import (
    LENT_ROLES,
    AbsenceNotYours,
    AbsenceReason,
    last_day,
    lent_roles,
    require_arranger,
)
from onestop.domain.names import sort_key
from onestop.domain.office_time import office_date
from onestop.domain.rights import Actor, Assignment, Right
from onestop.models.accounts import RoleAssignment, User
from onestop.models.agencies import Agency
from onestop.models.delegations import Delegation

_ABSENT = aliased(User, name="absent")
_STAND_IN = aliased(User, name="stand_in")


@dataclass(frozen=True, slots=True)
class AbsenceRow:
    """One absence that is not over: local days, both included."""

    id: int
    absent_id: int
    absent: str
    absent_username: str
    stand_in_id: int
    stand_in: str
    first: date
    last: date
    reason: AbsenceReason
    has_begun: bool


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody with an open account, and the roles held now."""

    user_id: int
    username: str
    name: str
    roles: tuple[Assignment, ...]


@dataclass(frozen=True, slots=True)
class AbsencesPage:
    """Whose absence may be arranged now, by whom it could be covered, and what is arranged.

    `ending` holds the ids of the absences that the reader may end.
    """

    person: PersonRow
    colleagues: tuple[PersonRow, ...]
    absences: tuple[AbsenceRow, ...]
    ending: frozenset[int]


def absences_page(
    session: Session, actor: Actor, username: str, *, now: datetime
) -> AbsencesPage | None:
    """Return the page for the person of this account name, of those the actor may arrange for.

    The absences are those of the actor and the person, and of everybody at agencies the actor
    leads. None for an unknown person and for one out of reach alike.
    """
    person = next(iter(_people(session, User.username == username, now)), None)
    if person is None or not _may_arrange(actor, person.user_id, 0, person.roles, person.roles):
        return None
    led = actor.agencies_with(Right.SIGN)
    there = select(RoleAssignment.user_id).where(RoleAssignment.agency_id.in_(led))
    ours = [
        who.in_(ids)
        for who in (Delegation.from_user_id, Delegation.to_user_id)
        for ids in ((actor.user_id, person.user_id), there)
    ]
    rows = _absences(session, or_(*ours), now)
    ids = {user for row in rows for user in (row.absent_id, row.stand_in_id)}
    roles = {one.user_id: one.roles for one in _people(session, User.id.in_(ids), now)}
    ending = frozenset(
        row.id
        for row in rows
        if _may_arrange(
            actor,
            row.absent_id,
            row.stand_in_id,
            roles.get(row.absent_id, ()),
            roles.get(row.stand_in_id, ()),
        )
    )
    return AbsencesPage(person, _colleagues(session, person, now), rows, ending)


def people_away(
    session: Session, agencies: Collection[int], *, now: datetime
) -> dict[int, AbsenceRow]:
    """Return by person the first absence that is not over, of those who work at the agencies."""
    there = select(RoleAssignment.user_id).where(RoleAssignment.agency_id.in_(agencies))
    found: dict[int, AbsenceRow] = {}
    for row in _absences(session, Delegation.from_user_id.in_(there), now):
        found.setdefault(row.absent_id, row)
    return found


def _may_arrange(
    actor: Actor,
    absent: int,
    stand_in: int,
    own: Sequence[Assignment],
    theirs: Sequence[Assignment],
) -> bool:
    """As services.delegations decides it."""
    roles = lent_roles(own, theirs, by=absent)
    try:
        require_arranger(actor, absent, stand_in=stand_in, roles=roles)
    except AbsenceNotYours:
        return False
    return True


def _colleagues(session: Session, person: PersonRow, now: datetime) -> tuple[PersonRow, ...]:
    """Who may stand in for a person, by name."""
    agencies = {held.agency_id for held in person.roles if held.role in LENT_ROLES}
    there = select(RoleAssignment.user_id).where(RoleAssignment.agency_id.in_(agencies))
    found = _people(session, User.id.in_(there), now)
    able = [
        one
        for one in found
        if one.user_id != person.user_id and lent_roles(person.roles, one.roles, by=person.user_id)
    ]
    return tuple(sorted(able, key=lambda one: (sort_key(one.name), one.user_id)))


def _absences(
    session: Session, whose: ColumnElement[bool], now: datetime
) -> tuple[AbsenceRow, ...]:
    rows = session.execute(
        select(
            Delegation.id,
            Delegation.from_user_id,
            _ABSENT.display_name.label("absent"),
            _ABSENT.username,
            Delegation.to_user_id,
            _STAND_IN.display_name.label("stand_in"),
            Delegation.since,
            Delegation.until,
            Delegation.reason,
        )
        .join(_ABSENT, _ABSENT.id == Delegation.from_user_id)
        .join(_STAND_IN, _STAND_IN.id == Delegation.to_user_id)
        .where(whose, Delegation.ended_at.is_(None), Delegation.until > now)
        .order_by(Delegation.since, Delegation.id)
    )
    return tuple(
        AbsenceRow(
            id=row.id,
            absent_id=row.from_user_id,
            absent=row.absent,
            absent_username=row.username,
            stand_in_id=row.to_user_id,
            stand_in=row.stand_in,
            first=office_date(row.since),
            last=last_day(row.until),
            reason=row.reason,
            has_begun=row.since <= now,
        )
        for row in rows
    )


def _people(session: Session, whose: ColumnElement[bool], now: datetime) -> list[PersonRow]:
    rows = session.execute(
        select(
            User.id,
            User.username,
            User.display_name,
            Agency.id.label("agency_id"),
            Agency.path,
            RoleAssignment.role,
            RoleAssignment.assistant,
        )
        .join(RoleAssignment, RoleAssignment.user_id == User.id)
        .join(Agency, Agency.id == RoleAssignment.agency_id)
        .where(
            whose,
            User.disabled_at.is_(None),
            RoleAssignment.since <= now,
            or_(RoleAssignment.until.is_(None), RoleAssignment.until > now),
        )
        .order_by(User.id, RoleAssignment.id)
    )
    people: dict[int, PersonRow] = {}
    for row in rows:
        held = Assignment(row.agency_id, row.path, row.role, row.assistant)
        one = people.get(row.id) or PersonRow(row.id, row.username, row.display_name, ())
        people[row.id] = PersonRow(one.user_id, one.username, one.name, (*one.roles, held))
    return list(people.values())
