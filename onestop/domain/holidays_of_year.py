"""The days off to propose for a year: what the law says, what is announced, what we guess."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from onestop.domain.calendar_spec import (
    CalendarException,
    CalendarSpec,
    Certainty,
    DayKind,
)

LAW_SINCE = 2021
"""First year of the Labour Code of 2019; what we propose for an earlier one is a guess."""

SOURCES = {
    Certainty.LAW: "Bộ luật Lao động 2019, Điều 111 và Điều 112",
    Certainty.GUESSED: "Dự kiến, chưa đối chiếu văn bản",
    Certainty.OPTIONAL: "Nghị quyết 80-NQ/TW, chưa rõ ngày áp dụng",
}
TET, NATIONAL_DAY = "Tết Nguyên đán", "Quốc khánh"
TET_DAYS = 5
MOST_DAYS_BEFORE_TET = 2
SATURDAY, SUNDAY = 5, 6
WEEKEND = frozenset({SATURDAY, SUNDAY})
DAY = timedelta(days=1)
_WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


@dataclass(frozen=True, slots=True)
class LunarDays:
    """The two holidays of a year that the moon sets, in the Vietnamese calendar (UTC+7)."""

    tet: date
    hung_kings: date


@dataclass(frozen=True, slots=True)
class Swap:
    """A working day given off by announcement, and the day of rest worked in exchange."""

    off: date
    worked: date
    source: str


@dataclass(frozen=True, slots=True)
class ProposedDay:
    """One exception to put into a calendar; `in_place_of` says whose hours a make-up day has."""

    on: date
    kind: DayKind
    name: str
    certainty: Certainty
    source: str
    in_place_of: date | None = None

    def exception(self, spec: CalendarSpec) -> CalendarException:
        """Return the day as `spec` would hold it."""
        hours = spec.working_week[self.in_place_of.weekday()] if self.in_place_of else ()
        return CalendarException(self.on, self.kind, self.name, hours, self.source, self.certainty)


def rest_days(spec: CalendarSpec) -> frozenset[int]:
    """Return the weekdays on which the clock of a calendar stands still, Monday being 0."""
    return frozenset(day for day, hours in enumerate(spec.working_week) if not hours)


def proposed_days(
    year: int,
    lunar: LunarDays,
    *,
    rest: frozenset[int] = WEEKEND,
    swaps: Iterable[Swap] = (),
) -> tuple[ProposedDay, ...]:
    """Return the days off and make-up days to propose for `year`, in order of date.

    A holiday on a weekly day of rest (`rest`) has its compensatory day. The five days of Tết and
    the second day of the National Day are set by announcement each year: what is proposed follows
    past announcements and is marked guessed. `swaps` are those already announced, of any year.

    Source: docs/rules.md, rule R1 (Labour Code 2019, articles 111 and 112).
    """
    days = [*_holidays(year, lunar, rest)]
    days += _compensations(days, rest)
    optional = [_day(date(year, 11, 24), "Ngày Văn hóa Việt Nam", Certainty.OPTIONAL)]
    optional += _compensations(optional, rest)
    if year < LAW_SINCE:
        days = [_marked(day, Certainty.GUESSED) for day in days]
    days = [*_with_swaps(year, days, swaps), *optional]
    return tuple(sorted(days, key=lambda day: day.on))


def with_year(spec: CalendarSpec, year: int, days: Iterable[ProposedDay]) -> CalendarSpec:
    """Return the calendar with one year more. Raises BadCalendar when a year between is missing."""
    return replace(
        spec,
        years=tuple(sorted({*spec.years, year})),
        exceptions=(*spec.exceptions, *(day.exception(spec) for day in days)),
    )


def _holidays(year: int, lunar: LunarDays, rest: frozenset[int]) -> Iterator[ProposedDay]:
    yield _day(date(year, 1, 1), "Tết Dương lịch")
    for on in tet_days(lunar.tet, rest):
        certainty = Certainty.LAW if on == lunar.tet else Certainty.GUESSED
        yield _day(on, TET, certainty)
    yield _day(lunar.hung_kings, "Giỗ Tổ Hùng Vương")
    yield _day(date(year, 4, 30), "Ngày Chiến thắng 30/4")
    yield _day(date(year, 5, 1), "Ngày Quốc tế Lao động")
    yield _day(date(year, 9, 2), NATIONAL_DAY)
    yield _day(beside_national_day(year, rest), NATIONAL_DAY, Certainty.GUESSED)


def tet_days(tet: date, rest: frozenset[int] = WEEKEND) -> tuple[date, ...]:
    """Return the five days off as announcements lay them: one or two before the first, the rest on.

    Two before, unless one before leaves fewer of the five on weekly days of rest.
    """

    def laid(before: int) -> tuple[date, ...]:
        return tuple(tet + DAY * (number - before) for number in range(TET_DAYS))

    def lost(days: Sequence[date]) -> int:
        return sum(on.weekday() in rest for on in days)

    return min((laid(before) for before in (MOST_DAYS_BEFORE_TET, 1)), key=lost)


def beside_national_day(year: int, rest: frozenset[int] = WEEKEND) -> date:
    """Return the second day of the National Day: the working day beside it next to days of rest."""
    national_day = date(year, 9, 2)

    def wanted(on: date) -> tuple[bool, bool]:
        works = on.weekday() not in rest
        beyond = on + (on - national_day)
        return works, beyond.weekday() in rest

    return max((national_day - DAY, national_day + DAY), key=wanted)


def _compensations(days: Sequence[ProposedDay], rest: frozenset[int]) -> list[ProposedDay]:
    """Return, for each holiday on a day of rest, the next working day after it that is free."""
    taken = {day.on for day in days}
    given = []
    for day in days:
        if day.on.weekday() not in rest:
            continue
        on = day.on
        while on in taken or on.weekday() in rest:
            on += DAY
        taken.add(on)
        # Where the days of Tết lie is announced, so are the days given for them.
        certainty = Certainty.GUESSED if day.name == TET else day.certainty
        name = f"Nghỉ bù {day.name}"
        given.append(_day(on, name, certainty, DayKind.COMPENSATORY_OFF))
    return given


def _with_swaps(
    year: int, days: Iterable[ProposedDay], swaps: Iterable[Swap]
) -> Iterator[ProposedDay]:
    """Yield `days` and what is swapped; a swap that meets a day off already proposed is dropped."""
    known = {day.on: day for day in days}
    for swap in swaps:
        if swap.off not in known and swap.worked not in known:
            known.update({day.on: day for day in _swapped(swap) if day.on.year == year})
    yield from known.values()


def _swapped(swap: Swap) -> tuple[ProposedDay, ProposedDay]:
    off, worked = _named(swap.off), _named(swap.worked)
    return (
        ProposedDay(
            swap.off,
            DayKind.COMPENSATORY_OFF,
            f"Nghỉ hoán đổi với {worked}",
            Certainty.ANNOUNCED,
            swap.source,
        ),
        ProposedDay(
            swap.worked,
            DayKind.MAKEUP_WORKING_DAY,
            f"Làm bù cho {off}",
            Certainty.ANNOUNCED,
            swap.source,
            in_place_of=swap.off,
        ),
    )


def _day(
    on: date,
    name: str,
    certainty: Certainty = Certainty.LAW,
    kind: DayKind = DayKind.HOLIDAY,
) -> ProposedDay:
    return ProposedDay(on, kind, name, certainty, SOURCES[certainty])


def _marked(day: ProposedDay, certainty: Certainty) -> ProposedDay:
    return replace(day, certainty=certainty, source=SOURCES[certainty])


def _named(day: date) -> str:
    """Return "thứ Bảy 22/8", "thứ Sáu 02/01": as days are written in announcements."""
    month = f"{day.month:02}" if day.month < 3 else day.month
    return f"{_WEEKDAYS[day.weekday()]} {day.day:02}/{month}"
