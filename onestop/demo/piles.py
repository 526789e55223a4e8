"""Paper of the demonstration: a pile that nobody took, and one taken the same afternoon."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from onestop.demo.trips import World
from onestop.domain.rights import Actor, Right
from onestop.domain.working_time import WorkingCalendar
from onestop.issuing import Press, issue_handover_list
from onestop.queries.demo import papers_to_hand_over
from onestop.services import piles

BEFORE_CLOSING = timedelta(hours=1)
TAKEN_AFTER = timedelta(minutes=20)
MOST = 12
SHOWN_DESK = "H91.51.01"
"""Its piles come first: `onestop demo` prints the accounts of this desk."""


def make_piles(session: Session, world: World, *, base_url: str) -> int:
    """Give two piles an hour before the desks last closed, and take one; return how many.

    None where no desk has papers that another agency waits for.
    """
    press = Press(base_url, is_sample=True)
    at = _last_afternoon(world.province.calendar, world.now)
    heaps: dict[tuple[int, int, int], list[str]] = defaultdict(list)
    for row in papers_to_hand_over(session, before=at):
        heaps[row.holder, row.here, row.to].append(row.code)
    shown = world.province.agency(SHOWN_DESK).id
    ranked = sorted(heaps.items(), key=lambda heap: (heap[0][1] != shown, -len(heap[1]), heap[0]))
    heavy = ranked[:2]
    for place, ((holder, here, to), codes) in enumerate(heavy):
        pile = _given(session, press, _actor(world, here, holder), to, codes[:MOST], at)
        if place == 1:
            _taken(session, press, pile, here, _actor(world, to), at + TAKEN_AFTER)
    return len(heavy)


def _given(
    session: Session, press: Press, giver: Actor, to: int, codes: Sequence[str], at: datetime
) -> int:
    for code in codes:
        piles.scan_paper(session, code, actor=giver, at=at)
    pile = piles.scanned_pile(session, giver)
    given = piles.give_pile(session, pile or 0, to_agency=to, actor=giver, at=at)
    issue_handover_list(
        session,
        press,
        given.pile_id,
        agency_id=given.agency_id,
        actor=giver.user_id,
        at=at,
        given=given,
    )
    return given.pile_id


def _taken(
    session: Session, press: Press, pile: int, here: int, taker: Actor, at: datetime
) -> None:
    piles.take_pile(session, pile, actor=taker, at=at)
    issue_handover_list(session, press, pile, agency_id=here, actor=taker.user_id, at=at)


def _actor(world: World, agency: int, user: int | None = None) -> Actor:
    """A member of staff who works at the agency: this one, or the first."""
    return next(
        actor
        for (where, _), actors in sorted(world.staff.holders.items())
        for actor in actors
        if where == agency
        and agency in actor.agencies_with(Right.WORK)
        and user in (None, actor.user_id)
    )


def _last_afternoon(calendar: WorkingCalendar, now: datetime) -> datetime:
    """An hour before closing on the last working day before today."""
    day: date = calendar.local_date(now) - timedelta(days=1)
    while not calendar.is_working_day(day):
        day -= timedelta(days=1)
    return calendar.closing_of(day) - BEFORE_CLOSING
