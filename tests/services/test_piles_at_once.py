"""Two people at one pile at the same moment: one wins, the other is told who and when."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

from sqlalchemy import func, select

from onestop.db import Database
from onestop.domain.rights import Actor, Role
from onestop.models.events import DossierEvent
from onestop.models.piles import PaperHolding
from onestop.services import piles
from onestop.services.piles import PileAnswered
from onestop.services.verification import verify
from tests.conftest import NOW
from tests.factories import DESK, JUSTICE, make_province, make_staff, receive

LATER = NOW + timedelta(minutes=5)


def given_pile(database: Database) -> tuple[int, list[str], list[Actor]]:
    """A pile of six on its way to an office of two."""
    with database.write() as db:
        province = make_province(db)
        clerk = make_staff(db, Role.CLERK, province[DESK])
        officers = [make_staff(db, Role.OFFICER, province[JUSTICE]) for _ in range(2)]
        codes = [receive(db, clerk).code for _ in range(6)]
        for code in codes:
            piles.scan_paper(db, code, actor=clerk, at=NOW)
    with database.write() as db:
        given = piles.give_pile(db, 1, to_agency=province[JUSTICE], actor=clerk, at=NOW)
    return given.pile_id, codes, officers


def test_of_two_who_take_all_at_once_one_wins(database: Database) -> None:
    pile, codes, officers = given_pile(database)
    together = Barrier(2)

    def take(who: Actor) -> tuple[int | None, datetime] | None:
        """None for the winner; the other is told by whom it was taken, and when."""
        together.wait()
        try:
            with database.write() as db:
                piles.take_pile(db, pile, actor=who, at=LATER)
        except PileAnswered as error:
            return error.by, error.at
        return None

    with ThreadPoolExecutor(2) as threads:
        told = list(threads.map(take, officers))

    winner = officers[told.index(None)].user_id
    assert told.count(None) == 1
    assert (winner, LATER) in told
    with database.read() as db:
        assert set(db.scalars(select(PaperHolding.user_id))) == {winner}
        assert db.scalar(select(func.count()).select_from(DossierEvent)) == 3 * len(codes)
        assert verify(db).breaks == ()


def test_two_who_scan_the_same_pile_take_each_paper_once(database: Database) -> None:
    pile, codes, officers = given_pile(database)
    together = Barrier(2)

    def take(who: Actor) -> list[int | None]:
        """For each paper who took it, as this one learns it."""
        together.wait()
        takers: list[int | None] = []
        for code in codes:
            try:
                with database.write() as db:
                    piles.take_paper(db, pile, code, actor=who, at=LATER)
                takers.append(who.user_id)
            except PileAnswered as error:
                takers.append(error.by)
        return takers

    with ThreadPoolExecutor(2) as threads:
        one, other = threads.map(take, officers)

    assert one == other
    with database.read() as db:
        assert verify(db).breaks == ()
        assert db.scalar(select(func.count()).select_from(PaperHolding)) == len(codes)
