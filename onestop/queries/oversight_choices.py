"""What the filters of an oversight list may choose from: agencies in reach, procedures, steps."""

from dataclasses import dataclass, replace

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from onestop.domain.oversight import View
from onestop.domain.rights import Actor, Right
from onestop.domain.standings import Standing
from onestop.models.agencies import Agency
from onestop.models.dossiers import Dossier, Step
from onestop.models.procedures import ProcedureEdition
from onestop.queries.dossier_rows import Named
from onestop.queries.oversight_terms import LIVE_STEPS, OversightFilter, Terms, in_reach, narrowed
from onestop.queries.scope import reachable_agencies


@dataclass(frozen=True, slots=True)
class OverseenAgency:
    """An agency within reach; `depth` counts from 0 at the uppermost one."""

    id: int
    name: Named
    short_name: Named
    path: str
    depth: int


@dataclass(frozen=True, slots=True)
class ChoiceRow:
    """A procedure or a step that occurs in the list."""

    code: str
    name: Named


def overseen_agencies(session: Session, actor: Actor) -> tuple[OverseenAgency, ...]:
    """Return every agency within the actor's reach, each below its parent, siblings by code."""
    rows = session.execute(
        select(
            Agency.id, Agency.code, Agency.name, Agency.name_en, Agency.short_name, Agency.path
        ).where(Agency.id.in_(reachable_agencies(actor, Right.OVERSEE)))
    ).all()
    places = {row.id: (row.code, row.id) for row in rows}
    ways = {row.id: [int(part) for part in row.path.strip("/").split("/")] for row in rows}
    ordered = sorted(rows, key=lambda row: [places.get(id_, ("", id_)) for id_ in ways[row.id]])
    return tuple(
        OverseenAgency(
            row.id,
            Named.of(row.name, row.name_en),
            Named.of(row.short_name, row.name_en),
            row.path,
            depth=sum(above in places for above in ways[row.id]) - 1,
        )
        for row in ordered
    )


def procedure_choices(
    session: Session, here: Terms, standing: Standing, asked: OversightFilter
) -> tuple[ChoiceRow, ...]:
    """The procedures in the list, whichever of them and of their steps is chosen."""
    wide = replace(asked, procedure="", step="")
    names = (func.max(ProcedureEdition.name), func.max(ProcedureEdition.name_en))
    stmt = (
        here.from_here(select(Dossier.procedure_code, *names))
        .join(ProcedureEdition, ProcedureEdition.id == Dossier.procedure_edition_id)
        .where(here.standing(standing), *in_reach(here, wide), *narrowed(here, wide))
        .group_by(Dossier.procedure_code)
        .order_by(Dossier.procedure_code)
    )
    return tuple(_choice(*row) for row in session.execute(stmt))


def step_choices(
    session: Session, here: Terms, standing: Standing, asked: OversightFilter
) -> tuple[ChoiceRow, ...]:
    """The steps at which the procedure chosen stands in the list; none while none is chosen."""
    if not asked.procedure:
        return ()
    wide = replace(asked, step="")
    stmt = here.from_here(select(Step.key, func.max(Step.name), func.max(Step.name_en)))
    if here.view is View.DOSSIER:
        stmt = stmt.join(Step, and_(Step.dossier_id == Dossier.id, LIVE_STEPS))
    stmt = (
        stmt.where(here.standing(standing), *in_reach(here, wide), *narrowed(here, wide))
        .group_by(Step.key)
        .order_by(func.min(Step.position), Step.key)
    )
    return tuple(_choice(*row) for row in session.execute(stmt))


def _choice(code: str, name: str, name_en: str) -> ChoiceRow:
    return ChoiceRow(code, Named.of(name, name_en))
