"""One page of a worklist with the counts of all its tabs."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, or_, select, tuple_
from sqlalchemy.orm import Session

from onestop.domain.rights import Actor
from onestop.models.dossiers import Dossier, Party, Step
from onestop.models.procedures import ProcedureEdition
from onestop.queries.parties import APPLICANT
from onestop.queries.worklists.agencies import agencies_at, worklist_agencies
from onestop.queries.worklists.proposals import led_by, proposal_count, proposed_rows
from onestop.queries.worklists.rows import (
    STEP_TABS,
    Place,
    ProcedureChoiceRow,
    Tab,
    WorklistAgencyRow,
    WorklistFilter,
    WorklistPage,
    WorklistRow,
)
from onestop.queries.worklists.shown import (
    absent_names,
    givers_of,
    place_value,
    stands_for,
    worklist_row,
)
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
    waiting_at_desk,
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

    A clerk is told besides of every step that waits for a citizen whose dossier the desk received.
    A leader finds beside them what waits for a decision.
    The number of statements does not depend on the number of rows; inside one read transaction
    every count equals its list. Source: docs/rules.md, rules R3, R5, R11, R16.
    """
    agencies = worklist_agencies(session, actor, now)
    tabs = tab_conditions(agencies, now)
    scopes = _scopes(actor, agencies, asked)
    counts = _counts(session, scopes, narrowed(asked), tabs)
    if led_by(actor):
        counts[Tab.PROPOSED] = proposal_count(session, actor, asked, now=now)
    whole = _scopes(actor, agencies, replace(asked, agency=None))[Tab.ALL]
    page = WorklistPage((), counts, agencies, _procedures(session, whole), None)
    if asked.tab is Tab.PROPOSED:
        proposals, place = proposed_rows(session, actor, asked, size=size, now=now)
        return replace(page, proposals=proposals, next=place)
    kept = [scopes[asked.tab], *narrowed(asked), tabs[asked.tab]]
    found = _page(session, kept, asked.after, size + 1)
    shown = found[:size]
    place = _place(shown[-1]) if len(found) > size else None
    return replace(page, rows=_rows(session, actor, agencies, shown, now), next=place)


def _scopes(
    actor: Actor, agencies: Sequence[WorklistAgencyRow], asked: WorklistFilter
) -> dict[Tab, ColumnElement[bool]]:
    """Whose steps each tab looks at: those that wait for a clerk's citizens lie at any agency.

    One that was late when it began to wait is late in every list it stands in (rule R5).
    """
    own = and_(*in_scope(actor, agencies, asked))
    desk = waiting_at_desk(actor, asked)
    if desk is None:
        return dict.fromkeys(STEP_TABS, own)
    wide = or_(own, desk)
    return {tab: wide if tab in (Tab.WAITING, Tab.LATE, Tab.ALL) else own for tab in STEP_TABS}


def _rows(
    session: Session,
    actor: Actor,
    agencies: Sequence[WorklistAgencyRow],
    shown: Sequence[Any],
    now: datetime,
) -> tuple[WorklistRow, ...]:
    givers = givers_of(session, shown)
    absent = absent_names(session, actor)
    own = {agency.id: agency for agency in agencies}
    others = {row.agency_id for row in shown} - own.keys()
    by_id = own | {agency.id: agency for agency in agencies_at(session, others, now)}
    return tuple(
        worklist_row(
            row,
            by_id[row.agency_id],
            givers,
            elsewhere=row.agency_id not in own,
            stands_for=absent.get(stands_for(actor, row), ""),
            now=now,
        )
        for row in shown
    )


def _counts(
    session: Session,
    scopes: Mapping[Tab, ColumnElement[bool]],
    narrowing: Sequence[ColumnElement[bool]],
    tabs: Mapping[Tab, ColumnElement[bool]],
) -> dict[Tab, int]:
    """One statement for each scope: two for a clerk, one for anybody else."""
    counts: dict[Tab, int] = {}
    for scope in {id(scope): scope for scope in scopes.values()}.values():
        sums = [
            func.count().filter(tabs[tab]).label(tab.value)
            for tab in STEP_TABS
            if scopes[tab] is scope
        ]
        row = session.execute(from_live_steps(select(*sums)).where(scope, *narrowing)).one()
        counts |= {Tab(name): number for name, number in row._mapping.items()}
    return counts


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
                Step.role,
                Step.holder_id,
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
        .outerjoin(Party, APPLICANT)
        .outerjoin(HOLDER, HOLDER.id == Step.holder_id)
        .where(*conditions)
        .order_by(*order)
        .limit(most)
    )
    if after is not None:
        stmt = stmt.where(tuple_(*order) > place_value(after))
    return session.execute(stmt).all()


def _place(row: Any) -> Place:
    return Place(row.place, row.dossier_id, row.position)


def _procedures(session: Session, scope: ColumnElement[bool]) -> tuple[ProcedureChoiceRow, ...]:
    stmt = (
        from_live_steps(
            select(
                Dossier.procedure_code,
                func.max(ProcedureEdition.name),
                func.max(ProcedureEdition.name_en),
            )
        )
        .join(ProcedureEdition, ProcedureEdition.id == Dossier.procedure_edition_id)
        .where(scope)
        .group_by(Dossier.procedure_code)
        .order_by(Dossier.procedure_code)
    )
    return tuple(ProcedureChoiceRow(*row) for row in session.execute(stmt))
