"""Why the date of a leg is what it is: the planned route, step by step, to the end of the leg."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from onestop.domain.events import PlannedStep
from onestop.domain.explanation import ExplanationRow, RowKind, explain
from onestop.domain.limits import Due, Limit
from onestop.domain.schedule import Calendars, PlannedEnd, planned_ends
from onestop.domain.working_time import WorkingCalendar

Rows = tuple[ExplanationRow, ...]


def planned_rows(
    steps: Sequence[PlannedStep], total: Due, calendars: Calendars, *, leg: int
) -> Rows:
    """Return the rows of the critical way to the end of a leg, each step begun by a row of its own.

    The last row is the planned end of the leg, never after `total`; a leg without counted steps has
    no rows. Raises CalendarExhausted. Source: docs/rules.md, rule R6.
    """
    ends = planned_ends(steps, total, calendars)
    way = _way(steps, ends, leg, total.starts_at)
    rows: Rows = ()
    for step, begins in way:
        if step.agency is not None:
            rows += _step_rows(step, begins, total, calendars[step.agency])
    return (*rows, instant(RowKind.DUE, ends[way[-1][0].key].due_at)) if way else rows


def instant(kind: RowKind, at: datetime, note: str = "") -> ExplanationRow:
    """Return a row that takes no time."""
    return ExplanationRow(kind, at, at, note=note)


def _way(
    steps: Sequence[PlannedStep],
    ends: Mapping[str, PlannedEnd],
    leg: int,
    starts_at: datetime,
) -> list[tuple[PlannedStep, datetime]]:
    """The counted steps on the critical way to the end of a leg, with the begin of each."""
    by_key = {step.key: step for step in steps}
    members = [s for s in steps if s.leg == leg and s.allotment and s.counted and s.key in ends]
    way: list[tuple[PlannedStep, datetime]] = []
    step = max(members, key=lambda one: ends[one.key].due_at, default=None)
    while step is not None:
        before = max(
            (key for key in step.after if key in ends),
            key=lambda key: ends[key].due_at,
            default=None,
        )
        if step.allotment and step.counted and step.agency is not None:
            way.append((step, ends[before].due_at if before else starts_at))
        step = by_key[before] if before else None
    return way[::-1]


def _step_rows(step: PlannedStep, begins: datetime, total: Due, calendar: WorkingCalendar) -> Rows:
    rows = explain(Limit.parse(step.allotment or ""), begins, calendar)
    ends = rows[-1].to_at
    leg = ExplanationRow(
        RowKind.LEG, begins, min(ends, total.due_at), name=step.name, note=step.key
    )
    if ends <= total.due_at:
        return (leg, *rows[1:-1])
    return (leg, *rows[1:-1], instant(RowKind.SHIFTED, total.due_at, note="not_after_total"))
