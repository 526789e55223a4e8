"""A new filing after a withdrawal, a stop or a refusal is linked to the dossier before."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from onestop.domain.rights import Role
from onestop.models.dossiers import Dossier
from onestop.services import casework
from onestop.services.event_log import load
from onestop.services.reception import void_reception
from onestop.services.refilings import refiling_of
from onestop.services.verification import verify
from tests.conftest import NOW
from tests.factories import COMMUNE, DESK, OTHER_DESK, make_person, make_province, make_staff
from tests.factories import receive as received
from tests.services.test_casework import work_off

LATER = NOW + timedelta(hours=1)
# Withdrawn late on Monday 2 March: the thirtieth day after it is Wednesday 1 April.
LAST_DAY = datetime(2026, 4, 1, 9, 30, tzinfo=UTC)  # 16:30
TOO_LATE = datetime(2026, 4, 2, 1, 0, tzinfo=UTC)  # the next morning, 08:00


@pytest.fixture
def province(session: Session):
    return make_province(session)


@pytest.fixture
def clerk(session: Session, province):
    return make_staff(session, Role.CLERK, province[DESK])


def withdrawn(session: Session, clerk, **changes) -> str:
    got = received(session, clerk, **changes)
    casework.withdraw(session, got.code, reason="applicant_wish", note="", actor=clerk, at=LATER)
    return got.code


def refiled(session: Session, clerk, **changes) -> str | None:
    """File again and return the code of the dossier that this takes up, as the table has it."""
    got = received(session, clerk, **{"at": LATER + timedelta(days=3)} | changes)
    return session.get(Dossier, got.dossier_id).refiling_of


def test_filed_again_after_a_withdrawal_it_names_the_dossier_and_its_first_promise(session, clerk):
    code = withdrawn(session, clerk)
    before = load(session, code).state.first_promise().due_at

    again = received(session, clerk, at=LATER + timedelta(days=3))

    state = load(session, again.code).state
    assert state.received.refiling.code == code
    assert state.received.refiling.first_due_at == before
    assert state.first_promise().due_at > before
    assert verify(session).breaks == ()


def test_a_stop_counts_too(session, clerk, province):
    leader = make_staff(session, Role.LEADER, province[COMMUNE])
    got = received(session, clerk)
    casework.stop(session, got.code, reason="not_eligible", note="", actor=leader, at=LATER)

    assert refiled(session, clerk) == got.code


def test_a_refusal_as_result_counts_too(session, clerk, province):
    got = received(session, clerk)
    work_off(session, got.code, province, LATER)
    why = {"outcome": "refused", "reason": "not_eligible"}
    casework.accept_result(session, got.code, **why, actor=clerk, at=LATER)

    assert refiled(session, clerk) == got.code


def test_a_granted_result_does_not(session, clerk, province):
    got = received(session, clerk)
    work_off(session, got.code, province, LATER)
    casework.accept_result(session, got.code, outcome="granted", actor=clerk, at=LATER)

    assert refiled(session, clerk) is None


def test_a_reception_that_was_undone_was_never_filed(session, clerk):
    got = received(session, clerk)
    at = NOW + timedelta(minutes=5)
    void_reception(session, got.code, reason="wrong_person", note="", actor=clerk, at=at)

    assert refiled(session, clerk) is None


def test_an_open_dossier_is_a_duplicate_and_no_refiling(session, clerk):
    received(session, clerk)

    assert refiled(session, clerk) is None


@pytest.mark.parametrize(("at", "linked"), [(LAST_DAY, True), (TOO_LATE, False)])
def test_thirty_local_days_are_counted(session, clerk, at, linked):
    got = received(session, clerk)
    evening = NOW.replace(hour=16, minute=59)  # 23:59 of the same local day
    casework.withdraw(session, got.code, reason="applicant_wish", note="", actor=clerk, at=evening)

    assert refiled(session, clerk, at=at) == (got.code if linked else None)


def test_another_procedure_another_person_and_no_number_are_not_linked(session, clerk):
    withdrawn(session, clerk)
    papers = [{"code": "declaration"}, {"code": "identity"}]

    assert refiled(session, clerk, procedure="1.004873", papers=papers) is None
    assert refiled(session, clerk, applicant=make_person(id_number="098190012346")) is None
    assert refiled(session, clerk, applicant=make_person(id_number="")) is None


def test_without_a_number_on_both_sides_nothing_is_linked(session, clerk):
    nobody = make_person(id_number="")
    withdrawn(session, clerk, applicant=nobody)

    assert refiled(session, clerk, applicant=nobody) is None


def test_the_submitter_of_an_earlier_dossier_is_not_its_applicant(session, clerk):
    withdrawn(
        session, clerk, applicant=make_person(id_number="098190012346"), submitter=make_person()
    )

    assert refiled(session, clerk) is None


def test_at_another_desk_it_is_linked_too(session, clerk, province):
    code = withdrawn(session, clerk)
    elsewhere = make_staff(session, Role.CLERK, province[OTHER_DESK])

    assert refiled(session, elsewhere) == code


def test_the_latest_of_several_is_taken_up(session, clerk):
    withdrawn(session, clerk)
    second = received(session, clerk, at=LATER + timedelta(hours=1))
    at = LATER + timedelta(hours=2)
    casework.withdraw(session, second.code, reason="applicant_wish", note="", actor=clerk, at=at)

    assert refiled(session, clerk) == second.code


def test_one_statement_more_with_a_number_and_none_without(session, clerk, count_queries):
    on = NOW.date()

    with count_queries() as asked:
        refiling_of(session, "1.001193", "098190012345", on=on)
    with count_queries() as nothing:
        refiling_of(session, "1.001193", "", on=on)

    assert (len(asked), len(nothing)) == (1, 0)


def test_the_column_follows_the_event(session, clerk):
    code = withdrawn(session, clerk)
    refiled(session, clerk)

    codes = session.scalars(select(Dossier.refiling_of).order_by(Dossier.id)).all()
    assert codes == [None, code]
