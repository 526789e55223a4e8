from datetime import datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from onestop.domain.limits import (
    Limit,
    due,
    remaining,
    resumed,
)
from onestop.domain.working_time import Amount, Scale

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HANOI)


def local(instant: datetime) -> str:
    return instant.astimezone(HANOI).strftime("%Y-%m-%d %H:%M")


def due_of(limit: str, received: str, calendar) -> str:
    return local(due(Limit.parse(limit), at(received), calendar).due_at)


@pytest.mark.parametrize(
    ("received", "limit", "expected"),
    [
        ("2026-03-02 08:30", "3 working_days", "2026-03-05 08:30"),
        ("2026-02-13 16:00", "3 working_days", "2026-02-25 16:00"),
        ("2026-04-24 17:30", "2 working_days", "2026-04-29 17:00"),
        ("2026-03-03 14:59", "same_day", "2026-03-03 17:00"),
        ("2026-03-03 15:01", "same_day", "2026-03-04 17:00"),
        ("2026-08-20 09:00", "10 calendar_days", "2026-09-03 09:00"),
        ("2026-08-21 10:00", "1 working_days", "2026-08-22 10:00"),
        ("2026-03-02 11:45", "4 working_hours", "2026-03-03 07:30"),
    ],
    ids=[
        "1 three working days keep the clock time",
        "2 Tết is not counted",
        "3 after hours before a compensatory day",
        "4 same day before the cut-off",
        "5 same day after the cut-off",
        "6 calendar days ending on a Sunday before days off",
        "7 a make-up Saturday counts",
        "10 lunch moves the start",
    ],
)
def test_the_vectors(vn, received, limit, expected):
    assert due_of(limit, received, vn) == expected


def test_vector_7_without_the_make_up_saturday(without_makeup):
    assert due_of("1 working_days", "2026-08-21 10:00", without_makeup) == "2026-08-24 10:00"


def test_vector_8_a_month_from_a_saturday_ends_on_the_next_working_day(vn):
    assert due_of("1 months", "2026-01-31 09:00", vn) == "2026-03-02 09:00"


def test_vector_9_a_pause_keeps_the_remaining_working_time(vn):
    limit = Limit.parse("3 working_days")

    left = remaining(at("2026-03-11 10:00"), at("2026-03-09 10:00"), limit, vn)
    after = resumed(left, at("2026-03-16 09:00"), limit, vn)

    assert left == Amount(Scale.DAYS, Fraction(2))
    assert local(after.due_at) == "2026-03-18 09:00"
    assert after.late_at == at("2026-03-19 00:00")


@pytest.mark.parametrize(
    ("received", "limit", "expected"),
    [
        ("2026-03-02 07:00", "1 working_days", "2026-03-02 17:00"),
        ("2026-03-02 17:00", "1 working_days", "2026-03-03 17:00"),
        ("2026-03-02 05:00", "1 working_days", "2026-03-02 17:00"),
        ("2026-03-02 11:30", "1 working_hours", "2026-03-02 14:30"),
        ("2026-03-02 08:30", "0.25 working_days", "2026-03-02 10:30"),
        ("2026-03-02 08:30", "0.5 working_days", "2026-03-02 14:30"),
        ("2026-03-02 16:30:59", "0.5 working_hours", "2026-03-02 17:00"),
        ("2026-01-09 09:00", "1 working_days", "2026-01-10 08:30"),
        ("2026-01-09 07:00", "2 working_days", "2026-01-10 11:30"),
        ("2026-01-09 09:00", "8 working_hours", "2026-01-10 09:30"),
        ("2026-12-30 10:00", "1 working_days", "2026-12-31 10:00"),
        ("2026-03-02 08:30", "1 working_days end_of_day", "2026-03-03 17:00"),
        ("2026-03-02 07:00", "1 working_days end_of_day", "2026-03-02 17:00"),
        ("2026-03-02 08:30", "4 working_hours end_of_day", "2026-03-02 17:00"),
        ("2026-03-02 08:30", "1 working_days exclude_start", "2026-03-03 17:00"),
        ("2026-03-06 08:30", "2 working_days exclude_start", "2026-03-10 17:00"),
        ("2026-03-02 08:30", "4 working_hours exclude_start", "2026-03-03 11:00"),
        ("2026-03-02 08:30", "4 calendar_days end_of_day", "2026-03-06 17:00"),
    ],
    ids=[
        "a full day from opening ends at closing",
        "closing itself is the next opening",
        "before opening is opening",
        "the lunch bell is the afternoon",
        "a quarter of a day",
        "half a day over lunch",
        "seconds are cut",
        "a short make-up Saturday is a whole working day",
        "and ends at its own closing",
        "hours count only its open hours",
        "the last days of the year",
        "end of day runs to closing",
        "end of day of the day that is full",
        "end of day for hours",
        "day zero is not counted",
        "day zero before a week-end",
        "day zero for hours",
        "calendar days to closing",
    ],
)
def test_working_time_limits(vn, received, limit, expected):
    assert due_of(limit, received, vn) == expected


@pytest.mark.parametrize(
    ("received", "limit", "expected"),
    [
        ("2026-03-03 15:00:40", "same_day", "2026-03-03 17:00"),
        ("2026-03-03 11:45", "same_day 12:00", "2026-03-03 17:00"),
        ("2026-03-03 12:01", "same_day 12:00", "2026-03-04 17:00"),
        ("2026-03-06 15:01", "same_day", "2026-03-09 17:00"),
        ("2026-03-06 18:00", "same_day", "2026-03-09 17:00"),
        ("2026-03-07 09:00", "same_day", "2026-03-09 17:00"),
        ("2026-01-10 11:00", "same_day", "2026-01-10 11:30"),
        ("2026-01-10 11:30", "same_day", "2026-01-12 17:00"),
    ],
    ids=[
        "15:00:40 is 15:00",
        "at lunch before a noon cut-off",
        "at lunch after a noon cut-off",
        "after the cut-off on Friday",
        "after hours on Friday",
        "received on a Saturday",
        "on a short make-up Saturday",
        "at the closing of a short Saturday",
    ],
)
def test_same_day_limits(vn, received, limit, expected):
    promise = due(Limit.parse(limit), at(received), vn)

    assert local(promise.due_at) == expected
    assert promise.late_at == promise.due_at


@pytest.mark.parametrize(
    ("received", "limit", "expected"),
    [
        ("2026-03-02 06:00", "1 calendar_days", "2026-03-03 07:00"),
        ("2026-03-02 12:00", "1 calendar_days", "2026-03-03 13:30"),
        ("2026-03-02 17:00", "1 calendar_days", "2026-03-03 17:00"),
        ("2026-03-02 19:00", "1 calendar_days", "2026-03-03 17:00"),
        ("2026-01-08 16:00", "2 calendar_days", "2026-01-10 11:30"),
        ("2026-01-31 09:00", "3 months", "2026-05-04 09:00"),
        ("2026-03-31 09:00", "1 months", "2026-05-04 09:00"),
        ("2026-05-29 09:00", "1 months", "2026-06-29 09:00"),
        ("2026-10-31 09:00", "1 months", "2026-11-30 09:00"),
    ],
    ids=[
        "before opening",
        "at lunch",
        "at closing",
        "after closing",
        "clamped into a short Saturday",
        "three months to a holiday",
        "a month to a holiday",
        "a plain month",
        "31 to 30",
    ],
)
def test_calendar_days_and_months(vn, received, limit, expected):
    assert due_of(limit, received, vn) == expected
