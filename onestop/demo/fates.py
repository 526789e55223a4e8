"""What will happen to each dossier: late or not, sent back, withdrawn, lying somewhere now."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from fractions import Fraction
from random import Random
from typing import Final

from onestop.demo.arrivals import Season
from onestop.demo.habits import (
    BUNDLE,
    BUSINESS,
    CONSTRUCTION,
    HABITS,
    LAND_REISSUE,
    LAND_SPLIT,
    MARITAL,
    SEASON_FACTOR,
    SEASONAL,
    SLOW_FACTOR,
)
from onestop.demo.province import Province
from onestop.domain.routes import StepKind
from onestop.domain.working_time import Amount, Scale, advance
from onestop.services.routing import Plan

WITHDRAWN, STOPPED, VOID = "withdrawn", "stopped", "void"

LATE_DAYS: Final = (1, 1, 1, 2, 2, 3, 3, 4, 5, 7)
LATEST_ODDITY, OLDEST_ODDITY = timedelta(days=16), timedelta(days=75)
YOUNGEST_RECENT, OLDEST_RECENT = timedelta(days=5), timedelta(days=11)
STILL_SUSPENDED = timedelta(days=27)
"""A suspension lasts at least 20 working days: whoever came within these days is suspended now."""
WORKS: Final = frozenset({StepKind.WORK, StepKind.REVIEW, StepKind.SIGN})


@dataclass(frozen=True, slots=True)
class Fate:
    """What will happen; nothing said is an ordinary journey.

    late       steps that end so many working days after the total was due, by key.
    awaited    the papers asked for have not come yet; `unbrought`: they never came.
    put_off    "signed": a later date was told with an apology; "drafted": it waits for signature.
    asked_twice  an officer wants to ask for papers again, a leader has not decided yet.
    turned_away  an agency refused what it was offered; the step before was done again.
    unpaid     the citizen has not paid yet what the law asks for between two phases.
    reopened   a leader opened the dossier again when the citizen had found a mistake.
    stop_at    the step at which the dossier lies now; `held` when somebody accepted it, `fresh`
               when it came there only lately.
    """

    late: Mapping[str, int] = field(default_factory=dict)
    stop_at: str = ""
    held: bool = False
    fresh: bool = False
    supplement: bool = False
    unbrought: bool = False
    awaited: bool = False
    rework: bool = False
    suspended: bool = False
    ending: str = ""
    put_off: str = ""
    asked_twice: bool = False
    turned_away: bool = False
    reopened: bool = False
    unpaid: bool = False
    recent: bool = False
    lost_receipt: bool = False
    refused: bool = False
    brisk: bool = False


@dataclass(slots=True)
class Arrival:
    """Somebody comes to a desk: when, where, for what, and what will become of it.

    `odd` when the fate was chosen by hand; `again` is the arrival whose dossier this one brings
    once more, with the same people.
    """

    at: datetime
    desk: str
    commune: str
    procedure: str
    fate: Fate = field(default_factory=Fate)
    again: "Arrival | None" = None
    odd: bool = False


def ordinary_fate(random: Random, arrival: Arrival, plan: Plan, season: Season, slow: int) -> Fate:
    """Draw what usually happens: lateness clusters at one agency and before Tết."""
    habit = HABITS[arrival.procedure]
    late, steps = habit.late, habit.late_steps
    there = [s.key for s in plan.steps if s.agency == slow and s.kind in WORKS]
    if there:
        late *= SLOW_FACTOR
        steps = tuple(there)
    if arrival.procedure in SEASONAL and season.is_before_tet(arrival.at.date()):
        late *= SEASON_FACTOR
    if random.random() < late:
        return Fate(late={random.choice(steps): random.choice(LATE_DAYS)})
    return Fate(
        supplement=random.random() < habit.supplement,
        unbrought=random.random() < 0.05,
        rework=random.random() < habit.rework,
        lost_receipt=random.random() < 0.012,
        refused=habit.supplement > 0 and random.random() < 0.02,
    )


# Oddities of which every demonstration shows at least one: procedures, then the fate.
ODDITIES: Final[tuple[tuple[tuple[str, ...], Fate], ...]] = (
    ((CONSTRUCTION, LAND_SPLIT), Fate(ending=STOPPED)),
    ((CONSTRUCTION, LAND_SPLIT), Fate(supplement=True, unbrought=True, brisk=True)),
    ((CONSTRUCTION, LAND_SPLIT, LAND_REISSUE), Fate(ending=WITHDRAWN)),
    ((BUSINESS, MARITAL, CONSTRUCTION), Fate(ending=WITHDRAWN)),
    ((MARITAL, BUSINESS), Fate(ending=VOID)),
    ((BUNDLE, BUSINESS), Fate(ending=VOID)),
    ((CONSTRUCTION,), Fate(late={"site": 2, "review": 3})),
    ((MARITAL,), Fate(late={"check": 1, "sign": 2})),
    ((LAND_SPLIT,), Fate(suspended=True)),
    ((MARITAL, BUSINESS), Fate(lost_receipt=True)),
    ((LAND_SPLIT, CONSTRUCTION), Fate(supplement=True, rework=True)),
    ((BUSINESS,), Fate(rework=True)),
    ((CONSTRUCTION,), Fate(refused=True)),
    ((CONSTRUCTION,), Fate(late={"site": 2}, put_off="signed")),
    ((CONSTRUCTION,), Fate(stop_at="site", held=True, put_off="drafted", recent=True)),
    ((CONSTRUCTION, LAND_SPLIT), Fate(supplement=True, asked_twice=True, recent=True, brisk=True)),
    ((LAND_REISSUE,), Fate(unpaid=True, brisk=True)),
    ((BUSINESS, MARITAL), Fate(turned_away=True, brisk=True)),
    ((BUSINESS, MARITAL), Fate(reopened=True, brisk=True)),
)


def add_oddities(random: Random, arrivals: list[Arrival], province: Province) -> list[Arrival]:
    """Give each oddity to an arrival of some weeks ago; return the arrivals that follow from them.

    What was withdrawn or entered wrongly comes once more: same people, same procedure.
    """
    following: list[Arrival] = []
    taken: set[int] = set()
    last = arrivals[-1].at if arrivals else None
    for procedures, fate in ODDITIES:
        places = [
            n
            for n, a in enumerate(arrivals)
            if a.procedure in procedures
            and n not in taken
            and last is not None
            and _is_of_age(fate, last - a.at)
            and _open_for(province, a, timedelta(minutes=12))
        ]
        if not places:
            continue
        place = random.choice(places)
        taken.add(place)
        arrivals[place].fate = fate
        arrivals[place].odd = True
        if fate.ending in (WITHDRAWN, VOID):
            following.append(_once_more(arrivals[place], province, random))
    return following


def _is_of_age(fate: Fate, age: timedelta) -> bool:
    """Whether a dossier received so long ago shows the oddity now."""
    if fate.unpaid:
        return OLDEST_ODDITY / 2 < age < OLDEST_ODDITY
    if fate.recent:
        return YOUNGEST_RECENT < age < OLDEST_RECENT
    return LATEST_ODDITY < age < (STILL_SUSPENDED if fate.suspended else OLDEST_ODDITY)


def _open_for(province: Province, arrival: Arrival, time: timedelta) -> bool:
    calendar = province.calendars[province.agency(arrival.desk).id]
    return calendar.reception_open_at(arrival.at + time)


def _once_more(before: Arrival, province: Province, random: Random) -> Arrival:
    calendar = province.calendars[province.agency(before.desk).id]
    minutes = 9 if before.fate.ending == VOID else random.randint(960, 1500)
    at = advance(before.at, Amount(Scale.MINUTES, Fraction(minutes)), calendar)
    # Not at the closing minute: an amount that fills the day ends there.
    at = at + timedelta(seconds=17) if calendar.reception_open_at(at) else calendar.next_opening(at)
    return replace(before, at=at, fate=Fate(), again=before, odd=False)
