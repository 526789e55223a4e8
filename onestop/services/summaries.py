"""Dossiers loaded without their history, for benchmarks only: tables as they stand, one event."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from onestop.domain.accounts import SYSTEM_USERNAME
from onestop.domain.chain import GENESIS, event_hash
from onestop.domain.events import DossierReceived
from onestop.models.accounts import User
from onestop.models.agencies import Agency
from onestop.models.base import table_of
from onestop.models.dossiers import Dossier, Party, SearchTerm, StatusLink
from onestop.models.events import DossierEvent
from onestop.models.reception import BENCH_ONLY, SeriesCounter
from onestop.services.driver_rows import DriverRows
from onestop.services.histories import UsedNumbers, raise_counters
from onestop.services.links import link_row
from onestop.services.parties import party_rows, term_rows
from onestop.services.repeats import Repeat, Repeated, Repeater

NO_YEAR = 0


def write_summaries(session: Session, repeats: Sequence[Repeat]) -> int:
    """Write dossiers whose history is not told; return how many. Mark the database as bench-only.

    Nothing that came after the reception can be checked any more, so `verify` says so for ever.
    The numbers of an agency's day must run on without a gap. Raises ValueError for a database that
    holds other dossiers. Source: docs/rules.md, rule R33.
    """
    if not repeats:
        return 0
    last_id = session.scalar(select(func.max(Dossier.id))) or 0
    if last_id != last_without_history(session):
        raise ValueError("this database holds dossiers with a history: they would lose their check")
    first_id = last_id + 1
    driver = DriverRows(session)
    repeater = Repeater(driver)
    used = [
        _add(driver, dossier_id, repeat, repeater.repeated(repeat))
        for dossier_id, repeat in enumerate(repeats, start=first_id)
    ]
    driver.write()
    raise_counters(session, used)
    _mark(session, first_id + len(repeats) - 1)
    return len(repeats)


def last_without_history(session: Session) -> int:
    """Return the highest id of the dossiers loaded without their history, 0 when there is none.

    The mark counts only while nobody real has an account: it must excuse no office from `verify`.
    """
    real = exists().where(User.demo.is_(False), User.username != SYSTEM_USERNAME)
    marked = select(func.max(SeriesCounter.last)).where(SeriesCounter.series == BENCH_ONLY, ~real)
    return session.scalar(marked) or 0


def _add(driver: DriverRows, dossier_id: int, repeat: Repeat, made: Repeated) -> UsedNumbers:
    own = table_of(Dossier)
    for table, row in made.rows:
        row["id" if table is own else "dossier_id"] = dossier_id
        driver.add(table, row)
    link = link_row(repeat.link, dossier_id, version=1, at=repeat.at)
    beside = (
        (table_of(DossierEvent), [_event(dossier_id, repeat, made)]),
        (table_of(Party), party_rows(dossier_id, repeat.people)),
        (table_of(SearchTerm), term_rows(dossier_id, repeat.people)),
        (table_of(StatusLink), [link]),
    )
    for table, rows in beside:
        for row in rows:
            driver.add(table, driver.bound(table, row))
    agency = repeat.example.received.receiving_agency
    return UsedNumbers(agency, made.day, repeat.number, repeat.book_number)


def _event(dossier_id: int, repeat: Repeat, made: Repeated) -> dict[str, Any]:
    return {
        "dossier_id": dossier_id,
        "version": 1,
        "type": DossierReceived.TYPE,
        "v": DossierReceived.V,
        "body": made.body,
        "previous_hash": GENESIS,
        "hash": event_hash(GENESIS, made.body, dossier=made.code, version=1),
        "actor_id": repeat.example.first.actor,
        "occurred_at": repeat.at,
        "recorded_at": repeat.at,
    }


def _mark(session: Session, last_id: int) -> None:
    root = session.scalar(select(func.min(Agency.id)))
    session.merge(SeriesCounter(agency_id=root, series=BENCH_ONLY, year=NO_YEAR, last=last_id))
    session.flush()
