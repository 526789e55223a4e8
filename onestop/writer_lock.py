"""One writer at a time on an SQLite file, across threads and processes, without starving anyone."""

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _try_lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


WAIT_SECONDS = 15.0
# SQLite's own busy handler sleeps up to 100 ms between two looks, which lets one process starve.
PAUSE_SECONDS = 0.0005


class DatabaseBusy(Exception):
    """Another writer held the database for too long; the same request may be tried again."""


class WriterLock:
    """The right to write to one SQLite file, held by at most one thread of one process."""

    def __init__(self, path: Path, wait_seconds: float = WAIT_SECONDS) -> None:
        self.path = path
        self._wait_seconds = wait_seconds
        self._in_process = threading.Lock()
        self._owner: int | None = None

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock; raise DatabaseBusy after a long wait, RuntimeError if held already."""
        if self._owner == threading.get_ident():
            raise RuntimeError("write() inside write(): one request is one transaction")
        deadline = time.monotonic() + self._wait_seconds
        if not self._in_process.acquire(timeout=self._wait_seconds):
            raise DatabaseBusy(f"no turn to write within {self._wait_seconds} s")
        self._owner = threading.get_ident()
        try:
            # Opened anew each time: a descriptor that survives a fork would share its lock.
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                self._wait_for(descriptor, deadline)
                yield
            finally:
                os.close(descriptor)
        finally:
            self._owner = None
            self._in_process.release()

    def _wait_for(self, descriptor: int, deadline: float) -> None:
        while True:
            try:
                _try_lock(descriptor)
            except OSError:
                if time.monotonic() > deadline:
                    raise DatabaseBusy(f"{self.path.name} is held by another process") from None
                time.sleep(PAUSE_SECONDS)
            else:
                return
