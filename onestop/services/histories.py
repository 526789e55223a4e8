"""Whole histories written at once: an invented province, or the dossiers of an older system."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Table, func, insert, select
from sqlalchemy.orm import Session

from onestop.domain.chain import GENESIS
from onestop.domain.dossier import DossierState
from onestop.domain.events import DossierReceived, Recorded
from onestop.domain.fold import fold
from onestop.domain.statuses import Status
from onestop.models.base import table_of
from onestop.models.dossiers import Dossier, Party, SearchTerm, StatusLink
from onestop.models.events import DossierEvent, PersonalValue
from onestop.models.outbox import OutboxMessage
from onestop.models.reception import BOOK, CodeCounter, SeriesCounter, VoidedNumber
from onestop.services import projection
from onestop.services.event_log import event_row, message_row
from onestop.services.links import Link, link_row
from onestop.services.parties import PersonLike, party_rows, term_rows
from onestop.services.personal_values import Committed

BATCH = 500


@dataclass(frozen=True, slots=True)
class History:
    """One dossier from its reception on, with what stands beside its events."""

    events: Sequence[Recorded]
    personal: Sequence[Committed]
    people: Sequence[tuple[str, PersonLike]]
    link: Link
    sent: bool = True

    @property
    def received(self) -> DossierReceived:
        """The reception the history begins with."""
        first = self.events[0].event
        if not isinstance(first, DossierReceived):
            raise ValueError("a history begins with a reception")
        return first


def write_histories(session: Session, histories: Iterable[History]) -> int:
    """Write whole histories with everything that follows from them; return how many.

    Every event is folded and chained like one recorded live, so `verify` holds; the counters are
    brought to the highest number used. The numbers of an agency's day must run from 1 without a
    gap over all the histories of that day. `sent` marks the messages as sent long ago.
    """
    batch: list[History] = []
    written = 0
    for history in histories:
        batch.append(history)
        if len(batch) == BATCH:
            written += _write_batch(session, batch)
            batch = []
    return written + _write_batch(session, batch)


def _write_batch(session: Session, histories: Sequence[History]) -> int:
    if not histories:
        return 0
    rows: dict[Table, list[dict[str, Any]]] = defaultdict(list)
    first_id = (session.scalar(select(Dossier.id).order_by(Dossier.id.desc()).limit(1)) or 0) + 1
    states: list[DossierState] = []
    for dossier_id, history in enumerate(histories, start=first_id):
        state = fold(history.events)
        states.append(state)
        _project(rows, dossier_id, state)
        _chain(rows, dossier_id, history)
        _beside(rows, dossier_id, history, state)
    for table, found in rows.items():
        if found:
            session.execute(insert(table), found)
    raise_counters(session, [used_numbers(state.received) for state in states])
    return len(histories)


def _project(rows: dict[Table, list[dict[str, Any]]], dossier_id: int, state: DossierState) -> None:
    for model, key_names, found in projection.project(state).tables():
        id_name = "id" if model is Dossier else "dossier_id"
        rows[table_of(model)] += [
            {id_name: dossier_id, **dict(zip(key_names, key, strict=True)), **row}
            for key, row in found.items()
        ]


def _chain(rows: dict[Table, list[dict[str, Any]]], dossier_id: int, history: History) -> None:
    previous = GENESIS
    code = history.received.code
    for recorded in history.events:
        row = event_row(dossier_id, code, recorded, previous)
        previous = row["hash"]
        rows[table_of(DossierEvent)].append(row)
        sent_at = recorded.recorded_at if history.sent else None
        message = message_row(dossier_id, recorded) | {"sent_at": sent_at}
        rows[table_of(OutboxMessage)].append(message)


def _beside(
    rows: dict[Table, list[dict[str, Any]]],
    dossier_id: int,
    history: History,
    state: DossierState,
) -> None:
    rows[table_of(Party)] += party_rows(dossier_id, history.people)
    rows[table_of(SearchTerm)] += term_rows(dossier_id, history.people)
    rows[table_of(PersonalValue)] += [
        row | {"dossier_id": dossier_id} for kept in history.personal for row in kept.rows
    ]
    link = link_row(history.link, dossier_id, version=1, at=state.received_at)
    rows[table_of(StatusLink)].append(link)
    if state.status is Status.REJECTED:
        rows[table_of(VoidedNumber)].append(void_row(history, state) | {"dossier_id": dossier_id})


def void_row(history: History, state: DossierState) -> dict[str, Any]:
    """Return the row of the number that an undone reception has used, without the dossier's id."""
    last = history.events[-1]
    return {
        "agency_id": state.received.receiving_agency,
        "day": state.received.number_day,
        "number": state.received.number,
        "reason": getattr(last.event, "reason", ""),
        "voided_at": last.recorded_at,
        "voided_by": last.actor,
    }


@dataclass(frozen=True, slots=True)
class UsedNumbers:
    """The numbers that one reception has used: of its day, and of the year's book."""

    agency: int
    day: date
    number: int
    book_number: int


def used_numbers(received: DossierReceived) -> UsedNumbers:
    """Return the numbers of a reception."""
    return UsedNumbers(
        received.receiving_agency, received.number_day, received.number, received.book_number
    )


def raise_counters(session: Session, used: Sequence[UsedNumbers]) -> None:
    """Bring the numbers of days and books, and the ids, to the highest that these have used."""
    days: dict[tuple[int, date], int] = {}
    books: dict[tuple[int, int], int] = {}
    for one in used:
        of_day, of_year = (one.agency, one.day), (one.agency, one.day.year)
        days[of_day] = max(one.number, days.get(of_day, 0))
        books[of_year] = max(one.book_number, books.get(of_year, 0))
    for (agency, day), last in days.items():
        counter = session.get(CodeCounter, (agency, day))
        session.merge(
            CodeCounter(agency_id=agency, day=day, last=max(last, counter.last if counter else 0))
        )
    for (agency, year), last in books.items():
        book = session.get(SeriesCounter, (agency, BOOK, year))
        highest = max(last, book.last if book else 0)
        session.merge(SeriesCounter(agency_id=agency, series=BOOK, year=year, last=highest))
    session.flush()
    if session.get_bind().dialect.name == "postgresql":
        _raise_sequence(session)


def _raise_sequence(session: Session) -> None:
    """PostgreSQL gives ids from a sequence that rows with a given id do not move."""
    highest = select(func.max(Dossier.id)).scalar_subquery()
    session.execute(select(func.setval("dossiers_id_seq", highest)))
