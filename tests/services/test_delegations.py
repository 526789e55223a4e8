"""Absences: who stands in, since when, until when, and what is done on whose behalf."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onestop.domain.accounts import Stage
from onestop.domain.delegations import (
    AbsenceNotYours,
    AbsenceOver,
    AbsenceOverlaps,
    AbsenceReason,
    StandInNotColleague,
)
from onestop.domain.moves import MoveNotAllowed
from onestop.domain.rights import Actor, Assignment, Role
from onestop.models.accounts import RoleAssignment, User
from onestop.models.delegations import Delegation
from onestop.queries.accounts import signed_in
from onestop.queries.dossier_history import recorded_events
from onestop.services.accounts import disable_user
from onestop.services.casework import accept_step, finish_step
from onestop.services.delegations import delegate, end_delegation
from onestop.services.event_log import load
from onestop.services.reception import receive_dossier
from onestop.services.sessions import open_session, token_hash
from onestop.services.verification import verify
from tests.conftest import NOW
from tests.factories import (
    COMMUNE,
    DESK,
    JUSTICE,
    OTHER_JUSTICE,
    Province,
    make_intake,
    make_province,
    make_staff,
    receive,
)
from tests.services.test_walks import start
from tests.walks import Walker, make_everybody

MONDAY, FRIDAY = date(2026, 3, 2), date(2026, 3, 6)
LATER = NOW + timedelta(hours=1)
SATURDAY = datetime.combine(date(2026, 3, 7), datetime.min.time(), NOW.tzinfo) - timedelta(hours=7)


@dataclass
class Office:
    """The justice office of a commune: two officers, a head; the birth dossier lies with one."""

    session: Session
    province: Province
    officer: Actor
    colleague: Actor
    head: Actor
    clerk: Actor
    code: str

    def away(self, absent: Actor, stand_in: Actor, by: Actor | None = None, **changes) -> int:
        """Let `stand_in` stand in for `absent` from Monday to Friday."""
        values = {"first": MONDAY, "last": FRIDAY, "reason": AbsenceReason.LEAVE, "at": NOW}
        return delegate(
            self.session,
            absent.user_id,
            stand_in=stand_in.user_id,
            actor=by or absent,
            **values | changes,
        )

    def now_as(self, who: Actor, at: datetime = LATER) -> Actor:
        """The person as a request at `at` makes it."""
        token = open_session(
            self.session,
            who.user_id,
            stage=Stage.OPEN,
            roles=[],
            at=at,
            address="",
            device="",
        )
        row = signed_in(self.session, token_hash(token), now=at)
        assert row is not None
        return row.actor

    def history(self):
        return recorded_events(self.session, load(self.session, self.code).dossier_id)


@pytest.fixture
def office(session: Session) -> Office:
    province = make_province(session)
    clerk = make_staff(session, Role.CLERK, province[DESK])
    officer, colleague = (make_staff(session, Role.OFFICER, province[JUSTICE]) for _ in range(2))
    head = make_staff(session, Role.LEADER, province[JUSTICE])
    code = receive(session, clerk).code
    step = load(session, code).state.live_steps[0].step
    accept_step(session, code, step=step, actor=officer, at=NOW)
    return Office(session, province, officer, colleague, head, clerk, code)


@pytest.fixture
def everybody(session: Session):
    return make_province(session), make_everybody(session, NOW)


def step_of(office: Office) -> str:
    return load(office.session, office.code).state.live_steps[0].step


def test_the_stand_in_finishes_what_the_absent_officer_holds_and_the_event_says_for_whom(
    office: Office,
):
    office.away(office.officer, office.colleague)
    stand_in = office.now_as(office.colleague)

    finish_step(office.session, office.code, step=step_of(office), actor=stand_in, at=LATER)

    finished = next(e for e in office.history() if e.event.TYPE == "step_finished")
    assert (finished.actor, finished.on_behalf_of) == (
        office.colleague.user_id,
        office.officer.user_id,
    )
    assert verify(office.session).breaks == ()


def test_a_lent_role_is_lent_with_the_step_that_is_taken_with_it(office: Office):
    """After the absence the step is with the officer, not with somebody who has no role there."""
    registrar = make_staff(office.session, Role.REGISTRAR, office.province[JUSTICE])
    other = receive(office.session, office.clerk).code
    office.away(office.officer, registrar)
    step = load(office.session, other).state.live_steps[0].step

    accept_step(office.session, other, step=step, actor=office.now_as(registrar), at=LATER)

    held = load(office.session, other).state.live_steps[0]
    assert held.holder == office.officer.user_id
    assert verify(office.session).breaks == ()


def test_a_colleague_with_the_role_takes_a_step_in_the_own_name(office: Office):
    other = receive(office.session, office.clerk).code
    office.away(office.officer, office.colleague)
    step = load(office.session, other).state.live_steps[0].step

    loaded = accept_step(
        office.session, other, step=step, actor=office.now_as(office.colleague), at=LATER
    )

    assert loaded.state.live_steps[0].holder == office.colleague.user_id


def test_a_dossier_received_with_a_lent_role_says_for_whom(office: Office):
    second = make_staff(office.session, Role.REGISTRAR, office.province[DESK])
    office.away(office.clerk, second)

    got = receive_dossier(
        office.session,
        make_intake(),
        agency_id=office.province[DESK],
        actor=office.now_as(second),
        at=LATER,
    )

    first = recorded_events(office.session, got.dossier_id)[0]
    assert (first.actor, first.on_behalf_of) == (second.user_id, office.clerk.user_id)


def test_without_an_absence_nothing_is_lent(office: Office):
    assert office.now_as(office.colleague).stands_for == frozenset()


@pytest.mark.parametrize(
    ("at", "lends"),
    [
        (NOW - timedelta(minutes=1), False),
        (NOW, True),
        (SATURDAY - timedelta(minutes=1), True),
        (SATURDAY, False),
    ],
    ids=["before", "from the beginning", "to the last minute of Friday", "on Saturday"],
)
def test_roles_are_lent_for_the_days_of_the_absence_only(office: Office, at: datetime, lends: bool):
    office.away(office.officer, office.colleague)

    actor = office.now_as(office.colleague, at)

    assert actor.stands_for == (frozenset({office.officer.user_id}) if lends else frozenset())


def test_an_absence_that_is_over_gives_nothing(office: Office):
    office.away(office.officer, office.colleague)
    stand_in = office.now_as(office.colleague, SATURDAY)

    with pytest.raises(MoveNotAllowed):
        finish_step(office.session, office.code, step=step_of(office), actor=stand_in, at=SATURDAY)


def test_an_absence_ended_early_gives_nothing(office: Office):
    absence = office.away(office.officer, office.colleague)

    end_delegation(office.session, absence, actor=office.officer, at=LATER)

    assert office.now_as(office.colleague, LATER).stands_for == frozenset()
    assert office.now_as(office.colleague, NOW).stands_for
    with pytest.raises(AbsenceOver):
        end_delegation(office.session, absence, actor=office.officer, at=LATER)


def test_an_absence_over_by_itself_cannot_be_ended(office: Office):
    absence = office.away(office.officer, office.colleague)

    with pytest.raises(AbsenceOver):
        end_delegation(office.session, absence, actor=office.officer, at=SATURDAY)


def test_a_stand_in_cannot_prolong_or_end_it_by_the_lent_role(office: Office):
    absence = office.away(office.head, office.colleague)
    stand_in = office.now_as(office.colleague, LATER)
    assert stand_in.holds(Role.LEADER, office.province[JUSTICE]) is False  # no second factor

    lent = Assignment(office.province[JUSTICE], "/x/", Role.LEADER, lent_by=office.head.user_id)
    leading = Actor(stand_in.user_id, (*stand_in.assignments, lent))

    with pytest.raises(AbsenceNotYours):
        end_delegation(office.session, absence, actor=leading, at=LATER)
    with pytest.raises(AbsenceNotYours):
        office.away(
            office.head,
            office.colleague,
            by=leading,
            first=date(2026, 3, 9),
            last=date(2026, 3, 10),
        )


def test_the_role_of_a_leader_is_lent_with_a_second_factor_only(office: Office):
    office.away(office.head, office.colleague)
    agency = office.province[JUSTICE]
    assert not office.now_as(office.colleague).holds(Role.LEADER, agency)

    user = office.session.get(User, office.colleague.user_id)
    user.totp_secret = "JBSWY3DPEHPK3PXP"
    office.session.flush()

    assert office.now_as(office.colleague).holds(Role.LEADER, agency)


@pytest.mark.parametrize("who", ["officer", "head", "admin"])
def test_an_absence_is_arranged_by_the_person_a_leader_or_an_administrator(
    office: Office, who: str
):
    admin = make_staff(office.session, Role.ADMIN, office.province[COMMUNE])
    by = {"officer": office.officer, "head": office.head, "admin": admin}[who]

    absence = office.away(office.officer, office.colleague, by=by)

    made = office.session.get(Delegation, absence)
    assert (made.made_by, made.made_at) == (by.user_id, NOW)


def test_nobody_else_arranges_it(office: Office):
    stranger = make_staff(office.session, Role.LEADER, office.province[OTHER_JUSTICE])
    above = make_staff(office.session, Role.LEADER, office.province[COMMUNE])

    for by in (office.colleague, stranger, above):
        with pytest.raises(AbsenceNotYours):
            office.away(office.officer, office.colleague, by=by)
        with pytest.raises(AbsenceNotYours):
            office.away(office.officer, stranger, by=by)
    assert office.session.scalar(select(func.count()).select_from(Delegation)) == 0


def test_an_assistant_a_stranger_and_oneself_are_no_stand_ins(office: Office):
    assistant = make_staff(office.session, Role.LEADER, office.province[JUSTICE])
    held = select(RoleAssignment).where(RoleAssignment.user_id == assistant.user_id)
    office.session.scalars(held).one().assistant = True
    stranger = make_staff(office.session, Role.OFFICER, office.province[OTHER_JUSTICE])
    closed = make_staff(office.session, Role.OFFICER, office.province[JUSTICE], disabled_at=NOW)
    nobody = Actor(2**31 - 1)

    for stand_in in (assistant, stranger, closed, nobody, office.officer):
        with pytest.raises(StandInNotColleague):
            office.away(office.officer, stand_in)


def test_nobody_stands_in_for_somebody_while_away(office: Office):
    third = make_staff(office.session, Role.OFFICER, office.province[JUSTICE])
    office.away(office.colleague, third)

    with pytest.raises(AbsenceOverlaps) as refusal:
        office.away(office.officer, office.colleague)

    assert (refusal.value.first, refusal.value.last) == (MONDAY, FRIDAY)


def test_nobody_is_away_while_standing_in(office: Office):
    third = make_staff(office.session, Role.OFFICER, office.province[JUSTICE])
    office.away(office.officer, office.colleague)

    with pytest.raises(AbsenceOverlaps):
        office.away(office.colleague, third, last=MONDAY)


def test_one_absence_has_one_stand_in(office: Office):
    third = make_staff(office.session, Role.OFFICER, office.province[JUSTICE])
    office.away(office.officer, office.colleague)

    with pytest.raises(AbsenceOverlaps):
        office.away(office.officer, third, first=FRIDAY, last=date(2026, 3, 9))
    office.away(office.officer, third, first=date(2026, 3, 7), last=date(2026, 3, 9))


def test_one_colleague_may_stand_in_for_two(office: Office):
    third = make_staff(office.session, Role.OFFICER, office.province[JUSTICE])
    office.away(office.officer, office.colleague)
    office.away(third, office.colleague)

    stands_for = office.now_as(office.colleague).stands_for
    assert stands_for == {office.officer.user_id, third.user_id}


def test_after_an_early_end_another_may_follow(office: Office):
    third = make_staff(office.session, Role.OFFICER, office.province[JUSTICE])
    absence = office.away(office.officer, office.colleague)
    end_delegation(office.session, absence, actor=office.officer, at=LATER)

    office.away(office.officer, third, at=LATER)

    assert office.now_as(third, LATER).stands_for == {office.officer.user_id}


def test_a_closed_account_neither_lends_nor_stands_in(office: Office):
    third = make_staff(office.session, Role.OFFICER, office.province[JUSTICE], username="ba")
    absence = office.away(third, office.colleague)

    disable_user(office.session, "ba", at=LATER)

    assert office.now_as(office.colleague, LATER).stands_for == frozenset()
    assert office.session.get(Delegation, absence).ended_at == LATER


def test_the_absent_officer_may_still_work(office: Office):
    office.away(office.officer, office.colleague)

    loaded = finish_step(
        office.session,
        office.code,
        step=step_of(office),
        actor=office.now_as(office.officer),
        at=LATER,
    )

    assert loaded.last_actor == office.officer.user_id


@pytest.mark.parametrize("procedure", ["1.004873", "3.000722"], ids=["one agency", "bundle"])
def test_whatever_one_does_for_all_the_others_history_and_tables_agree(
    session: Session, everybody, procedure: str
):
    """A clerk stands in for a whole office: steps lie with whose role it is, never with another."""
    random = Random(11)
    code, walker = start(session, everybody, procedure, random)
    clerk, *others = walker.people
    lent = tuple(replace(held, lent_by=one.user_id) for one in others for held in one.assignments)
    alone = Actor(clerk.user_id, (*clerk.assignments, *lent))
    walker = Walker(session, (alone,), random)
    roles = {one.user_id: one.assignments[0].role for one in (clerk, *others)}
    at = NOW
    for _ in range(25):
        at += timedelta(minutes=random.randint(1, 700))
        if walker.step(code, at) is None:
            break
        for step in load(session, code).state.live_steps:
            assert step.holder is None or roles[step.holder] is step.planned.role
    done_by = {
        (one.actor, one.on_behalf_of)
        for one in recorded_events(session, load(session, code).dossier_id)
    }
    assert len({behalf for _, behalf in done_by}) > 1
    assert {actor for actor, _ in done_by} == {clerk.user_id}
    assert verify(session).breaks == ()
