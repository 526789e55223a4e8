"""Sign-in sessions: the row that decides, whatever cookie is shown."""

import secrets
from collections.abc import Collection
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from onestop.domain.accounts import Stage, lasts
from onestop.domain.rights import Role
from onestop.models.accounts import SignInSession


def token_hash(token: str) -> bytes:
    """Return what is stored of a session id: a stolen database signs nobody in."""
    return sha256(b"onestop session\0" + token.encode()).digest()


def open_session(
    session: Session,
    user_id: int,
    *,
    stage: Stage,
    roles: Collection[Role],
    at: datetime,
    address: str,
    device: str,
) -> str:
    """Return the id (128 random bits) of a new sign-in of `user_id` that stands at `stage`."""
    token = secrets.token_urlsafe(16)
    session.add(
        SignInSession(
            token_sha256=token_hash(token),
            user_id=user_id,
            stage=stage,
            created_at=at,
            seen_at=at,
            expires_at=at + lasts(roles, stage),
            address=address[:45],
            device=device[:200],
        )
    )
    session.flush()
    return token


def advance_session(
    session: Session, session_id: int, *, stage: Stage, roles: Collection[Role], at: datetime
) -> str:
    """Return a new id for a sign-in that has come to `stage`; the old id is worth nothing now."""
    token = secrets.token_urlsafe(16)
    session.execute(
        update(SignInSession)
        .where(SignInSession.id == session_id)
        .values(
            token_sha256=token_hash(token),
            stage=stage,
            seen_at=at,
            expires_at=at + lasts(roles, stage),
            totp_offered=None,
        )
    )
    return token


def touch_session(session: Session, session_id: int, *, at: datetime) -> None:
    """Note that the person is still there."""
    session.execute(update(SignInSession).where(SignInSession.id == session_id).values(seen_at=at))


def keep_notices(session: Session, session_id: int, *, notices: str | None) -> None:
    """Keep what the next page should tell the person, or None when it was told."""
    session.execute(
        update(SignInSession).where(SignInSession.id == session_id).values(notices=notices)
    )


def end_session(session: Session, session_id: int, *, user_id: int, at: datetime) -> bool:
    """End one sign-in of this person; return whether there was an open one."""
    found = session.execute(
        update(SignInSession)
        .where(
            SignInSession.id == session_id,
            SignInSession.user_id == user_id,
            SignInSession.ended_at.is_(None),
        )
        .values(ended_at=at, notices=None)
        .returning(SignInSession.id)
    )
    return found.scalar() is not None


def end_sessions(session: Session, user_id: int, *, at: datetime, but: int | None = None) -> None:
    """End every open sign-in of the person, except the one with the id `but`."""
    opened = update(SignInSession).where(
        SignInSession.user_id == user_id, SignInSession.ended_at.is_(None)
    )
    if but is not None:
        opened = opened.where(SignInSession.id != but)
    session.execute(opened.values(ended_at=at, notices=None))


def offered_secret(session: Session, session_id: int) -> str | None:
    """Return the second-factor secret that this sign-in is being asked to enrol."""
    return session.scalar(select(SignInSession.totp_offered).where(SignInSession.id == session_id))
