"""What a dossier is now: its steps, promises and pauses, and what they answer."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from onestop.domain.events import (
    TOTAL,
    DossierReceived,
    Ground,
    Kept,
    PaperTick,
    PauseKind,
    PlannedStep,
    PromiseLine,
    ProposalKind,
    StepRef,
)
from onestop.domain.procedures import PaperKind
from onestop.domain.statuses import Status
from onestop.domain.working_time import Amount


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
    """One attempt at a step. `late_at` is None while a pause that began in time is open.

    `planned` is the step of the route it was offered under: a correction may change the route,
    `route` counts them from 0. `left` is the exact working time that runs from `since`, None for
    the whole allotment from the offer.
    """

    step: str
    attempt: int
    agency: int
    planned: PlannedStep
    route: int
    status: StepStatus
    offered_at: datetime
    due_at: datetime | None
    late_at: datetime | None
    accepted_at: datetime | None = None
    holder: int | None = None
    ended_at: datetime | None = None
    pause: int | None = None
    left: Amount | None = None
    since: datetime | None = None

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
    reminded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ProposalState:
    """What was put before a leader: by whom, when, and whether it was decided."""

    proposal: int
    kind: ProposalKind
    by: int
    at: datetime
    reason: str
    step: str = ""
    attempt: int = 0
    papers: tuple[str, ...] = ()
    due_at: datetime | None = None
    late_at: datetime | None = None
    decided_at: datetime | None = None
    agreed: bool = False


@dataclass(frozen=True, slots=True)
class PaperOffer:
    """The original is on its way: in which pile, to which agency, who gave it and when."""

    pile: int
    agency: int
    by: int
    at: datetime


@dataclass(frozen=True, slots=True)
class PaperState:
    """Who holds the paper original, where and since when; while on its way still the giver."""

    agency: int
    holder: int
    since: datetime
    offer: PaperOffer | None = None


@dataclass(frozen=True, slots=True)
class DossierState:
    """The whole of a dossier as its events tell it; instants are aware and in UTC.

    `clock_ended_at` is what punctuality counts: the end of the work, or the beginning of the
    pause in which it ended, when that pause had begun in time (rule R5). `paper_left_desk` stays
    True once another agency than the receiving one had the original. `paid` is what was taken at
    the counter and not given back, in whole dong; `fee_kept` that a stop said so.
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
    proposals: tuple[ProposalState, ...] = ()
    extensions: int = 0
    corrections: int = 0
    route: int = 0
    clock_ended_at: datetime | None = None
    finished_at: datetime | None = None
    returned_at: datetime | None = None
    outcome: str | None = None
    paper: PaperState | None = None
    paper_left_desk: bool = False
    paid: int = 0
    fee_kept: bool = False

    @property
    def has_paper(self) -> bool:
        """Whether anything was handed in that can be held in a hand."""
        later = (tick for tick, _ in self.later_papers)
        return any(tick.kind != PaperKind.ELECTRONIC for tick in (*self.received.papers, *later))

    @property
    def plan(self) -> tuple[PlannedStep, ...]:
        """The route as fixed at reception."""
        return self.received.steps

    def planned(self, key: str) -> PlannedStep:
        """The planned step with this key; raises KeyError for one no route of it ever had.

        The route in force comes first; what was offered before a correction keeps its name.
        """
        for step in self.received.steps:
            if step.key == key:
                return step
        for attempt in reversed(self.steps):
            if attempt.step == key:
                return attempt.planned
        raise KeyError(key)

    def latest(self, key: str) -> StepState | None:
        """The latest attempt at a step, or None when it was never offered."""
        return next((s for s in reversed(self.steps) if s.step == key), None)

    def find(self, ref: StepRef) -> StepState | None:
        """One attempt, or None when it does not exist."""
        return next((s for s in self.steps if s.ref == ref), None)

    def before(self, key: str) -> StepState | None:
        """The attempt before the next one under the route in force; None for a first one."""
        found = self.latest(key)
        return found if found is not None and found.route == self.route else None

    @property
    def live_steps(self) -> tuple[StepState, ...]:
        """Attempts that are offered or open: who holds the dossier now, one per branch."""
        return tuple(s for s in self.steps if s.status in LIVE)

    @property
    def open_pauses(self) -> tuple[PauseState, ...]:
        """Pauses not closed, earliest first."""
        return tuple(p for p in self.pauses if p.closed_at is None)

    @property
    def open_proposals(self) -> tuple[ProposalState, ...]:
        """What waits for a leader, earliest first; a request of a step that ended does not."""
        return tuple(p for p in self.proposals if p.decided_at is None and self._stands(p))

    def _stands(self, proposal: ProposalState) -> bool:
        if proposal.kind is ProposalKind.EXTENSION:
            return True
        step = self.find(StepRef(proposal.step, proposal.attempt))
        return step is not None and step.status in LIVE

    @property
    def supplement_requests(self) -> int:
        """How often the citizen was asked for papers."""
        return sum(1 for pause in self.pauses if pause.kind is PauseKind.SUPPLEMENT)

    @property
    def paused_at(self) -> datetime | None:
        """Since when the total clock has stood still, or None while it runs.

        It goes on standing still for one that ended in a pause begun in time.
        """
        if self.open_pauses:
            return self.open_pauses[0].opened_at
        return self.clock_ended_at if self._ended_in_pause else None

    @property
    def _ended_in_pause(self) -> bool:
        return self.clock_ended_at is not None and self.clock_ended_at != self.finished_at

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
        return any(kept.scope == scope and kept.amount is not None for kept in self.kept)

    @property
    def late_at(self) -> datetime | None:
        """First instant at which the dossier is late; None while paused in time (rules R3, R5)."""
        counted = self.counted_promise()
        if counted is None or self.is_kept() or self._ended_in_pause:
            return None
        return counted.late_at


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
            if not all(_is_settled(state, key, skipped) for key in step.after):
                continue
            changed = True
            if step.optional and step.key not in opened:
                skipped.add(step.key)
                passed.add(step.key)
            else:
                ready[step.key] = step
    return tuple(ready.values()), frozenset(passed)


def passed_over(steps: Sequence[PlannedStep], done: Collection[str]) -> frozenset[str]:
    """Return the optional steps whose turn came with `done` and went by, for nobody was asked.

    `steps` stand in travelling order: what follows on such a step alone goes by with it.
    """
    passed: set[str] = set()
    for step in steps:
        if step.optional and set(step.after) <= passed.union(done):
            passed.add(step.key)
    return frozenset(passed)


def _is_settled(state: DossierState, key: str, skipped: set[str]) -> bool:
    """Whether a step is done, or passed over after steps that are settled themselves."""
    if key not in skipped:
        return _is_done(state, key)
    return all(_is_settled(state, before, skipped) for before in state.planned(key).after)


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
