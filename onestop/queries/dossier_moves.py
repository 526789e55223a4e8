"""What the actor may do to a dossier now, with everything the form of each move has to ask."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from onestop.domain.dossier import DossierState, StepState, StepStatus, due_next
from onestop.domain.events import StepRef
from onestop.domain.moves import Move, allowed_moves, rework_targets
from onestop.domain.office_time import office_date
from onestop.domain.procedures import ProcedureSpec
from onestop.domain.rights import Actor
from onestop.domain.routes import StepKind
from onestop.domain.statuses import Action
from onestop.queries.agencies import consultation_choices
from onestop.queries.dossier_rows import ConsultChoiceRow, MoveRow, Named


def move_rows(
    session: Session, state: DossierState, spec: ProcedureSpec, actor: Actor, *, now: datetime
) -> tuple[MoveRow, ...]:
    """Return the moves of `domain.moves.allowed_moves` that a page can offer, in its order.

    Source: docs/rules.md, rules R8, R9, R17.
    """
    return tuple(_row(session, state, spec, move, now) for move in allowed_moves(state, actor, now))


def _row(
    session: Session, state: DossierState, spec: ProcedureSpec, move: Move, now: datetime
) -> MoveRow:
    row = MoveRow(move.action, move.step, move.attempt, move.pause, move.proposal)
    held = state.find(StepRef(move.step, move.attempt))
    if held is None:
        return row
    kind = state.planned(move.step).kind
    row = replace(row, step_name=_name(state, move.step), kind=kind)
    if move.action is Action.FINISH_STEP:
        return _finishing(session, state, spec, held, row, now)
    if move.action is Action.SEND_BACK:
        keys = rework_targets(state, move.step)
        return replace(row, targets=tuple((key, _name(state, key)) for key in keys))
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
        named = tuple((a.id, Named(a.name, a.name_en or a.name)) for a in agencies)
        choices.append(ConsultChoiceRow(key, _name(state, key), named))
    return replace(row, consults=tuple(choices))


def _waits_only(state: DossierState, held: StepState) -> bool:
    return state.planned(held.step).kind is StepKind.AWAIT_CITIZEN


def _done(state: DossierState, held: StepState, now: datetime) -> DossierState:
    steps = tuple(
        replace(s, status=StepStatus.DONE, ended_at=now) if s.ref == held.ref else s
        for s in state.steps
    )
    return replace(state, steps=steps)


def _name(state: DossierState, key: str) -> Named:
    planned = state.planned(key)
    return Named(planned.name, planned.name_en or planned.name)
