"""The terms in which worklists ask: whose steps, in which tab, late first."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select
from sqlalchemy.orm import aliased

from onestop.domain.dossier import StepStatus
from onestop.domain.events import PauseKind
from onestop.domain.rights import Actor, Right, Role
from onestop.domain.routes import StepKind
from onestop.models.accounts import User
from onestop.models.base import UTCDateTime
from onestop.models.dossiers import Dossier, Pause, Step
from onestop.queries.oversight_terms import LIVE_STEPS
from onestop.queries.scope import visible_dossiers
from onestop.queries.worklists.rows import Tab, WorklistAgencyRow, WorklistFilter

NEVER: Final = datetime(9999, 1, 1, tzinfo=UTC)

OPEN_PAUSE = aliased(Pause, name="open_pause")
HOLDER = aliased(User, name="holder")
# A step without a date of its own (the return, waiting for the citizen) is due with the dossier.
DUE_AT = func.coalesce(Step.due_at, Dossier.due_at, type_=UTCDateTime())
LATE_AT = case((Step.due_at.is_(None), Dossier.late_at), else_=Step.late_at)
WAITING = OPEN_PAUSE.kind.in_((PauseKind.SUPPLEMENT, PauseKind.PAYMENT))
ORDER = func.coalesce(LATE_AT, literal(NEVER, UTCDateTime()), type_=UTCDateTime())


def from_live_steps(stmt: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Return the statement with the tables these conditions speak of: a row per step."""
    return (
        stmt.select_from(Step)
        .join(Dossier, Dossier.id == Step.dossier_id)
        .outerjoin(
            OPEN_PAUSE,
            and_(
                OPEN_PAUSE.dossier_id == Step.dossier_id,
                OPEN_PAUSE.step_key == Step.key,
                OPEN_PAUSE.attempt == Step.attempt,
                OPEN_PAUSE.closed_at.is_(None),
                # It stops the whole only; the clock of the step itself runs.
                OPEN_PAUSE.kind != PauseKind.UNCOUNTED,
            ),
        )
    )


def in_scope(
    actor: Actor, agencies: Sequence[WorklistAgencyRow], asked: WorklistFilter
) -> list[ColumnElement[bool]]:
    """Return that a live step is the actor's work, or that of the actor's agencies (rule R16)."""
    there = {agency.id for agency in agencies}
    conditions = [
        LIVE_STEPS,
        Step.agency_id.in_(sorted(there)),
        visible_dossiers(actor, Right.SEE_WORKLIST),
        # A result that lies ready at the desk is waited for there, not worked on.
        or_(Step.kind != StepKind.RETURN, Dossier.finished_at.is_(None)),
    ]
    if asked.agency is not None:
        conditions.append(Step.agency_id == asked.agency)
    if not asked.whole_agency:
        roles = [
            and_(Step.agency_id == held.agency_id, Step.role == held.role)
            for held in actor.assignments
            if held.agency_id in there and not held.assistant
        ]
        offered = and_(Step.status == StepStatus.OFFERED, or_(literal(False), *roles))
        held = Step.holder_id.in_(sorted({actor.user_id, *actor.stands_for}))
        conditions.append(or_(held, offered))
    return conditions


def waiting_at_desk(actor: Actor, asked: WorklistFilter) -> ColumnElement[bool] | None:
    """Return that a live step, at whatever agency, waits for a citizen of the actor's desk.

    The citizen comes to the desk that received the dossier, so its clerks know of it although the
    step that asked lies elsewhere. None for somebody who is no clerk.
    Source: docs/rules.md, rules R7, R16.
    """
    desks = {
        held.agency_id
        for held in actor.assignments
        if held.role is Role.CLERK and asked.agency in (None, held.agency_id)
    }
    if not desks:
        return None
    received = select(Dossier.id).where(
        Dossier.receiving_agency_id.in_(sorted(desks)), Dossier.finished_at.is_(None)
    )
    return and_(
        LIVE_STEPS,
        Step.dossier_id.in_(received.correlate(None)),
        visible_dossiers(actor, Right.SEE_WORKLIST),
        WAITING,
    )


def narrowed(asked: WorklistFilter) -> list[ColumnElement[bool]]:
    """Return the conditions of the filters that do not say whose work it is."""
    return [Dossier.procedure_code == asked.procedure] if asked.procedure else []


def tab_conditions(
    agencies: Sequence[WorklistAgencyRow], now: datetime
) -> dict[Tab, ColumnElement[bool]]:
    """Return what stands in each tab. Source: docs/rules.md, rules R3, R5, R11."""
    # One that was late when its pause began keeps late_at and stays late; one paused in time has
    # none and is in neither list (rule R5).
    running = now < LATE_AT
    return {
        Tab.LATE: now >= LATE_AT,
        Tab.TODAY: and_(running, _due_before({a.id: a.tonight for a in agencies})),
        Tab.SOON: and_(running, _due_before({a.id: a.soon_before for a in agencies})),
        Tab.WAITING: WAITING,
        Tab.OFFERED: and_(Step.status == StepStatus.OFFERED, Step.kind != StepKind.AWAIT_CITIZEN),
        Tab.ALL: literal(True),
    }


def _due_before(ends: Mapping[int, datetime]) -> ColumnElement[bool]:
    """Due before the end of the span that the step's own agency counts."""
    groups: dict[datetime, list[int]] = {}
    for agency_id, end in ends.items():
        groups.setdefault(end, []).append(agency_id)
    return or_(
        literal(False),
        *(and_(Step.agency_id.in_(ids), end > DUE_AT) for end, ids in groups.items()),
    )
