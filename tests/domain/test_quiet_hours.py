"""No warning at night or on a day off, and none later than the first moment it may be told."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onestop.domain.events import (
    CitizenReminded,
    PauseClosed,
    PauseKind,
    ResultAccepted,
    ResultReturned,
)
from onestop.domain.events.values import Delivery
from onestop.domain.quiet_hours import held_until, is_answer, may_tell, next_allowed
from onestop.domain.working_time import CalendarExhausted, WorkingCalendar
from tests.domain.random_calendars import calendars, instants

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HANOI)


@pytest.mark.parametrize(
    ("at", "told"),
    [
        ("2026-03-02 07:00", "2026-03-02 07:00"),
        ("2026-03-02 12:15", "2026-03-02 12:15"),
        ("2026-03-02 18:59:59", "2026-03-02 18:59:59"),
        ("2026-03-02 06:59:59", "2026-03-02 07:00"),
        ("2026-03-02 19:00", "2026-03-03 07:00"),
        ("2026-03-02 00:00", "2026-03-02 07:00"),
        ("2026-03-06 19:30", "2026-03-09 07:00"),
        ("2026-03-07 09:00", "2026-03-09 07:00"),
        ("2026-03-08 23:00", "2026-03-09 07:00"),
        ("2026-02-14 09:00", "2026-02-23 07:00"),
        ("2026-08-22 09:00", "2026-08-22 09:00"),
    ],
    ids=[
        "from seven on",
        "at lunch as well",
        "the last second before seven in the evening",
        "the last second of the night",
        "seven in the evening is night",
        "midnight",
        "Friday night waits for Monday",
        "Saturday",
        "Sunday night",
        "all of Tet",
        "a make-up Saturday is a day of work",
    ],
)
def test_what_is_written_in_quiet_hours_waits_for_the_next_morning(vn, at, told):
    assert next_allowed(local(at), vn) == local(told)
    assert may_tell(local(at), vn) is (at == told)
    assert held_until(local(at), vn) == (None if at == told else local(told))


@given(calendar=calendars(), at=instants, passed=st.floats(0, 1, exclude_max=True))
def test_it_is_told_at_the_first_moment_allowed_and_at_no_earlier_one(calendar, at, passed):
    told = next_allowed(at, calendar)

    assert told >= at
    assert may_tell(told, calendar)
    assert next_allowed(told, calendar) == told
    between = at + passed * (told - at)
    assert between == told or not may_tell(between, calendar)


@given(calendar=calendars(), at=instants)
def test_never_between_seven_in_the_evening_and_seven_in_the_morning(calendar, at):
    hour = next_allowed(at, calendar).astimezone(calendar.zone).hour

    assert 7 <= hour < 19


def test_where_the_calendar_ends_only_the_night_is_known(vn: WorkingCalendar) -> None:
    evening = local("2026-12-31 20:00")

    with pytest.raises(CalendarExhausted):
        next_allowed(evening, vn)
    assert held_until(evening, vn) == local("2027-01-01 07:00")
    assert held_until(local("2027-01-04 05:00"), vn) == local("2027-01-04 07:00")
    assert held_until(local("2027-01-04 09:00"), vn) is None


def test_an_instant_may_come_in_any_zone(vn: WorkingCalendar) -> None:
    night = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)  # 22:00 in Hanoi

    assert not may_tell(night, vn)
    assert next_allowed(night, vn) - night == timedelta(hours=9)


def test_what_the_citizen_has_just_done_is_answered_at_any_hour() -> None:
    def closed(kind: PauseKind) -> PauseClosed:
        return PauseClosed(1, kind, (), None, (), None, None, (), (), ())

    assert is_answer(ResultReturned("return", 1, Delivery.DESK))
    assert is_answer(closed(PauseKind.SUPPLEMENT))
    assert is_answer(closed(PauseKind.PAYMENT))
    assert not is_answer(closed(PauseKind.SUSPENSION))
    assert not is_answer(closed(PauseKind.UNCOUNTED))
    assert not is_answer(ResultAccepted("return", 1))
    assert not is_answer(CitizenReminded(1, local("2026-03-02 17:00")))
