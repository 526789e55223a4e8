"""Who may sign in, as what, since when; open sign-ins, failed ones, and who looked at what."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from onestop.domain.accounts import Stage
from onestop.domain.rights import Role
from onestop.models.base import Base, stored_enum
from onestop.models.sealing import Sealed


class User(Base):
    """A member of staff with an account. Never deleted: events name its id."""

    __tablename__ = "users"
    __table_args__ = (CheckConstraint("language IN ('vi', 'en')", name="language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(64), unique=True)
    display_name: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str] = mapped_column(String(200))
    must_change_password: Mapped[bool] = mapped_column(default=False)
    totp_secret: Mapped[str | None] = mapped_column(Sealed("users.totp_secret"))
    totp_last_step: Mapped[int | None]
    language: Mapped[str] = mapped_column(String(2), default="vi")
    demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class RoleAssignment(Base):
    """One role of one person at one agency, from `since` until `until` (exclusive)."""

    __tablename__ = "role_assignments"
    __table_args__ = (
        CheckConstraint("NOT assistant OR role = 'leader'", name="assistant_of_leader"),
        CheckConstraint("until IS NULL OR until >= since", name="until_after_since"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"), index=True)
    role: Mapped[Role] = mapped_column(stored_enum(Role))
    assistant: Mapped[bool] = mapped_column(default=False)
    since: Mapped[datetime]
    until: Mapped[datetime | None]


class RecoveryCode(Base):
    """One of the ten codes that stand in for a lost telephone; each works once."""

    __tablename__ = "recovery_codes"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    code_sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    used_at: Mapped[datetime | None]


class SignInSession(Base):
    """One sign-in of one person on one device; the cookie holds the id whose hash stands here."""

    __tablename__ = "sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    stage: Mapped[Stage] = mapped_column(stored_enum(Stage))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
    address: Mapped[str] = mapped_column(String(45))
    device: Mapped[str] = mapped_column(String(200))
    totp_offered: Mapped[str | None] = mapped_column(Sealed("sessions.totp_offered"))
    notices: Mapped[str | None] = mapped_column(String(2000))


class SignInFailure(Base):
    """A failed sign-in; counts until the account succeeds from there, at most a day."""

    __tablename__ = "sign_in_failures"
    __table_args__ = (
        Index("ix_sign_in_failures_username_at", "username", "at"),
        Index("ix_sign_in_failures_address_at", "address", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(64))
    address: Mapped[str] = mapped_column(String(45))
    neighbourhood: Mapped[str] = mapped_column(String(45))
    at: Mapped[datetime]


class AccessLogHead(Base):
    """Where the chain of views of one agency and day stands; the row that writers queue on."""

    __tablename__ = "access_log_heads"

    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    n: Mapped[int]
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class AccessLogEntry(Base):
    """One view of personal data, written before it was shown (docs/rules.md, rule R15)."""

    __tablename__ = "access_log"
    __table_args__ = (UniqueConstraint("agency_id", "day", "n"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"))
    day: Mapped[date]
    n: Mapped[int]
    at: Mapped[datetime]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    subject: Mapped[str] = mapped_column(String(64), index=True)
    body: Mapped[bytes]
    prev_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class UsedFormToken(Base):
    """A public form token that was handed in; a second time is refused."""

    __tablename__ = "used_form_tokens"

    token_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    used_at: Mapped[datetime] = mapped_column(index=True)
