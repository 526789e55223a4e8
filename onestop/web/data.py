"""The two ways a page reaches the database: one read transaction, or one write transaction."""

from contextlib import AbstractContextManager
from typing import cast

from flask import current_app
from sqlalchemy.orm import Session

from onestop.db import Database


def database() -> Database:
    """Return the database of the running application."""
    return cast(Database, current_app.extensions["onestop"])


def read() -> AbstractContextManager[Session]:
    """Open one read transaction, so that the counters of a page equal its lists."""
    return database().read()


def write() -> AbstractContextManager[Session]:
    """Open one write transaction, committed at its end or rolled back by an exception."""
    return database().write()
