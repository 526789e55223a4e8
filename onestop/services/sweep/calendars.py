"""The calendars of all agencies at once: which dates are near, each counted on its own."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, and_, literal, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import InstrumentedAttribute

from onestop.domain.notices import warned_before
from onestop.domain.working_time import WorkingCalendar
from onestop.models.agencies import Agency
from onestop.models.calendars import CalendarVersion
from onestop.services.calendars import load_calendar

Calendars = Mapping[str, WorkingCalendar]
"""The newest version of every calendar that an agency counts on, by key."""


def calendars_in_use(session: Session) -> Calendars:
    """Return the calendars of the agencies, also of those that are no more.

    One that was never taken in is not among them: nothing can have been counted on it.
    """
    keys = session.scalars(
        select(Agency.calendar_key)
        .join(CalendarVersion, CalendarVersion.key == Agency.calendar_key)
        .distinct()
    )
    return {key: load_calendar(session, key) for key in keys}


def within_horizons(
    calendars: Calendars,
    column: InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None],
    at: datetime,
    *,
    within: int,
) -> ColumnElement[bool]:
    """Return the condition that `column` is at most `within` working days away.

    Counted on the calendar of the `Agency` joined. Where a calendar has come to its end it is
    what lies in the past: nothing is guessed. Source: docs/rules.md, rule R11.
    """
    groups: dict[datetime, list[str]] = {}
    for key, calendar in sorted(calendars.items()):
        groups.setdefault(_horizon(calendar, at, within), []).append(key)
    return or_(
        literal(False),
        *(and_(Agency.calendar_key.in_(keys), column < end) for end, keys in groups.items()),
    )


def _horizon(calendar: WorkingCalendar, at: datetime, within: int) -> datetime:
    if not calendar.covers(calendar.local_date(at)):
        return at
    return warned_before(at, calendar, within=within)
