"""G12: an intake through the service layer beside the same by the driver alone.

    python -m bench.intake

Both take dossiers in at one desk, which is the worst contention there is: every client needs the
same counter row. Clients are processes for both. One transaction in twenty is rolled back when
everything was written, and at the end every number from 1 on must be there once.
"""

import argparse
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import event, select

from bench import places
from bench.clients import Clients, Round, clients, median, quantile
from bench.raw_intake import STATEMENTS as RAW_STATEMENTS
from bench.raw_intake import make_tables, raw_numbers, raw_taker
from onestop.db import Database
from onestop.domain.rights import Actor, Role
from onestop.inputs.reception import Intake
from onestop.models.dossiers import Dossier
from onestop.models.sealing import Keyring
from onestop.services.reception import receive_dossier
from tests.conftest import NOW
from tests.factories import DESK, make_intake, make_province, make_staff

GOAL = 0.30
FAIL_EVERY = 20
WAYS = ("raw", "service")


class RolledBack(Exception):
    """The failure on purpose, after the last statement."""


@dataclass(frozen=True, slots=True)
class Office:
    """Where the clients work, as their processes need to know it."""

    kind: str
    url: str
    raw: str
    agency: int
    clerk: Actor


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--database", choices=places.KINDS, help="only this one")
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8])
    parser.add_argument("--rounds", type=int, default=5, choices=range(1, 21), metavar="1..20")
    parser.add_argument("--seconds", type=float, default=2.0, help="of one round, at most 30")
    parser.add_argument("--folder", help="on the disk to measure on; default: the system's")
    options = parser.parse_args()
    for kind in [options.database] if options.database else places.KINDS:
        with places.folder(options.folder) as place:
            _measure(kind, place, options)


def _measure(kind: str, place: Path, options: argparse.Namespace) -> None:
    with places.migrated(kind, place) as (url, raw):
        make_tables(kind, raw)
        office = _open_office(kind, url, raw)
        print(f"{kind}: {_statements(office)} statements an intake (raw: {RAW_STATEMENTS})")
        given = {"office": office}
        done = dict.fromkeys(WAYS, 0)
        done["service"] += 2  # by _statements
        for count in options.clients:
            with clients(count, prepare, given) as started:
                for way in WAYS:  # connections, caches and prepared statements
                    done[way] += started.run(way, 0.5, fail_every=FAIL_EVERY).done
                rounds = _rounds(started, options, done)
            _print(kind, count, rounds)
        _check(kind, "raw", raw_numbers(kind, raw), done["raw"])
        _check(kind, "service", _numbers(office), done["service"])


def _rounds(
    started: Clients, options: argparse.Namespace, done: dict[str, int]
) -> dict[str, list[Round]]:
    rounds: dict[str, list[Round]] = {way: [] for way in WAYS}
    for _ in range(options.rounds):
        for way in WAYS:
            seconds = min(options.seconds, 30.0)
            rounds[way].append(started.run(way, seconds, fail_every=FAIL_EVERY))
            done[way] += rounds[way][-1].done
    return rounds


def _open_office(kind: str, url: str, raw: str) -> Office:
    with Database(url, keyring=Keyring.for_tests()) as database, database.write() as session:
        province = make_province(session)
        clerk = make_staff(session, Role.CLERK, province[DESK])
        return Office(kind, url, raw, province[DESK], clerk)


def prepare(number: int, given: Mapping[str, Any]) -> Mapping[str, Callable[..., None]]:
    """Return both ways of taking a dossier in, for one client process."""
    office: Office = given["office"]
    database = Database(office.url, keyring=Keyring.for_tests())
    return {"raw": raw_taker(office.kind, office.raw), "service": _service(database, office)}


def _service(database: Database, office: Office) -> Callable[..., None]:
    template = make_intake()

    def take(*, fails: bool) -> None:
        intake = of_another(template)
        try:
            with database.write() as session:
                receive_dossier(
                    session, intake, agency_id=office.agency, actor=office.clerk, at=NOW
                )
                if fails:
                    raise RolledBack
        except RolledBack:
            return

    return take


def of_another(template: Intake) -> Intake:
    """Return the intake with a new key, of somebody else: no desk serves one person all day.

    Reading and checking the form is the matter of the pages.
    """
    number = f"{secrets.randbelow(10**12):012}"
    applicant = template.applicant.model_copy(update={"id_number": number})
    return template.model_copy(update={"key": secrets.token_hex(16), "applicant": applicant})


def _statements(office: Office) -> int:
    """Count what one intake sends when every cache is warm, beginning and end included."""
    with Database(office.url, keyring=Keyring.for_tests()) as database:
        take = _service(database, office)
        take(fails=False)
        sent: list[str] = []
        event.listen(
            database.write_engine,
            "before_cursor_execute",
            lambda connection, cursor, statement, *rest: sent.append(statement),
        )
        take(fails=False)
    return len([statement for statement in sent if not statement.startswith("BEGIN")]) + 2


def _numbers(office: Office) -> list[int]:
    with Database(office.url) as database, database.read() as session:
        asked = select(Dossier.number).where(Dossier.receiving_agency_id == office.agency)
        return list(session.scalars(asked.order_by(Dossier.number)))


def _print(kind: str, count: int, rounds: dict[str, list[Round]]) -> None:
    for way in WAYS:
        here = rounds[way]
        waits = [1_000 * wait for one in here for wait in one.waits]
        print(
            f"{kind:10} {count} clients {way:8} {median([r.rate for r in here]):8.0f} /s"
            f"   p50 {quantile(waits, 0.5):7.2f}  p99 {quantile(waits, 0.99):8.2f} ms"
            f"   client CPU {median([r.cpu_milliseconds for r in here]):6.3f} ms each"
        )
    pairs = zip(rounds["raw"], rounds["service"], strict=True)
    ratios = [service.rate / raw.rate for raw, service in pairs]
    print(
        f"{kind:10} {count} clients service/raw {median(ratios):.3f}"
        f" (rounds {min(ratios):.3f} to {max(ratios):.3f}; goal {GOAL:.2f})"
    )


def _check(kind: str, way: str, numbers: list[int], done: int) -> None:
    doubles = len(numbers) - len(set(numbers))
    gaps = (max(numbers) if numbers else 0) - len(set(numbers))
    lost = done - len(numbers)
    print(f"{kind:10} {way:8} {len(numbers)} numbers: {gaps} gaps, {doubles} doubles, {lost} lost")
    if gaps or doubles or lost:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
