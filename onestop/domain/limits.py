"""Limits as the law writes them, and the instants they lead to."""

import calendar as civil
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from typing import Self

from onestop.domain.errors import DomainError
from onestop.domain.working_time import (
    Amount,
    Scale,
    WorkingCalendar,
    advance,
    elapsed,
    whole_minute,
)

MAX_AMOUNT = 3650
DEFAULT_CUTOFF = time(15, 0)
_TEXT = re.compile(
    r"(?:(?P<amount>-?[0-9]{1,9}(?:\.[0-9]{1,9})?) )?(?P<unit>[a-z_]+?)"
    r"(?: (?P<cutoff>[0-9]{2}:[0-9]{2}))?(?: (?P<rule>end_of_day|exclude_start))?"
)


class BadLimit(DomainError):
    """A limit that cannot be promised.

    Codes: not_a_limit, not_positive, too_long, not_quarters, not_whole, not_minutes,
    bad_cutoff, rule_not_for_unit.
    """

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text!r}")
        self.code, self.text = code, text[:60]


class LimitUnit(StrEnum):
    """What the law counts in. Source: docs/rules.md, rules R1, R2."""

    WORKING_HOURS = "working_hours"
    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"
    MONTHS = "months"
    SAME_DAY = "same_day"


class CountRule(StrEnum):
    """How a procedure counts: keep the clock time, run to closing, or begin the day after."""

    PLAIN = "plain"
    END_OF_DAY = "end_of_day"
    EXCLUDE_START = "exclude_start"


_STEP = {
    LimitUnit.WORKING_HOURS: ("not_minutes", Fraction(1, 60)),
    LimitUnit.WORKING_DAYS: ("not_quarters", Fraction(1, 4)),
    LimitUnit.CALENDAR_DAYS: ("not_whole", Fraction(1)),
    LimitUnit.MONTHS: ("not_whole", Fraction(1)),
    LimitUnit.SAME_DAY: ("not_whole", Fraction(1)),
}
_RULES = {
    LimitUnit.WORKING_HOURS: frozenset(CountRule),
    LimitUnit.WORKING_DAYS: frozenset(CountRule),
    LimitUnit.CALENDAR_DAYS: frozenset({CountRule.PLAIN, CountRule.END_OF_DAY}),
    LimitUnit.MONTHS: frozenset({CountRule.PLAIN, CountRule.END_OF_DAY}),
    LimitUnit.SAME_DAY: frozenset({CountRule.PLAIN}),
}


@dataclass(frozen=True, slots=True)
class Limit:
    """A length promised. Raises BadLimit when it is not more than zero or cannot be counted.

    Working days go in quarters, working hours in minutes, the rest in whole numbers; the amount
    of a same-day limit is 1. `cutoff` (local) is only for same_day and stands at 15:00 unless
    given. Source: docs/rules.md, rules R1, R2.
    """

    amount: Decimal
    unit: LimitUnit
    cutoff: time | None = None
    rule: CountRule = CountRule.PLAIN

    def __post_init__(self) -> None:
        if self.unit is LimitUnit.SAME_DAY and self.cutoff is None:
            object.__setattr__(self, "cutoff", DEFAULT_CUTOFF)
        if code := self._refused():
            raise BadLimit(code, f"{self.amount} {self.unit} {self.rule}")

    def _refused(self) -> str | None:
        if not self.amount.is_finite() or self.amount <= 0:
            return "not_positive"
        same_day = self.unit is LimitUnit.SAME_DAY
        if self.amount > (1 if same_day else MAX_AMOUNT):
            return "too_long"
        code, step = _STEP[self.unit]
        if Fraction(self.amount) % step:
            return code
        if same_day == (self.cutoff is None):
            return "bad_cutoff"
        return None if self.rule in _RULES[self.unit] else "rule_not_for_unit"

    @classmethod
    @lru_cache(maxsize=1_000)  # a route's limits are read again at every reception and offer
    def parse(cls, text: str) -> Self:
        """Return the limit that `to_text` writes. Raises BadLimit."""
        match = _TEXT.fullmatch(text.strip())
        if match is None or match["unit"] not in tuple(LimitUnit):
            raise BadLimit("not_a_limit", text)
        unit = LimitUnit(match["unit"])
        if match["amount"] is None and unit is not LimitUnit.SAME_DAY:
            raise BadLimit("not_a_limit", text)
        return cls(
            Decimal(match["amount"] or 1),
            unit,
            _parse_cutoff(match["cutoff"], text),
            CountRule(match["rule"] or CountRule.PLAIN),
        )

    def to_text(self) -> str:
        """Return "3 working_days", "0.25 working_days end_of_day", "same_day 15:00"."""
        parts = [] if self.unit is LimitUnit.SAME_DAY else [f"{self.amount.normalize():f}"]
        parts.append(self.unit)
        if self.cutoff is not None:
            parts.append(self.cutoff.strftime("%H:%M"))
        if self.rule is not CountRule.PLAIN:
            parts.append(self.rule)
        return " ".join(parts)

    @property
    def scale(self) -> Scale:
        """The scale on which what is left of this limit is kept."""
        hours = self.unit in (LimitUnit.WORKING_HOURS, LimitUnit.SAME_DAY)
        return Scale.MINUTES if hours else Scale.DAYS

    @property
    def judged_by_date(self) -> bool:
        """Whether lateness begins only with the day after (rule R3)."""
        return self.scale is Scale.DAYS

    @property
    def working_time(self) -> Amount | None:
        """The limit as working time; None for calendar days, months and the same day."""
        return _working_time(self.amount, self.unit)


@lru_cache(maxsize=1_000)  # exact fractions are slow to make and few are in use
def _working_time(amount: Decimal, unit: LimitUnit) -> Amount | None:
    if unit is LimitUnit.WORKING_HOURS:
        return Amount(Scale.MINUTES, Fraction(amount) * 60)
    if unit is LimitUnit.WORKING_DAYS:
        return Amount(Scale.DAYS, Fraction(amount))
    return None


@dataclass(frozen=True, slots=True)
class Due:
    """What a limit leads to: when the clock starts, the printed instant, the first late instant.

    `left` is the exact working time that runs from `starts_at`. The printed instant may lie a
    little later, rounded up to the minute or to closing: what lies between is no working time, so
    no pause can keep it. None measures it to the printed instant.
    """

    starts_at: datetime
    due_at: datetime
    late_at: datetime
    left: Amount | None = None

    def left_at(self, at: datetime, limit: Limit, calendar: WorkingCalendar) -> Amount:
        """Return the working time that is left at `at`, at least nothing."""
        if self.left is None:
            return remaining(self.due_at, max(at, self.starts_at), limit, calendar)
        used = elapsed(self.starts_at, at, limit.scale, calendar)
        return self.left - min(used, self.left)


def due(limit: Limit, received_at: datetime, calendar: WorkingCalendar) -> Due:
    """Return the three instants of a promise, in UTC, whole minutes.

    Raises CalendarExhausted when a year is needed that is not loaded.
    Source: docs/rules.md, rules R1, R2, R3.
    """
    amount = limit.working_time
    if amount is not None:
        starts_at = counting_start(limit, received_at, calendar)
        return _due(limit, starts_at, advance(starts_at, amount, calendar), calendar, amount)
    if limit.unit is LimitUnit.SAME_DAY:
        starts_at = counting_start(limit, received_at, calendar)
        reached = calendar.closing_of(calendar.local_date(starts_at))
    else:
        day = calendar.first_working_day(last_civil_day(limit, calendar.local_date(received_at)))
        starts_at = whole_minute(received_at)
        reached = clamped(day, starts_at, calendar)
    left = elapsed(starts_at, reached, limit.scale, calendar)
    return _due(limit, starts_at, reached, calendar, left)


def counting_start(limit: Limit, received_at: datetime, calendar: WorkingCalendar) -> datetime:
    """Return when working time begins to count.

    The minute of reception or the next opening; the opening of the next working day for
    exclude_start, and for same_day after the cut-off. Source: docs/rules.md, rule R1.
    """
    starts_at = calendar.next_opening(received_at)
    day = calendar.local_date(starts_at)
    if limit.rule is CountRule.EXCLUDE_START or _after_cutoff(limit, received_at, day, calendar):
        return calendar.opening_of(calendar.working_day_after(day))
    return starts_at


def late_at(limit: Limit, due_at: datetime, calendar: WorkingCalendar) -> datetime:
    """Return the first instant at which `due_at` is missed. Source: docs/rules.md, rule R3."""
    if not limit.judged_by_date:
        return due_at
    return calendar.midnight_after(calendar.local_date(due_at))


def remaining(due_at: datetime, at: datetime, limit: Limit, calendar: WorkingCalendar) -> Amount:
    """Return the working time from `at` to `due_at` on the limit's scale; zero when past.

    Source: docs/rules.md, rule R1.
    """
    return elapsed(at, due_at, limit.scale, calendar)


def resumed(left: Amount, at: datetime, limit: Limit, calendar: WorkingCalendar) -> Due:
    """Return the promise when the clock goes on at `at` with `left` still to run.

    With nothing left, due is `at` or the next opening. Source: docs/rules.md, rule R1.
    """
    starts_at = calendar.next_opening(at)
    return _due(limit, starts_at, advance(starts_at, left, calendar), calendar, left)


def after_pause(
    limit: Limit,
    promise: Due,
    paused_at: datetime,
    resumed_at: datetime,
    calendar: WorkingCalendar,
) -> Due:
    """Return the promise after a pause, never earlier than before it.

    Unchanged when it was late before the pause began, when it had run out in an earlier pause
    already, and when no working time passed in the pause. Pauses that overlap are one: give the
    start of the first and the end of the last. Source: docs/rules.md, rules R1, R5.
    """
    if not can_be_kept(promise, paused_at):
        return promise
    left = promise.left_at(paused_at, limit, calendar)
    return gone_on(limit, promise, left, paused_at, resumed_at, calendar)


def can_be_kept(promise: Due, paused_at: datetime) -> bool:
    """Whether a pause that begins at `paused_at` may put `promise` off.

    Not when it is late. Nor when nothing was left of it in an earlier pause: else one short pause
    every evening of its last day would put it off for ever. Source: docs/rules.md, rule R5.
    """
    run_out = promise.left is not None and not promise.left
    return promise.late_at > paused_at and not run_out


def gone_on(
    limit: Limit,
    promise: Due,
    left: Amount,
    paused_at: datetime,
    resumed_at: datetime,
    calendar: WorkingCalendar,
) -> Due:
    """Return `promise` after a pause that kept `left` of it; see `after_pause`."""
    if not elapsed(paused_at, resumed_at, limit.scale, calendar):
        return promise
    after = resumed(left, max(resumed_at, promise.starts_at), limit, calendar)
    if after.due_at < promise.due_at:
        # Due at an opening, nothing left at the closing before: a pause never makes it earlier.
        return Due(after.starts_at, promise.due_at, promise.late_at, left)
    return after


def left_at_pause(
    limit: Limit, promise: Due, paused_at: datetime, calendar: WorkingCalendar
) -> Amount:
    """Return what is left when the clock of `promise` stops; the whole when it had not started."""
    return promise.left_at(paused_at, limit, calendar)


def last_civil_day(limit: Limit, received_on: date) -> date:
    """Return the last day of a limit in calendar days or months, before any shift.

    The day of reception is not counted; a month ends on the same day number, or on the last day
    of a shorter month. Source: docs/rules.md, rule R2 (Civil Code 2015, articles 147 and 148).
    """
    amount = int(limit.amount)
    if limit.unit is LimitUnit.CALENDAR_DAYS:
        return received_on + timedelta(days=amount)
    years, month = divmod(received_on.month - 1 + amount, 12)
    year = received_on.year + years
    length = civil.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(received_on.day, length))


def clamped(day: date, received_at: datetime, calendar: WorkingCalendar) -> datetime:
    """Return the clock time of reception on `day`, moved into the opening hours of that day.

    Source: docs/rules.md, rule R2.
    """
    clock = received_at.astimezone(calendar.zone).time()
    wanted = datetime.combine(day, clock, calendar.zone)
    closing = calendar.closing_of(day)
    return closing if wanted >= closing else calendar.next_opening(wanted)


def _due(
    limit: Limit,
    starts_at: datetime,
    due_at: datetime,
    calendar: WorkingCalendar,
    left: Amount,
) -> Due:
    if limit.rule is CountRule.END_OF_DAY:
        due_at = calendar.closing_from(due_at)
    return Due(starts_at, due_at, late_at(limit, due_at, calendar), left)


def _after_cutoff(
    limit: Limit, received_at: datetime, day: date, calendar: WorkingCalendar
) -> bool:
    """Whether a same-day dossier came too late on `day`; one moved to a later day did not."""
    if limit.unit is not LimitUnit.SAME_DAY or limit.cutoff is None:
        return False
    local = whole_minute(received_at).astimezone(calendar.zone)
    return local.date() == day and local.time() > limit.cutoff


def _parse_cutoff(text: str | None, limit: str) -> time | None:
    if text is None:
        return None
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise BadLimit("bad_cutoff", limit) from None
