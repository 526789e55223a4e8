"""Whatever people do in whatever order, history, tables and rules agree."""

from collections import Counter
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from onestop.domain.dossier import LIVE, DossierState, StepStatus
from onestop.domain.events import PauseKind, StepRef, from_body
from onestop.domain.fold import fold
from onestop.domain.rights import Role
from onestop.domain.routes import StepKind
from onestop.domain.statuses import FINAL, OPEN, PAUSED, TRANSITIONS, Status
from onestop.models.events import DossierEvent
from onestop.services.casework import withdraw
from onestop.services.catalogue import procedure_in_force
from onestop.services.event_log import load
from onestop.services.reception import receive_dossier
from onestop.services.verification import verify
from tests.conftest import NOW
from tests.factories import DATA, DESK, make_intake, make_province
from tests.walks import DETOURS, ENDINGS, Walker, make_everybody

PROCEDURES = sorted(path.stem for path in (DATA / "procedures").glob("*.yaml"))


@pytest.fixture
def world(session: Session):
    province = make_province(session)
    return province, make_everybody(session, NOW)


def start(session: Session, world, procedure: str, random: Random):
    province, people = world
    clerk = next(p for p in people if p.holds(Role.CLERK, province[DESK]))
    papers = required_papers(session, procedure)
    intake = make_intake(procedure=procedure, papers=papers, answers=answers(session, procedure))
    got = receive_dossier(session, intake, agency_id=province[DESK], actor=clerk, at=NOW)
    return got.code, Walker(session, people, random)


def required_papers(session: Session, procedure: str) -> list[dict]:
    return [{"code": paper.code} for paper in spec_of(session, procedure).required_papers]


def answers(session: Session, procedure: str) -> dict[str, int]:
    return dict.fromkeys(spec_of(session, procedure).questions, 3)


def spec_of(session: Session, procedure: str):
    return procedure_in_force(session, procedure, NOW.date()).spec


def assert_branches_hold(state: DossierState) -> None:
    """One attempt at most runs per step, only after its predecessors; open work has a holder."""
    live = Counter(step.step for step in state.steps if step.status in LIVE)
    assert set(live.values()) <= {1}
    for step in state.live_steps:
        for before in state.planned(step.step).after:
            latest = state.latest(before)
            done = latest is not None and latest.status is StepStatus.DONE
            assert done or before in state.skipped
    attempts = [step.ref for step in state.steps]
    assert len(attempts) == len(set(attempts))
    if state.status in OPEN or state.status is Status.COMPLETED:
        assert state.live_steps
    else:
        assert not state.live_steps


def assert_clock_holds(state: DossierState) -> None:
    """A paused dossier that was in time cannot become late; a running one always has a date."""
    waiting = [p for p in state.open_pauses if p.kind is not PauseKind.UNCOUNTED]
    assert (state.status in PAUSED) == bool(waiting)
    uncounted = {step.ref for step in state.live_steps if not_counted(state, step.step)}
    still = [p for p in state.open_pauses if p.kind is PauseKind.UNCOUNTED]
    assert {StepRef(p.step, p.attempt) for p in still} == uncounted
    if not state.open_pauses:
        assert not state.kept
        ended_in_pause = state.clock_ended_at != state.finished_at
        assert (state.late_at is None) == ended_in_pause
    first = state.first_promise()
    assert first == state.received.promises[0]


def not_counted(state: DossierState, key: str) -> bool:
    planned = state.planned(key)
    return not planned.counted and planned.kind is not StepKind.AWAIT_CITIZEN


@settings(max_examples=20)
@given(procedure=st.sampled_from(PROCEDURES), random=st.randoms(use_true_random=False))
def test_any_sequence_of_allowed_moves_keeps_history_tables_and_rules_in_agreement(
    session: Session, world, procedure: str, random: Random
):
    with session.begin_nested() as savepoint:
        code, walker = start(session, world, procedure, random)
        at = NOW
        before = load(session, code).state.status
        for _ in range(40):
            at += timedelta(minutes=random.randint(1, 700))
            move = walker.step(code, at)
            if move is None:
                break
            state = load(session, code).state
            assert state.status is before or state.status in reachable(before)
            assert_branches_hold(state)
            assert_clock_holds(state)
            before = state.status
        assert verify(session).breaks == ()
        savepoint.rollback()


def reachable(status: Status) -> set[Status]:
    """What the table lets follow in one action; a closed pause may show the next one at once."""
    following = {after for (before, _), after in TRANSITIONS.items() if before is status}
    return following | (PAUSED if status in PAUSED else set())


@settings(max_examples=15)
@given(procedure=st.sampled_from(PROCEDURES), random=st.randoms(use_true_random=False))
def test_without_detours_every_step_of_the_route_is_done_exactly_once(
    session: Session, world, procedure: str, random: Random
):
    with session.begin_nested() as savepoint:
        code, walker = start(session, world, procedure, random)
        at = NOW
        walker = Straight(walker.session, walker.people, walker.random)
        while walker.step(code, at) is not None:
            at += timedelta(minutes=random.randint(1, 90))
        state = load(session, code).state
        assert state.status is Status.RETURNED
        done = Counter(step.step for step in state.steps)
        assert set(done.values()) == {1}
        assert set(done) | state.skipped == {step.key for step in state.plan}
        assert all(state.planned(key).optional for key in state.skipped)
        savepoint.rollback()


class Straight(Walker):
    """A walker that neither ends, nor asks, nor sends back."""

    def options(self, state: DossierState, at):
        every = super().options(state, at)
        onward = [o for o in every if o[1].action not in ENDINGS | DETOURS]
        return [o for o in onward if not self._taken_over(state, o)]

    def _taken_over(self, state: DossierState, option) -> bool:
        held = state.latest(option[1].step)
        return (
            option[1].action.value == "accept-step"
            and held is not None
            and held.status is StepStatus.OPEN
        )


def test_the_state_kept_for_the_next_write_is_the_one_its_events_fold_to(session: Session, world):
    random = Random(7)
    code, walker = start(session, world, "3.000722", random)
    at = NOW
    for _ in range(12):
        at += timedelta(minutes=50)
        if walker.step(code, at) is None:
            break
    kept = load(session, code)
    bodies = session.scalars(
        select(DossierEvent.body)
        .where(DossierEvent.dossier_id == kept.dossier_id)
        .order_by(DossierEvent.version)
    )

    assert fold(from_body(body) for body in bodies) == kept.state


def test_a_dossier_that_ended_has_nobody_who_holds_it(session: Session, world):
    province, people = world
    clerk = next(p for p in people if p.holds(Role.CLERK, province[DESK]))
    code, walker = start(session, world, "1.001193", Random(1))
    withdraw(
        session, code, reason="applicant_wish", note="", actor=clerk, at=NOW + timedelta(hours=1)
    )

    state = load(session, code).state
    assert state.status in FINAL
    assert not state.live_steps
    assert walker.step(code, NOW + timedelta(hours=2)) is None
    assert all(
        state.planned(step.step).kind is not StepKind.RETURN
        for step in state.steps
        if step.status is StepStatus.DONE
    )
