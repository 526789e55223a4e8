"""The route laid out in time at reception: when each leg should end if all goes as promised."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from onestop.domain.events import (
    TOTAL,
    Ground,
    Offer,
    PlannedStep,
    PromiseLine,
    leg_scope,
    phase_scope,
)
from onestop.domain.limits import Due, Limit, due
from onestop.domain.routes import Route
from onestop.domain.working_time import WorkingCalendar

Calendars = Mapping[int, WorkingCalendar]
"""The calendar of every agency a route touches, by agency id."""


@dataclass(frozen=True, slots=True)
class PlannedEnd:
    """When a step should end, and from which instant it would be late."""

    due_at: datetime
    late_at: datetime


def planned_steps(route: Route, agency_of: Mapping[str, int]) -> tuple[PlannedStep, ...]:
    """Return the steps of `route` in travelling order, as a dossier keeps them, legs from 1.

    `agency_of` names the agency of each step; one that is chosen later has none, and no leg.
    """
    leg_of = {
        key: number
        for number, leg in enumerate(route.legs(agency_of), start=1)
        for key in leg.steps
    }
    return tuple(
        PlannedStep(
            key=step.key,
            name=step.name,
            name_en=step.name_en,
            kind=step.kind,
            agency=agency_of.get(step.key),
            role=step.role,
            allotment=step.limit.to_text() if step.limit else None,
            after=step.after,
            optional=step.optional,
            phase=step.phase,
            leg=leg_of.get(step.key, 0),
            counted=step.counted,
        )
        for step in (route.step(key) for key in route.order)
    )


def first_promises(
    steps: Sequence[PlannedStep],
    total: Due,
    receiving: int,
    calendars: Calendars,
    *,
    first_phase: Due | None = None,
) -> tuple[PromiseLine, ...]:
    """Return the first line of the ledger for the whole, the first phase of several, every leg.

    `steps` stand in an order in which every step follows its predecessors. A leg's date is the
    planned end of its last allotted step along the critical path, never after the total.
    Optional branches are not opened yet and take no time, nor do steps that are not counted: a leg
    of such steps alone has no promise. A later phase is promised when it begins.

    Source: docs/rules.md, rule R6.
    """
    lines = [PromiseLine(TOTAL, receiving, Ground.FIRST, total.due_at, total.late_at)]
    if first_phase is not None:
        due_at, late_at = first_phase.due_at, first_phase.late_at
        lines.append(PromiseLine(phase_scope(1), receiving, Ground.FIRST, due_at, late_at))
    lines += leg_promises(steps, total, calendars, ground=Ground.FIRST)
    return tuple(lines)


def leg_promises(
    steps: Sequence[PlannedStep], total: Due, calendars: Calendars, *, ground: Ground
) -> list[PromiseLine]:
    """Return a ledger line for every leg with counted steps, in travelling order (rule R6)."""
    ends = planned_ends(steps, total, calendars)
    lines = []
    for leg in sorted({step.leg for step in steps if step.leg}):
        members = [s for s in steps if s.leg == leg and s.allotment and s.counted and s.key in ends]
        if not members:
            continue
        last = max((ends[s.key] for s in members), key=lambda end: end.due_at)
        agency = members[0].agency
        lines.append(PromiseLine(leg_scope(leg), agency, ground, last.due_at, last.late_at))
    return lines


def planned_ends(
    steps: Sequence[PlannedStep], total: Due, calendars: Calendars
) -> dict[str, PlannedEnd]:
    """Return the planned end of every step that is not optional, by key, none after `total`."""
    ends: dict[str, PlannedEnd] = {}
    begin = PlannedEnd(total.starts_at, total.starts_at)
    for step in steps:
        if step.optional:
            continue
        before = max(
            (ends[key] for key in step.after if key in ends),
            key=lambda end: end.due_at,
            default=begin,
        )
        ends[step.key] = _end(step, before, total, calendars)
    return ends


def _end(step: PlannedStep, before: PlannedEnd, total: Due, calendars: Calendars) -> PlannedEnd:
    if step.allotment is None or step.agency is None or not step.counted:
        return before
    own = due(Limit.parse(step.allotment), before.due_at, calendars[step.agency])
    return PlannedEnd(min(own.due_at, total.due_at), min(own.late_at, total.late_at))


def offer_step(
    step: PlannedStep, *, agency: int, attempt: int, at: datetime, calendar: WorkingCalendar
) -> Offer:
    """Return the offer of `step` to `agency` at `at`; its limit runs from now on (rule R6)."""
    if step.allotment is None:
        return Offer(step.key, attempt, agency, None, None, None)
    own = due(Limit.parse(step.allotment), at, calendar)
    return Offer(step.key, attempt, agency, own.due_at, own.late_at, calendar.id)
