"""What is stored is what is explained: random routes, calendars and pauses."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from onestop.domain.events import TOTAL, PlannedStep, leg_scope
from onestop.domain.explanation import COUNTING, ExplanationRow, PauseSpan, RowKind, explain
from onestop.domain.limits import Limit, LimitUnit, due
from onestop.domain.routes import StepKind
from onestop.domain.schedule import PlannedEnd, first_promises, offer_step, planned_ends
from onestop.domain.working_time import Amount, CalendarExhausted, WorkingCalendar, elapsed
from tests.domain.dossiers import JUSTICE
from tests.domain.dossiers import step as planned_step
from tests.domain.ledger import dossier_after
from tests.domain.random_calendars import calendars, instants, limits
from tests.domain.random_routes import COUNTED_UNITS, RECEIVING, Journey, journeys

CIVIL = (LimitUnit.CALENDAR_DAYS, LimitUnit.MONTHS)
SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much]


def in_cases(**strategies: st.SearchStrategy[Any]) -> Callable[[Callable[..., None]], Any]:
    """Let a rule hold in fifty random cases, in the drills in two hundred."""

    def decorate(rule: Callable[..., None]) -> Callable[[int], None]:
        @pytest.mark.parametrize("cases", [50, pytest.param(200, marks=pytest.mark.drill)])
        def test(cases: int) -> None:
            chosen = settings(
                max_examples=cases, derandomize=True, deadline=None, suppress_health_check=SLOW
            )
            chosen(given(**strategies)(rule))()

        return test

    return decorate


# First promises


@in_cases(journey=journeys())
def test_every_first_promise_is_the_last_row_of_an_explanation(journey: Journey) -> None:
    try:
        total = journey.total
        lines = first_promises(journey.steps, total, RECEIVING, journey.calendars)
        ends = planned_ends(journey.steps, total, journey.calendars)
    except CalendarExhausted:
        assume(False)

    whole = _explained(journey.limit, journey.received_at, journey.calendars[RECEIVING])
    told = {TOTAL: whole}
    for step in _allotted(journey, ends):
        begins = _planned_begin(step, ends, total.starts_at)
        own = _explained_step(step, begins, journey.calendars)
        told[step.key] = min(own, whole)
    for leg in {step.leg for step in _allotted(journey, ends)}:
        members = [step.key for step in _allotted(journey, ends) if step.leg == leg]
        told[leg_scope(leg)] = max(told[key] for key in members)

    stored = {line.scope: line.due_at for line in lines}
    stored |= {step.key: ends[step.key].due_at for step in _allotted(journey, ends)}
    assert stored == told


@in_cases(calendar=calendars(), offered_at=instants, limit=limits())
def test_the_due_of_an_offered_step_is_the_last_row_of_its_explanation(
    calendar: WorkingCalendar, offered_at: datetime, limit: Limit
) -> None:
    work = planned_step("work", StepKind.WORK, JUSTICE, allotment=limit.to_text())
    try:
        offer = offer_step(work, agency=JUSTICE, attempt=1, at=offered_at, calendar=calendar)
    except CalendarExhausted:
        assume(False)

    assert offer.due_at == _explained(limit, offered_at, calendar)


def _allotted(journey: Journey, ends: Mapping[str, PlannedEnd]) -> list[PlannedStep]:
    """The steps that take time in the plan: counted ones with an allotment that surely happen."""
    return [s for s in journey.steps if s.allotment and s.counted and s.key in ends]


def _planned_begin(
    step: PlannedStep, ends: Mapping[str, PlannedEnd], starts_at: datetime
) -> datetime:
    return max((ends[key].due_at for key in step.after if key in ends), default=starts_at)


def _explained_step(
    step: PlannedStep, begins: datetime, calendar_of: Mapping[int, WorkingCalendar]
) -> datetime:
    return _explained(Limit.parse(step.allotment), begins, calendar_of[step.agency])


def _explained(limit: Limit, begins: datetime, calendar: WorkingCalendar) -> datetime:
    """The instant in the last row, once the counted rows are found to be the limit."""
    rows = explain(limit, begins, calendar)

    assert rows[-1].kind is RowKind.DUE
    counted = [row for row in rows if row.kind in COUNTING]
    if limit.unit in CIVIL:
        (row,) = counted
        days = (calendar.local_date(row.to_at) - calendar.local_date(row.from_at)).days
        assert (row.count, row.note) == (limit.amount, limit.unit)
        assert limit.unit is LimitUnit.MONTHS or days == limit.amount
    else:
        assert _sum(counted, limit) == _to_count(limit, begins, calendar)
    return rows[-1].to_at


def _to_count(limit: Limit, begins: datetime, calendar: WorkingCalendar) -> Amount:
    """The limit as working time; for the same day what that day has left."""
    if limit.working_time is not None:
        return limit.working_time
    promise = due(limit, begins, calendar)
    return elapsed(promise.starts_at, promise.due_at, limit.scale, calendar)


def _sum(rows: Sequence[ExplanationRow], limit: Limit) -> Amount:
    return sum((row.amount for row in rows if row.amount), Amount.zero(limit.scale))


# Pauses

TWO_WEEKS = 14 * 24 * 60


@st.composite
def pauses_after(draw: st.DrawFn, received_at: datetime) -> list[PauseSpan]:
    """Pauses that overlap, lie in each other or are open still; no two ends in one minute."""
    count = 2 * draw(st.integers(1, 4))
    minutes = st.lists(st.integers(1, TWO_WEEKS), min_size=count, max_size=count, unique=True)
    moments = [
        received_at + timedelta(minutes=minute, seconds=draw(st.integers(0, 59)))
        for minute in draw(minutes)
    ]
    pairs = [sorted(pair) for pair in zip(moments[::2], moments[1::2], strict=True)]
    spans = [PauseSpan(begins, ends, "supplement") for begins, ends in pairs]
    still_open = draw(st.integers(0, 3)) == 0
    return [replace(spans[0], ended_at=None), *spans[1:]] if still_open else spans


@in_cases(calendar=calendars(), received_at=instants, limit=limits(), data=st.data())
def test_after_pauses_the_ledger_says_what_the_last_row_says(
    calendar: WorkingCalendar, received_at: datetime, limit: Limit, data: st.DataObject
) -> None:
    pauses = data.draw(pauses_after(received_at))
    try:
        rows = explain(limit, received_at, calendar, pauses)
        dossier = dossier_after(limit, received_at, pauses, calendar)
    except CalendarExhausted:
        assume(False)

    _assert_told(rows, dossier.is_kept(), dossier.counted_promise().due_at)
    if limit.working_time is not None and not dossier.is_kept():
        assert _sum([row for row in rows if row.kind in COUNTING], limit) == limit.working_time
    for branch in dossier.live_steps if limit.unit in COUNTED_UNITS else ():
        own = [pause for pause in dossier.pauses if pause.step == branch.step]
        spans = [PauseSpan(pause.opened_at, pause.closed_at) for pause in own]
        rows = explain(limit, received_at, calendar, spans)
        _assert_told(rows, branch.late_at is None, branch.due_at)


def _assert_told(rows: Sequence[ExplanationRow], stands_still: bool, due_at: datetime) -> None:
    if stands_still:
        assert rows[-1].kind is RowKind.PAUSE
    else:
        assert (rows[-1].kind, rows[-1].to_at) == (RowKind.DUE, due_at)
