"""Agencies taken in from files: added, changed, hung under their parents, with their desks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from onestop.domain.agencies import AgencySpec
from onestop.domain.errors import DomainError
from onestop.domain.names import fold
from onestop.models.agencies import Agency, AgencyArea, Desk
from onestop.services.agencies import renew_tree_revision


class AgencyMoved(DomainError):
    """A file hangs a stored agency under another parent; that takes a new agency with its date."""

    def __init__(self, code: str, line: int) -> None:
        super().__init__(f"agency {code!r} (line {line}) has another parent")
        self.code = code
        self.line = line


class AgencyOverlap(DomainError):
    """Two agencies would have one code on the same day."""

    def __init__(self, code: str, line: int) -> None:
        super().__init__(f"agency code {code!r} (line {line}) is in force twice")
        self.code = code
        self.line = line


@dataclass(frozen=True, slots=True)
class AgencyImport:
    """What taking in a file of agencies did."""

    added: int
    changed: int
    unchanged: int


def import_agencies(session: Session, specs: Sequence[AgencySpec]) -> AgencyImport:
    """Take in agencies, parents first; the caller's transaction makes it all or none.

    An agency is known by code and first day. The same file twice changes nothing; agencies a file
    does not name stay as they are. Raises AgencyMoved or AgencyOverlap with the line.
    """
    stored = _stored(session, specs)
    rows: dict[str, Agency] = {}
    for generation in _generations(specs):
        for spec in generation:
            known = stored.get(spec.code, [])
            row = next((a for a in known if a.valid_from == spec.valid_from), None)
            _refuse_overlap(spec, [other for other in known if other is not row])
            rows[spec.code] = row or _new(session, spec, rows.get(spec.parent))
        session.flush()
        for spec in generation:
            _place(rows[spec.code], rows.get(spec.parent), spec)
    new = {code for code, row in rows.items() if row not in stored.get(code, [])}
    filled = {spec.code for spec in specs if _fill(rows[spec.code], spec)}
    changed = (filled | _link(session, rows, specs)) - new
    if new or changed:
        renew_tree_revision(session)
    session.flush()
    return AgencyImport(len(new), len(changed), len(specs) - len(new) - len(changed))


def _stored(session: Session, specs: Sequence[AgencySpec]) -> dict[str, list[Agency]]:
    """Agencies, past and future ones too, that have a code of the file."""
    stored: dict[str, list[Agency]] = {}
    codes = [spec.code for spec in specs]
    for agency in session.scalars(select(Agency).where(Agency.code.in_(codes))):
        stored.setdefault(agency.code, []).append(agency)
    return stored


def _generations(specs: Sequence[AgencySpec]) -> list[list[AgencySpec]]:
    """The agencies by depth: a path needs the ids of all parents."""
    depth: dict[str, int] = {}
    generations: list[list[AgencySpec]] = []
    for spec in specs:
        depth[spec.code] = depth[spec.parent] + 1 if spec.parent else 0
        if depth[spec.code] == len(generations):
            generations.append([])
        generations[depth[spec.code]].append(spec)
    return generations


def _refuse_overlap(spec: AgencySpec, others: Sequence[Agency]) -> None:
    last = spec.valid_to or date.max
    for other in others:
        if other.valid_from <= last and spec.valid_from <= (other.valid_to or date.max):
            raise AgencyOverlap(spec.code, spec.line)


def _new(session: Session, spec: AgencySpec, parent: Agency | None) -> Agency:
    row = Agency(code=spec.code, valid_from=spec.valid_from, path="")
    row.parent_id = parent.id if parent else None
    _fill(row, spec)
    session.add(row)
    return row


def _place(row: Agency, parent: Agency | None, spec: AgencySpec) -> None:
    if row.parent_id != (parent.id if parent else None):
        raise AgencyMoved(spec.code, spec.line)
    row.path = f"{parent.path if parent else '/'}{row.id}/"


_FILLED = (
    "name",
    "level",
    "function",
    "calendar_key",
    "valid_to",
    "old_code",
    "name_en",
    "short_name",
    "header_parent",
    "header_name",
    "leader_title",
    "place",
    "address",
    "phone",
    "due_soon_days",
)


def _fill(row: Agency, spec: AgencySpec) -> bool:
    """Write what the file says; whether anything was different.

    A calendar of its own, copied from the one in the file, stays: its days were announced.
    """
    values = {name: getattr(spec, name) for name in _FILLED}
    if row.calendar_copied_from == spec.calendar_key:
        values["calendar_key"] = row.calendar_key
    else:
        values["calendar_copied_from"] = ""
    values["name_folded"] = fold(spec.name)
    different = {name for name, value in values.items() if getattr(row, name) != value}
    for name in different:
        setattr(row, name, values[name])
    return bool(different)


def _link(session: Session, rows: Mapping[str, Agency], specs: Sequence[AgencySpec]) -> set[str]:
    """Write what names other agencies, and the desks; codes of the agencies that changed."""
    ids = [row.id for row in rows.values()]
    areas: dict[int, set[int]] = {}
    desks: dict[int, dict[str, Desk]] = {}
    for area in session.scalars(select(AgencyArea).where(AgencyArea.agency_id.in_(ids))):
        areas.setdefault(area.agency_id, set()).add(area.served_id)
    for desk in session.scalars(select(Desk).where(Desk.agency_id.in_(ids))):
        desks.setdefault(desk.agency_id, {})[desk.name] = desk
    changed = set()
    for spec in specs:
        row = rows[spec.code]
        served = {rows[code].id for code in spec.serves}
        here = _set_successor(row, rows.get(spec.successor))
        here |= _set_areas(session, row.id, areas.get(row.id, set()), served)
        here |= _set_desks(session, row.id, desks.get(row.id, {}), spec)
        if here:
            changed.add(spec.code)
    return changed


def _set_successor(row: Agency, successor: Agency | None) -> bool:
    wanted = successor.id if successor else None
    different = row.successor_id != wanted
    row.successor_id = wanted
    return different


def _set_areas(session: Session, agency_id: int, stored: set[int], served: set[int]) -> bool:
    if gone := stored - served:
        session.execute(
            delete(AgencyArea).where(
                AgencyArea.agency_id == agency_id, AgencyArea.served_id.in_(gone)
            )
        )
    new = sorted(served - stored)
    session.add_all(AgencyArea(agency_id=agency_id, served_id=found) for found in new)
    return stored != served


def _set_desks(
    session: Session, agency_id: int, stored: Mapping[str, Desk], spec: AgencySpec
) -> bool:
    """A desk the file no longer names is closed, never removed: dossiers were received there."""
    wanted = {desk.name: (desk.paper_size, desk.papers_as) for desk in spec.desks}
    before = {name: (desk.paper_size, desk.papers_as) for name, desk in stored.items() if desk.open}
    for name, desk in stored.items():
        desk.open = name in wanted
        desk.paper_size, desk.papers_as = wanted.get(name, (desk.paper_size, desk.papers_as))
    for name, (size, papers_as) in wanted.items():
        if name not in stored:
            session.add(Desk(agency_id=agency_id, name=name, paper_size=size, papers_as=papers_as))
    return before != wanted
