"""Public forms: each signed token is taken once."""

from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from onestop.domain.errors import DomainError
from onestop.models.accounts import UsedFormToken

FORM_LIFE = timedelta(hours=2)


class FormUsedBefore(DomainError):
    """This very form was handed in already."""


class FormExpired(DomainError):
    """The form was open too long, or was not made by this server."""


def use_token(session: Session, token: str, *, at: datetime) -> None:
    """Note that `token` was handed in; raises FormUsedBefore the second time."""
    session.execute(delete(UsedFormToken).where(UsedFormToken.used_at < at - 2 * FORM_LIFE))
    try:
        with session.begin_nested():
            session.add(UsedFormToken(token_sha256=sha256(token.encode()).digest(), used_at=at))
    except IntegrityError:
        raise FormUsedBefore from None
