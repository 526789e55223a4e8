"""The buckets of days late, as numbers and as the instants a database counts by."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onestop.domain.oversight import Ageing, ageing_of, late_span
from onestop.domain.standings import days_late
from onestop.domain.working_time import WorkingCalendar
from tests.domain.conftest import PLAIN_2026

CALENDAR = WorkingCalendar(PLAIN_2026)
BEGIN = datetime(2026, 1, 2, tzinfo=UTC)
MINUTES = 360 * 24 * 60


@pytest.mark.parametrize(
    ("days", "age"),
    [
        (1, Ageing.FROM_1),
        (2, Ageing.FROM_1),
        (3, Ageing.FROM_3),
        (5, Ageing.FROM_3),
        (6, Ageing.FROM_6),
        (10, Ageing.FROM_6),
        (11, Ageing.FROM_11),
        (400, Ageing.FROM_11),
    ],
)
def test_every_number_of_days_has_one_bucket(days: int, age: Ageing) -> None:
    assert ageing_of(days) is age


@given(now=st.integers(1, MINUTES), late=st.integers(1, MINUTES))
def test_the_instants_of_a_bucket_hold_exactly_what_is_late_by_its_days(
    now: int, late: int
) -> None:
    at = BEGIN + timedelta(minutes=now)
    due_at = at - timedelta(minutes=min(late, now))

    held = [age for age in Ageing if is_in(late_span(age, at, CALENDAR), due_at)]

    assert held == [ageing_of(days_late(due_at, at, CALENDAR))]


def test_in_the_first_days_of_the_calendar_nothing_is_late_for_long() -> None:
    begins, ends = late_span(Ageing.FROM_11, BEGIN, CALENDAR)

    assert begins is None
    assert ends == datetime(2025, 12, 31, 17, tzinfo=UTC)


def is_in(span: tuple[datetime | None, datetime | None], due_at: datetime) -> bool:
    begins, ends = span
    return (begins is None or due_at >= begins) and (ends is None or due_at < ends)
