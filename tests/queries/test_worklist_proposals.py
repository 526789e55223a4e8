"""What waits for a leader's decision: whose it is, in which order, counts that equal lists."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from onestop.domain.decisions import ExtensionTooLate
from onestop.domain.events import PaperTick, PauseKind, ProposalKind
from onestop.domain.rights import Actor, Assignment, Role
from onestop.queries.worklists import Tab, WorklistFilter, WorklistPage, worklist
from onestop.services import casework, pauses, promises
from tests.conftest import NOW, Statements
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
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
LATER = date(2026, 3, 20)


@dataclass
class Unit:
    """A civil status unit whose officer asks, and the leaders who decide."""

    session: Session
    clerk: Actor
    officer: Actor
    head: Actor
    chairman: Actor

    def accepted(self, before: timedelta = timedelta(0)) -> str:
        papers = [{"code": "declaration"}, {"code": "identity"}]
        at = NOW - before
        got = receive(self.session, self.clerk, procedure=MARITAL, papers=papers, at=at)
        casework.accept_step(self.session, got.code, step="check", actor=self.officer, at=at)
        return got.code

    def with_request(self, before: timedelta = timedelta(0)) -> str:
        """A dossier whose officer wants to ask a second time."""
        code, at = self.accepted(before), NOW - before
        asked = {"papers": ["identity"], "reason": "paper_unclear", "note": "", "at": at}
        pauses.request_supplement(self.session, code, step="check", actor=self.officer, **asked)
        brought = [PaperTick("identity", "original", 1)]
        by = {"kind": PauseKind.SUPPLEMENT, "actor": self.clerk, "at": at}
        pauses.take_in(self.session, code, papers=brought, **by)
        pauses.propose_supplement(self.session, code, step="check", actor=self.officer, **asked)
        return code

    def with_draft(self, before: timedelta = timedelta(0)) -> str:
        """A dossier whose officer wants a later date."""
        code = self.accepted(before)
        self.draft(code)
        return code

    def draft(self, code: str) -> None:
        why = {"until": LATER, "reason": "field_survey", "note": ""}
        promises.draft_extension(self.session, code, actor=self.officer, at=NOW, **why)

    def page(self, actor: Actor, size: int = 50, **asked: object) -> WorklistPage:
        wanted = WorklistFilter(**{"tab": Tab.PROPOSED, **asked})  # type: ignore[arg-type]
        return worklist(self.session, actor, wanted, now=NOW, size=size)

    def codes(self, actor: Actor, **asked: object) -> list[str]:
        return [row.code for row in self.page(actor, **asked).proposals]


@pytest.fixture
def unit(session: Session) -> Unit:
    province = make_province(session)
    return Unit(
        session,
        clerk=make_staff(session, Role.CLERK, province[DESK]),
        officer=make_staff(session, Role.OFFICER, province[JUSTICE]),
        head=make_staff(session, Role.LEADER, province[JUSTICE]),
        chairman=make_staff(session, Role.LEADER, province[COMMUNE]),
    )


def test_a_second_request_waits_for_the_head_of_the_unit_that_asks(unit: Unit) -> None:
    code = unit.with_request()

    (row,) = unit.page(unit.head).proposals

    assert (row.code, row.kind, row.reason) == (code, ProposalKind.SUPPLEMENT, "paper_unclear")
    assert row.step == "Kiểm tra tình trạng hôn nhân"
    assert unit.codes(unit.chairman) == []


def test_a_later_date_waits_for_the_head_of_the_agency_that_decides(unit: Unit) -> None:
    code = unit.with_draft()

    (row,) = unit.page(unit.chairman).proposals

    assert (row.code, row.kind) == (code, ProposalKind.EXTENSION)
    assert row.new_due_at is not None
    assert unit.codes(unit.head) == []


def test_the_count_is_the_length_of_the_list(unit: Unit) -> None:
    for _ in range(3):
        unit.with_request()
    unit.with_draft()

    for leader, wanted in ((unit.head, 3), (unit.chairman, 1)):
        for asked in ({}, {"procedure": MARITAL}, {"whole_agency": True}):
            page = unit.page(leader, **asked)
            assert page.counts[Tab.PROPOSED] == len(page.proposals) == wanted
    assert unit.page(unit.head, procedure="1.001193").counts[Tab.PROPOSED] == 0


def test_the_dossier_due_first_stands_first_and_pages_leave_nothing_out(unit: Unit) -> None:
    newer = unit.with_request(before=HOUR)
    older = unit.with_request(before=3 * DAY)
    newest = unit.with_request()

    assert unit.codes(unit.head) == [older, newer, newest]
    first = unit.page(unit.head, size=2)
    second = unit.page(unit.head, size=2, after=first.next)
    assert [row.code for row in first.proposals + second.proposals] == [older, newer, newest]
    assert second.next is None


def test_what_was_decided_waits_no_more(unit: Unit) -> None:
    code = unit.with_request()
    why = {"reason": "not_needed", "note": ""}

    promises.decline(unit.session, code, proposal=1, actor=unit.head, at=NOW, **why)

    assert unit.page(unit.head).counts[Tab.PROPOSED] == 0
    assert unit.codes(unit.head) == []


def test_a_request_of_a_step_that_has_ended_waits_no_more(unit: Unit) -> None:
    code = unit.with_request()

    casework.finish_step(unit.session, code, step="check", actor=unit.officer, at=NOW)

    assert unit.page(unit.head).counts[Tab.PROPOSED] == 0


def test_a_draft_of_a_dossier_that_has_ended_waits_no_more(unit: Unit) -> None:
    code = unit.with_draft()

    why = {"reason": "applicant_wish", "note": ""}
    casework.withdraw(unit.session, code, actor=unit.clerk, at=NOW, **why)

    assert unit.page(unit.chairman).counts[Tab.PROPOSED] == 0


def test_a_draft_that_can_no_longer_be_signed_waits_no_more(unit: Unit) -> None:
    code = unit.with_draft()
    asked = WorklistFilter(tab=Tab.PROPOSED)
    signing = {"proposal": 1, "until": None, "reason": "", "note": "", "actor": unit.chairman}
    listed = {}

    for later in (HOUR, DAY, 2 * DAY, 3 * DAY, 4 * DAY):
        page = worklist(unit.session, unit.chairman, asked, now=NOW + later)
        listed[later] = len(page.proposals)
        assert page.counts[Tab.PROPOSED] == listed[later]
        with unit.session.begin_nested() as point:
            try:
                promises.extend(unit.session, code, at=NOW + later, **signing)
            except ExtensionTooLate:
                assert listed[later] == 0
            else:
                assert listed[later] == 1
            point.rollback()

    assert set(listed.values()) == {0, 1}


def test_only_leaders_have_the_tab(unit: Unit, session: Session) -> None:
    unit.with_request()
    (held,) = unit.head.assignments
    assistant = Assignment(held.agency_id, held.path, Role.LEADER, assistant=True)

    for who in (unit.officer, unit.clerk, Actor(unit.head.user_id, (assistant,))):
        page = unit.page(who)
        assert Tab.PROPOSED not in page.counts
        assert page.proposals == ()


def test_the_head_of_another_unit_finds_nothing(unit: Unit, session: Session) -> None:
    unit.with_request()
    stranger = make_staff(session, Role.LEADER, make_province(session)[OTHER_JUSTICE])

    assert unit.page(stranger).counts[Tab.PROPOSED] == 0


def test_the_statements_do_not_grow_with_the_list(
    unit: Unit, count_queries: Callable[[], AbstractContextManager[Statements]]
) -> None:
    unit.with_request()
    unit.page(unit.head)
    with count_queries() as one:
        unit.page(unit.head)
    for _ in range(5):
        unit.with_request()
    with count_queries() as many:
        unit.page(unit.head)

    assert len(many) == len(one)


def test_a_step_that_is_not_counted_runs_on_and_stands_in_the_list_once(
    unit: Unit, session: Session
) -> None:
    code, other = unit.accepted(), make_province(session)[OTHER_JUSTICE]
    verifier = make_staff(session, Role.OFFICER, other)
    chosen = {"verify_elsewhere": other}
    casework.finish_step(session, code, step="check", actor=unit.officer, at=NOW, chosen=chosen)
    casework.accept_step(session, code, step="verify_elsewhere", actor=verifier, at=NOW)

    (row,) = worklist(session, verifier, WorklistFilter(), now=NOW).rows

    assert row.paused is None
    assert row.days == 3
