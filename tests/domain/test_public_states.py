"""The headline a citizen reads."""

import pytest

from onestop.domain.events import Delivery
from onestop.domain.public_states import PublicState, StepInHand, public_state
from onestop.domain.routes import StepKind
from onestop.domain.statuses import Status

WORK = StepInHand(StepKind.WORK, phase=1, accepted=True)
CONSULT = StepInHand(StepKind.CONSULT, phase=1, accepted=True)
SECOND = StepInHand(StepKind.WORK, phase=2, accepted=False)
SUPPLIED = StepInHand(StepKind.WORK, phase=1, accepted=True, after_supplement=True)


def state(status, *in_hand, delivery=Delivery.DESK, late=False):
    return public_state(status, delivery=delivery, late=late, in_hand=in_hand)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (Status.REGISTERED, PublicState.RECEIVED),
        (Status.RECEIVED, PublicState.RECEIVED),
        (Status.REJECTED, PublicState.NOT_ACCEPTED),
        (Status.PROCESSING, PublicState.IN_PROGRESS),
        (Status.SUPPLEMENT_REQUIRED, PublicState.MORE_PAPERS),
        (Status.PAYMENT_REQUIRED, PublicState.FEE_DUE),
        (Status.WITHDRAWN, PublicState.WITHDRAWN),
        (Status.SUSPENDED, PublicState.ON_HOLD),
        (Status.STOPPED, PublicState.STOPPED),
        (Status.COMPLETED, PublicState.RESULT_READY),
        (Status.RETURNED, PublicState.COLLECTED),
    ],
)
def test_every_status_has_a_headline(status, expected):
    assert state(status, WORK) is expected


@pytest.mark.parametrize(
    ("delivery", "ready", "returned"),
    [
        (Delivery.DESK, PublicState.RESULT_READY, PublicState.COLLECTED),
        (Delivery.POSTAL, PublicState.RESULT_BEING_SENT, PublicState.SENT_BY_POST),
        (Delivery.ELECTRONIC, PublicState.RESULT_BEING_SENT, PublicState.SENT_ELECTRONICALLY),
    ],
)
def test_how_the_result_is_wanted_decides_the_end(delivery, ready, returned):
    assert state(Status.COMPLETED, delivery=delivery) is ready
    assert state(Status.RETURNED, delivery=delivery) is returned


def test_what_the_citizen_must_do_comes_before_the_apology():
    assert state(Status.PROCESSING, WORK, late=True) is PublicState.LATE
    assert state(Status.SUPPLEMENT_REQUIRED, WORK, late=True) is PublicState.MORE_PAPERS


@pytest.mark.parametrize(
    ("in_hand", "expected"),
    [
        ((CONSULT,), PublicState.CONSULTING),
        ((CONSULT, WORK), PublicState.IN_PROGRESS),
        ((SECOND,), PublicState.FIRST_PHASE_DONE),
        ((SECOND, WORK), PublicState.IN_PROGRESS),
        ((SUPPLIED, WORK), PublicState.SUPPLEMENT_RECEIVED),
        ((), PublicState.IN_PROGRESS),
    ],
)
def test_steps_in_hand_refine_the_headline(in_hand, expected):
    assert state(Status.PROCESSING, *in_hand) is expected
