"""What is not kept longer than needed: visits without a dossier, keys, failed sign-ins."""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from onestop.domain.accounts import FAILURES_LAPSE
from onestop.models.accounts import SignInFailure
from onestop.models.documents import IssuedDocument
from onestop.models.reception import IdempotencyKey, Visit

KEYS_KEPT = timedelta(days=30)
BATCH = 500
_EMPTY = {"note": None, "id_number": None, "id_number_hash": None, "form": None, "token": None}


def erase_visits(session: Session, *, at: datetime, most: int = BATCH) -> int:
    """Erase who came and what was typed from up to `most` visits that have expired.

    What is left is that somebody came, for which procedure, with which outcome; of the slip its
    hash. Returns how many. Source: docs/rules.md, rules R13, R22.
    """
    told = or_(*(getattr(Visit, name).is_not(None) for name in _EMPTY))
    ids = session.scalars(
        select(Visit.id).where(Visit.expires_at <= at, told).order_by(Visit.id).limit(most)
    ).all()
    if ids:
        session.execute(update(Visit).where(Visit.id.in_(ids)).values(_EMPTY))
        slips = update(IssuedDocument).where(IssuedDocument.visit_id.in_(ids))
        session.execute(slips.values(content=None))
    return len(ids)


def forget_keys(session: Session, *, at: datetime, most: int = BATCH) -> int:
    """Forget up to `most` keys older than thirty days, but none of a reception; return how many.

    Source: docs/rules.md, rule R19.
    """
    ids = session.scalars(
        select(IdempotencyKey.id)
        .where(IdempotencyKey.made_at < at - KEYS_KEPT, IdempotencyKey.kept_for_ever.is_(False))
        .order_by(IdempotencyKey.id)
        .limit(most)
    ).all()
    if ids:
        session.execute(delete(IdempotencyKey).where(IdempotencyKey.id.in_(ids)))
    return len(ids)


def forget_failures(session: Session, *, at: datetime, most: int = BATCH) -> int:
    """Forget up to `most` failed sign-ins that count no more; return how many.

    Source: docs/rules.md, rule D9.
    """
    ids = session.scalars(
        select(SignInFailure.id)
        .where(SignInFailure.at < at - FAILURES_LAPSE)
        .order_by(SignInFailure.id)
        .limit(most)
    ).all()
    if ids:
        session.execute(delete(SignInFailure).where(SignInFailure.id.in_(ids)))
    return len(ids)
