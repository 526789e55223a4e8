"""When the whole would be due if its clock, which stands still, went on: for those without events.

Whoever has the history asks `decisions.if_resumed`; here the standstills alone are known.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from onestop.domain.limits import Due, Limit, after_pause, counting_start, due, late_at
from onestop.domain.working_time import WorkingCalendar


@dataclass(frozen=True, slots=True)
class Standstill:
    """The clock of the whole from the beginning of a pause to its end, None while it lasts."""

    begins: datetime
    ends: datetime | None


def due_if_resumed(
    limit: Limit,
    received_at: datetime,
    *,
    counted: datetime,
    told: datetime,
    standstills: Sequence[Standstill],
    at: datetime,
    calendar: WorkingCalendar,
) -> datetime | None:
    """Return when the whole would be due if the clock went on at `at`; None when it runs, or late.

    `counted` is the counted due, `told` the latest date, the same unless it was put off with an
    apology; `calendar` is the receiving agency's. Raises CalendarExhausted.
    Source: docs/rules.md, rules R1, R4, R5, R7.
    """
    spans = joined(standstills)
    if not spans or spans[-1].ends is not None:
        return None
    promise = _promise(limit, received_at, counted, spans[:-1], calendar)
    if promise.late_at <= spans[-1].begins:
        return None
    if told != counted:
        promise = Due(promise.starts_at, told, late_at(limit, told, calendar))
    return after_pause(limit, promise, spans[-1].begins, at, calendar).due_at


def joined(standstills: Sequence[Standstill]) -> list[Standstill]:
    """Return the standstills in order, those that overlap or touch as one."""
    spans: list[Standstill] = []
    for span in sorted(standstills, key=lambda span: span.begins):
        last = spans[-1] if spans else None
        if last is not None and (last.ends is None or span.begins <= last.ends):
            open_ended = last.ends is None or span.ends is None
            ends = None if open_ended else max(last.ends or span.begins, span.ends or span.begins)
            spans[-1] = Standstill(last.begins, ends)
        else:
            spans.append(span)
    return spans


def _promise(
    limit: Limit,
    received_at: datetime,
    counted: datetime,
    over: Sequence[Standstill],
    calendar: WorkingCalendar,
) -> Due:
    """The counted promise with the exact time behind it, where the standstills alone lead to it.

    A date that was moved otherwise is measured to the date itself.
    """
    promise = due(limit, received_at, calendar)
    for span in over:
        promise = after_pause(limit, promise, span.begins, span.ends or span.begins, calendar)
    if promise.due_at == counted:
        return promise
    starts_at = counting_start(limit, received_at, calendar)
    return Due(starts_at, counted, late_at(limit, counted, calendar))
