"""A later date with an apology: in time, once, signed by the head, never what is measured."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from onestop.domain.decisions import ExtensionNotLater, ExtensionTooLate
from onestop.domain.dossier import DossierState
from onestop.domain.events import Ground, PaperTick, PauseKind
from onestop.domain.moves import MoveNotAllowed, ReasonMissing
from onestop.domain.rights import Actor, Role
from onestop.domain.standings import Punctuality
from onestop.domain.statuses import Action
from onestop.models.dossiers import Dossier, Proposal
from onestop.services import casework, pauses, promises
from onestop.services.catalogue import import_procedures
from onestop.services.event_log import DossierChanged, load
from tests.catalogue_files import procedure
from tests.conftest import NOW
from tests.factories import COMMUNE, DESK, JUSTICE, make_province, make_staff, receive

MARITAL = "1.004873"
DAY = timedelta(days=1)
DUE = NOW + 3 * DAY  # Thursday 5 March, 08:30
LATER = date(2026, 3, 11)
TOLD = datetime(2026, 3, 11, 1, 30, tzinfo=UTC)  # Wednesday 11 March, 08:30
WHY = {"reason": "field_survey", "note": ""}


@dataclass
class Unit:
    """A marital-status dossier due in three working days, and who works on it."""

    session: Session
    clerk: Actor
    officer: Actor
    head: Actor
    chairman: Actor
    code: str = ""

    @property
    def state(self) -> DossierState:
        return load(self.session, self.code).state

    @property
    def row(self) -> Dossier:
        return self.session.scalars(select(Dossier).where(Dossier.code == self.code)).one()

    def draft(self, *, at: datetime = NOW, until: date = LATER, **by: object) -> None:
        values = {"actor": self.officer, **WHY, **by}
        promises.draft_extension(self.session, self.code, until=until, at=at, **values)

    def sign(self, *, at: datetime = NOW, **typed: object) -> None:
        values = {"actor": self.chairman, **typed}
        promises.extend(self.session, self.code, at=at, **values)

    def decline(self, proposal: int = 1, **by: object) -> None:
        values = {"actor": self.chairman, "reason": "can_be_in_time", "note": "", **by}
        promises.decline(self.session, self.code, proposal=proposal, at=NOW, **values)

    def finish(self, at: datetime) -> None:
        """Everybody does their part within one minute."""
        steps = (("check", self.officer), ("draft", self.officer), ("sign", self.chairman))
        registrar = make_staff(self.session, Role.REGISTRAR, self.state.received.competent_agency)
        for step, who in (*steps, ("register", registrar)):
            if step != "check":
                casework.accept_step(self.session, self.code, step=step, actor=who, at=at)
            casework.finish_step(
                self.session,
                self.code,
                step=step,
                actor=who,
                at=at,
                late_reason="heavy_load",
                result_number="3/XN",
                registered_on=at.date(),
            )
        casework.accept_result(self.session, self.code, outcome="granted", actor=self.clerk, at=at)


@pytest.fixture
def unit(session: Session) -> Unit:
    province = make_province(session)
    unit = Unit(
        session,
        clerk=make_staff(session, Role.CLERK, province[DESK]),
        officer=make_staff(session, Role.OFFICER, province[JUSTICE]),
        head=make_staff(session, Role.LEADER, province[JUSTICE]),
        chairman=make_staff(session, Role.LEADER, province[COMMUNE]),
    )
    papers = [{"code": "declaration"}, {"code": "identity"}]
    unit.code = receive(session, unit.clerk, procedure=MARITAL, papers=papers).code
    casework.accept_step(session, unit.code, step="check", actor=unit.officer, at=NOW)
    return unit


def test_a_draft_promises_nothing_yet(unit):
    unit.draft()

    (waiting,) = unit.state.open_proposals
    assert (waiting.due_at, waiting.by) == (TOLD, unit.officer.user_id)
    assert len(unit.state.ledger()) == 1
    row = unit.session.scalars(select(Proposal)).one()
    assert (row.due_at, row.decided_at, row.agreed) == (TOLD, None, False)


def test_signed_it_is_a_new_line_that_names_both_and_the_paper(unit):
    unit.draft()

    unit.sign(proposal=1)

    first, line = unit.state.ledger()
    assert (first.ground, first.due_at) == (Ground.FIRST, DUE)
    assert (line.ground, line.due_at) == (Ground.EXTENSION, TOLD)
    assert (line.asked_by, line.approved_by) == (unit.officer.user_id, unit.chairman.user_id)
    assert (line.reason, line.document) == ("field_survey", "apology_extension")
    assert (unit.row.first_due_at, unit.row.due_at, unit.row.last_due_at) == (DUE, DUE, TOLD)
    assert unit.state.open_proposals == ()


def test_punctuality_counts_against_the_date_before_the_apology(unit):
    unit.sign(until=LATER, reason="heavy_load")

    unit.finish(NOW + 7 * DAY)  # Monday 9 March: before the date told, after the one promised

    assert unit.row.punctuality is Punctuality.OVERDUE


def test_it_is_late_at_the_first_date_although_a_later_one_was_told(unit):
    late_at = unit.row.late_at

    unit.sign(until=LATER, reason="heavy_load")

    assert unit.row.late_at == late_at


def test_it_never_counts_after_a_pause_either(unit):
    unit.sign(until=LATER, reason="heavy_load")
    asked = {"papers": ["identity"], "reason": "paper_unclear", "note": "", "at": NOW}
    pauses.request_supplement(unit.session, unit.code, step="check", actor=unit.officer, **asked)
    pauses.take_in(
        unit.session,
        unit.code,
        kind=PauseKind.SUPPLEMENT,
        papers=[PaperTick("identity", "original", 1)],
        actor=unit.clerk,
        at=NOW + 2 * DAY,
    )

    counted, told = unit.state.counted_promise(), unit.state.last_promise()

    assert (counted.ground, counted.due_at) == (Ground.PAUSE, NOW + 7 * DAY)  # Monday 9 March
    assert (told.ground, told.due_at) == (Ground.EXTENSION, TOLD + 2 * DAY)
    assert unit.row.due_at == counted.due_at


def test_reopened_the_citizen_hears_no_earlier_date_than_the_one_told(unit):
    unit.sign(until=LATER, reason="heavy_load")
    stopped = {"reason": "not_eligible", "note": "", "actor": unit.chairman}
    casework.stop(unit.session, unit.code, at=NOW + timedelta(hours=2), **stopped)
    opened = {"target": "check", "reason": "stopped_in_error", "note": "", "actor": unit.chairman}
    casework.reopen(unit.session, unit.code, at=NOW + DAY, **opened)

    counted, told = unit.state.counted_promise(), unit.state.last_promise()

    assert counted.ground is Ground.REOPEN
    assert DUE < counted.due_at < TOLD
    assert (told.ground, told.due_at) == (Ground.EXTENSION, TOLD)


def test_the_day_before_the_last_is_in_time_and_the_last_is_not(unit):
    unit.draft(at=DUE - DAY + timedelta(hours=7))  # Wednesday, 15:30
    unit.decline()

    with pytest.raises(ExtensionTooLate):
        unit.draft(at=DUE - timedelta(minutes=30))
    with pytest.raises(ExtensionTooLate):
        unit.sign(until=LATER, reason="heavy_load", at=DUE - timedelta(minutes=30))
    with pytest.raises(ExtensionTooLate):
        unit.sign(until=LATER, reason="heavy_load", at=DUE + 2 * DAY)


def test_an_edition_may_want_it_earlier_and_allow_it_twice(unit):
    changed = {"edition": "2026-03", "valid_from": NOW.date(), "extensions": 2}
    spec = procedure(MARITAL, extension_lead=3, **changed)
    import_procedures(unit.session, [spec], at=NOW)
    papers = [{"code": "declaration"}, {"code": "identity"}]
    unit.code = receive(unit.session, unit.clerk, procedure=MARITAL, papers=papers).code

    with pytest.raises(ExtensionTooLate) as refused:
        unit.sign(at=NOW + DAY, until=LATER, reason="heavy_load")
    assert refused.value.lead == 3
    unit.sign(until=LATER, reason="heavy_load")
    unit.sign(until=LATER + DAY, reason="heavy_load")
    with pytest.raises(MoveNotAllowed):
        unit.sign(until=LATER + 2 * DAY, reason="heavy_load")


def test_a_draft_that_waited_too_long_can_no_longer_be_signed(unit):
    unit.draft()

    with pytest.raises(ExtensionTooLate):
        unit.sign(proposal=1, at=DUE)
    assert len(unit.state.ledger()) == 1


def test_it_is_told_once(unit):
    unit.sign(until=LATER, reason="heavy_load")

    with pytest.raises(MoveNotAllowed):
        unit.sign(until=LATER + 7 * DAY, reason="heavy_load")
    with pytest.raises(MoveNotAllowed):
        unit.draft(until=LATER + 7 * DAY)


def test_one_draft_waits_at_a_time(unit):
    unit.draft()

    with pytest.raises(MoveNotAllowed):
        unit.draft(until=LATER + DAY)


def test_the_date_must_be_later_than_the_one_told(unit):
    for until in (date(2026, 3, 5), date(2026, 3, 2), date(2026, 2, 2)):
        with pytest.raises(ExtensionNotLater):
            unit.draft(until=until)
        with pytest.raises(ExtensionNotLater):
            unit.sign(until=until, reason="heavy_load")


def test_the_leader_may_tell_another_date_and_reason_than_the_draft(unit):
    unit.draft()

    unit.sign(proposal=1, until=date(2026, 3, 9), reason="heavy_load")

    line = unit.state.last_promise()
    assert (line.due_at, line.reason) == (NOW + 7 * DAY, "heavy_load")
    assert line.asked_by == unit.officer.user_id


def test_a_day_off_becomes_the_next_working_day(unit):
    unit.draft(until=date(2026, 3, 7))

    assert unit.state.open_proposals[0].due_at == NOW + 7 * DAY


def test_a_declined_draft_leaves_every_date_and_may_be_made_anew(unit):
    unit.draft()

    unit.decline()

    assert len(unit.state.ledger()) == 1
    (declined,) = unit.state.proposals
    assert (declined.agreed, declined.decided_at) == (False, NOW)
    with pytest.raises(MoveNotAllowed):
        unit.sign(proposal=1)
    unit.draft()
    unit.sign(proposal=2)
    assert unit.state.last_promise().due_at == TOLD


def test_a_reason_is_given_each_time(unit):
    with pytest.raises(ReasonMissing):
        unit.draft(reason="")
    with pytest.raises(ReasonMissing):
        unit.sign(until=LATER)
    with pytest.raises(ReasonMissing):
        unit.sign(reason="heavy_load")  # no date, no draft
    unit.draft()
    with pytest.raises(ReasonMissing):
        unit.decline(reason="")


def test_only_who_works_on_it_drafts_and_only_the_head_of_the_agency_signs(unit):
    colleague = make_staff(unit.session, Role.OFFICER, unit.state.live_steps[0].agency)
    for who in (colleague, unit.clerk, unit.head):
        with pytest.raises(MoveNotAllowed):
            unit.draft(actor=who)
    unit.draft()
    for who in (unit.officer, unit.clerk, unit.head):
        with pytest.raises(MoveNotAllowed):
            unit.sign(proposal=1, actor=who)
        with pytest.raises(MoveNotAllowed):
            unit.decline(actor=who)


def test_no_later_date_is_told_while_the_clock_stands_still(unit):
    suspended = {"reason": "dispute", "note": "", "actor": unit.head, "at": NOW}
    pauses.suspend(unit.session, unit.code, **suspended)

    with pytest.raises(MoveNotAllowed) as refused:
        unit.sign(until=LATER, reason="heavy_load")
    assert refused.value.action is Action.EXTEND


def test_a_draft_is_signed_only_when_the_clock_goes_on(unit):
    unit.draft()
    suspended = {"reason": "dispute", "note": "", "actor": unit.head, "at": NOW}
    pauses.suspend(unit.session, unit.code, **suspended)
    with pytest.raises(MoveNotAllowed):
        unit.sign(proposal=1)
    by = {"kind": PauseKind.SUSPENSION, "actor": unit.head, "at": NOW + DAY}
    pauses.take_in(unit.session, unit.code, **by)

    unit.sign(proposal=1, at=NOW + DAY)

    assert unit.state.last_promise().due_at == TOLD


def test_the_slower_of_two_leaders_is_told(unit):
    unit.draft()
    shown = unit.state.version
    unit.decline()

    with pytest.raises(DossierChanged) as changed:
        unit.sign(proposal=1, expected_version=shown)
    assert (changed.value.by, changed.value.at) == (unit.chairman.user_id, NOW)
