"""Papers scanned into a pile and given: what goes in, what is refused, what is written."""

import pytest
from sqlalchemy import func, select, update

from onestop.domain.decisions import NotInPile, NotItsWay
from onestop.domain.events import ReceptionVoided
from onestop.domain.rights import Actor, Assignment, Role
from onestop.inputs.form_editions import form_editions
from onestop.models.dossiers import Dossier
from onestop.models.events import DossierEvent
from onestop.models.piles import PilePaper
from onestop.queries.handover_lists import handover_list_row
from onestop.queries.paper_rows import Printing
from onestop.services import piles
from onestop.services.event_log import load
from tests.factories import JUSTICE, OTHER_DESK, OTHER_JUSTICE, receive
from tests.services.building import LATER, Building


def test_a_scanned_pile_moves_nothing_and_a_given_one_is_still_the_givers(building: Building):
    codes = building.received(2)
    pile = building.scanned(codes)
    assert [load(building.session, code).state.version for code in codes] == [1, 1]

    given = building.give(pile)

    assert (given.number, given.year, given.papers) == (1, 2026, 2)
    for code in codes:
        assert building.holder(code) == building.clerk.user_id
        assert building.paper(code).offer.agency == building.province[JUSTICE]


def test_the_list_of_a_pile_keeps_no_name_that_erasing_could_not_find(building: Building):
    kept, undone = building.received(2)
    pile = building.given([kept, undone])
    outcome = {"outcome": ReceptionVoided.TYPE}
    building.session.execute(update(Dossier).where(Dossier.code == undone).values(**outcome))

    printing = Printing(LATER, form_editions(), "http://x.vn")
    lines = handover_list_row(building.session, pile, printing).lines

    assert [(line.code, line.applicant) for line in lines] == [
        (kept, "N*** T*** Đ***"),
        (undone, ""),
    ]


def test_a_form_sent_twice_gives_one_pile(building: Building):
    pile = building.given(building.received())

    again = building.give(pile)

    assert again.number == 1
    assert building.session.scalar(select(func.count()).select_from(DossierEvent)) == 2


def test_a_paper_scanned_twice_is_told_its_place(building: Building):
    codes = building.received(2)
    building.scanned(codes)

    with pytest.raises(piles.AlreadyScanned) as refused:
        building.scanned(codes[1:])

    assert refused.value.position == 2


def test_a_paper_is_dropped_and_the_next_goes_on_with_a_number_of_its_own(building: Building):
    codes = building.received(3)
    pile = building.scanned(codes[:2])

    piles.drop_papers(building.session, codes[:1], actor=building.clerk)
    position = piles.scan_paper(building.session, codes[2], actor=building.clerk, at=LATER)

    assert position == 3
    with pytest.raises(NotInPile):
        piles.drop_papers(building.session, codes[:1], actor=building.clerk)
    with pytest.raises(NotInPile):
        piles.drop_papers(building.session, codes[1:2], actor=building.second_clerk)
    assert piles.scanned_pile(building.session, building.clerk) == pile
    assert piles.scanned_pile(building.session, building.officer) is None


def test_a_pile_is_neither_given_empty_nor_by_another_nor_overfull(building: Building):
    codes = building.received(2)
    pile = building.scanned(codes[:1])
    to = {"to_agency": building.province[JUSTICE], "at": LATER}
    with pytest.raises(piles.PileNotFound):
        piles.give_pile(building.session, pile, actor=building.second_clerk, **to)
    with pytest.raises(piles.PileNotFound):
        building.take_all(pile)
    building.session.scalars(select(PilePaper)).one().position = piles.LARGEST_PILE
    building.session.flush()
    with pytest.raises(piles.PileFull):
        building.scanned(codes[1:])

    piles.drop_papers(building.session, codes[:1], actor=building.clerk)
    with pytest.raises(piles.PileEmpty):
        piles.give_pile(building.session, pile, actor=building.clerk, **to)


def test_one_pile_holds_the_papers_of_one_agency(building: Building):
    session, there = building.session, building.province[OTHER_DESK]
    both = Actor(
        building.clerk.user_id, (*building.clerk.assignments, Assignment(there, "/1/", Role.CLERK))
    )
    other = receive(session, Actor(building.clerk.user_id, both.assignments[1:])).code
    building.scanned(building.received(), both)

    with pytest.raises(piles.PileOfAnotherAgency):
        building.scanned([other], both)


def test_one_paper_that_cannot_go_there_keeps_the_pile_and_is_named(building: Building):
    codes = building.received(2)
    pile = building.scanned(codes)

    with pytest.raises(piles.NotGiven) as refused:
        building.give(pile, to=OTHER_JUSTICE)

    assert set(refused.value.refused) == set(codes)
    assert all(isinstance(error, NotItsWay) for error in refused.value.refused.values())
    assert building.session.scalar(select(PilePaper.taken_at).limit(1)) is None
    assert [load(building.session, code).state.version for code in codes] == [1, 1]
