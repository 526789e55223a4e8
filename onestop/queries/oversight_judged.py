"""The terms in which finished work is counted and listed: since when, and whether in time."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import SQLColumnExpression, and_, literal

from onestop.domain.dossier import StepStatus
from onestop.domain.oversight import Judgement, View
from onestop.domain.standings import Punctuality
from onestop.models.dossiers import Dossier, Step
from onestop.queries.oversight_terms import Condition

# Written out like the live ones, or the index of steps done at an agency is not found.
DONE_STEPS: Final = Step.status == literal(StepStatus.DONE, literal_execute=True)

ENDED_AT: Final[dict[View, SQLColumnExpression[Any]]] = {
    View.DOSSIER: Dossier.finished_at,
    View.STEP: Step.ended_at,
}


def judged(view: View, since: datetime, now: datetime) -> Condition:
    """Finished since then, and with a limit to be judged by. Source: docs/rules.md, rules R4, R6.

    A dossier whose reception was undone is judged by nothing; a step whose latest attempt is not
    done counts nowhere.
    """
    ended = and_(ENDED_AT[view] >= since, ENDED_AT[view] <= now)
    if view is View.DOSSIER:
        return and_(ended, Dossier.punctuality.is_not(None))
    return and_(ended, DONE_STEPS, Step.late_at.is_not(None))


def was(judgement: Judgement, view: View) -> Condition:
    """Of what is judged: in time, or late."""
    if view is View.DOSSIER:
        late = Dossier.punctuality == Punctuality.OVERDUE
    else:
        late = Step.ended_at >= Step.late_at
    return late if judgement is Judgement.LATE else ~late
