"""What a refusal of the database means: that somebody was first, or something that is a mistake."""

from sqlalchemy import Table
from sqlalchemy.exc import IntegrityError


def is_taken(error: IntegrityError, table: Table) -> bool:
    """Return whether a row with this primary key of `table` stands there already.

    False for every other rule of the table that was broken. PostgreSQL names the constraint,
    SQLite the columns.
    """
    diagnosis = getattr(error.orig, "diag", None)
    if diagnosis is not None:
        return bool(diagnosis.constraint_name == table.primary_key.name)
    columns = ", ".join(f"{table.name}.{column.name}" for column in table.primary_key.columns)
    return str(error.orig) == f"UNIQUE constraint failed: {columns}"
