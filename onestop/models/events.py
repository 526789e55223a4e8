"""The append-only history of dossiers and the erasable personal values beside it."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from onestop.models.base import Base
from onestop.models.sealing import Sealed


class DossierEvent(Base):
    """One fact; `body` holds the exact bytes that `hash` was made of (docs/rules.md, rule R13).

    Written only by services/event_log.py; triggers refuse UPDATE and DELETE.
    """

    __tablename__ = "dossier_events"

    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    type: Mapped[str] = mapped_column(String(40))
    v: Mapped[int]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    previous_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    actor_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[datetime] = mapped_column(index=True)


class PersonalValue(Base):
    """A personal value that events only commit to; erasing it leaves the chain whole."""

    __tablename__ = "personal_values"

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    salt: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    value: Mapped[str | None] = mapped_column(Sealed("personal.value"))
    erased_at: Mapped[datetime | None]
