"""A fee that is given back: why, never more than was paid, in the box of the day it goes."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from onestop.domain.decisions import RefundTooLarge, RefundUnfounded
from onestop.domain.moves import MoveNotAllowed, ReasonMissing
from onestop.domain.payments import PaymentKind
from onestop.domain.rights import Actor, Role
from onestop.models.documents import IssuedDocument
from onestop.models.dossiers import Dossier
from onestop.queries.fees import cash_box, owed_amounts
from onestop.services import casework
from onestop.services.event_log import load
from onestop.services.papers import FEE_RECEIPT, issue_document
from onestop.services.reception import void_reception
from onestop.services.refunds import refund_fee
from onestop.services.verification import verify
from tests.conftest import NOW
from tests.factories import COMMUNE, DESK, Province, make_province, make_staff, receive
from tests.services.test_fees import FEE, desk_of, draft, lock

LATER = NOW + timedelta(minutes=5)
TOMORROW = NOW + timedelta(days=1)


@pytest.fixture
def province(session: Session) -> Province:
    return make_province(session)


@pytest.fixture
def clerk(session: Session, province: Province) -> Actor:
    return make_staff(session, Role.CLERK, province[DESK])


def refund(session: Session, code: str, clerk: Actor, **changes: object) -> None:
    values = {"amount": 8_000, "reason": "paid_wrongly", "at": LATER}
    refund_fee(session, code, actor=clerk, **values | changes)  # type: ignore[arg-type]  # keywords


def stopped(session: Session, province: Province, code: str, *, fee_kept: bool) -> Actor:
    leader = make_staff(session, Role.LEADER, province[COMMUNE])
    why = {"reason": "not_eligible", "note": "", "fee_kept": fee_kept}
    casework.stop(session, code, actor=leader, at=LATER, **why)  # type: ignore[arg-type]  # keywords
    return leader


def test_it_counts_in_the_box_of_who_gave_it_on_the_day_it_was_given(
    session: Session, province: Province, clerk: Actor
) -> None:
    colleague = make_staff(session, Role.CLERK, province[DESK])
    got = receive(session, clerk, **FEE)
    lock(session, draft(session, clerk, 8_000))

    refund(session, got.code, colleague, at=TOMORROW)

    today = cash_box(session, desk_of(clerk), clerk.user_id, NOW.date())
    box = cash_box(session, desk_of(clerk), colleague.user_id, TOMORROW.date())
    assert (today.open, len(today.sheets)) == ((), 1)
    assert [(row.kind, row.amount) for row in box.open] == [(PaymentKind.GIVEN_BACK, -8_000)]
    lock(session, draft(session, colleague, -8_000, day=TOMORROW.date(), at=TOMORROW))
    assert verify(session).breaks == ()


def test_never_more_than_was_paid_and_left(session: Session, clerk: Actor) -> None:
    got = receive(session, clerk, **FEE)

    for amount in (0, -1, 8_001):
        with pytest.raises(RefundTooLarge):
            refund(session, got.code, clerk, amount=amount)
    refund(session, got.code, clerk, amount=3_000)
    with pytest.raises(RefundTooLarge) as refused:
        refund(session, got.code, clerk)
    assert refused.value.paid == 5_000
    refund(session, got.code, clerk, amount=5_000)
    with pytest.raises(MoveNotAllowed):
        refund(session, got.code, clerk, amount=1)
    assert load(session, got.code).state.paid == 0
    assert not session.get(Dossier, got.dossier_id).fee_paid
    assert verify(session).breaks == ()


def test_only_a_clerk_of_the_desk_gives_back(
    session: Session, province: Province, clerk: Actor
) -> None:
    got = receive(session, clerk, **FEE)
    leader = make_staff(session, Role.LEADER, province[COMMUNE])

    with pytest.raises(MoveNotAllowed):
        refund(session, got.code, leader)
    with pytest.raises(ReasonMissing):
        refund(session, got.code, clerk, reason="")


@pytest.mark.parametrize("reason", ["stopped", "withdrawn", "refused"])
def test_a_reason_has_to_be_true(session: Session, clerk: Actor, reason: str) -> None:
    got = receive(session, clerk, **FEE)

    with pytest.raises(RefundUnfounded):
        refund(session, got.code, clerk, reason=reason)


def test_after_a_stop_it_is_given_back_unless_the_notice_says_that_it_is_kept(
    session: Session, province: Province, clerk: Actor
) -> None:
    kept, back = receive(session, clerk, **FEE), receive(session, clerk, **FEE)
    stopped(session, province, kept.code, fee_kept=True)
    leader = stopped(session, province, back.code, fee_kept=False)

    with pytest.raises(RefundUnfounded):
        refund(session, kept.code, clerk, reason="stopped")
    refund(session, back.code, clerk, reason="stopped")

    assert owed_amounts(session, [back.dossier_id]) == {back.dossier_id: 0}
    casework.reopen(
        session,
        back.code,
        target=load(session, back.code).state.plan[1].key,
        reason="stopped_in_error",
        note="",
        actor=leader,
        at=TOMORROW,
    )
    assert owed_amounts(session, [back.dossier_id]) == {back.dossier_id: 8_000}
    assert verify(session).breaks == ()


def test_while_the_work_goes_on_the_fee_stays_owed(session: Session, clerk: Actor) -> None:
    got = receive(session, clerk, **FEE)

    refund(session, got.code, clerk, reason="other")

    assert owed_amounts(session, [got.dossier_id]) == {got.dossier_id: 8_000}


def test_the_fee_receipt_is_void_once_nothing_is_left(session: Session, clerk: Actor) -> None:
    got = receive(session, clerk, **FEE)
    issue_document(
        session,
        kind=FEE_RECEIPT,
        dossier_id=got.dossier_id,
        agency_id=desk_of(clerk),
        content=b"%PDF",
        form_edition="2025",
        actor=clerk.user_id,
        at=NOW,
    )
    voided = select(IssuedDocument.voided_at)

    refund(session, got.code, clerk, amount=1_000)
    assert session.scalar(voided) is None
    refund(session, got.code, clerk, amount=7_000)
    assert session.scalar(voided) == LATER


def test_an_undone_reception_gives_back_only_what_is_left(session: Session, clerk: Actor) -> None:
    got = receive(session, clerk, **FEE)
    refund(session, got.code, clerk, amount=3_000)
    void_reception(session, got.code, reason="wrong_person", note="", actor=clerk, at=LATER)

    box = cash_box(session, desk_of(clerk), clerk.user_id, NOW.date())

    assert [row.amount for row in box.open] == [8_000, -3_000, -5_000]
