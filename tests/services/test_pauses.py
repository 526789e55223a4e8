"""Pauses keep remaining working time, never wall time, and nobody wins or loses by them."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from onestop.domain.decisions import NothingAsked, PapersNotBrought, PaymentShort
from onestop.domain.decisions.endings import NothingUnmet
from onestop.domain.dossier import StepStatus
from onestop.domain.events import TOTAL, Ground, PaperTick, PauseKind, phase_scope
from onestop.domain.limits import Limit, due
from onestop.domain.moves import MoveNotAllowed, ReasonMissing
from onestop.domain.procedures import UnknownPaper
from onestop.domain.rights import Actor, Role
from onestop.domain.routes import StepKind
from onestop.domain.standings import Punctuality
from onestop.domain.statuses import Status
from onestop.models.dossiers import Dossier, DossierPaper
from onestop.queries.dossier_dates import date_rows
from onestop.queries.dossier_history import recorded_events
from onestop.services import casework, pauses
from onestop.services.calendars import agency_calendars
from onestop.services.catalogue import procedure_in_force
from onestop.services.corrections import RightRoute, correct
from onestop.services.event_log import load
from onestop.services.verification import verify
from tests.conftest import NOW
from tests.factories import COMMUNE, DESK, make_province, make_staff, receive
from tests.services.test_casework import work_off

HOUSEHOLD = "1.001612"
LAND, OTHER_LAND = "1.012786", "1.012785"
# Vector 9 of the domain facts: received so that three working days end on Wednesday at 10:00.
RECEIVED = datetime(2026, 3, 6, 3, 0, tzinfo=UTC)  # Friday 6 March, 10:00
ASKED = datetime(2026, 3, 9, 3, 0, tzinfo=UTC)  # Monday 9 March, 10:00
SUPPLIED = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)  # Monday 16 March, 09:00


@pytest.fixture
def province(session: Session):
    return make_province(session)


@pytest.fixture
def clerk(session: Session, province):
    return make_staff(session, Role.CLERK, province[DESK])


def in_work(session: Session, clerk, procedure: str, at: datetime):
    spec = procedure_in_force(session, procedure, at.date()).spec
    papers = [{"code": paper.code} for paper in spec.required_papers]
    answers = dict.fromkeys(spec.questions, 1)
    got = receive(session, clerk, procedure=procedure, papers=papers, answers=answers, at=at)
    state = load(session, got.code).state
    (step,) = state.live_steps
    who = make_staff(session, state.planned(step.step).role, step.agency)
    casework.accept_step(session, got.code, step=step.step, actor=who, at=at)
    return got.code, step.step, who, spec


def ask(session: Session, code, step, who, spec, at, **changes):
    values = {"papers": [spec.papers[0].code], "reason": "paper_missing", "note": ""}
    values |= changes
    return pauses.request_supplement(session, code, step=step, actor=who, at=at, **values)


def test_vector_9_sixteen_working_hours_left_end_on_wednesday_at_nine(session, clerk):
    code, step, who, spec = in_work(session, clerk, HOUSEHOLD, RECEIVED)
    due = load(session, code).state.first_promise(TOTAL).due_at
    assert due == datetime(2026, 3, 11, 3, 0, tzinfo=UTC)  # Wednesday 11 March, 10:00
    ask(session, code, step, who, spec, ASKED)
    brought = [PaperTick(spec.papers[0].code, "original", 1)]
    pauses.take_in(
        session, code, kind=PauseKind.SUPPLEMENT, papers=brought, actor=clerk, at=SUPPLIED
    )

    state = load(session, code).state
    counted = state.counted_promise()
    assert counted.due_at == datetime(2026, 3, 18, 2, 0, tzinfo=UTC)  # Wednesday 18 March, 09:00
    assert counted.ground is Ground.PAUSE
    assert state.first_promise().due_at == due
    assert state.status is Status.PROCESSING


def test_while_it_waits_the_dossier_cannot_become_late(session, clerk):
    code, step, who, spec = in_work(session, clerk, HOUSEHOLD, RECEIVED)
    ask(session, code, step, who, spec, ASKED)

    row = session.scalars(select(Dossier).where(Dossier.code == code)).one()
    assert (row.status, row.late_at, row.paused_at) == (Status.SUPPLEMENT_REQUIRED, None, ASKED)
    held = load(session, code).state.latest(step)
    assert held.late_at is None
    assert held.status is StepStatus.OPEN


def test_one_that_was_late_before_it_was_paused_stays_late(session, clerk):
    code, step, who, spec = in_work(session, clerk, HOUSEHOLD, RECEIVED)
    late = load(session, code).state.late_at
    ask(session, code, step, who, spec, late + timedelta(hours=3))
    brought = [PaperTick(spec.papers[0].code, "original", 1)]
    after = late + timedelta(days=5)
    assert load(session, code).state.late_at == late
    pauses.take_in(session, code, kind=PauseKind.SUPPLEMENT, papers=brought, actor=clerk, at=after)

    state = load(session, code).state
    assert state.late_at == late
    assert len(state.ledger()) == 1


def test_papers_come_from_the_list_are_asked_all_together_and_must_all_come(session, clerk):
    code, step, who, spec = in_work(session, clerk, HOUSEHOLD, RECEIVED)
    wanted = [paper.code for paper in spec.papers[:2]]

    with pytest.raises(UnknownPaper):
        ask(session, code, step, who, spec, ASKED, papers=["passport_of_the_neighbour"])
    with pytest.raises(NothingAsked):
        ask(session, code, step, who, spec, ASKED, papers=[])
    with pytest.raises(ReasonMissing):
        ask(session, code, step, who, spec, ASKED, reason="")
    ask(session, code, step, who, spec, ASKED, papers=wanted)
    one = [PaperTick(wanted[0], "copy", 1)]
    common = {"kind": PauseKind.SUPPLEMENT, "actor": clerk, "at": SUPPLIED}
    with pytest.raises(PapersNotBrought) as refused:
        pauses.take_in(session, code, papers=one, **common)
    assert refused.value.codes == (wanted[1],)
    both = [*one, PaperTick(wanted[1], "copy", 1)]
    pauses.take_in(session, code, papers=both, **common)
    lying = session.scalars(
        select(DossierPaper.code).where(DossierPaper.handed_in_at == SUPPLIED)
    ).all()
    assert sorted(lying) == sorted(wanted)


def test_the_citizen_has_the_term_of_the_procedure_until_closing(session, clerk):
    code, step, who, spec = in_work(session, clerk, HOUSEHOLD, RECEIVED)
    ask(session, code, step, who, spec, ASKED)

    (pause,) = load(session, code).state.open_pauses
    assert pause.citizen_due_at.hour == 10  # 17:00 in the office
    assert pause.citizen_due_at > ASKED + timedelta(days=spec.supplement_days)


def test_a_step_that_waits_cannot_be_finished_and_only_the_desk_takes_papers_in(session, clerk):
    code, step, who, spec = in_work(session, clerk, HOUSEHOLD, RECEIVED)
    ask(session, code, step, who, spec, ASKED)

    with pytest.raises(MoveNotAllowed):
        casework.finish_step(session, code, step=step, actor=who, at=ASKED)
    with pytest.raises(MoveNotAllowed):
        pauses.take_in(session, code, kind=PauseKind.SUPPLEMENT, actor=who, at=SUPPLIED)


def test_a_payment_of_nothing_is_not_asked_for(session, clerk):
    code, step, who, _ = in_work(session, clerk, HOUSEHOLD, RECEIVED)

    with pytest.raises(NothingAsked):
        pauses.request_payment(
            session, code, step=step, amount=0, reason="fee", note="", actor=who, at=ASKED
        )


def test_between_two_phases_the_clock_waits_for_the_payment(session, clerk, province):
    code = _filed(session, clerk, LAND)
    _work_until_payment(session, code, NOW + timedelta(hours=1))
    state = load(session, code).state

    assert state.status is Status.PAYMENT_REQUIRED
    assert state.open_pauses[0].amount == 120_000
    paid = NOW + timedelta(days=30)
    pauses.take_in(session, code, kind=PauseKind.PAYMENT, amount=120_000, actor=clerk, at=paid)
    state = load(session, code).state
    assert state.status is Status.PROCESSING
    assert all(state.planned(s.step).phase == 2 for s in state.live_steps)
    assert state.counted_promise().due_at > paid
    (second,) = state.ledger(phase_scope(2))
    assert second.ground is Ground.FIRST
    calendar = agency_calendars(session)(state.received.receiving_agency)
    assert second.due_at == due(Limit.parse("3.5 working_days"), paid, calendar).due_at
    work_off(session, code, province, paid + timedelta(hours=1))
    assert [state.planned(s.step).kind for s in load(session, code).state.live_steps] == [
        StepKind.RETURN
    ]


def test_a_second_phase_that_begins_again_under_a_corrected_route_has_a_line_of_its_own(
    session, clerk, province
):
    head = make_staff(session, Role.LEADER, province[DESK])
    code = _filed(session, clerk, LAND)
    _paid(session, code, clerk, NOW + timedelta(days=30))
    (first,) = load(session, code).state.ledger(phase_scope(2))
    other = procedure_in_force(session, OTHER_LAND, NOW.date()).spec
    ticked = tuple(PaperTick(paper.code, "original", 1) for paper in other.required_papers)
    route = RightRoute(OTHER_LAND, None, ticked, dict.fromkeys(other.questions, 1))
    why = {"reason": "wrong_procedure", "note": "", "route": route}
    correct(session, code, actor=head, at=NOW + timedelta(days=31), **why)

    paid = NOW + timedelta(days=80)
    _paid(session, code, clerk, paid)

    state = load(session, code).state
    calendar = agency_calendars(session)(state.received.receiving_agency)
    before, again = state.ledger(phase_scope(2))
    assert before == first == state.first_promise(phase_scope(2))
    assert (again.ground, again.reason) == (Ground.CORRECTION, "wrong_procedure")
    assert (again.asked_by, again.approved_by) == (head.user_id, head.user_id)
    assert again.due_at == due(other.phases[1], paid, calendar).due_at
    told = date_rows(session, recorded_events(session, load(session, code).dossier_id), state)
    assert told.promises[phase_scope(2)][-1].to_at == again.due_at
    assert verify(session).breaks == ()


def _paid(session: Session, code: str, clerk: Actor, at: datetime) -> None:
    """Work up to the payment between the phases the day before, and take it in."""
    _work_until_payment(session, code, at - timedelta(days=1))
    kind = PauseKind.PAYMENT
    pauses.take_in(session, code, kind=kind, amount=120_000, actor=clerk, at=at)


def _filed(session: Session, clerk: Actor, procedure: str) -> str:
    spec = procedure_in_force(session, procedure, NOW.date()).spec
    papers = [{"code": paper.code} for paper in spec.required_papers]
    answers = dict.fromkeys(spec.questions, 1)
    return receive(session, clerk, procedure=procedure, papers=papers, answers=answers).code


def _work_until_payment(session: Session, code: str, at: datetime) -> None:
    while True:
        state = load(session, code).state
        if state.status is Status.PAYMENT_REQUIRED:
            return
        for step in state.live_steps:
            who = make_staff(session, state.planned(step.step).role, step.agency)
            casework.accept_step(session, code, step=step.step, actor=who, at=at)
            casework.finish_step(
                session,
                code,
                step=step.step,
                actor=who,
                at=at,
                payment=120_000,
                late_reason="too_many",
                result_number="1/TB",
                registered_on=at.date(),
            )


def test_a_leader_suspends_and_resumes_and_nobody_else_may(session, clerk, province):
    code, step, who, _ = in_work(session, clerk, HOUSEHOLD, RECEIVED)
    agency = load(session, code).state.latest(step).agency
    leader = make_staff(session, Role.LEADER, agency)
    higher = make_staff(session, Role.LEADER, province[COMMUNE])
    common = {"reason": "court_case", "note": "", "at": ASKED}

    for stranger in (who, clerk, higher):
        with pytest.raises(MoveNotAllowed):
            pauses.suspend(session, code, actor=stranger, **common)
    pauses.suspend(session, code, actor=leader, **common)
    assert load(session, code).state.status is Status.SUSPENDED
    pauses.take_in(session, code, kind=PauseKind.SUSPENSION, actor=leader, at=SUPPLIED)
    assert load(session, code).state.status is Status.PROCESSING


def test_one_that_ends_in_a_pause_is_judged_by_when_the_pause_began(session, clerk, province):
    """Asked in time, never brought: stopped months later, the office was not late."""
    code, step, who, spec = in_work(session, clerk, HOUSEHOLD, RECEIVED)
    ask(session, code, step, who, spec, ASKED)
    agency = load(session, code).state.latest(step).agency
    leader = make_staff(session, Role.LEADER, agency)
    at = ASKED + timedelta(days=60)
    casework.stop(session, code, reason="supplement_not_brought", note="", actor=leader, at=at)

    row = session.scalars(select(Dossier).where(Dossier.code == code)).one()
    assert row.finished_at == at
    assert row.punctuality is Punctuality.EARLY


def test_a_stop_never_says_that_what_nobody_asked_for_was_not_brought(session, clerk):
    code, step, who, spec = in_work(session, clerk, HOUSEHOLD, RECEIVED)
    agency = load(session, code).state.latest(step).agency
    stop = {"note": "", "actor": make_staff(session, Role.LEADER, agency)}

    def refused(reason, at):
        with pytest.raises(NothingUnmet):
            casework.stop(session, code, reason=reason, at=at, **stop)

    refused("supplement_not_brought", RECEIVED)
    asked = spec.papers[0].code
    ask(session, code, step, who, spec, ASKED, papers=[asked])
    refused("payment_not_made", ASKED)
    brought = [PaperTick(asked, "copy", 1)]
    kind = PauseKind.SUPPLEMENT
    pauses.take_in(session, code, kind=kind, papers=brought, actor=clerk, at=SUPPLIED)
    refused("supplement_not_brought", SUPPLIED)
    casework.stop(session, code, reason="not_eligible", at=SUPPLIED, **stop)


def test_papers_that_were_not_of_the_list_never_enter_the_history(session, clerk):
    code, step, who, spec = in_work(session, clerk, HOUSEHOLD, RECEIVED)
    asked = spec.papers[0].code
    ask(session, code, step, who, spec, ASKED, papers=[asked])
    brought = [PaperTick(asked, "original", 1), PaperTick("Lê Văn Ví Dụ 0912", "original", 1)]

    with pytest.raises(UnknownPaper):
        pauses.take_in(
            session, code, kind=PauseKind.SUPPLEMENT, papers=brought, actor=clerk, at=SUPPLIED
        )


def test_less_than_was_asked_does_not_close_a_payment(session, clerk):
    code, step, who, _ = in_work(session, clerk, HOUSEHOLD, RECEIVED)
    pauses.request_payment(
        session, code, step=step, amount=500_000, reason="fee", note="", actor=who, at=ASKED
    )
    common = {"kind": PauseKind.PAYMENT, "actor": clerk, "at": SUPPLIED}

    for amount in (None, 1, 499_999):
        with pytest.raises(PaymentShort):
            pauses.take_in(session, code, amount=amount, **common)
    pauses.take_in(session, code, amount=500_000, **common)
    assert load(session, code).state.status is Status.PROCESSING
