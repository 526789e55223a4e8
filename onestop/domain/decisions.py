"""What follows from an act: the event with everything decided in it, or a refusal.

Each function takes the state, who acts and when, and returns the event; nothing is read or written
here, so live use, the invented province and tests decide by the same code.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType

from onestop.domain.dossier import (
    DossierState,
    PauseState,
    StepState,
    StepStatus,
    reachable_from,
)
from onestop.domain.errors import DomainError
from onestop.domain.events import (
    Delivery,
    DossierStopped,
    DossierWithdrawn,
    PaperTick,
    PauseClosed,
    PauseKind,
    PauseOpened,
    PersonalRef,
    ReceptionVoided,
    ResultAccepted,
    ResultReturned,
    SentBack,
    StepAccepted,
    StepFinished,
    StepRef,
)
from onestop.domain.limits import CountRule, Limit, LimitUnit, due
from onestop.domain.moves import Move, ReasonMissing, require_move, rework_targets
from onestop.domain.rights import Actor
from onestop.domain.routes import StepKind
from onestop.domain.statuses import Action
from onestop.domain.turns import (
    CalendarOf,
    NextTurns,
    keep_promises,
    keep_step,
    next_turns,
    offer_again,
    renew_promises,
    resume_step,
)
from onestop.domain.working_time import WorkingCalendar

NOBODY_CHOSEN: Mapping[str, int] = MappingProxyType({})
FINANCIAL_OBLIGATION = "financial_obligation"
"""The reason of the pause between two phases of a procedure."""


class ResultNumberMissing(DomainError):
    """A registrar finishes the step with the number and the date of the result."""


class WrongTarget(DomainError):
    """A step cannot be sent back to this one."""

    def __init__(self, target: str) -> None:
        super().__init__(f"cannot send back to {target!r}")
        self.target = target


class NothingAsked(DomainError):
    """A request for papers that names none, or for a payment of nothing."""


class PaymentShort(DomainError):
    """Less was paid than was asked for, both in whole dong."""

    def __init__(self, asked: int, paid: int) -> None:
        super().__init__(f"{paid} of {asked} dong")
        self.asked = asked
        self.paid = paid


class PapersNotBrought(DomainError):
    """Papers that were asked for are still missing."""

    def __init__(self, codes: tuple[str, ...]) -> None:
        super().__init__(f"asked papers missing: {codes}")
        self.codes = codes


@dataclass(frozen=True, slots=True)
class Act:
    """Who acts on which state, and when."""

    state: DossierState
    actor: Actor
    at: datetime

    def require(self, action: Action, *, step: str = "", pause: int = 0) -> Move:
        """Return the allowed move; raise MoveNotAllowed."""
        return require_move(self.state, self.actor, action, self.at, step=step, pause=pause)

    def attempt(self, move: Move) -> StepState:
        """Return the attempt that an allowed move names."""
        return attempt_of(self.state, StepRef(move.step, move.attempt))


def attempt_of(state: DossierState, ref: StepRef) -> StepState:
    """Return one attempt; LookupError when it does not exist (a programmer's mistake)."""
    found = state.find(ref)
    if found is None:
        raise LookupError(f"no attempt {ref.attempt} at {ref.step}")
    return found


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
        _ended(act.state, held, act.at), at=act.at, chosen=chosen, calendar_of=calendar_of
    )
    return StepFinished(
        step=move.step,
        attempt=move.attempt,
        offers=turns.offers,
        skipped=turns.skipped,
        registered_on=registered_on,
        late_reason=late_reason or None,
        personal=personal,
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
    state = act.state
    move = act.require(Action.SEND_BACK, step=step)
    before = state.latest(target)
    if before is None or target not in rework_targets(state, move.step):
        raise WrongTarget(target)
    if not reason:
        raise ReasonMissing(Action.SEND_BACK)
    after = reachable_from(state.plan, target)
    again = offer_again(
        state.planned(target),
        before,
        agency=before.agency,
        at=act.at,
        calendar=calendar_of(before.agency),
    )
    return SentBack(
        step=move.step,
        attempt=move.attempt,
        target=target,
        reason=reason,
        withdrawn=tuple(s.ref for s in state.live_steps if s.step in after),
        stale=tuple(
            s.ref
            for s in state.steps
            if s.status is StepStatus.DONE and (s.step in after or s.step == target)
        ),
        offers=(again,),
        personal=personal,
    )


def request_supplement(
    act: Act,
    step: str,
    *,
    papers: Sequence[str],
    reason: str,
    citizen_days: int,
    calendar_of: CalendarOf,
    personal: tuple[PersonalRef, ...] = (),
) -> PauseOpened:
    """Stop the clock and name, once and all together, the papers the applicant still owes.

    The citizen has `citizen_days` working days. Raises MoveNotAllowed, NothingAsked,
    ReasonMissing. Source: docs/rules.md, rules R1, R7.
    """
    move = act.require(Action.REQUEST_SUPPLEMENT, step=step)
    if not papers:
        raise NothingAsked
    term = Limit(Decimal(citizen_days), LimitUnit.WORKING_DAYS, rule=CountRule.END_OF_DAY)
    calendar = calendar_of(act.state.received.receiving_agency)
    opened = _open(act, move, PauseKind.SUPPLEMENT, reason, calendar_of, personal)
    return replace(opened, papers=tuple(papers), citizen_due_at=due(term, act.at, calendar).due_at)


def request_payment(
    act: Act,
    step: str,
    *,
    amount: int,
    reason: str,
    calendar_of: CalendarOf,
    personal: tuple[PersonalRef, ...] = (),
) -> PauseOpened:
    """Stop the clock until the citizen has paid `amount` dong.

    Raises MoveNotAllowed, NothingAsked, ReasonMissing.
    """
    move = act.require(Action.REQUEST_PAYMENT, step=step)
    if amount <= 0:
        raise NothingAsked
    opened = _open(act, move, PauseKind.PAYMENT, reason, calendar_of, personal)
    return replace(opened, amount=amount)


def suspend(
    act: Act,
    *,
    reason: str,
    calendar_of: CalendarOf,
    personal: tuple[PersonalRef, ...] = (),
) -> PauseOpened:
    """Let a leader stop the clock for a reason that lies outside the office.

    Raises MoveNotAllowed, ReasonMissing.
    """
    move = act.require(Action.SUSPEND)
    return _open(act, move, PauseKind.SUSPENSION, reason, calendar_of, personal)


def await_payment(
    state: DossierState, *, amount: int, at: datetime, calendar_of: CalendarOf
) -> PauseOpened:
    """Open the pause of a step that only waits for the citizen, just after it was offered.

    Raises NothingAsked for no amount.
    """
    if amount <= 0:
        raise NothingAsked
    waiting = next(s for s in state.live_steps if _waits_unpaused(state, s))
    opened = _opening(state, waiting, PauseKind.PAYMENT, FINANCIAL_OBLIGATION, at, calendar_of, ())
    return replace(opened, amount=amount)


def awaits_citizen(state: DossierState) -> bool:
    """Whether a step was just offered that waits for the citizen and has no pause yet."""
    return any(_waits_unpaused(state, step) for step in state.live_steps)


def take_in(
    act: Act,
    kind: PauseKind,
    *,
    calendar_of: CalendarOf,
    papers: Sequence[PaperTick] = (),
    amount: int | None = None,
    pause: int = 0,
    chosen: Mapping[str, int] = NOBODY_CHOSEN,
    personal: tuple[PersonalRef, ...] = (),
) -> PauseClosed:
    """Close a pause: papers or payment have come, or a leader resumes; the clock goes on.

    A step that only waited for the citizen is done with it, and the next ones are offered.
    Raises MoveNotAllowed, PapersNotBrought, PaymentShort. Source: docs/rules.md, rules R1, R7.
    """
    state = act.state
    move = act.require(PauseClosed.ACTIONS[kind], pause=pause)
    waiting = next(p for p in state.open_pauses if p.pause == move.pause)
    brought = {paper.code for paper in papers}
    if absent := tuple(code for code in waiting.papers if code not in brought):
        raise PapersNotBrought(absent)
    if waiting.amount is not None and (amount or 0) < waiting.amount:
        raise PaymentShort(waiting.amount, amount or 0)
    held = attempt_of(state, StepRef(waiting.step, waiting.attempt))
    total_calendar = calendar_of(state.received.receiving_agency)
    step_calendar = calendar_of(held.agency)
    last = len(state.open_pauses) == 1
    step_due = _resumed_step(state, waiting, held, act.at, step_calendar)
    finished, turns = _after_waiting(state, held, act.at, chosen, calendar_of)
    return PauseClosed(
        pause=waiting.pause,
        kind=kind,
        papers=tuple(papers),
        amount=amount,
        promises=renew_promises(state, at=act.at, calendar=total_calendar) if last else (),
        step_due_at=step_due[0],
        step_late_at=step_due[1],
        finished=finished,
        offers=turns.offers,
        calendars=tuple(sorted({total_calendar.id, step_calendar.id})),
        skipped=turns.skipped,
        personal=personal,
    )


def accept_result(act: Act, *, outcome: str = "granted") -> ResultAccepted:
    """Take the result at the desk: the work is finished (status 9). Raises MoveNotAllowed."""
    move = act.require(Action.ACCEPT_RESULT)
    return ResultAccepted(step=move.step, attempt=move.attempt, outcome=outcome)


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
    _require_reason(act, Action.WITHDRAW, reason)
    return DossierWithdrawn(reason=reason, personal=personal)


def stop(
    act: Act, *, reason: str, fee_kept: bool = True, personal: tuple[PersonalRef, ...] = ()
) -> DossierStopped:
    """End the work without a result, as a leader. Raises MoveNotAllowed, ReasonMissing."""
    _require_reason(act, Action.STOP, reason)
    return DossierStopped(reason=reason, fee_kept=fee_kept, personal=personal)


def void_reception(
    act: Act, *, reason: str, personal: tuple[PersonalRef, ...] = ()
) -> ReceptionVoided:
    """Undo a reception in time. Raises MoveNotAllowed, ReasonMissing."""
    _require_reason(act, Action.VOID, reason)
    return ReceptionVoided(reason=reason, personal=personal)


def _require_reason(act: Act, action: Action, reason: str) -> None:
    act.require(action)
    if not reason:
        raise ReasonMissing(action)


def _ended(state: DossierState, step: StepState, at: datetime) -> DossierState:
    """The state in which `step` counts as done already, for asking whose turn it is next."""
    done = replace(step, status=StepStatus.DONE, ended_at=at)
    return replace(state, steps=tuple(done if s.ref == step.ref else s for s in state.steps))


def _waits_unpaused(state: DossierState, step: StepState) -> bool:
    return state.planned(step.step).kind is StepKind.AWAIT_CITIZEN and step.pause is None


def _open(
    act: Act,
    move: Move,
    kind: PauseKind,
    reason: str,
    calendar_of: CalendarOf,
    personal: tuple[PersonalRef, ...],
) -> PauseOpened:
    if not reason:
        raise ReasonMissing(move.action)
    held = act.attempt(move)
    return _opening(act.state, held, kind, reason, act.at, calendar_of, personal)


def _opening(
    state: DossierState,
    held: StepState,
    kind: PauseKind,
    reason: str,
    at: datetime,
    calendar_of: CalendarOf,
    personal: tuple[PersonalRef, ...],
) -> PauseOpened:
    total_calendar = calendar_of(state.received.receiving_agency)
    step_calendar = calendar_of(held.agency)
    return PauseOpened(
        pause=len(state.pauses) + 1,
        kind=kind,
        step=held.step,
        attempt=held.attempt,
        reason=reason,
        papers=(),
        amount=None,
        citizen_due_at=None,
        kept=keep_promises(state, at=at, calendar=total_calendar),
        kept_step=keep_step(held, state.planned(held.step).allotment, at, step_calendar),
        calendars=tuple(sorted({total_calendar.id, step_calendar.id})),
        personal=personal,
    )


def _resumed_step(
    state: DossierState,
    pause: PauseState,
    held: StepState,
    at: datetime,
    calendar: WorkingCalendar,
) -> tuple[datetime | None, datetime | None]:
    allotment = state.planned(held.step).allotment
    if pause.keeps_step is None or allotment is None:
        return None, None
    kept = pause.keeps_step.amount
    return resume_step(kept, allotment, offered_at=held.offered_at, at=at, calendar=calendar)


def _after_waiting(
    state: DossierState,
    held: StepState,
    at: datetime,
    chosen: Mapping[str, int],
    calendar_of: CalendarOf,
) -> tuple[tuple[StepRef, ...], NextTurns]:
    """A step that only waits for the citizen ends with its pause; any other goes on."""
    if state.planned(held.step).kind is not StepKind.AWAIT_CITIZEN:
        return (), NextTurns((), ())
    ended = _ended(state, held, at)
    return (held.ref,), next_turns(ended, at=at, chosen=chosen, calendar_of=calendar_of)
