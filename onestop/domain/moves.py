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
from onestop.domain.events import PauseKind, StepRef
from onestop.domain.rights import Actor, Right, Role
from onestop.domain.routes import StepKind
from onestop.domain.statuses import TRANSITIONS, Action


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that may be done: the action and what it is done to, if anything."""

    action: Action
    step: str = ""
    attempt: int = 0
    pause: int = 0


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


ASKING_KINDS = frozenset({StepKind.WORK, StepKind.REVIEW, StepKind.CONSULT})
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
        if _may_close(state, pause.kind, pause.step, pause.attempt, actor):
            action = _CLOSERS[pause.kind]
            moves.append(Move(action, pause.step, pause.attempt, pause.pause))
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
) -> Move:
    """Return the allowed move that fits; raise MoveNotAllowed when there is none."""
    for move in allowed_moves(state, actor, at):
        if move.action is action and step in ("", move.step) and pause in (0, move.pause):
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
    if not actor.holds(planned.role, step.agency):
        return []
    if step.status is StepStatus.OFFERED or step.holder != actor.user_id:
        return [Move(Action.ACCEPT_STEP, step.step, step.attempt)]
    if step.pause is not None:
        return []
    actions = [Action.FINISH_STEP]
    if planned.kind in REVIEWING_KINDS and rework_targets(state, step.step):
        actions.append(Action.SEND_BACK)
    if planned.kind in ASKING_KINDS:
        actions += [Action.REQUEST_SUPPLEMENT, Action.REQUEST_PAYMENT]
    return [Move(action, step.step, step.attempt) for action in actions]


def _return_moves(state: DossierState, step: StepState, actor: Actor) -> list[Move]:
    if not actor.holds(Role.CLERK, state.received.receiving_agency):
        return []
    if state.finished_at is None:
        return [Move(Action.ACCEPT_RESULT, step.step, step.attempt)]
    return [Move(Action.RETURN_RESULT, step.step, step.attempt)]


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
    if own or _leads(actor, state.received.competent_agency):
        moves.append(Move(Action.STOP))
    if actor.holds(Role.CLERK, state.received.receiving_agency):
        moves.append(Move(Action.WITHDRAW))
        if state.received_by == actor.user_id and at - state.received_at <= UNDO_WITHIN:
            moves.append(Move(Action.VOID))
    return moves


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
    if action in (Action.WITHDRAW, Action.VOID):
        return Right.RECEIVE
    return Right.WORK
