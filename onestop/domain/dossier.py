"""What a dossier is now: the fold of its events; the same `apply` serves live and replay."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from onestop.domain.errors import DomainError
from onestop.domain.events import (
    TOTAL,
    DossierReceived,
    DossierReopened,
    DossierStopped,
    DossierWithdrawn,
    Event,
    Ground,
    Kept,
    Offer,
    PaperTick,
    PauseClosed,
    PauseKind,
    PauseOpened,
    PlannedStep,
    PromiseLine,
    ReceptionVoided,
    Recorded,
    ResultAccepted,
    ResultReturned,
    SentBack,
    StepAccepted,
    StepFinished,
    StepRef,
)
from onestop.domain.statuses import PAUSED, Status, next_status


class HistoryBroken(DomainError):
    """Events that cannot follow each other: a hole in the versions or a step that was not there."""

    def __init__(self, version: int, reason: str) -> None:
        super().__init__(f"version {version}: {reason}")
        self.version = version
        self.reason = reason


class StepStatus(StrEnum):
    """Where one attempt at a step stands."""

    OFFERED = "offered"
    OPEN = "open"
    DONE = "done"
    WITHDRAWN = "withdrawn"
    STALE = "stale"


LIVE = frozenset({StepStatus.OFFERED, StepStatus.OPEN})
STANDING = LIVE | {StepStatus.DONE}


@dataclass(frozen=True, slots=True)
class StepState:
    """One attempt at a step. `late_at` is None while a pause that began in time is open."""

    step: str
    attempt: int
    agency: int
    status: StepStatus
    offered_at: datetime
    due_at: datetime | None
    late_at: datetime | None
    accepted_at: datetime | None = None
    holder: int | None = None
    ended_at: datetime | None = None
    pause: int | None = None

    @property
    def ref(self) -> StepRef:
        """Step and attempt, as events name them."""
        return StepRef(self.step, self.attempt)


@dataclass(frozen=True, slots=True)
class PauseState:
    """One standstill of the clock: why, since when, until when, and what it keeps for its step."""

    pause: int
    kind: PauseKind
    step: str
    attempt: int
    reason: str
    papers: tuple[str, ...]
    amount: int | None
    opened_at: datetime
    citizen_due_at: datetime | None
    keeps_step: Kept | None
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DossierState:
    """The whole of a dossier as its events tell it; instants are aware and in UTC.

    `clock_ended_at` is what punctuality counts: the end of the work, or the beginning of the
    pause in which it ended, when that pause had begun in time (rule R5).
    """

    received: DossierReceived
    received_at: datetime
    received_by: int
    version: int
    status: Status
    steps: tuple[StepState, ...]
    skipped: frozenset[str]
    promises: tuple[PromiseLine, ...]
    pauses: tuple[PauseState, ...]
    kept: tuple[Kept, ...]
    last_recorded_at: datetime
    later_papers: tuple[tuple[PaperTick, datetime], ...] = ()
    clock_ended_at: datetime | None = None
    finished_at: datetime | None = None
    returned_at: datetime | None = None
    outcome: str | None = None

    @property
    def plan(self) -> tuple[PlannedStep, ...]:
        """The route as fixed at reception."""
        return self.received.steps

    def planned(self, key: str) -> PlannedStep:
        """The planned step with this key; raises KeyError for one the route does not have."""
        for step in self.received.steps:
            if step.key == key:
                return step
        raise KeyError(key)

    def latest(self, key: str) -> StepState | None:
        """The latest attempt at a step, or None when it was never offered."""
        return next((s for s in reversed(self.steps) if s.step == key), None)

    def find(self, ref: StepRef) -> StepState | None:
        """One attempt, or None when it does not exist."""
        return next((s for s in self.steps if s.ref == ref), None)

    @property
    def live_steps(self) -> tuple[StepState, ...]:
        """Attempts that are offered or open: who holds the dossier now, one per branch."""
        return tuple(s for s in self.steps if s.status in LIVE)

    @property
    def open_pauses(self) -> tuple[PauseState, ...]:
        """Pauses not closed, earliest first."""
        return tuple(p for p in self.pauses if p.closed_at is None)

    @property
    def paused_at(self) -> datetime | None:
        """Since when the total clock has stood still, or None while it runs."""
        return self.open_pauses[0].opened_at if self.open_pauses else None

    def ledger(self, scope: str = TOTAL) -> tuple[PromiseLine, ...]:
        """The promise lines of one scope, oldest first."""
        return tuple(line for line in self.promises if line.scope == scope)

    def first_promise(self, scope: str = TOTAL) -> PromiseLine | None:
        """The promise that never changes; None for a scope that was never promised."""
        return next(iter(self.ledger(scope)), None)

    def counted_promise(self, scope: str = TOTAL) -> PromiseLine | None:
        """The promise that punctuality counts against: the last line that is no extension (R4)."""
        lines = [line for line in self.ledger(scope) if line.ground is not Ground.EXTENSION]
        return lines[-1] if lines else None

    def last_promise(self, scope: str = TOTAL) -> PromiseLine | None:
        """The latest date told to the citizen."""
        return next(reversed(self.ledger(scope)), None)

    def is_kept(self, scope: str = TOTAL) -> bool:
        """Whether a pause that began in time keeps this promise, so that it cannot become late."""
        return any(kept.scope == scope for kept in self.kept)

    @property
    def late_at(self) -> datetime | None:
        """First instant at which the dossier is late; None while paused in time (rules R3, R5)."""
        counted = self.counted_promise()
        return None if counted is None or self.is_kept() else counted.late_at


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
    state = replace(
        state,
        pauses=pauses,
        promises=state.promises + event.promises,
        kept=tuple(kept for kept in state.kept if kept.scope not in renewed),
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


def due_next(
    state: DossierState, opened: frozenset[str] = frozenset()
) -> tuple[tuple[PlannedStep, ...], frozenset[str]]:
    """Return the steps whose turn has come, and the optional ones that are passed over.

    A step's turn has come when each predecessor is done or passed over and no attempt of its own
    stands. `opened` names the optional branches the acting officer wants; others are passed over.
    """
    skipped = set(state.skipped) - opened
    passed: set[str] = set()
    ready: dict[str, PlannedStep] = {}
    changed = True
    while changed:
        changed = False
        for step in state.plan:
            if step.key in ready or step.key in skipped or _stands(state, step.key):
                continue
            if not all(key in skipped or _is_done(state, key) for key in step.after):
                continue
            changed = True
            if step.optional and step.key not in opened:
                skipped.add(step.key)
                passed.add(step.key)
            else:
                ready[step.key] = step
    return tuple(ready.values()), frozenset(passed)


def _stands(state: DossierState, key: str) -> bool:
    latest = state.latest(key)
    return latest is not None and latest.status in STANDING


def _is_done(state: DossierState, key: str) -> bool:
    latest = state.latest(key)
    return latest is not None and latest.status is StepStatus.DONE


def reachable_from(plan: tuple[PlannedStep, ...], key: str) -> frozenset[str]:
    """Return the keys of all steps that come after `key` on any branch, without itself."""
    found: set[str] = set()
    frontier = {key}
    while frontier:
        frontier = {s.key for s in plan if frontier & set(s.after)} - found
        found |= frontier
    return frozenset(found)


def is_paused(state: DossierState) -> bool:
    """Whether the total clock stands still."""
    return state.status in PAUSED
