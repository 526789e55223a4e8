"""Why something was done to a dossier: the codes an officer chooses from, by action."""

from collections.abc import Collection, Mapping
from types import MappingProxyType

from onestop.domain.events import PauseKind
from onestop.domain.statuses import Action

OTHER = "other"
"""A reason that no code names: the note says it."""
ENDED = ("stopped", "withdrawn", "refused")
"""The work ended without a result: a fee given back for it is owed no more."""

_ASKING = ("paper_missing", "paper_unclear", "paper_expired", "content_mismatch", OTHER)
_LATE = (
    "heavy_load",
    "awaiting_other_agency",
    "complex_case",
    "field_survey",
    "system_fault",
    "staff_absent",
    OTHER,
)

REASONS: Mapping[Action, tuple[str, ...]] = MappingProxyType(
    {
        # A late step is explained when it is finished.
        Action.FINISH_STEP: _LATE,
        Action.REFUSE_STEP: (
            "not_our_task",
            "papers_not_handed_over",
            "papers_incomplete",
            "wrong_content",
            OTHER,
        ),
        Action.REASSIGN: ("absence", "workload", "expertise", "conflict_of_interest", OTHER),
        Action.SEND_BACK: (
            "wrong_content",
            "wrong_form",
            "papers_not_checked",
            "data_wrong",
            OTHER,
        ),
        Action.REQUEST_SUPPLEMENT: _ASKING,
        Action.PROPOSE_SUPPLEMENT: _ASKING,
        Action.DRAFT_EXTENSION: _LATE,
        Action.EXTEND: _LATE,
        Action.DECLINE: ("not_needed", "asked_already", "can_be_in_time", OTHER),
        Action.CORRECT: ("wrong_person", "wrong_procedure", "wrong_agency", OTHER),
        Action.REOPEN: ("result_wrong", "complaint_upheld", "stopped_in_error", OTHER),
        Action.REQUEST_PAYMENT: ("financial_obligation", "fee_unpaid", "fee_difference", OTHER),
        Action.SUSPEND: (
            "awaiting_court",
            "awaiting_verification",
            "dispute",
            "force_majeure",
            OTHER,
        ),
        Action.STOP: (
            "supplement_not_brought",
            "payment_not_made",
            "not_eligible",
            "dispute",
            OTHER,
        ),
        # Why a result that comes back is a refusal.
        Action.ACCEPT_RESULT: (
            "not_eligible",
            "papers_not_genuine",
            "already_settled",
            "dispute",
            OTHER,
        ),
        Action.REFUND: (*ENDED, "paid_wrongly", OTHER),
        Action.WITHDRAW: ("applicant_wish", "wrong_procedure", "will_file_again", OTHER),
        Action.VOID: (
            "wrong_person",
            "wrong_procedure",
            "entered_twice",
            "papers_given_back",
            OTHER,
        ),
    }
)
"""Reason codes by action, frequent ones first. A stored code outside the list stays readable."""

_UNMET: Mapping[str, PauseKind] = MappingProxyType(
    {"supplement_not_brought": PauseKind.SUPPLEMENT, "payment_not_made": PauseKind.PAYMENT}
)


def fits(reason: str, waiting: Collection[PauseKind]) -> bool:
    """Say whether a reason can be true while the clock stands for what `waiting` names.

    What was never asked for, or has come, is no unmet request. Source: docs/rules.md, rule R7.
    """
    return reason not in _UNMET or _UNMET[reason] in waiting


def fitting_reasons(action: Action, waiting: Collection[PauseKind]) -> tuple[str, ...]:
    """Return the reasons of an action that can be true, frequent ones first."""
    return tuple(reason for reason in REASONS[action] if fits(reason, waiting))
