"""The migrations make the schema that the models describe, and protect the history."""

import ast
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, Connection, Table, delete, insert, inspect, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

import onestop.models
from onestop.db import Database
from onestop.domain.rights import Role
from onestop.models.base import Base
from onestop.models.sealing import Sealed
from onestop.schema import MIGRATIONS, head_revision, is_current, upgrade
from onestop.services.papers import issue_document
from onestop.triggers import APPEND_ONLY, ISSUED, ISSUED_FIXED, TriggerMissing, check_triggers
from tests.conftest import NOW
from tests.databases import Databases
from tests.factories import DESK, make_province, make_staff

pytestmark = pytest.mark.empty
FILES = sorted((MIGRATIONS / "versions").glob("*.py"))
MODELS = Path(onestop.models.__file__).parent


@pytest.fixture
def empty_database(databases: Databases, engine_kind: str) -> Iterator[Database]:
    with databases.empty(engine_kind) as url:
        database = Database(url)
        yield database
        database.close()


def described(connection: Connection) -> dict[str, Any]:
    """Everything the database itself says about its tables."""
    look = inspect(connection)
    return {
        name: {
            "columns": [
                (column["name"], str(column["type"]), column["nullable"], column["default"])
                for column in look.get_columns(name)
            ],
            "primary key": look.get_pk_constraint(name),
            "foreign keys": in_order(look.get_foreign_keys(name)),
            "unique": in_order(look.get_unique_constraints(name)),
            "checks": in_order(look.get_check_constraints(name)),
            "indexes": in_order(look.get_indexes(name)),
        }
        for name in look.get_table_names()
        if name != "alembic_version"
    }


def in_order(found: Any) -> list[str]:
    return sorted(str({key: plain(item[key]) for key in sorted(item)}) for item in found)


def plain(value: Any) -> Any:
    """Conditions of partial indexes arrive as objects; their text is what counts."""
    return {key: str(value[key]) for key in value} if isinstance(value, dict) else value


def test_migrations_are_numbered_without_a_gap() -> None:
    assert [path.name[:4] for path in FILES] == [f"{n + 1:04d}" for n in range(len(FILES))]


def test_each_migration_follows_the_one_before() -> None:
    follows = [None, *(path.name[:4] for path in FILES[:-1])]

    assert [assigned(path, "down_revision") for path in FILES] == follows
    assert [assigned(path, "revision") for path in FILES] == [path.name[:4] for path in FILES]


def assigned(path: Path, name: str) -> object:
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == name:
            return ast.literal_eval(node.value)
    raise AssertionError(f"{path.name} assigns no {name}")


def test_every_module_of_models_is_imported_by_name() -> None:
    files = {path.stem for path in MODELS.glob("*.py")} - {"__init__"}

    assert files == set(onestop.models.__all__)


def test_the_migrated_schema_is_the_one_of_the_models(
    database: Database, empty_database: Database
) -> None:
    with empty_database.alone(), empty_database.write_engine.begin() as connection:
        Base.metadata.create_all(connection)
        wanted = described(connection)
    with database.write_engine.connect() as connection:
        migrated = described(connection)

    assert migrated == wanted, "the models changed: run `make migration`"


def test_a_migrated_database_is_current_and_can_be_upgraded_again(database: Database) -> None:
    assert is_current(database)

    upgrade(database)

    assert database.revision() == head_revision()


def test_an_empty_database_has_no_revision(empty_database: Database) -> None:
    assert empty_database.revision() is None
    assert not is_current(empty_database)


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("statement", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}"])
def test_what_was_written_once_cannot_be_changed(
    connection: Connection, table: str, statement: str
) -> None:
    described = Base.metadata.tables[table]
    one_row(connection, described)

    with pytest.raises(DBAPIError, match="append-only"):
        connection.execute(text(statement.format(table, described.columns[0].name)))


@pytest.mark.parametrize("column", [*ISSUED_FIXED, "content", "row"])
def test_of_an_issued_paper_nothing_becomes_something_else(
    connection: Connection, column: str
) -> None:
    papers = Base.metadata.tables[ISSUED]
    one_row(connection, papers)
    change: Any = delete(papers)
    if column != "row":
        other = {int: 2, str: "y", bytes: b"y", datetime: NOW.replace(year=2020)}
        change = update(papers).values({column: other[kind_of(papers.columns[column])]})

    with pytest.raises(DBAPIError, match="append-only"):
        connection.execute(change)


def test_an_issued_paper_may_be_voided_and_its_bytes_erased(session: Session) -> None:
    province = make_province(session)
    clerk = make_staff(session, Role.CLERK, province[DESK])
    values = {"kind": "day_sheet", "content": b"%PDF", "form_edition": "2025", "at": NOW}
    issue_document(session, agency_id=province[DESK], actor=clerk.user_id, **values)
    papers = Base.metadata.tables[ISSUED]

    session.execute(update(papers).values(voided_at=NOW))
    session.execute(update(papers).values(content=None))

    row = session.execute(select(papers.c.voided_at, papers.c.content)).one()
    assert (row.voided_at, row.content) == (NOW, None)
    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(update(papers).values(content=b"%PDF"))


def test_every_column_of_an_issued_paper_is_fixed_or_may_change_for_a_reason() -> None:
    columns = {column.name for column in Base.metadata.tables[ISSUED].columns}

    assert columns == {*ISSUED_FIXED, "content", "voided_at"}


@pytest.mark.only_sqlite
@pytest.mark.parametrize("table", APPEND_ONLY)
def test_replacing_is_refused_like_deleting(connection: Connection, table: str) -> None:
    one_row(connection, Base.metadata.tables[table])

    with pytest.raises(DBAPIError, match="append-only"):
        connection.execute(text(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"))


@pytest.mark.only_postgresql
@pytest.mark.parametrize("table", APPEND_ONLY)
def test_truncating_is_refused_like_deleting(connection: Connection, table: str) -> None:
    with pytest.raises(DBAPIError, match="append-only"):
        connection.execute(text(f"TRUNCATE {table} CASCADE"))


def test_a_missing_trigger_is_noticed(database: Database) -> None:
    table = APPEND_ONLY[0]
    on_table = "" if database.dialect == "sqlite" else f" ON {table}"
    with database.alone(), database.write_engine.begin() as connection:
        check_triggers(connection)
        connection.execute(text(f"DROP TRIGGER {table}_refuse_delete{on_table}"))

        with pytest.raises(TriggerMissing):
            check_triggers(connection)


SAMPLES = {int: 1, str: "x", bytes: bytes(32), datetime: NOW, date: NOW.date()}


def one_row(connection: Connection, table: Table) -> None:
    """Put some row into `table`; the rows it would refer to need not exist."""
    row = {column.name: SAMPLES[kind_of(column)] for column in table.columns}
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        connection.execute(insert(table), row)
    else:
        connection.execute(text("SET session_replication_role = replica"))
        connection.execute(insert(table), row)
        connection.execute(text("SET session_replication_role = origin"))


def kind_of(column: Column[Any]) -> type:
    """What Python gives to a column: words for a sealed one, which keeps bytes."""
    if isinstance(column.type, Sealed):
        return str
    kind: type = getattr(column.type, "impl", column.type).python_type
    return kind
