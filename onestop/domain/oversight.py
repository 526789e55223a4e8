"""How late work is looked at from above: as a whole or by step, in buckets of days late."""

from datetime import datetime, time, timedelta
from enum import StrEnum

from onestop.domain.errors import DomainError
from onestop.domain.office_time import OFFICE_ZONE, office_date
from onestop.domain.working_time import WorkingCalendar

DAY = timedelta(days=1)
EXPORT_ROWS_MOST = 20_000
"""How many rows one Excel file may hold; more is refused, never cut."""


class View(StrEnum):
    """What is late: the whole promise to the citizen, or one step at one agency (rule R6)."""

    DOSSIER = "dossier"
    STEP = "step"


class Ageing(StrEnum):
    """How long late, in working days; the value is what stands in addresses."""

    FROM_1 = "1-2"
    FROM_3 = "3-5"
    FROM_6 = "6-10"
    FROM_11 = "over-10"


class Standstill(StrEnum):
    """Whether the clock of a late dossier runs, or what it waits for."""

    RUNNING = "running"
    SUPPLEMENT = "supplement"
    PAYMENT = "payment"
    SUSPENSION = "suspension"


class Period(StrEnum):
    """How far back a list of finished work goes."""

    MONTH = "month"
    EIGHT_WEEKS = "8-weeks"


class Judgement(StrEnum):
    """Whether finished work was in time; early counts as in time."""

    IN_TIME = "in-time"
    LATE = "late"


class Sort(StrEnum):
    """What a list is sorted by; `late` begins with what is late first, or was finished last."""

    LATE = "late"
    SINCE = "since"
    CODE = "code"
    PROCEDURE = "procedure"
    NAME = "name"


LEAST_DAYS = {Ageing.FROM_1: 1, Ageing.FROM_3: 3, Ageing.FROM_6: 6, Ageing.FROM_11: 11}
"""The days late at which a bucket begins; it ends where the next one begins."""


class ExportTooLarge(DomainError):
    """More rows were asked for than one Excel file may hold."""

    def __init__(self, rows: int, most: int = EXPORT_ROWS_MOST) -> None:
        super().__init__(f"{rows} rows, at most {most}")
        self.rows, self.most = rows, most


def ageing_of(days: int) -> Ageing:
    """Return the bucket of so many working days late."""
    return next(age for age in reversed(Ageing) if days >= LEAST_DAYS[age])


def period_start(period: Period, now: datetime) -> datetime:
    """Return the first instant of the period that ends at `now`; a month begins on its first."""
    if period is Period.EIGHT_WEEKS:
        return now - timedelta(weeks=8)
    return datetime.combine(office_date(now).replace(day=1), time(), OFFICE_ZONE)


def late_span(
    age: Ageing, now: datetime, calendar: WorkingCalendar
) -> tuple[datetime | None, datetime | None]:
    """Return [from, before) of the due instants that are late by `age` at `now`; None is open.

    The same buckets as `ageing_of(days_late(due_at, now, calendar))`, turned into instants so that
    a database can count them. Ask only of what is late. Source: docs/rules.md, rule R3.
    """
    ages = list(Ageing)
    after = ages[ages.index(age) + 1 :]
    begins = _due_before(LEAST_DAYS[after[0]], now, calendar) if after else None
    ends = None if age is Ageing.FROM_1 else _due_before(LEAST_DAYS[age], now, calendar)
    return begins, ends


def _due_before(days: int, now: datetime, calendar: WorkingCalendar) -> datetime:
    """The midnight before which a due instant is at least `days` working days late."""
    day = calendar.local_date(now) + DAY
    # Before the first loaded day nothing was ever promised: its midnight is early enough.
    while days and calendar.covers(day - DAY):
        day -= DAY
        days -= calendar.is_working_day(day)
    return calendar.midnight_after(day - DAY)
