"""Money at the counter as the history tells it: taken, collected, given back."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from onestop.domain.events import (
    Delivery,
    DossierReopened,
    Event,
    FeeRefunded,
    ReceptionVoided,
    ResultReturned,
    to_body,
)
from onestop.domain.payments import (
    PaymentKind,
    day_span,
    may_move_money,
    owed,
    paid,
    payments_of,
)
from tests.domain.dossiers import CLERK, OFFICER, history, received

VOIDED = ReceptionVoided(reason="wrong_person")


def returned(collected: int) -> ResultReturned:
    return ResultReturned("return", 1, Delivery.DESK, collected=collected)


def refunded(amount: int, reason: str = "refused") -> FeeRefunded:
    return FeeRefunded(amount, reason)


def reopened() -> DossierReopened:
    return DossierReopened("result_wrong", "verify", (), (), (), ())


@pytest.mark.parametrize(
    ("events", "sums"),
    [
        ((received(fee=8_000, fee_paid=True),), [8_000]),
        ((received(fee=8_000, fee_paid=False),), []),
        ((received(fee=0, fee_paid=True),), []),
        ((received(fee=8_000, fee_paid=False), returned(8_000)), [8_000]),
        ((received(fee=8_000, fee_paid=True), returned(0)), [8_000]),
        ((received(fee=8_000, fee_paid=True), returned(2_000)), [8_000, 2_000]),
        ((received(fee=8_000, fee_paid=True), returned(-3_000)), [8_000, -3_000]),
        ((received(fee=8_000, fee_paid=True), VOIDED), [8_000, -8_000]),
        ((received(fee=8_000, fee_paid=False), VOIDED), []),
        ((received(fee=8_000, fee_paid=True), refunded(8_000)), [8_000, -8_000]),
        ((received(fee=8_000, fee_paid=True), refunded(3_000), VOIDED), [8_000, -3_000, -5_000]),
    ],
    ids=[
        "paid at reception",
        "not paid yet",
        "no fee",
        "collected with the result",
        "nothing left to collect",
        "the rest after a correction",
        "too much was paid before a correction",
        "an undone reception gives it back",
        "nothing to give back",
        "a fee given back",
        "an undone reception gives back what is left",
    ],
)
def test_what_changed_hands(events: tuple[Event, ...], sums: list[int]) -> None:
    found = payments_of(history(*events))

    assert [payment.amount for payment in found] == sums
    assert all((p.kind is PaymentKind.GIVEN_BACK) is (p.amount < 0) for p in found)
    assert paid(events) == sum(sums)


@pytest.mark.parametrize(
    ("events", "left"),
    [
        ((refunded(8_000),), 0),
        ((refunded(3_000),), 0),
        ((refunded(3_000, "paid_wrongly"),), 3_000),
        ((refunded(8_000), reopened()), 8_000),
    ],
    ids=["the whole fee", "a part of it", "the fee stays owed", "opened again"],
)
def test_what_is_owed_after_a_refund(events: tuple[Event, ...], left: int) -> None:
    assert owed(8_000, (received(fee=8_000, fee_paid=True), *events)) == left


@pytest.mark.parametrize(
    ("fee", "events", "left"),
    [
        (4_000, (), -4_000),
        (4_000, (refunded(8_000),), 0),
        (4_000, (refunded(4_000),), 0),
        (4_000, (refunded(4_000, "other"),), 0),
        (4_000, (refunded(8_000, "other"),), 4_000),
        (4_000, (refunded(1_000),), -3_000),
        (8_000, (refunded(8_000, "other"),), 8_000),
    ],
    ids=[
        "the difference goes back",
        "all went back with the end",
        "the difference went back with the end",
        "the difference went back",
        "all went back while work goes on",
        "a part of the difference went back",
        "only an end waives the fee",
    ],
)
def test_money_goes_back_once_when_a_correction_lowered_the_fee(
    fee: int, events: tuple[Event, ...], left: int
) -> None:
    history = (received(fee=8_000, fee_paid=True), *events)

    assert owed(fee, history) == left
    assert paid((*history, returned(left))) >= 0


def test_a_payment_is_of_who_had_the_money_in_hand() -> None:
    (one,) = history(received(fee=8_000, fee_paid=True))

    (payment,) = payments_of([replace(one, actor=OFFICER, on_behalf_of=CLERK)])

    assert (payment.by, payment.version, payment.at) == (OFFICER, 1, one.occurred_at)


def test_events_without_money_are_told_by_their_bytes() -> None:
    moneyless = (received(fee=0, fee_paid=True), returned(0))
    others = (received(fee=8_000, fee_paid=True), received(fee=8_000, fee_paid=False), returned(5))

    def is_read(event: Event) -> bool:
        return may_move_money(to_body(history(event)[0]))

    assert not any(map(is_read, moneyless))
    assert all(map(is_read, (*others, VOIDED)))


def test_a_local_day_begins_at_the_midnight_of_the_office() -> None:
    since, until = day_span(date(2026, 3, 2))

    assert since == datetime(2026, 3, 1, 17, tzinfo=UTC)
    assert until == datetime(2026, 3, 2, 17, tzinfo=UTC)
