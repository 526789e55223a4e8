"""What a database holds, as `onestop demo` asks before it writes and after it has written."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from onestop.domain.accounts import SYSTEM_USERNAME
from onestop.domain.dossier import LIVE
from onestop.domain.events import Ground
from onestop.domain.refilings import REFUSED
from onestop.domain.rights import Role
from onestop.domain.statuses import Status
from onestop.models.accounts import RoleAssignment, User
from onestop.models.agencies import Agency
from onestop.models.dossiers import Dossier, Promise, Step
from onestop.models.events import DossierEvent
from onestop.models.piles import PaperHolding
from onestop.models.reception import BENCH_ONLY, SeriesCounter


class Holding(StrEnum):
    """Whose data a database holds."""

    NOTHING = "nothing"
    DEMO = "demo"
    REAL = "real"


@dataclass(frozen=True, slots=True)
class SignInRow:
    """One account of the demonstration and what it is for."""

    user_id: int
    username: str
    display_name: str
    role: Role
    assistant: bool
    agency_code: str
    agency_name: str
    disabled: bool


@dataclass(frozen=True, slots=True)
class UnderWayRow:
    """A dossier that is worth looking at: its work has begun and is not finished."""

    dossier_id: int
    code: str


@dataclass(frozen=True, slots=True)
class PaperToGiveRow:
    """An original at one agency whose dossier another agency works on."""

    code: str
    holder: int
    here: int
    to: int


def papers_to_hand_over(session: Session, *, before: datetime) -> list[PaperToGiveRow]:
    """Return originals that lie where nobody works on them, of dossiers quiet since `before`."""
    moved = exists().where(
        DossierEvent.dossier_id == Dossier.id, DossierEvent.recorded_at >= before
    )
    rows = session.execute(
        select(Dossier.code, PaperHolding.user_id, PaperHolding.agency_id, Step.agency_id)
        .join(PaperHolding, PaperHolding.dossier_id == Dossier.id)
        .join(Step, Step.dossier_id == Dossier.id)
        .where(
            Dossier.finished_at.is_(None),
            Step.status.in_(LIVE),
            Step.agency_id != PaperHolding.agency_id,
            ~moved,
        )
        .order_by(Dossier.id, Step.position)
    )
    first: dict[str, PaperToGiveRow] = {}
    for row in rows:
        first.setdefault(row[0], PaperToGiveRow(*row))
    return list(first.values())


def holding(session: Session) -> Holding:
    """Return whose data the database holds; one real account or dossier makes it real."""
    of_people = User.username != SYSTEM_USERNAME
    if session.scalar(select(exists().where(User.demo.is_(False), of_people))):
        return Holding.REAL
    if session.scalar(select(exists().where(User.demo))):
        return Holding.DEMO
    return (
        Holding.REAL
        if session.scalar(select(exists().where(Dossier.id > 0)))
        else (Holding.NOTHING)
    )


def dossiers_without_history(session: Session) -> int:
    """Return how many dossiers were loaded for benchmarks, without their history (rule R33)."""
    counted = select(func.max(SeriesCounter.last)).where(SeriesCounter.series == BENCH_ONLY)
    return session.scalar(counted) or 0


def demo_accounts(session: Session) -> tuple[SignInRow, ...]:
    """Return the accounts of the demonstration by agency and name."""
    rows = session.execute(
        select(
            User.id,
            User.username,
            User.display_name,
            RoleAssignment.role,
            RoleAssignment.assistant,
            Agency.code,
            Agency.name,
            User.disabled_at.is_not(None),
        )
        .join(RoleAssignment, RoleAssignment.user_id == User.id)
        .join(Agency, Agency.id == RoleAssignment.agency_id)
        .where(User.demo, RoleAssignment.until.is_(None))
        .order_by(Agency.code, User.username)
    )
    return tuple(SignInRow(*row) for row in rows)


def under_way(session: Session) -> UnderWayRow | None:
    """Return the dossier on which most agencies work at once, the latest of those, or None."""
    live = func.count(Step.key)
    row = session.execute(
        select(Dossier.id, Dossier.code)
        .join(Step, Step.dossier_id == Dossier.id)
        .where(Dossier.status == Status.PROCESSING, Step.status.in_(("offered", "open")))
        .group_by(Dossier.id, Dossier.code)
        .order_by(live.desc(), Dossier.id.desc())
        .limit(1)
    ).first()
    return UnderWayRow(*row) if row else None


@dataclass(frozen=True, slots=True)
class ReceivedRow:
    """A dossier whose receipt is to be made."""

    dossier_id: int
    agency_id: int
    received_at: datetime
    received_by: int


def dossiers_to_receipt(session: Session, *, since: datetime, most: int) -> tuple[ReceivedRow, ...]:
    """Return dossiers received since then or still open, the latest `most`, oldest first."""
    rows = session.execute(
        select(Dossier.id, Dossier.receiving_agency_id, Dossier.received_at, Dossier.received_by)
        .where(or_(Dossier.received_at >= since, Dossier.finished_at.is_(None)))
        .order_by(Dossier.id.desc())
        .limit(most)
    ).all()
    return tuple(ReceivedRow(*row) for row in reversed(rows))


def dossiers_told_by_letter(session: Session, *, most: int) -> tuple[int, ...]:
    """Return the latest dossiers put off with an apology, stopped or refused: a letter tells it."""
    extended = exists().where(Promise.dossier_id == Dossier.id, Promise.ground == Ground.EXTENSION)
    stopped = Dossier.status == Status.STOPPED
    refused = Dossier.outcome == REFUSED
    found = select(Dossier.id).where(or_(extended, stopped, refused))
    return tuple(session.scalars(found.order_by(Dossier.id.desc()).limit(most)))


def counts_by_status(session: Session) -> dict[Status, int]:
    """Return how many dossiers stand in each status."""
    counted = select(Dossier.status, func.count()).group_by(Dossier.status)
    return {status: n for status, n in session.execute(counted)}


def overdue_count(session: Session, *, now: datetime) -> int:
    """Return how many dossiers are late now and not finished."""
    found = select(func.count()).where(Dossier.late_at <= now, Dossier.finished_at.is_(None))
    return session.scalar(found) or 0
