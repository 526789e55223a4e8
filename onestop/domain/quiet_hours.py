"""Quiet hours: no warning and no notice at night or on a day off."""

from datetime import UTC, datetime, time, timedelta

from onestop.domain.events import (
    DossierReceived,
    DossierWithdrawn,
    Event,
    PauseClosed,
    PauseKind,
    ReceptionVoided,
    ResultReturned,
)
from onestop.domain.working_time import CalendarExhausted, WorkingCalendar

WAKES, SLEEPS = time(7), time(19)
ANSWER_WITHIN = timedelta(minutes=10)
"""How long what is told is still an answer to what the citizen did."""
_ANSWERS = (DossierReceived, ReceptionVoided, DossierWithdrawn, ResultReturned)


def may_tell(at: datetime, calendar: WorkingCalendar) -> bool:
    """Return whether a warning or a notice may go out at `at`.

    From 07:00 until before 19:00, local time of `calendar`, on its working days.
    Raises CalendarExhausted. Source: docs/rules.md, rule R11.
    """
    return _is_awake(at, calendar) and calendar.is_working_day(calendar.local_date(at))


def next_allowed(at: datetime, calendar: WorkingCalendar) -> datetime:
    """Return `at` when something may be told then, else 07:00 of the next day on which it may.

    In UTC. Raises CalendarExhausted. Source: docs/rules.md, rule R11.
    """
    if may_tell(at, calendar):
        return at.astimezone(UTC)
    today = calendar.local_date(at)
    evening = at.astimezone(calendar.zone).time() >= SLEEPS
    day = calendar.working_day_after(today) if evening else calendar.first_working_day(today)
    return datetime.combine(day, WAKES, calendar.zone).astimezone(UTC)


def held_until(at: datetime, calendar: WorkingCalendar) -> datetime | None:
    """Return until when what is written at `at` has to wait, None when it may go at once.

    Where the calendar ends only the night is known: what is told promises nothing, so it need not
    be refused as a date would be. Source: docs/rules.md, rule R11.
    """
    try:
        allowed = next_allowed(at, calendar)
    except CalendarExhausted:
        if _is_awake(at, calendar):
            return None
        local = at.astimezone(calendar.zone)
        day = local.date() + timedelta(days=1 if local.time() >= SLEEPS else 0)
        return datetime.combine(day, WAKES, calendar.zone).astimezone(UTC)
    return None if allowed == at else allowed


def is_answer(event: Event) -> bool:
    """Return whether telling of `event` answers what the citizen has just done: never held.

    For ten minutes (`ANSWER_WITHIN`); what is told later is a notice like any other.
    Source: docs/rules.md, rule R11.
    """
    if isinstance(event, PauseClosed):
        return event.kind in (PauseKind.SUPPLEMENT, PauseKind.PAYMENT)
    return isinstance(event, _ANSWERS)


def _is_awake(at: datetime, calendar: WorkingCalendar) -> bool:
    return WAKES <= at.astimezone(calendar.zone).time() < SLEEPS
