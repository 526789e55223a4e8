"""The file of a procedure: what people may write in it, and the edition it makes."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from onestop.domain.agencies import AgencyFunction, AgencyLevel
from onestop.domain.fees import FeeFormula, FeeSpec
from onestop.domain.limits import BadLimit, Limit
from onestop.domain.procedures import (
    Audience,
    BadProcedure,
    Mark,
    PaperKind,
    PaperSpec,
    ProcedureSpec,
    Sector,
)
from onestop.domain.rights import Role
from onestop.domain.routes import BadRoute, Route, RouteFault, RouteProblem, StepKind, StepSpec
from onestop.inputs.file_problems import BadFile, FileProblem, problem_at, shape_problems
from onestop.inputs.yaml_files import FieldPath, LocatedValue, read_yaml

SHIPPED = Path(__file__).resolve().parents[2] / "data" / "procedures"


def _limit(value: Any) -> Any:
    """Read a limit as files write it: "3 working_days", "same_day 15:00"."""
    if not isinstance(value, str):
        raise ValueError("not_a_limit")
    try:
        return Limit.parse(value)
    except BadLimit as error:
        raise ValueError(error.code) from error


Text = Annotated[str, Field(min_length=1, max_length=300)]
ShortText = Annotated[str, Field(max_length=300)]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Code = Annotated[str, Field(pattern=r"^[0-9A-Z][0-9A-Z.]{0,34}$")]
Dong = Annotated[int, Field(ge=0, le=1_000_000_000)]
LimitText = Annotated[Limit, BeforeValidator(_limit)]


class Lines(BaseModel):
    """Fields nobody knows are refused: a misspelt one would else be lost silently."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        str_strip_whitespace=True,
        coerce_numbers_to_str=True,
        arbitrary_types_allowed=True,
    )


class Names(Lines):
    """A name in both languages."""

    name: Text
    name_en: ShortText = ""


class SectorLines(Names):
    """The sector of a procedure."""

    code: Text


class CompetentLines(Lines):
    """Where the competent agency is looked for."""

    function: AgencyFunction = AgencyFunction.COMMITTEE
    levels: tuple[AgencyLevel, ...] = Field(min_length=1)


class PaperLines(Names):
    """One paper."""

    code: Key
    kind: PaperKind = PaperKind.ORIGINAL
    required: bool = True
    count: int = Field(default=1, ge=1, le=99)
    shown: bool = False
    when: ShortText = ""
    when_en: ShortText = ""
    mark: Mark = Mark.DEFAULT


class FeeLines(Names):
    """One fee."""

    code: Key
    formula: FeeFormula = FeeFormula.FIXED
    amount: Dong
    question: Key | Literal[""] = ""
    first_pages: int = Field(default=0, ge=0, le=1000)
    then: Dong = 0
    cap: Dong = 0
    mark: Mark = Mark.DEFAULT


class StepLines(Names):
    """One step of the route."""

    key: Key
    kind: StepKind
    agency: Text
    role: Role
    limit: LimitText | None = None
    after: tuple[str, ...] = ()
    optional: bool = False
    counted: bool = True
    phase: int = Field(default=1, ge=1, le=9)
    mark: Mark = Mark.DEFAULT


class ProcedureLines(Names):
    """The whole file."""

    code: Code
    edition: Annotated[str, Field(pattern=r"^[0-9A-Za-z._-]{1,40}$")]
    sector: SectorLines
    level: AgencyLevel
    audience: Audience = Audience.PUBLIC
    competent: CompetentLines
    valid_from: date
    valid_to: date | None = None
    limit: LimitText
    statutory_limit: LimitText | None = None
    phases: tuple[LimitText, ...] = ()
    papers: tuple[PaperLines, ...] = ()
    fees: tuple[FeeLines, ...] = ()
    on_the_spot: bool = False
    sensitive: bool = False
    supplement_days: int = 10
    extensions: int = 1
    extension_lead: int = 1
    result: Names
    law: Annotated[str, Field(max_length=1000)] = ""
    form: ShortText = ""
    steps: tuple[StepLines, ...] = Field(min_length=1)
    marks: dict[str, Mark] = Field(default_factory=dict)


def read_procedure(file: LocatedValue) -> ProcedureSpec:
    """The edition a file describes. Raises BadFile with the line of every problem."""
    try:
        lines = ProcedureLines.model_validate(file.value)
    except ValidationError as error:
        raise BadFile(file.name, shape_problems(file, error)) from None
    try:
        return _to_spec(lines)
    except BadRoute as error:
        raise BadFile(file.name, _route_problems(file, lines, error)) from None
    except BadProcedure as error:
        problems = [
            problem_at(file, _path(problem.path), problem.code, problem.values)
            for problem in error.problems
        ]
        raise BadFile(file.name, problems) from None


def _path(text: str) -> FieldPath:
    return tuple(int(part) if part.isdigit() else part for part in text.split(".", 1))


def _to_spec(lines: ProcedureLines) -> ProcedureSpec:
    return ProcedureSpec(
        code=lines.code,
        edition=lines.edition,
        name=lines.name,
        name_en=lines.name_en,
        sector=Sector(lines.sector.code, lines.sector.name, lines.sector.name_en),
        level=lines.level,
        audience=lines.audience,
        competent_levels=lines.competent.levels,
        competent_function=lines.competent.function,
        valid_from=lines.valid_from,
        valid_to=lines.valid_to,
        limit=lines.limit,
        statutory_limit=lines.statutory_limit,
        phases=lines.phases,
        papers=tuple(PaperSpec(**_without_mark(paper)) for paper in lines.papers),
        fees=tuple(FeeSpec(**_without_mark(fee)) for fee in lines.fees),
        on_the_spot=lines.on_the_spot,
        sensitive=lines.sensitive,
        supplement_days=lines.supplement_days,
        extensions=lines.extensions,
        extension_lead=lines.extension_lead,
        result_name=lines.result.name,
        result_name_en=lines.result.name_en,
        law=lines.law,
        form=lines.form,
        route=Route(tuple(_step(step) for step in lines.steps)),
        marks=dict(sorted({**lines.marks, **dict(_item_marks(lines))}.items())),
    )


def _without_mark(lines: Lines) -> dict[str, Any]:
    return lines.model_dump(exclude={"mark"})


def _step(lines: StepLines) -> StepSpec:
    values = {name: getattr(lines, name) for name in StepLines.model_fields if name != "mark"}
    return StepSpec(**values, confirmed=lines.mark is Mark.CONFIRMED)


def _item_marks(lines: ProcedureLines) -> Iterator[tuple[str, Mark]]:
    for paper in lines.papers:
        yield f"papers.{paper.code}", paper.mark
    for fee in lines.fees:
        yield f"fees.{fee.code}", fee.mark
    for step in lines.steps:
        yield f"steps.{step.key}", step.mark


_AT_LIMIT = {RouteFault.STEPS_EXCEED_LIMIT, RouteFault.ALLOTMENT_UNIT}
_AT_AFTER = {
    RouteFault.UNKNOWN_PREDECESSOR,
    RouteFault.CYCLE,
    RouteFault.RECEIVE_NOT_FIRST,
    RouteFault.AWAIT_AFTER_RECEIVE,
    RouteFault.AWAIT_AFTER_AWAIT,
    RouteFault.AWAITS_TOGETHER,
}
_WHOLE = {
    RouteFault.LIMIT_EXCEEDS_STATUTORY: "limit",
    RouteFault.PHASES_EXCEED_LIMIT: "phases",
    RouteFault.PHASE_WITHOUT_STEPS: "phases",
}


def _route_problems(
    file: LocatedValue, lines: ProcedureLines, error: BadRoute
) -> list[FileProblem]:
    return [
        problem_at(file, _place(lines, problem), problem.code, problem.values)
        for problem in error.problems
    ]


def _place(lines: ProcedureLines, problem: RouteProblem) -> FieldPath:
    """Where in the file the reader must look for a fault of the route."""
    numbers = [n for n, step in enumerate(lines.steps) if step.key == problem.step]
    if not numbers:
        return (_WHOLE.get(problem.code, "steps"),)
    if problem.code in _AT_LIMIT:
        return ("steps", numbers[-1], "limit")
    if problem.code in _AT_AFTER:
        return ("steps", numbers[-1], "after")
    if problem.code is RouteFault.AGENCY_REFERENCE:
        return ("steps", numbers[-1], "agency")
    return ("steps", numbers[-1])


def procedure_to_lines(spec: ProcedureSpec) -> dict[str, Any]:
    """An edition as the plain values of its file; `read_procedure` of them gives it back.

    Values that say nothing (empty, false, the default) are left out, as people write files.
    """
    lines: dict[str, Any] = {
        "code": spec.code,
        "edition": spec.edition,
        "name": spec.name,
        "name_en": spec.name_en,
        "sector": _said(spec.sector),
        "level": spec.level.value,
        "audience": spec.audience.value,
        "competent": {
            "function": spec.competent_function.value,
            "levels": [level.value for level in spec.competent_levels],
        },
        "valid_from": spec.valid_from.isoformat(),
        "valid_to": spec.valid_to.isoformat() if spec.valid_to else None,
        "law": spec.law,
        "form": spec.form,
        "limit": spec.limit.to_text(),
        "statutory_limit": spec.statutory_limit.to_text() if spec.statutory_limit else None,
        "phases": [phase.to_text() for phase in spec.phases],
        "on_the_spot": spec.on_the_spot,
        "sensitive": spec.sensitive,
        "supplement_days": spec.supplement_days,
        "extensions": spec.extensions,
        "extension_lead": spec.extension_lead,
        "result": {"name": spec.result_name, "name_en": spec.result_name_en},
        "marks": {p: m.value for p, m in spec.marks.items() if not p.startswith(_ITEMS)},
        "papers": [{**_said(p), "mark": spec.mark(f"papers.{p.code}").value} for p in spec.papers],
        "fees": [{**_said(f), "mark": spec.mark(f"fees.{f.code}").value} for f in spec.fees],
        "steps": [_step_lines(spec, step) for step in spec.route.steps],
    }
    return {name: value for name, value in lines.items() if value not in (None, "", [], {}, False)}


_ITEMS = ("papers.", "fees.", "steps.")


def _said(record: Sector | PaperSpec | FeeSpec) -> dict[str, Any]:
    """Fields of a record that differ from their defaults; enumerations as their words."""
    said: dict[str, Any] = {}
    for name, described in record.__dataclass_fields__.items():
        value = getattr(record, name)
        if value != described.default:
            said[name] = getattr(value, "value", value)
    return said


def _step_lines(spec: ProcedureSpec, step: StepSpec) -> dict[str, Any]:
    lines: dict[str, Any] = {
        "key": step.key,
        "name": step.name,
        "name_en": step.name_en,
        "kind": step.kind.value,
        "agency": step.agency,
        "role": step.role.value,
        "limit": step.limit.to_text() if step.limit else None,
        "after": list(step.after) or None,
        "optional": step.optional or None,
        "counted": None if step.counted else False,
        "phase": step.phase if step.phase > 1 else None,
        "mark": spec.mark(f"steps.{step.key}").value,
    }
    return {name: value for name, value in lines.items() if value is not None}


def shipped_procedures() -> tuple[ProcedureSpec, ...]:
    """The procedures that come with the product. Raises BadFile, BadYaml."""
    return tuple(read_procedure(read_yaml(path)) for path in sorted(SHIPPED.glob("*.yaml")))
