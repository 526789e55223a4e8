"""The two ways a page reaches the database: one read transaction, or one write transaction."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import cast

from flask import current_app, g
from sqlalchemy.orm import Session

from onestop.db import Database


def database() -> Database:
    """Return the database of the running application."""
    return cast(Database, current_app.extensions["onestop"])


def read() -> AbstractContextManager[Session]:
    """Open one read transaction, so that the counters of a page equal its lists."""
    return database().read()


@contextmanager
def write() -> Iterator[Session]:
    """Open one write transaction, committed at its end or rolled back by an exception."""
    with database().write() as session:
        yield session
    g.saved = True  # from here on this request must not be run again (web/repeats.py)
