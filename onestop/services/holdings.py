"""What a person still has in hand: the one question asked before an account is closed or moved."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onestop.domain.dossier import LIVE
from onestop.domain.errors import DomainError
from onestop.domain.rights import RIGHTS, Right, Role
from onestop.models.accounts import RoleAssignment
from onestop.models.agencies import Agency
from onestop.models.dossiers import Step
from onestop.models.piles import PaperHolding

WORKING = tuple(role for role in Role if Right.WORK in RIGHTS[role])


@dataclass(frozen=True, slots=True)
class Holding:
    """How many steps and paper originals one person holds at one agency.

    A leader there gives the steps to others, a colleague takes the papers over.
    """

    user_id: int
    agency_id: int
    agency: str
    steps: int
    papers: int = 0


class StillHolds(DomainError):
    """The account has dossiers or paper originals in hand: they are given to others first."""

    def __init__(self, username: str, holdings: Collection[Holding]) -> None:
        super().__init__(f"account {username!r} still holds dossiers")
        self.username = username
        self.holdings = tuple(holdings)
        self.count = sum(held.steps for held in holdings)
        self.papers = sum(held.papers for held in holdings)
        self.agencies = tuple(held.agency for held in holdings)


def holdings_of(
    session: Session, user_id: int, *, agency_id: int | None = None, role: Role | None = None
) -> tuple[Holding, ...]:
    """Return what the person holds by agency, or only what is held there in this role.

    Paper originals are held by the person at the agency, in whatever role: they stay with who
    keeps another working role there. Source: docs/rules.md, rules W1, W3.
    """
    steps = _steps(session, user_id, agency_id, role)
    papers = _papers(session, user_id, agency_id)
    if role is not None and agency_id is not None and _works_on(session, user_id, agency_id, role):
        papers = Counter()
    rows = session.execute(
        select(Agency.id, Agency.short_name)
        .where(Agency.id.in_(steps.keys() | papers.keys()))
        .order_by(Agency.code, Agency.id)
    )
    return tuple(
        Holding(user_id, row.id, row.short_name, steps[row.id], papers[row.id]) for row in rows
    )


def _steps(
    session: Session, user_id: int, agency_id: int | None, role: Role | None
) -> Counter[int]:
    stmt = (
        select(Step.agency_id, func.count())
        .where(Step.holder_id == user_id, Step.status.in_(LIVE))
        .group_by(Step.agency_id)
    )
    if agency_id is not None:
        stmt = stmt.where(Step.agency_id == agency_id)
    if role is not None:
        stmt = stmt.where(Step.role == role)
    return Counter({agency: number for agency, number in session.execute(stmt)})


def _papers(session: Session, user_id: int, agency_id: int | None) -> Counter[int]:
    stmt = (
        select(PaperHolding.agency_id, func.count())
        .where(PaperHolding.user_id == user_id)
        .group_by(PaperHolding.agency_id)
    )
    if agency_id is not None:
        stmt = stmt.where(PaperHolding.agency_id == agency_id)
    return Counter({agency: number for agency, number in session.execute(stmt)})


def _works_on(session: Session, user_id: int, agency_id: int, role: Role) -> bool:
    """Whether another working role at the agency is left when this one ends."""
    found = select(RoleAssignment.id).where(
        RoleAssignment.user_id == user_id,
        RoleAssignment.agency_id == agency_id,
        RoleAssignment.role.in_(WORKING),
        RoleAssignment.role != role,
        RoleAssignment.assistant.is_(False),
        RoleAssignment.until.is_(None),
    )
    return session.scalar(found.limit(1)) is not None
