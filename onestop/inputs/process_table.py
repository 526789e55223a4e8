"""The table in which provinces publish internal processes: one row a step, several procedures."""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from onestop.domain.limits import BadLimit, Limit
from onestop.domain.names import fold, nfc
from onestop.domain.procedures import BadProcedure, ProcedureSpec
from onestop.domain.rights import Role
from onestop.domain.routes import BadRoute, Route, RouteFault, StepKind, StepSpec
from onestop.inputs.file_problems import BadFile, FileProblem
from onestop.inputs.xlsx_cells import Cells, cell_name, read_cells

# Field -> headings that mean it, folded: the Vietnamese of published tables, and the field's name.
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "code": ("ma tthc", "ma thu tuc", "code"),
    "edition": ("phien ban", "edition"),
    "valid_from": ("ngay ap dung", "valid_from"),
    "limit": ("thoi han giai quyet", "thoi han", "limit"),
    "key": ("ma buoc", "buoc", "key"),
    "name": ("noi dung cong viec", "ten buoc", "name"),
    "name_en": ("ten tieng anh", "name_en"),
    "kind": ("loai buoc", "kind"),
    "agency": ("don vi thuc hien", "don vi", "agency"),
    "role": ("nguoi thuc hien", "vai tro", "role"),
    "allotment": ("thoi gian", "thoi gian thuc hien", "allotment"),
    "after": ("sau buoc", "after"),
    "optional": ("tuy chon", "optional"),
    "counted": ("tinh vao thoi han", "counted"),
    "phase": ("giai doan", "phase"),
}
REQUIRED = ("code", "edition", "valid_from", "key", "name", "kind", "agency", "role")
KINDS = {
    "tiep nhan": StepKind.RECEIVE,
    "xu ly": StepKind.WORK,
    "lay y kien": StepKind.CONSULT,
    "kiem tra": StepKind.REVIEW,
    "ky": StepKind.SIGN,
    "van thu": StepKind.REGISTER,
    "cho cong dan": StepKind.AWAIT_CITIZEN,
    "tra ket qua": StepKind.RETURN,
}
ROLES = {
    "can bo tiep nhan": Role.CLERK,
    "chuyen vien": Role.OFFICER,
    "lanh dao": Role.LEADER,
    "van thu": Role.REGISTRAR,
}
AGENCIES = {
    "noi tiep nhan": "receiving",
    "co quan co tham quyen": "competent",
    "cong an": "function:police",
    "thue": "function:tax",
    "bao hiem xa hoi": "function:insurance",
    "tu phap": "function:justice",
    "kinh te": "function:economy",
    "dang ky dat dai": "function:land_registration",
}
_TIME = re.compile(
    r"(?P<amount>[0-9]+(?:[.,][0-9]+)?) ?(?P<unit>ngay lam viec|ngay|gio lam viec|gio)"
)
T = TypeVar("T", bound=StrEnum)
_YES = {"x", "co", "true", "1", "yes"}
_NO = {"khong", "false", "0", "no"}
_EXCEL_EPOCH = date(1899, 12, 30)


@dataclass(frozen=True, slots=True)
class _Row:
    """One row: its number from 0, and what each field says."""

    number: int
    values: Mapping[str, str]
    columns: Mapping[str, int]

    def problem(self, field: str, code: str, *values: str) -> FileProblem:
        cell = cell_name(self.number, self.columns.get(field, 0))
        return FileProblem(self.number + 1, cell, code, values)


def read_table(path: Path) -> Cells:
    """The cells of an .xlsx or .csv file. Raises BadWorkbook, UnicodeDecodeError, OSError."""
    if path.suffix.lower() == ".xlsx":
        return read_cells(path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        head = file.read(4096)
        file.seek(0)
        delimiter = ";" if head.count(";") > head.count(",") else ","
        return [[cell.strip() for cell in row] for row in csv.reader(file, delimiter=delimiter)]


def codes_in(cells: Cells, name: str) -> tuple[str, ...]:
    """Codes of the procedures a table names, each once. Raises BadFile."""
    return tuple(dict.fromkeys(row.values["code"] for row in _rows(cells, name)))


def read_processes(
    cells: Cells, name: str, bases: Mapping[str, ProcedureSpec]
) -> tuple[ProcedureSpec, ...]:
    """New editions with the routes of the table; all else comes from the edition in `bases`.

    Raises BadFile with row and cell of every problem.
    """
    groups: dict[str, list[_Row]] = {}
    for row in _rows(cells, name):
        groups.setdefault(row.values["code"], []).append(row)
    problems: list[FileProblem] = []
    specs = []
    for code, rows in groups.items():
        if code not in bases:
            problems.append(rows[0].problem("code", "unknown_procedure", code))
        elif (spec := _edition(bases[code], rows, problems)) is not None:
            specs.append(spec)
    if problems:
        raise BadFile(name, problems)
    return tuple(specs)


def _rows(cells: Cells, name: str) -> list[_Row]:
    tables = ((number, _columns(row)) for number, row in enumerate(cells))
    heading = next(((n, found) for n, found in tables if {"code", "key"} <= set(found)), None)
    if heading is None:
        raise BadFile(name, [FileProblem(1, "A1", "no_heading")])
    number, columns = heading
    missing = [field for field in REQUIRED if field not in columns]
    if missing:
        headings = tuple(HEADINGS[field][0] for field in missing)
        raise BadFile(name, [FileProblem(number + 1, "", "missing_column", headings)])
    found = [
        _Row(
            below,
            {f: cells[below][c] if c < len(cells[below]) else "" for f, c in columns.items()},
            columns,
        )
        for below in range(number + 1, len(cells))
        if any(cells[below])
    ]
    return list(_carried_down(found))


def _columns(row: list[str]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for column, heading in enumerate(row):
        for field, headings in HEADINGS.items():
            if fold(heading) in headings and field not in columns:
                columns[field] = column
    return columns


def _carried_down(rows: list[_Row]) -> Iterator[_Row]:
    """Merged cells: a row without a code belongs to the procedure above it."""
    above: Mapping[str, str] = {}
    for row in rows:
        if row.values["code"] or not above:
            above = {f: row.values.get(f, "") for f in ("code", "edition", "valid_from", "limit")}
            yield row
        else:
            yield replace(row, values={**row.values, **above})


def _edition(
    base: ProcedureSpec, rows: list[_Row], problems: list[FileProblem]
) -> ProcedureSpec | None:
    before = len(problems)
    valid_from = _day(rows[0], problems)
    limit = base.limit
    if text := rows[0].values.get("limit"):
        limit = _limit(rows[0], "limit", text, problems) or limit
    steps = [step for row in rows if (step := _step(row, problems)) is not None]
    if not rows[0].values["edition"]:
        problems.append(rows[0].problem("edition", "missing"))
    if len(problems) > before or valid_from is None:
        return None
    try:
        return replace(
            base,
            edition=rows[0].values["edition"],
            valid_from=valid_from,
            valid_to=None,
            limit=limit,
            route=Route(tuple(steps)),
            marks={p: m for p, m in base.marks.items() if not p.startswith(("steps.", "limit"))},
        )
    except BadRoute as error:
        problems.extend(_route_problems(rows, error))
    except BadProcedure as error:
        problems.extend(rows[0].problem("code", p.code, *p.values) for p in error.problems)
    return None


def _route_problems(rows: list[_Row], error: BadRoute) -> Iterator[FileProblem]:
    by_key = {row.values["key"]: row for row in rows}
    fields = {
        RouteFault.STEPS_EXCEED_LIMIT: "allotment",
        RouteFault.ALLOTMENT_UNIT: "allotment",
        RouteFault.UNKNOWN_PREDECESSOR: "after",
        RouteFault.CYCLE: "after",
        RouteFault.AWAIT_AFTER_RECEIVE: "after",
        RouteFault.AWAIT_AFTER_AWAIT: "after",
        RouteFault.AWAITS_TOGETHER: "after",
        RouteFault.AGENCY_REFERENCE: "agency",
    }
    for problem in error.problems:
        row = by_key.get(problem.step, rows[0])
        yield row.problem(fields.get(problem.code, "key"), problem.code, *problem.values)


def _step(row: _Row, problems: list[FileProblem]) -> StepSpec | None:
    values = row.values
    kind = _word(row, "kind", KINDS, StepKind, problems)
    role = _word(row, "role", ROLES, Role, problems)
    allotment = None
    if values.get("allotment"):
        allotment = _limit(row, "allotment", values["allotment"], problems)
    phase = values.get("phase") or "1"
    if not phase.isdigit():
        problems.append(row.problem("phase", "not_a_number", phase))
    optional = _flag(row, "optional", False, problems)
    counted = _flag(row, "counted", kind is not StepKind.AWAIT_CITIZEN, problems)
    if kind is None or role is None or not phase.isdigit():
        return None
    return StepSpec(
        key=values["key"],
        name=nfc(values["name"]),
        name_en=nfc(values.get("name_en", "")),
        kind=kind,
        agency=AGENCIES.get(fold(values["agency"]), values["agency"]),
        role=role,
        limit=allotment,
        after=tuple(
            part.strip() for part in re.split("[,;]", values.get("after", "")) if part.strip()
        ),
        optional=optional,
        counted=counted,
        phase=int(phase),
    )


def _word(
    row: _Row, field: str, words: Mapping[str, T], kind: type[T], problems: list[FileProblem]
) -> T | None:
    text = row.values[field]
    try:
        return words.get(fold(text)) or kind(text)
    except ValueError:
        problems.append(row.problem(field, "unknown_word", text))
        return None


def _flag(row: _Row, field: str, missing: bool, problems: list[FileProblem]) -> bool:
    text = fold(row.values.get(field, ""))
    if text not in {"", *_YES, *_NO}:
        problems.append(row.problem(field, "unknown_word", text))
    return missing if not text else text in _YES


def _limit(row: _Row, field: str, text: str, problems: list[FileProblem]) -> Limit | None:
    """ "0,5 ngày", "4 giờ", "trong ngày", or as the YAML files write it."""
    folded = fold(text)
    if folded in ("trong ngay", "ngay trong ngay"):
        return Limit.parse("same_day")
    if found := _TIME.fullmatch(folded):
        unit = "working_hours" if found["unit"].startswith("gio") else "working_days"
        text = f"{found['amount'].replace(',', '.')} {unit}"
    try:
        return Limit.parse(text)
    except (BadLimit, InvalidOperation):
        problems.append(row.problem(field, "not_a_limit", text))
        return None


def _day(row: _Row, problems: list[FileProblem]) -> date | None:
    """ "2026-04-01", "01/04/2026", or the number Excel keeps for a date."""
    text = row.values["valid_from"]
    try:
        if text.isdigit():
            return _EXCEL_EPOCH + timedelta(days=int(Decimal(text)))
        if "/" in text:
            day, month, year = (int(part) for part in text.split("/"))
            return date(year, month, day)
        return date.fromisoformat(text)
    except (ValueError, OverflowError):
        problems.append(row.problem("valid_from", "not_a_day", text))
        return None
