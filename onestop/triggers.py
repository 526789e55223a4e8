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
ISSUED = "issued_documents"
# Of an issued paper the bytes may be erased and the paper voided; nothing else of it changes.
ISSUED_FIXED = (
    "id",
    "dossier_id",
    "visit_id",
    "agency_id",
    "kind",
    "subject",
    "form_edition",
    "year",
    "number",
    "dossier_version",
    "issued_at",
    "issued_by",
    "sha256",
    "replaced_characters",
    "reprint_of",
    "print_number",
)
PROTECTED = (*APPEND_ONLY, ISSUED)
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
    """Make each of `tables` append-only; of issued papers erasing and voiding stay possible."""
    for table in tables:
        for statement in _statements(connection.dialect.name, table):
            connection.execute(text(statement))


def check_triggers(connection: Connection) -> None:
    """Raise TriggerMissing unless every protected table of this database refuses changes."""
    present = set(connection.scalars(text(_PRESENT[connection.dialect.name])))
    for table in set(PROTECTED) & set(inspect(connection).get_table_names()):
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
            f"{_when(dialect, table, operation)} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            for operation in _operations(dialect)
        ]
    return [
        f"CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$",
        *(
            f"CREATE TRIGGER {_name(table, operation)} BEFORE {operation} ON {table} "
            f"{_when(dialect, table, operation) or 'FOR EACH STATEMENT'} "
            f"EXECUTE FUNCTION {table}_refuse()"
            for operation in _operations(dialect)
        ),
    ]


def _when(dialect: str, table: str, operation: str) -> str:
    """Which rows are refused; "" for all."""
    if (table, operation) != (ISSUED, "UPDATE"):
        return ""
    differs = "IS NOT" if dialect == "sqlite" else "IS DISTINCT FROM"
    changed = " OR ".join(f"NEW.{column} {differs} OLD.{column}" for column in ISSUED_FIXED)
    other_bytes = f"NEW.content IS NOT NULL AND NEW.content {differs} OLD.content"
    return f"FOR EACH ROW WHEN ({changed} OR ({other_bytes}))"
