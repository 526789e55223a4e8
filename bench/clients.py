"""Processes that do one thing over and over, all at once, for a while."""

import multiprocessing
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

START_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Round:
    """What all clients together did in one round."""

    done: int
    failed: int
    seconds: float
    cpu_seconds: float
    waits: tuple[float, ...]

    @property
    def rate(self) -> float:
        """Transactions a second, those rolled back on purpose too."""
        return (self.done + self.failed) / self.seconds

    @property
    def cpu_milliseconds(self) -> float:
        """What one transaction costs its client; a server's own processes are not in it."""
        return 1_000 * self.cpu_seconds / (self.done + self.failed)


def quantile(values: Sequence[float], share: float) -> float:
    """Return the value below which `share` of all lie."""
    return sorted(values)[min(int(share * len(values)), len(values) - 1)]


def median(values: Sequence[float]) -> float:
    """Return the middle value."""
    return statistics.median(values)


# Makes, inside the new process, what the client repeats: (name of the way) -> work(fails=...).
Prepare = Callable[[int, Mapping[str, Any]], Mapping[str, Callable[..., None]]]


class Clients:
    """Processes that wait for their next round."""

    def __init__(self, count: int, prepare: Prepare, given: Mapping[str, Any]) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipes: list[Connection] = []
        self._processes = []
        for number in range(count):
            ours, theirs = context.Pipe()
            process = context.Process(
                target=_serve, args=(theirs, number, prepare, given), daemon=True
            )
            process.start()
            theirs.close()
            self._pipes.append(ours)
            self._processes.append(process)
        for pipe in self._pipes:
            _answer(pipe)

    def run(self, way: str, seconds: float, *, fail_every: int) -> Round:
        """Let every client repeat `way` for `seconds`; every `fail_every`-th is rolled back."""
        start = time.time() + 0.05
        for pipe in self._pipes:
            pipe.send((way, start, seconds, fail_every))
        answers = [_answer(pipe) for pipe in self._pipes]
        return Round(
            done=sum(answer["done"] for answer in answers),
            failed=sum(answer["failed"] for answer in answers),
            seconds=max(answer["end"] for answer in answers) - start,
            cpu_seconds=sum(answer["cpu"] for answer in answers),
            waits=tuple(wait for answer in answers for wait in answer["waits"]),
        )

    def stop(self) -> None:
        """End the processes this object started."""
        for pipe in self._pipes:
            pipe.send(None)
        for process in self._processes:
            process.join(START_SECONDS)
            if process.is_alive():
                process.terminate()


@contextmanager
def clients(count: int, prepare: Prepare, given: Mapping[str, Any]) -> Iterator[Clients]:
    """Give `count` ready client processes and end them afterwards."""
    started = Clients(count, prepare, given)
    try:
        yield started
    finally:
        started.stop()


def _answer(pipe: Connection) -> Any:
    if not pipe.poll(START_SECONDS):
        raise SystemExit("a client did not answer")
    try:
        return pipe.recv()
    except EOFError:
        raise SystemExit("a client ended; its error stands above") from None


def _serve(pipe: Connection, number: int, prepare: Prepare, given: Mapping[str, Any]) -> None:
    ways = prepare(number, given)
    pipe.send("ready")
    while (order := pipe.recv()) is not None:
        way, start, seconds, fail_every = order
        pipe.send(_repeat(ways[way], start, seconds, fail_every))


def _repeat(
    work: Callable[..., None], start: float, seconds: float, fail_every: int
) -> dict[str, Any]:
    time.sleep(max(0.0, start - time.time()))
    done = failed = 0
    waits = []
    cpu = time.process_time()
    while time.time() < start + seconds:
        fails = (done + failed + 1) % fail_every == 0
        began = time.perf_counter()
        work(fails=fails)
        waits.append(time.perf_counter() - began)
        failed, done = failed + fails, done + (not fails)
    used = time.process_time() - cpu
    return {"done": done, "failed": failed, "end": time.time(), "cpu": used, "waits": waits}
