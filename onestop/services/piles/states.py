"""What acts on piles share: the lock, what still waits, the decision for each dossier."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from onestop.domain.decisions import NotAtThisAgency, OwnPile
from onestop.domain.dossier import DossierState
from onestop.domain.errors import DomainError
from onestop.domain.events import Event
from onestop.models.dossiers import Dossier
from onestop.models.piles import Pile, PilePaper
from onestop.services.event_log import Loaded, load_each


class PileNotFound(DomainError):
    """No such pile, or not one of the person who asks."""


class PileAnswered(DomainError):
    """Somebody was faster: the pile, or the paper, was answered for already."""

    def __init__(self, *, by: int | None, at: datetime) -> None:
        super().__init__(f"answered for by user {by}")
        self.by = by
        self.at = at


class NotGiven(DomainError):
    """Papers that cannot go on this way keep the whole pile from being given."""

    def __init__(self, refused: Mapping[str, DomainError]) -> None:
        super().__init__(f"{len(refused)} papers cannot be given")
        self.refused = dict(refused)
        self.codes = tuple(refused)


def locked_pile(session: Session, pile_id: int) -> Pile:
    """Return a pile, locked until the transaction ends. Raises PileNotFound."""
    # What another transaction wrote while this one waited for the lock is read, not remembered.
    stmt = select(Pile).where(Pile.id == pile_id).with_for_update()
    pile = session.scalars(stmt.execution_options(populate_existing=True)).one_or_none()
    if pile is None:
        raise PileNotFound
    return pile


def given_pile(session: Session, pile_id: int) -> Pile:
    """Return the same for a pile that was given. Raises PileNotFound."""
    pile = locked_pile(session, pile_id)
    if pile.given_at is None:
        raise PileNotFound
    return pile


def unanswered(session: Session, pile_id: int) -> dict[int, PilePaper]:
    """Return the papers of a pile that wait for an answer, by dossier, in their order."""
    places = session.scalars(
        select(PilePaper)
        .where(
            PilePaper.pile_id == pile_id,
            PilePaper.taken_at.is_(None),
            PilePaper.stayed.is_(None),
        )
        .order_by(PilePaper.position)
    )
    return {place.dossier_id: place for place in places}


def waiting(session: Session, pile: Pile) -> dict[int, PilePaper]:
    """Return the same of a pile that is still open. Raises PileAnswered."""
    if pile.taken_at is not None:
        raise PileAnswered(by=pile.taken_by, at=pile.taken_at)
    return unanswered(session, pile.id)


def decided(
    session: Session, ids: Sequence[int], decide: Callable[[DossierState], Event]
) -> list[tuple[Loaded, Event]]:
    """Return what each dossier writes, its row locked. Raises NotGiven when one of them refuses."""
    # In one order for everybody: two piles with a paper in common wait for each other.
    session.execute(
        select(Dossier.id).where(Dossier.id.in_(ids)).order_by(Dossier.id).with_for_update()
    )
    changes: list[tuple[Loaded, Event]] = []
    refused: dict[str, DomainError] = {}
    for loaded in load_each(session, ids):
        try:
            changes.append((loaded, decide(loaded.state)))
        except (OwnPile, NotAtThisAgency):
            raise
        except DomainError as error:
            refused[loaded.state.received.code] = error
    if refused:
        raise NotGiven(refused)
    return changes
