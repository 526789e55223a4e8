"""Reminders of piles of paper originals that the next morning found unanswered, once for each."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, Select, exists, or_, select
from sqlalchemy.orm import Session, aliased

from onestop.domain.notices import NoticeKind
from onestop.domain.quiet_hours import held_until
from onestop.domain.rights import Role
from onestop.models.accounts import RoleAssignment, User
from onestop.models.agencies import Agency
from onestop.models.notices import Notice
from onestop.models.piles import Pile, PilePaper
from onestop.services.sweep.calendars import calendars_in_use
from onestop.services.sweep.notices import BATCH, add_notices

GIVER: Final = "giver"
"""The scope of the reminder of who gave the pile; that of the takers is their role."""
TAKERS: Final = (Role.CLERK, Role.OFFICER, Role.REGISTRAR)
"""Who takes piles: reminded are those of these roles that anybody holds at the agency."""
_FROM, _TO = aliased(Agency), aliased(Agency)


def write_pile_notices(session: Session, *, at: datetime, most: int = BATCH) -> int:
    """Write the reminders of up to `most` piles that lack them; return of how many piles.

    One is for who gave the pile, one for each role that takes it at the agency it went to. What
    would fall into quiet hours is held. Source: docs/rules.md, rules R11, W4.
    """
    found = session.execute(_missing(at).limit(most)).all()
    if not found:
        return 0
    calendars = calendars_in_use(session)
    held = _roles(session, {row.to_agency_id for row in found}, at)
    rows = [
        one | {"made_at": at, "not_before": held_until(at, calendars[key]) or at}
        for row in found
        for one, key in _notices(row, held.get(row.to_agency_id, {Role.LEADER}))
    ]
    add_notices(session, rows)
    return len(found)


def _missing(at: datetime) -> Select[*tuple[Any, ...]]:
    first = (
        select(PilePaper.dossier_id)
        .where(PilePaper.pile_id == Pile.id)
        .order_by(PilePaper.position)
        .limit(1)
        .scalar_subquery()
    )
    known = exists().where(
        Notice.dossier_id == first, Notice.kind == NoticeKind.PILE_LATE, Notice.attempt == Pile.id
    )
    return (
        select(
            Pile.id,
            Pile.from_user_id,
            Pile.from_agency_id,
            Pile.to_agency_id,
            Pile.late_at,
            first.label("dossier_id"),
            _FROM.calendar_key.label("from_calendar"),
            _TO.calendar_key.label("to_calendar"),
        )
        .join(_FROM, _FROM.id == Pile.from_agency_id)
        .join(_TO, _TO.id == Pile.to_agency_id)
        .where(Pile.given_at.is_not(None), Pile.taken_at.is_(None), Pile.late_at <= at, ~known)
        # The same order in every process, so that two sweeps at once queue instead of deadlocking.
        .order_by(Pile.late_at, Pile.id)
    )


def _notices(row: Row[Any], roles: Collection[Role]) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield the reminders of one pile, each with the calendar of its side."""
    common = {
        "dossier_id": row.dossier_id,
        "kind": NoticeKind.PILE_LATE,
        "attempt": row.id,
        "due_at": row.late_at,
    }
    giver = {"user_id": row.from_user_id, "agency_id": row.from_agency_id, "role": None}
    yield common | giver | {"scope": GIVER}, row.from_calendar
    for role in sorted(roles):
        taker = {"user_id": None, "agency_id": row.to_agency_id, "role": role}
        yield common | taker | {"scope": role.value}, row.to_calendar


def _roles(session: Session, agencies: set[int], at: datetime) -> Mapping[int, set[Role]]:
    """Which of the roles that take piles somebody holds at each agency."""
    held: dict[int, set[Role]] = {}
    for agency, role in session.execute(
        select(RoleAssignment.agency_id, RoleAssignment.role)
        .join(User, User.id == RoleAssignment.user_id)
        .where(
            RoleAssignment.agency_id.in_(agencies),
            RoleAssignment.role.in_(TAKERS),
            RoleAssignment.since <= at,
            or_(RoleAssignment.until.is_(None), RoleAssignment.until > at),
            User.disabled_at.is_(None),
        )
        .distinct()
    ):
        held.setdefault(agency, set()).add(role)
    return held
