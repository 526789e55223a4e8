"""The clock stops and goes on: asked papers, payment, a suspension, a step not counted."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from onestop.domain.decisions.act import NOBODY_CHOSEN, Act, as_done, attempt_of, require_reason
from onestop.domain.decisions.standstills import NothingAsked, opening
from onestop.domain.dossier import DossierState, PauseState, StepState
from onestop.domain.errors import DomainError
from onestop.domain.events import (
    PaperTick,
    PauseClosed,
    PauseKind,
    PauseOpened,
    PersonalRef,
    StepRef,
    SupplementProposed,
)
from onestop.domain.limits import CountRule, Due, Limit, LimitUnit, due
from onestop.domain.moves import Move
from onestop.domain.phases import phases_begun
from onestop.domain.routes import StepKind
from onestop.domain.statuses import Action
from onestop.domain.turns import (
    CalendarOf,
    NextTurns,
    next_turns,
    renew_promises,
    resume_step,
)
from onestop.domain.working_time import WorkingCalendar


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
    opened = _open(act, move, PauseKind.SUPPLEMENT, reason, calendar_of, personal)
    return _with_term(opened, papers, citizen_days, act, calendar_of)


def propose_supplement(
    act: Act,
    step: str,
    *,
    papers: Sequence[str],
    reason: str,
    personal: tuple[PersonalRef, ...] = (),
) -> SupplementProposed:
    """Put a second request for papers before a leader; the clock runs on meanwhile.

    Raises MoveNotAllowed, NothingAsked, ReasonMissing.
    """
    move = act.require(Action.PROPOSE_SUPPLEMENT, step=step)
    if not papers:
        raise NothingAsked
    require_reason(Action.PROPOSE_SUPPLEMENT, reason)
    number = len(act.state.proposals) + 1
    return SupplementProposed(number, move.step, move.attempt, tuple(papers), reason, personal)


def approve_supplement(
    act: Act,
    proposal: int,
    *,
    citizen_days: int,
    calendar_of: CalendarOf,
    personal: tuple[PersonalRef, ...] = (),
) -> PauseOpened:
    """Agree, as a leader, to ask the citizen again. Raises MoveNotAllowed."""
    move = act.require(Action.APPROVE_SUPPLEMENT, proposal=proposal)
    asked = next(p for p in act.state.open_proposals if p.proposal == move.proposal)
    opened = _open(act, move, PauseKind.SUPPLEMENT, asked.reason, calendar_of, personal)
    opened = replace(opened, proposal=asked.proposal)
    return _with_term(opened, asked.papers, citizen_days, act, calendar_of)


def _with_term(
    opened: PauseOpened,
    papers: Sequence[str],
    citizen_days: int,
    act: Act,
    calendar_of: CalendarOf,
) -> PauseOpened:
    term = Limit(Decimal(citizen_days), LimitUnit.WORKING_DAYS, rule=CountRule.END_OF_DAY)
    calendar = calendar_of(act.state.received.receiving_agency)
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
    _require_brought(waiting, papers, amount or 0)
    held = attempt_of(state, StepRef(waiting.step, waiting.attempt))
    total_calendar = calendar_of(state.received.receiving_agency)
    step_calendar = calendar_of(held.agency)
    last = len(state.open_pauses) == 1
    step_due = _resumed_step(waiting, held, act.at, step_calendar)
    finished, turns = _after_waiting(state, held, act.at, chosen, calendar_of)
    return PauseClosed(
        pause=waiting.pause,
        kind=kind,
        papers=tuple(papers),
        amount=amount,
        promises=(
            *(renew_promises(state, at=act.at, calendar=total_calendar) if last else ()),
            *phases_begun(state, turns.offers, at=act.at, calendar=total_calendar),
        ),
        step_due_at=step_due.due_at if step_due else None,
        step_late_at=step_due.late_at if step_due else None,
        step_left=step_due.left if step_due else None,
        step_since=step_due.starts_at if step_due else None,
        finished=finished,
        offers=turns.offers,
        calendars=tuple(sorted({total_calendar.id, step_calendar.id})),
        skipped=turns.skipped,
        personal=personal,
    )


def _require_brought(waiting: PauseState, papers: Sequence[PaperTick], amount: int) -> None:
    brought = {paper.code for paper in papers}
    if absent := tuple(code for code in waiting.papers if code not in brought):
        raise PapersNotBrought(absent)
    if waiting.amount is not None and amount < waiting.amount:
        raise PaymentShort(waiting.amount, amount)


def _open(
    act: Act,
    move: Move,
    kind: PauseKind,
    reason: str,
    calendar_of: CalendarOf,
    personal: tuple[PersonalRef, ...],
) -> PauseOpened:
    require_reason(move.action, reason)
    held = act.attempt(move)
    return opening(act.state, held, kind, reason, act.at, calendar_of, personal)


def _resumed_step(
    pause: PauseState, held: StepState, at: datetime, calendar: WorkingCalendar
) -> Due | None:
    """The dates of the step when its pause ends; None when the pause kept nothing of it."""
    kept = pause.keeps_step.amount if pause.keeps_step else None
    if kept is None or held.planned.allotment is None:
        return None
    return resume_step(held, kept, paused_at=pause.opened_at, at=at, calendar=calendar)


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
    ended = as_done(state, held, at)
    return (held.ref,), next_turns(ended, at=at, chosen=chosen, calendar_of=calendar_of)
