"""Pauses: ask the citizen for papers or payment, suspend, and let the clock go on."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType

from sqlalchemy.orm import Session

from onestop.domain.dossier import DossierState, PauseState, StepState, StepStatus
from onestop.domain.errors import DomainError
from onestop.domain.events import (
    PaperTick,
    PauseClosed,
    PauseKind,
    PauseOpened,
    PersonalRef,
    StepRef,
)
from onestop.domain.limits import CountRule, Limit, LimitUnit, due
from onestop.domain.moves import ReasonMissing, require_move
from onestop.domain.procedures import UnknownPaper
from onestop.domain.rights import Actor
from onestop.domain.routes import StepKind
from onestop.domain.working_time import WorkingCalendar
from onestop.services.catalogue import edition_by_id
from onestop.services.event_log import Loaded, PersonalText, commit_to, load, record
from onestop.services.turns import (
    NextTurns,
    calendar_of,
    keep_promises,
    keep_step,
    next_turns,
    renew_promises,
    resume_step,
)

FINANCIAL_OBLIGATION = "financial_obligation"
"""The reason of the pause between two phases of a procedure."""

NOBODY_CHOSEN: Mapping[str, int] = MappingProxyType({})


class NothingAsked(DomainError):
    """A request for papers that names none, or for a payment of nothing."""


class PapersNotBrought(DomainError):
    """Papers that were asked for are still missing."""

    def __init__(self, codes: tuple[str, ...]) -> None:
        super().__init__(f"asked papers missing: {codes}")
        self.codes = codes


def request_supplement(
    session: Session,
    code: str,
    *,
    step: str,
    papers: Sequence[str],
    reason: str,
    note: str,
    actor: Actor,
    at: datetime,
    expected_version: int | None = None,
) -> Loaded:
    """Stop the clock and name, once and all together, the papers the applicant still owes.

    The papers come from the procedure's list. The citizen has the procedure's supplement term.
    Raises MoveNotAllowed, NothingAsked, ReasonMissing, UnknownPaper, DossierChanged.
    Source: docs/rules.md, rules R1, R7.
    """
    loaded = load(session, code, expected_version=expected_version)
    spec = edition_by_id(session, loaded.state.received.edition_id).spec
    if not papers:
        raise NothingAsked
    known = {paper.code for paper in spec.papers}
    for paper in papers:
        if paper not in known:
            raise UnknownPaper(paper)
    return _open(
        session,
        loaded,
        PauseKind.SUPPLEMENT,
        step,
        reason=reason,
        note=note,
        papers=tuple(papers),
        citizen_days=spec.supplement_days,
        actor=actor,
        at=at,
    )


def request_payment(
    session: Session,
    code: str,
    *,
    step: str,
    amount: int,
    reason: str,
    note: str,
    actor: Actor,
    at: datetime,
    expected_version: int | None = None,
) -> Loaded:
    """Stop the clock until the citizen has paid `amount` dong.

    Raises MoveNotAllowed, NothingAsked, ReasonMissing, DossierChanged.
    """
    loaded = load(session, code, expected_version=expected_version)
    if amount <= 0:
        raise NothingAsked
    return _open(
        session,
        loaded,
        PauseKind.PAYMENT,
        step,
        reason=reason,
        note=note,
        amount=amount,
        actor=actor,
        at=at,
    )


def suspend(
    session: Session,
    code: str,
    *,
    reason: str,
    note: str,
    actor: Actor,
    at: datetime,
    expected_version: int | None = None,
) -> Loaded:
    """Let a leader stop the clock of a dossier for a reason that lies outside the office."""
    loaded = load(session, code, expected_version=expected_version)
    return _open(
        session,
        loaded,
        PauseKind.SUSPENSION,
        "",
        reason=reason,
        note=note,
        actor=actor,
        at=at,
    )


def await_payment(
    session: Session, loaded: Loaded, *, amount: int, actor: Actor, at: datetime
) -> Loaded:
    """Open the pause of a step that only waits for the citizen, just after it was offered.

    Raises NothingAsked for no amount.
    """
    if amount <= 0:
        raise NothingAsked
    waiting = next(
        s
        for s in loaded.state.live_steps
        if loaded.state.planned(s.step).kind is StepKind.AWAIT_CITIZEN and s.pause is None
    )
    event = _opening(
        session,
        loaded.state,
        PauseKind.PAYMENT,
        waiting,
        reason=FINANCIAL_OBLIGATION,
        amount=amount,
        at=at,
    )
    return record(session, loaded, event, actor=actor.user_id, at=at)


def awaits_citizen(state: DossierState) -> bool:
    """Whether a step was just offered that waits for the citizen and has no pause yet."""
    return any(
        state.planned(s.step).kind is StepKind.AWAIT_CITIZEN and s.pause is None
        for s in state.live_steps
    )


def take_in(
    session: Session,
    code: str,
    *,
    kind: PauseKind,
    actor: Actor,
    at: datetime,
    papers: Sequence[PaperTick] = (),
    amount: int | None = None,
    note: str = "",
    pause: int = 0,
    chosen: Mapping[str, int] = NOBODY_CHOSEN,
    expected_version: int | None = None,
) -> Loaded:
    """Close a pause: papers or payment have come, or a leader resumes; the clock goes on.

    A step that only waited for the citizen is done with it, and the next ones are offered.
    Raises MoveNotAllowed, PapersNotBrought, DossierChanged. Source: docs/rules.md, rules R1, R7.
    """
    loaded = load(session, code, expected_version=expected_version)
    state = loaded.state
    move = require_move(state, actor, PauseClosed.ACTIONS[kind], at, pause=pause)
    open_pause = next(p for p in state.open_pauses if p.pause == move.pause)
    brought = {paper.code for paper in papers}
    if absent := tuple(p for p in open_pause.papers if p not in brought):
        raise PapersNotBrought(absent)
    personal = commit_to(PersonalText("note", note))
    event = _closing(session, state, open_pause, at, tuple(papers), amount, chosen, personal.refs)
    return record(session, loaded, event, actor=actor.user_id, at=at, personal=personal)


def _open(
    session: Session,
    loaded: Loaded,
    kind: PauseKind,
    step: str,
    *,
    reason: str,
    note: str,
    actor: Actor,
    at: datetime,
    papers: tuple[str, ...] = (),
    amount: int | None = None,
    citizen_days: int | None = None,
) -> Loaded:
    state = loaded.state
    action = PauseOpened.ACTIONS[kind]
    move = require_move(state, actor, action, at, step=step)
    if not reason:
        raise ReasonMissing(action)
    held = state.find(StepRef(move.step, move.attempt))
    if held is None:
        raise LookupError(f"no attempt {move.attempt} at {move.step}")
    personal = commit_to(PersonalText("note", note))
    event = _opening(
        session,
        state,
        kind,
        held,
        reason=reason,
        papers=papers,
        amount=amount,
        citizen_days=citizen_days,
        at=at,
        refs=personal.refs,
    )
    return record(session, loaded, event, actor=actor.user_id, at=at, personal=personal)


def _opening(
    session: Session,
    state: DossierState,
    kind: PauseKind,
    held: StepState,
    *,
    reason: str,
    at: datetime,
    papers: tuple[str, ...] = (),
    amount: int | None = None,
    citizen_days: int | None = None,
    refs: tuple[PersonalRef, ...] = (),
) -> PauseOpened:
    total_calendar = calendar_of(session, state.received.receiving_agency)
    step_calendar = calendar_of(session, held.agency)
    allotment = state.planned(held.step).allotment
    return PauseOpened(
        pause=len(state.pauses) + 1,
        kind=kind,
        step=held.step,
        attempt=held.attempt,
        reason=reason,
        papers=papers,
        amount=amount,
        citizen_due_at=_citizen_term(citizen_days, at, total_calendar),
        kept=keep_promises(state, at=at, calendar=total_calendar),
        kept_step=keep_step(held, allotment, at, step_calendar),
        calendars=tuple(sorted({total_calendar.id, step_calendar.id})),
        personal=refs,
    )


def _citizen_term(days: int | None, at: datetime, calendar: WorkingCalendar) -> datetime | None:
    if days is None:
        return None
    limit = Limit(Decimal(days), LimitUnit.WORKING_DAYS, rule=CountRule.END_OF_DAY)
    return due(limit, at, calendar).due_at


def _closing(
    session: Session,
    state: DossierState,
    pause: PauseState,
    at: datetime,
    papers: tuple[PaperTick, ...],
    amount: int | None,
    chosen: Mapping[str, int],
    refs: tuple[PersonalRef, ...],
) -> PauseClosed:
    held = state.find(StepRef(pause.step, pause.attempt))
    if held is None:
        raise LookupError(f"no attempt {pause.attempt} at {pause.step}")
    total_calendar = calendar_of(session, state.received.receiving_agency)
    step_calendar = calendar_of(session, held.agency)
    last = len(state.open_pauses) == 1
    planned = state.planned(held.step)
    step_due = step_late = None
    if pause.keeps_step is not None and planned.allotment is not None:
        step_due, step_late = resume_step(
            pause.keeps_step.amount, planned.allotment, at, step_calendar
        )
    finished: tuple[StepRef, ...] = ()
    turns = NextTurns((), ())
    if planned.kind is StepKind.AWAIT_CITIZEN:
        finished = (held.ref,)
        steps = tuple(
            replace(s, status=StepStatus.DONE, ended_at=at) if s.ref == held.ref else s
            for s in state.steps
        )
        turns = next_turns(session, replace(state, steps=steps), at=at, chosen=chosen)
    return PauseClosed(
        pause=pause.pause,
        kind=pause.kind,
        papers=papers,
        amount=amount,
        promises=renew_promises(state, at=at, calendar=total_calendar) if last else (),
        step_due_at=step_due,
        step_late_at=step_late,
        finished=finished,
        offers=turns.offers,
        calendars=tuple(sorted({total_calendar.id, step_calendar.id})),
        skipped=turns.skipped,
        personal=refs,
    )
