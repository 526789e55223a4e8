"""Which agency a step of a route means, and who is competent, among those in force that day."""

import secrets
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from onestop.domain.agencies import AgencyRef, AgencyReference, AgencyTree, ReferenceKind
from onestop.domain.errors import DomainError
from onestop.domain.procedures import ProcedureSpec
from onestop.domain.routes import Route
from onestop.models.agencies import Agency, AgencyArea, TreeRevision
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
