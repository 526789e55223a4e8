"""What happens to a step: taken, done, refused, sent back, given to another."""

from collections.abc import Mapping
from datetime import date

from onestop.domain.decisions.act import NOBODY_CHOSEN, Act, as_done, require_reason
from onestop.domain.dossier import StepStatus, reachable_from
from onestop.domain.errors import DomainError
from onestop.domain.events import (
    Offer,
    PersonalRef,
    SentBack,
    StepAccepted,
    StepFinished,
    StepReassigned,
    StepRef,
    StepRefused,
)
from onestop.domain.moves import ReasonMissing, refusal_targets, rework_targets
from onestop.domain.phases import phases_begun
from onestop.domain.routes import StepKind
from onestop.domain.statuses import Action
from onestop.domain.turns import CalendarOf, next_turns, offer_again


class ResultNumberMissing(DomainError):
    """A registrar finishes the step with the number and the date of the result."""


class WrongTarget(DomainError):
    """A step cannot be sent back to this one."""

    def __init__(self, target: str) -> None:
        super().__init__(f"cannot send back to {target!r}")
        self.target = target


class AlreadyHolds(DomainError):
    """A step was given to the very officer who holds it."""

    def __init__(self, user: int) -> None:
        super().__init__(f"user {user} holds it already")
        self.user = user


def accept_step(act: Act, step: str) -> StepAccepted:
    """Take an offered step, or take it over from a colleague. Raises MoveNotAllowed."""
    move = act.require(Action.ACCEPT_STEP, step=step)
    return StepAccepted(step=move.step, attempt=move.attempt)


def finish_step(
    act: Act,
    step: str,
    *,
    calendar_of: CalendarOf,
    chosen: Mapping[str, int] = NOBODY_CHOSEN,
    late_reason: str = "",
    registered_on: date | None = None,
    has_number: bool = False,
    personal: tuple[PersonalRef, ...] = (),
) -> StepFinished:
    """End a step and offer what comes next, at once.

    `chosen` opens optional branches: step key to the agency that is asked.
    Raises MoveNotAllowed, ReasonMissing for a late step without one, ResultNumberMissing for a
    registrar's step without number and date, AgencyNotChosen.
    """
    move = act.require(Action.FINISH_STEP, step=step)
    held = act.attempt(move)
    if held.late_at is not None and held.late_at <= act.at and not late_reason:
        raise ReasonMissing(Action.FINISH_STEP)
    registers = act.state.planned(move.step).kind is StepKind.REGISTER
    if registers and not (has_number and registered_on):
        raise ResultNumberMissing
    turns = next_turns(
        as_done(act.state, held, act.at), at=act.at, chosen=chosen, calendar_of=calendar_of
    )
    return StepFinished(
        step=move.step,
        attempt=move.attempt,
        offers=turns.offers,
        skipped=turns.skipped,
        registered_on=registered_on,
        late_reason=late_reason or None,
        personal=personal,
        promises=phases_begun(
            act.state,
            turns.offers,
            at=act.at,
            calendar=calendar_of(act.state.received.receiving_agency),
        ),
    )


def send_back(
    act: Act,
    step: str,
    *,
    target: str,
    reason: str,
    calendar_of: CalendarOf,
    personal: tuple[PersonalRef, ...] = (),
) -> SentBack:
    """Open an earlier step again as a new attempt, with the time it had left, at least nothing.

    Steps after the target that are offered or open are withdrawn, done ones become stale; other
    branches are untouched. Raises MoveNotAllowed, WrongTarget, ReasonMissing.
    Source: docs/rules.md, rule R8.
    """
    move = act.require(Action.SEND_BACK, step=step)
    if target not in rework_targets(act.state, move.step):
        raise WrongTarget(target)
    require_reason(Action.SEND_BACK, reason)
    withdrawn, stale, offers = _again(act, target, calendar_of)
    return SentBack(
        step=move.step,
        attempt=move.attempt,
        target=target,
        reason=reason,
        withdrawn=withdrawn,
        stale=stale,
        offers=offers,
        personal=personal,
    )


def refuse_step(
    act: Act,
    step: str,
    *,
    target: str = "",
    reason: str,
    calendar_of: CalendarOf,
    personal: tuple[PersonalRef, ...] = (),
) -> StepRefused:
    """Do not take what was offered: the step that handed it over starts a new attempt.

    `target` is one of the steps before; without it the last that was done.
    Raises MoveNotAllowed, WrongTarget, ReasonMissing. Source: docs/rules.md, rule R8.
    """
    move = act.require(Action.REFUSE_STEP, step=step)
    targets = refusal_targets(act.state, move.step)
    if target and target not in targets:
        raise WrongTarget(target)
    require_reason(Action.REFUSE_STEP, reason)
    withdrawn, stale, offers = _again(act, target or targets[0], calendar_of)
    return StepRefused(
        step=move.step,
        attempt=move.attempt,
        target=target or targets[0],
        reason=reason,
        withdrawn=withdrawn,
        stale=stale,
        offers=offers,
        personal=personal,
    )


def reassign(
    act: Act, step: str, *, holder: int, reason: str, personal: tuple[PersonalRef, ...] = ()
) -> StepReassigned:
    """Give a step to another officer, as a leader; its dates stay as they were.

    Raises MoveNotAllowed, ReasonMissing, and AlreadyHolds for who holds it anyway.
    """
    move = act.require(Action.REASSIGN, step=step)
    if act.attempt(move).holder == holder:
        raise AlreadyHolds(holder)
    require_reason(Action.REASSIGN, reason)
    return StepReassigned(move.step, move.attempt, holder, reason, personal)


def _again(
    act: Act, target: str, calendar_of: CalendarOf
) -> tuple[tuple[StepRef, ...], tuple[StepRef, ...], tuple[Offer, ...]]:
    """What is withdrawn, what becomes stale, and the offer, when `target` is done once more."""
    state = act.state
    before = state.latest(target)
    if before is None:
        raise WrongTarget(target)
    after = reachable_from(state.plan, target)
    again = offer_again(
        state.planned(target),
        before,
        agency=before.agency,
        at=act.at,
        calendar=calendar_of(before.agency),
    )
    return (
        tuple(s.ref for s in state.live_steps if s.step in after),
        tuple(s.ref for s in state.steps if _is_redone(s.status, s.step, target, after)),
        (again,),
    )


def _is_redone(status: StepStatus, step: str, target: str, after: frozenset[str]) -> bool:
    return status is StepStatus.DONE and (step in after or step == target)
