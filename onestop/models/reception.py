"""Numbers, keys and visits of the desks: what makes a reception exact."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from onestop.models.base import Base
from onestop.models.sealing import Sealed


class CodeCounter(Base):
    """The last number given at an agency on a local day; taken in the dossier's transaction."""

    __tablename__ = "code_counters"

    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    last: Mapped[int]


BOOK = "book"
"""The series of the tracking book of an agency, one a year."""
BENCH_ONLY = "bench_only"
"""The series that counts what was loaded without its history, year 0: such a database is for
benchmarks, never for people (docs/rules.md, rule R33)."""


class SeriesCounter(Base):
    """The last number of a yearly series of an agency: tracking book, slips, result papers."""

    __tablename__ = "series_counters"

    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"), primary_key=True)
    series: Mapped[str] = mapped_column(String(40), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


class VoidedNumber(Base):
    """A number that no living dossier bears, and why (docs/rules.md, rule R18)."""

    __tablename__ = "voided_numbers"

    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    reason: Mapped[str] = mapped_column(String(40))
    dossier_id: Mapped[int | None] = mapped_column(ForeignKey("dossiers.id"))
    voided_at: Mapped[datetime]
    voided_by: Mapped[int] = mapped_column(ForeignKey("users.id"))


class IdempotencyKey(Base):
    """The outcome of a request that may arrive twice (docs/rules.md, rule R19)."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (UniqueConstraint("actor", "route", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    actor: Mapped[str] = mapped_column(String(64))
    route: Mapped[str] = mapped_column(String(80))
    key: Mapped[str] = mapped_column(String(64))
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary(32))
    outcome: Mapped[str] = mapped_column(String(200))
    made_at: Mapped[datetime]
    kept_for_ever: Mapped[bool]


class Visit(Base):
    """A person who came and was guided or refused: nothing was received (docs/rules.md, rule R22).

    `form` keeps what was typed and ticked, sealed, so that the slip's QR reopens the form.
    """

    __tablename__ = "visits"

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"), index=True)
    desk_id: Mapped[int | None] = mapped_column(ForeignKey("desks.id"))
    procedure_edition_id: Mapped[int] = mapped_column(ForeignKey("procedure_editions.id"))
    outcome: Mapped[str] = mapped_column(String(16))
    number: Mapped[int]
    year: Mapped[int]
    reason: Mapped[str] = mapped_column(String(40))
    note: Mapped[str | None] = mapped_column(Sealed("visit.note"))
    id_number: Mapped[str | None] = mapped_column(Sealed("visit.id_number"))
    id_number_hash: Mapped[str | None] = mapped_column(String(64), index=True)
    form: Mapped[str | None] = mapped_column(Sealed("visit.form"))
    missing: Mapped[str] = mapped_column(Text)
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    token: Mapped[str | None] = mapped_column(Sealed("visit.token"))
    at: Mapped[datetime]
    by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    expires_at: Mapped[datetime]
    dossier_id: Mapped[int | None] = mapped_column(ForeignKey("dossiers.id"))
