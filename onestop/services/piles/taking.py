"""The two sides answer for the papers of a given pile: taken, missing, called back."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from onestop.domain import decisions
from onestop.domain.decisions import NotInPile
from onestop.domain.events import PaperTaken, Stayed, TakenBy
from onestop.domain.rights import Actor
from onestop.models.dossiers import Dossier
from onestop.models.events import DossierEvent
from onestop.models.piles import Pile, PilePaper
from onestop.services.event_log import load, record, record_each
from onestop.services.piles.states import PileAnswered, decided, given_pile, unanswered, waiting


def take_paper(session: Session, pile_id: int, code: str, *, actor: Actor, at: datetime) -> int:
    """Take one scanned paper out of a pile; return how many still wait for an answer.

    Raises PileNotFound, DossierNotFound, NotInPile, OwnPile, NotAtThisAgency, and PileAnswered
    with who was faster. Source: docs/rules.md, rule W2.
    """
    pile = given_pile(session, pile_id)
    loaded = load(session, code)
    place = session.get(PilePaper, (pile.id, loaded.dossier_id))
    if place is None or place.stayed is not None:
        raise NotInPile
    if place.taken_at is not None:
        raise PileAnswered(by=_taker(session, place), at=place.taken_at)
    event = decisions.take_paper(loaded.state, actor, pile=pile.id, how=TakenBy.SCAN)
    record(session, loaded, event, actor=actor.user_id, at=at)
    place.taken_at = at
    return _closed(session, pile, actor.user_id, TakenBy.SCAN, at)


def take_pile(session: Session, pile_id: int, *, actor: Actor, at: datetime) -> int:
    """Take every paper of a pile that waits for an answer, signed by the own password at the edge.

    Returns how many. Raises PileNotFound, OwnPile, NotAtThisAgency, PileAnswered. Source: rule W2.
    """
    pile = given_pile(session, pile_id)
    places = waiting(session, pile)
    changes = decided(
        session,
        list(places),
        lambda state: decisions.take_paper(state, actor, pile=pile.id, how=TakenBy.PASSWORD),
    )
    record_each(session, changes, actor=actor.user_id, at=at)
    for place in places.values():
        place.taken_at = at
    _closed(session, pile, actor.user_id, TakenBy.PASSWORD, at)
    return len(changes)


def say_missing(
    session: Session, pile_id: int, codes: Collection[str], *, actor: Actor, at: datetime
) -> int:
    """Say that papers of the list were not in the pile: the giver still holds them.

    Without codes every paper that waits for an answer. Returns how many.
    Raises PileNotFound, NotInPile, OwnPile, NotAtThisAgency, PileAnswered. Source: rule W2.
    """
    pile = given_pile(session, pile_id)
    places = waiting(session, pile)
    if codes:
        named = session.scalars(select(Dossier.id).where(Dossier.code.in_(codes))).all()
        places = {key: place for key, place in places.items() if key in set(named)}
    if not places:
        raise NotInPile
    changes = decided(
        session,
        list(places),
        lambda state: decisions.miss_paper(state, actor, pile=pile.id),
    )
    record_each(session, changes, actor=actor.user_id, at=at)
    for place in places.values():
        place.stayed = Stayed.MISSING
    _closed(session, pile, actor.user_id, TakenBy.SCAN, at)
    return len(changes)


def call_back(session: Session, pile_id: int, *, actor: Actor, at: datetime) -> int:
    """Take back what of a pile was not answered for yet, as the giving side; return how many.

    Raises PileNotFound, NotAtThisAgency, PileAnswered. Source: docs/rules.md, rule W2.
    """
    pile = given_pile(session, pile_id)
    places = waiting(session, pile)
    changes = decided(
        session,
        list(places),
        lambda state: decisions.call_back_paper(state, actor, pile=pile.id),
    )
    record_each(session, changes, actor=actor.user_id, at=at)
    for place in places.values():
        place.stayed = Stayed.CALLED_BACK
    _closed(session, pile, None, None, at)
    return len(changes)


def _closed(session: Session, pile: Pile, by: int | None, how: TakenBy | None, at: datetime) -> int:
    """Close a pile when every paper of it was answered for; return how many were not."""
    session.flush()
    left = len(unanswered(session, pile.id))
    if left == 0:
        pile.taken_at, pile.taken_by, pile.taken_how = at, by, how
        session.flush()
    return left


def _taker(session: Session, place: PilePaper) -> int | None:
    return session.scalar(
        select(DossierEvent.actor_id)
        .where(
            DossierEvent.dossier_id == place.dossier_id,
            DossierEvent.type == PaperTaken.TYPE,
            DossierEvent.recorded_at >= place.taken_at,
        )
        .order_by(DossierEvent.version)
        .limit(1)
    )
