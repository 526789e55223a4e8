"""Taking in versions of working calendars, and the calendar that a decision counts with."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from onestop.domain.calendar_body import calendar_from_body, calendar_to_body, compile_calendar
from onestop.domain.calendar_spec import (
    BadCalendar,
    CalendarNotFound,
    CalendarProblem,
    CalendarSpec,
    missing_years,
)
from onestop.domain.working_time import WorkingCalendar
from onestop.models.agencies import Agency
from onestop.models.calendars import CalendarVersion
from onestop.services.agencies import renew_tree_revision

_KEY = 7_210_366_251_847_223
"""Names the lock of hold_calendars; any number that nothing else uses."""
_HELD = text(f"SELECT pg_advisory_xact_lock_shared({_KEY})")
_CLAIMED = text(f"SELECT pg_advisory_xact_lock({_KEY})")


@dataclass(frozen=True, slots=True)
class SavedCalendar:
    """The version that holds a calendar now; `is_new` when it was added by this call."""

    key: str
    version: int
    is_new: bool


def load_calendar(session: Session, key: str, *, version: int | None = None) -> WorkingCalendar:
    """Return the newest version of a calendar, or the one asked for; compiled once per process.

    Raises CalendarNotFound.
    """
    body = session.scalar(CalendarVersion.body_of(key, version))
    if body is None:
        raise CalendarNotFound(key, version)
    return compile_calendar(body)


def agency_calendars(session: Session) -> Callable[[int], WorkingCalendar]:
    """Return what gives the newest calendar of an agency by its id, each looked up once."""

    @cache
    def calendar_of(agency_id: int) -> WorkingCalendar:
        key = session.scalars(select(Agency.calendar_key).where(Agency.id == agency_id)).one()
        return load_calendar(session, key)

    return calendar_of


def hold_calendars(session: Session) -> None:
    """Let no calendar change move dates until this transaction ends; many may hold them at once.

    For a transaction that writes dates of a dossier which is not there yet: a change locks only
    what it finds. Call it before any calendar is read. On SQLite there is one writer anyway.
    Source: docs/rules.md, rule R11.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(_HELD)


def claim_calendars(session: Session) -> None:
    """Wait for everybody who holds the calendars, and let nobody begin until this ends."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(_CLAIMED)


def install_calendars(
    session: Session,
    specs: Iterable[CalendarSpec],
    *,
    source: str,
    at: datetime,
    by: int | None = None,
) -> tuple[SavedCalendar, ...]:
    """Save every calendar of a file that differs from its newest version; the caller commits.

    Raises BadCalendar.
    """
    return tuple(
        save_calendar_version(session, spec, source=source, at=at, by=by) for spec in specs
    )


def save_calendar_version(
    session: Session, spec: CalendarSpec, *, source: str, at: datetime, by: int | None = None
) -> SavedCalendar:
    """Add `spec` as the next version of its calendar, whatever version it carries.

    Nothing is added when the newest version says the same. Raises BadCalendar when it does not
    hold this year and the next. Source: docs/rules.md, rules R1, R11.
    """
    _require_next_year(spec, at)
    newest = _newest(session, spec.key)
    if newest is not None and replace(spec, version=newest.version) == newest:
        return SavedCalendar(spec.key, newest.version, is_new=False)
    version = newest.version + 1 if newest else 1
    row = CalendarVersion(
        key=spec.key,
        version=version,
        body=calendar_to_body(replace(spec, version=version)),
        source=source,
        recorded_at=at,
        recorded_by=by,
    )
    session.add(row)
    renew_tree_revision(session)
    session.flush()
    return SavedCalendar(spec.key, version, is_new=True)


def _newest(session: Session, key: str) -> CalendarSpec | None:
    body = session.scalar(
        select(CalendarVersion.body)
        .where(CalendarVersion.key == key)
        .order_by(CalendarVersion.version.desc())
        .limit(1)
    )
    return None if body is None else calendar_from_body(body)


def _require_next_year(spec: CalendarSpec, at: datetime) -> None:
    today = at.astimezone(ZoneInfo(spec.zone)).date()
    if years := missing_years(spec, today):
        missing = tuple(str(year) for year in years)
        raise BadCalendar([CalendarProblem("year_missing", ("years",), missing)])
