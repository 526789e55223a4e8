"""The engines of a database: how SQLite and PostgreSQL are opened, and what is refused at start."""

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from sqlalchemy import URL, Connection, Engine, ExceptionContext, create_engine, event, make_url

# Older versions in WAL mode can corrupt the file when two connections write at the same instant.
OLDEST_SQLITE = (3, 51, 3)
OLDEST_POSTGRESQL = 13
BUSY_MILLISECONDS = 10_000

# What every SQLite connection is given, and what is read back before the first request.
PRAGMAS = {
    "foreign_keys": 1,
    "synchronous": 2,  # FULL: a power cut loses no acknowledged receipt
    "busy_timeout": BUSY_MILLISECONDS,
    "mmap_size": 0,
    "trusted_schema": 0,
    "recursive_triggers": 1,  # else INSERT OR REPLACE deletes a row behind the triggers' back
}
POSTGRESQL_WRITE = f"SET lock_timeout = {BUSY_MILLISECONDS}"
POSTGRESQL_READ = "SET default_transaction_read_only = on"
POSTGRESQL_SNAPSHOT = f"{POSTGRESQL_READ}; SET default_transaction_isolation = 'repeatable read'"


class BadDatabase(Exception):
    """The database is not one that onestop may trust; `problem` says in what."""

    def __init__(self, problem: str, *, found: object, wanted: object) -> None:
        super().__init__(f"{problem}: found {found!r}, wanted {wanted!r}")
        self.problem = problem
        self.found = found
        self.wanted = wanted


@dataclass(frozen=True, slots=True)
class Engines:
    """`write` is for services, `read` for queries, `status` for the public status page."""

    write: Engine
    read: Engine
    status: Engine

    def dispose(self) -> None:
        """Close every pooled connection."""
        for engine in (self.write, self.read, self.status):
            engine.dispose()


def make_engines(url: str) -> Engines:
    """Return the engines of `url`; raise BadDatabase for an engine or a file that is refused."""
    parsed = make_url(url)
    match parsed.get_backend_name():
        case "sqlite":
            return _sqlite_engines(parsed)
        case "postgresql":
            return _postgresql_engines(parsed.set(drivername="postgresql+psycopg"))
        case other:
            raise BadDatabase("engine", found=other, wanted="sqlite or postgresql")


def check(engine: Engine) -> None:
    """Raise BadDatabase unless the write engine's version and settings are the required ones."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            check_pragmas(connection)
        else:
            _check_server(connection)


def sqlite_module() -> ModuleType:
    """Return the first SQLite driver here that is recent enough; raise BadDatabase without one."""
    import sqlite3

    drivers: list[ModuleType] = [sqlite3]
    try:
        import pysqlite3.dbapi2
    except ImportError:
        pass
    else:
        drivers.insert(0, pysqlite3.dbapi2)
    for driver in drivers:
        if driver.sqlite_version_info >= OLDEST_SQLITE:
            return driver
    wanted = ".".join(map(str, OLDEST_SQLITE))
    raise BadDatabase("sqlite_version", found=drivers[0].sqlite_version, wanted=f">= {wanted}")


def _sqlite_engines(url: URL) -> Engines:
    if url.database in (None, "", ":memory:"):
        raise BadDatabase("sqlite_in_memory", found=url.database, wanted="a file")
    module = sqlite_module()
    write = create_engine(url, module=module, hide_parameters=True)
    read = create_engine(url, module=module, hide_parameters=True)
    status = create_engine(
        url,
        module=module,
        hide_parameters=True,
        isolation_level="AUTOCOMMIT",
        pool_reset_on_return=None,
    )
    event.listen(write, "connect", _prepare_sqlite("PRAGMA journal_mode = WAL"))
    for engine in (read, status):
        event.listen(engine, "connect", _prepare_sqlite("PRAGMA query_only = ON"))
    # Writers ask for the write lock at once: a transaction that reads first and upgrades later
    # can be refused halfway, and two of them gave out the same dossier number when tried.
    event.listen(write, "begin", _begin("BEGIN IMMEDIATE"))
    event.listen(read, "begin", _begin("BEGIN"))
    return Engines(write, read, status)


def _prepare_sqlite(last: str) -> Callable[[Any, object], None]:
    statements = [f"PRAGMA {name} = {value}" for name, value in PRAGMAS.items()]

    def prepare(connection: Any, record: object) -> None:
        connection.isolation_level = None  # the driver must not begin transactions of its own
        for statement in [*statements, last]:
            connection.execute(statement).close()

    return prepare


def _begin(statement: str) -> Callable[[Connection], None]:
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(statement)

    return begin


def check_pragmas(connection: Connection) -> None:
    """Raise BadDatabase unless this connection has every setting of PRAGMAS and writes ahead."""
    for name, wanted in {**PRAGMAS, "journal_mode": "wal"}.items():
        found = connection.exec_driver_sql(f"PRAGMA {name}").scalar()
        # A library built without memory mapping answers nothing, which is what we want.
        if found != wanted and not (name == "mmap_size" and found is None):
            raise BadDatabase(f"pragma_{name}", found=found, wanted=wanted)


def _postgresql_engines(url: URL) -> Engines:
    write = create_engine(
        url, isolation_level="READ COMMITTED", pool_pre_ping=True, hide_parameters=True
    )
    read = create_engine(url, pool_pre_ping=True, hide_parameters=True)
    status = create_engine(
        url, isolation_level="AUTOCOMMIT", pool_reset_on_return=None, hide_parameters=True
    )
    for engine, statement in (
        (write, POSTGRESQL_WRITE),
        (read, POSTGRESQL_SNAPSHOT),
        (status, POSTGRESQL_READ),
    ):
        event.listen(engine, "connect", _prepare_postgresql(statement))
        event.listen(engine, "handle_error", _without_values)
    return Engines(write, read, status)


def _prepare_postgresql(statement: str) -> Callable[[Any, object], None]:
    def prepare(connection: Any, record: object) -> None:
        autocommit = connection.autocommit
        connection.autocommit = True
        connection.execute(statement)
        connection.autocommit = autocommit

    return prepare


def _without_values(context: ExceptionContext) -> None:
    """Cut an error to its first line: below it PostgreSQL repeats values, even whole rows."""
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None and error.args:
            error.args = (str(error.args[0]).partition("\n")[0], *error.args[1:])


def _check_server(connection: Connection) -> None:
    version = connection.exec_driver_sql("SHOW server_version_num").scalar_one()
    if int(version) // 10_000 < OLDEST_POSTGRESQL:
        raise BadDatabase("postgresql_version", found=version, wanted=f">= {OLDEST_POSTGRESQL}")
    encoding = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
    if encoding != "UTF8":
        raise BadDatabase("encoding", found=encoding, wanted="UTF8")
