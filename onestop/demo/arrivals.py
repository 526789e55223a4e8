"""When people come to the counter: by weekday, hour, and how near the holidays are."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Final

from onestop.domain.working_time import WorkingCalendar

WEEKS: Final = 13

# Monday brings what waited over the weekend; Friday is quiet. Saturday only as a make-up day.
WEEKDAY: Final = (1.35, 1.12, 1.0, 0.95, 0.78, 0.5, 0.5)
# By local half hour from 07:00: the morning is the rush, after 16:00 hardly anybody comes.
HALF_HOURS: Final = {
    "07:00": 0.8, "07:30": 1.3, "08:00": 1.6, "08:30": 1.8, "09:00": 1.7, "09:30": 1.5,
    "10:00": 1.2, "10:30": 0.9, "11:00": 0.5, "11:30": 0.3, "13:00": 0.6, "13:30": 0.9,
    "14:00": 1.2, "14:30": 1.1, "15:00": 0.8, "15:30": 0.6, "16:00": 0.4, "16:30": 0.15,
}  # fmt: skip
MONDAY_MORNING, FRIDAY_AFTERNOON = 1.3, 0.45
AFTER_HOLIDAYS = 1.35
BEFORE_TET, BEFORE_TET_DAYS = 1.25, 10
LAST_DAYS_OF_TET = 0.6


@dataclass(frozen=True, slots=True)
class Season:
    """What the calendar says about the window: the working days in it, and where Tết falls."""

    days: tuple[date, ...]
    tet: date | None

    def is_before_tet(self, day: date) -> bool:
        """Whether `day` is one of the last working days before Tết, when everything piles up."""
        if self.tet is None or day >= self.tet:
            return False
        return day > self.tet - timedelta(days=BEFORE_TET_DAYS + 4)


def season_of(calendar: WorkingCalendar, now: datetime, earliest: date) -> Season:
    """Return the working days of the thirteen weeks that end now, not before `earliest`."""
    today = calendar.local_date(now)
    first = max(today - timedelta(weeks=WEEKS), earliest)
    span = [first + timedelta(days=n) for n in range((today - first).days + 1)]
    days = tuple(day for day in span if calendar.is_working_day(day))
    holidays = [e.on for e in calendar.spec.exceptions if e.name.startswith("Tết Nguyên đán")]
    near = [day for day in holidays if first <= day <= today + timedelta(days=BEFORE_TET_DAYS)]
    return Season(days, min(near, default=None))


def day_weights(season: Season, random: Random) -> list[float]:
    """Return how many people each day of the season brings, as shares."""
    weights = []
    for day, before in zip(season.days, (None, *season.days), strict=False):
        share = WEEKDAY[day.weekday()] * random.uniform(0.85, 1.15)
        if before is not None and (day - before).days > 3:
            share *= AFTER_HOLIDAYS
        if season.is_before_tet(day):
            last = season.tet is not None and (season.tet - day).days <= 4
            share *= LAST_DAYS_OF_TET if last else BEFORE_TET
        weights.append(share)
    return weights


def instant_on(day: date, calendar: WorkingCalendar, random: Random) -> datetime:
    """Return an instant in the reception hours of `day`, by the habits of people."""
    minutes, weights = _minutes(day, calendar)
    minute = random.choices(minutes, cum_weights=weights)[0]
    midnight = datetime(day.year, day.month, day.day, tzinfo=calendar.zone)
    second = random.randrange(60_000_000)
    at = midnight + timedelta(minutes=minute, microseconds=second // 1000 * 1000)
    return at.astimezone(UTC)


_KNOWN: dict[tuple[str, date], tuple[list[int], list[float]]] = {}


def _minutes(day: date, calendar: WorkingCalendar) -> tuple[list[int], list[float]]:
    key = (calendar.id, day)
    if key not in _KNOWN:
        minutes, sums, total = [], [], 0.0
        for interval in calendar.reception_hours(day):
            for minute in range(interval.opens, interval.closes):
                total += _wish(day, minute)
                minutes.append(minute)
                sums.append(total)
        _KNOWN[key] = (minutes, sums)
    return _KNOWN[key]


def _wish(day: date, minute: int) -> float:
    share = HALF_HOURS.get(f"{minute // 60:02}:{minute % 60 // 30 * 30:02}", 0.2)
    if day.weekday() == 0 and minute < 10 * 60:
        share *= MONDAY_MORNING
    if day.weekday() == 4 and minute >= 14 * 60 + 30:
        share *= FRIDAY_AFTERNOON
    return share
