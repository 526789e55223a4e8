"""The clock stands still and goes on."""

from dataclasses import replace

from onestop.domain.dossier import DossierState, PauseState, StepStatus
from onestop.domain.events import (
    CitizenReminded,
    Kept,
    PauseClosed,
    PauseKind,
    PauseOpened,
    Recorded,
    StepRef,
)
from onestop.domain.fold.changes import HistoryBroken, change, offer
from onestop.domain.fold.papers import handed_in_later
from onestop.domain.fold.promises import decided
from onestop.domain.statuses import Status, next_status


def opened(state: DossierState, event: PauseOpened, recorded: Recorded) -> DossierState:
    """Follow a pause that began: what it keeps leaves the running clock."""
    at = recorded.occurred_at
    ref = StepRef(event.step, event.attempt)
    keeps = None if event.kept_step is None else Kept(event.step, event.kept_step)
    pause = PauseState(
        pause=event.pause,
        kind=event.kind,
        step=event.step,
        attempt=event.attempt,
        reason=event.reason,
        papers=event.papers,
        amount=event.amount,
        opened_at=at,
        citizen_due_at=event.citizen_due_at,
        keeps_step=keeps,
    )
    if event.kind is PauseKind.UNCOUNTED:
        change(state, ref)  # the step is there; its own clock runs on
    elif keeps is not None:
        state = change(state, ref, pause=event.pause, late_at=None)
    else:
        state = change(state, ref, pause=event.pause)
    if event.proposal:
        state = decided(state, event.proposal, at, agreed=True)
    return replace(state, pauses=(*state.pauses, pause), kept=state.kept + event.kept)


def closed(state: DossierState, event: PauseClosed, recorded: Recorded) -> DossierState:
    """Follow a pause that ended: promises and step run on with what was kept."""
    at = recorded.occurred_at
    pauses = tuple(replace(p, closed_at=at) if p.pause == event.pause else p for p in state.pauses)
    ending = next((p for p in state.open_pauses if p.pause == event.pause), None)
    if ending is None:
        raise HistoryBroken(state.version, f"pause {event.pause} is not open")
    renewed = {line.scope for line in event.promises}
    others = len(state.open_pauses) > 1
    state = replace(
        state,
        pauses=pauses,
        promises=state.promises + event.promises,
        kept=tuple(kept for kept in state.kept if others and kept.scope not in renewed),
        later_papers=state.later_papers + tuple((tick, at) for tick in event.papers),
    )
    state = handed_in_later(state, event.papers, recorded)
    state = _step_goes_on(state, ending, event)
    for finished in event.finished:
        state = change(
            state,
            finished,
            status=StepStatus.DONE,
            accepted_at=at,
            holder=recorded.actor,
            ended_at=at,
        )
    state = replace(state, skipped=state.skipped | set(event.skipped))
    if ending.kind is not PauseKind.UNCOUNTED:
        state = replace(state, status=_status_while_paused(state))
    return offer(state, event.offers, at)


def _step_goes_on(state: DossierState, ending: PauseState, event: PauseClosed) -> DossierState:
    ref = StepRef(ending.step, ending.attempt)
    if ending.kind is not PauseKind.UNCOUNTED:
        state = change(state, ref, pause=None)
    if ending.keeps_step is None:
        return state
    return change(
        state,
        ref,
        due_at=event.step_due_at,
        late_at=event.step_late_at,
        left=event.step_left,
        since=event.step_since,
    )


def reminded(state: DossierState, event: CitizenReminded, recorded: Recorded) -> DossierState:
    """Follow a warning to the citizen that a term ends."""
    at = recorded.occurred_at
    if not any(p.pause == event.pause for p in state.open_pauses):
        raise HistoryBroken(state.version, f"pause {event.pause} is not open")
    pauses = tuple(
        replace(p, reminded_at=at) if p.pause == event.pause else p for p in state.pauses
    )
    return replace(state, pauses=pauses)


def _status_while_paused(state: DossierState) -> Status:
    """The status after a pause has closed: that of the earliest one that has a status, if any."""
    showing = [p for p in state.open_pauses if p.kind is not PauseKind.UNCOUNTED]
    if not showing:
        return Status.PROCESSING
    return next_status(Status.PROCESSING, PauseOpened.ACTIONS[showing[0].kind])
