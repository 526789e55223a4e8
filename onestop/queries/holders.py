"""Who may be given a step: the people who have its role at its agency."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from onestop.domain.names import sort_key
from onestop.domain.rights import Role
from onestop.models.accounts import RoleAssignment, User


def possible_holders(
    session: Session, role: Role, agency_id: int, *, at: datetime
) -> tuple[tuple[int, str], ...]:
    """Return id and name of everybody who may hold a step of `role` at the agency, by name.

    Assistants and closed accounts are left out, as `services.holders` refuses them.
    """
    rows = session.execute(
        select(User.id, User.display_name)
        .join(RoleAssignment, RoleAssignment.user_id == User.id)
        .where(
            RoleAssignment.agency_id == agency_id,
            RoleAssignment.role == role,
            RoleAssignment.assistant.is_(False),
            RoleAssignment.since <= at,
            or_(RoleAssignment.until.is_(None), RoleAssignment.until > at),
            User.disabled_at.is_(None),
        )
        .distinct()
    )
    people = [(row.id, row.display_name) for row in rows]
    return tuple(sorted(people, key=lambda one: (sort_key(one[1]), one[0])))
