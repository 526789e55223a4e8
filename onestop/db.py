"""Sessions on the database: the only commit, and the only rollback."""

import logging
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Self

from sqlalchemy import Engine, inspect, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from onestop.engines import BadDatabase, check, make_engines
from onestop.writer_lock import DatabaseBusy, WriterLock

if TYPE_CHECKING:
    from onestop.models.sealing import Keyring

__all__ = ["BadDatabase", "Collided", "Database", "DatabaseBusy", "StorageFull"]

logger = logging.getLogger(__name__)

# SQLSTATE on PostgreSQL, the name of the primary error code on SQLite.
_FULL = {"53100", "SQLITE_FULL"}
_BUSY = {"55P03", "SQLITE_BUSY", "SQLITE_BUSY_SNAPSHOT", "SQLITE_BUSY_TIMEOUT"}
_COLLIDED = {"40P01", "40001"}  # a deadlock, a failed serialization: PostgreSQL only


class StorageFull(Exception):
    """The disk of the database is full: nothing was saved, reading still works."""


class Collided(DatabaseBusy):
    """Two transactions stood in each other's way: this one was taken back and may be done again."""


class Database:
    """One database and the ways into it: `write()`, `read()` and the engine of the status page.

    url        sqlite:///path or postgresql://...
    keyring    keys of sealed columns and keyed hashes; None for commands that need none.
    data_dir   folder of attachments, keys and anchors.

    Raises BadDatabase when the engine, its version or a setting read back is not the required one.
    """

    def __init__(
        self, url: str, *, keyring: "Keyring | None" = None, data_dir: Path | str | None = None
    ) -> None:
        self.keyring = keyring
        if keyring is not None:
            # The tables take longer to import than most commands run.
            from onestop.models.sealing import install_keyring

            install_keyring(keyring)
        self.data_dir = Path(data_dir) if data_dir is not None else None
        self._engines = make_engines(url)
        self.dialect: str = self._engines.write.dialect.name
        self._writer = _writer_lock(url) if self.dialect == "sqlite" else None
        with self.alone():
            check(self._engines.write)

    @property
    def write_engine(self) -> Engine:
        """The engine of services; hold `alone()` around what it does outside `write()`."""
        return self._engines.write

    @property
    def read_engine(self) -> Engine:
        """The engine of queries: refuses to write; one transaction sees one state."""
        return self._engines.read

    @property
    def status_engine(self) -> Engine:
        """The AUTOCOMMIT engine of the public status page, for one statement at a time."""
        return self._engines.status

    def alone(self) -> AbstractContextManager[None]:
        """Hold the lock of the only writer (SQLite); PostgreSQL needs none."""
        return self._writer.held() if self._writer else nullcontext()

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Give a session whose work is committed at the end, or rolled back on any error.

        Callables put into `session.info["after_commit"]` run after the commit, outside the lock.
        Raises StorageFull, DatabaseBusy and, of that kind, Collided; what else the driver raises
        passes through.
        """
        with self.alone(), _translated(), self._session(self._engines.write) as session:
            session.info["after_commit"] = []
            yield session
            session.commit()
        for hook in session.info["after_commit"]:
            try:
                hook()
            except Exception:
                # The facts are committed; an error now would make the caller do them again.
                logger.exception("a hook after commit failed")

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Give a session that sees one state of the database and cannot change it."""
        with _translated(), self._session(self._engines.read) as session:
            yield session

    def revision(self) -> str | None:
        """Return the migration the schema stands at, or None for an empty database."""
        with self.read_engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
        return None if found is None else str(found)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close every pooled connection; the object may still be used."""
        self._engines.dispose()

    def _session(self, engine: Engine) -> Session:
        # Leaving the session's own `with` closes it, which rolls back what was not committed.
        return Session(engine, expire_on_commit=False, info={"keyring": self.keyring})


def _writer_lock(url: str) -> WriterLock:
    path = Path(str(make_url(url).database))
    return WriterLock(path.with_name(path.name + ".writer"))


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        code = _code(error)
        if code in _FULL:
            raise StorageFull(code) from error
        if code in _BUSY:
            raise DatabaseBusy(code) from error
        if code in _COLLIDED:
            raise Collided(code) from error
        raise


def _code(error: DBAPIError) -> str | None:
    original = error.orig
    return getattr(original, "sqlstate", None) or getattr(original, "sqlite_errorname", None)
