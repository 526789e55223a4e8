"""The fold of a dossier's events; the same `apply` serves live and replay."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from onestop.domain.dossier import DossierState, PauseState, StepState, StepStatus
from onestop.domain.errors import DomainError
from onestop.domain.events import (
    DossierReceived,
    DossierReopened,
    DossierStopped,
    DossierWithdrawn,
    Event,
    Kept,
    Offer,
    PauseClosed,
    PauseOpened,
    ReceptionVoided,
    Recorded,
    ResultAccepted,
    ResultReturned,
    SentBack,
    StepAccepted,
    StepFinished,
    StepRef,
)
from onestop.domain.statuses import Status, next_status


class HistoryBroken(DomainError):
    """Events that cannot follow each other: a hole in the versions or a step that was not there."""

    def __init__(self, version: int, reason: str) -> None:
        super().__init__(f"version {version}: {reason}")
        self.version = version
        self.reason = reason


def fold(history: Iterable[Recorded]) -> DossierState:
    """Return the state after `history`. Raises HistoryBroken when the events do not fit."""
    state: DossierState | None = None
    for recorded in history:
        state = apply(state, recorded)
    if state is None:
        raise HistoryBroken(0, "no event")
    return state


def apply(state: DossierState | None, recorded: Recorded) -> DossierState:
    """Return the state after one more event.

    Raises HistoryBroken for a version that does not follow or a step that is not there, and
    ActionNotAllowed when the table of transitions has no such row.
    """
    event = recorded.event
    if state is None:
        if not isinstance(event, DossierReceived) or recorded.version != 1:
            raise HistoryBroken(recorded.version, "a history begins with the reception")
        return _received(event, recorded)
    if recorded.version != state.version + 1:
        raise HistoryBroken(recorded.version, f"does not follow version {state.version}")
    if isinstance(event, DossierReceived):
        raise HistoryBroken(recorded.version, "a dossier is received once")
    state = replace(
        state,
        version=recorded.version,
        status=next_status(state.status, event.ACTION),
        last_recorded_at=recorded.recorded_at,
    )
    return _follow(state, event, recorded)


def _received(event: DossierReceived, recorded: Recorded) -> DossierState:
    at = recorded.occurred_at
    done = tuple(
        StepState(
            step=step.key,
            attempt=1,
            agency=step.agency if step.agency is not None else event.receiving_agency,
            status=StepStatus.DONE,
            offered_at=at,
            due_at=None,
            late_at=None,
            accepted_at=at,
            holder=recorded.actor,
            ended_at=at,
        )
        for step in event.steps
        if step.key in event.done
    )
    state = DossierState(
        received=event,
        received_at=at,
        received_by=recorded.actor,
        version=1,
        status=Status.RECEIVED,
        steps=done,
        skipped=frozenset(
            step.key for step in event.steps if step.optional and set(step.after) <= set(event.done)
        ),
        promises=event.promises,
        pauses=(),
        kept=(),
        last_recorded_at=recorded.recorded_at,
    )
    return _offer(state, event.offers, at)


def _follow(state: DossierState, event: Event, recorded: Recorded) -> DossierState:
    at = recorded.occurred_at
    match event:
        case StepAccepted():
            return _change(
                state,
                StepRef(event.step, event.attempt),
                status=StepStatus.OPEN,
                accepted_at=at,
                holder=recorded.actor,
            )
        case StepFinished():
            return _finished(state, event, at)
        case SentBack():
            return _sent_back(state, event, at)
        case PauseOpened():
            return _pause_opened(state, event, at)
        case PauseClosed():
            return _pause_closed(state, event, recorded)
        case ResultAccepted():
            state = _change(
                state,
                StepRef(event.step, event.attempt),
                status=StepStatus.OPEN,
                accepted_at=at,
                holder=recorded.actor,
            )
            return replace(state, finished_at=at, clock_ended_at=at, outcome=event.outcome)
        case ResultReturned():
            state = _change(
                state, StepRef(event.step, event.attempt), status=StepStatus.DONE, ended_at=at
            )
            return replace(state, returned_at=at)
        case DossierWithdrawn() | DossierStopped() | ReceptionVoided():
            return _ended(state, event.TYPE, at)
        case DossierReopened():
            return _reopened(state, event, at)
        case _:
            raise HistoryBroken(recorded.version, f"{event.TYPE} cannot follow")


def _change(state: DossierState, ref: StepRef, **changes: object) -> DossierState:
    if state.find(ref) is None:
        raise HistoryBroken(state.version, f"no attempt {ref.attempt} at {ref.step}")
    steps = tuple(
        replace(s, **changes) if s.ref == ref else s  # type: ignore[arg-type]  # names are checked by replace
        for s in state.steps
    )
    return replace(state, steps=steps)


def _offer(state: DossierState, offers: tuple[Offer, ...], at: datetime) -> DossierState:
    new = tuple(
        StepState(
            step=offer.step,
            attempt=offer.attempt,
            agency=offer.agency,
            status=StepStatus.OFFERED,
            offered_at=at,
            due_at=offer.due_at,
            late_at=offer.late_at,
        )
        for offer in offers
    )
    for step in new:
        if state.find(step.ref) is not None:
            raise HistoryBroken(state.version, f"{step.step} offered twice as {step.attempt}")
    opened = {step.step for step in new}
    return replace(state, steps=state.steps + new, skipped=state.skipped - opened)


def _finished(state: DossierState, event: StepFinished, at: datetime) -> DossierState:
    ref = StepRef(event.step, event.attempt)
    state = _change(state, ref, status=StepStatus.DONE, ended_at=at)
    state = replace(state, skipped=state.skipped | set(event.skipped))
    return _offer(state, event.offers, at)


def _sent_back(state: DossierState, event: SentBack, at: datetime) -> DossierState:
    state = _take_back(state, event.withdrawn, event.stale, at)
    return _offer(state, event.offers, at)


def _take_back(
    state: DossierState, withdrawn: tuple[StepRef, ...], stale: tuple[StepRef, ...], at: datetime
) -> DossierState:
    for ref in withdrawn:
        state = _change(state, ref, status=StepStatus.WITHDRAWN, ended_at=at)
    for ref in stale:
        state = _change(state, ref, status=StepStatus.STALE)
    return state


def _pause_opened(state: DossierState, event: PauseOpened, at: datetime) -> DossierState:
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
    if keeps is not None:
        state = _change(state, ref, pause=event.pause, late_at=None)
    else:
        state = _change(state, ref, pause=event.pause)
    return replace(state, pauses=(*state.pauses, pause), kept=state.kept + event.kept)


def _pause_closed(state: DossierState, event: PauseClosed, recorded: Recorded) -> DossierState:
    at = recorded.occurred_at
    pauses = tuple(replace(p, closed_at=at) if p.pause == event.pause else p for p in state.pauses)
    closed = next((p for p in state.open_pauses if p.pause == event.pause), None)
    if closed is None:
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
    ref = StepRef(closed.step, closed.attempt)
    state = _change(state, ref, pause=None)
    if closed.keeps_step is not None:
        state = _change(state, ref, due_at=event.step_due_at, late_at=event.step_late_at)
    for finished in event.finished:
        state = _change(
            state,
            finished,
            status=StepStatus.DONE,
            accepted_at=at,
            holder=recorded.actor,
            ended_at=at,
        )
    state = replace(
        state, skipped=state.skipped | set(event.skipped), status=_status_while_paused(state)
    )
    return _offer(state, event.offers, at)


def _status_while_paused(state: DossierState) -> Status:
    """The status after a pause has closed: that of the earliest one still open, else as it is."""
    if not state.open_pauses:
        return Status.PROCESSING
    return next_status(Status.PROCESSING, PauseOpened.ACTIONS[state.open_pauses[0].kind])


def _ended(state: DossierState, outcome: str, at: datetime) -> DossierState:
    counted_until = state.paused_at if state.is_kept() else at
    live = tuple(s.ref for s in state.live_steps)
    state = _take_back(state, live, (), at)
    pauses = tuple(p if p.closed_at is not None else replace(p, closed_at=at) for p in state.pauses)
    steps = tuple(replace(s, pause=None) for s in state.steps)
    return replace(
        state,
        pauses=pauses,
        steps=steps,
        kept=(),
        finished_at=at,
        clock_ended_at=counted_until,
        outcome=outcome,
    )


def _reopened(state: DossierState, event: DossierReopened, at: datetime) -> DossierState:
    state = _take_back(state, tuple(s.ref for s in state.live_steps), event.stale, at)
    state = replace(
        state,
        promises=state.promises + event.promises,
        finished_at=None,
        clock_ended_at=None,
        returned_at=None,
        outcome=None,
    )
    return _offer(state, event.offers, at)
