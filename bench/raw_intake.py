"""The peer of an intake: number, dossier, three steps and one event by the driver alone."""

from collections.abc import Callable
from typing import Any, Protocol

import psycopg

from onestop.engines import BUSY_MILLISECONDS, sqlite_module

OFFICE, DAY, STEPS = 1, "2026-03-02", 3
STATEMENTS = 8  # from BEGIN to COMMIT
BODY = b"x" * 1_500  # about as long as the body of a reception
TABLES = """
CREATE TABLE counters (office INTEGER, day TEXT, n INTEGER NOT NULL, PRIMARY KEY (office, day));
CREATE TABLE dossiers (
    id {key}, office INTEGER NOT NULL, day TEXT NOT NULL, number INTEGER NOT NULL,
    code TEXT NOT NULL UNIQUE, name TEXT NOT NULL, due_at TEXT NOT NULL,
    UNIQUE (office, day, number));
CREATE TABLE steps (
    dossier_id INTEGER NOT NULL, step INTEGER NOT NULL, agency INTEGER NOT NULL,
    status TEXT NOT NULL, PRIMARY KEY (dossier_id, step));
CREATE TABLE events (
    dossier_id INTEGER NOT NULL, version INTEGER NOT NULL, body {bytes} NOT NULL,
    PRIMARY KEY (dossier_id, version));
"""
NUMBER = (
    "INSERT INTO counters VALUES (?, ?, 1)"
    " ON CONFLICT (office, day) DO UPDATE SET n = counters.n + 1 RETURNING n"
)
DOSSIER = (
    "INSERT INTO dossiers (office, day, number, code, name, due_at)"
    " VALUES (?, ?, ?, ?, ?, ?) RETURNING id"
)
STEP = "INSERT INTO steps VALUES (?, ?, ?, 'offered')"
EVENT = "INSERT INTO events VALUES (?, 1, ?)"


class Taking(Protocol):
    """One transaction of a reception; `fails` rolls it back when everything was written."""

    def __call__(self, *, fails: bool) -> None: ...


def make_tables(kind: str, place: str) -> None:
    """Create the tables of the peer."""
    connection: Any
    if kind == "sqlite":
        connection = _sqlite(place)
        connection.executescript(TABLES.format(key="INTEGER PRIMARY KEY", bytes="BLOB"))
    else:
        connection = psycopg.connect(place, autocommit=True)
        key = "INTEGER PRIMARY KEY GENERATED ALWAYS AS IDENTITY"
        for statement in TABLES.format(key=key, bytes="BYTEA").split(";"):
            connection.execute(statement.encode())
    connection.close()


def raw_taker(kind: str, place: str) -> Taking:
    """Return what takes one dossier in on a connection of its own."""
    connection: Any
    if kind == "sqlite":
        connection = _sqlite(place)
        return _taker(connection.execute, "BEGIN IMMEDIATE", str)
    connection = psycopg.connect(place, autocommit=True)
    return _taker(connection.execute, "BEGIN", lambda statement: statement.replace("?", "%s"))


def _taker(execute: Callable[..., Any], begin: str, spelled: Callable[[str], str]) -> Taking:
    number_of, dossier, step, event = map(spelled, (NUMBER, DOSSIER, STEP, EVENT))

    def take(*, fails: bool) -> None:
        execute(begin)
        (number,) = execute(number_of, (OFFICE, DAY)).fetchone()
        code = f"H91.51.01-20260302-{number:04}"
        row = (OFFICE, DAY, number, code, "Nguyễn Thị Đào", "2026-03-02T10:00:00")
        (dossier_id,) = execute(dossier, row).fetchone()
        for n in range(STEPS):
            execute(step, (dossier_id, n, n))
        execute(event, (dossier_id, BODY))
        execute("ROLLBACK" if fails else "COMMIT")

    return take


def raw_numbers(kind: str, place: str) -> list[int]:
    """Return every number given, in order."""
    connection: Any = _sqlite(place) if kind == "sqlite" else psycopg.connect(place)
    try:
        rows = connection.execute("SELECT number FROM dossiers ORDER BY number").fetchall()
        return [number for (number,) in rows]
    finally:
        connection.close()


def _sqlite(place: str) -> Any:
    connection = sqlite_module().connect(place, isolation_level=None)
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        f"busy_timeout = {BUSY_MILLISECONDS}",
    ):
        connection.execute(f"PRAGMA {pragma}").fetchall()
    return connection
