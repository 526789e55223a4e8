"""A request that arrives twice has one effect: the stored outcome answers the second time."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from onestop.domain.errors import DomainError
from onestop.models.base import table_of
from onestop.models.reception import IdempotencyKey

_KEYS = table_of(IdempotencyKey)
_INSERT = insert(_KEYS).inline()
_FIND = select(_KEYS.c.fingerprint, _KEYS.c.outcome).where(
    _KEYS.c.actor == bindparam("actor"),
    _KEYS.c.route == bindparam("route"),
    _KEYS.c.key == bindparam("key"),
)


class KeyReused(DomainError):
    """The same key came with other content: a form that was changed after it had been saved."""

    def __init__(self, outcome: str) -> None:
        super().__init__("idempotency key reused with other content")
        self.outcome = outcome


class KeyInFlight(DomainError):
    """The first request with this key is not finished; try again in a moment."""


@dataclass(frozen=True, slots=True)
class Request:
    """Who asks what, under which key, and the fingerprint of the validated content."""

    actor: str
    route: str
    key: str
    fingerprint: bytes

    @classmethod
    def of(cls, *, actor: str, route: str, key: str, validated: str) -> "Request":
        """Return the request whose content is `validated`, the exact JSON text of its input."""
        return cls(actor, route, key, hashlib.sha256(validated.encode()).digest())


def earlier_outcome(session: Session, request: Request) -> str | None:
    """Return the outcome stored for this request, or None when it is new.

    Raises KeyReused when the key was stored for other content. Source: docs/rules.md, rule R19.
    """
    named = {"actor": request.actor, "route": request.route, "key": request.key}
    row = session.execute(_FIND, named).first()
    if row is None:
        return None
    if bytes(row.fingerprint) != request.fingerprint:
        raise KeyReused(row.outcome)
    return str(row.outcome)


def remember(
    session: Session, request: Request, *, outcome: str, at: datetime, for_ever: bool = False
) -> None:
    """Store the outcome of a request in the transaction that caused it.

    Raises KeyInFlight when another transaction stored the key first; that one's outcome counts.
    """
    try:
        session.execute(
            _INSERT,
            {
                "actor": request.actor,
                "route": request.route,
                "key": request.key,
                "fingerprint": request.fingerprint,
                "outcome": outcome,
                "made_at": at,
                "kept_for_ever": for_ever,
            },
        )
    except IntegrityError as error:
        raise KeyInFlight from error
