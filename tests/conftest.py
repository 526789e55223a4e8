"""Fixtures of all tests: databases of both kinds, a counted session, a fixed Monday, a browser."""

import gc
import os
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session

from config import Config
from onestop.db import Database
from onestop.installation import KEYS, SECRET_KEY, SECRET_KEY_BYTES
from onestop.models.sealing import Keyring, install_keyring
from tests.compiled_statements import keep_statements
from tests.databases import Databases, Furnish, made_databases

if TYPE_CHECKING:  # imported by the fixtures that need them: tests of the domain start at once
    from flask import Flask
    from flask.testing import FlaskClient
    from playwright.sync_api import Browser, Page

    from tests.browser import LiveServer
    from tests.compiled_templates import CompiledTemplates

SharedDatabase = Callable[[str, Furnish | None], Database]
KINDS = ("sqlite", "postgresql")
# What a test file imports, or a test asks for, that begins with the province of tests/factories.py.
BEGIN_WITH_PROVINCE = {"make_province", "make_office", "counter_of", "building", "town"}
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
    keep_statements()
    config.addinivalue_line("markers", "only_sqlite: a fact of SQLite alone")
    config.addinivalue_line("markers", "only_postgresql: a fact of PostgreSQL alone")
    config.addinivalue_line("markers", "empty: its databases hold nothing but the tables")
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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        callspec = getattr(item, "callspec", None)
        kind = callspec.params.get("engine_kind") if callspec else None
        item.user_properties.append(("engine", kind or "none"))
        if {"page", "chromium"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.browser)


def pytest_collection_finish() -> None:
    # What is loaded by now stays to the end; looking for garbage in it took a twelfth of the time.
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """A test that was skipped was not run: the whole run fails."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter and reporter.stats.get("skipped") and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests passed on each database; every one of them passed setup and call."""
    counts = Counter(
        dict(report.user_properties).get("engine", "none")
        for report in terminalreporter.stats.get("passed", ())
    )
    terminalreporter.section("databases")
    terminalreporter.line(
        f"passed: {counts['sqlite']} on SQLite, {counts['postgresql']} on PostgreSQL, "
        f"{counts['none']} need no database"
    )
    if skipped := len(terminalreporter.stats.get("skipped", ())):
        terminalreporter.line(f"{skipped} skipped: this run counts as failed", red=True)


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
def furnish(request: pytest.FixtureRequest) -> Furnish | None:
    """What fills the databases of a test beforehand, once for all; None leaves them empty.

    A file whose tests begin with a province gets it in every database, and `make_province` finds
    it there. A file that begins with more has a fixture `furnish` of its own; a test that is to
    begin with nothing is marked `empty`.
    """
    if request.node.get_closest_marker("empty"):
        return None
    builders = {*vars(request.module), *request.fixturenames}
    if builders & BEGIN_WITH_PROVINCE:
        from tests.factories import take_in_province

        return take_in_province
    if "make_world" in builders:
        from tests.public_world import take_in_world

        return take_in_world
    return None


@pytest.fixture
def database_url(databases: Databases, engine_kind: str, furnish: Furnish | None) -> Iterator[str]:
    """A migrated database of this test's own."""
    with databases.copy(engine_kind, furnish) as url:
        yield url


@pytest.fixture
def database(database_url: str, keyring: Keyring, tmp_path: Path) -> Iterator[Database]:
    """The same, opened as the product opens it: for threads, pages, commits and the read engine."""
    with Database(database_url, keyring=keyring, data_dir=tmp_path) as database:
        yield database


@pytest.fixture(scope="session")
def shared_databases(databases: Databases, keyring: Keyring) -> Iterator[SharedDatabase]:
    """Opens the databases whose changes are rolled back: one for each kind and furnishing."""
    with ExitStack() as until_the_end:

        @cache
        def opened(kind: str, furnish: Furnish | None) -> Database:
            url = until_the_end.enter_context(databases.copy(kind, furnish))
            return until_the_end.enter_context(Database(url, keyring=keyring))

        yield opened


@pytest.fixture
def shared_database(
    shared_databases: SharedDatabase, engine_kind: str, furnish: Furnish | None
) -> Database:
    return shared_databases(engine_kind, furnish)


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


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A data folder with keys, the sealing ones as in `Keyring.for_tests()`."""
    keys = tmp_path / "data" / KEYS
    keys.mkdir(mode=0o700, parents=True)
    for name, first in (("seal-1.key", 0), ("hash.key", 100), (SECRET_KEY, 200)):
        path = keys / name
        path.touch(mode=0o600)
        path.write_bytes(bytes(range(first, first + SECRET_KEY_BYTES)))
    return keys.parent


@pytest.fixture
def settings(database_url: str, data_dir: Path) -> Config:
    """Settings of an installation on loopback with a database of this test's own."""
    return make_settings(database_url, data_dir)


def make_settings(database_url: str, data_dir: Path, port: int = 8000) -> Config:
    environment = {
        "ONESTOP_DATABASE_URL": database_url,
        "ONESTOP_DATA_DIR": str(data_dir),
        "ONESTOP_BASE_URL": f"http://127.0.0.1:{port}",
        # The packaged face, whatever this machine has: what fits on a page is the same everywhere.
        "ONESTOP_FORM_FONT": "spectral",
    }
    return Config.from_environment(environment)


@pytest.fixture(scope="session")
def compiled_templates() -> "CompiledTemplates":
    """What the applications of this run have compiled; their routes are kept as well."""
    from flask import Flask

    from tests.compiled_routes import KeptRule
    from tests.compiled_templates import CompiledTemplates

    Flask.url_rule_class = KeptRule
    return CompiledTemplates()


@pytest.fixture
def app(settings: Config, compiled_templates: "CompiledTemplates") -> Iterator["Flask"]:
    """The application on a database of this test's own."""
    from onestop.app import create_app

    app = create_app(settings)
    app.jinja_env.bytecode_cache = compiled_templates
    app.testing = True
    yield app
    app.extensions["onestop"].close()


@pytest.fixture
def client(app: "Flask") -> "FlaskClient":
    """A browser without a browser: sends requests to `app`."""
    return app.test_client()


@pytest.fixture
def live_server(
    database_url: str, data_dir: Path, compiled_templates: "CompiledTemplates"
) -> Iterator["LiveServer"]:
    """The application on a loopback port, in a thread, with a database of this test's own."""
    from onestop.app import create_app
    from tests.browser import free_socket, served

    listening = free_socket()
    app = create_app(make_settings(database_url, data_dir, listening.getsockname()[1]))
    app.jinja_env.bytecode_cache = compiled_templates
    with listening, served(app, listening) as server:
        yield server
    app.extensions["onestop"].close()


@pytest.fixture(scope="session")
def chromium() -> Iterator["Browser"]:
    """The browser, started when it is first wanted."""
    from tests.browser import launched

    with launched() as browser:
        yield browser


@pytest.fixture
def page(chromium: "Browser", live_server: "LiveServer") -> Iterator["Page"]:
    """A page of a fresh visitor; "/" is the live server."""
    from tests.browser import opened

    with opened(chromium, live_server.url) as page:
        yield page


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
