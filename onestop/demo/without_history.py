"""A province for benchmarks: each dossier stands like one that was told whole (rule R33)."""

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Final

from sqlalchemy.orm import Session

from onestop.demo.fates import Arrival
from onestop.demo.filling import Begun, Filled, Progress, begin, next_of, told
from onestop.demo.intakes import who_comes
from onestop.demo.province import EARLIEST
from onestop.demo.visits import make_visits
from onestop.domain.codes import CheckCode, StatusToken
from onestop.domain.statuses import FINAL
from onestop.services.histories import History
from onestop.services.links import Link
from onestop.services.parties import PersonLike
from onestop.services.repeats import Example, Repeat, example_of
from onestop.services.summaries import write_summaries

KINDS: Final = 2000
"""How many are told whole; each dossier that is written stands like one of them."""
CHUNK: Final = 2000
QUARTER: Final = timedelta(weeks=13)
QUARTERS: Final = 4
"""What is finished is repeated in so many quarters, as an office keeps a year of it."""
WEEK: Final = 7
"""What is open is repeated on the days of the week before its example."""
EARLIER: Final = 240_000
"""Milliseconds before its example at which somebody comes at the earliest."""

Write = Callable[[], AbstractContextManager[Session]]


@dataclass(frozen=True, slots=True)
class Kind:
    """An example with the arrival it was made of; finished ones in how many quarters it repeats."""

    arrival: Arrival
    example: Example
    quarters: int
    finished: bool


def fill_without_history(
    write: Write,
    *,
    scale: int,
    seed: int,
    now: datetime,
    progress: Progress,
    kinds: int = KINDS,
) -> Filled:
    """Fill an empty database with `scale` dossiers of the year that ends at `now`, one event each.

    Each transaction of `write` leaves numbers without a gap and the mark of a bench-only database.
    The same seed at the same instant gives the same people and numbers. Raises TooEarly.
    """
    several = min(scale, kinds)
    with write() as session:
        begun = begin(session, seed=seed, now=now)
        found = [_kind(begun, *one) for one in told(session, begun, several)]
        visits = make_visits(
            session, begun.world, begun.people, begun.season, count=max(3, several // 50)
        )
    gc.freeze()  # the examples stay: looking through them again and again costs a sixth
    written = 0
    repeats = _repeats(begun, found, scale)
    while chunk := list(islice(repeats, CHUNK)):
        with write() as session:
            written += write_summaries(session, chunk)
        progress(len(chunk))
    gc.unfreeze()
    return Filled(written, visits, receipts=0)


def _kind(begun: Begun, arrival: Arrival, history: History) -> Kind:
    example = example_of(history)
    if example.state.status not in FINAL:
        return Kind(arrival, example, 1, finished=False)
    spec = begun.world.province.editions[arrival.procedure].spec
    there_for = example.received.number_day - max(EARLIEST, spec.valid_from)
    return Kind(arrival, example, 1 + min(QUARTERS - 1, there_for // QUARTER), finished=True)


def _repeats(begun: Begun, kinds: Sequence[Kind], scale: int) -> Iterator[Repeat]:
    """As many as `scale` in the order of time, numbered as they come."""
    numbers: dict[tuple[int, date], int] = {}
    books: dict[tuple[int, int], int] = {}
    for at, place, ago in _times(begun, kinds, scale):
        kind = kinds[place]
        agency, on = kind.example.received.receiving_agency, kind.example.received.number_day - ago
        yield Repeat(
            example=kind.example,
            ago=ago,
            at=at,
            number=next_of(numbers, (agency, on)),
            book_number=next_of(books, (agency, on.year)),
            people=_people(begun, kind.arrival, on),
            link=Link(StatusToken.random(), CheckCode.random()),
        )


def _times(
    begun: Begun, kinds: Sequence[Kind], scale: int
) -> list[tuple[datetime, int, timedelta]]:
    """When somebody comes, like which kind, how long before it; in the order of time."""
    random, calendar = begun.world.random, begun.world.province.calendar
    found = []
    for place in random.choices(range(len(kinds)), [kind.quarters for kind in kinds], k=scale):
        kind = kinds[place]
        ago = QUARTER * random.randrange(kind.quarters)
        if not kind.finished:
            ago = timedelta(days=random.randrange(WEEK))
        on = kind.example.received.number_day - ago
        if on < EARLIEST or not calendar.is_working_day(on):
            ago = timedelta(0)
        early = timedelta(milliseconds=random.randrange(EARLIER))
        found.append((kind.example.first.occurred_at - ago - early, place, ago))
    return sorted(found)


def _people(begun: Begun, arrival: Arrival, on: date) -> list[tuple[str, PersonLike]]:
    applicant, submitter = who_comes(
        begun.world.random, begun.people, arrival.procedure, arrival.commune, on
    )
    return [("applicant", applicant), *([("submitter", submitter)] if submitter else [])]
