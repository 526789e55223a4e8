"""What time itself brings about: warnings once, stops in their time, drafts, nothing at night."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from onestop.domain.accounts import SYSTEM_USERNAME
from onestop.domain.dossier import StepStatus
from onestop.domain.events import (
    CitizenReminded,
    DossierStopped,
    Ground,
    PaperTick,
    PauseKind,
    ProposalKind,
    from_body,
)
from onestop.domain.moves import ReasonMissing
from onestop.domain.notices import OF_DATES, NoticeKind
from onestop.domain.quiet_hours import may_tell
from onestop.domain.rights import Role
from onestop.domain.statuses import Status
from onestop.inputs.reception import Guidance
from onestop.models.accounts import User
from onestop.models.documents import IssuedDocument
from onestop.models.dossiers import Dossier, Step
from onestop.models.events import DossierEvent
from onestop.models.notices import Notice
from onestop.models.outbox import OutboxMessage
from onestop.models.reception import IdempotencyKey, Visit
from onestop.queries.briefings import briefing
from onestop.services import casework, pauses, promises
from onestop.services.accounts import record_failure
from onestop.services.calendars import load_calendar
from onestop.services.event_log import load
from onestop.services.sweep import (
    draft_by_itself,
    erase_visits,
    extensions_due,
    follow_term,
    forget_failures,
    forget_keys,
    forget_notices,
    terms_due,
    write_notices,
    write_pile_notices,
)
from onestop.services.system_user import system_user
from onestop.services.verification import verify
from onestop.services.visits import VisitNotFound, guide, visit_by_token
from tests.conftest import NOW
from tests.factories import (
    COMMUNE,
    DESK,
    JUSTICE,
    make_intake,
    make_province,
    make_staff,
    receive,
)
from tests.services.test_pauses import ASKED, HOUSEHOLD, RECEIVED, SUPPLIED, ask, in_work

MARITAL, ALLOWANCE = "1.004873", "1.001776"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Asked on Monday 9 March 2026, fifteen working days: until closing of Monday 30 March.
TERM_ENDS = datetime(2026, 3, 30, 10, 0, tzinfo=UTC)
WARNED = datetime(2026, 3, 26, 1, 0, tzinfo=UTC)  # Thursday 08:00, two working days before
MAY_STOP = datetime(2026, 3, 31, 0, 30, tzinfo=UTC)  # Tuesday 07:30


@pytest.fixture
def province(session: Session):
    return make_province(session)


@pytest.fixture
def clerk(session: Session, province):
    return make_staff(session, Role.CLERK, province[DESK])


@pytest.fixture
def waiting(session: Session, clerk) -> str:
    """A dossier whose citizen owes a paper until the evening of 30 March."""
    code, step, who, spec = in_work(session, clerk, HOUSEHOLD, RECEIVED)
    ask(session, code, step, who, spec, ASKED)
    (pause,) = load(session, code).state.open_pauses
    assert pause.citizen_due_at == TERM_ENDS
    return code


def follow(session: Session, at: datetime) -> list[object]:
    """One run over the terms; what was recorded."""
    actor = system_user(session, at=at)
    found = [follow_term(session, code, actor=actor, at=at) for code in terms_due(session, at=at)]
    return [event for event in found if event is not None]


def draft(session: Session, at: datetime) -> list[str]:
    actor = system_user(session, at=at)
    codes = list(extensions_due(session, at=at))
    return [c for c in codes if draft_by_itself(session, c, actor=actor, at=at) is not None]


def remind(session: Session, at: datetime) -> list[Notice]:
    """One run over the reminders; those it has written."""
    before = session.scalar(select(func.coalesce(func.max(Notice.id), 0)))
    for kind in OF_DATES:
        write_notices(session, kind=kind, at=at)
    write_pile_notices(session, at=at)
    return list(session.scalars(select(Notice).where(Notice.id > before).order_by(Notice.id)))


# The citizen's term


def test_the_citizen_is_warned_once_two_working_days_before_the_end(session, waiting):
    assert follow(session, WARNED - DAY) == []
    assert follow(session, WARNED) == [CitizenReminded(1, TERM_ENDS)]
    assert follow(session, WARNED + HOUR) == []
    assert follow(session, WARNED + DAY) == []


def test_the_stop_follows_when_the_full_term_has_run(session, waiting):
    follow(session, WARNED)

    for at in (TERM_ENDS - HOUR, TERM_ENDS, TERM_ENDS + HOUR, MAY_STOP - HOUR):
        assert follow(session, at) == []
    assert follow(session, MAY_STOP) == [DossierStopped("supplement_not_brought")]
    assert load(session, waiting).state.status is Status.STOPPED
    assert follow(session, MAY_STOP + DAY) == []


def test_the_house_itself_acts(session, waiting):
    follow(session, WARNED)
    follow(session, MAY_STOP)

    actors = session.scalars(
        select(User.username)
        .join(DossierEvent, DossierEvent.actor_id == User.id)
        .order_by(DossierEvent.version.desc())
        .limit(2)
    ).all()
    assert set(actors) == {SYSTEM_USERNAME}
    assert verify(session).breaks == ()


def test_papers_brought_in_the_last_hour_end_it(session, waiting, clerk):
    follow(session, WARNED)
    papers = load(session, waiting).state.open_pauses[0].papers
    brought = [PaperTick(code, "copy", 1) for code in papers]
    pauses.take_in(
        session,
        waiting,
        kind=PauseKind.SUPPLEMENT,
        papers=brought,
        actor=clerk,
        at=TERM_ENDS - HOUR,
    )

    assert follow(session, MAY_STOP) == []
    assert load(session, waiting).state.status is Status.PROCESSING


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 3, 26, 12, 0, tzinfo=UTC),
        datetime(2026, 3, 26, 23, 59, 59, tzinfo=UTC),
        datetime(2026, 3, 28, 3, 0, tzinfo=UTC),
    ],
    ids=["seven in the evening", "a second before seven", "Saturday morning"],
)
def test_nobody_is_warned_at_night_or_on_a_day_off(session, waiting, at):
    assert terms_due(session, at=at) == (waiting,)
    assert follow(session, at) == []


def test_after_an_outage_of_weeks_the_warning_comes_first_and_the_stop_a_whole_day_later(
    session, waiting
):
    back = datetime(2026, 4, 8, 2, 0, tzinfo=UTC)  # Wednesday, nine days after the term

    assert follow(session, back) == [CitizenReminded(1, TERM_ENDS)]
    for later in (HOUR, DAY, DAY + 9 * HOUR):
        assert follow(session, back + later) == []
    assert follow(session, back + 2 * DAY) == [DossierStopped("supplement_not_brought")]


def test_one_that_was_stopped_by_hand_is_left_alone(session, waiting, province):
    leader = make_staff(
        session, Role.LEADER, load(session, waiting).state.received.competent_agency
    )
    casework.stop(session, waiting, reason="dispute", note="", actor=leader, at=WARNED)

    assert follow(session, MAY_STOP) == []
    assert follow_term(session, waiting, actor=leader.user_id, at=MAY_STOP) is None


# Messages to the citizen in quiet hours


def test_messages_wait_for_the_morning_answers_to_the_citizen_do_not(session, waiting, clerk):
    evening = datetime(2026, 3, 16, 12, 30, tzinfo=UTC)  # Monday 19:30
    morning = datetime(2026, 3, 17, 0, 0, tzinfo=UTC)  # Tuesday 07:00
    papers = load(session, waiting).state.open_pauses[0].papers
    brought = [PaperTick(code, "copy", 1) for code in papers]
    pauses.take_in(
        session, waiting, kind=PauseKind.SUPPLEMENT, papers=brought, actor=clerk, at=evening
    )
    (step,) = load(session, waiting).state.live_steps
    holder = make_staff(session, step.planned.role, step.agency)
    casework.accept_step(session, waiting, step=step.step, actor=holder, at=evening)

    held = session.execute(
        select(OutboxMessage.kind, OutboxMessage.not_before).order_by(OutboxMessage.id)
    ).all()
    assert [tuple(row) for row in held] == [
        ("dossier_received", None),
        ("step_accepted", None),
        ("pause_opened", None),
        ("pause_closed", None),
        ("step_accepted", morning),
    ]


def test_a_reception_on_saturday_is_told_at_once(session, clerk):
    saturday = datetime(2026, 3, 7, 2, 0, tzinfo=UTC)
    receive(session, clerk, at=saturday)

    assert session.scalars(select(OutboxMessage.not_before)).all() == [None]


# Later dates


def test_a_later_date_is_drafted_once_on_the_last_day_for_an_apology(session, clerk):
    code, _, _, _ = in_work(session, clerk, HOUSEHOLD, RECEIVED)
    due = load(session, code).state.last_promise().due_at
    assert due == datetime(2026, 3, 11, 3, 0, tzinfo=UTC)  # Wednesday 10:00
    tuesday = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)

    assert draft(session, RECEIVED + HOUR) == []
    assert draft(session, tuesday) == [code]
    assert draft(session, tuesday + HOUR) == []
    (proposal,) = load(session, code).state.open_proposals
    assert proposal.kind is ProposalKind.EXTENSION
    assert proposal.by == system_user(session, at=NOW)
    assert proposal.due_at >= due + DAY
    assert verify(session).breaks == ()


def test_one_whose_step_is_late_is_drafted_as_soon_as_it_is_foreseen_to_miss(session, clerk):
    code, step, _, _ = in_work(session, clerk, ALLOWANCE, NOW)
    state = load(session, code).state
    assert state.last_promise().due_at == datetime(2026, 3, 16, 1, 30, tzinfo=UTC)
    assert state.latest(step).due_at < NOW + 3 * DAY
    # Seven days are allotted after this step: on Thursday all can be done on the 16th still.
    thursday, friday = NOW + 3 * DAY, NOW + 4 * DAY

    assert draft(session, NOW + DAY) == []
    assert draft(session, thursday) == []
    assert draft(session, friday) == [code]
    (proposal,) = load(session, code).state.open_proposals
    assert proposal.due_at == datetime(2026, 3, 18, 1, 30, tzinfo=UTC)  # foreseen for the 17th
    assert proposal.reason == ""


def test_a_draft_of_the_clock_explains_nothing_before_a_leader_gives_the_reason(session, clerk):
    code, _, _, _ = in_work(session, clerk, HOUSEHOLD, RECEIVED)
    tuesday = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)
    draft(session, tuesday)
    head = make_staff(session, Role.LEADER, load(session, code).state.received.competent_agency)
    meeting = tuesday + 3 * DAY

    with pytest.raises(ReasonMissing):
        promises.extend(session, code, proposal=1, actor=head, at=tuesday + HOUR)
    before = briefing(session, head, now=meeting)
    promises.extend(session, code, proposal=1, reason="staff_absent", actor=head, at=tuesday + HOUR)
    after = briefing(session, head, now=meeting)

    assert (before.count, before.unexplained) == (1, 1)
    assert (after.count, after.unexplained, after.lines[0].reason) == (1, 0, "staff_absent")


def test_the_head_signs_the_draft_and_may_change_its_date(session, clerk):
    code, _, _, _ = in_work(session, clerk, HOUSEHOLD, RECEIVED)
    tuesday = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)
    draft(session, tuesday)
    state = load(session, code).state
    head = make_staff(session, Role.LEADER, state.received.competent_agency)
    signed = {"reason": "complex_case", "actor": head, "at": tuesday + HOUR}
    promises.extend(session, code, proposal=1, **signed)

    told = load(session, code).state.last_promise()
    assert told.ground is Ground.EXTENSION
    assert told.due_at == state.open_proposals[0].due_at
    assert draft(session, tuesday + DAY) == []


def test_nothing_is_drafted_for_what_waits_is_late_or_was_declined(session, clerk, waiting):
    code, _, _, _ = in_work(session, clerk, HOUSEHOLD, RECEIVED)
    tuesday = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)
    assert draft(session, tuesday) == [code]  # not the one that waits
    head = make_staff(session, Role.LEADER, load(session, code).state.received.competent_agency)
    promises.decline(
        session, code, proposal=1, reason="not_needed", note="", actor=head, at=tuesday
    )
    assert draft(session, tuesday + HOUR) == []
    assert draft(session, tuesday + 3 * DAY) == []


# Reminders of staff


@pytest.fixture
def held(session: Session, clerk, province):
    """A marital status certificate of three days whose first step is held, and its holder."""
    papers = [{"code": code} for code in ("declaration", "identity")]
    got = receive(session, clerk, procedure=MARITAL, papers=papers)
    officer = make_staff(session, Role.OFFICER, province[JUSTICE])
    return got.code, officer


def test_the_role_is_reminded_while_nobody_holds_the_step_and_once_only(session, held, province):
    (notice,) = remind(session, NOW)

    assert notice.kind is NoticeKind.STEP_DUE_SOON
    assert (notice.user_id, notice.agency_id, notice.role) == (
        None,
        province[JUSTICE],
        Role.OFFICER,
    )
    assert notice.not_before == NOW
    assert remind(session, NOW + HOUR) == []


def test_the_holder_is_reminded_two_working_days_before_and_not_earlier(session, clerk):
    code, step, who, _ = in_work(session, clerk, HOUSEHOLD, RECEIVED)
    due = load(session, code).state.latest(step).due_at
    three_days = due + 3 * DAY
    session.execute(update_due(code, step, three_days))

    assert remind(session, RECEIVED) == []
    (notice,) = remind(session, three_days - 2 * DAY)
    assert (notice.user_id, notice.role, notice.due_at) == (who.user_id, None, three_days)


def update_due(code: str, step: str, due_at: datetime):
    """A longer allotment than any shipped procedure gives to a first step."""
    dossier = select(Dossier.id).where(Dossier.code == code).scalar_subquery()
    return (
        update(Step)
        .where(Step.dossier_id == dossier, Step.key == step)
        .values(due_at=due_at, late_at=due_at)
        .execution_options(synchronize_session=False)
    )


def test_a_new_date_is_a_new_reminder(session, clerk):
    code, step, _, _ = in_work(session, clerk, HOUSEHOLD, RECEIVED)
    assert len(remind(session, RECEIVED)) == 1
    due = load(session, code).state.latest(step).due_at
    session.execute(update_due(code, step, due + DAY))

    (again,) = remind(session, RECEIVED + HOUR)
    assert again.due_at == due + DAY


def test_the_leader_is_told_once_of_what_is_late(session, held, province):
    head = make_staff(session, Role.LEADER, province[JUSTICE])
    state = load(session, held[0]).state
    remind(session, NOW)
    step_late = state.live_steps[0].late_at

    assert remind(session, step_late - timedelta(minutes=1)) == []
    (late,) = remind(session, step_late)
    assert (late.kind, late.agency_id, late.role) == (
        NoticeKind.STEP_LATE,
        head.assignments[0].agency_id,
        Role.LEADER,
    )
    (whole,) = remind(session, state.late_at)
    assert (whole.kind, whole.scope, whole.attempt) == (NoticeKind.DOSSIER_LATE, "total", 0)
    assert remind(session, state.late_at + DAY) == []


def test_where_no_leader_is_the_nearest_one_above_is_told(session, held, province):
    make_staff(session, Role.LEADER, province[COMMUNE])
    closed = make_staff(session, Role.LEADER, province[JUSTICE])
    session.get(User, closed.user_id).disabled_at = NOW
    session.flush()
    state = load(session, held[0]).state

    notices = remind(session, state.live_steps[0].late_at)
    assert {n.agency_id for n in notices if n.kind is NoticeKind.STEP_LATE} == {province[COMMUNE]}


def test_a_reminder_written_at_night_is_held_until_morning(session, held, province):
    night = NOW + timedelta(hours=14)  # 22:30
    vn = load_calendar(session, "vn-0700")

    (notice,) = remind(session, night)
    assert not may_tell(night, vn)
    assert notice.made_at == night
    assert notice.not_before == datetime(2026, 3, 3, 0, 0, tzinfo=UTC)


def test_what_waits_for_the_citizen_or_is_done_reminds_nobody(session, waiting, held):
    code, officer = held
    casework.accept_step(session, code, step="check", actor=officer, at=NOW)
    leader = make_staff(session, Role.LEADER, officer.assignments[0].agency_id)
    casework.stop(session, code, reason="dispute", note="", actor=leader, at=NOW)

    assert remind(session, SUPPLIED) == []


def test_after_an_outage_of_a_week_each_reminder_comes_once(session, held, clerk):
    other, _, who, _ = in_work(session, clerk, HOUSEHOLD, NOW + HOUR)
    back = NOW + timedelta(days=7)

    first = remind(session, back)
    assert sorted((n.kind, n.scope) for n in first) == sorted(
        [
            (NoticeKind.STEP_DUE_SOON, "check"),
            (NoticeKind.STEP_DUE_SOON, "check"),
            (NoticeKind.STEP_LATE, "check"),
            (NoticeKind.STEP_LATE, "check"),
            (NoticeKind.DOSSIER_LATE, "total"),
            (NoticeKind.DOSSIER_LATE, "total"),
        ]
    )
    assert remind(session, back) == []
    assert load(session, other).state.live_steps[0].status is StepStatus.OPEN
    assert who.user_id in {n.user_id for n in first}


def test_reminders_of_what_has_ended_are_forgotten_those_of_what_runs_stay(session, held):
    code, officer = held
    remind(session, NOW)

    assert forget_notices(session, at=NOW) == 0
    casework.accept_step(session, code, step="check", actor=officer, at=NOW)
    assert forget_notices(session, at=NOW) == 0
    casework.finish_step(session, code, step="check", actor=officer, at=NOW)
    assert forget_notices(session, at=NOW) == 1
    state = load(session, code).state
    remind(session, state.late_at + DAY)
    before = session.scalar(select(func.count()).select_from(Notice))
    assert before == 3
    leader = make_staff(session, Role.LEADER, state.received.competent_agency)
    casework.stop(session, code, reason="dispute", note="", actor=leader, at=state.late_at + DAY)
    assert forget_notices(session, at=state.late_at + DAY) == 3


def test_many_are_written_in_pieces(session, clerk, province):
    papers = [{"code": code} for code in ("declaration", "identity")]
    for _ in range(5):
        receive(session, clerk, procedure=MARITAL, papers=papers)

    counts = [
        write_notices(session, kind=NoticeKind.STEP_DUE_SOON, at=NOW, most=2) for _ in range(4)
    ]
    assert counts == [2, 2, 1, 0]


# What is not kept


def make_visit(session: Session, clerk, at: datetime):
    intake = make_intake()
    guidance = Guidance.model_validate(
        intake.model_dump(include={"key", "procedure", "applicant"})
        | {"reason": "paper_missing", "missing": ["identity"], "note": "Mang thêm giấy tờ"}
    )
    (held,) = clerk.assignments
    return guide(session, guidance, agency_id=held.agency_id, actor=clerk, at=at)


def test_a_visit_is_erased_after_thirty_days_and_still_counts(session, clerk):
    guided = make_visit(session, clerk, NOW)
    agency_id = clerk.assignments[0].agency_id
    document = IssuedDocument(
        visit_id=guided.visit_id,
        agency_id=agency_id,
        kind="supplement_request",
        form_edition="2025",
        issued_at=NOW,
        issued_by=clerk.user_id,
        sha256="0" * 64,
        content=b"%PDF",
    )
    session.add(document)
    session.flush()

    assert erase_visits(session, at=NOW + 30 * DAY - HOUR) == 0
    assert erase_visits(session, at=NOW + 30 * DAY) == 1
    assert erase_visits(session, at=NOW + 31 * DAY) == 0
    session.expire_all()
    visit = session.get(Visit, guided.visit_id)
    assert (visit.note, visit.id_number, visit.id_number_hash, visit.form, visit.token) == (
        (None,) * 5
    )
    assert (visit.outcome, visit.missing) == ("guided", "identity")
    assert session.get(IssuedDocument, document.id).content is None
    with pytest.raises(VisitNotFound):
        visit_by_token(session, guided.token.text, agency_id=agency_id, at=NOW + 31 * DAY)


def test_keys_are_forgotten_after_thirty_days_those_of_receptions_never(session, clerk):
    receive(session, clerk)
    make_visit(session, clerk, NOW)

    assert forget_keys(session, at=NOW + 30 * DAY) == 0
    assert forget_keys(session, at=NOW + 31 * DAY) == 1
    assert session.scalars(select(IdempotencyKey.kept_for_ever)).all() == [True]


def test_failed_sign_ins_are_forgotten_when_they_count_no_more(session):
    for hours in range(3):
        record_failure(session, "mai", address="10.0.0.9", at=NOW + hours * HOUR)

    assert forget_failures(session, at=NOW + DAY) == 0
    assert forget_failures(session, at=NOW + DAY + HOUR, most=1) == 1
    assert forget_failures(session, at=NOW + DAY + 2 * HOUR) == 1


# The clock of the server


def test_when_the_clock_goes_back_the_sweep_keeps_the_order_and_flags_it(session, waiting):
    state = load(session, waiting).state
    actor = system_user(session, at=WARNED)
    follow_term(session, waiting, actor=actor, at=WARNED)
    before = WARNED - timedelta(hours=1)  # the clock went back by an hour
    leader = make_staff(session, Role.LEADER, state.received.competent_agency)
    casework.stop(session, waiting, reason="dispute", note="", actor=leader, at=before)

    recorded = [
        from_body(body)
        for body in session.scalars(select(DossierEvent.body).order_by(DossierEvent.version))
    ]
    times = [one.recorded_at for one in recorded]
    assert times == sorted(times)
    assert [one.clock_skew for one in recorded[-2:]] == [False, True]
    assert verify(session).breaks == ()


def test_the_sweep_itself_after_the_clock_went_back_flags_its_events(session, waiting):
    state = load(session, waiting).state
    (step,) = state.live_steps
    leader = make_staff(session, Role.LEADER, step.agency)
    far = WARNED + HOUR
    colleague = make_staff(session, step.planned.role, step.agency)
    casework.reassign(
        session,
        waiting,
        step=step.step,
        holder=colleague.user_id,
        reason="absence",
        note="",
        actor=leader,
        at=far,
    )

    assert follow(session, WARNED) == [CitizenReminded(1, TERM_ENDS)]
    last = load(session, waiting).state
    assert last.last_recorded_at > far
    assert last.open_pauses[0].reminded_at == last.last_recorded_at
