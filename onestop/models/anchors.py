"""Anchors: one word for the whole log at an instant, to be kept outside this house."""

from datetime import datetime

from sqlalchemy import LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from onestop.models.base import Base


class Anchor(Base):
    """Merkle root over (dossier, version, head hash), chained to the anchor before.

    Written only by services/anchors.py; triggers refuse UPDATE and DELETE. What it proves stands
    in docs/proof.md.
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
