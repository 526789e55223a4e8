"""One writer at a time, also across processes, and nobody waits for ever."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from onestop.writer_lock import DatabaseBusy, WriterLock

HOLDER = """
import sys
from pathlib import Path
from onestop.writer_lock import WriterLock
with WriterLock(Path(sys.argv[1])).held():
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def lock(tmp_path: Path) -> WriterLock:
    return WriterLock(tmp_path / "x.writer", wait_seconds=0.05)


def test_the_lock_can_be_taken_again(lock: WriterLock) -> None:
    with lock.held():
        pass
    with lock.held():
        pass


def test_a_second_thread_gives_up_after_waiting(lock: WriterLock) -> None:
    def take() -> None:
        with lock.held():
            pass

    with lock.held(), ThreadPoolExecutor(1) as threads:
        assert isinstance(threads.submit(take).exception(), DatabaseBusy)


def test_another_process_is_waited_for_and_not_for_ever(lock: WriterLock) -> None:
    command = [sys.executable, "-c", HOLDER, str(lock.path)]
    with subprocess.Popen(  # noqa: S603
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(DatabaseBusy), lock.held():
            pass
        holder.communicate("")

    with lock.held():
        pass


def test_a_lock_inside_itself_is_a_mistake_of_the_programmer(lock: WriterLock) -> None:
    with lock.held(), pytest.raises(RuntimeError), lock.held():
        pass
