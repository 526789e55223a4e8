"""An officer who tries to win time by tricks is charged what one without tricks is."""

from datetime import timedelta
from fractions import Fraction

import pytest
from sqlalchemy.orm import Session

from onestop.domain.decisions import AlreadyHolds
from onestop.domain.dossier import StepState
from onestop.domain.events import PaperTick, PauseKind
from onestop.domain.limits import Limit
from onestop.domain.rights import Role
from onestop.domain.turns import promise_of, step_promise
from onestop.domain.working_time import elapsed
from onestop.services import casework, pauses
from onestop.services.calendars import agency_calendars
from onestop.services.catalogue import edition_by_id, procedure_in_force
from onestop.services.event_log import load
from tests.conftest import NOW
from tests.factories import DESK, make_province, make_staff, receive

HOUSEHOLD = "1.001612"
PAUSES = 50


@pytest.fixture
def province(session: Session):
    return make_province(session)


def taken_up(session: Session, province):
    """A dossier whose first step after the counter was just accepted, and who works on it."""
    clerk = make_staff(session, Role.CLERK, province[DESK])
    spec = procedure_in_force(session, HOUSEHOLD, NOW.date()).spec
    papers = [{"code": paper.code} for paper in spec.required_papers]
    answers = dict.fromkeys(spec.questions, 1)
    code = receive(session, clerk, procedure=HOUSEHOLD, papers=papers, answers=answers).code
    (step,) = load(session, code).state.live_steps
    officer = make_staff(session, Role.OFFICER, step.agency)
    leader = make_staff(session, Role.LEADER, step.agency)
    at = NOW + timedelta(minutes=1)
    casework.accept_step(session, code, step=step.step, actor=officer, at=at)
    return code, step.step, clerk, officer, leader, at


def left_of(session: Session, code: str, at) -> tuple[Fraction, Fraction]:
    """Exact working time left at `at`: of the whole, and of the running step."""
    state = load(session, code).state
    calendars = agency_calendars(session)
    desk = calendars(state.received.receiving_agency)
    whole = promise_of(state, state.counted_promise(), desk)
    limit = Limit.parse(state.received.limit)
    (step,) = state.live_steps
    own, calendar = Limit.parse(step.planned.allotment), calendars(step.agency)
    return (
        whole.left_at(at, limit, desk).value,
        step_promise(step, own, calendar).left_at(at, own, calendar).value,
    )


def charged(session: Session, code: str, step: StepState, start, end) -> Fraction:
    calendar = agency_calendars(session)(step.agency)
    return elapsed(start, end, Limit.parse(step.planned.allotment).scale, calendar).value


def test_fifty_pauses_of_seconds_and_minutes_win_nothing(session: Session, province):
    code, step, clerk, officer, leader, at = taken_up(session, province)
    papers = [edition_by_id(session, load(session, code).state.received.edition_id).spec.papers[0]]
    codes = [paper.code for paper in papers]
    whole, own = left_of(session, code, at)
    held = load(session, code).state.latest(step)
    used, since = Fraction(0), at
    for n in range(PAUSES):
        asked = since + timedelta(seconds=97)
        act = {"step": step, "papers": codes, "reason": "paper_missing", "note": ""}
        if n == 0:
            pauses.request_supplement(session, code, actor=officer, at=asked, **act)
        else:
            pauses.propose_supplement(session, code, actor=officer, at=asked, **act)
            pauses.approve_supplement(session, code, proposal=n, actor=leader, at=asked)
        brought = asked + timedelta(seconds=7 + 31 * n)
        ticks = [PaperTick(paper, "original", 1) for paper in codes]
        kind = PauseKind.SUPPLEMENT
        pauses.take_in(session, code, kind=kind, papers=ticks, actor=clerk, at=brought)
        used += charged(session, code, held, since, asked)
        since = brought

    assert load(session, code).state.supplement_requests == PAUSES
    assert left_of(session, code, since) == (whole - used, own - used)


def test_sending_back_and_taking_over_gives_a_step_no_more_than_it_had_left(
    session: Session, province
):
    code, step, _, officer, _, at = taken_up(session, province)
    _, own = left_of(session, code, at)
    held = load(session, code).state.latest(step)
    used, since = Fraction(0), at
    for _ in range(10):
        done = since + timedelta(minutes=4)
        casework.finish_step(
            session, code, step=step, actor=officer, at=done, late_reason="heavy_load"
        )
        (following,) = load(session, code).state.live_steps
        refuser = make_staff(session, following.planned.role, following.agency)
        back = done + timedelta(minutes=1)
        casework.refuse_step(
            session, code, step=following.step, reason="other", note="-", actor=refuser, at=back
        )
        casework.accept_step(session, code, step=step, actor=officer, at=back)
        used += charged(session, code, held, since, done)
        since = back

    assert load(session, code).state.latest(step).attempt == 11
    assert left_of(session, code, since)[1] == own - used


def test_reassigning_to_others_and_to_oneself_moves_no_date(session: Session, province):
    code, step, _, officer, leader, at = taken_up(session, province)
    other = make_staff(session, Role.OFFICER, load(session, code).state.latest(step).agency)
    before = load(session, code).state
    why = {"reason": "workload", "note": "", "actor": leader}
    for n in range(10):
        holder = (other, officer)[n % 2].user_id
        when = at + timedelta(minutes=n)
        casework.reassign(session, code, step=step, holder=holder, at=when, **why)
        with pytest.raises(AlreadyHolds):
            casework.reassign(session, code, step=step, holder=holder, at=when, **why)

    after = load(session, code).state
    assert (after.latest(step).due_at, after.latest(step).late_at) == (
        before.latest(step).due_at,
        before.latest(step).late_at,
    )
    assert after.promises == before.promises


def test_a_pause_every_evening_of_the_last_day_puts_it_off_once_and_no_more(
    session: Session, province
):
    code, _, _, _, leader, _ = taken_up(session, province)
    state = load(session, code).state
    calendar = agency_calendars(session)(state.received.receiving_agency)
    on = calendar.local_date(state.counted_promise().due_at)
    lates = []
    for _ in range(5):
        stop = calendar.closing_of(on) - timedelta(minutes=1)
        pauses.suspend(session, code, reason="dispute", note="", actor=leader, at=stop)
        on = calendar.working_day_after(on)
        again = calendar.opening_of(on) + timedelta(minutes=1)
        pauses.take_in(session, code, kind=PauseKind.SUSPENSION, actor=leader, at=again)
        lates.append(load(session, code).state.late_at)

    assert len(set(lates)) == 1
    assert lates[0] <= calendar.midnight_after(
        calendar.working_day_after(calendar.local_date(state.counted_promise().due_at))
    )
