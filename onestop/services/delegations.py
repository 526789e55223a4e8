"""Absences: a colleague gets the roles of somebody who is away, for the days of it."""

from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from onestop.domain.delegations import (
    AbsenceNotYours,
    AbsenceOver,
    AbsenceOverlaps,
    AbsenceReason,
    StandInNotColleague,
    absence_term,
    lent_roles,
    require_arranger,
)
from onestop.domain.rights import Actor, Assignment
from onestop.models.accounts import RoleAssignment, User
from onestop.models.agencies import Agency
from onestop.models.delegations import Delegation
from onestop.services.system_user import system_user


def delegate(
    session: Session,
    absent: int,
    *,
    stand_in: int,
    first: date | None,
    last: date | None,
    reason: AbsenceReason,
    actor: Actor,
    at: datetime,
) -> int:
    """Return the id of an absence: from the local day `first` to `last` `stand_in` acts as well.

    The person may arrange it, a leader of the agencies whose roles are lent, or an administrator
    over them. Nobody stands in while away, and nobody is away while standing in: no chains.
    Raises AbsenceNotYours, StandInNotColleague, AbsenceDaysUnclear, AbsenceOverlaps.
    Source: docs/rules.md, rule R17.
    """
    _lock(session, absent, stand_in)
    own, theirs = _roles(session, absent, at=at), _roles(session, stand_in, at=at)
    roles = lent_roles(own, theirs, by=absent)
    # Who may not arrange it learns nothing about who works where.
    every = roles or lent_roles(own, own, by=absent)
    require_arranger(actor, absent, stand_in=stand_in, roles=every)
    if absent == stand_in or not roles:
        raise StandInNotColleague
    since, until = absence_term(first, last, at)
    _refuse_overlap(session, absent, stand_in, since=since, until=until)
    absence = Delegation(
        from_user_id=absent,
        to_user_id=stand_in,
        since=since,
        until=until,
        reason=reason,
        made_by=actor.user_id,
        made_at=at,
    )
    session.add(absence)
    session.flush()
    return absence.id


def end_delegation(session: Session, delegation_id: int, *, actor: Actor, at: datetime) -> None:
    """End an absence before its last day, or call off one that has not begun.

    Whoever may arrange it may end it. Raises AbsenceNotYours, also for an unknown one, and
    AbsenceOver.
    """
    absence = session.get(Delegation, delegation_id, with_for_update=True)
    if absence is None:
        raise AbsenceNotYours
    absent, stand_in = absence.from_user_id, absence.to_user_id
    own, theirs = _roles(session, absent, at=at), _roles(session, stand_in, at=at)
    roles = lent_roles(own, theirs, by=absent)
    require_arranger(actor, absent, stand_in=stand_in, roles=roles)
    if absence.ended_at is not None or absence.until <= at:
        raise AbsenceOver
    absence.ended_at, absence.ended_by = at, actor.user_id
    session.flush()


def end_delegations_of(session: Session, user_id: int, *, at: datetime) -> None:
    """End every absence in which the person is away or stands in: the account is being closed."""
    found = session.scalars(
        select(Delegation).where(
            or_(Delegation.from_user_id == user_id, Delegation.to_user_id == user_id),
            Delegation.ended_at.is_(None),
            Delegation.until > at,
        )
    )
    for absence in found.all():
        absence.ended_at, absence.ended_by = at, system_user(session, at=at)
    session.flush()


def _lock(session: Session, *user_ids: int) -> None:
    """Let nobody arrange another absence of these people meanwhile: each would look harmless."""
    people = select(User.id).where(User.id.in_(user_ids)).order_by(User.id)
    session.execute(people.with_for_update()).all()


def _roles(session: Session, user_id: int, *, at: datetime) -> tuple[Assignment, ...]:
    """The own roles of a person now; none for a closed account."""
    rows = session.execute(
        select(Agency.id, Agency.path, RoleAssignment.role, RoleAssignment.assistant)
        .join(Agency, Agency.id == RoleAssignment.agency_id)
        .join(User, User.id == RoleAssignment.user_id)
        .where(
            RoleAssignment.user_id == user_id,
            RoleAssignment.since <= at,
            or_(RoleAssignment.until.is_(None), RoleAssignment.until > at),
            User.disabled_at.is_(None),
        )
        .order_by(RoleAssignment.id)
    )
    return tuple(Assignment(*row) for row in rows)


def _refuse_overlap(
    session: Session, absent: int, stand_in: int, *, since: datetime, until: datetime
) -> None:
    """Raise AbsenceOverlaps for another absence in this time that one of the two has a part in.

    Several absent colleagues may have the same stand-in.
    """
    found = session.execute(
        select(Delegation.since, Delegation.until, User.display_name)
        .join(User, User.id == Delegation.from_user_id)
        .where(
            or_(
                Delegation.from_user_id.in_((absent, stand_in)),
                Delegation.to_user_id == absent,
            ),
            Delegation.since < until,
            func.coalesce(Delegation.ended_at, Delegation.until) > since,
        )
        .order_by(Delegation.since)
        .limit(1)
    ).first()
    if found is not None:
        raise AbsenceOverlaps(found.display_name, found.since, found.until)
