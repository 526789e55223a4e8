"""The file of a province's agencies: a tree people write, and the flat list it makes."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from onestop.domain.agencies import AgencyFunction, AgencyLevel, AgencySpec, DeskSpec
from onestop.inputs.file_problems import BadFile, FileProblem, problem_at, shape_problems
from onestop.inputs.yaml_files import FieldPath, LocatedValue, read_yaml

SHIPPED = Path(__file__).resolve().parents[2] / "data" / "agencies"
THREE_LEVEL = SHIPPED / "three-level.yaml"
TWO_LEVEL = SHIPPED / "two-level.yaml"

Text = Annotated[str, Field(min_length=1, max_length=200)]
ShortText = Annotated[str, Field(max_length=200)]
Code = Annotated[str, Field(pattern=r"^[A-Z][0-9]{2}(\.[0-9A-Z]{2,3}){0,5}$", max_length=35)]


class Lines(BaseModel):
    """Fields nobody knows are refused: a misspelt one would else be lost silently."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, str_strip_whitespace=True, coerce_numbers_to_str=True
    )


class DeskLines(Lines):
    """One counter."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    paper_size: Literal["A5", "A5_pair", "A4", "80mm"] = "A5"
    papers_as: Literal["list", "table"] = "list"


class AgencyLines(Lines):
    """One agency and those below it; what it does not say comes from its parent."""

    code: Code
    old_code: Annotated[str, Field(max_length=35)] = ""
    name: Text
    name_en: ShortText = ""
    short_name: Annotated[str, Field(max_length=80)] = ""
    header_parent: ShortText = ""
    header_name: ShortText = ""
    leader_title: Annotated[str, Field(max_length=80)] = ""
    place: Annotated[str, Field(max_length=80)] = ""
    level: AgencyLevel
    function: AgencyFunction
    calendar: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,64}$")] | None = None
    address: Annotated[str, Field(max_length=300)] = ""
    phone: Annotated[str, Field(max_length=40)] = ""
    valid_from: date | None = None
    valid_to: date | None = None
    successor: Code | Literal[""] = ""
    serves: tuple[Code, ...] = ()
    desks: tuple[DeskLines, ...] = ()
    due_soon_days: int = Field(default=3, ge=1, le=30)
    children: tuple["AgencyLines", ...] = ()


class AgencyFile(Lines):
    """The whole file: the agencies at the top, usually one province."""

    agencies: tuple[AgencyLines, ...] = Field(min_length=1)


def read_agencies(file: LocatedValue) -> tuple[AgencySpec, ...]:
    """The agencies of a file, parents before children. Raises BadFile with every line."""
    try:
        lines = AgencyFile.model_validate(file.value)
    except ValidationError as error:
        raise BadFile(file.name, shape_problems(file, error)) from None
    problems: list[FileProblem] = []
    found = [
        agency
        for number, top in enumerate(lines.agencies)
        for agency in _flat(file, top, ("agencies", number), None, problems)
    ]
    problems += _link_problems(file, found)
    if problems:
        raise BadFile(file.name, problems)
    return tuple(found)


def _flat(
    file: LocatedValue,
    lines: AgencyLines,
    path: FieldPath,
    parent: AgencySpec | None,
    problems: list[FileProblem],
) -> Iterator[AgencySpec]:
    calendar = lines.calendar or (parent.calendar_key if parent else "")
    valid_from = lines.valid_from or (parent.valid_from if parent else None)
    if not calendar and parent is None:
        problems.append(problem_at(file, path, "no_calendar", (lines.code,)))
    if valid_from is None:
        problems.append(problem_at(file, path, "no_valid_from", (lines.code,)))
        valid_from = date.max  # children take it and are not reported again
    if lines.valid_to is not None and lines.valid_to < valid_from:
        problems.append(problem_at(file, (*path, "valid_to"), "ends_before_start", (lines.code,)))
    agency = _agency(lines, parent, calendar, valid_from, file.line(path))
    yield agency
    for number, child in enumerate(lines.children):
        yield from _flat(file, child, (*path, "children", number), agency, problems)


def _agency(
    lines: AgencyLines, parent: AgencySpec | None, calendar: str, valid_from: date, line: int
) -> AgencySpec:
    return AgencySpec(
        code=lines.code,
        old_code=lines.old_code,
        name=lines.name,
        name_en=lines.name_en,
        short_name=lines.short_name or lines.name[:80],
        header_parent=lines.header_parent or (parent.name.upper() if parent else ""),
        header_name=lines.header_name or lines.name.upper(),
        leader_title=lines.leader_title,
        place=lines.place or (parent.place if parent else ""),
        level=lines.level,
        function=lines.function,
        parent=parent.code if parent else "",
        calendar_key=calendar,
        address=lines.address or (parent.address if parent else ""),
        phone=lines.phone,
        valid_from=valid_from,
        valid_to=lines.valid_to or (parent.valid_to if parent else None),
        successor=lines.successor,
        serves=lines.serves,
        desks=tuple(DeskSpec(desk.name, desk.paper_size, desk.papers_as) for desk in lines.desks),
        due_soon_days=lines.due_soon_days,
        line=line,
    )


def _link_problems(file: LocatedValue, found: list[AgencySpec]) -> Iterator[FileProblem]:
    """Codes that stand twice, and links to codes the file does not have."""
    known: set[str] = set()
    for agency in found:
        if agency.code in known:
            yield FileProblem(agency.line, agency.code, "duplicate_agency", (agency.code,))
        known.add(agency.code)
    for agency in found:
        for field, codes in (("successor", (agency.successor,)), ("serves", agency.serves)):
            for code in codes:
                if code and code not in known:
                    yield FileProblem(agency.line, field, "unknown_agency", (agency.code, code))
        if agency.desks and agency.function is not AgencyFunction.ONE_STOP:
            yield FileProblem(agency.line, "desks", "desks_elsewhere", (agency.code,))


def shipped_agencies(path: Path = THREE_LEVEL) -> tuple[AgencySpec, ...]:
    """The agencies of an invented province that comes with the product: THREE_LEVEL or TWO_LEVEL.

    Raises BadFile, BadYaml.
    """
    return read_agencies(read_yaml(path))
