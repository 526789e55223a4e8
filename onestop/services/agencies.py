"""Agencies taken in from files, and which of them a step of a route means."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from sqlalchemy import ColumnElement, and_, delete, or_, select
from sqlalchemy.orm import Session

from onestop.domain.agencies import (
    AgencyRef,
    AgencyReference,
    AgencySpec,
    AgencyTree,
    ReferenceKind,
)
from onestop.domain.errors import DomainError
from onestop.domain.names import fold
from onestop.domain.procedures import ProcedureSpec
from onestop.domain.routes import Route
from onestop.models.agencies import Agency, AgencyArea, Desk, TreeRevision
from onestop.models.base import table_of

_WORD = select(table_of(TreeRevision).c.word)
NONE_CHOSEN: Mapping[str, int] = MappingProxyType({})


class AgencyNotFound(DomainError):
    """No agency with this id or code is in force on that day."""

    def __init__(self, agency: int | str) -> None:
        super().__init__(f"no agency {agency!r} in force")
        self.agency = agency


class NotCompetent(DomainError):
    """An agency was named competent that never is for this procedure."""

    def __init__(self, agency: str, procedure: str) -> None:
        super().__init__(f"agency {agency!r} is not competent for {procedure!r}")
        self.agency = agency
        self.procedure = procedure


class NotConsultable(DomainError):
    """The agency chosen for a consultation is none that may be asked in this step."""

    def __init__(self, step: str) -> None:
        super().__init__(f"agency not to be consulted in {step!r}")
        self.step = step


class CompetentAgencyNotNamed(DomainError):
    """Several agencies may be competent and none lies around the desk: somebody must choose."""

    def __init__(self, procedure: str) -> None:
        super().__init__(f"no competent agency named for {procedure!r}")
        self.procedure = procedure


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


def tree_revision(session: Session) -> str:
    """The word that changes with the tree of agencies and with every calendar.

    A new word, never to be met again, while nothing was taken in.
    """
    return session.scalar(_WORD) or secrets.token_hex(16)


def renew_tree_revision(session: Session) -> None:
    """Let everything be forgotten that was worked out from the tree or its calendars so far."""
    session.merge(TreeRevision(id=1, word=secrets.token_hex(16)))


def resolve_agencies(
    session: Session,
    route: Route,
    *,
    receiving: int,
    competent: int,
    on: date,
    chosen: Mapping[str, int] = NONE_CHOSEN,
) -> dict[str, AgencyRef]:
    """The agency of every step of `route`, by step key, among those in force on that day.

    `receiving`, `competent` and the values of `chosen` are agency ids; a step whose agency is
    still to be chosen is left out. Raises AgencyNotFound, AgencyUnresolved.
    """
    references = [AgencyReference.parse(step.agency) for step in route.steps]
    named = _agencies(session, Agency.id.in_([receiving, competent, *chosen.values()]), on)
    refs = {agency.id: agency for agency in named}
    for agency_id in (receiving, competent, *chosen.values()):
        if agency_id not in refs:
            raise AgencyNotFound(agency_id)
    around = sorted({*refs[receiving].chain, *refs[competent].chain})
    functions = [f for r in references for f in r.functions]
    codes = [r.code for r in references if r.kind is ReferenceKind.CODE]
    wanted = or_(
        and_(
            or_(Agency.parent_id.in_(around), Agency.id.in_(around)),
            Agency.function.in_(functions),
        ),
        Agency.code.in_(codes),
    )
    tree = AgencyTree({**refs, **{a.id: a for a in _agencies(session, wanted, on)}}.values())
    return tree.resolve(route, receiving=refs[receiving], competent=refs[competent], chosen=chosen)


def competent_agency(
    session: Session, spec: ProcedureSpec, *, receiving: int, on: date, named: int | None = None
) -> AgencyRef:
    """The agency that decides a dossier: the one `named`, else the one around the receiving desk.

    Raises AgencyNotFound, NotCompetent, or CompetentAgencyNotNamed when nothing was named and the
    desk lies in no competent agency (a desk of the province, another commune's dossier).
    """
    here = agency_ref(session, receiving, on)
    wanted = and_(
        Agency.function == spec.competent_function,
        Agency.level.in_(spec.competent_levels),
        Agency.path.startswith(f"/{here.chain[0]}/"),
    )
    tree = AgencyTree([here, *_agencies(session, wanted, on)])
    levels, function = spec.competent_levels, spec.competent_function
    if named is None:
        around = tree.default_competent(levels, function, here)
        if around is None:
            raise CompetentAgencyNotNamed(spec.code)
        return around
    choices = {agency.id: agency for agency in tree.competent(levels, function, here)}
    if named not in choices:
        raise NotCompetent(agency_ref(session, named, on).code, spec.code)
    return choices[named]


def check_consulted(
    session: Session, spec: ProcedureSpec, chosen: Mapping[str, int], *, asking: int, on: date
) -> None:
    """Refuse an agency that an officer of `asking` may not consult in an optional step.

    Those of the step's function in the same province and in force, not the officer's own.
    Raises NotConsultable.
    """
    for key, agency_id in chosen.items():
        step = next((s for s in spec.route.steps if s.key == key), None)
        asked = _agencies(session, Agency.id == agency_id, on)
        here = agency_ref(session, asking, on)
        if step is None or not asked or agency_id == asking:
            raise NotConsultable(key)
        functions = AgencyReference.parse(step.agency).functions
        same_province = asked[0].chain[0] == here.chain[0]
        if not same_province or (functions and asked[0].function not in functions):
            raise NotConsultable(key)


def agency_ref(session: Session, agency_id: int, on: date) -> AgencyRef:
    """The agency of that id, in force on that day. Raises AgencyNotFound."""
    found = _agencies(session, Agency.id == agency_id, on)
    if not found:
        raise AgencyNotFound(agency_id)
    return found[0]


def _agencies(session: Session, which: ColumnElement[bool], on: date) -> list[AgencyRef]:
    rows = session.scalars(
        select(Agency).where(
            which, Agency.valid_from <= on, or_(Agency.valid_to.is_(None), Agency.valid_to >= on)
        )
    ).all()
    areas: dict[int, list[int]] = {}
    served = select(AgencyArea.agency_id, AgencyArea.served_id).where(
        AgencyArea.agency_id.in_([row.id for row in rows])
    )
    for agency_id, served_id in session.execute(served):
        areas.setdefault(agency_id, []).append(served_id)
    return [row.to_ref(tuple(sorted(areas.get(row.id, ())))) for row in rows]


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
