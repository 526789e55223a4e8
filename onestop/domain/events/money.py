"""Money that goes back to the citizen otherwise than with an undone reception."""

from dataclasses import dataclass
from typing import ClassVar

from onestop.domain.events.values import PersonalRef
from onestop.domain.statuses import Action


@dataclass(frozen=True, slots=True)
class FeeRefunded:
    """A clerk gave back a fee, or a part of it, out of the own cash box; `amount` in whole dong."""

    TYPE: ClassVar = "fee_refunded"
    V: ClassVar = 1
    ACTION: ClassVar = Action.REFUND

    amount: int
    reason: str
    personal: tuple[PersonalRef, ...] = ()
