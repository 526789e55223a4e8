"""What the agencies do with a dossier: accept a step, finish it, send it back, end the whole."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from types import MappingProxyType

from sqlalchemy.orm import Session

from onestop.domain.dossier import DossierState, StepState, StepStatus, reachable_from
from onestop.domain.errors import DomainError
from onestop.domain.events import (
    Delivery,
    DossierStopped,
    DossierWithdrawn,
    Offer,
    ResultAccepted,
    ResultReturned,
    SentBack,
    StepAccepted,
    StepFinished,
    StepRef,
)
from onestop.domain.moves import Move, ReasonMissing, require_move, rework_targets
from onestop.domain.rights import Actor
from onestop.domain.routes import StepKind
from onestop.domain.statuses import Action
from onestop.services.event_log import Committed, Loaded, PersonalText, commit_to, load, record
from onestop.services.pauses import await_payment, awaits_citizen
from onestop.services.turns import calendar_of, next_turns, offer_again

NOBODY_CHOSEN: Mapping[str, int] = MappingProxyType({})


class ResultNumberMissing(DomainError):
    """A registrar finishes the step with the number and the date of the result."""


class WrongTarget(DomainError):
    """A step cannot be sent back to this one."""

    def __init__(self, target: str) -> None:
        super().__init__(f"cannot send back to {target!r}")
        self.target = target


def accept_step(
    session: Session,
    code: str,
    *,
    step: str,
    actor: Actor,
    at: datetime,
    expected_version: int | None = None,
) -> None:
    """Take an offered step, or take it over from a colleague of the same role and agency.

    Raises DossierNotFound, DossierChanged, MoveNotAllowed.
    """
    loaded = load(session, code, expected_version=expected_version)
    move = require_move(loaded.state, actor, Action.ACCEPT_STEP, at, step=step)
    event = StepAccepted(step=move.step, attempt=move.attempt)
    record(session, loaded, event, actor=actor.user_id, at=at)


def finish_step(
    session: Session,
    code: str,
    *,
    step: str,
    actor: Actor,
    at: datetime,
    note: str = "",
    late_reason: str = "",
    payment: int = 0,
    result_number: str = "",
    registered_on: date | None = None,
    chosen: Mapping[str, int] = NOBODY_CHOSEN,
    expected_version: int | None = None,
) -> Loaded:
    """End a step and offer what comes next, at once.

    `chosen` opens optional branches: step key to the agency that is asked. A late step needs
    `late_reason`; a registrar's step needs number and date of the result; `payment` is what the
    citizen must pay, in dong, when the next step waits for that, and stops the clock.
    Raises MoveNotAllowed, ReasonMissing, ResultNumberMissing, AgencyNotChosen, NothingAsked,
    DossierChanged.
    """
    loaded = load(session, code, expected_version=expected_version)
    move = require_move(loaded.state, actor, Action.FINISH_STEP, at, step=step)
    held = _attempt(loaded.state, move)
    if held.late_at is not None and held.late_at <= at and not late_reason:
        raise ReasonMissing(Action.FINISH_STEP)
    if loaded.state.planned(move.step).kind is StepKind.REGISTER and not (
        result_number.strip() and registered_on
    ):
        raise ResultNumberMissing
    after = _with(loaded.state, held, StepStatus.DONE, at)
    turns = next_turns(session, after, at=at, chosen=chosen)
    personal = commit_to(PersonalText("note", note), PersonalText("result_number", result_number))
    event = StepFinished(
        step=move.step,
        attempt=move.attempt,
        offers=turns.offers,
        skipped=turns.skipped,
        registered_on=registered_on,
        late_reason=late_reason or None,
        personal=personal.refs,
    )
    loaded = record(session, loaded, event, actor=actor.user_id, at=at, personal=personal)
    if awaits_citizen(loaded.state):
        loaded = await_payment(session, loaded, amount=payment, actor=actor, at=at)
    return loaded


def send_back(
    session: Session,
    code: str,
    *,
    step: str,
    target: str,
    reason: str,
    note: str,
    actor: Actor,
    at: datetime,
    expected_version: int | None = None,
) -> None:
    """Open an earlier step again as a new attempt, with the time it had left, at least nothing.

    Steps after the target that are offered or open are withdrawn, done ones become stale; other
    branches are untouched. Raises MoveNotAllowed, WrongTarget, ReasonMissing.
    Source: docs/rules.md, rule R8.
    """
    loaded = load(session, code, expected_version=expected_version)
    state = loaded.state
    move = require_move(state, actor, Action.SEND_BACK, at, step=step)
    if target not in rework_targets(state, move.step):
        raise WrongTarget(target)
    if not reason:
        raise ReasonMissing(Action.SEND_BACK)
    after_target = reachable_from(state.plan, target)
    personal = commit_to(PersonalText("note", note))
    event = SentBack(
        step=move.step,
        attempt=move.attempt,
        target=target,
        reason=reason,
        withdrawn=tuple(s.ref for s in state.live_steps if s.step in after_target),
        stale=_stale(state, target, after_target),
        offers=(_rework_offer(session, state, target, at),),
        personal=personal.refs,
    )
    record(session, loaded, event, actor=actor.user_id, at=at, personal=personal)


def accept_result(
    session: Session,
    code: str,
    *,
    outcome: str,
    actor: Actor,
    at: datetime,
    expected_version: int | None = None,
) -> None:
    """Take the result at the desk: the work is finished and punctuality is fixed (status 9).

    Raises MoveNotAllowed, DossierChanged. Source: docs/rules.md, rules R3, R9.
    """
    loaded = load(session, code, expected_version=expected_version)
    move = require_move(loaded.state, actor, Action.ACCEPT_RESULT, at)
    event = ResultAccepted(step=move.step, attempt=move.attempt, outcome=outcome)
    record(session, loaded, event, actor=actor.user_id, at=at)


def return_result(
    session: Session,
    code: str,
    *,
    taker: str,
    delivery: Delivery,
    actor: Actor,
    at: datetime,
    receipt_lost: bool = False,
    collected: int = 0,
    note: str = "",
    expected_version: int | None = None,
) -> None:
    """Hand the result to the citizen (status 10); `collected` is the fee taken now, in dong.

    Raises MoveNotAllowed, DossierChanged.
    """
    loaded = load(session, code, expected_version=expected_version)
    move = require_move(loaded.state, actor, Action.RETURN_RESULT, at)
    personal = commit_to(PersonalText("taker", taker), PersonalText("note", note))
    event = ResultReturned(
        step=move.step,
        attempt=move.attempt,
        delivery=delivery,
        receipt_lost=receipt_lost,
        collected=collected,
        personal=personal.refs,
    )
    record(session, loaded, event, actor=actor.user_id, at=at, personal=personal)


def withdraw(
    session: Session,
    code: str,
    *,
    reason: str,
    note: str,
    actor: Actor,
    at: datetime,
    expected_version: int | None = None,
) -> None:
    """Give the dossier back to the applicant at the applicant's wish (status 7)."""
    loaded, personal = _ending(
        session, code, Action.WITHDRAW, reason, note, actor, at, expected_version
    )
    event = DossierWithdrawn(reason=reason, personal=personal.refs)
    record(session, loaded, event, actor=actor.user_id, at=at, personal=personal)


def stop(
    session: Session,
    code: str,
    *,
    reason: str,
    note: str,
    actor: Actor,
    at: datetime,
    fee_kept: bool = True,
    expected_version: int | None = None,
) -> None:
    """End the work without a result (status 8, stopped); only a leader may."""
    loaded, personal = _ending(
        session, code, Action.STOP, reason, note, actor, at, expected_version
    )
    event = DossierStopped(reason=reason, fee_kept=fee_kept, personal=personal.refs)
    record(session, loaded, event, actor=actor.user_id, at=at, personal=personal)


def _ending(
    session: Session,
    code: str,
    action: Action,
    reason: str,
    note: str,
    actor: Actor,
    at: datetime,
    expected_version: int | None,
) -> tuple[Loaded, Committed]:
    loaded = load(session, code, expected_version=expected_version)
    require_move(loaded.state, actor, action, at)
    if not reason:
        raise ReasonMissing(action)
    return loaded, commit_to(PersonalText("note", note))


def _attempt(state: DossierState, move: Move) -> StepState:
    found = state.find(StepRef(move.step, move.attempt))
    if found is None:
        raise LookupError(f"no attempt {move.attempt} at {move.step}")
    return found


def _with(state: DossierState, step: StepState, status: StepStatus, at: datetime) -> DossierState:
    steps = tuple(
        replace(s, status=status, ended_at=at) if s.ref == step.ref else s for s in state.steps
    )
    return replace(state, steps=steps)


def _stale(state: DossierState, target: str, after: frozenset[str]) -> tuple[StepRef, ...]:
    return tuple(
        s.ref
        for s in state.steps
        if s.status is StepStatus.DONE and (s.step in after or s.step == target)
    )


def _rework_offer(session: Session, state: DossierState, target: str, at: datetime) -> Offer:
    before = state.latest(target)
    if before is None:
        raise WrongTarget(target)
    return offer_again(
        state.planned(target),
        before,
        agency=before.agency,
        at=at,
        calendar=calendar_of(session, before.agency),
    )
