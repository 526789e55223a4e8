"""The roles that people hold at a moment: own ones, and those of whom they stand in for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from onestop.domain.accounts import needs_second_factor
from onestop.domain.delegations import lent_roles
from onestop.domain.rights import Assignment, Role
from onestop.models.accounts import RoleAssignment, User
from onestop.models.agencies import Agency
from onestop.models.delegations import Delegation


@dataclass(frozen=True, slots=True)
class RoleRow:
    """One role a person holds now, with the agency's names for the header.

    `lent_by` and `lender` are id and name of the absent colleague whose role it is.
    """

    agency_id: int
    path: str
    role: Role
    assistant: bool
    agency_name: str
    agency_name_en: str
    agency_short_name: str
    agency_phone: str
    lent_by: int | None = None
    lender: str = ""

    @property
    def assignment(self) -> Assignment:
        """The role as rules know it."""
        return Assignment(self.agency_id, self.path, self.role, self.assistant, self.lent_by)


def roles_of_everybody(session: Session, now: datetime) -> dict[int, tuple[RoleRow, ...]]:
    """Return the own roles held now by user id; what is lent is not listed."""
    rows: dict[int, list[RoleRow]] = {}
    for found in session.execute(_held(now)):
        rows.setdefault(found.user_id, []).append(_row(found))
    return {user_id: tuple(held) for user_id, held in rows.items()}


def roles_of(
    session: Session, user_id: int, now: datetime, *, second_factor: bool = True
) -> tuple[RoleRow, ...]:
    """Return the roles of one person now, own ones first, then what absent colleagues lend.

    Without `second_factor` nothing is lent that may only be used after one: it was passed neither
    at this sign-in nor ever. Source: docs/rules.md, rule R17.
    """
    absent = select(Delegation.from_user_id).where(Delegation.to_user_id == user_id, lends(now))
    people = union_all(select(literal(user_id)), absent)
    found = session.execute(_held(now).where(RoleAssignment.user_id.in_(people))).all()
    own = [_row(row) for row in found if row.user_id == user_id]
    lenders = {row.user_id: row.lender for row in found if row.user_id != user_id and row.is_open}
    lent: list[RoleRow] = []
    for lender, name in lenders.items():
        theirs = [_row(row, lender, name) for row in found if row.user_id == lender]
        lent += _lent(own, theirs, lender)
    return (*own, *(r for r in lent if second_factor or not needs_second_factor([r.role])))


def lends(now: datetime) -> ColumnElement[bool]:
    """Return the condition on `Delegation` that it is in force at `now`."""
    ends = func.coalesce(Delegation.ended_at, Delegation.until)
    return (Delegation.since <= now) & (ends > now)


def _lent(own: Sequence[RoleRow], theirs: Sequence[RoleRow], lender: int) -> list[RoleRow]:
    plain = [Assignment(row.agency_id, row.path, row.role, row.assistant) for row in theirs]
    given = lent_roles(plain, [row.assignment for row in own], by=lender)
    return [row for row in theirs if row.assignment in given]


def _held(now: datetime) -> Select[*tuple[Any, ...]]:
    return (
        select(
            RoleAssignment.user_id,
            RoleAssignment.role,
            RoleAssignment.assistant,
            Agency.id.label("agency_id"),
            Agency.path,
            Agency.name,
            Agency.name_en,
            Agency.short_name,
            Agency.phone,
            User.display_name.label("lender"),
            User.disabled_at.is_(None).label("is_open"),
        )
        .join(Agency, Agency.id == RoleAssignment.agency_id)
        .join(User, User.id == RoleAssignment.user_id)
        .where(
            RoleAssignment.since <= now,
            or_(RoleAssignment.until.is_(None), RoleAssignment.until > now),
        )
        .order_by(RoleAssignment.user_id, RoleAssignment.id)
    )


def _row(found: Any, lent_by: int | None = None, lender: str = "") -> RoleRow:
    return RoleRow(
        agency_id=found.agency_id,
        path=found.path,
        role=found.role,
        assistant=found.assistant,
        agency_name=found.name,
        agency_name_en=found.name_en,
        agency_short_name=found.short_name,
        agency_phone=found.phone,
        lent_by=lent_by,
        lender=lender,
    )
