"""Agencies as a tree: levels, functions, and which agency a reference in a route means."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

from onestop.domain.errors import DomainError
from onestop.domain.routes import Route


class AgencyLevel(StrEnum):
    """Where an agency stands; `district` ends with 30 June 2025 where the law abolished it."""

    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"
    DEPARTMENT = "department"
    CENTRE = "centre"
    VERTICAL = "vertical"


class AgencyFunction(StrEnum):
    """What an agency is for; routes name agencies by it."""

    COMMITTEE = "committee"
    ONE_STOP = "one_stop"
    OFFICE = "office"
    JUSTICE = "justice"
    ECONOMY = "economy"
    CONSTRUCTION = "construction"
    LAND = "land"
    SOCIAL = "social"
    CULTURE = "culture"
    POLICE = "police"
    TAX = "tax"
    INSURANCE = "insurance"
    LAND_REGISTRATION = "land_registration"


class ReferenceKind(StrEnum):
    """How a step of a route names its agency."""

    RECEIVING = "receiving"
    COMPETENT = "competent"
    CHOSEN = "chosen"
    FUNCTION = "function"
    CODE = "code"


class BadAgencyReference(DomainError):
    """A text that names no agency in any way a route may."""

    def __init__(self, text: str) -> None:
        super().__init__(f"bad agency reference {text!r}")
        self.text = text


class AgencyUnresolved(DomainError):
    """No agency in force answers a reference of a step."""

    def __init__(self, step: str, reference: str) -> None:
        super().__init__(f"step {step!r}: nothing answers {reference!r}")
        self.step = step
        self.reference = reference


@dataclass(frozen=True, slots=True)
class AgencyReference:
    """A parsed reference: "receiving", "competent", "chosen", "code:H90.05", "function:police".

    A function is looked for from the competent agency: itself, its children, its siblings, then
    the parent, its siblings, and so on up the tree. "function:land|economy" takes whichever of the
    two is nearer, the first named when both are; "function:land@receiving" starts from the
    receiving agency instead. "chosen:justice" offers agencies of that function to choose from.
    """

    kind: ReferenceKind
    code: str = ""
    functions: tuple[AgencyFunction, ...] = ()
    seen_from: ReferenceKind = ReferenceKind.COMPETENT

    @classmethod
    def parse(cls, text: str) -> "AgencyReference":
        """Return the reference `text` spells. Raises BadAgencyReference."""
        head, _, rest = text.partition(":")
        value, at, origin = rest.partition("@")
        try:
            kind = ReferenceKind(head)
            if kind is ReferenceKind.FUNCTION:
                seen_from = ReferenceKind(origin) if at else ReferenceKind.COMPETENT
                if seen_from in (ReferenceKind.COMPETENT, ReferenceKind.RECEIVING):
                    functions = tuple(AgencyFunction(name) for name in value.split("|"))
                    return cls(kind, functions=functions, seen_from=seen_from)
            elif kind is ReferenceKind.CHOSEN and rest:
                return cls(kind, functions=(AgencyFunction(rest),))
            elif kind is ReferenceKind.CODE and rest and not at:
                return cls(kind, code=rest)
            elif text == kind:
                return cls(kind)
        except ValueError:
            pass
        raise BadAgencyReference(text)


@dataclass(frozen=True, slots=True)
class AgencyRef:
    """One agency as routes and lists need it; `path` is its place in the tree, "/1/4/9/".

    areas   ids of the communes or districts a vertical body serves; empty: whatever lies around it.
    """

    id: int
    code: str
    name: str
    level: AgencyLevel
    function: AgencyFunction
    parent_id: int | None
    path: str
    calendar_key: str
    valid_from: date
    valid_to: date | None = None
    areas: tuple[int, ...] = ()
    name_en: str = ""

    @property
    def chain(self) -> tuple[int, ...]:
        """Ids from the province down to this agency."""
        return tuple(int(part) for part in self.path.strip("/").split("/"))


@dataclass(frozen=True, slots=True)
class DeskSpec:
    """One counter as a file describes it: its printer's paper, papers in a list or a table."""

    name: str
    paper_size: str = "A5"
    papers_as: str = "list"


@dataclass(frozen=True, slots=True)
class AgencySpec:
    """One agency as a file describes it, what it left out taken from its parent.

    parent, successor and serves are codes; `line` is where the file says it.
    """

    code: str
    name: str
    level: AgencyLevel
    function: AgencyFunction
    parent: str
    calendar_key: str
    valid_from: date
    valid_to: date | None = None
    old_code: str = ""
    name_en: str = ""
    short_name: str = ""
    header_parent: str = ""
    header_name: str = ""
    leader_title: str = ""
    place: str = ""
    address: str = ""
    phone: str = ""
    successor: str = ""
    serves: tuple[str, ...] = ()
    desks: tuple[DeskSpec, ...] = ()
    due_soon_days: int = 3
    line: int = 0


class AgencyTree:
    """Agencies in force on one day, asked who answers a reference."""

    def __init__(self, agencies: Iterable[AgencyRef]) -> None:
        self._agencies = {agency.id: agency for agency in agencies}

    def nearest(self, functions: tuple[AgencyFunction, ...], start: AgencyRef) -> AgencyRef | None:
        """The agency of one of `functions` nearest to `start`: itself, children, then upwards.

        Among equals the function named first wins, then a body whose areas name a unit on the way
        from the province to `start`, then the lowest code; one that serves other areas only is
        passed over.
        """
        for agency_id in reversed(start.chain):
            here = self._agencies.get(agency_id)
            ring: list[AgencyRef] = [*([here] if here else []), *self._children.get(agency_id, ())]
            found = [a for a in ring if a.function in functions and _serves(a, start)]
            if found:
                return min(
                    found,
                    key=lambda a: (
                        functions.index(a.function),
                        not a.areas,
                        a.parent_id == agency_id,
                        a.code,
                    ),
                )
        return None

    def competent(
        self, levels: tuple[AgencyLevel, ...], function: AgencyFunction, receiving: AgencyRef
    ) -> tuple[AgencyRef, ...]:
        """Agencies that may be competent, the one around the desk first, in the desk's province.

        Those of the first of `levels` that exists there: a level the law abolished is passed over.
        The vertical level means bodies such as a land registration branch.
        """
        for level in levels:
            if found := self._of(level, function, receiving):
                near = self.default_competent(levels, function, receiving)
                return tuple(sorted(found, key=lambda agency: (agency != near, agency.code)))
        return ()

    def default_competent(
        self, levels: tuple[AgencyLevel, ...], function: AgencyFunction, receiving: AgencyRef
    ) -> AgencyRef | None:
        """The agency competent when nobody names another; None for a desk that lies in none.

        A committee is competent for the desks inside it; another body for the desks around it.
        """
        for level in levels:
            if found := self._of(level, function, receiving):
                if function is AgencyFunction.COMMITTEE:
                    return next((a for a in found if a.id in receiving.chain), None)
                return AgencyTree(found).nearest((function,), receiving)
        return None

    def _of(
        self, level: AgencyLevel, function: AgencyFunction, receiving: AgencyRef
    ) -> list[AgencyRef]:
        """Agencies of a level and function in the province of `receiving`."""
        return [
            agency
            for agency in self
            if agency.level is level
            and agency.function is function
            and agency.chain[0] == receiving.chain[0]
        ]

    def resolve(
        self,
        route: Route,
        *,
        receiving: AgencyRef,
        competent: AgencyRef,
        chosen: Mapping[str, int],
    ) -> dict[str, AgencyRef]:
        """The agency of every step; steps whose agency is still to be chosen are left out.

        Raises AgencyUnresolved naming the first step nothing answers.
        """
        found: dict[str, AgencyRef] = {}
        for step in route.steps:
            reference = AgencyReference.parse(step.agency)
            if reference.kind is ReferenceKind.CHOSEN and step.key not in chosen:
                continue
            agency = self._answer(reference, step.key, receiving, competent, chosen)
            if agency is None:
                raise AgencyUnresolved(step.key, step.agency)
            found[step.key] = agency
        return found

    def _answer(
        self,
        reference: AgencyReference,
        step: str,
        receiving: AgencyRef,
        competent: AgencyRef,
        chosen: Mapping[str, int],
    ) -> AgencyRef | None:
        origins: dict[ReferenceKind, AgencyRef] = {
            ReferenceKind.RECEIVING: receiving,
            ReferenceKind.COMPETENT: competent,
        }
        match reference.kind:
            case ReferenceKind.CHOSEN:
                return self._agencies.get(chosen[step])
            case ReferenceKind.CODE:
                return next((a for a in self if a.code == reference.code), None)
            case ReferenceKind.FUNCTION:
                return self.nearest(reference.functions, origins[reference.seen_from])
            case origin:
                return origins[origin]

    def __iter__(self) -> Iterator[AgencyRef]:
        return iter(self._agencies.values())

    @cached_property
    def _children(self) -> dict[int, list[AgencyRef]]:
        children: dict[int, list[AgencyRef]] = {}
        for agency in self._agencies.values():
            if agency.parent_id is not None:
                children.setdefault(agency.parent_id, []).append(agency)
        return children


def _serves(agency: AgencyRef, start: AgencyRef) -> bool:
    return not agency.areas or agency.id == start.id or bool(set(agency.areas) & set(start.chain))
