"""A dossier that was told whole, repeated at another time: what its tables would hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Table

from onestop.domain import event_codec
from onestop.domain.codes import DossierCode
from onestop.domain.dossier import DossierState
from onestop.domain.event_codec import to_plain
from onestop.domain.events import DossierReceived, Recorded, to_body
from onestop.domain.fold import fold
from onestop.domain.law import form_edition, law_edition
from onestop.domain.statuses import Status
from onestop.models.base import table_of
from onestop.models.dossiers import Dossier
from onestop.models.reception import VoidedNumber
from onestop.services.driver_rows import DriverRows
from onestop.services.histories import History, void_row
from onestop.services.links import Link
from onestop.services.parties import PersonLike
from onestop.services.projection import project

# Other tables have columns called so as well: a paper has a code.
_NAMED = {
    table_of(Dossier): ("code", "number", "book_number"),
    table_of(VoidedNumber): ("number",),
}
# What no reception holds: a code, a number and an instant to be replaced in its body.
_MARKS: Final[dict[str, Any]] = {"code": "@", "number": -1, "book_number": -1}
_MARK_AT = datetime(1, 1, 1, tzinfo=UTC)


def _plain(value: object) -> bytes:
    return event_codec.dumps(to_plain(value))


def _field(name: str, value: object) -> bytes:
    return _plain(name) + b":" + _plain(value)


_MARKED = {name: _field(name, mark) for name, mark in _MARKS.items()}
_MARKED_AT = _plain(_MARK_AT)
Rows = Sequence[tuple[Table, dict[str, Any]]]


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """A dossier with its whole history: where it stands, and the rows that follow from that."""

    state: DossierState
    first: Recorded
    rows: Rows

    @property
    def received(self) -> DossierReceived:
        """Its reception, before anything was corrected."""
        if not isinstance(self.first.event, DossierReceived):
            raise ValueError("a history begins with a reception")
        return self.first.event


@dataclass(frozen=True, slots=True)
class Repeat:
    """An example some time `ago`, received at `at`, under numbers and with people of its own."""

    example: Example
    ago: timedelta
    at: datetime
    number: int
    book_number: int
    people: Sequence[tuple[str, PersonLike]]
    link: Link


@dataclass(frozen=True, slots=True)
class Repeated:
    """What a repeat writes: its reception as the exact bytes of an event, and its rows.

    rows    of every table that follows the fold, the dossier's own first, without its id; their
            values are the driver's.
    """

    code: str
    day: date
    body: bytes
    rows: Rows


@dataclass(frozen=True, slots=True)
class _Moved:
    """An example moved in time; with each row the columns that hold the instant of reception.

    body    of the reception, with marks where a repeat has values of its own.
    """

    prefix: str
    day: date
    body: bytes
    rows: Sequence[tuple[Table, dict[str, Any], tuple[str, ...]]]


def example_of(history: History) -> Example:
    """Return the example that a whole history makes."""
    state = fold(history.events)
    rows = [
        (table_of(model), {**dict(zip(names, key, strict=True)), **row})
        for model, names, found in project(state).tables()
        for key, row in found.items()
    ]
    if state.status is Status.REJECTED:
        rows.append((table_of(VoidedNumber), void_row(history, state)))
    return Example(state, history.events[0], rows)


class Repeater:
    """Makes repeats for one load; what those of one example share is turned for the driver once."""

    def __init__(self, driver: DriverRows) -> None:
        self._driver = driver
        # Repeats come in the order of time: those of one example come together.
        self._moved = lru_cache(maxsize=512)(self._move)

    def repeated(self, repeat: Repeat) -> Repeated:
        """Return what a repeat writes.

        Its reception holds no personal value: nothing is kept beside it that could be erased.
        """
        moved = self._moved(repeat.example, repeat.ago)
        code = str(DossierCode.issue(moved.prefix, moved.day, repeat.number))
        named = {"code": code, "number": repeat.number, "book_number": repeat.book_number}
        at = self._driver.bound(table_of(Dossier), {"received_at": repeat.at})["received_at"]
        rows = [
            (
                table,
                row
                | {name: named[name] for name in _NAMED.get(table, ())}
                | dict.fromkeys(of_reception, at),
            )
            for table, row, of_reception in moved.rows
        ]
        return Repeated(code, moved.day, _body(moved.body, named, repeat.at), rows)

    def _move(self, example: Example, ago: timedelta) -> _Moved:
        at, received = example.first.occurred_at - ago, _received(example.received, ago)
        rows = []
        for table, row in example.rows:
            there = {name: _earlier(value, ago) for name, value in row.items()}
            if table is table_of(Dossier):
                there |= {
                    "version": 1,
                    "law_edition": received.law_edition,
                    "form_edition": received.form_edition,
                    "book_year": received.book_year,
                    "refiling_of": None,
                }
            of_reception = tuple(name for name, value in there.items() if value == at)
            rows.append((table, self._driver.bound(table, there), of_reception))
        marked = replace(received, **_MARKS)
        body = to_body(Recorded(1, marked, example.first.actor, _MARK_AT, _MARK_AT))
        prefix = DossierCode.parse(received.code).prefix
        return _Moved(prefix, received.number_day, body, rows)


def _body(body: bytes, named: Mapping[str, object], at: datetime) -> bytes:
    # Encoding each reception anew would take as long as all the rest of a repeat.
    for name, mark in _MARKED.items():
        body = body.replace(mark, _field(name, named[name]))
    return body.replace(_MARKED_AT, _plain(at))


def _received(received: DossierReceived, ago: timedelta) -> DossierReceived:
    on = received.number_day - ago
    return replace(
        received,
        number_day=on,
        book_year=on.year,
        law_edition=law_edition(on),
        form_edition=form_edition(on),
        persons=(),
        visit=None,
        refiling=None,
        promises=tuple(
            replace(line, due_at=line.due_at - ago, late_at=line.late_at - ago)
            for line in received.promises
        ),
        offers=tuple(
            replace(o, due_at=_earlier(o.due_at, ago), late_at=_earlier(o.late_at, ago))
            for o in received.offers
        ),
    )


def _earlier(value: Any, ago: timedelta) -> Any:
    return value - ago if isinstance(value, date) else value
