"""A swapped day entered over 10,000 open dossiers: shown, then moved, then verified.

    python -m bench.calendar_change

A Wednesday is given off and a Saturday worked instead. What is moved has to be what was shown,
every dossier has to have its event and its message, no promise may be shorter, and the whole
history has to verify afterwards; otherwise the exit code is 1.
"""

import argparse
import resource
import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from bench import places
from bench.open_dossiers import fill_open
from onestop.db import Database
from onestop.domain.calendar_changes import CalendarChange, ChangedDay
from onestop.domain.calendar_spec import DayKind
from onestop.models.dossiers import Dossier
from onestop.models.events import DossierEvent
from onestop.models.outbox import OutboxMessage
from onestop.models.sealing import Keyring
from onestop.services.calendar_changes import PreparedChange, apply_prepared, prepare_change
from onestop.services.calendar_preview import CalendarPreview, preview_change
from onestop.services.calendar_reach import Reach
from onestop.services.system_user import system_user
from onestop.services.verification import verify

NOW = datetime(2026, 8, 18, 16, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
OFF, WORKED = date(2026, 8, 19), date(2026, 8, 29)
SWAP = CalendarChange(
    (
        ChangedDay(OFF, DayKind.COMPENSATORY_OFF, "Nghỉ hoán đổi"),
        ChangedDay(WORKED, DayKind.MAKEUP_WORKING_DAY, "Làm bù", in_place_of=OFF),
    ),
    "Thông báo 12/TB-UBND",
)
ALL = Reach()
T = TypeVar("T")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--database", choices=places.KINDS, help="only this one")
    parser.add_argument("--dossiers", type=int, default=10_000, help="open ones, at most 50000")
    parser.add_argument("--folder", help="on the disk to measure on; default: the system's")
    options = parser.parse_args()
    for kind in [options.database] if options.database else places.KINDS:
        with places.folder(options.folder) as place:
            _measure(kind, place, min(options.dossiers, 50_000))


def _measure(kind: str, place: Path, count: int) -> None:
    with (
        places.migrated(kind, place) as (url, _),
        Database(url, keyring=Keyring.for_tests()) as database,
    ):
        with database.write() as session:
            made = fill_open(session, count, now=NOW)
        before = _promised(database)
        shown = _timed(kind, "preview", lambda: _preview(database))
        prepared = _timed(kind, "prepared", lambda: _prepare(database))
        moved = _timed(kind, "written", lambda: _apply(database, prepared, shown.token))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{kind:10} peak of this process {peak:.0f} MiB")
        _check(kind, database, shown, moved, before)
        print(
            f"{kind:10} {made} open dossiers: {moved.dossiers} moved, {moved.promises} promises"
            f" and {moved.steps} steps"
        )


def _timed(kind: str, what: str, work: Callable[[], T]) -> T:
    began, cpu = time.perf_counter(), time.process_time()
    result = work()
    seconds, used = time.perf_counter() - began, time.process_time() - cpu
    print(f"{kind:10} {what:10} {seconds:6.2f} s, {used:6.2f} s of processor time", flush=True)
    return result


def _preview(database: Database) -> CalendarPreview:
    with database.read() as session:
        return preview_change(session, SWAP, ALL, at=NOW)


def _prepare(database: Database) -> PreparedChange:
    with database.write() as session:
        by = system_user(session, at=NOW)
    with database.read() as session:
        return prepare_change(session, SWAP, ALL, by=by, at=NOW)


def _apply(database: Database, prepared: PreparedChange, token: str) -> CalendarPreview:
    with database.write() as session:
        by = system_user(session, at=NOW)
        return apply_prepared(session, SWAP, ALL, prepared, expected=token, by=by, at=NOW)


def _promised(database: Database) -> dict[int, datetime]:
    with database.read() as session:
        return {row.id: row.due_at for row in session.execute(select(Dossier.id, Dossier.due_at))}


def _check(
    kind: str,
    database: Database,
    shown: CalendarPreview,
    moved: CalendarPreview,
    before: dict[int, datetime],
) -> None:
    after = _promised(database)
    with database.read() as session:
        events, messages = (
            session.scalar(select(func.count()).where(column == "dates_moved"))
            for column in (DossierEvent.type, OutboxMessage.kind)
        )
        checked = _timed(kind, "verify", lambda: verify(session))
    shorter = sum(after[dossier] < due for dossier, due in before.items())
    later = sum(after[dossier] > due for dossier, due in before.items())
    whole = sum(move.scope == "total" and not move.told for move in moved.moves)
    print(
        f"{kind:10} {events} events, {messages} messages; whole dossiers later {later}, shorter"
        f" {shorter}; {len(checked.breaks)} breaks in {checked.events} events"
    )
    same = shown.moves == moved.moves and events == messages == moved.dossiers
    if not same or shorter or later != whole or checked.breaks:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
