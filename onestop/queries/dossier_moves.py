"""What the actor may do to a dossier now, with everything the form of each move has to ask."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from onestop.domain.decisions import extension_in_time
from onestop.domain.dossier import DossierState, StepState, StepStatus, due_next
from onestop.domain.events import StepRef
from onestop.domain.moves import (
    Move,
    allowed_moves,
    refusal_targets,
    reopening_targets,
    rework_targets,
)
from onestop.domain.office_time import office_date
from onestop.domain.procedures import ProcedureSpec
from onestop.domain.rights import Actor
from onestop.domain.routes import StepKind
from onestop.domain.statuses import Action
from onestop.domain.working_time import WorkingCalendar
from onestop.queries.agencies import consultation_choices
from onestop.queries.dossier_names import step_name
from onestop.queries.dossier_rows import ConsultChoiceRow, MoveRow, Named
from onestop.queries.holders import possible_holders


def move_rows(
    session: Session,
    state: DossierState,
    spec: ProcedureSpec,
    actor: Actor,
    *,
    calendar: WorkingCalendar,
    now: datetime,
) -> tuple[MoveRow, ...]:
    """Return the moves of `domain.moves.allowed_moves` that a page can offer, in its order.

    `calendar` is that of the receiving agency. Source: docs/rules.md, rules R4, R8, R9, R17.
    """
    in_time = extension_in_time(state, at=now, calendar=calendar)
    return tuple(
        _of_whole(state, move, in_time)
        if (held := state.find(StepRef(move.step, move.attempt))) is None
        else _of_step(session, state, spec, move, held, now)
        for move in allowed_moves(state, actor, now)
    )


def _of_whole(state: DossierState, move: Move, in_time: bool) -> MoveRow:
    row = MoveRow(move.action, move.step, move.attempt, move.pause, move.proposal)
    if move.action in (Action.DRAFT_EXTENSION, Action.EXTEND):
        return replace(row, is_too_late=not in_time)
    if move.action is Action.REOPEN:
        return replace(row, targets=_named(state, reopening_targets(state)))
    return row


def _of_step(
    session: Session,
    state: DossierState,
    spec: ProcedureSpec,
    move: Move,
    held: StepState,
    now: datetime,
) -> MoveRow:
    row = MoveRow(move.action, move.step, move.attempt, move.pause, move.proposal)
    row = replace(row, step_name=step_name(state, move.step), kind=held.planned.kind)
    if move.action is Action.FINISH_STEP:
        return _finishing(session, state, spec, held, row, now)
    if move.action is Action.SEND_BACK:
        return replace(row, targets=_named(state, rework_targets(state, move.step)))
    if move.action is Action.REFUSE_STEP:
        return replace(row, targets=_named(state, refusal_targets(state, move.step)))
    if move.action is Action.REASSIGN:
        people = possible_holders(session, held.planned.role, held.agency, at=now)
        return replace(row, holders=tuple(one for one in people if one[0] != held.holder))
    if move.action is Action.TAKE_IN_PAYMENT and _waits_only(state, held):
        return _with_consults(session, state, spec, held, row, now)
    return row


def _finishing(
    session: Session,
    state: DossierState,
    spec: ProcedureSpec,
    held: StepState,
    row: MoveRow,
    now: datetime,
) -> MoveRow:
    follows, _ = due_next(_done(state, held, now))
    row = replace(
        row,
        follows=follows,
        is_late=held.late_at is not None and held.late_at <= now,
        asks_number=row.kind is StepKind.REGISTER,
        asks_payment=any(step.kind is StepKind.AWAIT_CITIZEN for step in follows),
    )
    return _with_consults(session, state, spec, held, row, now)


def _with_consults(
    session: Session,
    state: DossierState,
    spec: ProcedureSpec,
    held: StepState,
    row: MoveRow,
    now: datetime,
) -> MoveRow:
    _, passed = due_next(_done(state, held, now))
    choices = []
    for key in sorted(passed):
        agencies = consultation_choices(
            session, spec.route.step(key).agency, agency=held.agency, on=office_date(now)
        )
        named = tuple((a.id, Named.of(a.name, a.name_en)) for a in agencies)
        choices.append(ConsultChoiceRow(key, step_name(state, key), named))
    return replace(row, consults=tuple(choices))


def _named(state: DossierState, keys: tuple[str, ...]) -> tuple[tuple[str, Named], ...]:
    return tuple((key, step_name(state, key)) for key in keys)


def _waits_only(state: DossierState, held: StepState) -> bool:
    return state.planned(held.step).kind is StepKind.AWAIT_CITIZEN


def _done(state: DossierState, held: StepState, now: datetime) -> DossierState:
    steps = tuple(
        replace(s, status=StepStatus.DONE, ended_at=now) if s.ref == held.ref else s
        for s in state.steps
    )
    return replace(state, steps=steps)
