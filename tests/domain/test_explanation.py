from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from onestop.domain.explanation import COUNTING, PauseSpan, RowKind, explain, explain_rest
from onestop.domain.limits import Limit, LimitUnit, after_pause, due, remaining, resumed
from onestop.domain.working_time import Amount, CalendarExhausted
from tests.domain.random_calendars import calendars, instants, limits

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
MINUTE = timedelta(minutes=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=HANOI)


def told(rows) -> list[str]:
    """The rows as a reader would see them: kind, from, to, amount or count, name or note."""
    lines = []
    for row in rows:
        first, last = row.from_at.astimezone(HANOI), row.to_at.astimezone(HANOI)
        amount = row.amount.to_text() if row.amount else row.count
        words = [row.kind.value, f"{first:%m-%d %H:%M}", f"{last:%m-%d %H:%M}", amount]
        lines.append(" ".join(str(word) for word in (*words, row.name, row.note) if word))
    return lines


def tell(limit: str, received: str, calendar, *pauses: PauseSpan) -> list[str]:
    return told(explain(Limit.parse(limit), at(received), calendar, pauses))


def test_working_days_over_tet(vn):
    assert tell("3 working_days", "02-13 16:00", vn) == [
        "starts 02-13 16:00 02-13 16:00",
        "counted 02-13 16:00 02-13 17:00 1/8 days",
        "skipped_weekly 02-14 00:00 02-15 00:00",
        "skipped_weekly 02-15 00:00 02-16 00:00",
        "skipped_holiday 02-16 00:00 02-17 00:00 Tết Nguyên đán",
        "skipped_holiday 02-17 00:00 02-18 00:00 Tết Nguyên đán",
        "skipped_holiday 02-18 00:00 02-19 00:00 Tết Nguyên đán",
        "skipped_holiday 02-19 00:00 02-20 00:00 Tết Nguyên đán",
        "skipped_holiday 02-20 00:00 02-21 00:00 Tết Nguyên đán",
        "skipped_weekly 02-21 00:00 02-22 00:00",
        "skipped_weekly 02-22 00:00 02-23 00:00",
        "counted 02-23 07:00 02-23 17:00 1 days",
        "counted 02-24 07:00 02-24 17:00 1 days",
        "counted 02-25 07:00 02-25 16:00 7/8 days",
        "due 02-25 16:00 02-25 16:00",
    ]


def test_a_start_after_hours_before_a_compensatory_day(vn):
    assert tell("1 working_days", "04-24 17:30", vn) == [
        "starts 04-24 17:30 04-24 17:30",
        "moved_to_opening 04-24 17:30 04-28 07:00",
        "skipped_weekly 04-25 00:00 04-26 00:00",
        "skipped_weekly 04-26 00:00 04-27 00:00",
        "skipped_compensatory 04-27 00:00 04-28 00:00 Nghỉ bù Giỗ Tổ",
        "counted 04-28 07:00 04-28 17:00 1 days",
        "due 04-28 17:00 04-28 17:00",
    ]


def test_working_hours_show_lunch(vn):
    assert tell("4 working_hours", "03-02 09:00", vn) == [
        "starts 03-02 09:00 03-02 09:00",
        "counted 03-02 09:00 03-02 11:30 150 minutes",
        "lunch 03-02 11:30 03-02 13:30",
        "counted 03-02 13:30 03-02 15:00 90 minutes",
        "due 03-02 15:00 03-02 15:00",
    ]


def test_a_make_up_saturday_says_so(vn):
    assert tell("1 working_days", "08-21 10:00", vn) == [
        "starts 08-21 10:00 08-21 10:00",
        "counted 08-21 10:00 08-21 17:00 5/8 days",
        "makeup 08-22 07:00 08-22 10:00 3/8 days Làm bù",
        "due 08-22 10:00 08-22 10:00",
    ]


def test_calendar_days_shift_over_days_off(vn):
    assert tell("10 calendar_days", "08-20 09:00", vn) == [
        "starts 08-20 09:00 08-20 09:00",
        "counted 08-21 00:00 08-31 00:00 10 calendar_days",
        "skipped_weekly 08-30 00:00 08-31 00:00",
        "skipped_compensatory 08-31 00:00 09-01 00:00 Nghỉ hoán đổi",
        "skipped_holiday 09-01 00:00 09-02 00:00 Quốc khánh",
        "skipped_holiday 09-02 00:00 09-03 00:00 Quốc khánh",
        "shifted 08-30 09:00 09-03 09:00 not_working_day",
        "due 09-03 09:00 09-03 09:00",
    ]


def test_a_month_shifts_into_opening_hours_and_to_closing(vn):
    assert tell("1 months end_of_day", "04-04 06:00", vn) == [
        "starts 04-04 06:00 04-04 06:00",
        "counted 04-05 00:00 05-05 00:00 1 months",
        "shifted 05-04 06:00 05-04 07:00 opening_hours",
        "shifted 05-04 07:00 05-04 17:00 end_of_day",
        "due 05-04 17:00 05-04 17:00",
    ]


def test_the_same_day_after_the_cut_off(vn):
    assert tell("same_day", "03-06 15:01", vn) == [
        "starts 03-06 15:01 03-06 15:01",
        "moved_to_next_day 03-06 15:01 03-09 07:00 after_cutoff",
        "skipped_weekly 03-07 00:00 03-08 00:00",
        "skipped_weekly 03-08 00:00 03-09 00:00",
        "counted 03-09 07:00 03-09 11:30 270 minutes",
        "lunch 03-09 11:30 03-09 13:30",
        "counted 03-09 13:30 03-09 17:00 210 minutes",
        "due 03-09 17:00 03-09 17:00",
    ]


def test_rules_of_counting_have_rows_of_their_own(vn):
    assert tell("0.5 working_days exclude_start", "03-02 09:00", vn) == [
        "starts 03-02 09:00 03-02 09:00",
        "moved_to_next_day 03-02 09:00 03-03 07:00 exclude_start",
        "counted 03-03 07:00 03-03 11:00 1/2 days",
        "due 03-03 11:00 03-03 11:00",
    ]
    assert tell("0.5 working_days end_of_day", "03-02 07:00", vn)[-2:] == [
        "shifted 03-02 11:00 03-02 17:00 end_of_day",
        "due 03-02 17:00 03-02 17:00",
    ]


SUPPLEMENT = PauseSpan(at("03-09 10:00"), at("03-16 09:00"), "supplement")


def test_a_pause_keeps_what_was_left(vn):
    assert tell("3 working_days", "03-06 10:00", vn, SUPPLEMENT) == [
        "starts 03-06 10:00 03-06 10:00",
        "counted 03-06 10:00 03-06 17:00 5/8 days",
        "skipped_weekly 03-07 00:00 03-08 00:00",
        "skipped_weekly 03-08 00:00 03-09 00:00",
        "counted 03-09 07:00 03-09 10:00 3/8 days",
        "pause 03-09 10:00 03-16 09:00 2 days supplement",
        "counted 03-16 09:00 03-16 17:00 3/4 days",
        "counted 03-17 07:00 03-17 17:00 1 days",
        "counted 03-18 07:00 03-18 09:00 1/4 days",
        "due 03-18 09:00 03-18 09:00",
    ]


def test_an_open_pause_ends_with_what_is_left(vn):
    still_open = PauseSpan(at("03-09 10:00"), None, "supplement")

    rows = tell("3 working_days", "03-06 10:00", vn, still_open, SUPPLEMENT)

    assert rows[-2:] == [
        "pause 03-09 10:00 03-09 10:00 2 days supplement",
        "pause 03-09 10:00 03-16 09:00 2 days supplement",
    ]


def test_pauses_that_overlap_stop_the_clock_once(vn):
    payment = PauseSpan(at("03-10 10:00"), at("03-17 09:00"), "payment")

    rows = tell("3 working_days", "03-06 10:00", vn, payment, SUPPLEMENT)

    assert rows[-5:] == [
        "pause 03-10 10:00 03-17 09:00 2 days payment",
        "counted 03-17 09:00 03-17 17:00 3/4 days",
        "counted 03-18 07:00 03-18 17:00 1 days",
        "counted 03-19 07:00 03-19 09:00 1/4 days",
        "due 03-19 09:00 03-19 09:00",
    ]


def test_a_pause_in_calendar_days_keeps_working_days(vn):
    rows = tell("10 calendar_days", "03-05 10:00", vn, SUPPLEMENT)

    assert rows == [
        "starts 03-05 10:00 03-05 10:00",
        "counted 03-06 00:00 03-09 10:00 4 calendar_days",
        "pause 03-09 10:00 03-16 09:00 5 days supplement",
        "counted 03-16 09:00 03-16 17:00 3/4 days",
        "counted 03-17 07:00 03-17 17:00 1 days",
        "counted 03-18 07:00 03-18 17:00 1 days",
        "counted 03-19 07:00 03-19 17:00 1 days",
        "counted 03-20 07:00 03-20 17:00 1 days",
        "skipped_weekly 03-21 00:00 03-22 00:00",
        "skipped_weekly 03-22 00:00 03-23 00:00",
        "counted 03-23 07:00 03-23 09:00 1/4 days",
        "due 03-23 09:00 03-23 09:00",
    ]


def test_a_pause_that_ends_outside_hours_goes_on_at_the_next_opening(vn):
    pause = PauseSpan(at("03-02 10:00"), at("03-06 18:00"), "supplement")

    assert tell("3 working_hours", "03-02 09:00", vn, pause)[2:] == [
        "pause 03-02 10:00 03-06 18:00 120 minutes supplement",
        "moved_to_opening 03-06 18:00 03-09 07:00",
        "skipped_weekly 03-07 00:00 03-08 00:00",
        "skipped_weekly 03-08 00:00 03-09 00:00",
        "counted 03-09 07:00 03-09 09:00 120 minutes",
        "due 03-09 09:00 03-09 09:00",
    ]


def test_a_pause_that_began_too_late_moves_nothing(vn):
    late = PauseSpan(at("03-12 00:00"), at("03-20 09:00"), "supplement")

    assert tell("3 working_days", "03-06 10:00", vn, late) == tell(
        "3 working_days", "03-06 10:00", vn
    )


def test_a_pause_of_no_time_has_no_row(vn):
    nothing = PauseSpan(at("03-09 10:00:10"), at("03-09 10:00:50"), "supplement")

    assert not any(
        row.startswith("pause") for row in tell("3 working_days", "03-06 10:00", vn, nothing)
    )


def test_a_pause_during_day_zero_moves_nothing(vn):
    pause = PauseSpan(at("03-02 10:00"), at("03-02 10:30"), "supplement")

    assert tell("1 working_days exclude_start", "03-02 09:00", vn, pause) == [
        "starts 03-02 09:00 03-02 09:00",
        "moved_to_next_day 03-02 09:00 03-03 07:00 exclude_start",
        "pause 03-02 10:00 03-02 10:30 1 days supplement",
        "counted 03-03 07:00 03-03 17:00 1 days",
        "due 03-03 17:00 03-03 17:00",
    ]


def test_a_date_due_at_an_opening_does_not_fall_back_to_the_closing_before(vn):
    pause = PauseSpan(at("03-03 09:00"), at("03-03 09:00:59"), "supplement")
    longer = PauseSpan(at("03-03 18:00"), at("03-03 20:00"), "supplement")

    assert tell("7 calendar_days", "03-02 06:00", vn, pause)[-1] == "due 03-09 07:00 03-09 07:00"
    assert tell("7 calendar_days", "03-02 06:00", vn, longer)[-2:] == [
        "shifted 03-06 17:00 03-09 07:00 never_earlier",
        "due 03-09 07:00 03-09 07:00",
    ]


def test_what_rounding_up_added_is_not_kept_by_a_pause(vn):
    pause = PauseSpan(at("01-09 10:00"), at("01-12 07:00"), "supplement")

    assert tell("1 working_days", "01-09 09:01", vn)[-1] == "due 01-10 08:31 01-10 08:31"
    assert tell("1 working_days", "01-09 09:01", vn, pause)[-2:] == [
        "counted 01-12 07:00 01-12 16:01 421/480 days",
        "due 01-12 16:01 01-12 16:01",
    ]


# Properties


@given(calendar=calendars(), received=instants, limit=limits())
def test_the_last_row_is_the_due_instant_and_the_counted_rows_are_the_limit(
    calendar, received, limit
):
    try:
        promise = due(limit, received, calendar)
    except CalendarExhausted:
        assume(False)

    rows = explain(limit, received, calendar)

    assert (rows[-1].kind, rows[-1].to_at) == (RowKind.DUE, promise.due_at)
    assert counted(rows, limit) == expected(limit)


def counted(rows, limit: Limit) -> object:
    if limit.unit in (LimitUnit.CALENDAR_DAYS, LimitUnit.MONTHS):
        return sum(row.count or 0 for row in rows)
    if limit.unit is LimitUnit.SAME_DAY:
        return None
    amounts = [row.amount for row in rows if row.kind in COUNTING and row.amount]
    return sum(amounts, Amount.zero(limit.scale))


def expected(limit: Limit) -> object:
    if limit.unit in (LimitUnit.CALENDAR_DAYS, LimitUnit.MONTHS):
        return int(limit.amount)
    return limit.working_time


gaps = st.lists(st.tuples(st.integers(0, 8_000), st.integers(1, 8_000)), max_size=4)


@given(calendar=calendars(), received=instants, limit=limits(), gaps=gaps)
def test_with_pauses_the_last_row_is_the_promise_after_them(calendar, received, limit, gaps):
    pauses, moment = [], received
    for running, standing_still in gaps:
        paused_at = moment + running * MINUTE + MINUTE
        moment = paused_at + standing_still * MINUTE
        pauses.append(PauseSpan(paused_at, moment, "supplement"))
    try:
        promise = due(limit, received, calendar)
        for pause in pauses:
            promise = after_pause(limit, promise, pause.started_at, pause.ended_at, calendar)
        rows = explain(limit, received, calendar, pauses)
    except CalendarExhausted:
        assume(False)

    assert (rows[-1].kind, rows[-1].to_at) == (RowKind.DUE, promise.due_at)
    if limit.working_time is not None:
        assert counted(rows, limit) == limit.working_time
    assert all(row.from_at <= row.to_at for row in rows if row.kind is not RowKind.SHIFTED)


@given(
    calendar=calendars(),
    received=instants,
    limit=limits(),
    gap=st.tuples(st.integers(1, 9_000), st.integers(1, 9_000)),
)
def test_a_pause_never_makes_a_promise_earlier(calendar, received, limit, gap):
    paused_at = received + gap[0] * MINUTE
    try:
        first = due(limit, received, calendar)
        second = after_pause(limit, first, paused_at, paused_at + gap[1] * MINUTE, calendar)
    except CalendarExhausted:
        assume(False)

    assert second.due_at >= first.due_at


@pytest.mark.parametrize("limit", ["3 working_days", "20 working_hours"])
def test_pausing_and_resuming_fifty_times_wins_nothing(vn, limit):
    limit = Limit.parse(limit)
    promise = due(limit, at("03-02 08:30"), vn)
    first = promise
    for number in range(50):
        moment = at("03-02 09:00") + number * MINUTE
        promise = resumed(remaining(promise.due_at, moment, limit, vn), moment, limit, vn)

    assert promise.due_at == first.due_at


def test_the_rest_of_a_limit_begins_with_what_was_left(vn):
    left = Amount.from_text("3/4 days")
    rows = explain_rest(left, at("03-06 17:30"), Limit.parse("3 working_days"), vn)

    assert told(rows) == [
        "starts 03-06 17:30 03-06 17:30 3/4 days",
        "moved_to_opening 03-06 17:30 03-09 07:00",
        "skipped_weekly 03-07 00:00 03-08 00:00",
        "skipped_weekly 03-08 00:00 03-09 00:00",
        "counted 03-09 07:00 03-09 15:00 3/4 days",
        "due 03-09 15:00 03-09 15:00",
    ]


@given(calendar=calendars(), goes_on_at=instants, limit=limits(), quarters=st.integers(0, 40))
def test_the_rest_ends_where_the_clock_that_goes_on_ends(calendar, goes_on_at, limit, quarters):
    whole = Amount.from_text("1/4 days" if limit.judged_by_date else "15 minutes")
    left = sum([whole] * quarters, Amount.zero(limit.scale))
    try:
        rows = explain_rest(left, goes_on_at, limit, calendar)
    except CalendarExhausted:
        assume(False)

    assert rows[-1].to_at == resumed(left, goes_on_at, limit, calendar).due_at
    counted = [row.amount for row in rows if row.kind in COUNTING]
    assert sum(counted, Amount.zero(limit.scale)) == left
