"""Calendars that the tests of the rules count on."""

from dataclasses import replace
from datetime import date

import pytest

from onestop.domain.working_time import (
    CalendarException,
    CalendarSpec,
    DayKind,
    OpenInterval,
    WorkingCalendar,
)

FULL_DAY = (OpenInterval(7 * 60, 11 * 60 + 30), OpenInterval(13 * 60 + 30, 17 * 60))
SATURDAY_MORNING = (OpenInterval(7 * 60 + 30, 11 * 60 + 30),)
WEEK = (FULL_DAY,) * 5 + ((), ())

OFF_2026 = {
    "2026-01-01": "Tết Dương lịch",
    "2026-02-16": "Tết Nguyên đán",
    "2026-02-17": "Tết Nguyên đán",
    "2026-02-18": "Tết Nguyên đán",
    "2026-02-19": "Tết Nguyên đán",
    "2026-02-20": "Tết Nguyên đán",
    "2026-04-30": "Ngày Chiến thắng",
    "2026-05-01": "Quốc tế Lao động",
    "2026-09-01": "Quốc khánh",
    "2026-09-02": "Quốc khánh",
}
COMPENSATORY_2026 = {"2026-04-27": "Nghỉ bù Giỗ Tổ", "2026-08-31": "Nghỉ hoán đổi"}


def _off(days: dict[str, str], kind: DayKind) -> tuple[CalendarException, ...]:
    return tuple(
        CalendarException(date.fromisoformat(day), kind, name) for day, name in days.items()
    )


def makeup(day: str, hours: tuple[OpenInterval, ...] = FULL_DAY) -> CalendarException:
    kind = DayKind.MAKEUP_WORKING_DAY
    return CalendarException(date.fromisoformat(day), kind, "Làm bù", hours)


PLAIN_2026 = CalendarSpec(
    key="vn-test",
    version=1,
    zone="Asia/Ho_Chi_Minh",
    years=(2026,),
    working_week=WEEK,
    reception_week=(*WEEK[:5], SATURDAY_MORNING, ()),
    exceptions=_off(OFF_2026, DayKind.HOLIDAY) + _off(COMPENSATORY_2026, DayKind.COMPENSATORY_OFF),
)


@pytest.fixture(scope="session")
def plain_spec() -> CalendarSpec:
    return PLAIN_2026


@pytest.fixture(scope="session")
def without_makeup() -> WorkingCalendar:
    """The year 2026 with its holidays and no working Saturday."""
    return WorkingCalendar(PLAIN_2026)


@pytest.fixture(scope="session")
def vn() -> WorkingCalendar:
    """The same with the make-up Saturday of 22 August and a short one on 10 January."""
    more = (makeup("2026-08-22"), makeup("2026-01-10", SATURDAY_MORNING))
    return WorkingCalendar(replace(PLAIN_2026, exceptions=PLAIN_2026.exceptions + more))
