"""Why a date that a calendar moved is what it is: what was promised, then the rest counted anew."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from onestop.domain.calendar_moves import Shift
from onestop.domain.explained_plan import Rows, instant
from onestop.domain.explanation import ExplanationRow, RowKind, explain_rest
from onestop.domain.limits import Limit, counting_start
from onestop.domain.working_time import WorkingCalendar, elapsed

CALENDAR = "calendar"
"""The note of a promised row that a change of the calendar puts off."""


def moved_rows(
    limit: Limit,
    promised: datetime,
    due_at: datetime,
    *,
    begins: datetime,
    standstill_ends: Iterable[datetime],
    olds: Sequence[WorkingCalendar],
    new: WorkingCalendar,
) -> Rows:
    """Return the rows from the date `promised` to `due_at`, where a change of calendar put it.

    Counted anew is what lies after the first changed day and after the last standstill. `olds` are
    the versions that may have counted before; none of them may lead to `due_at`: then no rows.
    Raises CalendarExhausted. Source: docs/rules.md, rule R11.
    """
    ends = list(standstill_ends)
    for old in olds:
        shift = Shift.between(old, new)
        if shift.since is None or not shift.reaches(promised):
            continue
        before = instant(RowKind.PROMISED, promised, note=CALENDAR)
        if shift.off_a_day_off(promised) == due_at:
            shifted = ExplanationRow(RowKind.SHIFTED, promised, due_at, note="not_working_day")
            return (before, shifted, instant(RowKind.DUE, due_at))
        counts_from = max([counting_start(limit, begins, old), *ends])
        anchor = max(counts_from, shift.since)
        rows = explain_rest(elapsed(anchor, promised, limit.scale, old), anchor, limit, new)
        if rows[-1].to_at == due_at:
            return (before, *rows[1:])
    return ()
