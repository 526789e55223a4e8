"""Anchors: made of the heads that no anchor holds yet, and held against the log again."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Row, exists, insert, literal, select
from sqlalchemy.orm import Session

from onestop.domain.anchors import AnchoredHead, AnchorSeal, HeadTally
from onestop.domain.chain import GENESIS
from onestop.models import anchors as models
from onestop.models.base import table_of
from onestop.models.dossiers import Dossier
from onestop.models.events import DossierEvent
from onestop.services.breaks import Break, Fault

_BATCH: Final = 1_000
_ANCHORS = table_of(models.Anchor)
_HEADS = table_of(models.AnchoredHead)
_EVENTS = table_of(DossierEvent)
_DOSSIERS = table_of(Dossier)

# Every bound head with the hash that the log has for it now, or without one.
_BOUND = (
    select(_HEADS.c.anchor_id, _DOSSIERS.c.code, _HEADS.c.version, _EVENTS.c.hash)
    .join(_DOSSIERS, _DOSSIERS.c.id == _HEADS.c.dossier_id)
    .outerjoin(
        _EVENTS,
        (_EVENTS.c.dossier_id == _HEADS.c.dossier_id) & (_EVENTS.c.version == _HEADS.c.version),
    )
    .order_by(_HEADS.c.anchor_id, _HEADS.c.dossier_id)
)


class HeadMissing(Exception):
    """A dossier stands at a version of which the log has no event: nothing can be anchored."""

    def __init__(self, code: str, version: int) -> None:
        super().__init__(f"the log has no version {version} of {code}; run `onestop verify`")
        self.code = code
        self.version = version


def make_anchor(session: Session, *, at: datetime) -> AnchorSeal:
    """Bind every dossier that has an event no anchor holds yet, also when there is none.

    The heads are read one by one, however many there are. Of two that do it at once the second
    violates a key. Raises HeadMissing. Source: docs/rules.md, rule D5.
    """
    last = session.execute(select(_ANCHORS).order_by(_ANCHORS.c.id.desc()).limit(1)).first()
    number, previous = (last.id + 1, bytes(last.hash)) if last else (1, GENESIS)
    unbound = select(_DOSSIERS.c.id, _DOSSIERS.c.version, literal(number)).where(
        ~exists().where(
            _HEADS.c.dossier_id == _DOSSIERS.c.id, _HEADS.c.version == _DOSSIERS.c.version
        )
    )
    session.execute(insert(_HEADS).from_select(["dossier_id", "version", "anchor_id"], unbound))
    tally = HeadTally()
    for row in session.execute(_BOUND.where(_HEADS.c.anchor_id == number)).yield_per(_BATCH):
        if row.hash is None:
            raise HeadMissing(row.code, row.version)
        tally.add(_head(row))
    dossiers, events, root = tally.sums()
    seal = AnchorSeal(number, at.replace(microsecond=0), previous, dossiers, events, root)
    session.execute(
        insert(_ANCHORS),
        {
            "id": number,
            "at": seal.at,
            "previous": previous,
            "root": root,
            "hash": seal.hash(),
            "dossiers": dossiers,
            "events": events,
        },
    )
    return seal


def last_anchor_at(session: Session) -> datetime | None:
    """Return when the last anchor was made, or None before the first."""
    return session.scalar(select(models.Anchor.at).order_by(models.Anchor.id.desc()).limit(1))


def seals(session: Session) -> list[tuple[AnchorSeal, bytes]]:
    """Return every anchor with the hash its row gives, oldest first."""
    rows = session.execute(select(_ANCHORS).order_by(_ANCHORS.c.id))
    return [(_seal(row), bytes(row.hash)) for row in rows]


def chain_breaks(known: Sequence[tuple[AnchorSeal, bytes]]) -> Iterator[Break]:
    """Yield the first anchor whose row was changed, or that does not follow the one before."""
    previous = GENESIS
    for number, (seal, stored) in enumerate(known, start=1):
        if (seal.number, seal.previous, seal.hash()) != (number, previous, stored):
            yield Break(f"anchor {number}", 0, Fault.ANCHOR_CHANGED)
            return
        previous = stored


def head_breaks(
    session: Session, known: Sequence[tuple[AnchorSeal, bytes]], *, only: int | None = None
) -> Iterator[Break]:
    """Yield the anchors whose heads are no longer those of the log; `only` one number if given.

    Which dossier it is tells the file of the anchor: its lines hold the hashes of that day.
    """
    wanted = {seal.number: seal for seal, _ in known if only in (None, seal.number)}
    bound = _BOUND if only is None else _BOUND.where(_HEADS.c.anchor_id == only)
    rows = session.execute(bound).yield_per(_BATCH)
    for number, heads in groupby(rows, key=lambda row: int(row.anchor_id)):
        seal = wanted.pop(number, None)
        if seal is None or not _agrees(seal, heads):
            yield Break(f"anchor {number}", 0, Fault.ANCHOR_DIFFERS)
    # Only an anchor of a day without events has no heads.
    for number, seal in wanted.items():
        if not HeadTally().agrees(seal):
            yield Break(f"anchor {number}", 0, Fault.ANCHOR_DIFFERS, "its heads are gone")


def _agrees(seal: AnchorSeal, heads: Iterable[Any]) -> bool:
    tally = HeadTally()
    missing = 0
    for row in heads:
        if row.hash is None:
            missing += 1
        else:
            tally.add(_head(row))
    return not missing and tally.agrees(seal)


def _head(row: Any) -> AnchoredHead:
    return AnchoredHead(row.code, row.version, bytes(row.hash))


def _seal(row: Row[Any]) -> AnchorSeal:
    return AnchorSeal(
        row.id, row.at, bytes(row.previous), row.dossiers, row.events, bytes(row.root)
    )
