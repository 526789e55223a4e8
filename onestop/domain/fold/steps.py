"""Steps are taken, finished, refused, sent back and given to others."""

from dataclasses import replace

from onestop.domain.dossier import DossierState, StepStatus
from onestop.domain.events import (
    Recorded,
    SentBack,
    StepAccepted,
    StepFinished,
    StepReassigned,
    StepRef,
    StepRefused,
)
from onestop.domain.fold.changes import change, offer, take_back


def accepted(state: DossierState, event: StepAccepted, recorded: Recorded) -> DossierState:
    """Follow an officer who took a step; a stand-in takes it for the absent colleague."""
    holder = recorded.actor if recorded.on_behalf_of is None else recorded.on_behalf_of
    return change(
        state,
        StepRef(event.step, event.attempt),
        status=StepStatus.OPEN,
        accepted_at=recorded.occurred_at,
        holder=holder,
    )


def finished(state: DossierState, event: StepFinished, recorded: Recorded) -> DossierState:
    """Follow a step that was done, and offer what comes next."""
    at = recorded.occurred_at
    ref = StepRef(event.step, event.attempt)
    state = change(state, ref, status=StepStatus.DONE, ended_at=at)
    state = replace(
        state,
        skipped=state.skipped | set(event.skipped),
        promises=state.promises + event.promises,
    )
    return offer(state, event.offers, at)


def sent_back(
    state: DossierState, event: SentBack | StepRefused, recorded: Recorded
) -> DossierState:
    """Follow a rework or a refusal: an earlier step is offered as a new attempt."""
    at = recorded.occurred_at
    state = take_back(state, event.withdrawn, event.stale, at)
    return offer(state, event.offers, at)


def reassigned(state: DossierState, event: StepReassigned, recorded: Recorded) -> DossierState:
    """Follow a leader who gave a step to another officer."""
    return change(state, StepRef(event.step, event.attempt), holder=event.holder)
