"""A drill: many processes count on one row at once; no count is lost."""

import subprocess
import sys

import pytest
from sqlalchemy import text

from onestop.db import Database

PROCESSES, THREADS, COUNTS = 4, 4, 100
COUNTER = """
import sys
from concurrent.futures import ThreadPoolExecutor
from sqlalchemy import text
from onestop.db import Database

def count(_):
    with database.write() as session:
        n = session.execute(text("SELECT n FROM counted" + lock)).scalar_one()
        session.execute(text("UPDATE counted SET n = :n"), {"n": n + 1})

with Database(sys.argv[1]) as database, ThreadPoolExecutor(int(sys.argv[2])) as threads:
    lock = "" if database.dialect == "sqlite" else " FOR UPDATE"
    list(threads.map(count, range(int(sys.argv[2]) * int(sys.argv[3]))))
"""


@pytest.mark.drill
def test_processes_that_write_at_once_lose_no_count(database: Database, database_url: str) -> None:
    with database.write() as session:
        session.execute(text("CREATE TABLE counted (n INTEGER NOT NULL)"))
        session.execute(text("INSERT INTO counted VALUES (0)"))

    command = [sys.executable, "-c", COUNTER, database_url, str(THREADS), str(COUNTS)]
    running = [subprocess.Popen(command) for _ in range(PROCESSES)]  # noqa: S603

    assert [process.wait() for process in running] == [0] * PROCESSES
    with database.read() as session:
        counted = session.execute(text("SELECT n FROM counted")).scalar_one()
    assert counted == PROCESSES * THREADS * COUNTS
