"""Whatever happens to piles, and whoever is killed at it: the log and the tables agree."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, event, select, update

from onestop.domain.errors import DomainError
from onestop.domain.events import ReleasedTo, Stayed
from onestop.models.piles import PaperHolding, Pile, PilePaper
from onestop.services import casework, piles
from onestop.services.verification import verify
from tests.factories import COMMUNE, DESK, JUSTICE
from tests.services.building import LATER, Building


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (update(PilePaper).values(taken_at=None, stayed=Stayed.MISSING), "code"),
        (update(PilePaper).values(taken_at=LATER + timedelta(days=1)), "code"),
        (delete(PilePaper), "code"),
        (update(Pile).values(given_at=LATER - timedelta(days=1)), "code"),
        (update(Pile).values(taken_at=None, taken_by=None), "pile"),
    ],
    ids=["taken is missing", "taken later", "not in it", "given earlier", "not answered for"],
)
def test_verify_finds_a_pile_changed_behind_the_log(building: Building, change, named: str):
    (code,) = building.received()
    pile = building.given([code])
    building.take_all(pile)
    assert verify(building.session).breaks == ()

    building.session.execute(change)

    found = verify(building.session).breaks[0]
    wanted = (code, f"pile {pile}") if named == "code" else (f"pile {pile}", "piles")
    assert (found.dossier, found.detail) == wanted


def test_verify_finds_a_holder_changed_behind_the_log(building: Building):
    building.received()
    building.session.scalars(select(PaperHolding)).one().user_id = building.officer.user_id
    building.session.flush()

    (found,) = verify(building.session).breaks
    assert found.detail == "paper_holdings: user_id"


def test_the_statements_of_giving_and_taking_do_not_grow_with_the_pile(
    building: Building, count_queries
):
    def counted(codes: Sequence[str]) -> tuple[int, int]:
        pile = building.scanned(codes)
        with count_queries() as giving:
            building.give(pile)
        with count_queries() as taking:
            building.take_all(pile)
        return len(giving), len(taking)

    counted(building.received())
    few = counted(building.received(2))
    assert counted(building.received(12)) == few
    assert max(few) <= 20


def test_killed_at_any_statement_nothing_half_is_left(building: Building):
    """Whatever statement of giving or taking is the last, the pile is whole or untouched."""
    codes = building.received(3)
    pile = building.scanned(codes)
    engine = building.session.connection().engine

    def until_killed(act) -> None:
        for last in range(1, 100):
            done = Killer(last)
            event.listen(engine, "before_cursor_execute", done)
            try:
                with building.session.begin_nested():
                    act()
                return
            except Killed:
                building.session.expire_all()
            finally:
                event.remove(engine, "before_cursor_execute", done)
            assert {building.holder(code) for code in codes} == before
            assert verify(building.session).breaks == ()
        raise AssertionError("never done")

    before = {building.clerk.user_id}
    until_killed(lambda: building.give(pile))
    until_killed(lambda: building.take_all(pile))

    assert {building.holder(code) for code in codes} == {building.officer.user_id}


class Killed(Exception):
    """What a process does not say when it is killed."""


class Killer:
    """Stops before the nth statement that writes."""

    def __init__(self, last: int) -> None:
        self.left = last

    def __call__(self, connection, cursor, statement: str, *rest: object) -> None:
        if statement.startswith(("INSERT", "UPDATE", "DELETE")):
            self.left -= 1
            if self.left == 0:
                raise Killed


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 2**32))
def test_however_papers_go_round_history_and_tables_agree(building: Building, seed: int):
    random = Random(seed)
    with building.session.begin_nested() as kept:
        walk(building, random, steps=25)
        kept.rollback()
    building.session.expire_all()


def walk(building: Building, random: Random, *, steps: int) -> None:
    """People of both sides do something to papers; refusals are part of it."""
    session, codes, at = building.session, building.received(4), LATER
    for _ in range(steps):
        at += timedelta(minutes=random.randint(0, 200))
        try:
            with session.begin_nested():
                try_something(building, random, codes, at)
        except DomainError:
            session.expire_all()
    assert verify(session).breaks == ()
    for holding in session.scalars(select(PaperHolding)):
        if holding.offered_pile is not None:
            waiting = session.get(PilePaper, (holding.offered_pile, holding.dossier_id))
            assert (waiting.taken_at, waiting.stayed) == (None, None)


def try_something(building: Building, random: Random, codes: Sequence[str], at: datetime) -> None:
    session, code = building.session, random.choice(codes)
    by = {
        "actor": random.choice(
            (building.clerk, building.second_clerk, building.officer, building.second_officer)
        ),
        "at": at,
    }
    pile = random.choice(session.scalars(select(Pile.id)).all() or [0])
    to = building.province[random.choice((DESK, JUSTICE, COMMUNE))]
    over, back = random.random() < 0.2, random.choice(list(ReleasedTo))
    acts = {
        lambda: piles.scan_paper(session, code, take_over=over, **by): 10,
        lambda: piles.give_pile(session, pile, to_agency=to, **by): 4,
        lambda: piles.take_paper(session, pile, code, **by): 4,
        lambda: piles.take_pile(session, pile, **by): 2,
        lambda: piles.say_missing(session, pile, [code], **by): 2,
        lambda: piles.call_back(session, pile, **by): 1,
        lambda: piles.take_over(session, [code], **by): 1,
        lambda: casework.withdraw(session, code, reason="other", note="x", **by): 1,
        lambda: piles.release_paper(session, code, to=back, **by): 1,
    }
    random.choices(list(acts), weights=list(acts.values()))[0]()
