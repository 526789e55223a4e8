"""The worklist of a person and of an agency: tabs, counts, order, pages, who gave what."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from onestop.domain.events import PauseKind
from onestop.domain.rights import Actor, Role
from onestop.domain.standings import Standing
from onestop.queries.worklists import PAGE_SIZE, Tab, WorklistFilter, WorklistPage, worklist
from onestop.services.casework import accept_step, finish_step, send_back
from onestop.services.pauses import request_supplement, suspend
from tests.conftest import NOW, Statements
from tests.factories import (
    BIRTH,
    COMMUNE,
    DESK,
    JUSTICE,
    OTHER_COMMUNE,
    OTHER_DESK,
    make_province,
    make_staff,
    receive,
)

MARITAL = "1.004873"
PAPERS = {
    BIRTH: ("declaration", "birth_slip", "identity"),
    MARITAL: ("declaration", "identity"),
}
FIRST_STEP = {BIRTH: "verify", MARITAL: "check"}
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass
class Office:
    """A commune's desk and its civil status unit, with what the tests do there."""

    session: Session
    clerk: Actor
    officer: Actor
    colleague: Actor
    leader: Actor

    def receive(self, procedure: str = MARITAL, before: timedelta = timedelta(0)) -> str:
        papers = [{"code": code} for code in PAPERS[procedure]]
        at = NOW - before
        return receive(self.session, self.clerk, at=at, procedure=procedure, papers=papers).code

    def accepted(self, procedure: str = MARITAL, before: timedelta = timedelta(0)) -> str:
        code = self.receive(procedure, before)
        step = FIRST_STEP[procedure]
        accept_step(self.session, code, step=step, actor=self.officer, at=NOW - before)
        return code

    def ask(self, code: str, before: timedelta = timedelta(0)) -> None:
        request_supplement(
            self.session,
            code,
            step="check",
            papers=["divorce_or_death"],
            reason="paper_missing",
            note="",
            actor=self.officer,
            at=NOW - before,
        )

    def page(self, actor: Actor | None = None, **asked: object) -> WorklistPage:
        wanted = WorklistFilter(**asked)  # type: ignore[arg-type]
        return worklist(self.session, actor or self.officer, wanted, now=NOW)

    def codes(self, actor: Actor | None = None, **asked: object) -> list[str]:
        return [row.code for row in self.page(actor, **asked).rows]


@pytest.fixture
def office(session: Session) -> Office:
    province = make_province(session)
    return Office(
        session,
        clerk=make_staff(session, Role.CLERK, province[DESK]),
        officer=make_staff(session, Role.OFFICER, province[JUSTICE]),
        colleague=make_staff(session, Role.OFFICER, province[JUSTICE]),
        leader=make_staff(session, Role.LEADER, province[COMMUNE]),
    )


def a_bit_of_everything(office: Office) -> None:
    """Late, due today, due soon, waiting in time, waiting and late, suspended, offered."""
    office.accepted(before=5 * DAY)
    office.accepted(BIRTH)
    office.accepted()
    office.ask(office.accepted())
    late = office.accepted(before=5 * DAY)
    office.ask(late)
    office.receive()
    office.receive(BIRTH, before=4 * DAY)


def test_an_offered_step_is_new_to_every_officer_of_the_agency(office: Office) -> None:
    code = office.receive()

    assert office.codes(tab=Tab.OFFERED) == [code]
    assert office.codes(office.colleague, tab=Tab.OFFERED) == [code]


def test_another_role_of_the_agency_is_offered_nothing(office: Office) -> None:
    office.receive()

    assert office.codes(office.leader) == []
    assert office.codes(office.leader, whole_agency=True) == []


def test_an_accepted_step_is_the_holders_and_leaves_the_others(office: Office) -> None:
    code = office.accepted()

    assert office.codes() == [code]
    assert office.codes(tab=Tab.OFFERED) == []
    assert office.codes(office.colleague) == []


def test_the_agency_sees_what_its_people_hold(office: Office) -> None:
    code = office.accepted()

    (row,) = office.page(office.colleague, whole_agency=True).rows

    assert row.code == code
    assert row.holder.startswith("Cán bộ")


@pytest.mark.parametrize("whole_agency", [False, True], ids=["person", "agency"])
def test_every_count_is_the_length_of_its_list(office: Office, whole_agency: bool) -> None:
    a_bit_of_everything(office)

    counts = office.page(whole_agency=whole_agency).counts

    for tab in counts:
        assert counts[tab] == len(office.codes(tab=tab, whole_agency=whole_agency)), tab
    assert all(counts.values())


def test_counts_follow_the_filters(office: Office) -> None:
    a_bit_of_everything(office)

    page = office.page(procedure=BIRTH)

    assert page.counts[Tab.ALL] == len(page.rows) == 2
    assert {choice.code for choice in page.procedures} == {BIRTH, MARITAL}


def test_late_ones_come_first_and_say_by_how_many_working_days(office: Office) -> None:
    soon = office.accepted()
    late = office.accepted(before=5 * DAY)  # Wednesday, one working day: due on Thursday

    rows = office.page().rows

    assert [row.code for row in rows] == [late, soon]
    assert (rows[0].standing, rows[0].days) == (Standing.OVERDUE, 2)
    assert (rows[1].standing, rows[1].days) == (Standing.DUE_SOON, 1)
    assert rows[0].by_date


def test_due_today_counts_until_its_hour_has_come(office: Office) -> None:
    code = office.accepted(BIRTH)

    assert office.codes(tab=Tab.TODAY) == [code]
    page = worklist(
        office.session, office.officer, WorklistFilter(tab=Tab.LATE), now=NOW + 8 * HOUR
    )
    assert [row.code for row in page.rows] == [code]


def test_one_paused_in_time_waits_and_never_becomes_late(office: Office) -> None:
    code = office.accepted()
    office.ask(code)

    later = worklist(office.session, office.officer, WorklistFilter(), now=NOW + 30 * DAY)

    assert later.counts[Tab.LATE] == 0
    assert later.counts[Tab.WAITING] == 1
    assert later.rows[0].standing is Standing.PAUSED
    assert later.rows[0].paused is PauseKind.SUPPLEMENT
    assert later.rows[0].citizen_due_at is not None


def test_one_late_when_its_pause_began_stays_late_with_its_days_frozen(office: Office) -> None:
    code = office.accepted(before=5 * DAY)
    office.ask(code)

    page = worklist(
        office.session, office.officer, WorklistFilter(tab=Tab.LATE), now=NOW + 30 * DAY
    )

    (row,) = page.rows
    assert (row.standing, row.days) == (Standing.OVERDUE, 2)
    assert row.paused is PauseKind.SUPPLEMENT
    assert page.counts[Tab.WAITING] == 1


def test_a_suspended_one_does_not_wait_for_the_citizen(office: Office, session: Session) -> None:
    code = office.accepted()
    (held,) = office.officer.assignments
    head = make_staff(session, Role.LEADER, held.agency_id)
    suspend(session, code, reason="dispute", note="", actor=head, at=NOW)

    counts = office.page().counts

    assert counts[Tab.WAITING] == 0
    assert counts[Tab.ALL] == 1


def test_the_desk_sees_what_waits_for_its_citizen_at_another_agency(office: Office) -> None:
    code = office.accepted()
    office.ask(code)
    office.ask(office.accepted(before=5 * DAY))
    office.accepted()

    page = office.page(office.clerk, tab=Tab.WAITING)

    assert {row.code for row in page.rows} >= {code}
    assert len(page.rows) == page.counts[Tab.WAITING] == page.counts[Tab.ALL] == 2
    assert len(office.codes(office.clerk)) == 2
    assert [page.counts[tab] for tab in (Tab.TODAY, Tab.SOON, Tab.OFFERED)] == [0] * 3
    late, waiting = page.rows
    assert office.codes(office.clerk, tab=Tab.LATE) == [late.code]
    assert page.counts[Tab.LATE] == 1
    assert (late.standing, late.days) == (Standing.OVERDUE, 2)
    assert (waiting.standing, waiting.paused) == (Standing.PAUSED, PauseKind.SUPPLEMENT)
    assert waiting.agency == "Tư pháp Đầm Sen"
    assert waiting.elsewhere


@pytest.mark.parametrize("whole_agency", [False, True], ids=["person", "agency"])
def test_every_count_of_the_desk_is_the_length_of_its_list(
    office: Office, whole_agency: bool
) -> None:
    a_bit_of_everything(office)
    (desk,) = office.clerk.assignments

    for asked in ({}, {"procedure": MARITAL}, {"procedure": BIRTH}, {"agency": desk.agency_id}):
        page = office.page(office.clerk, whole_agency=whole_agency, **asked)
        for tab in page.counts:
            listed = office.codes(office.clerk, tab=tab, whole_agency=whole_agency, **asked)
            assert page.counts[tab] == len(listed), (asked, tab)
        assert page.counts[Tab.WAITING] == (0 if asked.get("procedure") == BIRTH else 2)


def test_what_waits_at_the_desk_itself_is_listed_once(office: Office, session: Session) -> None:
    office.ask(office.accepted())
    (there,) = office.clerk.assignments
    (held,) = office.officer.assignments
    both = Actor(office.officer.user_id, (there, held))

    page = office.page(both, tab=Tab.WAITING)

    assert len(page.rows) == page.counts[Tab.WAITING] == 1
    assert not page.rows[0].elsewhere


def test_other_desks_and_other_roles_of_the_desk_see_no_waiting(
    office: Office, session: Session
) -> None:
    office.ask(office.accepted())
    province = make_province(session)
    (there,) = office.clerk.assignments
    strangers = [
        make_staff(session, Role.CLERK, province[OTHER_DESK]),
        make_staff(session, Role.OFFICER, there.agency_id),
        office.colleague,
    ]

    for stranger in strangers:
        page = office.page(stranger, tab=Tab.WAITING)
        assert page.rows == ()
        assert page.counts[Tab.WAITING] == page.counts[Tab.ALL] == 0


def test_a_suspension_elsewhere_is_not_waited_for_at_the_desk(
    office: Office, session: Session
) -> None:
    code = office.accepted()
    (held,) = office.officer.assignments
    head = make_staff(session, Role.LEADER, held.agency_id)
    suspend(session, code, reason="dispute", note="", actor=head, at=NOW)

    assert office.page(office.clerk).counts[Tab.WAITING] == 0


def test_the_pages_of_a_desk_follow_each_other(office: Office) -> None:
    for _ in range(5):
        office.ask(office.accepted())
    office.ask(office.accepted(before=5 * DAY))
    everything = office.codes(office.clerk, tab=Tab.WAITING)

    seen: list[str] = []
    asked: WorklistFilter | None = WorklistFilter(tab=Tab.WAITING)
    while asked is not None:
        page = worklist(office.session, office.clerk, asked, now=NOW, size=2)
        seen += [row.code for row in page.rows]
        asked = WorklistFilter(tab=Tab.WAITING, after=page.next) if page.next else None

    assert len(everything) == 6
    assert seen == everything


def test_pages_follow_each_other_without_a_hole_or_a_repetition(office: Office) -> None:
    for day in range(7):
        office.receive(before=day // 3 * DAY)
    office.ask(office.accepted())
    everything = office.codes()

    seen: list[str] = []
    asked: WorklistFilter | None = WorklistFilter()
    while asked is not None:
        page = worklist(office.session, office.officer, asked, now=NOW, size=3)
        seen += [row.code for row in page.rows]
        asked = WorklistFilter(after=page.next) if page.next else None

    assert len(everything) == 8 <= PAGE_SIZE
    assert seen == everything


def test_the_row_says_who_gave_the_dossier(office: Office) -> None:
    office.receive()

    (row,) = office.page().rows

    assert row.giver is not None
    assert row.giver.agency == "TTPVHCC Đầm Sen"


def test_rework_comes_from_the_one_who_sent_it_back(office: Office, session: Session) -> None:
    code = office.accepted(BIRTH)
    finish_step(session, code, step="verify", actor=office.officer, at=NOW)
    accept_step(session, code, step="sign", actor=office.leader, at=NOW)
    send_back(
        session,
        code,
        step="sign",
        target="verify",
        reason="wrong_content",
        note="",
        actor=office.leader,
        at=NOW + HOUR,
    )

    (row,) = office.page().rows

    assert row.attempt == 2
    assert row.giver is not None
    assert row.giver.agency == "UBND phường Đầm Sen"


def test_a_result_on_its_way_is_the_desks_work_until_it_lies_there(
    office: Office, session: Session
) -> None:
    code = office.accepted(BIRTH)
    (led,) = office.leader.assignments
    registrar = make_staff(session, Role.REGISTRAR, led.agency_id)
    finish_step(session, code, step="verify", actor=office.officer, at=NOW)
    for step, actor in (("sign", office.leader), ("register", registrar)):
        accept_step(session, code, step=step, actor=actor, at=NOW)
        finish_step(
            session,
            code,
            step=step,
            actor=actor,
            at=NOW,
            result_number="12",
            registered_on=NOW.date(),
        )

    (row,) = office.page(office.clerk).rows

    assert row.code == code
    assert row.due_at is not None


def test_other_agencies_and_admins_see_nothing(office: Office, session: Session) -> None:
    a_bit_of_everything(office)
    (held,) = office.leader.assignments
    admin = make_staff(session, Role.ADMIN, held.agency_id)
    (there,) = office.clerk.assignments
    elsewhere = make_staff(session, Role.OFFICER, there.agency_id)

    assert office.codes(admin, whole_agency=True) == []
    assert office.codes(elsewhere, whole_agency=True) == []


def test_an_agency_of_others_cannot_be_asked_for(office: Office, session: Session) -> None:
    office.receive()
    province = make_province(session)
    stranger = make_staff(session, Role.LEADER, province[OTHER_COMMUNE])
    (held,) = office.officer.assignments

    assert office.codes(stranger, whole_agency=True, agency=held.agency_id) == []


def test_the_cost_does_not_grow_with_the_list(
    office: Office, count_queries: Callable[[], AbstractContextManager[Statements]]
) -> None:
    office.receive()
    with count_queries() as few:
        office.page()
    a_bit_of_everything(office)
    with count_queries() as many:
        office.page()

    assert len(many) == len(few) <= 6


@pytest.mark.only_sqlite
def test_live_steps_are_read_from_their_index(
    office: Office, count_queries: Callable[[], AbstractContextManager[Statements]]
) -> None:
    """Among a million finished steps the live ones are found without looking at the others."""
    office.accepted()
    with count_queries() as sent:
        office.page(whole_agency=True)

    counting = next(statement for statement in sent if "FILTER (WHERE" in statement)
    values = (1,) * counting.count("?")
    plan = office.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {counting}", values)
    assert "ix_steps_live_by_agency" in "\n".join(str(tuple(row)) for row in plan)
