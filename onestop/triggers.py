"""Triggers that refuse to change or delete what was written once, on both databases."""

from collections.abc import Iterable

from sqlalchemy import Connection, inspect, text

# The hash chains stand in these tables. What the law lets people erase stands in others.
APPEND_ONLY = (
    "dossier_events",
    "access_log",
    "anchors",
    "anchored_heads",
    "fee_sheets",
    "fee_sheet_lines",
)
_PRESENT = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A')",
}


class TriggerMissing(Exception):
    """A table that must be append-only is not; `name` is the trigger that is not there."""

    def __init__(self, name: str) -> None:
        super().__init__(f"trigger {name} is missing")
        self.name = name


def create_triggers(connection: Connection, tables: Iterable[str]) -> None:
    """Make each of `tables` append-only."""
    for table in tables:
        for statement in _statements(connection.dialect.name, table):
            connection.execute(text(statement))


def check_triggers(connection: Connection) -> None:
    """Raise TriggerMissing unless every append-only table of this database refuses changes."""
    present = set(connection.scalars(text(_PRESENT[connection.dialect.name])))
    for table in set(APPEND_ONLY) & set(inspect(connection).get_table_names()):
        for operation in _operations(connection.dialect.name):
            if (name := _name(table, operation)) not in present:
                raise TriggerMissing(name)


def _operations(dialect: str) -> tuple[str, ...]:
    return ("UPDATE", "DELETE") if dialect == "sqlite" else ("UPDATE", "DELETE", "TRUNCATE")


def _name(table: str, operation: str) -> str:
    return f"{table}_refuse_{operation.lower()}"


def _statements(dialect: str, table: str) -> list[str]:
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {_name(table, operation)} BEFORE {operation} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            for operation in _operations(dialect)
        ]
    return [
        f"CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$",
        *(
            f"CREATE TRIGGER {_name(table, operation)} BEFORE {operation} ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()"
            for operation in _operations(dialect)
        ),
    ]
