"""Agencies as a tree for screens and papers, and the ones a clerk may choose from."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from onestop.domain.agencies import (
    AgencyFunction,
    AgencyLevel,
    AgencyRef,
    AgencyReference,
    AgencyTree,
)
from onestop.domain.procedures import ProcedureSpec
from onestop.models.agencies import Agency, AgencyArea, Desk


@dataclass(frozen=True, slots=True)
class DeskRow:
    """One counter that is open."""

    id: int
    agency_id: int
    name: str
    paper_size: str


@dataclass(frozen=True, slots=True)
class AgencyRow:
    """One agency; `depth` counts from 0 at the province, `served` are names of the areas."""

    id: int
    code: str
    name: str
    name_en: str
    short_name: str
    header_parent: str
    header_name: str
    leader_title: str
    place: str
    level: AgencyLevel
    function: AgencyFunction
    parent_id: int | None
    path: str
    depth: int
    calendar_key: str
    address: str
    phone: str
    valid_from: date
    valid_to: date | None
    successor_id: int | None
    due_soon_days: int
    desks: tuple[DeskRow, ...] = ()
    served: tuple[str, ...] = ()

    def in_force(self, on: date) -> bool:
        """Whether the agency exists on that day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


def agency_by_id(session: Session, agency_id: int) -> AgencyRow | None:
    """The agency with that id, past ones too, or None."""
    rows = _rows(session, Agency.id == agency_id)
    return rows[0] if rows else None


def answerable(session: Session, code: str, *, on: date) -> tuple[AgencyRow, ...]:
    """Whom to call about an agency: itself, then the one above it; () for an unknown code."""
    found = _rows(session, Agency.code == code, _in_force(on))
    above = _rows(session, Agency.id.in_([row.parent_id for row in found if row.parent_id]))
    return (*found, *(row for row in above if row.phone))


def agency_tree(session: Session, *, on: date | None = None) -> tuple[AgencyRow, ...]:
    """Every agency in force on that day (None: past and future ones too), each below its parent."""
    return _rows(session, *([] if on is None else [_in_force(on)]))


def desks_of(session: Session, agency_id: int) -> tuple[DeskRow, ...]:
    """Open counters of an agency, by name."""
    return tuple(_desks(session, [agency_id]).get(agency_id, ()))


def competent_choices(
    session: Session, spec: ProcedureSpec, *, receiving: int, on: date
) -> tuple[AgencyRef, ...]:
    """Agencies a clerk may name as competent, the one around the desk first.

    The first is the default only when `default_competent` names it.
    """
    tree, here = _candidates(session, spec, receiving, on)
    if here is None:
        return ()
    return tree.competent(spec.competent_levels, spec.competent_function, here)


def default_competent(
    session: Session, spec: ProcedureSpec, *, receiving: int, on: date
) -> AgencyRef | None:
    """The agency competent when the clerk names none, or None when one must be named."""
    tree, here = _candidates(session, spec, receiving, on)
    if here is None:
        return None
    return tree.default_competent(spec.competent_levels, spec.competent_function, here)


def consultation_choices(
    session: Session, reference: str, *, agency: int, on: date
) -> tuple[AgencyRow, ...]:
    """Agencies an officer of `agency` may consult in a step whose agency is "chosen:justice".

    All of that function in the same province but the officer's own; plain "chosen" offers every
    agency. Raises BadAgencyReference.
    """
    functions = AgencyReference.parse(reference).functions
    path = session.scalar(select(Agency.path).where(Agency.id == agency))
    if path is None:
        return ()
    province = path.strip("/").split("/", 1)[0]
    wanted = [Agency.function.in_(functions)] if functions else []
    there = Agency.path.startswith(f"/{province}/")
    return _rows(session, there, Agency.id != agency, _in_force(on), *wanted)


def levels_and_functions(
    session: Session, agency_id: int, *, on: date
) -> frozenset[tuple[str, str]]:
    """Pairs of level and function that exist on that day in the province of an agency."""
    path = session.scalar(select(Agency.path).where(Agency.id == agency_id))
    if path is None:
        return frozenset()
    province = path.strip("/").split("/", 1)[0]
    found = session.execute(
        select(Agency.level, Agency.function)
        .where(Agency.path.startswith(f"/{province}/"), _in_force(on))
        .distinct()
    )
    return frozenset((level, function) for level, function in found)


def _candidates(
    session: Session, spec: ProcedureSpec, receiving: int, on: date
) -> tuple[AgencyTree, AgencyRef | None]:
    here = session.get(Agency, receiving)
    if here is None:
        return AgencyTree(()), None
    province = here.path.strip("/").split("/", 1)[0]
    rows = session.scalars(
        select(Agency).where(
            Agency.path.startswith(f"/{province}/"),
            Agency.function == spec.competent_function,
            Agency.level.in_(spec.competent_levels),
            _in_force(on),
        )
    ).all()
    areas: dict[int, list[int]] = {}
    for area in session.scalars(
        select(AgencyArea).where(AgencyArea.agency_id.in_([row.id for row in rows]))
    ):
        areas.setdefault(area.agency_id, []).append(area.served_id)
    refs = [row.to_ref(tuple(sorted(areas.get(row.id, ())))) for row in rows]
    return AgencyTree(refs), here.to_ref()


def _in_force(on: date) -> ColumnElement[bool]:
    return (Agency.valid_from <= on) & or_(Agency.valid_to.is_(None), Agency.valid_to >= on)


def _rows(session: Session, *which: ColumnElement[bool]) -> tuple[AgencyRow, ...]:
    """Agencies that fulfil all of `which`, in the order of a printed tree: by code under each."""
    agencies = session.scalars(select(Agency).where(*which)).all()
    ids = [agency.id for agency in agencies]
    desks, served = _desks(session, ids), _served(session, ids)
    codes = {agency.id: (agency.code, agency.id) for agency in agencies}
    rows = [_row(agency, desks, served) for agency in agencies]
    return tuple(sorted(rows, key=lambda row: _place(row.path, codes)))


def _place(path: str, codes: dict[int, tuple[str, int]]) -> list[tuple[str, int]]:
    """The codes on the way to an agency: sorts parents before children and siblings by code."""
    chain = (int(part) for part in path.strip("/").split("/"))
    return [codes.get(agency_id, ("", agency_id)) for agency_id in chain]


def _desks(session: Session, ids: list[int]) -> dict[int, tuple[DeskRow, ...]]:
    stored = session.scalars(
        select(Desk).where(Desk.agency_id.in_(ids), Desk.open).order_by(Desk.name, Desk.id)
    )
    desks: dict[int, tuple[DeskRow, ...]] = {}
    for desk in stored:
        row = DeskRow(desk.id, desk.agency_id, desk.name, desk.paper_size)
        desks[desk.agency_id] = (*desks.get(desk.agency_id, ()), row)
    return desks


def _served(session: Session, ids: list[int]) -> dict[int, tuple[str, ...]]:
    pairs = session.execute(
        select(AgencyArea.agency_id, Agency.short_name)
        .join(Agency, Agency.id == AgencyArea.served_id)
        .where(AgencyArea.agency_id.in_(ids))
        .order_by(Agency.code)
    )
    served: dict[int, tuple[str, ...]] = {}
    for agency_id, name in pairs:
        served[agency_id] = (*served.get(agency_id, ()), name)
    return served


def _row(
    agency: Agency, desks: dict[int, tuple[DeskRow, ...]], served: dict[int, tuple[str, ...]]
) -> AgencyRow:
    return AgencyRow(
        id=agency.id,
        code=agency.code,
        name=agency.name,
        name_en=agency.name_en,
        short_name=agency.short_name,
        header_parent=agency.header_parent,
        header_name=agency.header_name,
        leader_title=agency.leader_title,
        place=agency.place,
        level=agency.level,
        function=agency.function,
        parent_id=agency.parent_id,
        path=agency.path,
        depth=agency.path.count("/") - 2,
        calendar_key=agency.calendar_key,
        address=agency.address,
        phone=agency.phone,
        valid_from=agency.valid_from,
        valid_to=agency.valid_to,
        successor_id=agency.successor_id,
        due_soon_days=agency.due_soon_days,
        desks=desks.get(agency.id, ()),
        served=served.get(agency.id, ()),
    )
