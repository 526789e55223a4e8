"""Databases to measure on: real files, nothing switched off that keeps what was acknowledged."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.databases import PostgreSQL, migrate

KINDS = ("sqlite", "postgresql")
# What the tests switch off for speed stays on: a commit that is not on disk is no commit.
DURABLE = ("fsync=on", "full_page_writes=on", "synchronous_commit=on")


@contextmanager
def folder(parent: str | None) -> Iterator[Path]:
    """Give a folder of our own on disk; `parent` names another disk than that of the system."""
    with tempfile.TemporaryDirectory(
        prefix="onestop-bench-", dir=parent, ignore_cleanup_errors=True
    ) as name:
        place = Path(name)
        place.chmod(0o755)  # the PostgreSQL server runs under another account when we are root
        yield place


@contextmanager
def migrated(kind: str, place: Path) -> Iterator[tuple[str, str]]:
    """Give the URL of a migrated database of `kind` and where its raw peer may work."""
    if kind == "sqlite":
        url = f"sqlite:///{place / 'onestop.sqlite3'}"
        migrate(url)
        yield url, str(place / "raw.sqlite3")
        return
    server = PostgreSQL(place / "postgresql", DURABLE)
    server.start()
    try:
        url = server.create("onestop")
        migrate(url)
        server.create("raw")
        yield url, f"host={server.folder} user=onestop dbname=raw"
    finally:
        server.stop()
