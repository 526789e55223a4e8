"""What the two engines promise: one writer, one snapshot, nothing half-saved."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from traceback import format_exception

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from onestop.db import BadDatabase, Database, StorageFull
from onestop.engines import PRAGMAS, check_pragmas


@pytest.fixture
def table(database: Database) -> Database:
    with database.write() as session:
        session.execute(text("CREATE TABLE counted (n INTEGER NOT NULL)"))
        session.execute(text("INSERT INTO counted VALUES (0)"))
    return database


def counted(database: Database) -> int:
    with database.read() as session:
        return int(session.execute(text("SELECT n FROM counted")).scalar_one())


def test_what_is_written_without_an_error_is_kept(table: Database) -> None:
    with table.write() as session:
        session.execute(text("UPDATE counted SET n = 5"))

    assert counted(table) == 5


def test_an_error_repeats_no_value_that_was_to_be_written(database: Database) -> None:
    columns = "name TEXT UNIQUE, born INTEGER CHECK (born > 0)"
    with database.write() as session:
        session.execute(text(f"CREATE TABLE people ({columns})"))
        session.execute(text("INSERT INTO people VALUES ('Nguyễn Thị Đào', 1)"))

    def add(born: int) -> None:
        with database.write() as session:
            row = {"name": "Nguyễn Thị Đào", "born": born}
            session.execute(text("INSERT INTO people VALUES (:name, :born)"), row)

    for born in (1, 0):  # the name is there already; a check names the whole row on PostgreSQL
        with pytest.raises(DBAPIError) as refused:
            add(born)

        assert "Đào" not in "".join(format_exception(refused.value))
        assert "people" in str(refused.value)


def test_an_error_takes_back_everything(table: Database) -> None:
    def failing_late() -> None:
        with table.write() as session:
            session.execute(text("UPDATE counted SET n = 5"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        failing_late()

    assert counted(table) == 0


def test_a_session_of_a_test_is_taken_back(session: Session) -> None:
    session.execute(text("CREATE TABLE gone_afterwards (n INTEGER)"))
    session.commit()


def test_a_session_of_a_test_is_taken_back_again(session: Session) -> None:
    session.execute(text("CREATE TABLE gone_afterwards (n INTEGER)"))
    session.commit()


def test_a_reader_cannot_write(table: Database) -> None:
    with table.read() as session, pytest.raises(DBAPIError):
        session.execute(text("UPDATE counted SET n = 5"))


def test_the_status_engine_cannot_write(table: Database) -> None:
    with table.status_engine.connect() as connection, pytest.raises(DBAPIError):
        connection.execute(text("UPDATE counted SET n = 5"))


def test_a_page_sees_one_state_from_its_first_question_on(table: Database) -> None:
    with table.read() as page:
        before = page.execute(text("SELECT n FROM counted")).scalar_one()
        with table.write() as session:
            session.execute(text("UPDATE counted SET n = 5"))

        assert page.execute(text("SELECT n FROM counted")).scalar_one() == before
    assert counted(table) == 5


def test_a_writer_reads_what_it_decides_on_without_losing_a_count(table: Database) -> None:
    lock = "" if table.dialect == "sqlite" else " FOR UPDATE"

    def add_one(_: int) -> None:
        with table.write() as session:
            n = session.execute(text(f"SELECT n FROM counted{lock}")).scalar_one()
            session.execute(text("UPDATE counted SET n = :n"), {"n": n + 1})

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(add_one, range(80)))

    assert counted(table) == 80


def test_hooks_run_after_the_commit_and_only_then(table: Database) -> None:
    seen: list[int] = []
    with table.write() as session:
        session.execute(text("UPDATE counted SET n = 5"))
        session.info["after_commit"].append(lambda: seen.append(counted(table)))
        assert seen == []

    assert seen == [5]


def test_hooks_of_a_failed_transaction_do_not_run(table: Database) -> None:
    seen: list[str] = []

    def failing() -> None:
        with table.write() as session:
            session.info["after_commit"].append(lambda: seen.append("ran"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        failing()

    assert seen == []


def test_a_failing_hook_does_not_undo_what_was_committed(table: Database) -> None:
    with table.write() as session:
        session.execute(text("UPDATE counted SET n = 5"))
        session.info["after_commit"].append(lambda: 1 // 0)

    assert counted(table) == 5


@pytest.mark.only_sqlite
def test_a_write_inside_a_write_is_refused(database: Database) -> None:
    with database.write(), pytest.raises(RuntimeError), database.write():
        pass


def test_statements_are_counted_without_transaction_control(
    table: Database, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    with count_queries() as statements:
        counted(table)

    assert statements == ["SELECT n FROM counted"]


@pytest.mark.only_sqlite
def test_a_full_disk_is_named_and_nothing_is_saved(table: Database) -> None:
    def fill() -> None:
        with table.write() as session:
            session.execute(text("UPDATE counted SET n = 5"))
            pages = session.execute(text("PRAGMA page_count")).scalar_one()
            session.execute(text(f"PRAGMA max_page_count = {pages}"))
            session.execute(text("CREATE TABLE large AS SELECT zeroblob(1000000) AS x"))

    with pytest.raises(StorageFull):
        fill()

    assert counted(table) == 0


@pytest.mark.only_sqlite
def test_every_connection_has_the_required_settings(database: Database) -> None:
    for engine in (database.write_engine, database.read_engine, database.status_engine):
        with engine.connect() as connection:
            found = {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in PRAGMAS
            }
            mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
        assert found == PRAGMAS
        assert mode == "wal"


@pytest.mark.only_sqlite
def test_a_connection_without_the_settings_is_refused(database: Database) -> None:
    with database.alone(), database.write_engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute("PRAGMA foreign_keys = OFF")
        connection.detach()

        with pytest.raises(BadDatabase) as refused:
            check_pragmas(connection)

    assert refused.value.problem == "pragma_foreign_keys"


def test_an_sqlite_in_memory_is_refused() -> None:
    with pytest.raises(BadDatabase, match="sqlite_in_memory"):
        Database("sqlite://")


def test_another_engine_is_refused() -> None:
    with pytest.raises(BadDatabase) as refused:
        Database("mysql://localhost/x")

    assert refused.value.found == "mysql"


@pytest.mark.only_postgresql
def test_readers_and_writers_have_their_isolation(database: Database) -> None:
    levels = {}
    for name in ("write", "read", "status"):
        with getattr(database, f"{name}_engine").connect() as connection:
            levels[name] = [
                connection.exec_driver_sql(f"SHOW {setting}").scalar()
                for setting in ("transaction_isolation", "transaction_read_only")
            ]

    assert levels == {
        "write": ["read committed", "off"],
        "read": ["repeatable read", "on"],
        "status": ["read committed", "on"],
    }
