"""A fee that is given back at the counter; it counts in the cash box of that clerk and day."""

from datetime import datetime

from sqlalchemy.orm import Session

from onestop.domain import decisions
from onestop.domain.decisions import Act
from onestop.domain.rights import Actor
from onestop.services.event_log import Loaded, load, record
from onestop.services.papers import FEE_RECEIPT, void_kind
from onestop.services.personal_values import PersonalText, commit_to


def refund_fee(
    session: Session,
    code: str,
    *,
    amount: int,
    reason: str,
    actor: Actor,
    at: datetime,
    note: str = "",
    expected_version: int | None = None,
) -> Loaded:
    """Give back `amount` dong; the fee receipt is void once nothing of the fee is left.

    Raises MoveNotAllowed, ReasonMissing, RefundUnfounded, RefundTooLarge, DossierChanged.
    Source: docs/rules.md, rule P9.
    """
    loaded = load(session, code, expected_version=expected_version)
    personal = commit_to(PersonalText("note", note))
    event = decisions.refund(
        Act(loaded.state, actor, at), amount=amount, reason=reason, personal=personal.refs
    )
    loaded = record(session, loaded, event, actor=actor, at=at, personal=personal)
    if not loaded.state.paid:
        void_kind(session, loaded.dossier_id, FEE_RECEIPT, at=at)
    return loaded
