"""The second factor: enrolled once, each code good for one sign-in, ten codes for a lost phone."""

import secrets
from datetime import UTC, datetime
from hashlib import sha256

import pyotp
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from onestop.domain.accounts import CodeRefused
from onestop.models.accounts import RecoveryCode, SignInSession, User
from onestop.services.sessions import offered_secret

STEP_SECONDS = 30
RECOVERY_CODES = 10
_SIGNS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


def offer_secret(session: Session, session_id: int) -> str:
    """Return the secret (base32) this sign-in may enrol, the same one until it is confirmed."""
    row = session.get_one(SignInSession, session_id)
    if row.totp_offered is None:
        row.totp_offered = pyotp.random_base32()
        session.flush()
    return row.totp_offered


def enrol(
    session: Session, user_id: int, *, session_id: int, code: str, at: datetime
) -> tuple[str, ...]:
    """Store the offered secret once a code proves that the phone has it; return recovery codes.

    Raises CodeRefused.
    """
    secret = offered_secret(session, session_id)
    step = None if secret is None else matching_step(secret, code, at)
    if secret is None or step is None:
        raise CodeRefused
    # Through the unit of work, so that the sealed column is sealed with the session's keyring.
    user = session.get_one(User, user_id)
    user.totp_secret = secret
    user.totp_last_step = step
    session.flush()
    return renew_recovery_codes(session, user_id)


def accept_code(session: Session, user_id: int, *, code: str, at: datetime) -> None:
    """Use up a code of the telephone or a recovery code; raises CodeRefused.

    A code of the present, the last or the next half minute is good, once; the row is locked so that
    two sign-ins at the same instant cannot both use it.
    """
    user = session.get_one(User, user_id, with_for_update=True)
    step = matching_step(user.totp_secret, code, at) if user.totp_secret else None
    if step is not None and step > (user.totp_last_step or 0):
        user.totp_last_step = step
        session.flush()
        return
    _use_recovery_code(session, user_id, code=code, at=at)


def matching_step(secret: str, code: str, at: datetime) -> int | None:
    """Return the half minute since 1970 that `code` belongs to, one either way, or None."""
    digits = "".join(code.split())
    now = int(at.astimezone(UTC).timestamp()) // STEP_SECONDS
    totp = pyotp.TOTP(secret, interval=STEP_SECONDS)
    for step in (now, now - 1, now + 1):
        if secrets.compare_digest(totp.generate_otp(step).encode(), digits.encode()):
            return step
    return None


def present_code(secret: str, at: datetime) -> str:
    """Return the code the telephone shows at `at`; for demo accounts on loopback only."""
    return pyotp.TOTP(secret, interval=STEP_SECONDS).generate_otp(
        int(at.timestamp()) // STEP_SECONDS
    )


def enrolment_uri(secret: str, username: str) -> str:
    """Return what the QR of the enrolment page holds, for any authenticator application."""
    return pyotp.TOTP(secret, interval=STEP_SECONDS).provisioning_uri(
        name=username, issuer_name="onestop"
    )


def renew_recovery_codes(session: Session, user_id: int) -> tuple[str, ...]:
    """Return ten new recovery codes (XXXX-XXXX-XXXX); the former ones are worth nothing now."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    codes = tuple(
        "-".join("".join(secrets.choice(_SIGNS) for _ in range(4)) for _ in range(3))
        for _ in range(RECOVERY_CODES)
    )
    session.add_all(
        RecoveryCode(user_id=user_id, code_sha256=_recovery_hash(user_id, code)) for code in codes
    )
    session.flush()
    return codes


def _use_recovery_code(session: Session, user_id: int, *, code: str, at: datetime) -> None:
    used = session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.id
            == select(RecoveryCode.id)
            .where(
                RecoveryCode.user_id == user_id,
                RecoveryCode.code_sha256 == _recovery_hash(user_id, code),
            )
            .limit(1)
            .scalar_subquery(),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=at)
        .returning(RecoveryCode.id)
    )
    if used.scalar() is None:
        raise CodeRefused


def _recovery_hash(user_id: int, code: str) -> bytes:
    plain = "".join(sign for sign in code.upper() if sign.isalnum())
    return sha256(f"onestop recovery {user_id}\0{plain}".encode()).digest()
