"""Resident memory of one worker while it receives dossiers and answers status pages.

    python -m bench.memory

The dossiers are received in a process of their own, as a worker receives them but without pages;
the status pages are asked for over HTTP on loopback from one real worker of `onestop run`.
"""

import argparse
import http.client
import os
from collections.abc import Iterator
from multiprocessing import get_context
from multiprocessing.connection import Connection

from bench import places, servers
from bench.intake import of_another
from onestop.domain.rights import Role
from onestop.services.reception import receive_dossier
from tests.conftest import NOW
from tests.factories import DESK, make_intake, make_province, make_staff

GOAL_MEBIBYTES = 150
ANSWER_SECONDS = 600


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--receptions", type=int, default=3_000, help="at most 20000")
    parser.add_argument("--pages", type=int, default=10_000, help="at most 100000")
    parser.add_argument("--step", type=int, default=1_000)
    options = parser.parse_args()
    with places.folder(None) as place:
        environment = servers.installation(place / "data")
        counts = [min(options.receptions, 20_000), options.step]
        links = _receptions(environment, *counts)
        _pages(environment, links, min(options.pages, 100_000), options.step)


def _receptions(environment: dict[str, str], total: int, step: int) -> list[str]:
    ours, theirs = get_context("spawn").Pipe()
    process = get_context("spawn").Process(
        target=_receive, args=(theirs, environment, total, step), daemon=True
    )
    process.start()
    theirs.close()
    found: list[tuple[int, float]] = []
    links: list[str] = []
    for count, megabytes, tokens in _answers(ours):
        found.append((count, megabytes))
        links += tokens
        print(f"receptions    {count:6} done: {megabytes:6.1f} MiB", flush=True)
    process.join()
    _print_growth("receptions", found)
    return links


def _answers(pipe: Connection) -> Iterator[tuple[int, float, list[str]]]:
    while True:
        if not pipe.poll(ANSWER_SECONDS):
            raise SystemExit("no answer from the receiving process")
        try:
            yield pipe.recv()
        except EOFError:
            return


def _receive(pipe: Connection, environment: dict[str, str], total: int, step: int) -> None:
    database = servers.opened(environment)
    with database.write() as session:
        province = make_province(session)
        clerk = make_staff(session, Role.CLERK, province[DESK])
    template = make_intake()
    tokens: list[str] = []
    for done in range(1, total + 1):
        intake = of_another(template)
        with database.write() as session:
            received = receive_dossier(
                session, intake, agency_id=province[DESK], actor=clerk, at=NOW
            )
        if received.link:
            tokens.append(received.link.token.text)
        if done == 1 or done % step == 0:
            pipe.send((done, servers.resident_mebibytes(os.getpid()), tokens))
            tokens = []
    pipe.close()


def _pages(environment: dict[str, str], tokens: list[str], total: int, step: int) -> None:
    port = servers.free_port()
    with servers.started(servers.onestop(port, workers=1), environment) as process:
        servers.until_answered(process, port, "/healthz")
        (worker,) = servers.workers_of(process)
        found = [(0, servers.resident_mebibytes(worker))]
        print(f"status pages  {0:6} done: {found[0][1]:6.1f} MiB", flush=True)
        connection = http.client.HTTPConnection(servers.HOST, port, timeout=60)
        for done in range(1, total + 1):
            connection.request("GET", f"/s/{tokens[done % len(tokens)]}")
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                raise SystemExit(f"a status page answered {answer.status}")
            if done % step == 0:
                found.append((done, servers.resident_mebibytes(worker)))
                print(f"status pages  {done:6} done: {found[-1][1]:6.1f} MiB", flush=True)
        connection.close()
    _print_growth("status pages", found)


def _print_growth(what: str, found: list[tuple[int, float]]) -> None:
    """Say how the memory at the end stands to that after the first thousand."""
    after_first = next((m for n, m in found if n >= 1_000), found[-1][1])
    last = found[-1][1]
    print(
        f"{what}: {last:.1f} MiB at the end (aim {GOAL_MEBIBYTES}),"
        f" {last / after_first:.3f} of what it was after the first 1,000"
    )


if __name__ == "__main__":
    main()
