"""Who stands in for an absent member of staff: whom, for how long, with which roles."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from onestop.domain.errors import DomainError
from onestop.domain.office_time import OFFICE_ZONE, office_date
from onestop.domain.rights import Actor, Assignment, Role

LONGEST_ABSENCE = timedelta(days=366)

LENT_ROLES = frozenset({Role.CLERK, Role.OFFICER, Role.LEADER, Role.REGISTRAR})
"""Roles that work on dossiers. Looking after accounts and controlling others is not lent."""


class AbsenceReason(StrEnum):
    """Why somebody is away; nothing that says more about a person than colleagues need."""

    LEAVE = "leave"
    MISSION = "mission"
    TRAINING = "training"
    OTHER = "other"


class AbsenceNotYours(DomainError):
    """Arranging this absence is for the person, a leader of the agency or an administrator."""


class StandInNotColleague(DomainError):
    """The two do not both work at one agency, or are one person, or an account is closed."""


class AbsenceDaysUnclear(DomainError):
    """The days of an absence are missing, over already, the wrong way round or too many."""

    def __init__(self, most: int = LONGEST_ABSENCE.days) -> None:
        super().__init__("the days of the absence cannot be used")
        self.most = most


class AbsenceOverlaps(DomainError):
    """In these days the person, or the stand-in, is away or stands in for somebody already."""

    def __init__(self, name: str, since: datetime, until: datetime) -> None:
        super().__init__("another absence in these days")
        self.name = name
        self.first = office_date(since)
        self.last = last_day(until)


class AbsenceOver(DomainError):
    """The absence has ended: nothing is left to end."""


def absence_term(first: date | None, last: date | None, at: datetime) -> tuple[datetime, datetime]:
    """Return from when and until when (exclusive) the local days `first` to `last` lend roles.

    Not before `at`: what was done earlier today was done without. Raises AbsenceDaysUnclear.
    """
    if first is None or last is None or not office_date(at) <= first <= last:
        raise AbsenceDaysUnclear
    if last - first >= LONGEST_ABSENCE or first - office_date(at) >= LONGEST_ABSENCE:
        raise AbsenceDaysUnclear
    until = datetime.combine(last + timedelta(days=1), time(), OFFICE_ZONE)
    return max(datetime.combine(first, time(), OFFICE_ZONE), at), until


def last_day(until: datetime) -> date:
    """Return the last local day of a time that ends, exclusively, at `until`."""
    return office_date(until - timedelta(microseconds=1))


def lent_roles(
    absent: Iterable[Assignment], stand_in: Iterable[Assignment], *, by: int
) -> tuple[Assignment, ...]:
    """Return the roles of the absent person `by` that the stand-in holds for the time.

    Those that work on dossiers, with the power to act, at agencies where the stand-in works as
    well; an assistant of a leader is given nothing there. Source: docs/rules.md, rule R17.
    """
    own = [held for held in stand_in if held.lent_by is None]
    assisted = {held.agency_id for held in own if held.assistant}
    shared = {held.agency_id for held in own if held.role in LENT_ROLES} - assisted
    return tuple(
        Assignment(held.agency_id, held.path, held.role, lent_by=by)
        for held in absent
        if held.lent_by is None
        and held.role in LENT_ROLES
        and not held.assistant
        and held.agency_id in shared
    )


def require_arranger(
    actor: Actor, absent: int, *, stand_in: int, roles: Sequence[Assignment]
) -> None:
    """Raise AbsenceNotYours unless the actor may lend, or take back, these roles.

    The person itself; who leads every agency of the roles by an own role; an administrator over
    them, who is neither of the two: nobody gives dossiers to oneself.
    """
    if actor.user_id == absent:
        return
    own = [held for held in actor.assignments if held.lent_by is None and not held.assistant]
    led = {held.agency_id for held in own if held.role is Role.LEADER}
    below = [held.path for held in own if held.role is Role.ADMIN and actor.user_id != stand_in]
    over = [r.agency_id in led or any(r.path.startswith(path) for path in below) for r in roles]
    if not over or not all(over):
        raise AbsenceNotYours
