"""G14: from the command to the first answer, beside a bare Flask hello on the same server.

    python -m bench.cold_start

Both run on granian with the same settings. Times go from starting the process to the end of the
first answer, once for the sign of life, which touches nothing, once for a page a citizen sees.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from bench import places, servers

GOAL = 1.5
# The same server and settings as `onestop run` (onestop/cli/serve.py), and nothing else.
HELLO = """
import sys
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

Server(
    "bench.hello:create_app", address="127.0.0.1", port=int(sys.argv[1]),
    interface=Interfaces.WSGI, workers=int(sys.argv[2]), blocking_threads=4, factory=True,
    websockets=False, respawn_failed_workers=True, log_level=LogLevels.warning,
).serve()
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, choices=range(1, 31), metavar="1..30")
    parser.add_argument("--workers", type=int, default=1, choices=range(1, 9), metavar="1..8")
    options = parser.parse_args()
    with places.folder(None) as place:
        _measure(place, options.rounds, options.workers)


def _measure(place: Path, rounds: int, workers: int) -> None:
    environment = servers.installation(place / "data")
    seconds: dict[str, list[float]] = {"hello": [], "/healthz": [], "/": []}
    for round_number in range(rounds + 1):  # the first one warms the disk and is not counted
        for name, found in seconds.items():
            taken = _start(name, environment, workers)
            if round_number:
                found.append(taken)
    hello = statistics.median(seconds["hello"])
    print(f"hello       {hello:6.3f} s")
    for name in ("/healthz", "/"):
        ratios = [own / bare for own, bare in zip(seconds[name], seconds["hello"], strict=True)]
        print(
            f"onestop {name:9} {statistics.median(seconds[name]):6.3f} s   "
            f"onestop/hello {statistics.median(ratios):.2f}"
            f" (rounds {min(ratios):.2f} to {max(ratios):.2f}; goal {GOAL})"
        )


def _start(name: str, environment: Mapping[str, str], workers: int) -> float:
    port = servers.free_port()
    if name == "hello":
        command, path = [sys.executable, "-c", HELLO, str(port), str(workers)], "/"
    else:
        command, path = servers.onestop(port, workers), name
    began = time.perf_counter()
    with servers.started(command, environment) as process:
        servers.until_answered(process, port, path)
        return time.perf_counter() - began


if __name__ == "__main__":
    main()
