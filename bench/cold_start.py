"""G14: from the command to the first answer, beside a bare Flask hello on the same server.

    python -m bench.cold_start

All run on granian with the same settings; "libraries" is hello with all that onestop stands on
loaded and none of its code. Times go from starting the process to the end of the
first answer, once for the sign of life, which touches nothing, once for a page a citizen sees.
On a busy machine the processor time, from start to stop, says more than the clock on the wall.
"""

import argparse
import resource
import statistics
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from bench import places, servers

GOAL = 1.5
FACTORIES = {"hello": "create_app", "libraries": "with_libraries"}
# The same server and settings as `onestop run` (onestop/cli/serve.py), and nothing else.
HELLO = """
import sys
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

Server(
    "bench.hello:" + sys.argv[3], address="127.0.0.1", port=int(sys.argv[1]),
    interface=Interfaces.WSGI, workers=int(sys.argv[2]), blocking_threads=4, factory=True,
    websockets=False, respawn_failed_workers=True, log_level=LogLevels.warning,
).serve()
"""


class Start(NamedTuple):
    """One start: until the first answer, and what all its processes used until they ended."""

    seconds: float
    cpu_seconds: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, choices=range(1, 31), metavar="1..30")
    parser.add_argument("--workers", type=int, default=1, choices=range(1, 9), metavar="1..8")
    options = parser.parse_args()
    with places.folder(None) as place:
        _measure(place, options.rounds, options.workers)


def _measure(place: Path, rounds: int, workers: int) -> None:
    environment = servers.installation(place / "data")
    starts: dict[str, list[Start]] = {name: [] for name in ("hello", "libraries", "/healthz", "/")}
    for round_number in range(rounds + 1):  # the first one warms the disk and is not counted
        for name, found in starts.items():
            start = _start(name, environment, workers)
            if round_number:
                found.append(start)
    for name, found in starts.items():
        waits, costs = ([start[part] for start in found] for part in (0, 1))
        bare_waits, bare_costs = ([start[part] for start in starts["hello"]] for part in (0, 1))
        print(f"{name:10} {statistics.median(waits):6.3f} s, CPU {statistics.median(costs):6.3f} s")
        print(f"{'':10} to hello {_ratio(waits, bare_waits)}, CPU {_ratio(costs, bare_costs)}")
    print(f"goal {GOAL}")


def _ratio(own: list[float], hello: list[float]) -> str:
    ratios = [mine / bare for mine, bare in zip(own, hello, strict=True)]
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"


def _start(name: str, environment: Mapping[str, str], workers: int) -> Start:
    port = servers.free_port()
    if factory := FACTORIES.get(name):
        command, path = [sys.executable, "-c", HELLO, str(port), str(workers), factory], "/"
    else:
        command, path = servers.onestop(port, workers), name
    before = _children_cpu()
    began = time.perf_counter()
    with servers.started(command, environment) as process:
        servers.until_answered(process, port, path)
        taken = time.perf_counter() - began
    return Start(taken, _children_cpu() - before)


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
