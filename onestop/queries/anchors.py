"""Anchors as they are printed, and as the files that are kept elsewhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from onestop.domain.anchors import AnchoredHead, AnchorSeal, HeadTally, anchor_lines
from onestop.models import anchors as models
from onestop.models.base import table_of
from onestop.models.dossiers import Dossier
from onestop.models.events import DossierEvent

_BATCH: Final = 1_000
_ANCHORS = table_of(models.Anchor)


class HeadsDiffer(Exception):
    """The log no longer holds what an anchor bound: its file cannot be written again."""

    def __init__(self, number: int) -> None:
        super().__init__(f"the log differs from anchor {number}; run `onestop verify`")
        self.number = number


@dataclass(frozen=True, slots=True)
class AnchorRow:
    """One anchor: its number from 1, when it was made (aware), its hash in hexadecimal."""

    number: int
    at: datetime
    hash: str


def latest_anchor(session: Session) -> AnchorRow | None:
    """The anchor made last, or None before the first: what a receipt printed now tells."""
    found = session.execute(select(_ANCHORS).order_by(_ANCHORS.c.id.desc()).limit(1)).first()
    return AnchorRow(found.id, found.at, bytes(found.hash).hex()) if found else None


def anchors_after(session: Session, number: int) -> list[AnchorRow]:
    """The anchors with higher numbers, oldest first."""
    later = select(_ANCHORS).where(_ANCHORS.c.id > number).order_by(_ANCHORS.c.id)
    return [AnchorRow(r.id, r.at, bytes(r.hash).hex()) for r in session.execute(later)]


def anchor_file(session: Session, number: int) -> Iterator[str]:
    """The lines of an anchor's file, read as they are asked for. Source: docs/rules.md, rule D5.

    Raises LookupError for an unknown number, HeadsDiffer after the last line when the log has been
    changed since: what was written must then be thrown away.
    """
    row = session.execute(select(_ANCHORS).where(_ANCHORS.c.id == number)).first()
    if row is None:
        raise LookupError(f"no anchor {number}")
    seal = AnchorSeal(
        row.id, row.at, bytes(row.previous), row.dossiers, row.events, bytes(row.root)
    )
    tally = HeadTally()
    yield from anchor_lines(seal, _heads(session, number, tally))
    if not tally.agrees(seal):
        raise HeadsDiffer(number)


def _heads(session: Session, number: int, tally: HeadTally) -> Iterator[AnchoredHead]:
    for row in session.execute(_bound(number)).yield_per(_BATCH):
        head = AnchoredHead(row.code, row.version, bytes(row.hash))
        tally.add(head)
        yield head


def _bound(number: int) -> Any:
    head, dossier, event = (
        table_of(model) for model in (models.AnchoredHead, Dossier, DossierEvent)
    )
    return (
        select(dossier.c.code, head.c.version, event.c.hash)
        .join(dossier, dossier.c.id == head.c.dossier_id)
        .join(
            event,
            (event.c.dossier_id == head.c.dossier_id) & (event.c.version == head.c.version),
        )
        .where(head.c.anchor_id == number)
        .order_by(head.c.dossier_id)
    )
