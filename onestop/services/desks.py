"""Who serves at which counter."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from onestop.domain.errors import DomainError
from onestop.domain.rights import Actor, Role
from onestop.models.agencies import Desk


class NotYourDesk(DomainError):
    """The person is no clerk of this agency, or the desk belongs to another one."""

    def __init__(self, agency_id: int) -> None:
        super().__init__(f"not a clerk of agency {agency_id}")
        self.agency_id = agency_id


def require_clerk(
    session: Session, actor: Actor, agency_id: int, *, desk_id: int | None = None
) -> None:
    """Raise NotYourDesk unless `actor` is a clerk of the agency, and the desk is one of its own."""
    if not actor.holds(Role.CLERK, agency_id):
        raise NotYourDesk(agency_id)
    if desk_id is not None:
        owner = session.scalar(select(Desk.agency_id).where(Desk.id == desk_id))
        if owner != agency_id:
            raise NotYourDesk(agency_id)
