"""What speaks against the access log: views left out, rewritten, or said otherwise."""

import json
from datetime import date
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from onestop.domain.chain import GENESIS
from onestop.models.accounts import AccessLogEntry, AccessLogHead
from onestop.models.base import table_of
from onestop.services.access import view_hash
from onestop.services.breaks import Break, Fault
from onestop.services.sheet_breaks import STREAMED


def view_breaks(session: Session) -> list[Break]:
    """Return the first break of each chain: one chain per agency and day (rule R15)."""
    heads = {
        (head.agency_id, head.day): (head.n, bytes(head.hash))
        for head in session.execute(select(table_of(AccessLogHead)))
    }
    reached: dict[tuple[int, date], tuple[int, bytes]] = {}
    broken: dict[tuple[int, date], int] = {}
    log = table_of(AccessLogEntry)
    ordered = select(log).order_by(log.c.agency_id, log.c.day, log.c.n)
    for row in session.execute(ordered, execution_options=STREAMED):
        chain = (row.agency_id, row.day)
        n, previous = reached.get(chain, (0, GENESIS))
        known = view_hash(previous, bytes(row.body), agency_id=row.agency_id, day=row.day, n=n + 1)
        chained = (row.n, bytes(row.prev_hash), bytes(row.hash)) == (n + 1, previous, known)
        if not (chained and _says_what_it_chained(row)):
            broken.setdefault(chain, n + 1)
        reached[chain] = (row.n, bytes(row.hash))
    for chain in heads.keys() | reached.keys():
        if heads.get(chain) != reached.get(chain, (0, GENESIS)):
            broken.setdefault(chain, reached.get(chain, (0, GENESIS))[0] + 1)
    return [
        Break(f"access log {agency} {day:%Y-%m-%d}", n, Fault.CHAIN_BROKEN)
        for (agency, day), n in sorted(broken.items())
    ]


def _says_what_it_chained(row: Row[Any]) -> bool:
    """Whether the columns of a view repeat its chained body: who, when, what."""
    said = json.loads(bytes(row.body))
    return (said["user"], said["at"], said["subject"]) == (
        row.user_id,
        row.at.isoformat(),
        row.subject,
    )
