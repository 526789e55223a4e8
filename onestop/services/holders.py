"""Who may hold a step: the people who have its role at its agency."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from onestop.domain.errors import DomainError
from onestop.domain.rights import Role
from onestop.models.accounts import RoleAssignment, User


class CannotHold(DomainError):
    """The person does not have the role of the step at its agency, or the account is closed."""

    def __init__(self, user: int) -> None:
        super().__init__(f"user {user} cannot hold this step")
        self.user = user


def require_holder(
    session: Session, user_id: int, role: Role, agency_id: int, *, at: datetime
) -> None:
    """Raise CannotHold unless the person has the role at the agency and an open account."""
    found = session.scalar(
        select(RoleAssignment.id)
        .join(User, User.id == RoleAssignment.user_id)
        .where(
            RoleAssignment.user_id == user_id,
            RoleAssignment.agency_id == agency_id,
            RoleAssignment.role == role,
            RoleAssignment.assistant.is_(False),
            RoleAssignment.since <= at,
            or_(RoleAssignment.until.is_(None), RoleAssignment.until > at),
            User.disabled_at.is_(None),
        )
        # Nobody closes the account or ends the role before this is committed, and finds nothing.
        .with_for_update(read=True, of=(User, RoleAssignment))
    )
    if found is None:
        raise CannotHold(user_id)
