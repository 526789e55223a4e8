"""Filling an empty database with the invented province: staff, dossiers, visits and receipts."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import TypeVar

from sqlalchemy.orm import Session

from onestop.demo.arrivals import Season, day_weights, instant_on, season_of
from onestop.demo.cash import count_cash
from onestop.demo.fates import Arrival, add_oddities, ordinary_fate
from onestop.demo.habits import AGENCY_SHARES, HABITS, SLOW_AGENCY
from onestop.demo.intakes import InventedIntake, filed_again, make_intake
from onestop.demo.journeys import Journey
from onestop.demo.people import COMMUNES, People
from onestop.demo.piles import make_piles
from onestop.demo.province import EARLIEST, found_province
from onestop.demo.receipts import issue_letters, issue_receipts
from onestop.demo.staff import hire
from onestop.demo.standing import place_open_ones
from onestop.demo.trips import Registers, World
from onestop.demo.visits import make_visits
from onestop.domain.codes import CheckCode, StatusToken
from onestop.domain.events import Refiling
from onestop.domain.office_time import office_date
from onestop.domain.procedures import Edition
from onestop.domain.rights import Actor, Role
from onestop.domain.statuses import Status
from onestop.queries.agencies import DeskRow, desks_of
from onestop.services.histories import History, write_histories
from onestop.services.intakes import people_of, personal_texts_of, reception_event
from onestop.services.links import Link
from onestop.services.personal_values import Committed, commit_to
from onestop.services.routing import Plan

Progress = Callable[[int], None]
K = TypeVar("K")
FIRST_START = EARLIEST + timedelta(days=7)
"""Before that there was hardly anything to invent."""
COMMUNE_OF = {f"{commune}.01": commune for commune in COMMUNES}


class TooEarly(Exception):
    """The invented province did not exist on that day."""

    def __init__(self, earliest: date) -> None:
        super().__init__(f"nothing is invented before {earliest}")
        self.earliest = earliest


@dataclass(frozen=True, slots=True)
class Filled:
    """What was written."""

    dossiers: int
    visits: int
    receipts: int


def fill(
    session: Session,
    *,
    scale: int,
    seed: int,
    now: datetime,
    base_url: str,
    progress: Progress,
) -> Filled:
    """Fill an empty database with about `scale` dossiers of the 13 weeks that end at `now`.

    The same seed at the same instant gives the same people, codes and events (their secrets are
    random). `progress` is told of every dossier. The caller commits. Raises TooEarly.
    """
    begun = begin(session, seed=seed, now=now)
    world, people, season = begun.world, begun.people, begun.season
    written = write_histories(session, _counted(told(session, begun, scale), progress))
    visits = make_visits(session, world, people, season, count=max(3, scale // 50))
    receipts = issue_receipts(session, world, base_url=base_url)
    issue_letters(session, base_url=base_url)
    make_piles(session, world, base_url=base_url)
    count_cash(session, world, base_url=base_url)
    return Filled(written, visits, receipts)


@dataclass(frozen=True, slots=True)
class Begun:
    """A province with its staff, before anybody has come."""

    world: World
    people: People
    season: Season


def begin(session: Session, *, seed: int, now: datetime) -> Begun:
    """Found the province and hire its staff. Raises TooEarly."""
    random = Random(seed)  # noqa: S311 - invents people, guards nothing
    if office_date(now) < FIRST_START:
        raise TooEarly(FIRST_START)
    province = found_province(session, now)
    season = season_of(province.calendar, now, EARLIEST)
    staff = hire(session, province, random, now=now)
    world = World(province, staff, random, now, Registers())
    return Begun(world, People(random, province.calendar.local_date(now)), season)


def told(session: Session, begun: Begun, scale: int) -> Iterator[tuple[Arrival, History]]:
    """Yield about `scale` arrivals in the order of time, each with its whole history."""
    counter = _Counter(begun.world, begun.people, session)
    for arrival in _arrivals(begun.world, begun.season, scale):
        yield arrival, counter.serve(arrival)


def _counted(found: Iterator[tuple[Arrival, History]], progress: Progress) -> Iterator[History]:
    for _, history in found:
        yield history
        progress(1)


def _arrivals(world: World, season: Season, scale: int) -> list[Arrival]:
    """Everybody who comes, in the order of time, with what will become of their dossiers."""
    random, province = world.random, world.province
    arrivals = []
    days = random.choices(season.days, day_weights(season, random), k=scale)
    desks = random.choices(tuple(AGENCY_SHARES), tuple(AGENCY_SHARES.values()), k=scale)
    for day, desk in zip(days, desks, strict=True):
        calendar = province.calendars[province.agency(desk).id]
        at = instant_on(day, calendar, random)
        commune = COMMUNE_OF.get(desk) or random.choice(COMMUNES)
        arrivals.append(Arrival(at, desk, commune, _procedure(world, desk, day)))
    arrivals = sorted((a for a in arrivals if a.at < world.now), key=lambda a: a.at)
    slow = province.agency(SLOW_AGENCY).id
    route_of = _route_of(world)
    for arrival in arrivals:
        arrival.fate = ordinary_fate(random, arrival, route_of(arrival), season, slow)
    following = add_oddities(random, arrivals, province)
    following += place_open_ones(random, arrivals, route_of, province, world.now)
    arrivals += [a for a in following if a.at < world.now]
    return sorted(arrivals, key=lambda a: a.at)


def _procedure(world: World, desk: str, day: date) -> str:
    """What somebody comes for at that desk on that day, among the editions in force then."""
    editions = world.province.editions
    open_then = {
        code: habit.province if desk == "H91.01" else habit.commune
        for code, habit in HABITS.items()
        if code in editions and editions[code].spec.in_force(day)
    }
    return world.random.choices(tuple(open_then), tuple(open_then.values()))[0]


def _plan_of(world: World) -> Callable[[Arrival], Plan]:
    province = world.province

    def plan_of(arrival: Arrival) -> Plan:
        edition = province.editions[arrival.procedure]
        competent = province.competent_for(edition.spec, arrival.desk, arrival.commune)
        return province.plan(edition, arrival.desk, competent, arrival.at)

    return plan_of


def _route_of(world: World) -> Callable[[Arrival], Plan]:
    province = world.province

    def route_of(arrival: Arrival) -> Plan:
        edition = province.editions[arrival.procedure]
        competent = province.competent_for(edition.spec, arrival.desk, arrival.commune)
        return province.route(edition, arrival.desk, competent, arrival.at)

    return route_of


class _Counter:
    """Receives one arrival after another: clerk, desk, numbers without a gap, then the journey."""

    def __init__(self, world: World, people: People, session: Session) -> None:
        self._world = world
        self._people = people
        self._plan_of = _plan_of(world)
        self._desks: dict[str, tuple[DeskRow, ...]] = {
            code: desks_of(session, world.province.agency(code).id) for code in AGENCY_SHARES
        }
        self._days: dict[tuple[str, date], int] = {}
        self._books: dict[tuple[str, int], int] = {}
        self._kept: dict[int, InventedIntake] = {}
        self._ended: dict[int, Refiling] = {}

    def serve(self, arrival: Arrival) -> History:
        """Return the whole history of one arrival's dossier."""
        world = self._world
        edition, plan = world.province.editions[arrival.procedure], self._plan_of(arrival)
        day = world.province.calendar.local_date(arrival.at)
        clerk, desk = self._who_serves(arrival)
        intake = self._intake(arrival, edition, day, desk)
        personal = commit_to(*personal_texts_of(intake))
        received = reception_event(
            edition,
            plan,
            intake,
            number=next_of(self._days, (arrival.desk, day)),
            book_number=next_of(self._books, (arrival.desk, day.year)),
            persons=personal.refs,
            at=arrival.at,
            refiling=self._ended.get(id(arrival.again)),
        )
        pace = world.random.betavariate(3.2, 2.4)
        fate = replace(arrival.fate, late={}) if intake.on_the_spot else arrival.fate
        journey = Journey(world, edition.spec, intake, fate, clerk, pace)
        journey.travel(received, arrival.at, personal)
        if journey.state.status is Status.WITHDRAWN:
            self._ended[id(arrival)] = Refiling(received.code, received.promises[0].due_at)
        kept: list[Committed] = journey.personal
        return History(
            events=journey.events,
            personal=kept,
            people=people_of(intake),
            link=Link(StatusToken.random(), CheckCode.random()),
        )

    def _who_serves(self, arrival: Arrival) -> tuple[Actor, DeskRow]:
        agency = self._world.province.agency(arrival.desk).id
        clerks = self._world.staff.holders[agency, Role.CLERK]
        place = self._world.random.randrange(len(clerks))
        return clerks[place], self._desks[arrival.desk][place]

    def _intake(
        self, arrival: Arrival, edition: Edition, day: date, desk: DeskRow
    ) -> InventedIntake:
        if arrival.again is not None:
            return filed_again(self._kept[id(arrival.again)])
        intake = make_intake(
            self._world.random,
            self._people,
            edition.spec,
            commune=arrival.commune,
            on=day,
            desk=desk.id,
        )
        competent = self._world.province.competent_for(edition.spec, arrival.desk, arrival.commune)
        intake = replace(intake, competent_agency=competent)
        if arrival.fate.ending:
            self._kept[id(arrival)] = intake
        return intake


def next_of(counters: dict[K, int], key: K) -> int:
    """Return the next number of a series, from 1."""
    counters[key] = counters.get(key, 0) + 1
    return counters[key]
