"""Which working calendars there are, what they say, and whose they are."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from onestop.domain.calendar_body import compile_calendar
from onestop.domain.calendar_spec import CalendarNotFound, CalendarSpec
from onestop.domain.notices import years_wanted
from onestop.domain.working_time import WorkingCalendar
from onestop.models.agencies import Agency
from onestop.models.calendars import CalendarVersion


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """One version of a calendar: what it says and where it came from."""

    key: str
    version: int
    spec: CalendarSpec
    source: str
    recorded_at: datetime
    recorded_by: int | None


def calendars(session: Session) -> list[CalendarRow]:
    """Every calendar in its newest version, by key."""
    newest: dict[str, CalendarRow] = {}
    for row in calendar_history(session):
        newest[row.key] = row
    return list(newest.values())


def calendar_history(session: Session, key: str | None = None) -> list[CalendarRow]:
    """Every version of one calendar or of all, by key and version."""
    stmt = select(CalendarVersion).order_by(CalendarVersion.key, CalendarVersion.version)
    if key is not None:
        stmt = stmt.where(CalendarVersion.key == key)
    return [
        CalendarRow(
            row.key,
            row.version,
            compile_calendar(row.body).spec,
            row.source,
            row.recorded_at,
            row.recorded_by,
        )
        for row in session.scalars(stmt)
    ]


def working_calendar(session: Session, key: str, *, version: int | None = None) -> WorkingCalendar:
    """The newest version of a calendar, or the one asked for, compiled once per process.

    Raises CalendarNotFound.
    """
    body = session.scalar(CalendarVersion.body_of(key, version))
    if body is None:
        raise CalendarNotFound(key, version)
    return compile_calendar(body)


def calendar_key_of(session: Session, agency_code: str) -> str | None:
    """The key of the calendar an agency counts on; None for an unknown agency."""
    return session.scalar(select(Agency.calendar_key).where(Agency.code == agency_code))


@dataclass(frozen=True, slots=True)
class ShortCalendarRow:
    """A calendar that agencies count on and that lacks years which are wanted by now.

    `name` is empty for one that was never taken in.
    """

    key: str
    name: str
    years: tuple[int, ...]


def short_calendars(session: Session, *, today: date) -> list[ShortCalendarRow]:
    """Calendars in use that lack this year or, from 1 November on, the next; by key (rule R1)."""
    in_use = set(
        session.scalars(
            select(Agency.calendar_key)
            .where(or_(Agency.valid_to.is_(None), Agency.valid_to >= today))
            .distinct()
        )
    )
    found = []
    for key in sorted(in_use):
        spec = _newest(session, key)
        if years := years_wanted(spec, today):
            found.append(ShortCalendarRow(key, spec.name if spec else "", years))
    return found


def _newest(session: Session, key: str) -> CalendarSpec | None:
    try:
        return working_calendar(session, key).spec
    except CalendarNotFound:
        return None
