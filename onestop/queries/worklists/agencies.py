"""The agencies whose work a person may see, with what their calendars say about today."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from onestop.domain.rights import Actor, Right
from onestop.domain.standings import due_soon_before
from onestop.domain.working_time import WorkingCalendar
from onestop.models.agencies import Agency
from onestop.queries.calendars import working_calendar
from onestop.queries.worklists.rows import WorklistAgencyRow


def worklist_agencies(
    session: Session, actor: Actor, now: datetime
) -> tuple[WorklistAgencyRow, ...]:
    """Return the agencies at which the actor may see a worklist, by code."""
    return agencies_at(session, actor.agencies_with(Right.SEE_WORKLIST), now)


def agencies_at(
    session: Session, ids: Collection[int], now: datetime
) -> tuple[WorklistAgencyRow, ...]:
    """Return these agencies by code; without any, nothing is asked."""
    if not ids:
        return ()
    rows = session.execute(
        select(
            Agency.id,
            Agency.name,
            Agency.name_en,
            Agency.short_name,
            Agency.calendar_key,
            Agency.due_soon_days,
        )
        .where(Agency.id.in_(sorted(ids)))
        .order_by(Agency.code, Agency.id)
    ).all()
    calendars = {key: working_calendar(session, key) for key in {r.calendar_key for r in rows}}
    return tuple(_agency(row, calendars[row.calendar_key], now) for row in rows)


def _agency(row: Any, calendar: WorkingCalendar, now: datetime) -> WorklistAgencyRow:
    return WorklistAgencyRow(
        id=row.id,
        name=row.name,
        name_en=row.name_en or row.name,
        short_name=row.short_name,
        calendar=calendar,
        due_soon_days=row.due_soon_days,
        tonight=calendar.midnight_after(calendar.local_date(now)),
        soon_before=due_soon_before(now, calendar, within=row.due_soon_days),
    )
