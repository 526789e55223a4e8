"""What a citizen is told about a dossier: one state out of its status, its clock and its steps."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from onestop.domain.events import Delivery
from onestop.domain.routes import StepKind
from onestop.domain.statuses import Status


class PublicState(StrEnum):
    """The headline of the status page; the pages turn each into words."""

    EMERGENCY_SLIP = "emergency_slip"
    RECEIVED = "received"
    IN_PROGRESS = "in_progress"
    SUPPLEMENT_RECEIVED = "supplement_received"
    CONSULTING = "consulting"
    FIRST_PHASE_DONE = "first_phase_done"
    MORE_PAPERS = "more_papers"
    FEE_DUE = "fee_due"
    ON_HOLD = "on_hold"
    LATE = "late"
    RESULT_READY = "result_ready"
    RESULT_BEING_SENT = "result_being_sent"
    COLLECTED = "collected"
    SENT_BY_POST = "sent_by_post"
    SENT_ELECTRONICALLY = "sent_electronically"
    NOT_ACCEPTED = "not_accepted"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"
    REPLACED = "replaced"
    NOT_FOUND = "not_found"


@dataclass(frozen=True, slots=True)
class StepInHand:
    """A step that is offered or open; `after_supplement` when its papers came in last."""

    kind: StepKind
    phase: int
    accepted: bool
    after_supplement: bool = False


_BY_STATUS = {
    Status.REGISTERED: PublicState.RECEIVED,
    Status.REJECTED: PublicState.NOT_ACCEPTED,
    Status.SUPPLEMENT_REQUIRED: PublicState.MORE_PAPERS,
    Status.PAYMENT_REQUIRED: PublicState.FEE_DUE,
    Status.SUSPENDED: PublicState.ON_HOLD,
    Status.WITHDRAWN: PublicState.WITHDRAWN,
    Status.STOPPED: PublicState.STOPPED,
}
_RETURNED = {
    Delivery.DESK: PublicState.COLLECTED,
    Delivery.POSTAL: PublicState.SENT_BY_POST,
    Delivery.ELECTRONIC: PublicState.SENT_ELECTRONICALLY,
}


def public_state(
    status: Status, *, delivery: Delivery, late: bool, in_hand: Collection[StepInHand]
) -> PublicState:
    """Return the state a citizen reads.

    What the citizen must do comes before an apology: a late dossier that waits for papers says
    which papers. Source: docs/rules.md, rule D8.
    """
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if status is Status.RETURNED:
        return _RETURNED[delivery]
    if status is Status.COMPLETED:
        return (
            PublicState.RESULT_READY if delivery is Delivery.DESK else PublicState.RESULT_BEING_SENT
        )
    if late:
        return PublicState.LATE
    return _under_way(status, in_hand)


def _under_way(status: Status, in_hand: Collection[StepInHand]) -> PublicState:
    if any(step.after_supplement for step in in_hand):
        return PublicState.SUPPLEMENT_RECEIVED
    if in_hand and all(step.phase > 1 and not step.accepted for step in in_hand):
        return PublicState.FIRST_PHASE_DONE
    if in_hand and all(step.kind is StepKind.CONSULT for step in in_hand):
        return PublicState.CONSULTING
    return PublicState.RECEIVED if status is Status.RECEIVED else PublicState.IN_PROGRESS
