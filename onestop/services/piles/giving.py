"""A pile is scanned, given whole, and keeps the list that was printed last."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from onestop.domain import decisions
from onestop.domain.decisions import NotInPile
from onestop.domain.errors import DomainError
from onestop.domain.rights import Actor
from onestop.domain.working_time import CalendarExhausted
from onestop.models.accounts import User
from onestop.models.documents import IssuedDocument
from onestop.models.dossiers import Dossier
from onestop.models.piles import Pile, PilePaper
from onestop.services.calendars import agency_calendars
from onestop.services.event_log import load, record, record_each
from onestop.services.papers import next_paper_number
from onestop.services.piles.states import PileNotFound, decided, locked_pile, unanswered

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


class GivenElsewhere(DomainError):
    """The pile was given to another agency before; `taken_at` once nothing of it waits."""

    def __init__(self, given: Given, agency: int, at: datetime, pile: Pile) -> None:
        super().__init__(f"pile {given.pile_id} was given to agency {agency}")
        self.given = given
        self.agency = agency
        self.at = at
        self.taken_by = pile.taken_by
        self.taken_at = pile.taken_at


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

    A pile that the same person gave there already is returned as it is: a form sent twice is one
    pile. Raises PileNotFound, PileEmpty, NotGiven, GivenElsewhere. Source: docs/rules.md, rules
    W1, W4.
    """
    pile = locked_pile(session, pile_id)
    if pile.from_user_id != actor.user_id:
        raise PileNotFound
    places = unanswered(session, pile.id)
    if pile.given_at is not None and pile.to_agency_id and pile.number and pile.year:
        here = pile.from_agency_id
        given = Given(pile.id, here, pile.number, pile.year, len(places), is_new=False)
        if pile.to_agency_id != to_agency:
            raise GivenElsewhere(given, pile.to_agency_id, pile.given_at, pile)
        return given
    if not places:
        raise PileEmpty
    changes = decided(
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


def scanned_pile(session: Session, actor: Actor) -> int | None:
    """Return the pile that the actor is scanning, None before the first paper."""
    pile = _own_pile(session, actor)
    return pile.id if pile else None


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


def _late_at(session: Session, agency: int, at: datetime) -> datetime:
    """When the receiving agency opens on the next working day."""
    try:
        calendar = agency_calendars(session)(agency)
        return calendar.opening_of(calendar.working_day_after(calendar.local_date(at)))
    except CalendarExhausted:
        return at + timedelta(days=1)
