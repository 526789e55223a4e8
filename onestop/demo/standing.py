"""The dossiers that lie somewhere now: late by few and by many days, due today, not looked at."""

from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from random import Random
from typing import Final

from onestop.demo.fates import WORKS, Arrival, Fate
from onestop.demo.habits import COPIES, HABITS, LARGEST_DESK, SLOW_AGENCY
from onestop.demo.province import Province
from onestop.domain.events import PlannedStep
from onestop.domain.limits import Limit
from onestop.domain.rights import Role
from onestop.domain.routes import StepKind
from onestop.domain.working_time import Amount, Scale, WorkingCalendar, advance
from onestop.services.routing import Plan

LATE_NOW: Final = (1, 5, 2, 10, 1, 3, 17, 1, 4, 30, 2, 8, 6, 41, 13, 22)
"""Working days since the due date of dossiers that lie somewhere now, for each 2,000 received."""
DUE_TODAY: Final = 5
FOR_EACH: Final = 2000
SHOWN_AGENCIES: Final = ("H91.51", "H91.51.01", "H91.51.02", "H91.51.03", "H91.31", "H91.35")
"""Whose accounts `onestop demo` prints: their worklists hold more than one dossier."""
FEWEST_FOR_POSTS: Final = 300

BRISK_MINUTES_A_DAY: Final = 250
"""Working minutes in which a brisk journey gets through an allotment of one working day."""
PASSIVE: Final = frozenset({StepKind.RECEIVE, StepKind.AWAIT_CITIZEN})
LONG_WAIT: Final = "publication"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An arrival that may be chosen, its route, and when its total is due."""

    arrival: Arrival
    route: Plan
    due_on: date
    late_at: datetime

    def works_at(self, agency: int) -> list[str]:
        """Keys of the steps that are work of this agency."""
        return [s.key for s in self.route.steps if s.agency == agency and s.kind in WORKS]


def place_open_ones(
    random: Random,
    arrivals: Sequence[Arrival],
    route_of: Callable[[Arrival], Plan],
    province: Province,
    now: datetime,
) -> None:
    """Choose the dossiers that lie somewhere now and say so in their fates.

    Every second of the late ones lies at the slow agency. Every post that has work in some route
    gets at least one, so that no worklist is empty.
    """
    candidates = _candidates(arrivals, route_of, province)
    calendar, slow = province.calendar, province.agency(SLOW_AGENCY).id
    for number, days in enumerate(_ages(len(arrivals))):
        near = _near(candidates, number, slow)
        chosen = _due_about(near, days, calendar.local_date(now), calendar)
        if chosen is not None:
            candidates.remove(chosen)
            steps = chosen.works_at(slow) or list(HABITS[chosen.arrival.procedure].late_steps)
            chosen.arrival.fate = Fate(stop_at=random.choice(steps), held=True, brisk=True)
    if len(arrivals) >= FEWEST_FOR_POSTS:
        shown = {province.agency(code).id for code in SHOWN_AGENCIES}
        _fill_posts(random, candidates, now, shown)


def _candidates(
    arrivals: Sequence[Arrival], route_of: Callable[[Arrival], Plan], province: Province
) -> list[Candidate]:
    """Arrivals without an oddity of their own, but for copies: those are done in the hour."""
    found = []
    for arrival in arrivals:
        if arrival.procedure == COPIES or arrival.odd:
            continue
        due = province.total(province.editions[arrival.procedure], arrival.desk, arrival.at)
        due_on = province.calendar.local_date(due.due_at)
        found.append(Candidate(arrival, route_of(arrival), due_on, due.late_at))
    return found


def _near(candidates: Sequence[Candidate], number: int, slow: int) -> list[Candidate]:
    """Every second at the slow agency, every fourth at the largest desk, the others anywhere."""
    if number % 2 == 0:
        return [c for c in candidates if c.works_at(slow)]
    if number % 4 == 1:
        return [c for c in candidates if c.arrival.desk == LARGEST_DESK]
    return list(candidates)


def _ages(received: int) -> list[int]:
    """How many working days ago the total was due, for each dossier to choose; 0 is today."""
    whole, rest = divmod(received, FOR_EACH)
    times = whole + (rest >= FOR_EACH // 2)
    if not times:
        return [1, 5, 2, 0][: max(1, received // 50)]
    return [*LATE_NOW, *([0] * DUE_TODAY)] * times


def _due_about(
    candidates: Sequence[Candidate], days: int, today: date, calendar: WorkingCalendar
) -> Candidate | None:
    """The candidate whose total was due nearest to so many working days before today."""
    best: tuple[int, Candidate] | None = None
    for candidate in candidates:
        if (candidate.due_on < today) != (days > 0):
            continue
        if days:
            off = abs(calendar.working_days_between(candidate.due_on, today) - days)
        else:
            off = calendar.working_days_between(today, candidate.due_on)
        if best is None or off < best[0]:
            best = (off, candidate)
    return best[1] if best and best[0] <= max(1, days // 3) else None


def _fill_posts(
    random: Random, candidates: Sequence[Candidate], now: datetime, shown: Container[int]
) -> None:
    """Give every post one dossier that it has just got, and those shown first some more."""
    posts: dict[tuple[int, Role], None] = {}
    for candidate in candidates:
        for step in candidate.route.steps:
            if step.agency and not step.optional and step.kind not in PASSIVE:
                posts[step.agency, step.role] = None
    open_still = sorted(
        (c for c in candidates if c.late_at > now), key=lambda c: c.arrival.at, reverse=True
    )
    more = [post for post in sorted(posts) if post[0] in shown]
    for agency, role in [*sorted(posts), *more, *more]:
        for candidate in open_still:
            key = _step_reached(candidate, agency, role, now)
            if key:
                open_still.remove(candidate)
                held = role is Role.OFFICER and random.random() < 0.4
                candidate.arrival.fate = Fate(stop_at=key, held=held, brisk=True)
                break


def _step_reached(candidate: Candidate, agency: int, role: Role, now: datetime) -> str:
    """The step of this post that a brisk journey has surely reached by now, or ""."""
    route = candidate.route
    calendar = route.calendars[route.receiving.id]
    for step, minutes in _reached_after(route.steps):
        if (step.agency, step.role) == (agency, role) and step.kind not in PASSIVE:
            amount = Amount(Scale.MINUTES, Fraction(minutes))
            if advance(candidate.arrival.at, amount, calendar) < now:
                return step.key
    return ""


def _reached_after(steps: Sequence[PlannedStep]) -> Iterator[tuple[PlannedStep, int]]:
    """Every step before the long wait, with the working minutes that lie before it at most."""
    reached: dict[str, int] = {}
    for step in steps:
        if step.key == LONG_WAIT:
            return
        if step.optional:
            continue
        before = max((reached[key] for key in step.after if key in reached), default=0)
        yield step, before + 25
        reached[step.key] = before + (0 if step.kind is StepKind.RECEIVE else _minutes(step))


def _minutes(step: PlannedStep) -> int:
    if step.allotment is None:
        return 30
    amount = Limit.parse(step.allotment).working_time
    if amount is None:
        return BRISK_MINUTES_A_DAY
    days = amount.value if amount.scale is Scale.DAYS else amount.value / 480
    return 15 + int(days * BRISK_MINUTES_A_DAY)
