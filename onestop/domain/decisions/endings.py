"""How the work ends, and how a leader opens it again."""

from dataclasses import replace

from onestop.domain.decisions.act import Act, require_reason
from onestop.domain.decisions.steps import WrongTarget
from onestop.domain.dossier import DossierState, StepStatus, reachable_from
from onestop.domain.errors import DomainError
from onestop.domain.events import (
    TOTAL,
    Delivery,
    DossierReopened,
    DossierStopped,
    DossierWithdrawn,
    Ground,
    PersonalRef,
    PromiseLine,
    ReceptionVoided,
    ResultAccepted,
    ResultReturned,
    StepRef,
)
from onestop.domain.limits import resumed
from onestop.domain.moves import reopening_targets
from onestop.domain.reasons import fits
from onestop.domain.refilings import REFUSED
from onestop.domain.schedule import leg_promises
from onestop.domain.statuses import Action
from onestop.domain.turns import CalendarOf, limit_of, next_turns, promise_of


class NothingUnmet(DomainError):
    """The reason says that the citizen did not bring or pay what nobody is waiting for."""


def accept_result(
    act: Act,
    *,
    outcome: str = "granted",
    reason: str = "",
    personal: tuple[PersonalRef, ...] = (),
) -> ResultAccepted:
    """Take the result at the desk: the work is finished (status 9); a refusal says why.

    Raises MoveNotAllowed, ReasonMissing. Source: docs/rules.md, rule R9.
    """
    move = act.require(Action.ACCEPT_RESULT)
    if outcome == REFUSED:
        require_reason(Action.ACCEPT_RESULT, reason)
    return ResultAccepted(
        step=move.step,
        attempt=move.attempt,
        outcome=outcome,
        personal=personal,
        reason=reason if outcome == REFUSED else "",
    )


def return_result(
    act: Act,
    *,
    delivery: Delivery,
    receipt_lost: bool = False,
    collected: int = 0,
    personal: tuple[PersonalRef, ...] = (),
) -> ResultReturned:
    """Hand the result to the citizen (status 10). Raises MoveNotAllowed."""
    move = act.require(Action.RETURN_RESULT)
    return ResultReturned(
        step=move.step,
        attempt=move.attempt,
        delivery=delivery,
        receipt_lost=receipt_lost,
        collected=collected,
        personal=personal,
    )


def withdraw(act: Act, *, reason: str, personal: tuple[PersonalRef, ...] = ()) -> DossierWithdrawn:
    """Give the dossier back at the applicant's wish. Raises MoveNotAllowed, ReasonMissing."""
    act.require(Action.WITHDRAW)
    require_reason(Action.WITHDRAW, reason)
    return DossierWithdrawn(reason=reason, personal=personal)


def stop(
    act: Act, *, reason: str, fee_kept: bool = True, personal: tuple[PersonalRef, ...] = ()
) -> DossierStopped:
    """End the work without a result, as a leader.

    Raises MoveNotAllowed, ReasonMissing, NothingUnmet. Source: docs/rules.md, rule R7.
    """
    act.require(Action.STOP)
    require_reason(Action.STOP, reason)
    if not fits(reason, {pause.kind for pause in act.state.open_pauses}):
        raise NothingUnmet
    return DossierStopped(reason=reason, fee_kept=fee_kept, personal=personal)


def void_reception(
    act: Act, *, reason: str, personal: tuple[PersonalRef, ...] = ()
) -> ReceptionVoided:
    """Undo a reception in time. Raises MoveNotAllowed, ReasonMissing."""
    act.require(Action.VOID)
    require_reason(Action.VOID, reason)
    return ReceptionVoided(reason=reason, personal=personal)


def reopen(
    act: Act,
    *,
    target: str,
    reason: str,
    calendar_of: CalendarOf,
    personal: tuple[PersonalRef, ...] = (),
) -> DossierReopened:
    """Open a finished or stopped dossier again at one step, as a leader.

    The clock goes on with the working time that was left when the work had ended; a dossier that
    had ended late stays late. Raises MoveNotAllowed, WrongTarget, ReasonMissing.
    Source: docs/rules.md, rules R4, R9.
    """
    state = act.state
    act.require(Action.REOPEN)
    if target not in reopening_targets(state):
        raise WrongTarget(target)
    require_reason(Action.REOPEN, reason)
    redone = reachable_from(state.plan, target) | {target}
    stale = tuple(s.ref for s in state.steps if s.status is StepStatus.DONE and s.step in redone)
    turns = next_turns(
        _without(state, stale),
        at=act.at,
        chosen=_asked_when_it_ended(state, redone),
        calendar_of=calendar_of,
    )
    counted_with = {offer.calendar for offer in turns.offers if offer.calendar}
    counted_with.add(calendar_of(state.received.receiving_agency).id)
    return DossierReopened(
        reason=reason,
        target=target,
        stale=stale,
        promises=_reopened_promises(act, redone, calendar_of),
        offers=turns.offers,
        calendars=tuple(sorted(counted_with)),
        personal=personal,
    )


def _asked_when_it_ended(state: DossierState, redone: frozenset[str]) -> dict[str, int]:
    """The optional branches beside the target that were under way, each with its agency.

    They were chosen once and nobody has answered: what follows on them waits for them again.
    """
    ended = {step.key: state.latest(step.key) for step in state.plan if step.optional}
    return {
        key: latest.agency
        for key, latest in ended.items()
        if latest is not None
        and latest.status is StepStatus.WITHDRAWN
        and key not in redone | state.skipped
    }


def _without(state: DossierState, stale: tuple[StepRef, ...]) -> DossierState:
    steps = tuple(replace(s, status=StepStatus.STALE) if s.ref in stale else s for s in state.steps)
    return replace(state, steps=steps)


def _reopened_promises(
    act: Act, redone: frozenset[str], calendar_of: CalendarOf
) -> tuple[PromiseLine, ...]:
    """The whole and the legs still to go, from now; nothing for a dossier that had ended late."""
    state = act.state
    counted, ended_at = state.counted_promise(), state.clock_ended_at
    if counted is None or ended_at is None or counted.late_at <= ended_at:
        return ()
    limit = limit_of(state, TOTAL)
    calendar = calendar_of(state.received.receiving_agency)
    left = promise_of(state, counted, calendar).left_at(ended_at, limit, calendar)
    total = resumed(left, act.at, limit, calendar)
    line = PromiseLine(
        TOTAL,
        counted.agency,
        Ground.REOPEN,
        total.due_at,
        total.late_at,
        left=left,
        since=total.starts_at,
    )
    steps = [step for step in state.plan if step.key in redone]
    agencies = {step.agency for step in steps if step.agency is not None}
    calendars = {agency: calendar_of(agency) for agency in agencies}
    legs = [
        leg
        for leg in leg_promises(steps, total, calendars, ground=Ground.REOPEN)
        if _is_later(state, leg)
    ]
    told = state.last_promise()
    if told is None or told.ground is not Ground.EXTENSION or told.due_at <= total.due_at:
        return (line, *legs)
    # A date told with an apology stays told: the citizen never hears an earlier one.
    return (line, told, *legs)


def _is_later(state: DossierState, line: PromiseLine) -> bool:
    before = state.last_promise(line.scope)
    return before is None or before.due_at < line.due_at
