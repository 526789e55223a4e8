"""Anchors: one word for the whole log at an instant, to be kept outside this house."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from onestop.models.base import Base


class Anchor(Base):
    """Merkle root over (dossier, version, head hash), chained to the anchor before.

    Written only by services/anchors.py; triggers refuse UPDATE and DELETE. What it proves stands
    in docs/proof.md. `events` is how many events stand below the heads.
    """

    __tablename__ = "anchors"
    __table_args__ = (UniqueConstraint("previous"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    previous: Mapped[bytes] = mapped_column(LargeBinary(32))
    root: Mapped[bytes] = mapped_column(LargeBinary(32))
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    dossiers: Mapped[int]
    events: Mapped[int]


class AnchoredHead(Base):
    """At which version a dossier stood when an anchor bound it; triggers refuse changes.

    Which dossiers an anchor holds cannot be told from times: a transaction may commit after an
    anchor what it recorded before it.
    """

    __tablename__ = "anchored_heads"

    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    # The heads are fixed first, in one statement, and hashed from there: checked at the commit.
    anchor_id: Mapped[int] = mapped_column(
        ForeignKey("anchors.id", deferrable=True, initially="DEFERRED"), index=True
    )
