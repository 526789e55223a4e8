"""What is wrong in a file somebody wrote, with the line of each problem."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from onestop.domain.errors import DomainError
from onestop.inputs.yaml_files import FieldPath, LocatedValue


@dataclass(frozen=True, slots=True)
class FileProblem:
    """One problem: its line (from 1), the field's path as text, a code, facts for the sentence."""

    line: int
    field: str
    code: str
    values: tuple[str, ...] = ()


class BadFile(DomainError):
    """A file that was not taken in, with every problem found, in the order of its lines."""

    def __init__(self, name: str, problems: Iterable[FileProblem]) -> None:
        self.name = name
        self.problems = tuple(sorted(problems, key=lambda p: p.line))
        places = (f"line {p.line} {p.field} {p.code} {p.values}" for p in self.problems)
        super().__init__(f"{name}: " + "; ".join(places))


def problem_at(
    file: LocatedValue, path: FieldPath, code: str, values: tuple[str, ...] = ()
) -> FileProblem:
    """A problem at the line of `path`."""
    return FileProblem(file.line(path), ".".join(map(str, path)), code, values)


def shape_problems(file: LocatedValue, error: ValidationError) -> list[FileProblem]:
    """What pydantic found, as problems; a rejected value is cut to 80 characters."""
    problems = []
    for found in error.errors(include_url=False):
        path = _known_path(file.value, found["loc"])
        given = found.get("input")
        if found["type"] == "too_short" and given:
            continue  # a list counts as short when its items are wrong; those are reported
        values = (str(given)[:80],) if isinstance(given, (str, int)) else ()
        problems.append(problem_at(file, path, _code(found), values))
    return problems


def _code(found: Any) -> str:
    if found["type"] in ("value_error", "assertion_error"):
        return str(found["ctx"]["error"])
    return str(found["type"])


def _known_path(value: Any, location: tuple[int | str, ...]) -> FieldPath:
    """The part of a pydantic location that names fields of the file; the missing one is kept."""
    path: list[int | str] = []
    for part in location:
        path.append(part)
        try:
            value = value[part]
        except (LookupError, TypeError):
            break
    return tuple(path)
