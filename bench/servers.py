"""Servers on loopback, each in processes of its own, and a client that keeps its connection."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from config import Config
from onestop.db import Database
from onestop.installation import open_database, prepare_data_dir
from onestop.schema import upgrade

ROOT = Path(__file__).resolve().parents[1]
HOST = "127.0.0.1"
START_SECONDS = 60.0
PAUSE_SECONDS = 0.002


def free_port() -> int:
    """Return a port of the loopback address that nobody listens at."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def installation(folder: Path) -> dict[str, str]:
    """Make keys and an empty migrated SQLite database; return the environment that names them."""
    environment = {**os.environ, "ONESTOP_DATA_DIR": str(folder), "ONESTOP_DATABASE_URL": ""}
    # Where this is set every start compiles the whole package anew, which no office's does.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    prepare_data_dir(folder)
    with Database(Config.from_environment(environment).database_url) as database:
        upgrade(database)
    return environment


def opened(environment: Mapping[str, str]) -> Database:
    """Return the database of an installation, with its keys."""
    return open_database(Config.from_environment(environment))


def onestop(port: int, workers: int) -> list[str]:
    """Return the command that serves the product."""
    command = [sys.executable, "-m", "onestop", "run", "--port", str(port)]
    return [*command, "--workers", str(workers)]


@contextmanager
def started(
    command: list[str], environment: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server in a process group of its own and end it by its id."""
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)


def until_answered(process: subprocess.Popen[bytes], port: int, path: str) -> None:
    """Return when `path` has answered 200; raise SystemExit if the server ends or stays silent."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        connection = http.client.HTTPConnection(HOST, port, timeout=START_SECONDS)
        try:
            connection.request("GET", path)
            status = connection.getresponse().status
        except OSError:
            time.sleep(PAUSE_SECONDS)
            continue
        finally:
            connection.close()
        if status != 200:
            raise SystemExit(f"{path} answered {status}")
        return
    raise SystemExit(f"the server did not answer {path}")


def workers_of(process: subprocess.Popen[bytes]) -> list[int]:
    """Return the process ids of the server's workers."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return [int(child) for child in children if "resource_tracker" not in _command(int(child))]


def resident_mebibytes(pid: int) -> float:
    """Return the memory of a process that stands in RAM, shared pages counted whole."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise SystemExit(f"process {pid} has ended")


def _command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
