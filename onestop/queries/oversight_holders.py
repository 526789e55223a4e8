"""Who has the dossiers of a list now, since when, and what their clocks wait for."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.orm import Session

from onestop.domain.dossier import StepStatus
from onestop.domain.events import PauseKind
from onestop.domain.routes import StepKind
from onestop.models.accounts import User
from onestop.models.agencies import Agency
from onestop.models.dossiers import Pause, Step
from onestop.queries.dossier_rows import Named
from onestop.queries.oversight_terms import LIVE_STEPS


@dataclass(frozen=True, slots=True)
class HolderRow:
    """One live step: at which agency, with whom, since when.

    `person` is empty while nobody there has accepted it. `is_late` is about this step alone.
    """

    position: int
    step: Named
    kind: StepKind
    agency: Named
    phone: str
    person: str
    is_offered: bool
    since: datetime
    due_at: datetime | None
    is_late: bool


@dataclass(frozen=True, slots=True)
class PauseRow:
    """A standstill that lasts: what is waited for, why, since when."""

    kind: PauseKind
    reason: str
    opened_at: datetime


def holders(
    session: Session, dossiers: Collection[int], *, now: datetime
) -> dict[int, list[HolderRow]]:
    """Return who has each of the dossiers now, late ones first, then in the order of the route."""
    stmt = (
        select(
            Step.dossier_id,
            Step.position,
            Step.name,
            Step.name_en,
            Step.kind,
            Step.status,
            Step.offered_at,
            Step.due_at,
            Step.late_at,
            Agency.short_name,
            Agency.name_en.label("agency_en"),
            Agency.phone,
            User.display_name,
        )
        .join(Agency, Agency.id == Step.agency_id)
        .outerjoin(User, User.id == Step.holder_id)
        .where(Step.dossier_id.in_(_listed(dossiers)), LIVE_STEPS)
        .order_by(Step.dossier_id, Step.position)
    )
    having: dict[int, list[HolderRow]] = {}
    for row in session.execute(stmt) if dossiers else ():
        holder = HolderRow(
            position=row.position,
            step=Named.of(row.name, row.name_en),
            kind=row.kind,
            agency=Named.of(row.short_name, row.agency_en),
            phone=row.phone,
            person=row.display_name or "",
            is_offered=row.status is StepStatus.OFFERED,
            since=row.offered_at,
            due_at=row.due_at,
            is_late=row.late_at is not None and row.late_at <= now,
        )
        having.setdefault(row.dossier_id, []).append(holder)
    for found in having.values():
        found.sort(key=lambda holder: not holder.is_late)
    return having


def open_pauses(session: Session, dossiers: Collection[int]) -> dict[int, list[PauseRow]]:
    """Return the pauses of the dossiers that are not closed, earliest first."""
    stmt = (
        select(Pause.dossier_id, Pause.kind, Pause.reason, Pause.opened_at)
        .where(Pause.dossier_id.in_(_listed(dossiers)), Pause.closed_at.is_(None))
        .order_by(Pause.dossier_id, Pause.opened_at, Pause.pause)
    )
    open_now: dict[int, list[PauseRow]] = {}
    for row in session.execute(stmt) if dossiers else ():
        pause = PauseRow(row.kind, row.reason, row.opened_at)
        open_now.setdefault(row.dossier_id, []).append(pause)
    return open_now


def _listed(dossiers: Collection[int]) -> BindParameter[Any]:
    # Numbers of our own, written out: a file holds more of them than a statement takes parameters.
    return bindparam("ids", sorted(set(dossiers)), expanding=True, literal_execute=True)
