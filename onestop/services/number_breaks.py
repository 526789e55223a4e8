"""What speaks against the numbers of dossiers: one that is missing between 1 and the last."""

from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from onestop.models.dossiers import Dossier
from onestop.models.reception import CodeCounter, VoidedNumber
from onestop.services.breaks import Break, Fault


def number_breaks(session: Session) -> list[Break]:
    """Return the days with a number that is neither a dossier's nor listed as void (rule R18)."""
    used = (
        select(
            Dossier.receiving_agency_id.label("agency_id"),
            Dossier.number_day.label("day"),
            Dossier.number.label("number"),
        )
        .union(select(VoidedNumber.agency_id, VoidedNumber.day, VoidedNumber.number))
        .subquery()
    )
    counts = select(
        used.c.agency_id, used.c.day, func.count().label("n"), func.max(used.c.number).label("top")
    ).group_by(used.c.agency_id, used.c.day)
    found = {(row.agency_id, row.day): row for row in session.execute(counts)}
    last = {(row.agency_id, row.day): row.last for row in session.execute(_counters())}
    return [
        Break(f"{agency} {day:%Y-%m-%d}", 0, Fault.NUMBER_GAP)
        for agency, day in sorted(found.keys() | last.keys())
        if not _gap_free(found.get((agency, day)), last.get((agency, day)))
    ]


def _counters() -> Any:
    return select(CodeCounter.agency_id, CodeCounter.day, CodeCounter.last)


def _gap_free(row: Row[Any] | None, last: int | None) -> bool:
    return row is not None and row.n == row.top == last
