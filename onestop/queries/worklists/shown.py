"""One live step as a row of a worklist: how it stands, and who gave it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, literal, select, tuple_
from sqlalchemy.orm import Session

from onestop.domain.dossier import StepStatus
from onestop.domain.rights import Actor
from onestop.domain.standings import Standing, standing_in_days
from onestop.models.accounts import User
from onestop.models.agencies import Agency
from onestop.models.base import UTCDateTime
from onestop.models.dossiers import Step
from onestop.queries.worklists.rows import GiverRow, Place, WorklistAgencyRow, WorklistRow

_ENDED: Final = (StepStatus.DONE, StepStatus.STALE, StepStatus.WITHDRAWN)


def place_value(after: Place) -> ColumnElement[Any]:
    """Return the place as a value that the order of a worklist is compared with."""
    late_at = literal(after.late_at, UTCDateTime())
    return tuple_(late_at, literal(after.dossier_id), literal(after.position))


def givers_of(session: Session, shown: Sequence[Any]) -> dict[int, list[Any]]:
    """Ended steps of the dossiers shown, latest first, by dossier."""
    stmt = (
        select(
            Step.dossier_id,
            Step.ended_at,
            Agency.short_name,
            Agency.name_en,
            User.display_name,
        )
        .join(Agency, Agency.id == Step.agency_id)
        .outerjoin(User, User.id == Step.holder_id)
        .where(
            Step.dossier_id.in_(sorted({row.dossier_id for row in shown})),
            Step.status.in_(_ENDED),
            Step.ended_at.is_not(None),
        )
        .order_by(Step.ended_at.desc(), Step.position.desc())
    )
    ended: dict[int, list[Any]] = {}
    for row in session.execute(stmt) if shown else ():
        ended.setdefault(row.dossier_id, []).append(row)
    return ended


def absent_names(session: Session, actor: Actor) -> dict[int | None, str]:
    """Return the names of the colleagues whom the actor stands in for; mostly nothing is asked."""
    if not actor.stands_for:
        return {}
    people = select(User.id, User.display_name).where(User.id.in_(sorted(actor.stands_for)))
    return {user_id: name for user_id, name in session.execute(people)}


def stands_for(actor: Actor, row: Any) -> int | None:
    """Return whose work a step is when it is the actor's only through an absent colleague."""
    if row.status is StepStatus.OFFERED:
        return actor.lender(row.role, row.agency_id)
    return row.holder_id if row.holder_id in actor.stands_for else None


def worklist_row(
    row: Any,
    agency: WorklistAgencyRow,
    givers: Mapping[int, list[Any]],
    *,
    elsewhere: bool,
    stands_for: str,
    now: datetime,
) -> WorklistRow:
    """Return a step as its row; `agency` is that of the step, on whose calendar it is counted."""
    stands, days = how_it_stands(row, agency, now)
    return WorklistRow(
        dossier_id=row.dossier_id,
        code=row.code,
        applicant=row.applicant or "",
        procedure=row.procedure,
        procedure_en=row.procedure_en,
        step=row.step,
        step_en=row.step_en,
        kind=row.kind,
        attempt=row.attempt,
        is_offered=row.status is StepStatus.OFFERED,
        agency=agency.short_name,
        agency_en=agency.name_en,
        elsewhere=elsewhere,
        holder=row.holder or "",
        stands_for=stands_for,
        since=row.accepted_at or row.offered_at,
        due_at=row.due_at,
        by_date=row.late_at is not None and row.late_at != row.due_at,
        standing=stands,
        days=days,
        paused=row.paused,
        paused_at=row.paused_at,
        citizen_due_at=row.citizen_due_at,
        giver=_giver(givers.get(row.dossier_id, []), row.offered_at),
    )


def how_it_stands(
    row: Any, agency: WorklistAgencyRow, now: datetime
) -> tuple[Standing, int | None]:
    """Return the standing of a live step and its working days late or left, None while paused."""
    if row.late_at is None:
        return Standing.PAUSED, None
    return standing_in_days(
        row.due_at,
        row.late_at,
        now,
        agency.calendar,
        paused_at=row.paused_at,
        within=agency.due_soon_days,
    )


def _giver(ended: Sequence[Any], offered_at: datetime) -> GiverRow | None:
    before = next((row for row in ended if row.ended_at <= offered_at), None)
    if before is None:
        return None
    return GiverRow(
        before.short_name, before.name_en or before.short_name, before.display_name or ""
    )
