"""What every kind of fact does to a state: change an attempt, offer steps, take them back."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from onestop.domain.dossier import DossierState, StepState, StepStatus
from onestop.domain.errors import DomainError
from onestop.domain.events import Offer, PlannedStep, StepRef


class HistoryBroken(DomainError):
    """Events that cannot follow each other: a hole in the versions or a step that was not there."""

    def __init__(self, version: int, reason: str) -> None:
        super().__init__(f"version {version}: {reason}")
        self.version = version
        self.reason = reason


def change(state: DossierState, ref: StepRef, **changes: Any) -> DossierState:
    """Return the state with one attempt changed. Raises HistoryBroken when it is not there."""
    if state.find(ref) is None:
        raise HistoryBroken(state.version, f"no attempt {ref.attempt} at {ref.step}")
    steps = tuple(replace(s, **changes) if s.ref == ref else s for s in state.steps)
    return replace(state, steps=steps)


def offer(state: DossierState, offers: tuple[Offer, ...], at: datetime) -> DossierState:
    """Return the state with new attempts. Raises HistoryBroken for one that stands already."""
    new = tuple(
        StepState(
            step=offer.step,
            attempt=offer.attempt,
            agency=offer.agency,
            planned=_planned(state, offer.step),
            route=state.route,
            status=StepStatus.OFFERED,
            offered_at=at,
            due_at=offer.due_at,
            late_at=offer.late_at,
            left=offer.left,
            since=at if offer.left is not None else None,
        )
        for offer in offers
    )
    for step in new:
        if state.find(step.ref) is not None:
            raise HistoryBroken(state.version, f"{step.step} offered twice as {step.attempt}")
    opened = {step.step for step in new}
    return replace(state, steps=state.steps + new, skipped=state.skipped - opened)


def take_back(
    state: DossierState, withdrawn: tuple[StepRef, ...], stale: tuple[StepRef, ...], at: datetime
) -> DossierState:
    """Return the state with live attempts withdrawn and done ones stale."""
    for ref in withdrawn:
        state = change(state, ref, status=StepStatus.WITHDRAWN, ended_at=at)
    for ref in stale:
        state = change(state, ref, status=StepStatus.STALE)
    return state


def _planned(state: DossierState, key: str) -> PlannedStep:
    try:
        return state.planned(key)
    except KeyError:
        raise HistoryBroken(state.version, f"the route has no step {key}") from None
