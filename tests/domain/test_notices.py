"""Which dates are near enough for a reminder, and when a year of the calendar is missed."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from onestop.domain.notices import WARN_WITHIN, warned_before, years_wanted
from onestop.domain.standings import working_days_left
from onestop.domain.working_time import CalendarExhausted, CalendarSpec, WorkingCalendar
from tests.domain.random_calendars import calendars, instants


@given(calendar=calendars(), now=instants, within=st.integers(0, 5), minutes=st.integers(0, 40_000))
def test_before_the_horizon_lies_what_is_at_most_so_many_working_days_away(
    calendar, now, within, minutes
):
    due_at = now + timedelta(minutes=minutes)
    try:
        near = working_days_left(now, due_at, calendar) <= within
    except CalendarExhausted:
        assume(False)

    assert (due_at < warned_before(now, calendar, within=within)) is near


def test_at_the_end_of_the_calendar_all_that_is_left_of_it_is_near(vn: WorkingCalendar) -> None:
    zone = ZoneInfo("Asia/Ho_Chi_Minh")
    eve = datetime(2026, 12, 30, 9, 0, tzinfo=zone)

    assert warned_before(eve, vn, within=WARN_WITHIN) == datetime(2027, 1, 1, tzinfo=zone)


@pytest.mark.parametrize(
    ("years", "today", "wanted"),
    [
        ((2026,), date(2026, 10, 31), ()),
        ((2026,), date(2026, 11, 1), (2027,)),
        ((2026,), date(2026, 12, 31), (2027,)),
        ((2026, 2027), date(2026, 11, 1), ()),
        ((2026,), date(2027, 1, 2), (2027,)),
        ((2026,), date(2027, 11, 2), (2027, 2028)),
    ],
    ids=[
        "not in October",
        "from the first of November",
        "to the last day",
        "not once it is there",
        "a year that has begun without it",
        "both",
    ],
)
def test_next_year_is_missed_from_november_on(
    plain_spec: CalendarSpec, years: tuple[int, ...], today: date, wanted: tuple[int, ...]
) -> None:
    assert years_wanted(replace(plain_spec, years=years), today) == wanted


def test_of_a_calendar_that_is_not_there_every_year_is_missed() -> None:
    assert years_wanted(None, date(2026, 10, 1)) == (2026,)
    assert years_wanted(None, date(2026, 12, 1)) == (2026, 2027)
