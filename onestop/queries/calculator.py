"""What the public calculator offers: procedures by sector, and the offices that receive."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from onestop.domain.names import fold
from onestop.domain.procedures import Audience
from onestop.models.agencies import Agency, Desk
from onestop.models.procedures import ProcedureEdition


@dataclass(frozen=True, slots=True)
class ProcedureChoice:
    """One public procedure in a list of choices."""

    code: str
    name: str
    name_en: str


@dataclass(frozen=True, slots=True)
class SectorRow:
    """The public procedures of one sector, by name."""

    name: str
    procedures: tuple[ProcedureChoice, ...]


@dataclass(frozen=True, slots=True)
class OfficeRow:
    """An agency that receives at desks, and the calendar it counts on."""

    id: int
    code: str
    name: str
    name_en: str
    calendar_key: str


def public_procedures(session: Session, *, on: date) -> tuple[SectorRow, ...]:
    """Procedures for citizens in force on that day, by sector and name; no edition is read."""
    rows = session.execute(
        select(
            ProcedureEdition.code,
            ProcedureEdition.name,
            ProcedureEdition.name_en,
            ProcedureEdition.sector_name,
        )
        .where(
            ProcedureEdition.audience == Audience.PUBLIC,
            ProcedureEdition.valid_from <= on,
            or_(ProcedureEdition.valid_to.is_(None), ProcedureEdition.valid_to >= on),
        )
        .order_by(ProcedureEdition.valid_from, ProcedureEdition.id)
    )
    # Where editions overlap, the one that began last names the procedure.
    latest = {row.code: row for row in rows}.values()
    ordered = sorted(latest, key=lambda row: (fold(row.sector_name), fold(row.name), row.code))
    return tuple(
        SectorRow(name, tuple(ProcedureChoice(r.code, r.name, r.name_en) for r in group))
        for name, group in groupby(ordered, key=lambda row: row.sector_name)
    )


def offices(session: Session, *, on: date) -> Sequence[OfficeRow]:
    """Agencies in force on that day that have an open desk, by name."""
    rows = session.execute(
        select(Agency.id, Agency.code, Agency.name, Agency.name_en, Agency.calendar_key).where(
            Agency.valid_from <= on,
            or_(Agency.valid_to.is_(None), Agency.valid_to >= on),
            exists().where(Desk.agency_id == Agency.id, Desk.open),
        )
    )
    return sorted((OfficeRow(*row) for row in rows), key=lambda row: (fold(row.name), row.code))


def agency_names(session: Session, ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Names of agencies in Vietnamese and English ("" where there is none), by id."""
    rows = session.execute(
        select(Agency.id, Agency.name, Agency.name_en).where(Agency.id.in_(sorted(set(ids))))
    )
    return {row.id: (row.name, row.name_en) for row in rows}
