"""What becomes of a pile on its way: taken, missing in part, called back, late."""

from datetime import datetime, timedelta

import pytest

from onestop.domain.decisions import NotAtThisAgency, OwnPile
from onestop.domain.dossier import PaperState
from onestop.domain.events import Stayed, TakenBy
from onestop.domain.rights import Actor, Role
from onestop.models.piles import Pile, PilePaper
from onestop.services import piles
from onestop.services.event_log import load
from onestop.services.verification import verify
from tests.factories import JUSTICE, POLICE, make_staff
from tests.services.building import LATER, Building


def test_each_paper_is_taken_by_scanning_and_the_last_closes_the_pile(building: Building):
    codes = building.received(2)
    pile = building.given(codes)

    left = [building.take(pile, code) for code in codes]

    assert left == [1, 0]
    row = building.session.get(Pile, pile)
    assert (row.taken_at, row.taken_by, row.taken_how) == (
        LATER,
        building.officer.user_id,
        TakenBy.SCAN,
    )
    assert building.paper(codes[0]) == PaperState(
        building.province[JUSTICE], building.officer.user_id, LATER
    )
    assert verify(building.session).breaks == ()


def test_a_missing_paper_stays_with_the_giver_and_the_rest_is_taken(building: Building):
    codes = building.received(3)
    pile = building.given(codes)

    piles.say_missing(building.session, pile, codes[1:2], actor=building.officer, at=LATER)
    taken = building.take_all(pile)

    assert taken == 2
    assert [building.holder(code) for code in codes] == [
        building.officer.user_id,
        building.clerk.user_id,
        building.officer.user_id,
    ]
    last = load(building.session, codes[1])
    assert last.state.paper.offer is None
    place = building.session.get(PilePaper, (pile, last.dossier_id))
    assert place.stayed is Stayed.MISSING
    assert building.session.get(Pile, pile).taken_how is TakenBy.PASSWORD
    assert building.scanned(codes[1:2]), "it may be given again"
    assert verify(building.session).breaks == ()


def test_who_gave_a_pile_cannot_take_it_nor_somebody_of_elsewhere(building: Building):
    (code,) = building.received()
    pile = building.given([code])
    both = Actor(
        building.clerk.user_id, (*building.clerk.assignments, *building.officer.assignments)
    )
    stranger = make_staff(building.session, Role.OFFICER, building.province[POLICE])

    for who, error in (
        (both, OwnPile),
        (building.second_clerk, NotAtThisAgency),
        (stranger, NotAtThisAgency),
    ):
        with pytest.raises(error):
            building.take(pile, code, who)
        with pytest.raises(error):
            building.take_all(pile, who)
        with pytest.raises(error):
            piles.say_missing(building.session, pile, [], actor=who, at=LATER)


def test_of_two_who_take_a_pile_one_wins_and_the_other_is_told_who_and_when(building: Building):
    codes = building.received(2)
    pile = building.given(codes)
    building.take(pile, codes[0])
    with pytest.raises(piles.PileAnswered) as one:
        building.take(pile, codes[0], building.second_officer)

    building.take_all(pile, building.second_officer)
    with pytest.raises(piles.PileAnswered) as whole:
        building.take_all(pile)

    assert (one.value.by, one.value.at) == (building.officer.user_id, LATER)
    assert (whole.value.by, whole.value.at) == (building.second_officer.user_id, LATER)
    assert building.holder(codes[0]) == building.officer.user_id


def test_a_pile_may_be_called_back_by_the_giving_side_alone(building: Building):
    codes = building.received(2)
    pile = building.given(codes)
    with pytest.raises(NotAtThisAgency):
        piles.call_back(building.session, pile, actor=building.officer, at=LATER)

    assert piles.call_back(building.session, pile, actor=building.second_clerk, at=LATER) == 2

    assert building.session.get(Pile, pile).taken_by is None
    assert building.holder(codes[0]) == building.clerk.user_id
    with pytest.raises(piles.PileAnswered):
        building.take_all(pile)


def test_a_pile_is_late_when_the_receiver_opens_on_the_next_working_day(building: Building):
    friday = datetime.fromisoformat("2026-03-06T09:00:00+00:00")
    (code,) = building.received()
    pile = building.scanned([code])
    building.give(pile, at=friday)

    late_at = building.session.get(Pile, pile).late_at
    assert late_at == datetime.fromisoformat("2026-03-09T00:00:00+00:00")


def test_where_the_calendar_has_ended_a_pile_is_late_a_day_later(building: Building):
    far = datetime.fromisoformat("2099-03-02T02:00:00+00:00")
    pile = building.scanned(building.received())

    building.give(pile, at=far)

    assert building.session.get(Pile, pile).late_at == far + timedelta(days=1)
