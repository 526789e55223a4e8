"""The only reader of the system clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

# Tests move it, also for the threads of a server in the same process. Nothing reads it from the
# environment: a production server cannot be given another time.
_offset = timedelta(0)


def now() -> datetime:
    """Return the present instant: aware, UTC, whole microseconds."""
    return datetime.now(UTC) + _offset


@contextmanager
def moved(offset: timedelta | float) -> Iterator[None]:
    """Let `now()` run ahead by a timedelta or by seconds, in all threads; nested moves add up."""
    global _offset
    before = _offset
    _offset = before + (offset if isinstance(offset, timedelta) else timedelta(seconds=offset))
    try:
        yield
    finally:
        _offset = before
