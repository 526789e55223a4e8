"""Where an original is: who holds it, how it changes hands, when it leaves them all."""

import pytest
from sqlalchemy import select

from onestop.domain.decisions import NoPaper, NotItsWay, PaperElsewhere, PaperNeeded, PaperOnItsWay
from onestop.domain.dossier import PaperState
from onestop.domain.events import PaperTick, PauseKind, ReleasedTo
from onestop.domain.rights import Role
from onestop.domain.statuses import Status
from onestop.models.accounts import User
from onestop.models.dossiers import Dossier
from onestop.models.piles import PaperHolding
from onestop.services import casework, pauses, piles
from onestop.services.accounts import disable_user, end_role
from onestop.services.event_log import load
from onestop.services.holdings import StillHolds
from onestop.services.verification import verify
from tests.conftest import NOW
from tests.factories import DESK, receive
from tests.services.building import LATER, Building

FILES = [{"code": code, "kind": "electronic"} for code in ("declaration", "birth_slip", "identity")]


def test_who_receives_a_dossier_holds_its_original_without_a_word_of_it(building: Building):
    (code,) = building.received()

    assert building.paper(code) == PaperState(building.province[DESK], building.clerk.user_id, NOW)
    assert load(building.session, code).state.version == 1
    row = building.session.scalars(select(PaperHolding)).one()
    assert (row.user_id, row.since, row.offered_pile) == (building.clerk.user_id, NOW, None)


def test_a_dossier_of_files_alone_has_no_original(building: Building):
    code = receive(building.session, building.clerk, papers=FILES).code

    assert building.paper(code) is None
    with pytest.raises(NoPaper):
        building.scanned([code])


def test_a_step_handed_over_on_the_screen_leaves_the_original_where_it_is(building: Building):
    (code,) = building.received()
    (step,) = load(building.session, code).state.live_steps

    casework.accept_step(building.session, code, step=step.step, actor=building.officer, at=LATER)

    assert building.holder(code) == building.clerk.user_id


def test_a_paused_dossier_is_still_held(building: Building):
    (code,) = building.received()
    pile = building.given([code])
    building.take(pile, code)
    building.ask_for_identity(code)

    assert load(building.session, code).state.status is Status.SUPPLEMENT_REQUIRED
    assert building.holder(code) == building.officer.user_id
    assert building.scanned([code], building.officer)


def test_the_first_papers_brought_later_are_the_original(building: Building):
    session = building.session
    code = receive(session, building.clerk, papers=FILES).code
    building.ask_for_identity(code)
    pauses.take_in(
        session,
        code,
        kind=PauseKind.SUPPLEMENT,
        papers=(PaperTick("identity", "copy", 1),),
        actor=building.second_clerk,
        at=LATER,
    )

    desk = building.province[DESK]
    assert building.paper(code) == PaperState(desk, building.second_clerk.user_id, LATER)
    assert verify(session).breaks == ()


def test_what_a_colleague_holds_is_taken_over_first(building: Building):
    (code,) = building.received()
    with pytest.raises(PaperElsewhere) as refused:
        building.scanned([code], building.second_clerk)
    assert refused.value.holder == building.clerk.user_id

    piles.scan_paper(building.session, code, actor=building.second_clerk, at=LATER, take_over=True)

    assert building.paper(code) == PaperState(
        building.province[DESK], building.second_clerk.user_id, LATER
    )


def test_what_another_agency_holds_cannot_be_scanned_or_taken_over(building: Building):
    (code,) = building.received()

    with pytest.raises(PaperElsewhere):
        building.scanned([code], building.officer)
    with pytest.raises(piles.NotGiven):
        piles.take_over(building.session, [code], actor=building.officer, at=LATER)


def test_what_is_on_its_way_is_neither_scanned_again_nor_taken_over(building: Building):
    (code,) = building.received()
    building.given([code])

    with pytest.raises(PaperOnItsWay):
        building.scanned([code])
    with pytest.raises(PaperOnItsWay):
        piles.scan_paper(
            building.session, code, actor=building.second_clerk, at=LATER, take_over=True
        )


def test_papers_at_the_desk_go_with_a_withdrawal_and_others_stay_in_hand(building: Building):
    here, there = building.received(2)
    pile = building.given([there])
    building.take(pile, there)

    for code in (here, there):
        building.withdraw(code)

    assert building.paper(here) is None
    assert building.holder(there) == building.officer.user_id
    assert verify(building.session).breaks == ()


def test_the_original_of_a_closed_dossier_goes_back_to_the_desk_and_out_of_all_hands(
    building: Building,
):
    (code,) = building.received()
    first = building.given([code])
    building.take(first, code)
    with pytest.raises(PaperNeeded):
        piles.release_paper(
            building.session, code, to=ReleasedTo.ARCHIVE, actor=building.officer, at=LATER
        )
    building.withdraw(code)
    with pytest.raises(NotItsWay):
        piles.release_paper(
            building.session, code, to=ReleasedTo.APPLICANT, actor=building.officer, at=LATER
        )

    second = building.given([code], building.officer, to=DESK)
    building.take(second, code, building.clerk)
    piles.release_paper(
        building.session, code, to=ReleasedTo.APPLICANT, actor=building.clerk, at=LATER
    )

    state = load(building.session, code).state
    assert (state.paper, state.status) == (None, Status.WITHDRAWN)
    assert building.session.scalars(select(PaperHolding)).all() == []
    assert verify(building.session).breaks == ()


def test_a_colleague_takes_over_the_papers_of_an_absent_one_each_by_an_event(building: Building):
    codes = building.received(3)

    assert piles.take_over(building.session, codes, actor=building.second_clerk, at=LATER) == 3

    assert {building.holder(code) for code in codes} == {building.second_clerk.user_id}
    assert verify(building.session).breaks == ()


def test_an_account_or_role_with_originals_in_hand_is_not_closed(building: Building):
    building.received(2)
    session, desk = building.session, building.province[DESK]
    name = session.get(User, building.clerk.user_id).username

    with pytest.raises(StillHolds) as closing:
        disable_user(session, name, at=LATER)
    with pytest.raises(StillHolds):
        end_role(session, name, agency_id=desk, role=Role.CLERK, at=LATER)
    codes = session.scalars(select(Dossier.code)).all()
    piles.take_over(session, codes, actor=building.second_clerk, at=LATER)
    end_role(session, name, agency_id=desk, role=Role.CLERK, at=LATER)
    disable_user(session, name, at=LATER)

    assert (closing.value.count, closing.value.papers) == (0, 2)
    assert session.get(User, building.clerk.user_id).disabled_at == LATER


def test_a_page_shown_before_the_paper_moved_may_still_be_sent(building: Building):
    (code,) = building.received()
    shown = load(building.session, code).state
    building.given([code])

    casework.accept_step(
        building.session,
        code,
        step=shown.live_steps[0].step,
        actor=building.officer,
        at=LATER,
        expected_version=shown.version,
    )

    assert load(building.session, code).state.version == 3
