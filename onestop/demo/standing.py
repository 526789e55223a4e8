"""The dossiers that lie somewhere now: late by few and by many days, due today, not looked at."""

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from random import Random
from typing import Final

from onestop.demo.fates import WORKS, Arrival, Fate
from onestop.demo.habits import COPIES, HABITS, LARGEST_DESK, SLOW_AGENCY, WAITS
from onestop.demo.province import Province
from onestop.domain.events import PlannedStep
from onestop.domain.limits import Limit
from onestop.domain.rights import Role
from onestop.domain.routes import StepKind
from onestop.domain.working_time import Amount, Scale, WorkingCalendar, advance
from onestop.services.routing import Plan

LATE_NOW: Final = (1, 5, 17, 2, 10, 1, 30, 3, 1, 4, 2, 8, 6, 41, 13, 22)
"""Working days since the due date of dossiers that lie somewhere now, for each 2,000 received."""
DUE_TODAY: Final = 5
FOR_EACH: Final = 2000
SHOWN_AGENCIES: Final = ("H91.51", "H91.51.01", "H91.51.02", "H91.51.03", "H91.31", "H91.35")
"""Whose accounts `onestop demo` prints: their worklists hold more than one dossier."""
FEWEST_FOR_POSTS: Final = 300
SHOWN_HOLD: Final = 3
AWAITING: Final = 6
Post = tuple[int, Role]

BRISK_MINUTES_A_DAY: Final = 250
"""Working minutes in which a brisk journey gets through an allotment of one working day."""
PASSIVE: Final = frozenset({StepKind.RECEIVE, StepKind.AWAIT_CITIZEN})


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
) -> list[Arrival]:
    """Choose the dossiers that lie somewhere now and say so in their fates; return some more.

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
        return _fill_posts(random, candidates, now, shown)
    return []


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
    ages = [*LATE_NOW, *([0] * DUE_TODAY)] * -(-received // FOR_EACH)
    late = [days for days in ages if days]
    today = len(ages) - len(late)
    share = received / FOR_EACH / -(-received // FOR_EACH or 1)
    return late[: max(2, round(len(late) * share))] + [0] * round(today * share)


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
) -> list[Arrival]:
    """Give every post one dossier that it has just got, and those shown some more.

    Posts with the fewest to choose from choose first. Returns arrivals for those that nothing on
    its way can have reached: one more person came for the same procedure, in time to be there now.
    """
    options: dict[Post, list[tuple[Candidate, str]]] = {}
    samples: dict[Post, tuple[Candidate, PlannedStep, int]] = {}
    for candidate in candidates:
        reached = reached_after(candidate.route.steps)
        for step in candidate.route.steps:
            if step.agency and step.kind not in PASSIVE and step.key in reached:
                minutes = reached[step.key]
                post = (step.agency, step.role)
                samples[post] = (candidate, step, minutes)
                if candidate.late_at > now and _passed(candidate, minutes) < now:
                    options.setdefault(post, []).append((candidate, step.key))
    more: list[Arrival] = []
    taken: set[int] = set()
    wanted = [post for post in samples for _ in range(SHOWN_HOLD if post[0] in shown else 1)]
    for post in sorted(wanted, key=lambda post: (len(options.get(post, ())), post)):
        free = [o for o in options.get(post, ()) if id(o[0]) not in taken]
        held = post[1] is Role.OFFICER and random.random() < 0.4
        if free:
            chosen, key = max(free, key=lambda option: option[0].arrival.at)
            taken.add(id(chosen))
            chosen.arrival.fate = Fate(stop_at=key, held=held, fresh=True, brisk=True)
        else:
            sample, step, minutes = samples[post]
            fate = Fate(stop_at=step.key, held=held, fresh=True, brisk=True)
            more.append(replace(sample.arrival, at=_in_time(sample, minutes, now), fate=fate))
    waiting = [c for c in candidates if id(c) not in taken and c.late_at > now]
    for chosen in random.sample(waiting, min(len(waiting), AWAITING)):
        chosen.arrival.fate = Fate(supplement=True, awaited=True, brisk=True)
    return more


def _passed(candidate: Candidate, minutes: int) -> datetime:
    """The instant at which so many working minutes have passed since the arrival."""
    calendar = candidate.route.calendars[candidate.route.receiving.id]
    return advance(candidate.arrival.at, Amount(Scale.MINUTES, Fraction(minutes)), calendar)


def _in_time(sample: Candidate, minutes: int, now: datetime) -> datetime:
    """An instant of reception from which so many working minutes have passed by now."""
    calendar = sample.route.calendars[sample.route.receiving.id]
    amount = Amount(Scale.MINUTES, Fraction(minutes))
    day, hour = calendar.local_date(now), sample.arrival.at
    while True:
        if calendar.is_working_day(day):
            apart = (calendar.local_date(hour) - day).days
            at = hour - timedelta(days=apart)
            # The sample's hour may be closed on another day.
            at = at if calendar.open_at(at) else calendar.opening_of(day) + timedelta(seconds=671)
            if at < now and advance(at, amount, calendar) < now:
                return at
        day -= timedelta(days=1)


def reached_after(steps: Sequence[PlannedStep]) -> dict[str, int]:
    """Return the working minutes after which a brisk journey has surely reached each step.

    Optional steps and those after a long wait are left out.
    """
    reached: dict[str, int] = {}
    ended: dict[str, int] = {}
    for step in steps:
        if step.key in WAITS:
            break
        if step.optional:
            continue
        before = max((ended[key] for key in step.after if key in ended), default=0)
        reached[step.key] = before + 25
        ended[step.key] = before + (0 if step.kind is StepKind.RECEIVE else minutes_of(step))
    return reached


def minutes_of(step: PlannedStep) -> int:
    """Return the working minutes that a brisk journey spends at a step at most."""
    if step.allotment is None:
        return 30
    amount = Limit.parse(step.allotment).working_time
    if amount is None:
        return BRISK_MINUTES_A_DAY
    days = amount.value if amount.scale is Scale.DAYS else amount.value / 480
    return 15 + int(days * BRISK_MINUTES_A_DAY)
