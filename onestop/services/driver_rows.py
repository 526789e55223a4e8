"""Rows as the driver takes them: values turned once, then inserted many times over."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from sqlalchemy import Dialect, Table, insert
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session

Processors = Mapping[str, Callable[[Any], Any]]


class DriverRows:
    """Collects rows for one session and writes them table by table, parents first.

    For loads so large that turning the same values again and again would take most of the time;
    everything else inserts through SQLAlchemy.
    """

    def __init__(self, session: Session) -> None:
        self._connection = session.connection()
        self._processors: dict[Table, Processors] = {}
        self._rows: dict[Table, list[dict[str, Any]]] = defaultdict(list)

    def bound(self, table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
        """Return the row with every value as the driver wants it."""
        processors = self._of(table)
        return {
            name: processors[name](value) if name in processors else value
            for name, value in row.items()
        }

    def add(self, table: Table, row: dict[str, Any]) -> None:
        """Put a bound row aside; all rows of one table have the same columns."""
        self._rows[table].append(row)

    def write(self) -> None:
        """Insert what was put aside, in the order in which the tables came."""
        for table, rows in self._rows.items():
            stmt = insert(table).inline().compile(dialect=self._named, column_keys=list(rows[0]))
            self._connection.exec_driver_sql(str(stmt), rows)
        self._rows.clear()

    def _of(self, table: Table) -> Processors:
        if table not in self._processors:
            dialect = self._connection.dialect
            found = {c.name: c.type.dialect_impl(dialect).bind_processor(dialect) for c in table.c}
            self._processors[table] = {
                name: process for name, process in found.items() if process is not None
            }
        return self._processors[table]

    @cached_property
    def _named(self) -> Dialect:
        """The dialect with parameters by name, as rows have them."""
        dialect = self._connection.dialect
        return sqlite.dialect(paramstyle="named") if dialect.name == "sqlite" else dialect
