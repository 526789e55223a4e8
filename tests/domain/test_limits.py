from datetime import UTC, datetime, time
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from onestop.domain.limits import (
    BadLimit,
    CountRule,
    Limit,
    LimitUnit,
    after_pause,
    due,
    remaining,
    resumed,
)
from onestop.domain.working_time import Amount, CalendarExhausted, Scale

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


# Limits as text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("3 working_days", "3 working_days"),
        (" 3.00 working_days ", "3 working_days"),
        ("0.25 working_days", "0.25 working_days"),
        ("10 calendar_days", "10 calendar_days"),
        ("100 calendar_days end_of_day", "100 calendar_days end_of_day"),
        ("1.5 working_hours", "1.5 working_hours"),
        ("same_day", "same_day 15:00"),
        ("1 same_day", "same_day 15:00"),
        ("same_day 11:00", "same_day 11:00"),
        ("2 months", "2 months"),
        ("5 working_days exclude_start", "5 working_days exclude_start"),
    ],
)
def test_a_limit_is_read_and_written(text, written):
    limit = Limit.parse(text)

    assert limit.to_text() == written
    assert Limit.parse(written) == limit


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "not_a_limit"),
        ("3", "not_a_limit"),
        ("working_days", "not_a_limit"),
        ("3 days", "not_a_limit"),
        ("3 working_days soon", "not_a_limit"),
        ("1e3 working_days", "not_a_limit"),
        ("٣ working_days", "not_a_limit"),
        ("0 working_days", "not_positive"),
        ("-1 working_days", "not_positive"),
        ("10000 calendar_days", "too_long"),
        ("3650.25 working_days", "too_long"),
        ("2 same_day", "too_long"),
        ("0.3 working_days", "not_quarters"),
        ("0.5 calendar_days", "not_whole"),
        ("1.5 months", "not_whole"),
        ("0.5 same_day", "not_whole"),
        ("0.01 working_hours", "not_minutes"),
        ("same_day 25:00", "bad_cutoff"),
        ("3 working_days 15:00", "bad_cutoff"),
        ("same_day end_of_day", "rule_not_for_unit"),
        ("3 months exclude_start", "rule_not_for_unit"),
    ],
)
def test_a_limit_that_cannot_be_promised_says_why(text, code):
    with pytest.raises(BadLimit) as caught:
        Limit.parse(text)

    assert caught.value.code == code


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "-Infinity"])
def test_a_limit_is_a_number(amount):
    with pytest.raises(BadLimit, match="not_positive"):
        Limit(Decimal(amount), LimitUnit.WORKING_DAYS)


def test_a_limit_knows_its_scale_and_how_it_is_judged():
    hours, days, same_day, months = (
        Limit.parse(text)
        for text in ("4 working_hours", "0.5 working_days", "same_day", "1 months")
    )

    assert [limit.scale for limit in (hours, same_day)] == [Scale.MINUTES] * 2
    assert [limit.judged_by_date for limit in (hours, days, same_day, months)] == [
        False,
        True,
        False,
        True,
    ]
    assert hours.working_time == Amount(Scale.MINUTES, Fraction(240))
    assert days.working_time == Amount(Scale.DAYS, Fraction(1, 2))
    assert (same_day.working_time, same_day.cutoff) == (None, time(15, 0))
    assert months.rule is CountRule.PLAIN


# When it is late


def test_day_limits_are_late_from_the_midnight_after(vn):
    promise = due(Limit.parse("3 working_days"), at("2026-03-02 08:30"), vn)

    assert promise.starts_at == at("2026-03-02 08:30")
    assert promise.late_at == at("2026-03-06 00:00")


def test_hour_limits_are_late_at_once(vn):
    promise = due(Limit.parse("4 working_hours"), at("2026-03-02 11:45"), vn)

    assert promise.starts_at == at("2026-03-02 13:30")
    assert promise.late_at == promise.due_at == at("2026-03-03 07:30")


def test_every_instant_of_a_promise_is_utc(vn):
    promise = due(Limit.parse("same_day"), at("2026-03-03 15:01"), vn)

    assert {instant.tzinfo for instant in (promise.starts_at, promise.due_at)} == {UTC}
    assert promise.starts_at == at("2026-03-04 07:00")


def test_nothing_is_left_after_the_due_instant(vn):
    limit = Limit.parse("3 working_days")

    assert not remaining(at("2026-03-05 08:30"), at("2026-03-05 09:00"), limit, vn)


def test_a_pause_over_the_due_date_keeps_the_time_that_was_left(vn):
    limit = Limit.parse("4 working_hours")
    promise = due(limit, at("2026-03-02 08:00"), vn)

    after = after_pause(limit, promise, at("2026-03-02 10:00"), at("2026-03-04 18:00"), vn)

    assert after.due_at == after.late_at == at("2026-03-05 09:00")
    assert promise.due_at == at("2026-03-02 14:00")


def test_a_pause_that_begins_late_changes_nothing(vn):
    limit = Limit.parse("3 working_days")
    promise = due(limit, at("2026-03-02 08:30"), vn)

    assert after_pause(limit, promise, promise.late_at, at("2026-03-20 09:00"), vn) is promise


def test_a_pause_between_the_due_instant_and_its_midnight_ends_when_it_ends(vn):
    limit = Limit.parse("3 working_days")
    promise = due(limit, at("2026-03-02 08:30"), vn)

    after = after_pause(limit, promise, at("2026-03-05 10:00"), at("2026-03-09 10:00"), vn)

    assert (after.due_at, after.late_at) == (at("2026-03-09 10:00"), at("2026-03-10 00:00"))


def test_end_of_day_limits_end_at_closing_after_a_pause_too(vn):
    limit = Limit.parse("3 working_days end_of_day")
    promise = due(limit, at("2026-03-02 08:30"), vn)

    after = after_pause(limit, promise, at("2026-03-03 08:30"), at("2026-03-10 09:00"), vn)

    assert promise.due_at == at("2026-03-05 17:00")
    assert after.due_at.astimezone(HANOI).time() == time(17, 0)


@pytest.mark.parametrize(
    ("received", "limit"),
    [
        ("2026-12-31 16:59", "1 working_days"),
        ("2026-12-31 15:01", "same_day"),
        ("2026-12-20 09:00", "12 calendar_days"),
        ("2026-12-01 09:00", "1 months"),
    ],
)
def test_a_promise_into_a_year_that_is_not_loaded_is_refused(vn, received, limit):
    with pytest.raises(CalendarExhausted) as caught:
        due(Limit.parse(limit), at(received), vn)

    assert caught.value.year == 2027
