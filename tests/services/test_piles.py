"""Where the paper is: scanned into piles, given, taken, missing; the log and the tables agree."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, event, func, select, update
from sqlalchemy.orm import Session

from onestop.domain.decisions import (
    NoPaper,
    NotAtThisAgency,
    NotInPile,
    NotItsWay,
    OwnPile,
    PaperElsewhere,
    PaperNeeded,
    PaperOnItsWay,
)
from onestop.domain.dossier import PaperState
from onestop.domain.errors import DomainError
from onestop.domain.events import (
    PaperTick,
    PauseKind,
    ReceptionVoided,
    ReleasedTo,
    Stayed,
    TakenBy,
)
from onestop.domain.rights import Actor, Assignment, Role
from onestop.domain.statuses import Status
from onestop.inputs.form_editions import form_editions
from onestop.models.accounts import User
from onestop.models.dossiers import Dossier
from onestop.models.events import DossierEvent
from onestop.models.piles import PaperHolding, Pile, PilePaper
from onestop.queries.handover_lists import handover_list_row
from onestop.queries.paper_rows import Printing
from onestop.services import casework, pauses, piles
from onestop.services.accounts import disable_user, end_role
from onestop.services.event_log import load
from onestop.services.holdings import StillHolds
from onestop.services.verification import verify
from tests.conftest import NOW
from tests.factories import (
    COMMUNE,
    DESK,
    JUSTICE,
    OTHER_DESK,
    OTHER_JUSTICE,
    POLICE,
    Province,
    make_province,
    make_staff,
    receive,
)

LATER = NOW + timedelta(minutes=10)


@dataclass
class Building:
    """A desk and the office its birth registrations go to, with two people each."""

    session: Session
    province: Province
    clerk: Actor
    second_clerk: Actor
    officer: Actor
    second_officer: Actor

    def received(self, number: int = 1) -> list[str]:
        return [receive(self.session, self.clerk).code for _ in range(number)]

    def scanned(self, codes: Sequence[str], who: Actor | None = None) -> int:
        for code in codes:
            piles.scan_paper(self.session, code, actor=who or self.clerk, at=LATER)
        return self.session.scalars(select(Pile.id).order_by(Pile.id.desc()).limit(1)).one()

    def given(self, codes: Sequence[str], who: Actor | None = None, to: str = JUSTICE) -> int:
        pile = self.scanned(codes, who)
        piles.give_pile(
            self.session, pile, to_agency=self.province[to], actor=who or self.clerk, at=LATER
        )
        return pile

    def paper(self, code: str) -> PaperState | None:
        return load(self.session, code).state.paper

    def holder(self, code: str) -> int | None:
        paper = self.paper(code)
        return paper.holder if paper else None


@pytest.fixture
def building(session: Session) -> Building:
    province = make_province(session)
    return Building(
        session,
        province,
        *(make_staff(session, Role.CLERK, province[DESK]) for _ in range(2)),
        *(make_staff(session, Role.OFFICER, province[JUSTICE]) for _ in range(2)),
    )


def test_who_receives_a_dossier_holds_its_original_without_a_word_of_it(building: Building):
    (code,) = building.received()

    assert building.paper(code) == PaperState(building.province[DESK], building.clerk.user_id, NOW)
    assert load(building.session, code).state.version == 1
    row = building.session.scalars(select(PaperHolding)).one()
    assert (row.user_id, row.since, row.offered_pile) == (building.clerk.user_id, NOW, None)


def test_a_dossier_of_files_alone_has_no_original(building: Building):
    papers = [
        {"code": code, "kind": "electronic"} for code in ("declaration", "birth_slip", "identity")
    ]
    code = receive(building.session, building.clerk, papers=papers).code

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
    piles.take_paper(building.session, pile, code, actor=building.officer, at=LATER)
    (step,) = load(building.session, code).state.live_steps
    casework.accept_step(building.session, code, step=step.step, actor=building.officer, at=LATER)
    pauses.request_supplement(
        building.session,
        code,
        step=step.step,
        papers=("identity",),
        reason="papers_missing",
        note="",
        actor=building.officer,
        at=LATER,
    )

    assert load(building.session, code).state.status is Status.SUPPLEMENT_REQUIRED
    assert building.holder(code) == building.officer.user_id
    assert building.scanned([code], building.officer)


def test_a_scanned_pile_moves_nothing_and_a_given_one_is_still_the_givers(building: Building):
    codes = building.received(2)
    pile = building.scanned(codes)
    assert [load(building.session, code).state.version for code in codes] == [1, 1]

    given = piles.give_pile(
        building.session,
        pile,
        to_agency=building.province[JUSTICE],
        actor=building.clerk,
        at=LATER,
    )

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

    again = piles.give_pile(
        building.session,
        pile,
        to_agency=building.province[JUSTICE],
        actor=building.clerk,
        at=LATER,
    )

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
        piles.take_pile(building.session, pile, actor=building.officer, at=LATER)
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
        building.clerk.user_id,
        (*building.clerk.assignments, Assignment(there, "/1/", Role.CLERK)),
    )
    other = receive(session, Actor(building.clerk.user_id, both.assignments[1:])).code
    building.scanned(building.received(), both)

    with pytest.raises(piles.PileOfAnotherAgency):
        building.scanned([other], both)


def test_where_the_calendar_has_ended_a_pile_is_late_a_day_later(building: Building):
    far = datetime.fromisoformat("2099-03-02T02:00:00+00:00")
    pile = building.scanned(building.received())

    piles.give_pile(
        building.session,
        pile,
        to_agency=building.province[JUSTICE],
        actor=building.clerk,
        at=far,
    )

    assert building.session.get(Pile, pile).late_at == far + timedelta(days=1)


def test_the_first_papers_brought_later_are_the_original(building: Building):
    papers = [
        {"code": code, "kind": "electronic"} for code in ("declaration", "birth_slip", "identity")
    ]
    session, code = building.session, receive(building.session, building.clerk, papers=papers).code
    (step,) = load(session, code).state.live_steps
    casework.accept_step(session, code, step=step.step, actor=building.officer, at=LATER)
    pauses.request_supplement(
        session,
        code,
        step=step.step,
        papers=("identity",),
        reason="papers_missing",
        note="",
        actor=building.officer,
        at=LATER,
    )
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


def test_one_paper_that_cannot_go_there_keeps_the_pile_and_is_named(building: Building):
    codes = building.received(2)
    pile = building.scanned(codes)

    with pytest.raises(piles.NotGiven) as refused:
        piles.give_pile(
            building.session,
            pile,
            to_agency=building.province[OTHER_JUSTICE],
            actor=building.clerk,
            at=LATER,
        )

    assert set(refused.value.refused) == set(codes)
    assert all(isinstance(error, NotItsWay) for error in refused.value.refused.values())
    assert building.session.scalar(select(PilePaper.taken_at).limit(1)) is None
    assert [load(building.session, code).state.version for code in codes] == [1, 1]


def test_each_paper_is_taken_by_scanning_and_the_last_closes_the_pile(building: Building):
    codes = building.received(2)
    pile = building.given(codes)

    left = [
        piles.take_paper(building.session, pile, code, actor=building.officer, at=LATER)
        for code in codes
    ]

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
    taken = piles.take_pile(building.session, pile, actor=building.officer, at=LATER)

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
            piles.take_paper(building.session, pile, code, actor=who, at=LATER)
        with pytest.raises(error):
            piles.take_pile(building.session, pile, actor=who, at=LATER)
        with pytest.raises(error):
            piles.say_missing(building.session, pile, [], actor=who, at=LATER)


def test_of_two_who_take_a_pile_one_wins_and_the_other_is_told_who_and_when(building: Building):
    codes = building.received(2)
    pile = building.given(codes)
    piles.take_paper(building.session, pile, codes[0], actor=building.officer, at=LATER)
    with pytest.raises(piles.PileAnswered) as one:
        piles.take_paper(building.session, pile, codes[0], actor=building.second_officer, at=LATER)

    piles.take_pile(building.session, pile, actor=building.second_officer, at=LATER)
    with pytest.raises(piles.PileAnswered) as whole:
        piles.take_pile(building.session, pile, actor=building.officer, at=LATER)

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
        piles.take_pile(building.session, pile, actor=building.officer, at=LATER)


def test_what_is_on_its_way_is_neither_scanned_again_nor_taken_over(building: Building):
    (code,) = building.received()
    building.given([code])

    with pytest.raises(PaperOnItsWay):
        building.scanned([code])
    with pytest.raises(PaperOnItsWay):
        piles.scan_paper(
            building.session, code, actor=building.second_clerk, at=LATER, take_over=True
        )


def test_a_pile_is_late_when_the_receiver_opens_on_the_next_working_day(building: Building):
    friday = datetime.fromisoformat("2026-03-06T09:00:00+00:00")
    (code,) = building.received()
    pile = building.scanned([code])
    piles.give_pile(
        building.session,
        pile,
        to_agency=building.province[JUSTICE],
        actor=building.clerk,
        at=friday,
    )

    late_at = building.session.get(Pile, pile).late_at
    assert late_at == datetime.fromisoformat("2026-03-09T00:00:00+00:00")


def test_papers_at_the_desk_go_with_a_withdrawal_and_others_stay_in_hand(building: Building):
    here, there = building.received(2)
    pile = building.given([there])
    piles.take_paper(building.session, pile, there, actor=building.officer, at=LATER)

    for code in (here, there):
        casework.withdraw(
            building.session,
            code,
            reason="applicant_request",
            note="",
            actor=building.clerk,
            at=LATER,
        )

    assert building.paper(here) is None
    assert building.holder(there) == building.officer.user_id
    assert verify(building.session).breaks == ()


def test_the_original_of_a_closed_dossier_goes_back_to_the_desk_and_out_of_all_hands(
    building: Building,
):
    (code,) = building.received()
    first = building.given([code])
    piles.take_paper(building.session, first, code, actor=building.officer, at=LATER)
    with pytest.raises(PaperNeeded):
        piles.release_paper(
            building.session, code, to=ReleasedTo.ARCHIVE, actor=building.officer, at=LATER
        )
    casework.withdraw(
        building.session, code, reason="applicant_request", note="", actor=building.clerk, at=LATER
    )
    with pytest.raises(NotItsWay):
        piles.release_paper(
            building.session, code, to=ReleasedTo.APPLICANT, actor=building.officer, at=LATER
        )

    second = building.given([code], building.officer, to=DESK)
    piles.take_paper(building.session, second, code, actor=building.clerk, at=LATER)
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
    piles.take_pile(building.session, pile, actor=building.officer, at=LATER)
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
            piles.give_pile(
                building.session,
                pile,
                to_agency=building.province[JUSTICE],
                actor=building.clerk,
                at=LATER,
            )
        with count_queries() as taking:
            piles.take_pile(building.session, pile, actor=building.officer, at=LATER)
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
    until_killed(
        lambda: piles.give_pile(
            building.session,
            pile,
            to_agency=building.province[JUSTICE],
            actor=building.clerk,
            at=LATER,
        )
    )
    until_killed(lambda: piles.take_pile(building.session, pile, actor=building.officer, at=LATER))

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
