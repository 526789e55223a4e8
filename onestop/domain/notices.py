"""What staff are reminded of, once each: a step due soon, a step, a dossier or a pile late."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from onestop.domain.calendar_spec import CalendarSpec
from onestop.domain.working_time import WorkingCalendar

WARN_WITHIN = 2
"""Working days before the due date at which the holder of a step is warned (rule R11)."""
NEXT_YEAR_FROM = 11
"""The month from whose first day on the calendar of the next year has to be there."""


class NoticeKind(StrEnum):
    """Why somebody is reminded: the holder of a step due soon; a leader of what is late.

    Of a pile that nobody answered for both sides are.
    """

    STEP_DUE_SOON = "step_due_soon"
    STEP_LATE = "step_late"
    DOSSIER_LATE = "dossier_late"
    PILE_LATE = "pile_late"


OF_DATES = (NoticeKind.STEP_DUE_SOON, NoticeKind.STEP_LATE, NoticeKind.DOSSIER_LATE)
"""Reminders of the date of a step or of a whole dossier."""


def warned_before(now: datetime, calendar: WorkingCalendar, *, within: int) -> datetime:
    """Return the midnight before which a due instant is at most `within` working days away.

    As `working_days_left` counts them. Past the last loaded working day it is the end of the
    loaded years. Source: docs/rules.md, rule R11.
    """
    today = calendar.local_date(now)
    end = date(calendar.spec.years[-1], 12, 31)
    if calendar.working_days_between(today, end) > within:
        end = calendar.working_day_after(today, within + 1) - timedelta(days=1)
    return calendar.midnight_after(end)


def years_wanted(spec: CalendarSpec | None, today: date) -> tuple[int, ...]:
    """Return the years that somebody must enter now: this one, from November on the next as well.

    `spec` is None for a calendar that is not there at all. Source: docs/rules.md, rule R1.
    """
    last = today.year + (1 if today.month >= NEXT_YEAR_FROM else 0)
    have = spec.years if spec else ()
    return tuple(year for year in range(today.year, last + 1) if year not in have)
