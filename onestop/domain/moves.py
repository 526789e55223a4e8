"""What an actor may do to a dossier now: the transitions and the rights read together."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from onestop.domain.dossier import (
    DossierState,
    StepState,
    StepStatus,
    reachable_from,
)
from onestop.domain.errors import DomainError
from onestop.domain.events import PauseKind, ProposalKind, StepRef
from onestop.domain.rights import Actor, Right, Role
from onestop.domain.routes import StepKind
from onestop.domain.statuses import OPEN, TRANSITIONS, Action


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that may be done: the action and what it is done to, if anything."""

    action: Action
    step: str = ""
    attempt: int = 0
    pause: int = 0
    proposal: int = 0


class MoveNotAllowed(DomainError):
    """The actor may not do this to this dossier now."""

    def __init__(self, action: Action, step: str = "") -> None:
        super().__init__(f"{action.value} {step} is not allowed now")
        self.action = action
        self.step = step


UNDO_WITHIN = timedelta(minutes=10)
"""How long a clerk may undo a reception that nobody has taken up (docs/rules.md, rule R9)."""


class ReasonMissing(DomainError):
    """This has to be explained: a late step, a rework, a pause, a stop, a withdrawal."""

    def __init__(self, action: Action) -> None:
        super().__init__(f"{action.value} needs a reason")
        self.action = action


ASKING_KINDS = frozenset({StepKind.RECEIVE, StepKind.WORK, StepKind.REVIEW, StepKind.CONSULT})
"""Steps that may ask the citizen for papers or payment."""

REVIEWING_KINDS = frozenset({StepKind.WORK, StepKind.REVIEW, StepKind.SIGN, StepKind.REGISTER})
"""Steps that may send an earlier one back."""


def allowed_moves(state: DossierState, actor: Actor, at: datetime) -> tuple[Move, ...]:
    """Return every move `actor` may make at `at`, in the order screens show them.

    The same list makes the buttons and guards the services (docs/rules.md, rules R9, R17).
    """
    moves: list[Move] = []
    for step in state.live_steps:
        moves += _step_moves(state, step, actor)
    for pause in state.open_pauses:
        if pause.kind in _CLOSERS and _may_close(
            state, pause.kind, pause.step, pause.attempt, actor
        ):
            action = _CLOSERS[pause.kind]
            moves.append(Move(action, pause.step, pause.attempt, pause.pause))
    moves += _proposal_moves(state, actor)
    moves += _extension_moves(state, actor)
    moves += _whole_moves(state, actor, at)
    return tuple(move for move in moves if (state.status, move.action) in TRANSITIONS)


def require_move(
    state: DossierState,
    actor: Actor,
    action: Action,
    at: datetime,
    *,
    step: str = "",
    pause: int = 0,
    proposal: int = 0,
) -> Move:
    """Return the allowed move that fits; raise MoveNotAllowed when there is none."""
    for move in allowed_moves(state, actor, at):
        if (
            move.action is action
            and step in ("", move.step)
            and pause in (0, move.pause)
            and proposal in (0, move.proposal)
        ):
            return move
    raise MoveNotAllowed(action, step)


def rework_targets(state: DossierState, step: str) -> tuple[str, ...]:
    """Return the done steps that `step` may send back to, latest in the route first (rule R8).

    A step is no target while one after it waits for the citizen: that pause must end first. Nor
    is one before a payment that was made: the citizen would be asked to pay again.
    """
    paid = {s.key for s in state.plan if s.kind is StepKind.AWAIT_CITIZEN and _done(state, s.key)}
    waiting = {s.step for s in state.live_steps if s.pause is not None}
    targets = []
    for planned in state.plan:
        latest = state.latest(planned.key)
        if (
            planned.kind not in (StepKind.RECEIVE, StepKind.AWAIT_CITIZEN)
            and latest is not None
            and latest.status is StepStatus.DONE
            and step in reachable_from(state.plan, planned.key)
            and not (waiting | paid) & reachable_from(state.plan, planned.key)
        ):
            targets.append(planned.key)
    return tuple(reversed(targets))


def refusal_targets(state: DossierState, step: str) -> tuple[str, ...]:
    """Return the done steps that handed `step` over, the latest first: one of them goes on (R8).

    None when a payment lies between: the citizen would be asked to pay again.
    """
    before = set(state.planned(step).after)
    while passed := before & state.skipped:
        before = (before - passed) | {key for one in passed for key in state.planned(one).after}
    found = [state.latest(key) for key in before]
    if any(state.planned(key).kind is StepKind.AWAIT_CITIZEN for key in before):
        return ()
    done = [s for s in found if s is not None and s.status is StepStatus.DONE]
    done.sort(key=lambda s: (s.ended_at or s.offered_at, s.step), reverse=True)
    return tuple(s.step for s in done)


def reopening_targets(state: DossierState) -> tuple[str, ...]:
    """Return the steps at which a leader may open a finished dossier again, latest first (R9)."""
    paid = {s.key for s in state.plan if s.kind is StepKind.AWAIT_CITIZEN and _done(state, s.key)}
    idle = (StepKind.RECEIVE, StepKind.AWAIT_CITIZEN, StepKind.RETURN)
    targets = []
    for planned in state.plan:
        begun = state.before(planned.key) is not None and not planned.optional
        handed_over = all(_settled(state, key) for key in planned.after)
        asked_again = paid & reachable_from(state.plan, planned.key)
        if planned.kind not in idle and begun and handed_over and not asked_again:
            targets.append(planned.key)
    return tuple(reversed(targets))


def _settled(state: DossierState, key: str) -> bool:
    if key in state.skipped:
        return all(_settled(state, before) for before in state.planned(key).after)
    return _done(state, key)


def _done(state: DossierState, key: str) -> bool:
    latest = state.latest(key)
    return latest is not None and latest.status is StepStatus.DONE


_CLOSERS = {
    PauseKind.SUPPLEMENT: Action.TAKE_IN_SUPPLEMENT,
    PauseKind.PAYMENT: Action.TAKE_IN_PAYMENT,
    PauseKind.SUSPENSION: Action.RESUME,
}


def _step_moves(state: DossierState, step: StepState, actor: Actor) -> list[Move]:
    planned = state.planned(step.step)
    if planned.kind is StepKind.AWAIT_CITIZEN:
        return []
    if planned.kind is StepKind.RETURN:
        return _return_moves(state, step, actor)
    actions = _own_actions(state, step, actor) if actor.holds(planned.role, step.agency) else []
    if _leads(actor, step.agency) and planned.role is not Role.LEADER:
        actions.append(Action.REASSIGN)
    return [Move(action, step.step, step.attempt) for action in actions]


def _own_actions(state: DossierState, step: StepState, actor: Actor) -> list[Action]:
    """What somebody who holds the role of a step may do with it."""
    planned = state.planned(step.step)
    if step.status is StepStatus.OFFERED or not actor.acts_for(step.holder):
        refusable = step.status is StepStatus.OFFERED and refusal_targets(state, step.step)
        return [Action.ACCEPT_STEP, *([Action.REFUSE_STEP] if refusable else [])]
    if step.pause is not None:
        return []
    actions = [Action.FINISH_STEP]
    if planned.kind in REVIEWING_KINDS and rework_targets(state, step.step):
        actions.append(Action.SEND_BACK)
    if planned.kind in ASKING_KINDS:
        actions += [*_asking(state, step, actor), Action.REQUEST_PAYMENT]
    return actions


def _asking(state: DossierState, step: StepState, actor: Actor) -> list[Action]:
    """Papers are asked for once; an officer who wants to ask again needs a leader's agreement.

    One request at a time waits for it.
    """
    if state.supplement_requests == 0 or _leads(actor, step.agency):
        return [Action.REQUEST_SUPPLEMENT]
    waits = any((p.step, p.attempt) == (step.step, step.attempt) for p in state.open_proposals)
    return [] if waits else [Action.PROPOSE_SUPPLEMENT]


def _return_moves(state: DossierState, step: StepState, actor: Actor) -> list[Move]:
    if not actor.holds(Role.CLERK, state.received.receiving_agency):
        return []
    if state.finished_at is not None:
        return [Move(Action.RETURN_RESULT, step.step, step.attempt)]
    moves = [Move(Action.ACCEPT_RESULT, step.step, step.attempt)]
    if refusal_targets(state, step.step):
        moves.append(Move(Action.REFUSE_STEP, step.step, step.attempt))
    return moves


def _proposal_moves(state: DossierState, actor: Actor) -> list[Move]:
    """What a leader decides: a second request for papers of an own step, a later date."""
    moves = []
    for proposal in state.open_proposals:
        extension = proposal.kind is ProposalKind.EXTENSION
        step = state.find(StepRef(proposal.step, proposal.attempt))
        agency = step.agency if step is not None else state.received.competent_agency
        if not _leads(actor, state.received.competent_agency if extension else agency):
            continue
        agreed = Action.EXTEND if extension else Action.APPROVE_SUPPLEMENT
        # A later date signed while the clock stands still would be lost when it goes on.
        free = not state.open_pauses if extension else step is not None and step.pause is None
        for action in (*((agreed,) if free else ()), Action.DECLINE):
            moves.append(Move(action, proposal.step, proposal.attempt, proposal=proposal.proposal))
    return moves


def _extension_moves(state: DossierState, actor: Actor) -> list[Move]:
    """A later date is drafted by who works on the dossier, or told by the head of the agency."""
    spent = state.extensions >= state.received.extensions
    if spent or state.open_pauses or state.status not in OPEN:
        return []
    if any(p.kind is ProposalKind.EXTENSION for p in state.open_proposals):
        return []
    if _leads(actor, state.received.competent_agency):
        return [Move(Action.EXTEND)]
    works = any(actor.acts_for(step.holder) for step in state.live_steps)
    return [Move(Action.DRAFT_EXTENSION)] if works else []


def _may_close(state: DossierState, kind: PauseKind, step: str, attempt: int, actor: Actor) -> bool:
    if kind is PauseKind.SUSPENSION:
        paused = state.find(StepRef(step, attempt))
        return paused is not None and _leads(actor, paused.agency)
    return actor.holds(Role.CLERK, state.received.receiving_agency)


def _whole_moves(state: DossierState, actor: Actor, at: datetime) -> list[Move]:
    moves: list[Move] = []
    own = [s for s in state.live_steps if _leads(actor, s.agency)]
    if own and own[0].pause is None and not _at_desk(state, own[0]):
        moves.append(Move(Action.SUSPEND, own[0].step, own[0].attempt))
    leads = _leads(actor, state.received.competent_agency)
    if own or leads:
        moves.append(Move(Action.STOP))
    if leads and reopening_targets(state):
        moves.append(Move(Action.REOPEN))
    desk = actor.holds(Role.CLERK, state.received.receiving_agency)
    if desk or may_reroute(state, actor):
        moves.append(Move(Action.CORRECT))
    if desk:
        moves.append(Move(Action.WITHDRAW))
        if state.paid > 0:
            moves.append(Move(Action.REFUND))
        untouched = not state.paper_left_desk and at - state.received_at <= UNDO_WITHIN
        if state.received_by == actor.user_id and untouched:
            moves.append(Move(Action.VOID))
    return moves


def may_reroute(state: DossierState, actor: Actor) -> bool:
    """Whether `actor` may change procedure or agency of a dossier, which moves its date.

    A leader of the agency that received it or decides it; not while somebody waits for papers,
    payment or the end of a suspension.
    """
    waiting = any(pause.kind is not PauseKind.UNCOUNTED for pause in state.open_pauses)
    agencies = (state.received.receiving_agency, state.received.competent_agency)
    return not waiting and any(_leads(actor, agency) for agency in agencies)


def _at_desk(state: DossierState, step: StepState) -> bool:
    return state.planned(step.step).kind in (StepKind.RETURN, StepKind.AWAIT_CITIZEN)


def _leads(actor: Actor, agency_id: int) -> bool:
    return any(
        held.role is Role.LEADER and not held.assistant and held.agency_id == agency_id
        for held in actor.assignments
    )


def takes_right(action: Action) -> Right:
    """Return the right an endpoint for this action declares; the move itself is checked later."""
    if action in (Action.ACCEPT_RESULT, Action.RETURN_RESULT):
        return Right.RETURN
    if action in (Action.STOP, Action.SUSPEND, Action.RESUME, Action.REOPEN):
        return Right.STOP
    if action in (Action.WITHDRAW, Action.VOID, Action.REFUND):
        return Right.RECEIVE
    if action in (Action.EXTEND, Action.DECLINE, Action.REASSIGN):
        return Right.SIGN
    return Right.WORK
