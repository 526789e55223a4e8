"""One page of a worklist with the counts of all its tabs."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, literal, select, tuple_
from sqlalchemy.orm import Session

from onestop.domain.rights import Actor
from onestop.models.base import UTCDateTime
from onestop.models.dossiers import Dossier, Party, Step
from onestop.models.procedures import ProcedureEdition
from onestop.queries.worklists.agencies import worklist_agencies
from onestop.queries.worklists.rows import (
    Place,
    ProcedureChoiceRow,
    Tab,
    WorklistFilter,
    WorklistPage,
)
from onestop.queries.worklists.shown import givers_of, worklist_row
from onestop.queries.worklists.terms import (
    DUE_AT,
    HOLDER,
    LATE_AT,
    OPEN_PAUSE,
    ORDER,
    from_live_steps,
    in_scope,
    narrowed,
    tab_conditions,
)

PAGE_SIZE: Final = 50


def worklist(
    session: Session,
    actor: Actor,
    asked: WorklistFilter,
    *,
    now: datetime,
    size: int = PAGE_SIZE,
) -> WorklistPage:
    """Return the live steps the actor works on, or those of the actor's agencies, late ones first.

    The number of statements does not depend on the number of rows; inside one read transaction
    every count equals its list. Source: docs/rules.md, rules R3, R5, R11, R16.
    """
    agencies = worklist_agencies(session, actor, now)
    conditions = in_scope(actor, agencies, asked)
    tabs = tab_conditions(agencies, now)
    kept = [*conditions, *narrowed(asked)]
    found = _page(session, [*kept, tabs[asked.tab]], asked.after, size + 1)
    shown = found[:size]
    givers = givers_of(session, shown)
    by_id = {agency.id: agency for agency in agencies}
    return WorklistPage(
        rows=tuple(worklist_row(row, by_id[row.agency_id], givers, now) for row in shown),
        counts=_counts(session, kept, tabs),
        agencies=agencies,
        procedures=_procedures(session, conditions),
        next=_place(shown[-1]) if len(found) > size else None,
    )


def _counts(
    session: Session,
    conditions: Sequence[ColumnElement[bool]],
    tabs: Mapping[Tab, ColumnElement[bool]],
) -> dict[Tab, int]:
    sums = [func.count().filter(wanted).label(tab.value) for tab, wanted in tabs.items()]
    row = session.execute(from_live_steps(select(*sums)).where(*conditions)).one()
    return {tab: row._mapping[tab.value] for tab in tabs}


def _page(
    session: Session,
    conditions: Sequence[ColumnElement[bool]],
    after: Place | None,
    most: int,
) -> Sequence[Any]:
    order = (ORDER, Step.dossier_id, Step.position)
    stmt = (
        from_live_steps(
            select(
                Step.dossier_id,
                Step.position,
                Step.name.label("step"),
                Step.name_en.label("step_en"),
                Step.kind,
                Step.attempt,
                Step.status,
                Step.agency_id,
                Step.offered_at,
                Step.accepted_at,
                DUE_AT.label("due_at"),
                LATE_AT.label("late_at"),
                Dossier.code,
                ProcedureEdition.name.label("procedure"),
                ProcedureEdition.name_en.label("procedure_en"),
                Party.name.label("applicant"),
                HOLDER.display_name.label("holder"),
                OPEN_PAUSE.kind.label("paused"),
                OPEN_PAUSE.opened_at.label("paused_at"),
                OPEN_PAUSE.citizen_due_at,
                ORDER.label("place"),
            )
        )
        .join(ProcedureEdition, ProcedureEdition.id == Dossier.procedure_edition_id)
        .outerjoin(Party, and_(Party.dossier_id == Dossier.id, Party.role == "applicant"))
        .outerjoin(HOLDER, HOLDER.id == Step.holder_id)
        .where(*conditions)
        .order_by(*order)
        .limit(most)
    )
    if after is not None:
        reached = tuple_(
            literal(after.late_at, UTCDateTime()),
            literal(after.dossier_id),
            literal(after.position),
        )
        stmt = stmt.where(tuple_(*order) > reached)
    return session.execute(stmt).all()


def _place(row: Any) -> Place:
    return Place(row.place, row.dossier_id, row.position)


def _procedures(
    session: Session, conditions: Sequence[ColumnElement[bool]]
) -> tuple[ProcedureChoiceRow, ...]:
    stmt = (
        from_live_steps(
            select(
                Dossier.procedure_code,
                func.max(ProcedureEdition.name),
                func.max(ProcedureEdition.name_en),
            )
        )
        .join(ProcedureEdition, ProcedureEdition.id == Dossier.procedure_edition_id)
        .where(*conditions)
        .group_by(Dossier.procedure_code)
        .order_by(Dossier.procedure_code)
    )
    return tuple(ProcedureChoiceRow(*row) for row in session.execute(stmt))
