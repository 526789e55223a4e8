"""What the two engines promise: one writer, one snapshot, nothing half-saved."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from onestop.db import Database


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
