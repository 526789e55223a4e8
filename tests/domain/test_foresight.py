"""When a dossier would end if all went on as the route allots, and what the clock drafts then."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from onestop.domain.decisions.drafts import extension_due
from onestop.domain.dossier import DossierState
from onestop.domain.events import (
    TOTAL,
    Event,
    ExtensionDrafted,
    Ground,
    PromiseLine,
    ProposalDeclined,
    StepAccepted,
    StepFinished,
)
from onestop.domain.fold import apply, fold
from onestop.domain.foresight import foreseen
from onestop.domain.schedule import first_promises, offer_step
from onestop.domain.working_time import CalendarExhausted, WorkingCalendar
from tests.domain.dossiers import BUNDLE, CENTRE, JUSTICE, history, received
from tests.domain.random_routes import RECEIVING, Journey, journeys

# Monday 2 March 2026, 08:30 in Hanoi; the bundle takes birth 1, then residence and card 1, check 1.
START = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
DAY = timedelta(days=1)
SHORT = (BUNDLE[0], BUNDLE[1], replace(BUNDLE[-1], after=("birth",)))
ALLOTTED = START + 3 * DAY


@pytest.fixture
def calendar_of(vn: WorkingCalendar):
    return lambda agency: vn


def dossier(vn: WorkingCalendar, *events: Event, due: datetime = ALLOTTED + DAY, **changes):
    """The birth bundle received at START with a promise of four days, and what followed."""
    first = offer_step(BUNDLE[1], agency=JUSTICE, attempt=1, at=START, calendar=vn)
    midnight = vn.midnight_after(vn.local_date(due))
    promise = PromiseLine(TOTAL, CENTRE, Ground.FIRST, due, midnight)
    event = received(offers=(first,), promises=(promise,), **changes)
    return fold(history(event, *events, every=timedelta(minutes=1)))


def test_one_just_received_ends_after_its_longest_path(vn, calendar_of):
    assert foreseen(dossier(vn), at=START, calendar_of=calendar_of) == ALLOTTED


def test_a_step_in_time_does_not_move_the_end_a_late_one_moves_it_with_the_clock(vn, calendar_of):
    state = dossier(vn)

    assert foreseen(state, at=START + DAY, calendar_of=calendar_of) == ALLOTTED
    late = START + DAY + timedelta(hours=2)
    assert foreseen(state, at=late, calendar_of=calendar_of) == ALLOTTED + timedelta(hours=2)


def test_what_is_done_early_is_won(vn, calendar_of):
    offers = tuple(
        offer_step(step, agency=step.agency, attempt=1, at=START, calendar=vn)
        for step in BUNDLE[2:4]
    )
    done = StepFinished("birth", 1, offers)
    state = dossier(vn, StepAccepted("birth", 1), done)

    assert foreseen(state, at=START, calendar_of=calendar_of) == ALLOTTED - DAY


def test_waiting_steps_not_counted_and_unopened_branches_take_no_time(vn, calendar_of):
    steps = list(BUNDLE)
    steps[2] = replace(steps[2], counted=False, allotment="30 calendar_days")
    steps[3] = replace(steps[3], optional=True)
    state = dossier(vn, steps=tuple(steps))

    assert foreseen(state, at=START, calendar_of=calendar_of) == ALLOTTED - DAY


def test_a_year_that_is_not_loaded_is_refused(vn, calendar_of):
    with pytest.raises(CalendarExhausted):
        foreseen(dossier(vn), at=datetime(2026, 12, 31, 4, tzinfo=UTC), calendar_of=calendar_of)


@given(journey=journeys(), waits=st.lists(st.integers(0, 20_000), min_size=2, max_size=2))
def test_as_time_passes_the_end_foreseen_never_comes_nearer(journey, waits):
    try:
        state = begun(journey)
        calendar_of = journey.calendars.__getitem__
        first, then = (journey.received_at + timedelta(minutes=wait) for wait in sorted(waits))
        before = foreseen(state, at=first, calendar_of=calendar_of)
        after = foreseen(state, at=then, calendar_of=calendar_of)
    except CalendarExhausted:
        assume(False)
    assert first <= before <= after
    assert then <= after


def begun(journey: Journey) -> DossierState:
    """The dossier of a journey in which nothing has happened since it was received."""
    steps = tuple(journey.steps)
    passed = {"receive"} | {s.key for s in steps if s.optional and s.after == ("receive",)}
    offers = tuple(
        offer_step(
            step,
            agency=step.agency,
            attempt=1,
            at=journey.received_at,
            calendar=journey.calendars[step.agency],
        )
        for step in steps
        if step.key not in passed and set(step.after) <= passed
    )
    event = received(
        *steps,
        receiving_agency=RECEIVING,
        limit=journey.limit.to_text(),
        promises=first_promises(steps, journey.total, RECEIVING, journey.calendars),
        offers=offers,
    )
    recorded = history(event)[0]
    at = journey.received_at
    return apply(None, replace(recorded, occurred_at=at, recorded_at=at))


# What the clock drafts by itself


def test_nothing_is_drafted_while_all_goes_as_allotted(vn, calendar_of):
    state = dossier(vn)

    for at in (START, START + timedelta(hours=20), START + DAY):
        assert extension_due(state, at=at, calendar_of=calendar_of) is None


def test_one_foreseen_to_miss_is_drafted_for_the_day_after_the_foreseen_end(vn, calendar_of):
    state = dossier(vn)
    at = START + 2 * DAY + timedelta(hours=1)
    # Foreseen for Friday 09:30: later than the minute promised, in time by its day.
    assert extension_due(state, at=at, calendar_of=calendar_of) is None
    at = START + 2 * DAY + timedelta(hours=8)  # Wednesday 16:30, foreseen for Friday 16:30
    assert extension_due(state, at=at, calendar_of=calendar_of) is None
    tight = dossier(vn, due=ALLOTTED)
    draft = extension_due(tight, at=at, calendar_of=calendar_of)
    assert isinstance(draft, ExtensionDrafted)
    assert draft.reason == ""
    # Foreseen for Friday 6 March: promised for Monday the 9th at the clock time of the old date.
    assert draft.due_at == datetime(2026, 3, 9, 1, 30, tzinfo=UTC)


def test_on_the_last_day_for_an_apology_unfinished_work_is_drafted_anyhow(vn, calendar_of):
    state = dossier(vn, steps=SHORT)

    assert extension_due(state, at=START + 2 * DAY, calendar_of=calendar_of) is None
    draft = extension_due(state, at=START + 3 * DAY, calendar_of=calendar_of)
    assert draft is not None
    assert draft.due_at == ALLOTTED + DAY + 3 * DAY  # Friday promised, Monday drafted


def test_an_apology_that_comes_too_late_is_not_drafted(vn, calendar_of):
    state = dossier(vn)

    assert extension_due(state, at=START + 4 * DAY, calendar_of=calendar_of) is None
    assert extension_due(state, at=START + 9 * DAY, calendar_of=calendar_of) is None


def test_a_limit_of_one_day_is_not_put_off_on_the_day_it_is_promised(vn, calendar_of):
    state = dossier(vn, due=START + DAY, steps=SHORT)

    at = START + timedelta(hours=1)
    assert extension_due(state, at=at, calendar_of=calendar_of) is None


def test_nobody_is_asked_twice_and_a_procedure_may_know_no_extension(vn, calendar_of):
    tight = partial(dossier, vn, due=ALLOTTED)
    at = START + 2 * DAY
    draft = extension_due(tight(), at=at, calendar_of=calendar_of)
    assert draft is not None

    asked = tight(draft)
    declined = tight(draft, ProposalDeclined(1, "not_needed"))
    for state in (asked, declined, tight(extensions=0)):
        assert extension_due(state, at=at, calendar_of=calendar_of) is None
