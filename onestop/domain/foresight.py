"""Foresight: when a dossier would end if every step still to go took its allotment from now."""

from datetime import datetime

from onestop.domain.dossier import LIVE, DossierState, StepState, StepStatus
from onestop.domain.events import PlannedStep
from onestop.domain.limits import Limit, due
from onestop.domain.turns import CalendarOf, offer_again, resume_step


def foreseen(state: DossierState, *, at: datetime, calendar_of: CalendarOf) -> datetime:
    """Return when the work would end if it went on from `at` as the route allots, never before it.

    A step under way ends when it is due or, once late, now; one that will be done again has what
    its attempt before had left. Waiting for the citizen, steps that are not counted and branches
    that nobody opened take no time. Raises CalendarExhausted. Source: docs/rules.md, rule R6.
    """
    ends: dict[str, datetime] = {}
    for step in state.plan:
        begins = max((ends[key] for key in step.after if key in ends), default=at)
        ends[step.key] = _end(state, step, begins, at, calendar_of)
    return max(ends.values(), default=at)


def _end(
    state: DossierState,
    step: PlannedStep,
    begins: datetime,
    at: datetime,
    calendar_of: CalendarOf,
) -> datetime:
    latest = state.before(step.key)
    if latest is not None and latest.status is StepStatus.DONE:
        return at
    if step.allotment is None or not step.counted:
        return begins
    if latest is not None and latest.status in LIVE:
        return max(at, _due_under_way(state, latest, at, calendar_of))
    if step.optional or step.agency is None or step.key in state.skipped:
        return begins
    calendar = calendar_of(step.agency)
    if latest is None:
        return due(Limit.parse(step.allotment), begins, calendar).due_at
    again = offer_again(step, latest, agency=step.agency, at=begins, calendar=calendar)
    return again.due_at or begins


def _due_under_way(
    state: DossierState, step: StepState, at: datetime, calendar_of: CalendarOf
) -> datetime:
    """When a step that is offered or open is due; one that waits, as if it went on at `at`."""
    pause = next((p for p in state.open_pauses if p.pause == step.pause), None)
    if pause is not None and pause.keeps_step is not None and pause.keeps_step.amount is not None:
        goes_on = resume_step(
            step,
            pause.keeps_step.amount,
            paused_at=pause.opened_at,
            at=at,
            calendar=calendar_of(step.agency),
        )
        return goes_on.due_at
    return step.due_at or at
