"""Reminders that were read."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from onestop.domain.rights import Actor
from onestop.models.notices import Notice


def mark_seen(session: Session, ids: Collection[int], *, actor: Actor, at: datetime) -> int:
    """Note that the actor has seen these reminders; return how many. Those of others stay.

    One for a role is seen for all who hold it.
    """
    seen = session.execute(
        update(Notice)
        .where(Notice.id.in_(sorted(ids)), Notice.seen_at.is_(None), Notice.addressed_to(actor))
        .values(seen_at=at, seen_by=actor.user_id)
        .returning(Notice.id)
        .execution_options(synchronize_session=False)
    )
    return len(seen.all())
