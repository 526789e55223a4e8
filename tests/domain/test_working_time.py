import os
import time as clock
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from onestop.domain.calendar_spec import Certainty, missing_years
from onestop.domain.working_time import (
    Amount,
    BadCalendar,
    CalendarException,
    CalendarExhausted,
    DayKind,
    OpenInterval,
    Scale,
    WorkingCalendar,
    advance,
    elapsed,
)
from tests.domain.conftest import FULL_DAY, PLAIN_2026, SATURDAY_MORNING, makeup
from tests.domain.random_calendars import calendars, instants

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
MINUTE = timedelta(minutes=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HANOI)


def amounts(scale: Scale) -> st.SearchStrategy[Amount]:
    if scale is Scale.MINUTES:
        return st.integers(1, 20_000).map(lambda n: Amount(scale, Fraction(n)))
    return st.builds(Fraction, st.integers(1, 400), st.integers(1, 16)).map(
        lambda value: Amount(scale, value)
    )


# Properties


@given(calendar=calendars(), start=instants, data=st.data(), scale=st.sampled_from(Scale))
def test_time_added_is_time_counted(calendar, start, data, scale):
    amount = data.draw(amounts(scale))
    try:
        end = advance(start, amount, calendar)
    except CalendarExhausted:
        assume(False)

    assert elapsed(start, end, scale, calendar) >= amount
    assert elapsed(start, end - MINUTE, scale, calendar) < amount
    if scale is Scale.MINUTES:
        assert elapsed(start, end, scale, calendar) == amount


@given(calendar=calendars(), start=instants, later=st.integers(0, 9_000), data=st.data())
def test_a_later_start_is_never_due_earlier(calendar, start, later, data):
    amount = data.draw(amounts(data.draw(st.sampled_from(Scale))))
    try:
        first = advance(start, amount, calendar)
        second = advance(start + later * MINUTE, amount, calendar)
    except CalendarExhausted:
        assume(False)

    assert first <= second


@given(
    calendar=calendars(),
    start=instants,
    steps=st.tuples(st.integers(0, 90_000), st.integers(0, 90_000)),
)
def test_time_counted_adds_up(calendar, start, steps):
    middle = start + steps[0] * MINUTE
    end = middle + steps[1] * MINUTE

    for scale in Scale:
        parts = elapsed(start, middle, scale, calendar) + elapsed(middle, end, scale, calendar)
        assert parts == elapsed(start, end, scale, calendar)


@given(calendar=calendars(), start=instants)
def test_the_clock_counts_exactly_the_open_minutes(calendar, start):
    for offset in range(0, 3_000, 37):
        instant = start + offset * MINUTE
        runs = elapsed(instant, instant + MINUTE, Scale.MINUTES, calendar).value == 1
        assert runs == calendar.open_at(instant)


@given(calendar=calendars(), start=instants)
def test_every_working_day_adds_one_day_whatever_its_length(calendar, start):
    day = calendar.first_working_day(calendar.local_date(start))

    whole = elapsed(calendar.opening_of(day), calendar.closing_of(day), Scale.DAYS, calendar)

    assert whole == Amount(Scale.DAYS, Fraction(1))


@given(value=st.builds(Fraction, st.integers(0, 10**9), st.integers(1, 10**6)))
def test_an_amount_survives_its_text(value):
    for scale in Scale:
        amount = Amount(scale, value)
        assert Amount.from_text(amount.to_text()) == amount


# Amounts


@pytest.mark.parametrize("text", ["", "3", "-1 days", "1.5 days", "1/0 days", "3 hours", "3 days "])
def test_text_that_is_no_amount_is_refused(text):
    with pytest.raises(ValueError, match="not an amount"):
        Amount.from_text(text)


def test_amounts_of_two_scales_do_not_mix():
    with pytest.raises(ValueError, match="do not mix"):
        Amount.zero(Scale.DAYS) + Amount.zero(Scale.MINUTES)


def test_an_amount_is_never_negative():
    with pytest.raises(ValueError, match="not negative"):
        Amount.zero(Scale.DAYS) - Amount(Scale.DAYS, Fraction(1))


def test_amounts_compare_and_write_themselves():
    half, one = Amount(Scale.DAYS, Fraction(1, 2)), Amount(Scale.DAYS, Fraction(1))

    assert half < one <= one
    assert (half + half, bool(one - one)) == (one, False)
    assert [half.to_text(), one.to_text()] == ["1/2 days", "1 days"]


# Edges of the day


@pytest.mark.parametrize(
    ("instant", "is_open", "opening"),
    [
        ("2026-03-02 06:59", False, "2026-03-02 07:00"),
        ("2026-03-02 07:00", True, "2026-03-02 07:00"),
        ("2026-03-02 11:29:59", True, "2026-03-02 11:29"),
        ("2026-03-02 11:30", False, "2026-03-02 13:30"),
        ("2026-03-02 16:59", True, "2026-03-02 16:59"),
        ("2026-03-02 17:00", False, "2026-03-03 07:00"),
        ("2026-02-13 17:00", False, "2026-02-23 07:00"),
    ],
    ids=["before", "opening", "seconds cut", "lunch bell", "last minute", "closing", "over Tết"],
)
def test_opening_and_closing(vn, instant, is_open, opening):
    assert vn.open_at(at(instant)) is is_open
    assert vn.next_opening(at(instant)) == at(opening)


def test_reception_hours_are_apart_from_working_hours(vn):
    saturday = at("2026-03-07 08:00")

    assert vn.reception_open_at(saturday)
    assert not vn.open_at(saturday)
    assert not vn.reception_open_at(at("2026-03-07 11:30"))
    assert not vn.reception_open_at(at("2026-02-17 08:00"))


def test_nothing_to_count_is_now_or_the_next_opening(vn):
    for scale in Scale:
        zero = Amount.zero(scale)
        assert advance(at("2026-03-02 09:00:30"), zero, vn) == at("2026-03-02 09:00")
        assert advance(at("2026-03-02 17:00"), zero, vn) == at("2026-03-03 07:00")


def test_time_counted_backwards_is_zero(vn):
    assert not elapsed(at("2026-03-03 09:00"), at("2026-03-02 09:00"), Scale.DAYS, vn)


def test_a_fraction_of_a_short_day_is_rounded_up_to_the_minute(vn):
    third = Amount(Scale.DAYS, Fraction(1, 7))

    assert advance(at("2026-01-10 07:30"), third, vn) == at("2026-01-10 08:05")


def test_opening_and_closing_of_days(vn):
    assert vn.opening_of(date(2026, 1, 10)) == at("2026-01-10 07:30")
    assert vn.closing_of(date(2026, 1, 10)) == at("2026-01-10 11:30")
    assert vn.closing_from(at("2026-01-09 17:00")) == at("2026-01-09 17:00")
    assert vn.closing_from(at("2026-01-09 17:01")) == at("2026-01-10 11:30")
    assert vn.midnight_after(date(2026, 1, 10)) == at("2026-01-11 00:00")
    with pytest.raises(ValueError, match="not a working day"):
        vn.opening_of(date(2026, 1, 11))


def test_working_days_are_counted_after_the_first_up_to_the_last(vn):
    friday, saturday, tuesday = date(2026, 8, 21), date(2026, 8, 22), date(2026, 8, 25)

    assert vn.working_days_between(friday, tuesday) == 3
    assert vn.working_days_between(tuesday, friday) == 0
    assert vn.working_day_after(friday, 2) == date(2026, 8, 24)
    assert vn.first_working_day(saturday) == saturday
    assert vn.is_working_day(saturday)
    assert not vn.is_working_day(date(2026, 2, 17))


def test_the_last_working_day_of_the_years_has_an_end(vn):
    assert elapsed(at("2026-12-31 07:00"), at("2027-01-01 00:00"), Scale.DAYS, vn).value == 1


# Years


@pytest.mark.parametrize(
    "question",
    [
        lambda vn: advance(at("2026-12-31 10:00"), Amount(Scale.DAYS, Fraction(1)), vn),
        lambda vn: advance(at("2026-12-31 10:00"), Amount(Scale.MINUTES, Fraction(999)), vn),
        lambda vn: advance(at("2027-06-01 10:00"), Amount(Scale.MINUTES, Fraction(1)), vn),
        lambda vn: vn.next_opening(at("2026-12-31 17:00")),
        lambda vn: vn.closing_from(at("2026-12-31 17:01")),
        lambda vn: vn.working_day_after(date(2026, 12, 30), 2),
        lambda vn: vn.first_working_day(date(2027, 1, 1)),
        lambda vn: vn.is_working_day(date(2027, 1, 1)),
        lambda vn: vn.open_at(at("2027-01-02 10:00")),
        lambda vn: elapsed(at("2026-12-31 10:00"), at("2027-01-05 10:00"), Scale.DAYS, vn),
        lambda vn: vn.working_days_between(date(2026, 12, 1), date(2027, 1, 1)),
    ],
)
def test_a_year_that_is_not_loaded_is_refused_not_guessed(vn, question):
    with pytest.raises(CalendarExhausted) as caught:
        question(vn)

    assert (caught.value.key, caught.value.year) == ("vn-test", 2027)


def test_a_year_before_the_loaded_ones_is_refused_too(vn):
    with pytest.raises(CalendarExhausted) as caught:
        advance(at("2025-12-31 10:00"), Amount(Scale.MINUTES, Fraction(1)), vn)

    assert caught.value.year == 2025


def test_the_years_a_calendar_lacks():
    assert missing_years(PLAIN_2026, date(2026, 11, 1)) == (2027,)
    assert missing_years(replace(PLAIN_2026, years=(2026, 2027)), date(2026, 11, 1)) == ()


def test_29_february_is_a_day_like_others():
    leap = WorkingCalendar(replace(PLAIN_2026, years=(2027, 2028), exceptions=()))

    end = advance(at("2028-02-28 10:00"), Amount(Scale.DAYS, Fraction(1)), leap)

    assert end == at("2028-02-29 10:00")


# Time zones


def test_the_time_zone_of_the_server_changes_nothing(vn, monkeypatch):
    monkeypatch.setenv("TZ", "America/New_York")
    clock.tzset()
    try:
        end = advance(at("2026-02-13 16:00"), Amount(Scale.DAYS, Fraction(3)), vn)
    finally:
        monkeypatch.undo()
        clock.tzset()

    assert (end, end.tzinfo) == (at("2026-02-25 16:00"), UTC)
    assert "TZ" not in os.environ or os.environ["TZ"] != "America/New_York"


def test_an_instant_counts_the_same_in_any_zone(vn):
    instant = at("2026-03-02 08:30")
    amount = Amount(Scale.DAYS, Fraction(3))

    assert advance(instant.astimezone(UTC), amount, vn) == advance(instant, amount, vn)


def test_summer_time_keeps_the_local_hours():
    spec = replace(PLAIN_2026, zone="America/New_York", exceptions=())
    new_york = WorkingCalendar(spec)
    friday = datetime(2026, 3, 6, 9, 0, tzinfo=new_york.zone)

    end = advance(friday, Amount(Scale.DAYS, Fraction(1)), new_york)

    assert end == datetime(2026, 3, 9, 9, 0, tzinfo=new_york.zone)


@pytest.mark.parametrize(
    "question", [lambda vn, at: vn.open_at(at), lambda vn, at: vn.local_date(at)]
)
def test_an_instant_without_a_zone_is_a_mistake(vn, question):
    with pytest.raises(ValueError, match="no time zone"):
        question(vn, datetime(2026, 3, 2, 9, 0))  # noqa: DTZ001 - the mistake itself


# What makes a calendar bad


def codes(**changes: object) -> list[tuple[str, tuple[str | int, ...]]]:
    with pytest.raises(BadCalendar) as caught:
        replace(PLAIN_2026, **changes)
    return [(problem.code, problem.path) for problem in caught.value.problems]


HOLIDAY = CalendarException(date(2026, 5, 4), DayKind.HOLIDAY, "Lễ")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"key": "Việt Nam"}, ("bad_key", ("key",))),
        ({"version": 0}, ("bad_version", ("version",))),
        ({"zone": "Asia/Hanoi"}, ("unknown_zone", ("zone",))),
        ({"zone": "../etc/passwd"}, ("unknown_zone", ("zone",))),
        ({"years": (), "exceptions": ()}, ("no_years", ("years",))),
        ({"years": (2026, 2028)}, ("year_gap", ("years", 1))),
        ({"years": (206,), "exceptions": ()}, ("bad_year", ("years", 0))),
        ({"reception_week": ()}, ("not_seven_days", ("reception_week",))),
        ({"working_week": ((),) * 7}, ("no_working_day", ("working_week",))),
        (
            {"working_week": ((OpenInterval(420, 700), OpenInterval(690, 900)), *((),) * 6)},
            ("overlap", ("working_week", "monday", 1)),
        ),
        (
            {"working_week": ((OpenInterval(420, 1500),), *((),) * 6)},
            ("beyond_midnight", ("working_week", "monday", 0)),
        ),
        (
            {"reception_week": (*((),) * 6, (OpenInterval(700, 700),))},
            ("closes_before_opening", ("reception_week", "sunday", 0)),
        ),
        (
            {"exceptions": (CalendarException(date(2027, 1, 1), DayKind.HOLIDAY, "Tết"),)},
            ("year_not_listed", ("exceptions", 0, "on")),
        ),
        (
            {"exceptions": (HOLIDAY, makeup("2026-05-04"))},
            ("makeup_on_day_off", ("exceptions", 1, "on")),
        ),
        ({"exceptions": (HOLIDAY, HOLIDAY)}, ("day_twice", ("exceptions", 1, "on"))),
        (
            {"exceptions": (makeup("2026-05-02", ()),)},
            ("makeup_without_hours", ("exceptions", 0)),
        ),
        (
            {"exceptions": (replace(HOLIDAY, hours=FULL_DAY),)},
            ("hours_on_day_off", ("exceptions", 0, "hours")),
        ),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else None,
)
def test_a_bad_calendar_names_what_is_wrong_and_where(changes, expected):
    assert codes(**changes) == [expected]


def test_all_problems_are_named_at_once():
    assert len(codes(key="", zone="", version=0)) == 3


def test_an_optional_day_is_listed_but_not_in_force():
    optional = CalendarException(
        date(2026, 11, 24), DayKind.HOLIDAY, "Ngày Văn hóa", certainty=Certainty.OPTIONAL
    )
    calendar = WorkingCalendar(replace(PLAIN_2026, exceptions=(optional, makeup("2026-11-24"))))

    assert calendar.is_working_day(date(2026, 11, 24))


def test_the_hours_of_a_day_write_themselves():
    assert [str(interval) for interval in SATURDAY_MORNING] == ["07:30-11:30"]
    assert OpenInterval(0, 1440).minutes == 1440
