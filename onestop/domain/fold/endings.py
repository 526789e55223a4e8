"""How the work ends, and how a leader opens it again."""

from dataclasses import replace

from onestop.domain.dossier import DossierState, StepStatus
from onestop.domain.events import (
    DossierReopened,
    DossierStopped,
    DossierWithdrawn,
    FeeRefunded,
    ReceptionVoided,
    Recorded,
    ResultAccepted,
    ResultReturned,
    StepRef,
)
from onestop.domain.fold.changes import change, offer, take_back
from onestop.domain.fold.papers import given_back


def result_accepted(state: DossierState, event: ResultAccepted, recorded: Recorded) -> DossierState:
    """Follow the desk that took the result: the work is finished."""
    at = recorded.occurred_at
    state = change(
        state,
        StepRef(event.step, event.attempt),
        status=StepStatus.OPEN,
        accepted_at=at,
        holder=recorded.actor,
    )
    return replace(state, finished_at=at, clock_ended_at=at, outcome=event.outcome)


def result_returned(state: DossierState, event: ResultReturned, recorded: Recorded) -> DossierState:
    """Follow the result into the citizen's hands, and with it what papers the desk has."""
    at = recorded.occurred_at
    ref = StepRef(event.step, event.attempt)
    state = change(state, ref, status=StepStatus.DONE, ended_at=at)
    return replace(given_back(state), returned_at=at)


def ended(
    state: DossierState,
    event: DossierWithdrawn | DossierStopped | ReceptionVoided,
    recorded: Recorded,
) -> DossierState:
    """Follow an end without a result: nobody holds the dossier any more."""
    at = recorded.occurred_at
    counted_until = state.paused_at if state.is_kept() else at
    live = tuple(s.ref for s in state.live_steps)
    state = take_back(state, live, (), at)
    pauses = tuple(p if p.closed_at is not None else replace(p, closed_at=at) for p in state.pauses)
    steps = tuple(replace(s, pause=None) for s in state.steps)
    if not isinstance(event, DossierStopped):
        state = given_back(state)
    return replace(
        state,
        pauses=pauses,
        steps=steps,
        kept=(),
        finished_at=at,
        clock_ended_at=counted_until,
        outcome=event.TYPE,
        fee_kept=isinstance(event, DossierStopped) and event.fee_kept,
    )


def reopened(state: DossierState, event: DossierReopened, recorded: Recorded) -> DossierState:
    """Follow a leader who opened the work again: one step starts a new attempt."""
    at = recorded.occurred_at
    state = take_back(state, tuple(s.ref for s in state.live_steps), event.stale, at)
    state = replace(
        state,
        promises=state.promises + event.promises,
        finished_at=None,
        clock_ended_at=None,
        returned_at=None,
        outcome=None,
        fee_kept=False,
    )
    return offer(state, event.offers, at)


def money_only(state: DossierState, event: FeeRefunded, recorded: Recorded) -> DossierState:
    """Follow money that went back: what was paid is followed for every event (`apply`)."""
    return state
