"""The days off proposed for a year: as past years were arranged, compensated, and marked."""

from datetime import date, timedelta

import pytest

from onestop.domain.calendar_spec import BadCalendar, Certainty, DayKind
from onestop.domain.holidays_of_year import (
    TET,
    LunarDays,
    Swap,
    beside_national_day,
    proposed_days,
    rest_days,
    tet_days,
    with_year,
)
from onestop.domain.working_time import WorkingCalendar
from tests.domain.conftest import FULL_DAY, PLAIN_2026

LUNAR = {
    2024: LunarDays(date(2024, 2, 10), date(2024, 4, 18)),
    2026: LunarDays(date(2026, 2, 17), date(2026, 4, 26)),
    2027: LunarDays(date(2027, 2, 6), date(2027, 4, 16)),
    2028: LunarDays(date(2028, 1, 26), date(2028, 4, 4)),
    2029: LunarDays(date(2029, 2, 13), date(2029, 4, 23)),
}
SWAP_2024 = Swap(date(2024, 4, 29), date(2024, 5, 4), "công văn")
OVER_NEW_YEAR = Swap(date(2026, 12, 31), date(2027, 1, 9), "công văn")


def told(year: int, kind: DayKind | None = None, **options) -> list[str]:
    return [
        f"{day.on:%m-%d} {day.certainty} {day.name}"
        for day in proposed_days(year, LUNAR[year], **options)
        if kind in (None, day.kind)
    ]


def test_a_year_with_a_swap_reads_like_its_announcement():
    assert told(2024, swaps=[SWAP_2024]) == [
        "01-01 law Tết Dương lịch",
        "02-08 guessed Tết Nguyên đán",
        "02-09 guessed Tết Nguyên đán",
        "02-10 law Tết Nguyên đán",
        "02-11 guessed Tết Nguyên đán",
        "02-12 guessed Tết Nguyên đán",
        "02-13 guessed Nghỉ bù Tết Nguyên đán",
        "02-14 guessed Nghỉ bù Tết Nguyên đán",
        "04-18 law Giỗ Tổ Hùng Vương",
        "04-29 announced Nghỉ hoán đổi với thứ Bảy 04/5",
        "04-30 law Ngày Chiến thắng 30/4",
        "05-01 law Ngày Quốc tế Lao động",
        "05-04 announced Làm bù cho thứ Hai 29/4",
        "09-02 law Quốc khánh",
        "09-03 guessed Quốc khánh",
        "11-24 optional Ngày Văn hóa Việt Nam",
        "11-25 optional Nghỉ bù Ngày Văn hóa Việt Nam",
    ]


def test_two_holidays_at_a_weekend_have_a_day_each():
    assert told(2028, DayKind.COMPENSATORY_OFF) == [
        "01-03 law Nghỉ bù Tết Dương lịch",
        "05-02 law Nghỉ bù Ngày Chiến thắng 30/4",
        "09-04 law Nghỉ bù Quốc khánh",
    ]


def test_what_the_moon_moves_to_a_sunday_is_compensated_on_monday():
    assert told(2026, DayKind.COMPENSATORY_OFF) == ["04-27 law Nghỉ bù Giỗ Tổ Hùng Vương"]


@pytest.mark.parametrize(
    ("tet", "first"),
    [
        ("2016-02-08", "2016-02-07"),
        ("2022-02-01", "2022-01-31"),
        ("2025-01-29", "2025-01-27"),
        ("2015-02-19", "2015-02-17"),
        ("2021-02-12", "2021-02-10"),
        ("2024-02-10", "2024-02-08"),
        ("2023-01-22", "2023-01-20"),
    ],
    ids=["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
)
def test_tet_is_laid_as_it_was_announced_in_past_years(tet, first):
    days = tet_days(date.fromisoformat(tet))

    assert days[0] == date.fromisoformat(first)
    assert [on - days[0] for on in days] == [timedelta(days=number) for number in range(5)]


@pytest.mark.parametrize(
    ("year", "beside"),
    [(2024, 3), (2025, 1), (2026, 1), (2021, 3), (2022, 1), (2023, 1), (2029, 3)],
    ids=["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
)
def test_the_second_day_of_the_national_day_makes_one_rest_with_the_weekend(year, beside):
    assert beside_national_day(year) == date(year, 9, beside)


def test_the_culture_day_is_listed_and_not_in_force():
    days = [day for day in proposed_days(2029, LUNAR[2029]) if day.on.month == 11]

    assert [(day.on.day, day.certainty) for day in days] == [
        (24, Certainty.OPTIONAL),
        (26, Certainty.OPTIONAL),
    ]


def test_eleven_days_are_proposed_for_every_year():
    for year, lunar in LUNAR.items():
        days = proposed_days(year, lunar)
        holidays = [day for day in days if day.kind is DayKind.HOLIDAY]

        assert sum(day.certainty is not Certainty.OPTIONAL for day in holidays) == 11
        assert len({day.on for day in days}) == len(days)
        assert all(day.source for day in days)


def test_a_year_before_the_law_is_all_guess():
    days = proposed_days(2007, LunarDays(date(2007, 2, 17), date(2007, 4, 26)))

    assert {day.certainty for day in days} == {Certainty.GUESSED, Certainty.OPTIONAL}


def test_a_calendar_that_works_on_saturdays_has_no_compensation_for_them():
    days = proposed_days(2028, LUNAR[2028], rest=frozenset({6}))

    compensated = [day.on.isoformat() for day in days if day.kind is DayKind.COMPENSATORY_OFF]
    assert compensated == ["2028-05-02"]


def test_a_swap_over_new_year_gives_each_year_its_half():
    def exchanged(year):
        days = proposed_days(year, LUNAR[year], swaps=[OVER_NEW_YEAR])
        return [day.on for day in days if day.certainty is Certainty.ANNOUNCED]

    assert exchanged(2026) == [OVER_NEW_YEAR.off]
    assert exchanged(2027) == [OVER_NEW_YEAR.worked]


def test_a_swap_of_a_day_that_is_off_already_is_dropped():
    odd = Swap(date(2027, 2, 8), date(2027, 2, 20), "công văn")

    assert not any("announced" in line for line in told(2027, swaps=[odd]))


def test_a_year_is_added_to_a_calendar():
    swap = Swap(date(2027, 12, 31), date(2027, 12, 25), "công văn")
    days = proposed_days(2027, LUNAR[2027], rest=rest_days(PLAIN_2026), swaps=[swap])

    calendar = WorkingCalendar(with_year(PLAIN_2026, 2027, days))

    assert calendar.spec.years == (2026, 2027)
    assert not calendar.is_working_day(date(2027, 2, 9))
    assert calendar.exception_on(date(2027, 2, 6)).name == TET
    assert calendar.working_hours(date(2027, 12, 25)) == FULL_DAY
    assert calendar.is_working_day(date(2027, 11, 24))


def test_a_year_that_leaves_a_gap_is_refused():
    with pytest.raises(BadCalendar) as caught:
        with_year(PLAIN_2026, 2028, proposed_days(2028, LUNAR[2028]))

    assert caught.value.problems[0].code == "year_gap"
