"""Dates that move when a calendar changes: later by the same working time, never earlier."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onestop.domain.calendar_changes import CalendarChange, ChangedDay
from onestop.domain.calendar_moves import CALENDAR_CHANGED, Shifts, move_dates
from onestop.domain.calendar_spec import DayKind
from onestop.domain.dossier import DossierState
from onestop.domain.events import (
    TOTAL,
    DatesMoved,
    Ground,
    MovedTerm,
    PromiseExtended,
    PromiseLine,
    Recorded,
)
from onestop.domain.explanation import PauseSpan
from onestop.domain.fold import apply
from onestop.domain.limits import Limit, due
from onestop.domain.working_time import WorkingCalendar
from tests.domain.conftest import FULL_DAY, PLAIN_2026, SATURDAY_MORNING
from tests.domain.dossiers import CENTRE, JUSTICE
from tests.domain.ledger import dossier_after

SPEC = replace(PLAIN_2026, years=(2026, 2027))
OLD = WorkingCalendar(SPEC)
ADMIN = 99


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=OLD.zone)


def day(text: str, kind: DayKind | None = DayKind.HOLIDAY, **values: object) -> ChangedDay:
    return ChangedDay(date.fromisoformat(text), kind, "Nghỉ", **values)  # type: ignore[arg-type]


def changed(*days: ChangedDay, old: WorkingCalendar = OLD) -> WorkingCalendar:
    spec = CalendarChange(days, "TB 1/2026").applied_to(old.spec)
    return WorkingCalendar(replace(spec, version=old.spec.version + 1))


def worked(text: str) -> ChangedDay:
    return day(text, DayKind.MAKEUP_WORKING_DAY, hours=FULL_DAY)


def dossier(limit: str, received: str, *pauses: PauseSpan) -> DossierState:
    return dossier_after(Limit.parse(limit), at(received), pauses, OLD)


def moved(
    state: DossierState, new: WorkingCalendar, now: str, old: WorkingCalendar = OLD
) -> DatesMoved | None:
    return move_dates(state, at=at(now), by=ADMIN, shifts=Shifts(lambda _: old, lambda _: new))


def follow(state: DossierState, event: DatesMoved | PromiseExtended, now: str) -> DossierState:
    return apply(state, Recorded(state.version + 1, event, ADMIN, at(now), at(now)))


def total_due(state: DossierState) -> datetime:
    counted = state.counted_promise()
    assert counted is not None
    return counted.due_at


@pytest.mark.parametrize(
    ("limit", "received", "off", "after"),
    [
        ("3 working_days", "2026-03-02 08:30", "2026-03-04", "2026-03-06 08:30"),
        ("3 working_days", "2026-03-02 08:30", "2026-03-05", "2026-03-06 08:30"),
        ("3 working_days end_of_day", "2026-03-02 08:30", "2026-03-04", "2026-03-06 17:00"),
        ("1 working_days exclude_start", "2026-03-02 08:30", "2026-03-03", "2026-03-04 17:00"),
        ("8 working_hours", "2026-03-02 15:00", "2026-03-03", "2026-03-04 15:00"),
        ("10 calendar_days", "2026-03-02 09:00", "2026-03-12", "2026-03-13 09:00"),
        ("1 months", "2026-03-09 16:45", "2026-04-09", "2026-04-10 16:45"),
        ("same_day 15:00", "2026-03-02 15:30", "2026-03-03", "2026-03-04 17:00"),
    ],
    ids=[
        "a day between",
        "the last day",
        "to closing",
        "day zero",
        "hours",
        "calendar days ending on it",
        "a month ending on it",
        "the same day",
    ],
)
def test_a_new_day_off_moves_the_promise_to_what_the_new_calendar_gives(
    limit: str, received: str, off: str, after: str
) -> None:
    new = changed(day(off))

    event = moved(dossier(limit, received), new, "2026-03-02 16:00")

    assert event is not None
    (line,) = event.promises
    expected = due(Limit.parse(limit), at(received), new)
    assert (line.due_at, line.late_at) == (expected.due_at, expected.late_at)
    assert line.due_at == at(after)
    assert (line.ground, line.reason, line.asked_by) == (Ground.CALENDAR, CALENDAR_CHANGED, ADMIN)
    assert event.calendars == (new.id,)


def test_calendar_days_stay_when_a_day_between_is_off() -> None:
    state = dossier("10 calendar_days", "2026-03-02 09:00")

    assert moved(state, changed(day("2026-03-05")), "2026-03-02 16:00") is None


def test_a_running_step_moves_with_its_own_calendar() -> None:
    state = dossier("3 working_days", "2026-03-02 08:30")
    new = changed(day("2026-03-04"))

    def new_of(agency: int) -> WorkingCalendar:
        return new if agency == JUSTICE else OLD

    event = move_dates(
        state, at=at("2026-03-02 16:00"), by=ADMIN, shifts=Shifts(lambda _: OLD, new_of)
    )

    assert event is not None
    assert event.promises == ()
    (step,) = event.steps
    assert (step.step, step.due_at) == ("branch-1", at("2026-03-06 08:30"))
    assert step.late_at == at("2026-03-07 00:00")
    assert follow(state, event, "2026-03-02 16:00").live_steps[0].due_at == step.due_at


def test_a_swapped_day_moves_only_what_lies_between() -> None:
    swap = changed(worked("2026-03-07"), day("2026-03-09", DayKind.COMPENSATORY_OFF))
    before = dossier("3 working_days", "2026-03-02 08:30")  # Thursday
    between = dossier("5 working_days", "2026-03-02 08:30")  # the Monday that is now off
    after = dossier("6 working_days", "2026-03-02 08:30")  # Tuesday

    assert [moved(one, swap, "2026-03-02 16:00") for one in (before, after)] == [None, None]
    # Counted anew it is due on the Saturday: earlier, so it stays.
    assert moved(between, swap, "2026-03-02 16:00") is None


def test_a_day_worked_more_shortens_nothing() -> None:
    state = dossier("5 working_days", "2026-03-02 08:30")

    assert moved(state, changed(worked("2026-03-07")), "2026-03-02 16:00") is None


def test_what_an_earlier_change_did_not_shorten_still_moves_by_a_day_off() -> None:
    state = dossier("5 working_days", "2026-03-02 08:30")  # Monday 9 March
    saturday = changed(worked("2026-03-07"))
    both = changed(day("2026-03-09"), old=saturday)

    event = moved(state, both, "2026-03-02 16:00", old=saturday)

    assert event is not None
    assert event.promises[0].due_at == at("2026-03-10 08:30")


def test_a_late_promise_stays_as_it_is() -> None:
    state = dossier("1 working_days", "2026-03-02 08:30")

    assert moved(state, changed(day("2026-03-03")), "2026-03-04 08:00") is None
    assert moved(state, changed(day("2026-03-03")), "2026-03-03 23:59") is not None


def test_a_day_of_storm_told_afterwards_moves_what_is_not_late_yet() -> None:
    state = dossier("3 working_days", "2026-03-02 08:30")

    event = moved(state, changed(day("2026-03-03")), "2026-03-04 09:00")

    assert event is not None
    assert event.promises[0].due_at == at("2026-03-06 08:30")


def test_what_a_pause_keeps_is_not_moved_but_counted_on_the_new_calendar() -> None:
    open_pause = PauseSpan(at("2026-03-03 08:30"), None)
    paused = dossier("3 working_days", "2026-03-02 08:30", open_pause)

    assert moved(paused, changed(day("2026-03-10")), "2026-03-04 09:00") is None


@pytest.mark.parametrize(
    ("off", "ends"),
    [
        ("2026-03-05", "2026-03-10 17:00"),  # in the term: the citizen keeps every working day
        ("2026-03-09", "2026-03-10 17:00"),  # the last day itself
        ("2026-03-10", None),  # after it
    ],
)
def test_a_day_off_never_shortens_the_term_of_a_citizen(off: str, ends: str | None) -> None:
    asked = dossier("3 working_days", "2026-03-02 08:30", PauseSpan(at("2026-03-03 08:30"), None))
    (pause,) = asked.open_pauses
    term, warned = at("2026-03-09 17:00"), at("2026-03-05 09:00")
    asked = replace(asked, pauses=(replace(pause, citizen_due_at=term, reminded_at=warned),))

    event = moved(asked, changed(day(off)), "2026-03-04 09:00")

    assert (event is not None) == (ends is not None)
    if event is not None and ends is not None:
        assert event.terms == (MovedTerm(pause.pause, at(ends)),)
        (followed,) = follow(asked, event, "2026-03-04 09:00").open_pauses
        assert (followed.citizen_due_at, followed.reminded_at) == (at(ends), None)


def test_after_a_pause_only_what_was_left_is_counted_on_the_new_calendar() -> None:
    pause = PauseSpan(at("2026-03-03 08:30"), at("2026-03-09 08:30"))
    resumed = dossier("3 working_days", "2026-03-02 08:30", pause)  # Wednesday 11 March
    in_the_pause = changed(day("2026-03-05"))
    after_it = changed(day("2026-03-10"))

    assert total_due(resumed) == at("2026-03-11 08:30")
    assert moved(resumed, in_the_pause, "2026-03-09 09:00") is None
    event = moved(resumed, after_it, "2026-03-09 09:00")
    assert event is not None
    assert event.promises[0].due_at == at("2026-03-12 08:30")


def test_calendar_days_after_a_pause_are_working_time() -> None:
    pause = PauseSpan(at("2026-03-04 09:00"), at("2026-03-09 09:00"))
    resumed = dossier("10 calendar_days", "2026-03-02 09:00", pause)

    event = moved(resumed, changed(day("2026-03-11")), "2026-03-09 09:30")

    assert event is not None
    assert event.promises[0].due_at > total_due(resumed)


@pytest.mark.parametrize(
    ("off", "told"),
    [("2026-03-04", "2026-03-13 08:30"), ("2026-03-10", "2026-03-13 08:30")],
    ids=["both dates move", "only the one that was told"],
)
def test_a_date_told_with_an_apology_moves_and_never_becomes_the_counted_one(
    off: str, told: str
) -> None:
    state = extended(dossier("3 working_days", "2026-03-02 08:30"), "2026-03-12 08:30")
    before = total_due(state)

    event = moved(state, changed(day(off)), "2026-03-02 16:30")

    assert event is not None
    after = follow(state, event, "2026-03-02 16:30")
    assert after.last_promise().due_at == at(told)  # type: ignore[union-attr]
    assert after.last_promise().ground is Ground.EXTENSION  # type: ignore[union-attr]
    assert (total_due(after) > before) == (off == "2026-03-04")


def test_a_told_date_that_stays_is_told_again_after_the_counted_one_moved() -> None:
    # The Saturday after the counted date gives the told one its day back.
    state = extended(dossier("3 working_days", "2026-03-02 08:30"), "2026-03-12 08:30")
    swap = changed(day("2026-03-04"), worked("2026-03-07"))

    event = moved(state, swap, "2026-03-02 16:30")

    assert event is not None
    assert [line.ground for line in event.promises] == [Ground.CALENDAR, Ground.EXTENSION]
    assert event.promises[1] == state.last_promise()


def extended(state: DossierState, until: str) -> DossierState:
    due_at = at(until)
    midnight = OLD.midnight_after(due_at.date())
    line = PromiseLine(TOTAL, CENTRE, Ground.EXTENSION, due_at, midnight, reason="heavy_load")
    return follow(state, PromiseExtended(0, "heavy_load", (line,), (OLD.id,)), "2026-03-02 16:00")


@given(
    limit=st.sampled_from(
        [
            "0.25 working_days",
            "2.5 working_days",
            "5 working_days end_of_day",
            "7 working_hours",
            "12 calendar_days",
            "1 months",
            "same_day 15:00",
            "3 working_days exclude_start",
        ]
    ),
    minute=st.integers(0, 9 * 24 * 60),
    offs=st.lists(st.integers(0, 50), max_size=4, unique=True),
    works=st.lists(st.integers(0, 8), max_size=3, unique=True),
)
def test_a_first_promise_moves_to_what_the_new_calendar_gives_or_stays(
    limit: str, minute: int, offs: list[int], works: list[int]
) -> None:
    received = at("2026-03-02 00:00") + timedelta(minutes=minute)
    state = dossier_after(Limit.parse(limit), received, (), OLD)
    new = _with(offs, works)

    event = move_dates(state, at=received, by=ADMIN, shifts=Shifts(lambda _: OLD, lambda _: new))

    was, would_be = total_due(state), due(Limit.parse(limit), received, new).due_at
    after = total_due(follow_at(state, event, received)) if event else was
    assert after == max(was, would_be)


def _with(offs: list[int], works: list[int]) -> WorkingCalendar:
    """The calendar with some weekdays off and some short Saturdays worked."""
    first = date(2026, 3, 2)
    off_days = {first + timedelta(days=n) for n in offs}
    saturdays = {first + timedelta(days=5 + 7 * n) for n in works} - off_days
    taken = {row.on for row in SPEC.exceptions}
    days = [ChangedDay(on, DayKind.HOLIDAY, "Nghỉ") for on in sorted(off_days - taken)]
    days += [
        ChangedDay(on, DayKind.MAKEUP_WORKING_DAY, "Bù", SATURDAY_MORNING)
        for on in sorted(saturdays - taken)
    ]
    return changed(*days) if days else OLD


def follow_at(state: DossierState, event: DatesMoved, when: datetime) -> DossierState:
    return apply(state, Recorded(state.version + 1, event, ADMIN, when, when))
