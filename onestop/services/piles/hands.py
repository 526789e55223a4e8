"""An original from hand to hand without a pile, and out of all hands."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from onestop.domain import decisions
from onestop.domain.events import ReleasedTo
from onestop.domain.rights import Actor
from onestop.models.dossiers import Dossier
from onestop.services.event_log import Loaded, load, record, record_each
from onestop.services.piles.states import decided


def take_over(session: Session, codes: Collection[str], *, actor: Actor, at: datetime) -> int:
    """Take originals from colleagues of the same agency, each by an event; return how many.

    All or none. Raises NotGiven with what stands against single ones. Source: rule W3.
    """
    ids = session.scalars(select(Dossier.id).where(Dossier.code.in_(codes))).all()
    changes = decided(session, ids, lambda state: decisions.take_over_paper(state, actor))
    record_each(session, changes, actor=actor.user_id, at=at)
    return len(changes)


def release_paper(
    session: Session, code: str, *, to: ReleasedTo, actor: Actor, at: datetime
) -> Loaded:
    """Let the original of a finished dossier go: given back, or put into the archive.

    Raises DossierNotFound, NoPaper, PaperElsewhere, PaperOnItsWay, PaperNeeded, NotItsWay.
    """
    loaded = load(session, code)
    event = decisions.release_paper(loaded.state, actor, to=to)
    return record(session, loaded, event, actor=actor.user_id, at=at)
