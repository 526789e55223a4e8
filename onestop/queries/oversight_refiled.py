"""What was filed again after a withdrawal, a stop or a refusal, where somebody oversees."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import SQLColumnExpression, func, select, tuple_
from sqlalchemy.orm import Session, aliased

from onestop.domain.events import ReceptionVoided
from onestop.domain.oversight import EXPORT_ROWS_MOST, ExportTooLarge, Sort, View, period_start
from onestop.domain.rights import Actor
from onestop.domain.statuses import Status
from onestop.models.dossiers import Dossier, Party
from onestop.models.procedures import ProcedureEdition
from onestop.queries.dossier_rows import Named
from onestop.queries.oversight import PAGE_SIZE, place_value, sorted_by
from onestop.queries.oversight_choices import ChoiceRow, OverseenAgency, overseen_agencies
from onestop.queries.oversight_terms import (
    COUNTING,
    Condition,
    OversightFilter,
    Place,
    Terms,
    in_reach,
)
from onestop.queries.parties import APPLICANT

EARLIER = aliased(Dossier, name="earlier")


@dataclass(frozen=True, slots=True)
class RefiledRow:
    """A dossier and the one it takes up again, each with its first promise. Instants are in UTC.

    `outcome` and `ended_at` say how the earlier one ended; None once a leader has opened it again.
    """

    code: str
    applicant: str
    procedure_code: str
    procedure: Named
    agency: Named
    received_at: datetime
    first_due_at: datetime
    status: Status
    earlier_code: str
    earlier_first_due_at: datetime | None
    outcome: str | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class RefiledPage:
    """One page of the list; `count` is that of the whole list, `next` None on the last page."""

    rows: tuple[RefiledRow, ...]
    count: int
    agencies: tuple[OverseenAgency, ...]
    procedures: tuple[ChoiceRow, ...]
    next: Place | None
    steps: tuple[ChoiceRow, ...] = ()


def refiled_list(
    session: Session,
    actor: Actor,
    asked: OversightFilter,
    *,
    now: datetime,
    size: int = PAGE_SIZE,
) -> RefiledPage:
    """Return what was filed again in the period within the actor's reach, the latest first.

    Inside one read transaction the count equals the list. Source: docs/rules.md, rule R16.
    """
    here = Terms(View.DOSSIER, actor, now, ())
    found = _rows(session, here, asked, size + 1)
    return RefiledPage(
        rows=tuple(_row(row) for row in found[:size]),
        count=_count(session, here, asked),
        agencies=overseen_agencies(session, actor),
        procedures=_procedures(session, here, asked),
        next=_place(found[size - 1]) if len(found) > size else None,
    )


def refiled_rows(
    session: Session,
    actor: Actor,
    asked: OversightFilter,
    *,
    now: datetime,
    most: int = EXPORT_ROWS_MOST,
) -> tuple[RefiledRow, ...]:
    """Return the whole list for a file, in the order of the pages.

    Raises ExportTooLarge for more rows than a file may hold. Same rules as `refiled_list`.
    """
    here = Terms(View.DOSSIER, actor, now, ())
    count = _count(session, here, asked)
    if count > most:
        raise ExportTooLarge(count, most)
    return tuple(_row(row) for row in _rows(session, here, replace(asked, after=None), most))


def _kept(here: Terms, asked: OversightFilter) -> list[Condition]:
    wanted = [
        Dossier.refiling_of.is_not(None),
        Dossier.outcome.is_distinct_from(ReceptionVoided.TYPE),
        Dossier.received_at >= period_start(asked.period, here.now),
        *in_reach(here, asked),
    ]
    return [*wanted, Dossier.procedure_code == asked.procedure] if asked.procedure else wanted


def _count(session: Session, here: Terms, asked: OversightFilter) -> int:
    return session.scalar(select(func.count(Dossier.id)).where(*_kept(here, asked))) or 0


def _rows(session: Session, here: Terms, asked: OversightFilter, most: int) -> Sequence[Any]:
    latest_first = asked.sort is Sort.LATE
    first: SQLColumnExpression[Any] = (
        Dossier.received_at if latest_first else sorted_by(here.source, asked.sort)
    )
    order = (first, Dossier.id)
    stmt = (
        here.from_here(select(*_columns(), first.label("place")))
        .join(ProcedureEdition, ProcedureEdition.id == Dossier.procedure_edition_id)
        .outerjoin(Party, APPLICANT)
        .outerjoin(EARLIER, EARLIER.code == Dossier.refiling_of)
        .where(*_kept(here, asked))
        .order_by(*(column.desc() if latest_first else column for column in order))
        .limit(most)
    )
    if asked.after is not None:
        reached, place = place_value(asked.after, len(order)), tuple_(*order)
        stmt = stmt.where(place < reached if latest_first else place > reached)
    return session.execute(stmt).all()


def _columns() -> tuple[SQLColumnExpression[Any], ...]:
    return (
        Dossier.id.label("dossier_id"),
        Dossier.code,
        Party.name.label("applicant"),
        Dossier.procedure_code,
        ProcedureEdition.name.label("procedure"),
        ProcedureEdition.name_en.label("procedure_en"),
        COUNTING.short_name.label("agency"),
        COUNTING.name_en.label("agency_en"),
        Dossier.received_at,
        Dossier.first_due_at,
        Dossier.status,
        Dossier.refiling_of.label("earlier_code"),
        EARLIER.first_due_at.label("earlier_first_due_at"),
        EARLIER.outcome.label("outcome"),
        EARLIER.finished_at.label("ended_at"),
    )


def _place(row: Any) -> Place:
    return Place(row.place, row.dossier_id)


def _row(row: Any) -> RefiledRow:
    return RefiledRow(
        code=row.code,
        applicant=row.applicant or "",
        procedure_code=row.procedure_code,
        procedure=Named.of(row.procedure, row.procedure_en),
        agency=Named.of(row.agency, row.agency_en),
        received_at=row.received_at,
        first_due_at=row.first_due_at,
        status=row.status,
        earlier_code=row.earlier_code,
        earlier_first_due_at=row.earlier_first_due_at,
        outcome=row.outcome,
        ended_at=row.ended_at,
    )


def _procedures(session: Session, here: Terms, asked: OversightFilter) -> tuple[ChoiceRow, ...]:
    """The procedures in the list, whichever of them is chosen."""
    stmt = (
        select(
            Dossier.procedure_code,
            func.max(ProcedureEdition.name),
            func.max(ProcedureEdition.name_en),
        )
        .join(ProcedureEdition, ProcedureEdition.id == Dossier.procedure_edition_id)
        .where(*_kept(here, replace(asked, procedure="")))
        .group_by(Dossier.procedure_code)
        .order_by(Dossier.procedure_code)
    )
    return tuple(
        ChoiceRow(code, Named.of(name, name_en)) for code, name, name_en in session.execute(stmt)
    )
