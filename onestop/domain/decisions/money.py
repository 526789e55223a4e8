"""A fee is given back: when, why, and never more than was paid."""

from onestop.domain.decisions.act import Act, require_reason
from onestop.domain.dossier import DossierState
from onestop.domain.errors import DomainError
from onestop.domain.events import DossierStopped, DossierWithdrawn, FeeRefunded, PersonalRef
from onestop.domain.reasons import REASONS
from onestop.domain.refilings import REFUSED
from onestop.domain.statuses import Action

_OUTCOMES = {
    "stopped": DossierStopped.TYPE,
    "withdrawn": DossierWithdrawn.TYPE,
    "refused": REFUSED,
}
"""Reasons that say how the dossier ended, and the outcome that bears them out."""


class RefundTooLarge(DomainError):
    """More would be given back than was paid, or nothing."""

    def __init__(self, paid: int) -> None:
        super().__init__(f"at most {paid} dong may be given back")
        self.paid = paid


class RefundUnfounded(DomainError):
    """The reason says that the dossier ended in a way in which it did not, or with the fee kept."""


def refund_reasons(state: DossierState) -> tuple[str, ...]:
    """Return the reasons for which a fee may be given back now, frequent ones first.

    A stop only where its notice did not say that the fee is kept. Source: docs/rules.md, rule P9.
    """
    return tuple(reason for reason in REASONS[Action.REFUND] if _fits(reason, state))


def refund(
    act: Act, *, amount: int, reason: str, personal: tuple[PersonalRef, ...] = ()
) -> FeeRefunded:
    """Give back `amount` dong of what was paid at the counter.

    Raises MoveNotAllowed, ReasonMissing, RefundUnfounded, RefundTooLarge.
    Source: docs/rules.md, rule P9.
    """
    act.require(Action.REFUND)
    require_reason(Action.REFUND, reason)
    if not _fits(reason, act.state):
        raise RefundUnfounded
    if not 0 < amount <= act.state.paid:
        raise RefundTooLarge(act.state.paid)
    return FeeRefunded(amount=amount, reason=reason, personal=personal)


def _fits(reason: str, state: DossierState) -> bool:
    if reason not in _OUTCOMES:
        return True
    return state.outcome == _OUTCOMES[reason] and not state.fee_kept
