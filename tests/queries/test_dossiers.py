"""The page of a dossier: who sees it, what it says, what may be done, what that costs."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from onestop.domain.events import Ground, PaperTick, PauseKind
from onestop.domain.explanation import RowKind
from onestop.domain.rights import Actor, Role
from onestop.domain.standings import Standing
from onestop.domain.statuses import Action
from onestop.queries.dossier_history import changes_since
from onestop.queries.dossier_rows import DossierPage, MoveRow
from onestop.queries.dossiers import dossier_page
from onestop.queries.scope import is_visible
from onestop.services.casework import accept_step, finish_step, send_back
from onestop.services.pauses import request_supplement, take_in
from tests.conftest import NOW, Statements
from tests.factories import (
    COMMUNE,
    DESK,
    JUSTICE,
    OTHER_COMMUNE,
    OTHER_DESK,
    POLICE,
    Province,
    make_province,
    make_staff,
    receive,
)

MARITAL = "1.004873"
LAND = "1.012786"
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass
class Case:
    """A marital-status dossier whose first step an officer holds."""

    session: Session
    province: Province
    clerk: Actor
    officer: Actor
    leader: Actor
    code: str

    def page(self, actor: Actor | None = None, after: timedelta = HOUR) -> DossierPage:
        page = dossier_page(self.session, self.code, actor or self.officer, now=NOW + after)
        assert page is not None
        return page

    def finish(self, step: str, actor: Actor, after: timedelta = HOUR, **typed: object) -> None:
        finish_step(
            self.session,
            self.code,
            step=step,
            actor=actor,
            at=NOW + after,
            **typed,  # type: ignore[arg-type]
        )

    def ask(self, after: timedelta = HOUR) -> None:
        request_supplement(
            self.session,
            self.code,
            step="check",
            papers=["divorce_or_death"],
            reason="paper_missing",
            note="Thiếu bản án ly hôn.",
            actor=self.officer,
            at=NOW + after,
        )

    def bring(self, after: timedelta) -> None:
        take_in(
            self.session,
            self.code,
            kind=PauseKind.SUPPLEMENT,
            papers=[PaperTick("divorce_or_death", "certified", 1)],
            actor=self.clerk,
            at=NOW + after,
        )


@pytest.fixture
def case(session: Session) -> Case:
    province = make_province(session)
    clerk = make_staff(session, Role.CLERK, province[DESK], display_name="Nguyễn Thu Trang")
    officer = make_staff(session, Role.OFFICER, province[JUSTICE], display_name="Trần Quân")
    leader = make_staff(session, Role.LEADER, province[COMMUNE], display_name="Phạm Hùng")
    papers = [{"code": "declaration"}, {"code": "identity"}]
    code = receive(session, clerk, procedure=MARITAL, papers=papers).code
    accept_step(session, code, step="check", actor=officer, at=NOW)
    return Case(session, province, clerk, officer, leader, code)


def move_of(page: DossierPage, action: Action) -> MoveRow:
    return next(move for move in page.moves if move.action is action)


def test_the_agencies_that_take_part_see_it(case: Case) -> None:
    for actor in (case.clerk, case.officer, case.leader):
        assert case.page(actor).code == case.code


@pytest.mark.parametrize(
    ("role", "agency"),
    [
        (Role.OFFICER, POLICE),
        (Role.CLERK, OTHER_DESK),
        (Role.LEADER, OTHER_COMMUNE),
        (Role.ADMIN, COMMUNE),
        (Role.ADMIN, "H91"),
    ],
    ids=["another unit", "another desk", "another commune", "its admin", "the province's admin"],
)
def test_everybody_else_gets_the_answer_of_an_unknown_code(
    case: Case, role: Role, agency: str
) -> None:
    stranger = make_staff(case.session, role, case.province[agency])

    assert dossier_page(case.session, case.code, stranger, now=NOW) is None
    assert not is_visible(case.session, stranger, case.code)
    assert not is_visible(case.session, case.officer, "H91.51.01-260302-9999")


@pytest.mark.parametrize("role", [Role.LEADER, Role.AUDITOR], ids=["leader", "auditor"])
def test_a_province_sees_what_happens_below_it(case: Case, role: Role) -> None:
    above = make_staff(case.session, role, case.province["H91"])

    assert is_visible(case.session, above, case.code)


def test_an_officer_of_the_province_does_not_see_the_communes(case: Case) -> None:
    above = make_staff(case.session, Role.OFFICER, case.province["H91"])

    assert not is_visible(case.session, above, case.code)


def test_an_agency_that_has_done_its_part_goes_on_seeing_it(case: Case) -> None:
    case.finish("check", case.officer)
    accept_step(case.session, case.code, step="draft", actor=case.officer, at=NOW + HOUR)
    case.finish("draft", case.officer, 2 * HOUR)

    assert case.page(case.officer).live_steps[0].key == "sign"


def test_the_history_is_newest_first_with_who_when_how_long_and_the_note(case: Case) -> None:
    case.finish("check", case.officer, note="Đã đối chiếu sổ.")

    newest, accepted, received = case.page().history

    assert (newest.by, newest.at, newest.note) == ("Trần Quân", NOW + HOUR, "Đã đối chiếu sổ.")
    assert newest.step is not None
    assert newest.step.vi == "Kiểm tra tình trạng hôn nhân"
    assert newest.took is not None
    assert accepted.took is None
    assert (received.version, received.by) == (1, "Nguyễn Thu Trang")


def test_what_was_recorded_after_a_page_was_shown_names_who_and_when(case: Case) -> None:
    shown = case.page().version
    case.ask()

    (change,) = changes_since(case.session, case.code, shown)

    assert (change.by, change.at, change.event.ACTION) == (
        "Trần Quân",
        NOW + HOUR,
        Action.REQUEST_SUPPLEMENT,
    )


def test_a_pause_leaves_the_first_promise_and_adds_the_counted_one(case: Case) -> None:
    case.ask()
    case.bring(after=DAY)

    first, counted = (row for row in case.page(after=DAY).promises if row.leg == 0)

    assert (first.is_first, first.is_counted, first.line.ground) == (True, False, Ground.FIRST)
    assert (counted.is_counted, counted.is_last, counted.line.ground) == (True, True, Ground.PAUSE)
    assert counted.line.due_at > first.line.due_at


def test_why_this_date_ends_with_the_counted_promise(case: Case) -> None:
    case.ask()
    case.bring(after=DAY)

    page = case.page(after=DAY)

    counted = page.state.counted_promise()
    assert counted is not None
    assert page.explanation[-1].to_at == counted.due_at
    assert RowKind.PAUSE in {row.kind for row in page.explanation}


def test_while_it_waits_the_page_says_for_what_and_until_when(case: Case) -> None:
    case.ask()

    page = case.page()

    (pause,) = page.open_pauses
    assert pause.paper_codes == ("divorce_or_death",)
    assert pause.papers[0].vi.startswith("Bản án")
    assert pause.citizen_due_at is not None
    assert page.standing is Standing.PAUSED
    assert [step.paused for step in page.live_steps] == [PauseKind.SUPPLEMENT]


def test_papers_brought_later_stand_with_the_others(case: Case) -> None:
    case.ask()
    case.bring(after=DAY)

    papers = case.page(after=DAY).papers

    assert [paper.code for paper in papers] == ["declaration", "identity", "divorce_or_death"]
    assert papers[-1].handed_in_at == NOW + DAY


def test_a_late_step_asks_for_a_reason(case: Case) -> None:
    assert not move_of(case.page(), Action.FINISH_STEP).is_late
    assert move_of(case.page(after=9 * DAY), Action.FINISH_STEP).is_late


def test_an_optional_consultation_offers_the_agencies_that_may_be_asked(case: Case) -> None:
    (consult,) = move_of(case.page(), Action.FINISH_STEP).consults

    asked = {agency_id for agency_id, _ in consult.agencies}
    assert consult.step == "verify_elsewhere"
    assert asked
    assert case.province[JUSTICE] not in asked


def test_a_chosen_consultation_is_offered_to_its_agency(case: Case) -> None:
    (consult,) = move_of(case.page(), Action.FINISH_STEP).consults
    agency, _ = consult.agencies[0]

    case.finish("check", case.officer, chosen={"verify_elsewhere": agency})

    assert [step.key for step in case.page().live_steps] == ["verify_elsewhere"]
    there = make_staff(case.session, Role.OFFICER, agency)
    assert is_visible(case.session, there, case.code)


def test_the_registrar_is_asked_for_number_and_date(case: Case) -> None:
    (led,) = case.leader.assignments
    registrar = make_staff(case.session, Role.REGISTRAR, led.agency_id)
    case.finish("check", case.officer)
    for step, actor in (("draft", case.officer), ("sign", case.leader)):
        accept_step(case.session, case.code, step=step, actor=actor, at=NOW + HOUR)
        case.finish(step, actor)
    accept_step(case.session, case.code, step="register", actor=registrar, at=NOW + HOUR)

    assert move_of(case.page(registrar), Action.FINISH_STEP).asks_number


def test_sending_back_offers_the_steps_that_may_be_done_again(case: Case) -> None:
    case.finish("check", case.officer)
    accept_step(case.session, case.code, step="draft", actor=case.officer, at=NOW + HOUR)

    targets = move_of(case.page(), Action.SEND_BACK).targets

    assert [key for key, _ in targets] == ["check"]


def test_a_reworked_step_shows_both_attempts(case: Case) -> None:
    case.finish("check", case.officer)
    accept_step(case.session, case.code, step="draft", actor=case.officer, at=NOW + HOUR)
    send_back(
        case.session,
        case.code,
        step="draft",
        target="check",
        reason="data_wrong",
        note="",
        actor=case.officer,
        at=NOW + HOUR,
    )

    attempts = [step.attempt for step in case.page().steps if step.key == "check"]

    assert attempts == [1, 2]


def test_only_the_receiving_clerk_can_hand_out_the_link(case: Case) -> None:
    assert len(case.page(case.clerk).link) == 26
    assert case.page(case.officer).link == ""
    assert case.page(case.leader).link == ""


def test_the_person_stands_there_unsealed_for_those_who_work_on_it(case: Case) -> None:
    applicant = case.page().applicant

    assert applicant is not None
    assert (applicant.name, applicant.id_number) == ("Nguyễn Thị Đào", "098190012345")


def test_the_cost_does_not_grow_with_the_history(
    case: Case, count_queries: Callable[[], AbstractContextManager[Statements]]
) -> None:
    with count_queries() as short:
        case.page(case.clerk)
    case.ask()
    case.bring(after=DAY)
    with count_queries() as long:
        case.page(case.clerk, after=DAY)

    assert len(long) == len(short) <= 12
