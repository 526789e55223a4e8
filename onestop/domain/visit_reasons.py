"""Why a visit ended without a dossier: the codes a clerk chooses from."""

from onestop.domain.reasons import OTHER, REASONS
from onestop.domain.statuses import Action

GUIDANCE_REASONS = REASONS[Action.REQUEST_SUPPLEMENT]
"""The papers can be completed: the slip says which, the person comes back with it."""

REFUSAL_REASONS = (
    "not_competent",
    "wrong_procedure",
    "not_eligible",
    "already_settled",
    "papers_not_genuine",
    OTHER,
)
"""Nothing will be received here, whatever papers are brought."""
