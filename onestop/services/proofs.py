"""What stands outside the database held against the log: files of anchors, printed receipts."""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from onestop.domain.anchors import AnchoredHead, AnchorSeal, read_heads, read_seal
from onestop.domain.receipt_claims import ReceiptClaim
from onestop.models.base import table_of
from onestop.models.dossiers import Dossier
from onestop.models.events import DossierEvent
from onestop.services.anchors import chain_breaks, head_breaks, seals
from onestop.services.breaks import Break, Fault
from onestop.services.verification import verify_dossier

_BATCH: Final = 200


class AnchorFile:
    """The file of an anchor that was kept elsewhere; its lines are read once, as needed."""

    def __init__(self, lines: Iterator[str]) -> None:
        """Read the seal. Raises NotAnAnchor."""
        self._lines = lines
        self.seal: AnchorSeal = read_seal(lines)

    def breaks(self, session: Session) -> Iterator[Break]:
        """Yield where the log is no longer what it was when the anchor was made.

        Raises NotAnAnchor at the end when the file itself is not whole: then nothing is proven.
        Source: docs/rules.md, rule D5.
        """
        known = {seal.number: stored for seal, stored in seals(session)}
        name = f"anchor {self.seal.number}"
        if (stored := known.get(self.seal.number)) is None:
            detail = f"the history ends before this anchor of {self.seal.at:%Y-%m-%d %H:%M} UTC"
            yield Break(name, 0, Fault.ANCHOR_CHANGED, detail)
        elif stored != self.seal.hash():
            yield Break(name, 0, Fault.ANCHOR_CHANGED, "the log has another anchor of this number")
        heads = read_heads(self._lines, self.seal)
        while batch := list(islice(heads, _BATCH)):
            yield from _changed_heads(session, batch)


def _changed_heads(session: Session, heads: list[AnchoredHead]) -> Iterator[Break]:
    events, dossiers = table_of(DossierEvent), table_of(Dossier)
    rows = session.execute(
        select(dossiers.c.code, events.c.version, events.c.hash)
        .join(events, events.c.dossier_id == dossiers.c.id)
        .where(
            dossiers.c.code.in_([head.code for head in heads]),
            events.c.version.in_({head.version for head in heads}),
        )
    )
    found = {(row.code, row.version): bytes(row.hash) for row in rows}
    for head in heads:
        hash_now = found.get((head.code, head.version))
        if hash_now != head.hash:
            detail = "the log has no such event" if hash_now is None else "rewritten since"
            yield Break(head.code, head.version, Fault.ANCHOR_DIFFERS, detail)


def receipt_breaks(session: Session, claim: ReceiptClaim) -> Iterator[Break]:
    """Yield where the log disagrees with what a receipt says: its dossier, its anchor.

    Of the log only this dossier, the chain of anchors and the dossiers under the anchor named are
    read. Source: docs/rules.md, rule D5.
    """
    dossier_id = session.scalar(select(Dossier.id).where(Dossier.code == claim.code))
    if dossier_id is None:
        yield Break(claim.code, 0, Fault.RECEIPT_DIFFERS, "no dossier has this code")
        return
    yield from verify_dossier(session, dossier_id).breaks
    first = session.scalar(
        select(DossierEvent.hash).where(
            DossierEvent.dossier_id == dossier_id, DossierEvent.version == 1
        )
    )
    if first is None or not bytes(first).hex().startswith(claim.first_event):
        yield Break(claim.code, 1, Fault.RECEIPT_DIFFERS, "the first event has another hash")
    if claim.anchor:
        yield from _anchor_breaks(session, claim.anchor)


def _anchor_breaks(session: Session, digits: str) -> Iterator[Break]:
    known = seals(session)
    yield from chain_breaks(known)
    number = next((seal.number for seal, own in known if own.hex().startswith(digits)), None)
    if number is None:
        detail = "the log has no anchor that begins so"
        yield Break(f"anchor {digits}", 0, Fault.RECEIPT_DIFFERS, detail)
    else:
        yield from head_breaks(session, known, only=number)
