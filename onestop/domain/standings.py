"""How a date is judged: late, due soon, in time, and by how many working days."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from onestop.domain.office_time import office_date
from onestop.domain.working_time import WorkingCalendar

DUE_SOON_WORKING_DAYS = 3


class Punctuality(StrEnum):
    """How a finished dossier stands to a promise."""

    EARLY = "early"
    ON_TIME = "on_time"
    OVERDUE = "overdue"


class Standing(StrEnum):
    """How an open dossier stands to a promise; computed, never stored."""

    WITHIN = "within"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    PAUSED = "paused"


def punctuality(
    finished_at: datetime,
    due_at: datetime,
    late_at: datetime,
    *,
    by_date: bool,
) -> Punctuality:
    """Return how a finished dossier stands: late from `late_at` on, early before the due date.

    Days are compared when `by_date`, instants otherwise. Source: docs/rules.md, rule R3.
    """
    if finished_at >= late_at:
        return Punctuality.OVERDUE
    early = finished_at < due_at
    if by_date:
        early = office_date(finished_at) < office_date(due_at)
    return Punctuality.EARLY if early else Punctuality.ON_TIME


def standing(
    due_at: datetime,
    late_at: datetime,
    now: datetime,
    calendar: WorkingCalendar,
    *,
    paused_at: datetime | None = None,
    within: int = DUE_SOON_WORKING_DAYS,
) -> Standing:
    """Return how an open dossier stands; one that was late when its pause began stays overdue.

    Source: docs/rules.md, rules R3, R5, R11.
    """
    if late_at <= (now if paused_at is None else paused_at):
        return Standing.OVERDUE
    if paused_at is not None:
        return Standing.PAUSED
    soon = due_at < due_soon_before(now, calendar, within=within)
    return Standing.DUE_SOON if soon else Standing.WITHIN


def standing_in_days(
    due_at: datetime,
    late_at: datetime,
    now: datetime,
    calendar: WorkingCalendar,
    *,
    paused_at: datetime | None,
    within: int,
) -> tuple[Standing, int]:
    """Return how an open dossier stands, and its working days late or left.

    Days late stand still during a pause. Source: docs/rules.md, rules R3, R5, R11.
    """
    stands = standing(due_at, late_at, now, calendar, paused_at=paused_at, within=within)
    if stands is Standing.OVERDUE:
        return stands, days_late(due_at, paused_at or now, calendar)
    return stands, working_days_left(now, due_at, calendar)


def due_soon_before(
    now: datetime, calendar: WorkingCalendar, *, within: int = DUE_SOON_WORKING_DAYS
) -> datetime:
    """Return the midnight before which a due instant is soon.

    It ends the next `within` working days, today included. Past the last loaded working day it is
    the end of the loaded years: no promise can lie beyond.
    Source: docs/rules.md, rule R11.
    """
    today = calendar.local_date(now)
    last = date(calendar.spec.years[-1], 12, 31)
    if calendar.working_days_between(today - timedelta(days=1), last) >= within:
        last = calendar.working_day_after(today - timedelta(days=1), within)
    return calendar.midnight_after(last)


def working_days_left(now: datetime, due_at: datetime, calendar: WorkingCalendar) -> int:
    """Return the working days after today up to the due date; 0 on that date and later."""
    return calendar.working_days_between(calendar.local_date(now), calendar.local_date(due_at))


def days_off_from(now: datetime, calendar: WorkingCalendar, *, days: int) -> datetime:
    """Return the local midnight from which on a date has at least `days` working days left.

    Past the last loaded working day it is the end of the loaded years, as in `due_soon_before`.
    """
    today, last = calendar.local_date(now), date(calendar.spec.years[-1], 12, 31)
    if calendar.working_days_between(today, last) < days:
        return calendar.midnight_after(last)
    first = calendar.working_day_after(today, days) if days else today
    return calendar.midnight_after(first - timedelta(days=1))


def days_late(due_at: datetime, now: datetime, calendar: WorkingCalendar) -> int:
    """Return the working days after the due date up to today, at least 1. Ask only when late.

    Source: docs/rules.md, rule R3.
    """
    due_on, today = calendar.local_date(due_at), calendar.local_date(now)
    return max(1, calendar.working_days_between(due_on, today))
