"""G11: moving every open due date of a million dossiers beside one UPDATE that adds a day.

    python -m bench.calendar_moves

Ours reads the open dates, counts each on the calendar with a new day off, writes them into a
temporary table and updates from it. It moves the dates of the list of dossiers alone, as the bare
UPDATE does: what a change costs with events, ledger, steps and messages is bench.calendar_change.
"""

import argparse
import random
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, text
from sqlalchemy.orm import Session

from bench import places
from onestop.db import Database
from onestop.domain.calendar_changes import CalendarChange, ChangedDay
from onestop.domain.calendar_moves import Shift
from onestop.domain.calendar_spec import DayKind
from onestop.domain.events import Channel, Delivery
from onestop.domain.limits import Limit, due
from onestop.domain.rights import Role
from onestop.domain.statuses import Status
from onestop.domain.working_time import WorkingCalendar, whole_minute
from onestop.models.base import UTCDateTime, table_of
from onestop.models.dossiers import Dossier
from onestop.models.procedures import ProcedureEdition
from onestop.models.sealing import Keyring
from onestop.services.calendars import load_calendar
from tests.factories import DESK, make_province, make_staff

GOALS = {"sqlite": 2.0, "postgresql": 1.5}
OPEN_SHARE = 0.0256
NOW = datetime(2026, 8, 17, 1, 0, tzinfo=UTC)  # a Monday, 08:00 in Hanoi
OFF = date(2026, 8, 19)
LIMITS = (
    "3 working_days",
    "5 working_days",
    "10 working_days",
    "30 working_hours",
    "40 working_hours",
)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE, ONE_DAY = timedelta(minutes=1), timedelta(days=1)

CLOSED = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)
INSERT INTO dossiers ({columns}) SELECT {values} FROM n
"""
BARE = {
    "sqlite": "UPDATE dossiers SET due_at = strftime('%Y-%m-%d %H:%M:%f000', due_at, '+1 day'),"
    " late_at = strftime('%Y-%m-%d %H:%M:%f000', late_at, '+1 day'),"
    " last_due_at = strftime('%Y-%m-%d %H:%M:%f000', last_due_at, '+1 day')"
    " WHERE finished_at IS NULL",
    "postgresql": "UPDATE dossiers SET due_at = due_at + interval '1 day',"
    " late_at = late_at + interval '1 day', last_due_at = last_due_at + interval '1 day'"
    " WHERE finished_at IS NULL",
}
MOVES = {
    "sqlite": "CREATE TEMP TABLE moves (id INTEGER PRIMARY KEY, due_at TEXT, late_at TEXT)",
    "postgresql": "CREATE TEMP TABLE moves (id INTEGER, due_at TIMESTAMPTZ, late_at TIMESTAMPTZ)",
}
MOVE = (
    "UPDATE dossiers SET due_at = moves.due_at, last_due_at = moves.due_at,"
    " late_at = moves.late_at FROM moves WHERE moves.id = dossiers.id"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--database", choices=places.KINDS, help="only this one")
    parser.add_argument("--dossiers", type=int, default=1_000_000, help="at most 2000000")
    parser.add_argument("--rounds", type=int, default=5, choices=range(1, 21), metavar="1..20")
    parser.add_argument("--folder", help="on the disk to measure on; default: the system's")
    options = parser.parse_args()
    for kind in [options.database] if options.database else places.KINDS:
        with places.folder(options.folder) as place:
            _measure(kind, place, min(options.dossiers, 2_000_000), options.rounds)


def _measure(kind: str, place: Path, count: int, rounds: int) -> None:
    with (
        places.migrated(kind, place) as (url, _),
        Database(url, keyring=Keyring.for_tests()) as database,
    ):
        with database.write() as session:
            shift = _fill(session, count)
        ways: dict[str, Callable[[Connection], int]] = {
            "bare UPDATE": lambda connection: connection.execute(text(BARE[kind])).rowcount,
            "ours": lambda connection: move(kind, connection, shift),
        }
        times = _timed(database, ways, rounds)
    for name, taken in times.items():
        print(f"{kind:10} {name:12} {statistics.median(taken) * 1e3:8.0f} ms")
    ratios = [own / bare for own, bare in zip(times["ours"], times["bare UPDATE"], strict=True)]
    ratio, goal = statistics.median(ratios), GOALS[kind]
    print(
        f"{kind:10} ours / bare UPDATE {ratio:.2f} (rounds {min(ratios):.2f} to {max(ratios):.2f};"
        f" goal <= {goal}) {'kept' if ratio <= goal else 'MISSED'}"
    )


def _timed(
    database: Database, ways: dict[str, Callable[[Connection], int]], rounds: int
) -> dict[str, list[float]]:
    """Return the seconds of every round, all ways taking turns; each is rolled back."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds + 1):
        for name, way in ways.items():
            with database.alone(), database.write_engine.connect() as connection:
                began = time.perf_counter()
                moved = way(connection)
                taken = time.perf_counter() - began
                connection.rollback()
            if number == 0:
                print(f"{database.dialect:10} {name:12} {moved} dates", flush=True)
            else:
                times[name].append(taken)
    return times


def move(kind: str, connection: Connection, shift: Shift) -> int:
    """Move the open dates that `shift` reaches, and return how many."""
    raw: Any = connection.connection.driver_connection
    rows = connection.exec_driver_sql(_asked(kind)).all()
    moved = list(_moved(rows, shift, kind))
    connection.exec_driver_sql(MOVES[kind])
    if kind == "sqlite":
        raw.executemany("INSERT INTO moves VALUES (?, ?, ?)", moved)
    else:
        with raw.cursor().copy("COPY moves FROM STDIN") as copy:
            for row in moved:
                copy.write_row(row)
    done: int = connection.exec_driver_sql(MOVE).rowcount
    return done


def _asked(kind: str) -> str:
    minute = (
        "CAST(strftime('%s', due_at) AS INTEGER) / 60"
        if kind == "sqlite"
        else "CAST(extract(epoch FROM due_at) AS INTEGER) / 60"
    )
    return f'SELECT id, "limit", {minute} FROM dossiers WHERE finished_at IS NULL'  # noqa: S608 - our own words


def _moved(rows: Iterable[Any], shift: Shift, kind: str) -> Iterable[tuple[int, object, object]]:
    """Yield each dossier with its new date; one date of one limit is counted once."""
    known: dict[tuple[str, int], tuple[object, object] | None] = {}
    for dossier_id, limit, minute in rows:
        key = (limit, minute)
        if key not in known:
            known[key] = _counted(Limit.parse(limit), minute, shift, kind)
        if (dates := known[key]) is not None:
            yield dossier_id, *dates


def _counted(limit: Limit, minute: int, shift: Shift, kind: str) -> tuple[object, object] | None:
    """The date after the change and when it is late; None for one that does not move."""
    if shift.since is None:
        return None
    due_at = EPOCH + MINUTE * minute
    if due_at <= shift.since:
        return None
    after = shift.moved(limit, due_at, shift.since)
    if after <= due_at:
        return None
    late = after
    if limit.judged_by_date:
        late = shift.new.midnight_after(shift.new.local_date(after))
    if kind == "sqlite":
        return f"{after:%Y-%m-%d %H:%M:%S}.000000", f"{late:%Y-%m-%d %H:%M:%S}.000000"
    return after, late


def _fill(session: Session, count: int) -> Shift:
    """Write a year of closed dossiers and some open ones, none of them late."""
    province = make_province(session)
    clerk = make_staff(session, Role.CLERK, province[DESK])
    edition = session.scalars(select(ProcedureEdition.id).limit(1)).one()
    old = load_calendar(session, "vn-0700")
    opened = round(count * OPEN_SHARE)
    given = random.Random(7)
    template = _template(province[DESK], edition, clerk.user_id)
    rows = [_open(n, template, given, old) for n in range(1, opened + 1)]
    session.execute(insert(table_of(Dossier)), rows)
    numbered = {"code": "'C-' || i", "number": f"i + {opened}", "book_number": f"i + {opened}"}
    closed = {"finished_at": ":at", "returned_at": ":at", "status": f"'{Status.RETURNED.value}'"}
    own = numbered | closed
    like_first = '(SELECT "{}" FROM dossiers WHERE id = 1)'
    values = [own.get(name, like_first.format(name)) for name in rows[0]]
    filled = CLOSED.format(columns=", ".join(map(_quoted, rows[0])), values=", ".join(values))
    at = bindparam("at", type_=UTCDateTime())
    counted = {"count": count - opened, "at": NOW - ONE_DAY}
    session.execute(text(filled).bindparams(at), counted)
    session.execute(text("ANALYZE"))
    change = CalendarChange((ChangedDay(OFF, DayKind.HOLIDAY, "off"),), "bench")
    spec = replace(change.applied_to(old.spec), version=old.spec.version + 1)
    return Shift.between(old, WorkingCalendar(spec))


def _quoted(name: str) -> str:
    return f'"{name}"'


def _template(agency: int, edition: int, user: int) -> dict[str, Any]:
    return {
        "version": 1,
        "status": Status.PROCESSING,
        "audience": "public",
        "procedure_edition_id": edition,
        "procedure_code": "1.004873",
        "law_edition": "2025",
        "form_edition": "2025",
        "filing_agency_id": agency,
        "receiving_agency_id": agency,
        "competent_agency_id": agency,
        "channel": Channel.DIRECT,
        "number_day": NOW.date(),
        "book_year": NOW.year,
        "book": 1,
        "copies": 1,
        "fee": 0,
        "fee_paid": True,
        "delivery": Delivery.DESK,
        "received_by": user,
        "supplement_requests": 0,
        "finished_at": None,
        "returned_at": None,
    }


def _open(
    number: int, template: dict[str, Any], given: random.Random, calendar: WorkingCalendar
) -> dict[str, Any]:
    """A dossier received in the working day before now."""
    received_at = whole_minute(NOW - MINUTE * given.randrange(24 * 60))
    limit = Limit.parse(given.choice(LIMITS))
    promise = due(limit, received_at, calendar)
    return template | {
        "code": f"O-{number}",
        "number": number,
        "book_number": number,
        "limit": limit.to_text(),
        "received_at": received_at,
        "first_due_at": promise.due_at,
        "due_at": promise.due_at,
        "last_due_at": promise.due_at,
        "late_at": promise.late_at,
    }


if __name__ == "__main__":
    main()
