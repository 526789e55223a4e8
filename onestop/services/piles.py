"""Piles of paper originals: scanned one after the other, given as one, answered for paper by paper.

A pile is a list; where an original is stands in the history of its dossier. Both change in the
same transaction, under the lock of the pile and then those of the dossiers in the order of ids.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from onestop.domain import decisions
from onestop.domain.decisions import NotAtThisAgency, NotInPile, OwnPile
from onestop.domain.dossier import DossierState
from onestop.domain.errors import DomainError
from onestop.domain.events import Event, PaperTaken, ReleasedTo, Stayed, TakenBy
from onestop.domain.rights import Actor
from onestop.domain.working_time import CalendarExhausted
from onestop.models.accounts import User
from onestop.models.documents import IssuedDocument
from onestop.models.dossiers import Dossier
from onestop.models.events import DossierEvent
from onestop.models.piles import Pile, PilePaper
from onestop.services.calendars import agency_calendars
from onestop.services.event_log import Loaded, load, load_each, record, record_each
from onestop.services.papers import next_paper_number

HANDOVER_LIST: Final = "handover_list"
"""Kind and number series of the list that goes with a pile."""
LARGEST_PILE: Final = 200


class AlreadyScanned(DomainError):
    """The paper lies in the pile already."""

    def __init__(self, code: str, position: int) -> None:
        super().__init__(f"{code} is number {position} of the pile")
        self.code = code
        self.position = position


class PileOfAnotherAgency(DomainError):
    """The pile being scanned is of another agency of the same person: it is given first."""


class PileFull(DomainError):
    """The pile holds as many papers as one list may have."""

    def __init__(self) -> None:
        super().__init__(f"a pile holds at most {LARGEST_PILE} papers")
        self.most = LARGEST_PILE


class PileEmpty(DomainError):
    """There is no paper in the pile."""


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


@dataclass(frozen=True, slots=True)
class Given:
    """A pile on its way: its number in the giver's yearly series, and how many papers it has.

    `is_new` is False for a pile that was given before: its list is printed already.
    """

    pile_id: int
    agency_id: int
    number: int
    year: int
    papers: int
    is_new: bool = True


def scan_paper(
    session: Session, code: str, *, actor: Actor, at: datetime, take_over: bool = False
) -> int:
    """Add the original of a dossier to the pile that the actor is scanning; return its position.

    Nothing is recorded until the pile is given; `take_over` first takes the original from a
    colleague of the same agency. Raises DossierNotFound, AlreadyScanned, NoPaper, PaperElsewhere,
    PaperOnItsWay, PileOfAnotherAgency, PileFull.
    """
    loaded = load(session, code)
    pile = _own_pile(session, actor)
    if pile is not None:
        place = session.get(PilePaper, (pile.id, loaded.dossier_id))
        if place is not None:
            raise AlreadyScanned(code, place.position)
    if take_over:
        event = decisions.take_over_paper(loaded.state, actor)
        loaded = record(session, loaded, event, actor=actor.user_id, at=at)
    paper = decisions.require_in_hand(loaded.state, actor)
    if pile is None:
        pile = Pile(from_agency_id=paper.agency, from_user_id=actor.user_id, started_at=at)
        session.add(pile)
        session.flush()
    position = _last_position(session, pile.id) + 1
    if position == 1:
        pile.from_agency_id = paper.agency
    elif pile.from_agency_id != paper.agency:
        raise PileOfAnotherAgency
    if position > LARGEST_PILE:
        raise PileFull
    session.add(
        PilePaper(pile_id=pile.id, dossier_id=loaded.dossier_id, position=position, added_at=at)
    )
    session.flush()
    return position


def drop_papers(session: Session, codes: Collection[str], *, actor: Actor) -> None:
    """Take papers out of the pile that is being scanned. Raises NotInPile for none of them."""
    pile = _own_pile(session, actor)
    ids = select(Dossier.id).where(Dossier.code.in_(codes))
    dropped = session.execute(
        delete(PilePaper)
        .where(PilePaper.pile_id == (pile.id if pile else None), PilePaper.dossier_id.in_(ids))
        .returning(PilePaper.dossier_id)
    )
    if not dropped.all():
        raise NotInPile


def give_pile(
    session: Session, pile_id: int, *, to_agency: int, actor: Actor, at: datetime
) -> Given:
    """Put every paper of the scanned pile on its way to an agency, all or none.

    A pile that the same person gave already is returned as it is: a form sent twice is one pile.
    Raises PileNotFound, PileEmpty, NotGiven. Source: docs/rules.md, rules W1, W4.
    """
    pile = _locked(session, pile_id)
    if pile.from_user_id != actor.user_id:
        raise PileNotFound
    places = _unanswered(session, pile.id)
    if pile.given_at is not None and pile.number and pile.year:
        here = pile.from_agency_id
        return Given(pile.id, here, pile.number, pile.year, len(places), is_new=False)
    if not places:
        raise PileEmpty
    changes = _decided(
        session,
        list(places),
        lambda state: decisions.give_paper(state, actor, pile=pile.id, agency=to_agency),
    )
    number = next_paper_number(session, pile.from_agency_id, HANDOVER_LIST, at=at)
    pile.to_agency_id, pile.given_at = to_agency, at
    pile.number, pile.year = number.number, number.year
    pile.late_at = _late_at(session, to_agency, at)
    record_each(session, changes, actor=actor.user_id, at=at)
    session.flush()
    return Given(pile.id, pile.from_agency_id, number.number, number.year, len(changes))


def take_paper(session: Session, pile_id: int, code: str, *, actor: Actor, at: datetime) -> int:
    """Take one scanned paper out of a pile; return how many still wait for an answer.

    Raises PileNotFound, DossierNotFound, NotInPile, OwnPile, NotAtThisAgency, and PileAnswered
    with who was faster. Source: docs/rules.md, rule W2.
    """
    pile = _given(session, pile_id)
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
    pile = _given(session, pile_id)
    places = _waiting(session, pile)
    changes = _decided(
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
    pile = _given(session, pile_id)
    places = _waiting(session, pile)
    if codes:
        named = session.scalars(select(Dossier.id).where(Dossier.code.in_(codes))).all()
        places = {key: place for key, place in places.items() if key in set(named)}
    if not places:
        raise NotInPile
    changes = _decided(
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
    pile = _given(session, pile_id)
    places = _waiting(session, pile)
    changes = _decided(
        session,
        list(places),
        lambda state: decisions.call_back_paper(state, actor, pile=pile.id),
    )
    record_each(session, changes, actor=actor.user_id, at=at)
    for place in places.values():
        place.stayed = Stayed.CALLED_BACK
    _closed(session, pile, None, None, at)
    return len(changes)


def take_over(session: Session, codes: Collection[str], *, actor: Actor, at: datetime) -> int:
    """Take originals from colleagues of the same agency, each by an event; return how many.

    All or none. Raises NotGiven with what stands against single ones. Source: rule W3.
    """
    ids = session.scalars(select(Dossier.id).where(Dossier.code.in_(codes))).all()
    changes = _decided(session, ids, lambda state: decisions.take_over_paper(state, actor))
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


def closed_pile(session: Session, pile_id: int) -> int | None:
    """Return the giving agency of a pile once every paper was answered for, None before."""
    return session.scalar(
        select(Pile.from_agency_id).where(Pile.id == pile_id, Pile.taken_at.is_not(None))
    )


def keep_list(session: Session, pile_id: int, document_id: int, *, at: datetime) -> None:
    """Name the list that was printed last as that of the pile; the one before becomes void."""
    before = select(Pile.document_id).where(Pile.id == pile_id).scalar_subquery()
    session.execute(
        update(IssuedDocument)
        .where(IssuedDocument.id == before, IssuedDocument.voided_at.is_(None))
        .values(voided_at=at)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(Pile)
        .where(Pile.id == pile_id)
        .values(document_id=document_id)
        .execution_options(synchronize_session=False)
    )


def _own_pile(session: Session, actor: Actor) -> Pile | None:
    """The pile the actor is scanning; who scans in two windows at once waits for himself."""
    session.execute(select(User.id).where(User.id == actor.user_id).with_for_update(key_share=True))
    return session.scalars(
        select(Pile)
        .where(Pile.from_user_id == actor.user_id, Pile.given_at.is_(None))
        .order_by(Pile.id)
        .limit(1)
    ).one_or_none()


def _last_position(session: Session, pile_id: int) -> int:
    last = select(func.max(PilePaper.position)).where(PilePaper.pile_id == pile_id)
    return session.scalar(last) or 0


def _locked(session: Session, pile_id: int) -> Pile:
    # What another transaction wrote while this one waited for the lock is read, not remembered.
    stmt = select(Pile).where(Pile.id == pile_id).with_for_update()
    pile = session.scalars(stmt.execution_options(populate_existing=True)).one_or_none()
    if pile is None:
        raise PileNotFound
    return pile


def _given(session: Session, pile_id: int) -> Pile:
    pile = _locked(session, pile_id)
    if pile.given_at is None:
        raise PileNotFound
    return pile


def _unanswered(session: Session, pile_id: int) -> dict[int, PilePaper]:
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


def _waiting(session: Session, pile: Pile) -> dict[int, PilePaper]:
    if pile.taken_at is not None:
        raise PileAnswered(by=pile.taken_by, at=pile.taken_at)
    return _unanswered(session, pile.id)


def _decided(
    session: Session, ids: Sequence[int], decide: Callable[[DossierState], Event]
) -> list[tuple[Loaded, Event]]:
    """What each dossier writes; raises NotGiven when one of them refuses."""
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


def _closed(session: Session, pile: Pile, by: int | None, how: TakenBy | None, at: datetime) -> int:
    """Close a pile when every paper of it was answered for; return how many were not."""
    session.flush()
    left = len(_unanswered(session, pile.id))
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


def _late_at(session: Session, agency: int, at: datetime) -> datetime:
    """When the receiving agency opens on the next working day."""
    try:
        calendar = agency_calendars(session)(agency)
        return calendar.opening_of(calendar.working_day_after(calendar.local_date(at)))
    except CalendarExhausted:
        return at + timedelta(days=1)
