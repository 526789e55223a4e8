"""G10: one due instant beside a loop over days, businesstimedelta, numpy and two bare bisects.

    python -m bench.working_time

Mon-Fri 07:30-11:30 and 13:30-17:00, Saturday morning for the hours, eleven days off a year. Before
anything is timed, all ways have to give the same instant for every case.
"""

import argparse
import random
import statistics
import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import businesstimedelta
import numpy
import pytz

from onestop.domain.calendar_spec import CalendarException, CalendarSpec, DayKind, OpenInterval
from onestop.domain.working_time import Amount, Scale, WorkingCalendar, advance

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
YEARS = tuple(range(2022, 2030))
DAY = (OpenInterval(450, 690), OpenInterval(810, 1020))
MORNING = DAY[:1]
# The same eleven days every year: where they fall does not matter for the time taken.
OFF = (
    (1, 1),
    (2, 10),
    (2, 11),
    (2, 12),
    (2, 13),
    (2, 14),
    (4, 18),
    (4, 30),
    (5, 1),
    (9, 1),
    (9, 2),
)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE, ONE_DAY = timedelta(minutes=1), timedelta(days=1)
GOALS = {
    "hours: integer minutes": ("two bare bisects", "<=", 1.5),
    "hours: loop over days": ("hours: integer minutes", ">=", 50),
    "hours: businesstimedelta": ("hours: integer minutes", ">=", 1_000),
    "days: numpy.busday_offset": ("days: date in and out", ">=", 8),
}
"""Way -> its peer, and how many times as long it may or must take. numpy gives a date only."""

Case = tuple[datetime, int, int]
"""A start in opening hours, working minutes and working days to count from it."""
Way = Callable[[Case], object]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=200, help="different starts and amounts")
    parser.add_argument("--rounds", type=int, default=7, choices=range(1, 51), metavar="1..50")
    options = parser.parse_args()
    hours = WorkingCalendar(spec(saturday=MORNING))
    days = WorkingCalendar(spec(saturday=()))
    cases = list(_cases(hours, days, options.cases))
    ways = _ways(hours, days, cases)
    _compare(cases, hours, days)
    times = _timed(ways, cases, options.rounds)
    for name, taken in times.items():
        print(f"{name:28} {statistics.median(taken) * 1e9:12,.0f} ns a call")
    for name, (peer, sign, goal) in GOALS.items():
        pairs = zip(times[name], times[peer], strict=True)
        ratio = statistics.median(own / other for own, other in pairs)
        kept = ratio <= goal if sign == "<=" else ratio >= goal
        print(
            f"{name} / {peer}: {ratio:,.2f} (goal {sign} {goal:,}) {'kept' if kept else 'MISSED'}"
        )


def spec(*, saturday: tuple[OpenInterval, ...]) -> CalendarSpec:
    """Return the calendar that all ways count on."""
    off = (CalendarException(on, DayKind.HOLIDAY, "off") for on in days_off())
    week = (*((DAY,) * 5), saturday, ())
    return CalendarSpec("bench", 1, ZONE.key, YEARS, week, week, tuple(off))


def days_off() -> list[date]:
    """Return the days off of all years."""
    return [date(year, month, day) for year in YEARS for month, day in OFF]


def _cases(hours: WorkingCalendar, days: WorkingCalendar, count: int) -> Iterator[Case]:
    """Starts on a day and in a minute that is open in both calendars, with an amount of each."""
    given = random.Random(7)
    while count:
        start = datetime(2023, 1, 1, tzinfo=ZONE) + MINUTE * given.randrange(5 * 365 * 24 * 60)
        if hours.open_at(start) and days.open_at(start):
            count -= 1
            yield start, given.randrange(1, 30 * 450), given.randrange(1, 31)


def _ways(hours: WorkingCalendar, days: WorkingCalendar, cases: list[Case]) -> dict[str, Way]:
    minutes = {start: (start - EPOCH) // MINUTE for start, _, _ in cases}
    starts = {start: start.date() for start, _, _ in cases}
    amounts = {n: Fraction(n) for n in range(1, 31)}
    return {
        "two bare bisects": _bisects(hours, minutes),
        "hours: integer minutes": lambda c: hours.advance_minutes(minutes[c[0]], c[1]),
        "hours: datetime in and out": lambda c: advance(
            c[0], Amount(Scale.MINUTES, Fraction(c[1])), hours
        ),
        "hours: loop over days": lambda c: loop_over_days(hours, c[0], c[1]),
        "hours: businesstimedelta": _business(),
        "days: integer minutes": lambda c: days.advance_days(minutes[c[0]], amounts[c[2]]),
        "days: date in and out": lambda c: days.working_day_after(starts[c[0]], c[2]),
        "days: datetime in and out": lambda c: advance(
            c[0], Amount(Scale.DAYS, Fraction(c[2])), days
        ),
        "days: numpy.busday_offset": _numpy(starts),
    }


def _bisects(calendar: WorkingCalendar, minutes: dict[datetime, int]) -> Way:
    """The floor: the two look-ups that any prefix sum needs, and nothing else."""
    closes, after = calendar._closes, calendar._after

    def both(case: Case) -> int:
        place = bisect_right(closes, minutes[case[0]])
        return bisect_left(after, after[place] + case[1])

    return both


def loop_over_days(calendar: WorkingCalendar, start: datetime, minutes: int) -> datetime:
    """Count `minutes` from `start` day by day, as it is usually written."""
    day = start.astimezone(ZONE).date()
    off = _OFF
    while True:
        if day not in off:
            midnight = datetime(day.year, day.month, day.day, tzinfo=ZONE)
            for interval in calendar.spec.working_week[day.weekday()]:
                opens = max(start, midnight + MINUTE * interval.opens)
                here = (midnight + MINUTE * interval.closes - opens) // MINUTE
                if here >= minutes:
                    return opens + MINUTE * minutes
                minutes -= max(here, 0)
        day += ONE_DAY


def _business() -> Way:
    tz = pytz.timezone(ZONE.key)
    week = [
        businesstimedelta.WorkDayRule(
            start_time=_clock(interval.opens),
            end_time=_clock(interval.closes),
            working_days=days,
            tz=tz,
        )
        for interval, days in ((DAY[0], [0, 1, 2, 3, 4, 5]), (DAY[1], [0, 1, 2, 3, 4]))
    ]
    holidays = businesstimedelta.HolidayRule(dict.fromkeys(days_off(), "off"), tz=tz)
    rules = businesstimedelta.Rules([*week, holidays])

    def due(case: Case) -> datetime:
        due: datetime = case[0] + businesstimedelta.BusinessTimeDelta(rules, seconds=case[1] * 60)
        return due

    return due


def _clock(minutes: int) -> object:
    return (datetime(2000, 1, 1) + MINUTE * minutes).time()  # noqa: DTZ001 - a clock time


def _numpy(starts: dict[datetime, date]) -> Way:
    calendar = numpy.busdaycalendar(holidays=[on.isoformat() for on in days_off()])
    return lambda case: numpy.busday_offset(starts[case[0]], case[2], busdaycal=calendar)


_OFF = frozenset(days_off())


def _compare(cases: list[Case], hours: WorkingCalendar, days: WorkingCalendar) -> None:
    business = _business()
    of_numpy = _numpy({start: start.date() for start, _, _ in cases})
    for case in cases:
        start, minutes, count = case
        due = advance(start, Amount(Scale.MINUTES, Fraction(minutes)), hours)
        late = advance(start, Amount(Scale.DAYS, Fraction(count)), days)
        given = {due, loop_over_days(hours, start, minutes), business(case)}
        days_given = {days.local_date(late), date.fromisoformat(str(of_numpy(case)))}
        if len(given) > 1 or len(days_given) > 1:
            raise SystemExit(f"the ways do not agree: {case} {given} {days_given}")
    print(f"{len(cases)} cases: all ways agree")


def _timed(ways: dict[str, Way], cases: list[Case], rounds: int) -> dict[str, list[float]]:
    """Return the processor seconds of a call in every round, all ways taking turns."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            repeats = 1 if name.endswith(("businesstimedelta", "loop over days")) else 20
            given = cases[:20] if name.endswith("businesstimedelta") else cases
            began = time.process_time()
            for _ in range(repeats):
                for case in given:
                    way(case)
            taken[name].append((time.process_time() - began) / (repeats * len(given)))
    return taken


if __name__ == "__main__":
    main()
