"""What agencies do with a dossier: accept, finish, split and join, send back, end, return."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from onestop.domain.decisions import ResultNumberMissing, WrongTarget
from onestop.domain.dossier import StepStatus
from onestop.domain.events import TOTAL, Delivery, from_body
from onestop.domain.moves import MoveNotAllowed, ReasonMissing, rework_targets
from onestop.domain.rights import Role
from onestop.domain.routes import StepKind
from onestop.domain.standings import Punctuality
from onestop.domain.statuses import Status
from onestop.domain.turns import BranchNotOpen
from onestop.models.dossiers import Dossier, Participation
from onestop.models.events import DossierEvent
from onestop.services import casework
from onestop.services.agencies import NotConsultable
from onestop.services.catalogue import procedure_in_force
from onestop.services.event_log import DossierChanged, DossierNotFound, load
from tests.conftest import NOW
from tests.factories import (
    BIRTH_BUNDLE,
    COMMUNE,
    DESK,
    INSURANCE,
    JUSTICE,
    OTHER_JUSTICE,
    POLICE,
    make_province,
    make_staff,
    receive,
)

MARITAL = "1.004873"


@pytest.fixture
def province(session: Session):
    return make_province(session)


@pytest.fixture
def clerk(session: Session, province):
    return make_staff(session, Role.CLERK, province[DESK])


@pytest.fixture
def officer(session: Session, province):
    return make_staff(session, Role.OFFICER, province[JUSTICE])


def bundle(session: Session, clerk):
    spec = procedure_in_force(session, BIRTH_BUNDLE, NOW.date()).spec
    papers = [{"code": paper.code} for paper in spec.required_papers]
    return receive(session, clerk, procedure=BIRTH_BUNDLE, papers=papers)


def state_of(session: Session, code: str):
    return load(session, code).state


def work_off(session: Session, code: str, province, at, *, until: StepKind = StepKind.RETURN):
    """Let whoever is due accept and finish, until only steps of that kind are left."""
    people = {}
    while True:
        state = state_of(session, code)
        todo = [s for s in state.live_steps if state.planned(s.step).kind is not until]
        if not todo:
            return
        step = todo[0]
        role = state.planned(step.step).role
        who = people.setdefault((role, step.agency), make_staff(session, role, step.agency))
        if step.status is StepStatus.OFFERED:
            casework.accept_step(session, code, step=step.step, actor=who, at=at)
        casework.finish_step(
            session,
            code,
            step=step.step,
            actor=who,
            at=at,
            late_reason="waiting_for_agency",
            result_number="12/TLKS",
            registered_on=at.date(),
        )


def test_police_and_insurance_work_at_the_same_time_and_the_desk_waits_for_both(
    session, clerk, province
):
    got = bundle(session, clerk)
    at = NOW
    while len(state_of(session, got.code).live_steps) == 1:
        at += timedelta(minutes=10)
        (step,) = state_of(session, got.code).live_steps
        planned = state_of(session, got.code).planned(step.step)
        who = make_staff(session, planned.role, step.agency)
        casework.accept_step(session, got.code, step=step.step, actor=who, at=at)
        casework.finish_step(
            session,
            got.code,
            step=step.step,
            actor=who,
            at=at,
            result_number="7/TLKS",
            registered_on=at.date(),
        )

    branches = state_of(session, got.code).live_steps
    assert {s.agency for s in branches} == {province[POLICE], province[INSURANCE]}
    assert {s.offered_at for s in branches} == {at}
    first, second = branches
    for step in (first, second):
        planned = state_of(session, got.code).planned(step.step)
        who = make_staff(session, planned.role, step.agency)
        before = {s.step for s in state_of(session, got.code).live_steps}
        casework.accept_step(session, got.code, step=step.step, actor=who, at=at)
        casework.finish_step(session, got.code, step=step.step, actor=who, at=at)
        after = {s.step for s in state_of(session, got.code).live_steps}
        if step is first:
            assert after == before - {step.step}
    assert len(after) == 1
    assert second.step not in after


def test_a_dossier_from_counter_to_counter_is_early_and_everybody_took_part(
    session, clerk, province
):
    got = bundle(session, clerk)
    work_off(session, got.code, province, NOW + timedelta(hours=2))
    at = NOW + timedelta(hours=3)
    casework.accept_result(session, got.code, outcome="granted", actor=clerk, at=at)
    casework.return_result(
        session,
        got.code,
        taker="Nguyễn Thị Đào",
        delivery=Delivery.DESK,
        actor=clerk,
        at=at + timedelta(hours=1),
    )

    row = session.scalars(select(Dossier).where(Dossier.code == got.code)).one()
    assert (row.status, row.punctuality) == (Status.RETURNED, Punctuality.EARLY)
    assert row.finished_at == at
    taking_part = set(
        session.scalars(select(Participation.agency_id).where(Participation.dossier_id == row.id))
    )
    assert taking_part >= {province[c] for c in (DESK, COMMUNE, JUSTICE, POLICE, INSURANCE)}


def test_the_taker_is_not_written_into_the_history(session, clerk, province):
    got = receive(session, clerk)
    work_off(session, got.code, province, NOW)
    casework.accept_result(session, got.code, outcome="granted", actor=clerk, at=NOW)
    casework.return_result(
        session, got.code, taker="Vũ Thị Ví Dụ", delivery=Delivery.DESK, actor=clerk, at=NOW
    )

    bodies = session.scalars(select(DossierEvent.body)).all()
    assert not any("Vũ Thị Ví Dụ".encode() in body for body in bodies)
    assert from_body(bodies[-1]).event.personal[0].kind == "taker"


def test_a_step_is_finished_by_who_holds_it_and_a_colleague_may_take_it_over(
    session, clerk, officer, province
):
    got = receive(session, clerk)
    colleague = make_staff(session, Role.OFFICER, province[JUSTICE])
    (step,) = state_of(session, got.code).live_steps
    common = {"step": step.step, "at": NOW}
    casework.accept_step(session, got.code, actor=officer, **common)

    with pytest.raises(MoveNotAllowed):
        casework.finish_step(session, got.code, actor=colleague, **common)
    casework.accept_step(session, got.code, actor=colleague, **common)
    assert state_of(session, got.code).latest(step.step).holder == colleague.user_id
    with pytest.raises(MoveNotAllowed):
        casework.finish_step(session, got.code, actor=officer, **common)


@pytest.mark.parametrize(
    ("role", "agency"),
    [(Role.OFFICER, POLICE), (Role.CLERK, DESK), (Role.LEADER, JUSTICE), (Role.ADMIN, JUSTICE)],
    ids=["another agency", "the desk", "the leader", "an administrator"],
)
def test_nobody_else_may_accept_the_step(session, clerk, province, role, agency):
    got = receive(session, clerk)
    stranger = make_staff(session, role, province[agency])
    (step,) = state_of(session, got.code).live_steps

    with pytest.raises(MoveNotAllowed):
        casework.accept_step(session, got.code, step=step.step, actor=stranger, at=NOW)


def test_a_late_step_needs_a_reason_and_keeps_it(session, clerk, officer):
    got = receive(session, clerk)
    (step,) = state_of(session, got.code).live_steps
    late = step.late_at
    casework.accept_step(session, got.code, step=step.step, actor=officer, at=NOW)

    common = {"step": step.step, "actor": officer, "at": late}
    with pytest.raises(ReasonMissing):
        casework.finish_step(session, got.code, **common)
    casework.finish_step(session, got.code, late_reason="too_many", **common)
    body = session.scalars(
        select(DossierEvent.body).order_by(DossierEvent.version.desc()).limit(1)
    ).one()
    assert from_body(body).event.late_reason == "too_many"


def test_a_registrar_needs_number_and_date(session, clerk, province):
    got = receive(session, clerk)
    state = state_of(session, got.code)
    registers = [s.key for s in state.plan if s.kind is StepKind.REGISTER]
    assert registers
    work_off(session, got.code, province, NOW, until=StepKind.REGISTER)
    (step,) = state_of(session, got.code).live_steps
    registrar = make_staff(session, Role.REGISTRAR, step.agency)
    casework.accept_step(session, got.code, step=step.step, actor=registrar, at=NOW)

    with pytest.raises(ResultNumberMissing):
        casework.finish_step(session, got.code, step=step.step, actor=registrar, at=NOW)


def marital(session: Session, clerk):
    spec = procedure_in_force(session, MARITAL, NOW.date()).spec
    papers = [{"code": paper.code} for paper in spec.required_papers]
    got = receive(session, clerk, procedure=MARITAL, papers=papers)
    (step,) = state_of(session, got.code).live_steps
    return got, step


def test_an_optional_consultation_is_opened_with_the_agency_asked_or_passed_over(
    session, clerk, officer, province
):
    got, step = marital(session, clerk)
    (branch,) = (s.key for s in state_of(session, got.code).plan if s.optional)
    common = {"step": step.step, "actor": officer, "at": NOW}
    casework.accept_step(session, got.code, **common)
    chosen = {branch: province[OTHER_JUSTICE]}
    casework.finish_step(session, got.code, chosen=chosen, **common)

    asked = state_of(session, got.code).latest(branch)
    assert asked.agency == province[OTHER_JUSTICE]

    other, step = marital(session, clerk)
    casework.accept_step(session, other.code, **common)
    casework.finish_step(session, other.code, **common)
    state = state_of(session, other.code)
    assert state.latest(branch) is None
    assert branch in state.skipped
    assert state.live_steps


def test_the_page_that_showed_an_older_version_is_told_who_was_faster(
    session, clerk, officer, province
):
    got = receive(session, clerk)
    (step,) = state_of(session, got.code).live_steps
    colleague = make_staff(session, Role.OFFICER, province[JUSTICE])
    common = {"step": step.step, "expected_version": 1}
    casework.accept_step(session, got.code, actor=colleague, at=NOW, **common)

    with pytest.raises(DossierChanged) as refused:
        casework.accept_step(session, got.code, actor=officer, at=NOW, **common)
    assert (refused.value.by, refused.value.at) == (colleague.user_id, NOW)


def test_rework_gives_back_the_time_that_was_left_and_not_more(session, clerk, province):
    got = bundle(session, clerk)
    at = NOW + timedelta(minutes=30)
    state = state_of(session, got.code)
    kinds = {s.kind for s in state.plan}
    until = StepKind.SIGN if StepKind.SIGN in kinds else StepKind.REVIEW
    work_off(session, got.code, province, at, until=until)
    (step,) = state_of(session, got.code).live_steps
    who = make_staff(session, state.planned(step.step).role, step.agency)
    casework.accept_step(session, got.code, step=step.step, actor=who, at=at)
    state = state_of(session, got.code)
    (target, *_) = rework_targets(state, step.step)
    before = state.latest(target)
    back = {"step": step.step, "actor": who, "note": "", "at": at}
    with pytest.raises(WrongTarget):
        casework.send_back(session, got.code, target="return", reason="wrong_data", **back)
    with pytest.raises(ReasonMissing):
        casework.send_back(session, got.code, target=target, reason="", **back)
    casework.send_back(session, got.code, target=target, reason="wrong_data", **back)

    again = state_of(session, got.code).latest(target)
    assert again.attempt == before.attempt + 1
    assert state_of(session, got.code).latest(step.step).status is StepStatus.WITHDRAWN
    assert again.due_at >= before.due_at
    # It was done at once, so all that had passed of its allotment is nothing: due as before.
    assert again.due_at == before.due_at


def test_unknown_codes_are_not_found(session, province, officer):
    with pytest.raises(DossierNotFound):
        casework.accept_step(session, "H91.51.01-260302-0009", step="x", actor=officer, at=NOW)


def test_a_stop_needs_a_leader_and_a_reason(session, clerk, officer, province):
    got = receive(session, clerk)
    leader = make_staff(session, Role.LEADER, province[COMMUNE])
    common = {"note": "", "at": NOW}

    with pytest.raises(MoveNotAllowed):
        casework.stop(session, got.code, reason="no_ground", actor=officer, **common)
    with pytest.raises(ReasonMissing):
        casework.stop(session, got.code, reason="", actor=leader, **common)
    casework.stop(session, got.code, reason="no_ground", actor=leader, **common)
    assert state_of(session, got.code).status is Status.STOPPED


def test_the_clock_of_the_server_going_back_never_reorders_a_dossier(session, clerk, officer):
    got = receive(session, clerk)
    (step,) = state_of(session, got.code).live_steps
    earlier = NOW - timedelta(hours=2)
    casework.accept_step(session, got.code, step=step.step, actor=officer, at=earlier)

    rows = session.execute(
        select(DossierEvent.recorded_at, DossierEvent.body).order_by(DossierEvent.version)
    ).all()
    assert rows[1].recorded_at > rows[0].recorded_at
    assert from_body(rows[1].body).clock_skew
    assert state_of(session, got.code).first_promise(TOTAL) is not None


@pytest.mark.parametrize("step", ["sign", "check", "nowhere"])
def test_no_step_but_an_open_branch_can_be_given_to_an_agency_of_choice(
    session, clerk, officer, province, step
):
    """Else an officer could hand the signature, and the sight of the dossier, to anybody."""
    got, first = marital(session, clerk)
    common = {"step": first.step, "actor": officer, "at": NOW}
    casework.accept_step(session, got.code, **common)

    chosen = {step: province[OTHER_JUSTICE]}
    with pytest.raises((BranchNotOpen, NotConsultable)):
        casework.finish_step(session, got.code, chosen=chosen, **common)


def test_only_agencies_that_may_be_asked_are_consulted(session, clerk, officer, province):
    got, first = marital(session, clerk)
    (branch,) = (s.key for s in state_of(session, got.code).plan if s.optional)
    common = {"step": first.step, "actor": officer, "at": NOW}
    casework.accept_step(session, got.code, **common)

    for agency in (province[POLICE], province[JUSTICE], 999_999):
        with pytest.raises(NotConsultable):
            casework.finish_step(session, got.code, chosen={branch: agency}, **common)
