"""What a person still has in hand: the one question asked before an account is closed or moved."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onestop.domain.dossier import LIVE
from onestop.domain.errors import DomainError
from onestop.domain.rights import Role
from onestop.models.agencies import Agency
from onestop.models.dossiers import Step


@dataclass(frozen=True, slots=True)
class Holding:
    """How many steps one person holds at one agency, where a leader gives them to others."""

    user_id: int
    agency_id: int
    agency: str
    steps: int


class StillHolds(DomainError):
    """The account has dossiers in hand: they are given to others first."""

    def __init__(self, username: str, holdings: Collection[Holding]) -> None:
        super().__init__(f"account {username!r} still holds dossiers")
        self.username = username
        self.holdings = tuple(holdings)
        self.count = sum(held.steps for held in holdings)
        self.agencies = tuple(held.agency for held in holdings)


def holdings_of(
    session: Session, user_id: int, *, agency_id: int | None = None, role: Role | None = None
) -> tuple[Holding, ...]:
    """Return what the person holds by agency, or only what is held there in this role.

    Paper originals lie with the holder of the step for as long as they have no history of their
    own: this is the query that is to count them too.
    """
    stmt = (
        select(Agency.id, Agency.short_name, func.count())
        .join(Step, Step.agency_id == Agency.id)
        .where(Step.holder_id == user_id, Step.status.in_(LIVE))
        .group_by(Agency.id, Agency.code, Agency.short_name)
        .order_by(Agency.code, Agency.id)
    )
    if agency_id is not None:
        stmt = stmt.where(Step.agency_id == agency_id)
    if role is not None:
        stmt = stmt.where(Step.role == role)
    return tuple(Holding(user_id, *row) for row in session.execute(stmt))
