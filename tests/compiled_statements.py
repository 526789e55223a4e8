"""Compiled SQL kept between the engines of one test run: every test opens a database of its own.

What is kept is what SQLAlchemy knows of a kind of database, never a connection or a row.
"""

from typing import Any, ClassVar

from sqlalchemy import Connection, Engine
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

# More than the product has statements; an engine of its own keeps five hundred.
MOST_STATEMENTS = 4_000


def keep_statements() -> None:
    """Let `create_engine` use the dialects below from now on."""
    registry.register("sqlite", __name__, KeptSQLite.__name__)
    registry.register("postgresql.psycopg", __name__, KeptPostgreSQL.__name__)


class _Kept:
    """A dialect made once for the same arguments: half the time of a short test went into it."""

    _made: ClassVar[dict[tuple[object, ...], "_Kept"]] = {}
    _statements: ClassVar[LRUCache[Any, Any]] = LRUCache(MOST_STATEMENTS)

    def __new__(cls, **arguments: Any) -> "_Kept":
        key = (cls, *sorted((name, repr(value)) for name, value in arguments.items()))
        return cls._made.setdefault(key, super().__new__(cls))

    def __init__(self, **arguments: Any) -> None:
        if not vars(self):
            super().__init__(**arguments)

    def initialize(self, connection: Connection) -> None:
        # The servers of one run are one server: asked once what it can do.
        if not self._asked:
            super().initialize(connection)
            self._asked = True

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        engine.update_execution_options(compiled_cache=cls._statements)

    _asked = False


class KeptSQLite(_Kept, SQLiteDialect_pysqlite):
    supports_statement_cache = True


class KeptPostgreSQL(_Kept, PGDialect_psycopg):
    supports_statement_cache = True
