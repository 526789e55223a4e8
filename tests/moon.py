"""The Vietnamese lunar calendar worked out from sun and moon, to check dates that others give.

New moons and the longitude of the sun follow the series in Meeus, "Astronomical Algorithms",
chapters 25 and 49, with the terms that move them by more than half a minute of time. In Viet Nam
days begin at midnight of UTC+7, in China of UTC+8: three times in this century the year then
begins on another day.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from math import floor, radians, sin

VIET_NAM, CHINA = 7 / 24, 8 / 24
MONTH = 29.530588861
DYNAMICAL_TIME = 75 / 86_400
"""What dynamical time is ahead of universal time, about: 65 s in 2007, some 90 s in 2053."""
EPOCH_DAY = 1_721_424.5
"""Julian date of the midnight that begins day 0 of `date.toordinal`."""

# Days: amplitude, multiples of the anomalies of sun and moon, and of the moon's latitude.
_MOON_TERMS = (
    (-0.40720, 0, 1, 0),
    (0.17241, 1, 0, 0),
    (0.01608, 0, 2, 0),
    (0.01039, 0, 0, 2),
    (0.00739, -1, 1, 0),
    (-0.00514, 1, 1, 0),
    (0.00208, 2, 0, 0),
    (-0.00111, 0, 1, -2),
    (-0.00057, 0, 1, 2),
    (0.00056, 1, 2, 0),
    (-0.00042, 0, 3, 0),
    (0.00042, 1, 0, 2),
    (0.00038, 1, 0, -2),
)


def lunar_day(year: int, month: int, day: int, zone: float = VIET_NAM) -> date:
    """Return the civil day of a day of a lunar month that is not a leap month."""
    for number, is_leap, first in _months(year, zone):
        if number == month and not is_leap:
            return first + timedelta(days=day - 1)
    raise ValueError(f"the lunar year {year} has no month {month}")


def _months(year: int, zone: float) -> Iterator[tuple[int, bool, date]]:
    """Yield number, whether it is a leap month, and first day, from month 12 before `year` on."""
    begin, end = _solstice_month(year - 1, zone), _solstice_month(year, zone)
    leap = None
    if end - begin == 13:
        # The first month in which the sun enters no new twelfth of its way is the leap month.
        leap = next(k for k in range(begin + 1, end) if _twelfth(k, zone) == _twelfth(k + 1, zone))
    number = 11
    for k in range(begin + 1, end):
        if k != leap:
            number = number % 12 + 1
        yield number, k == leap, _first_day(k, zone)


def _solstice_month(year: int, zone: float) -> int:
    """Return the number of the month in which the winter solstice of `year` lies."""
    day = next(
        date(year, 12, number)
        for number in range(19, 25)
        if _sun_at(date(year, 12, number + 1), zone)
        < 180  # past 270 degrees: counted from there on
    )
    k = round((day.year + day.timetuple().tm_yday / 365.25 - 2000) * 12.3685) + 2
    while _first_day(k, zone) > day:
        k -= 1
    return k


def _twelfth(k: int, zone: float) -> int:
    return int(_sun_at(_first_day(k, zone), zone) // 30)


def _sun_at(day: date, zone: float) -> float:
    """Return the sun's longitude past the winter solstice when `day` begins, in degrees."""
    julian = day.toordinal() + EPOCH_DAY - zone + DYNAMICAL_TIME
    century = (julian - 2_451_545) / 36_525
    anomaly = radians(357.52911 + 35_999.05029 * century)
    centre = (
        (1.914602 - 0.004817 * century) * sin(anomaly)
        + 0.019993 * sin(2 * anomaly)
        + 0.000289 * sin(3 * anomaly)
    )
    node = radians(125.04 - 1934.136 * century)
    true = 280.46646 + 36_000.76983 * century + 0.0003032 * century**2 + centre
    return (true - 0.00569 - 0.00478 * sin(node) - 270) % 360


def _first_day(k: int, zone: float) -> date:
    """Return the day of the zone on which the k-th new moon after January 2000 falls."""
    century = k / 1236.85
    sun = radians(2.5534 + 29.10535670 * k - 0.0000014 * century**2)
    moon = radians(201.5643 + 385.81693528 * k + 0.0107582 * century**2)
    latitude = radians(160.7108 + 390.67050284 * k - 0.0016118 * century**2)
    node = radians(124.7746 - 1.56375588 * k + 0.0020672 * century**2)
    eccentricity = 1 - 0.002516 * century - 0.0000074 * century**2
    julian = 2_451_550.09766 + MONTH * k + 0.00015437 * century**2 - 0.00017 * sin(node)
    julian += 0.00033 * sin(radians(299.77 + 0.107408 * k - 0.009173 * century**2))
    for amplitude, of_sun, of_moon, of_latitude in _MOON_TERMS:
        angle = of_sun * sun + of_moon * moon + of_latitude * latitude
        julian += amplitude * eccentricity ** abs(of_sun) * sin(angle)
    return date.fromordinal(floor(julian - DYNAMICAL_TIME + zone - EPOCH_DAY))
