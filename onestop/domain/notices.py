"""What staff are reminded of, once for each date: a step due soon, a step or a dossier late."""

from enum import StrEnum

WARN_WITHIN = 2
"""Working days before the due date at which the holder of a step is warned (rule R11)."""


class NoticeKind(StrEnum):
    """Why somebody is reminded: the holder of a step due soon; a leader of what is late."""

    STEP_DUE_SOON = "step_due_soon"
    STEP_LATE = "step_late"
    DOSSIER_LATE = "dossier_late"
