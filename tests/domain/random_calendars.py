"""Random calendars, instants and limits for the properties of working time."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from hypothesis import strategies as st

from onestop.domain.limits import CountRule, Limit, LimitUnit
from onestop.domain.working_time import (
    CalendarException,
    CalendarSpec,
    DayKind,
    OpenInterval,
    WorkingCalendar,
)

YEARS = (2026, 2027, 2028)
ZONES = ("Asia/Ho_Chi_Minh", "UTC", "America/New_York", "Australia/Lord_Howe")


def _hours(edges: list[int]) -> tuple[OpenInterval, ...]:
    pairs = list(pairwise(sorted(edges)))[::2]
    return tuple(OpenInterval(opens, closes) for opens, closes in pairs)


hours = (
    st.lists(st.integers(0, 1440), min_size=2, max_size=6, unique=True)
    .filter(lambda edges: len(edges) % 2 == 0)
    .map(_hours)
)
days = st.integers(0, 700).map(lambda offset: date(2026, 1, 1) + timedelta(days=offset))


@st.composite
def exceptions(draw: st.DrawFn) -> tuple[CalendarException, ...]:
    rows = []
    for day in draw(st.lists(days, max_size=25, unique=True)):
        kind = draw(st.sampled_from(DayKind))
        open_hours = draw(hours) if kind is DayKind.MAKEUP_WORKING_DAY else ()
        rows.append(CalendarException(day, kind, f"{kind} {day}", open_hours))
    return tuple(rows)


@st.composite
def calendars(draw: st.DrawFn) -> WorkingCalendar:
    week = [draw(hours)] + [draw(st.one_of(st.just(()), hours)) for _ in range(6)]
    order = draw(st.permutations(range(7)))
    return WorkingCalendar(
        CalendarSpec(
            key="random",
            version=1,
            zone=draw(st.sampled_from(ZONES)),
            years=YEARS,
            working_week=tuple(week[place] for place in order),
            reception_week=((),) * 7,
            exceptions=draw(exceptions()),
        )
    )


instants = st.integers(0, 60 * 24 * 365).map(
    lambda minute: datetime(2026, 1, 2, tzinfo=UTC) + timedelta(minutes=minute)
)


@st.composite
def limits(draw: st.DrawFn) -> Limit:
    unit = draw(st.sampled_from(LimitUnit))
    if unit is LimitUnit.SAME_DAY:
        return Limit(Decimal(1), unit)
    steps = {LimitUnit.WORKING_HOURS: 4, LimitUnit.WORKING_DAYS: 4}.get(unit, 1)
    longest = 3 if unit is LimitUnit.MONTHS else 40
    amount = Decimal(draw(st.integers(1, longest * steps))) / steps
    rules = [CountRule.PLAIN, CountRule.END_OF_DAY]
    if steps == 4:
        rules.append(CountRule.EXCLUDE_START)
    return Limit(amount, unit, rule=draw(st.sampled_from(rules)))
