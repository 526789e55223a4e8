"""Fixtures of all tests: databases of both kinds, a counted session, a fixed Monday, a browser."""

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session

from onestop.db import Database
from onestop.models.sealing import Keyring, install_keyring
from tests.databases import Databases, made_databases

KINDS = ("sqlite", "postgresql")
# The Monday on which every test happens unless it says otherwise: an ordinary working day, two
# weeks after Tết 2026, in the morning reception hours.
NOW = datetime(2026, 3, 2, 8, 30, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh")).astimezone(UTC)

_slow = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]
settings.register_profile("dev", max_examples=50, deadline=None, suppress_health_check=_slow)
settings.register_profile(
    "ci", max_examples=100, deadline=None, derandomize=True, suppress_health_check=_slow
)
settings.register_profile(
    "drills", max_examples=5_000, deadline=None, suppress_health_check=_slow, print_blob=True
)
settings.load_profile(os.environ.get("ONESTOP_HYPOTHESIS", "dev"))


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "only_sqlite: a fact of SQLite alone")
    config.addinivalue_line("markers", "only_postgresql: a fact of PostgreSQL alone")
    config.addinivalue_line("markers", "browser: drives a real Chromium")
    config.addinivalue_line("markers", "drill: long; runs with `make drills`, not with `make test`")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test once per database as soon as it uses one."""
    if "engine_kind" in metafunc.fixturenames:
        kinds = [kind for kind in KINDS if not _is_only_for_another(metafunc, kind)]
        metafunc.parametrize("engine_kind", kinds, scope="session")


def _is_only_for_another(metafunc: pytest.Metafunc, kind: str) -> bool:
    marked = {mark.name for mark in metafunc.definition.iter_markers()}
    only = {f"only_{other}" for other in KINDS} & marked
    return bool(only) and f"only_{kind}" not in only


@pytest.fixture(scope="session", autouse=True)
def keyring() -> Keyring:
    """The keys of sealed columns: the same in every run."""
    keyring = Keyring.for_tests()
    install_keyring(keyring)
    return keyring


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    """Makes migrated databases of both kinds; starts PostgreSQL when it is first asked for one."""
    with made_databases() as databases:
        yield databases


@pytest.fixture
def database_url(databases: Databases, engine_kind: str) -> Iterator[str]:
    """A migrated, empty database of this test's own."""
    with databases.copy(engine_kind) as url:
        yield url


@pytest.fixture
def database(database_url: str, keyring: Keyring, tmp_path: Path) -> Iterator[Database]:
    """The same, opened as the product opens it: for threads, pages, commits and the read engine."""
    database = Database(database_url, keyring=keyring, data_dir=tmp_path)
    yield database
    database.close()


@pytest.fixture(scope="session")
def shared_database(databases: Databases, engine_kind: str, keyring: Keyring) -> Iterator[Database]:
    with databases.copy(engine_kind) as url:
        database = Database(url, keyring=keyring)
        yield database
        database.close()


@pytest.fixture
def connection(shared_database: Database) -> Iterator[Connection]:
    """A connection inside a transaction that is rolled back after the test."""
    with shared_database.write_engine.connect() as connection:
        transaction = connection.begin()
        yield connection
        transaction.rollback()


@pytest.fixture
def session(connection: Connection) -> Iterator[Session]:
    """A session for services: what it commits is a savepoint and is gone after the test."""
    with Session(
        connection,
        join_transaction_mode="create_savepoint",
        expire_on_commit=False,
        info={"after_commit": []},
    ) as session:
        yield session


class Statements(list[str]):
    """The SQL statements that ran inside `with count_queries() as statements`."""


@pytest.fixture
def count_queries() -> Callable[[], AbstractContextManager[Statements]]:
    """Collects the statements sent to any database; transaction control is not counted."""
    return _counted


@contextmanager
def _counted() -> Iterator[Statements]:
    statements = Statements()

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "PRAGMA")):
            statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@pytest.fixture
def now() -> datetime:
    """The documented Monday, 2026-03-02 08:30 in Hanoi."""
    return NOW


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that leaves this machine."""
    connect = socket.socket.connect

    def only_here(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else "localhost"
        if host not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test tried to reach {host}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", only_here)
