"""A step is refused by who was offered it, given to another, opened again by a leader."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from onestop.domain.decisions import AlreadyHolds, WrongTarget
from onestop.domain.dossier import DossierState, StepStatus
from onestop.domain.events import Ground
from onestop.domain.moves import MoveNotAllowed, ReasonMissing
from onestop.domain.rights import Role
from onestop.domain.statuses import Status
from onestop.models.accounts import User
from onestop.models.dossiers import Dossier
from onestop.services import casework
from onestop.services.event_log import DossierChanged, load
from onestop.services.holders import CannotHold
from tests.conftest import NOW
from tests.factories import (
    COMMUNE,
    DESK,
    JUSTICE,
    OTHER_JUSTICE,
    make_province,
    make_staff,
    receive,
)

MARITAL = "1.004873"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def province(session: Session):
    return make_province(session)


@pytest.fixture
def people(session: Session, province):
    return {
        "clerk": make_staff(session, Role.CLERK, province[DESK]),
        "officer": make_staff(session, Role.OFFICER, province[JUSTICE]),
        "colleague": make_staff(session, Role.OFFICER, province[JUSTICE]),
        "head": make_staff(session, Role.LEADER, province[JUSTICE]),
        "chairman": make_staff(session, Role.LEADER, province[COMMUNE]),
        "verifier": make_staff(session, Role.OFFICER, province[OTHER_JUSTICE]),
    }


@pytest.fixture
def code(session: Session, people) -> str:
    papers = [{"code": "declaration"}, {"code": "identity"}]
    got = receive(session, people["clerk"], procedure=MARITAL, papers=papers)
    casework.accept_step(session, got.code, step="check", actor=people["officer"], at=NOW)
    return got.code


def state_of(session: Session, code: str) -> DossierState:
    return load(session, code).state


class TestRefusing:
    @pytest.fixture
    def asked(self, session, code, people, province) -> str:
        chosen = {"verify_elsewhere": province[OTHER_JUSTICE]}
        by = {"actor": people["officer"], "at": NOW + HOUR, "chosen": chosen}
        casework.finish_step(session, code, step="check", **by)
        return code

    def refuse(self, session, code, people, **changes) -> None:
        values = {"step": "verify_elsewhere", "reason": "not_our_task", "note": "Chưa cư trú"}
        values |= {"actor": people["verifier"], "at": NOW + 2 * HOUR} | changes
        casework.refuse_step(session, code, **values)

    def test_the_step_that_handed_it_over_goes_on_with_what_it_had_left(
        self, session, asked, people
    ):
        self.refuse(session, asked, people)

        (again,) = state_of(session, asked).live_steps
        assert (again.step, again.attempt, again.status) == ("check", 2, StepStatus.OFFERED)
        # A working day had one hour used of it: the new attempt has the rest, no more.
        assert again.due_at == NOW + DAY + HOUR
        refused = state_of(session, asked).latest("verify_elsewhere")
        assert refused.status is StepStatus.WITHDRAWN

    def test_a_clock_that_stood_still_for_it_goes_on(self, session, asked, people):
        assert state_of(session, asked).paused_at is not None

        self.refuse(session, asked, people)

        state = state_of(session, asked)
        assert state.paused_at is None
        assert state.counted_promise().due_at == NOW + 3 * DAY + HOUR

    def test_a_step_taken_up_is_refused_no_more(self, session, asked, people):
        by = {"step": "verify_elsewhere", "actor": people["verifier"], "at": NOW + HOUR}
        casework.accept_step(session, asked, **by)

        with pytest.raises(MoveNotAllowed):
            self.refuse(session, asked, people)

    def test_it_needs_a_reason_and_a_step_before(self, session, asked, people):
        with pytest.raises(ReasonMissing):
            self.refuse(session, asked, people, reason="")
        for target in ("draft", "receive", "none"):
            with pytest.raises(WrongTarget):
                self.refuse(session, asked, people, target=target)

    def test_only_who_was_offered_it_may(self, session, asked, people):
        for who in ("officer", "clerk", "chairman"):
            with pytest.raises(MoveNotAllowed):
                self.refuse(session, asked, people, actor=people[who])


class TestReassigning:
    def give(self, session, code, people, to, **changes) -> None:
        values = {"step": "check", "reason": "absence", "note": "", "actor": people["head"]}
        holder = to if isinstance(to, int) else people[to].user_id
        casework.reassign(session, code, holder=holder, **{**values, "at": NOW + HOUR, **changes})

    def test_the_step_has_another_holder_and_the_same_date(self, session, code, people):
        (before,) = state_of(session, code).live_steps

        self.give(session, code, people, "colleague")

        (after,) = state_of(session, code).live_steps
        assert after.holder == people["colleague"].user_id
        assert (after.due_at, after.late_at) == (before.due_at, before.late_at)
        assert (after.attempt, after.offered_at) == (before.attempt, before.offered_at)

    def test_giving_it_to_and_fro_wins_no_time(self, session, code, people):
        (before,) = state_of(session, code).live_steps

        for turn in range(50):
            to = "colleague" if turn % 2 == 0 else "officer"
            self.give(session, code, people, to, at=NOW + turn * timedelta(minutes=5))

        (after,) = state_of(session, code).live_steps
        assert (after.due_at, after.late_at) == (before.due_at, before.late_at)

    def test_to_the_one_who_holds_it_is_refused(self, session, code, people):
        with pytest.raises(AlreadyHolds):
            self.give(session, code, people, "officer")

    def test_only_people_of_its_role_and_agency_may_hold_it(self, session, code, people, province):
        assistant = make_staff(session, Role.LEADER, province[JUSTICE])
        for to in ("clerk", "head", "verifier", assistant.user_id, 0, 2**31 - 1):
            with pytest.raises(CannotHold):
                self.give(session, code, people, to)

    def test_nobody_with_a_closed_account_may_hold_it(self, session, code, people):
        session.get_one(User, people["colleague"].user_id).disabled_at = NOW
        session.flush()

        with pytest.raises(CannotHold):
            self.give(session, code, people, "colleague")

    def test_only_the_leader_of_its_agency_gives_it_and_says_why(self, session, code, people):
        for who in ("officer", "colleague", "clerk", "chairman"):
            with pytest.raises(MoveNotAllowed):
                self.give(session, code, people, "colleague", actor=people[who])
        with pytest.raises(ReasonMissing):
            self.give(session, code, people, "colleague", reason="")

    def test_the_slower_one_is_told(self, session, code, people):
        shown = state_of(session, code).version
        self.give(session, code, people, "colleague")

        with pytest.raises(DossierChanged) as changed:
            self.give(session, code, people, "officer", expected_version=shown)
        assert changed.value.by == people["head"].user_id


class TestReopening:
    def reopen(self, session, code, people, **changes) -> None:
        values = {"target": "check", "reason": "stopped_in_error", "note": ""}
        values |= {"actor": people["chairman"], "at": NOW + 7 * DAY} | changes
        casework.reopen(session, code, **values)

    @pytest.fixture
    def stopped(self, session, code, people) -> str:
        by = {"reason": "dispute", "note": "", "actor": people["head"], "at": NOW + DAY}
        casework.stop(session, code, **by)
        return code

    def test_it_goes_on_with_the_time_that_was_left_and_the_first_promise_stays(
        self, session, stopped, people
    ):
        self.reopen(session, stopped, people)

        state = state_of(session, stopped)
        assert state.status is Status.PROCESSING
        assert state.first_promise().due_at == NOW + 3 * DAY
        counted = state.counted_promise()
        assert counted.ground is Ground.REOPEN
        # Stopped after one of three working days; opened on Monday 9 March: Wednesday 11 March.
        assert counted.due_at == NOW + 9 * DAY
        (again,) = state.live_steps
        assert (again.step, again.attempt) == ("check", 2)

    def test_one_that_had_ended_late_stays_late(self, session, code, people):
        by = {"reason": "dispute", "note": "", "actor": people["head"], "at": NOW + 4 * DAY}
        casework.stop(session, code, **by)

        self.reopen(session, code, people)

        row = session.scalars(select(Dossier).where(Dossier.code == code)).one()
        assert row.due_at == NOW + 3 * DAY
        assert row.late_at < NOW + 4 * DAY

    def test_it_needs_a_reason_and_a_step_that_had_begun(self, session, stopped, people):
        with pytest.raises(ReasonMissing):
            self.reopen(session, stopped, people, reason="")
        for target in ("receive", "sign", "return", "none"):
            with pytest.raises(WrongTarget):
                self.reopen(session, stopped, people, target=target)

    def test_only_the_leader_of_the_agency_that_decides_may(self, session, stopped, people):
        for who in ("officer", "clerk", "head"):
            with pytest.raises(MoveNotAllowed):
                self.reopen(session, stopped, people, actor=people[who])

    def test_neither_a_running_nor_a_withdrawn_one_is_opened(self, session, code, people):
        with pytest.raises(MoveNotAllowed):
            self.reopen(session, code, people)
        by = {"reason": "applicant_wish", "note": "", "actor": people["clerk"], "at": NOW}
        casework.withdraw(session, code, **by)
        with pytest.raises(MoveNotAllowed):
            self.reopen(session, code, people)

    def test_a_returned_one_is_opened_at_a_step_that_was_done(
        self, session, code, people, province
    ):
        registrar = make_staff(session, Role.REGISTRAR, province[COMMUNE])
        officer, chairman = people["officer"], people["chairman"]
        steps = (("check", officer), ("draft", officer), ("sign", chairman))
        for step, who in (*steps, ("register", registrar)):
            if step != "check":
                casework.accept_step(session, code, step=step, actor=who, at=NOW + HOUR)
            number = {"result_number": "5/XN", "registered_on": date(2026, 3, 2)}
            casework.finish_step(session, code, step=step, actor=who, at=NOW + HOUR, **number)
        clerk = people["clerk"]
        casework.accept_result(session, code, outcome="granted", actor=clerk, at=NOW + HOUR)

        self.reopen(session, code, people, target="draft", reason="result_wrong")

        state = state_of(session, code)
        assert [(s.step, s.attempt) for s in state.live_steps] == [("draft", 2)]
        stale = {s.step for s in state.steps if s.status is StepStatus.STALE}
        assert stale == {"draft", "sign", "register"}
        assert (state.finished_at, state.outcome) == (None, None)
