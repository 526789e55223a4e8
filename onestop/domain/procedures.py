"""Procedures as an edition says: papers, fees, limits, route, and what of it is confirmed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property

from onestop.domain.agencies import AgencyFunction, AgencyLevel, AgencyReference, BadAgencyReference
from onestop.domain.allotments import check_limits
from onestop.domain.errors import DomainError
from onestop.domain.fees import FeeSpec, fee_amount, fee_questions
from onestop.domain.limits import Limit
from onestop.domain.routes import BadRoute, Route, RouteFault, RouteProblem


class Audience(StrEnum):
    """Whose procedure it is: citizens and organisations, or agencies among themselves (R23)."""

    PUBLIC = "public"
    INTERNAL = "internal"


class PaperKind(StrEnum):
    """In which form a paper is handed in."""

    ORIGINAL = "original"
    CERTIFIED = "certified"
    COPY = "copy"
    ELECTRONIC = "electronic"


class Mark(StrEnum):
    """Whether a value was read in a source or is a default somebody must confirm."""

    CONFIRMED = "confirmed"
    DEFAULT = "default"


class UnknownPaper(DomainError):
    """A paper was ticked that the procedure does not ask for."""

    def __init__(self, code: str) -> None:
        super().__init__(f"no paper {code!r}")
        self.code = code


@dataclass(frozen=True, slots=True)
class PaperSpec:
    """One paper the applicant submits; `shown` papers are looked at and given back."""

    code: str
    name: str
    name_en: str
    kind: PaperKind = PaperKind.ORIGINAL
    required: bool = True
    count: int = 1
    shown: bool = False
    when: str = ""
    when_en: str = ""


@dataclass(frozen=True, slots=True)
class Sector:
    """The field of administration a procedure belongs to."""

    code: str
    name: str
    name_en: str = ""


MOST_EXTENSIONS, LONGEST_LEAD = 3, 10
"""A law may allow an apology more than once, or want it earlier; beyond this is a slip."""


@dataclass(frozen=True)
class ProcedureSpec:
    """One edition of a procedure; a dossier keeps the edition it was received under.

    level              the level the catalogue of procedures lists it at.
    competent_levels   levels of the competent agency; the first that exists wins.
    limit              the promise, local; `statutory_limit` is the law's, None if it has none.
    phases             limits of the phases of a two-phase procedure, else empty.
    on_the_spot        may be received, finished and returned at the desk in one go.
    sensitive          dossiers are seen by those who work on them only.
    supplement_days    working days for asked supplements before the dossier is stopped.
    extensions         how often a later date may be told with an apology.
    extension_lead     working days before expiry by which it has to be told.
    marks              path of a value -> confirmed or default; a path not named is a default.

    Raises BadRoute when the allotments do not fit, BadProcedure for other contradictions.
    """

    code: str
    edition: str
    name: str
    name_en: str
    sector: Sector
    level: AgencyLevel
    limit: Limit
    route: Route
    valid_from: date
    valid_to: date | None = None
    audience: Audience = Audience.PUBLIC
    competent_levels: tuple[AgencyLevel, ...] = (AgencyLevel.COMMUNE,)
    competent_function: AgencyFunction = AgencyFunction.COMMITTEE
    statutory_limit: Limit | None = None
    phases: tuple[Limit, ...] = ()
    papers: tuple[PaperSpec, ...] = ()
    fees: tuple[FeeSpec, ...] = ()
    on_the_spot: bool = False
    sensitive: bool = False
    supplement_days: int = 10
    extensions: int = 1
    extension_lead: int = 1
    result_name: str = ""
    result_name_en: str = ""
    law: str = ""
    form: str = ""
    marks: Mapping[str, Mark] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_limits(self.route, self.limit, self.statutory_limit, self.phases)
        check_references(self.route)
        if problems := _contradictions(self):
            raise BadProcedure(problems)

    @cached_property
    def required_papers(self) -> tuple[PaperSpec, ...]:
        """Papers without which nothing is received."""
        return tuple(paper for paper in self.papers if paper.required)

    @property
    def questions(self) -> tuple[str, ...]:
        """Names of the numbers `fee_of` asks for, each once, in the order of the fees."""
        asked = [name for fee in self.fees for name in fee_questions(fee)]
        return tuple(dict.fromkeys(asked))

    def in_force(self, on: date) -> bool:
        """Whether a dossier may be received under this edition on that day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)

    def mark(self, path: str) -> Mark:
        """Whether the value at `path` ("limit", "papers.slip", "steps.sign") is confirmed."""
        return self.marks.get(path, Mark.DEFAULT)


@dataclass(frozen=True, slots=True)
class Edition:
    """A stored edition: its row id, which dossiers refer to, and what it says."""

    id: int
    spec: ProcedureSpec


class ProcedureFault(StrEnum):
    """Why an edition contradicts itself."""

    ENDS_BEFORE_START = "ends_before_start"
    DUPLICATE_PAPER = "duplicate_paper"
    DUPLICATE_FEE = "duplicate_fee"
    PAPER_COUNT = "paper_count"
    FEE_AMOUNT = "fee_amount"
    SUPPLEMENT_DAYS = "supplement_days"
    EXTENSIONS = "extensions"
    EXTENSION_LEAD = "extension_lead"
    UNKNOWN_MARK = "unknown_mark"


@dataclass(frozen=True, slots=True)
class ProcedureProblem:
    """One contradiction: the fault, the path of the value, facts."""

    code: ProcedureFault
    path: str
    values: tuple[str, ...] = ()


class BadProcedure(DomainError):
    """An edition that contradicts itself, with every reason found."""

    def __init__(self, problems: tuple[ProcedureProblem, ...]) -> None:
        super().__init__("; ".join(f"{p.code} {p.path} {p.values}" for p in problems))
        self.problems = problems


def missing_papers(spec: ProcedureSpec, ticked: Collection[str]) -> tuple[PaperSpec, ...]:
    """Required papers that are not among `ticked`, in the order of the procedure.

    Raises UnknownPaper for a code the edition does not have.
    """
    known = {paper.code for paper in spec.papers}
    for code in ticked:
        if code not in known:
            raise UnknownPaper(code)
    return tuple(paper for paper in spec.required_papers if paper.code not in ticked)


def fee_of(spec: ProcedureSpec, answers: Mapping[str, int]) -> int:
    """What the applicant pays for all fees, in whole dong.

    `answers` gives the numbers `spec.questions` names; one a fixed fee asks for may be missing and
    then is zero. Raises BadFeeAnswer for a number that is missing or below zero.

    Source: docs/rules.md, rule F1.
    """
    return sum(fee_amount(fee, answers) for fee in spec.fees)


def check_references(route: Route) -> None:
    """Refuse a route that names an agency in a way nothing can answer. Raises BadRoute."""
    problems = []
    for step in route.steps:
        try:
            AgencyReference.parse(step.agency)
        except BadAgencyReference as error:
            problems.append(RouteProblem(RouteFault.AGENCY_REFERENCE, step.key, (error.text,)))
    if problems:
        raise BadRoute(tuple(problems))


def markable_paths(spec: ProcedureSpec) -> tuple[str, ...]:
    """Paths of every value that is confirmed or default, in the order of the page."""
    scalars = ("name", "sector", "limit", "statutory_limit", "valid_from", "competent", "law")
    habits = ("supplement_days", "on_the_spot", "sensitive")
    return (
        *scalars,
        *habits,
        *(f"phases.{number}" for number in range(1, len(spec.phases) + 1)),
        *(f"papers.{paper.code}" for paper in spec.papers),
        *(f"fees.{fee.code}" for fee in spec.fees),
        *(f"steps.{step.key}" for step in spec.route.steps),
    )


def value_at(spec: ProcedureSpec, path: str) -> object:
    """The value a path of `markable_paths` stands for; None when the edition has none there."""
    group, _, key = path.partition(".")
    match group:
        case "phases":
            number = int(key)
            return spec.phases[number - 1] if number <= len(spec.phases) else None
        case "papers":
            return next((paper for paper in spec.papers if paper.code == key), None)
        case "fees":
            return next((fee for fee in spec.fees if fee.code == key), None)
        case "steps":
            return next((step for step in spec.route.steps if step.key == key), None)
        case "competent":
            return (spec.competent_levels, spec.competent_function)
        case _:
            return getattr(spec, group)


def _contradictions(spec: ProcedureSpec) -> tuple[ProcedureProblem, ...]:
    problems: list[ProcedureProblem] = []
    if spec.valid_to is not None and spec.valid_to < spec.valid_from:
        days = (spec.valid_from.isoformat(), spec.valid_to.isoformat())
        problems.append(ProcedureProblem(ProcedureFault.ENDS_BEFORE_START, "valid_to", days))
    if not 1 <= spec.supplement_days <= 365:
        values = (str(spec.supplement_days),)
        problems.append(ProcedureProblem(ProcedureFault.SUPPLEMENT_DAYS, "supplement_days", values))
    if not 0 <= spec.extensions <= MOST_EXTENSIONS:
        facts = (str(spec.extensions), str(MOST_EXTENSIONS))
        problems.append(ProcedureProblem(ProcedureFault.EXTENSIONS, "extensions", facts))
    if not 0 <= spec.extension_lead <= LONGEST_LEAD:
        facts = (str(spec.extension_lead), str(LONGEST_LEAD))
        problems.append(ProcedureProblem(ProcedureFault.EXTENSION_LEAD, "extension_lead", facts))
    problems += _list_problems(spec)
    known = set(markable_paths(spec))
    problems += [
        ProcedureProblem(ProcedureFault.UNKNOWN_MARK, f"marks.{path}", (path,))
        for path in spec.marks
        if path not in known
    ]
    return tuple(problems)


def _list_problems(spec: ProcedureSpec) -> list[ProcedureProblem]:
    problems: list[ProcedureProblem] = []
    papers = [paper.code for paper in spec.papers]
    fees = [fee.code for fee in spec.fees]
    for number, paper in enumerate(spec.papers):
        if paper.code in papers[:number]:
            fault = ProcedureFault.DUPLICATE_PAPER
            problems.append(ProcedureProblem(fault, f"papers.{number}", (paper.code,)))
        if not 1 <= paper.count <= 99:
            fault = ProcedureFault.PAPER_COUNT
            problems.append(ProcedureProblem(fault, f"papers.{number}", (str(paper.count),)))
    for number, fee in enumerate(spec.fees):
        if fee.code in fees[:number]:
            fault = ProcedureFault.DUPLICATE_FEE
            problems.append(ProcedureProblem(fault, f"fees.{number}", (fee.code,)))
        if min(fee.amount, fee.then, fee.cap, fee.first_pages) < 0:
            fault = ProcedureFault.FEE_AMOUNT
            problems.append(ProcedureProblem(fault, f"fees.{number}", (fee.code,)))
    return problems
