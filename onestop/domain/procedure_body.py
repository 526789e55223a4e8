"""A procedure edition as JSON text and back; the text is stored and never rewritten."""

import json
from datetime import date
from functools import lru_cache
from typing import Any

from onestop.domain.agencies import AgencyFunction, AgencyLevel
from onestop.domain.fees import FeeFormula, FeeSpec
from onestop.domain.limits import Limit
from onestop.domain.procedures import Audience, Mark, PaperKind, PaperSpec, ProcedureSpec, Sector
from onestop.domain.rights import Role
from onestop.domain.routes import Route, StepKind, StepSpec

BODY_VERSION = 1
"""Written as "v"; every older version stays readable."""


def procedure_to_body(spec: ProcedureSpec) -> str:
    """The JSON text of an edition: the same edition always gives the same text."""
    body = {"v": BODY_VERSION, **procedure_to_values(spec)}
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@lru_cache(maxsize=512)
def procedure_from_body(body: str) -> ProcedureSpec:
    """The edition a stored text holds. Raises ValueError for a version nobody knows."""
    values = json.loads(body)
    if values.pop("v", None) != BODY_VERSION:
        raise ValueError("unknown version of a procedure body")
    return procedure_from_values(values)


def procedure_to_values(spec: ProcedureSpec) -> dict[str, Any]:
    """Plain values of an edition, as JSON and the export file write them."""
    return {
        "code": spec.code,
        "edition": spec.edition,
        "name": spec.name,
        "name_en": spec.name_en,
        "sector": _plain(spec.sector),
        "level": spec.level.value,
        "audience": spec.audience.value,
        "competent_levels": [level.value for level in spec.competent_levels],
        "competent_function": spec.competent_function.value,
        "valid_from": spec.valid_from.isoformat(),
        "valid_to": spec.valid_to.isoformat() if spec.valid_to else None,
        "limit": spec.limit.to_text(),
        "statutory_limit": spec.statutory_limit.to_text() if spec.statutory_limit else None,
        "phases": [phase.to_text() for phase in spec.phases],
        "papers": [_plain(paper) for paper in spec.papers],
        "fees": [_plain(fee) for fee in spec.fees],
        "on_the_spot": spec.on_the_spot,
        "sensitive": spec.sensitive,
        "supplement_days": spec.supplement_days,
        "extensions": spec.extensions,
        "extension_lead": spec.extension_lead,
        "result_name": spec.result_name,
        "result_name_en": spec.result_name_en,
        "law": spec.law,
        "form": spec.form,
        "steps": [_step_to_values(step) for step in spec.route.steps],
        "marks": {path: mark.value for path, mark in spec.marks.items()},
    }


def procedure_from_values(values: dict[str, Any]) -> ProcedureSpec:
    """The edition plain values spell; they must be complete and well-typed.

    Raises BadRoute, BadProcedure or BadLimit when the edition contradicts itself.
    """
    return ProcedureSpec(
        code=values["code"],
        edition=values["edition"],
        name=values["name"],
        name_en=values["name_en"],
        sector=Sector(**values["sector"]),
        level=AgencyLevel(values["level"]),
        audience=Audience(values["audience"]),
        competent_levels=tuple(AgencyLevel(level) for level in values["competent_levels"]),
        competent_function=AgencyFunction(values["competent_function"]),
        valid_from=date.fromisoformat(values["valid_from"]),
        valid_to=date.fromisoformat(values["valid_to"]) if values["valid_to"] else None,
        limit=Limit.parse(values["limit"]),
        statutory_limit=_limit(values["statutory_limit"]),
        phases=tuple(Limit.parse(phase) for phase in values["phases"]),
        papers=tuple(_paper(paper) for paper in values["papers"]),
        fees=tuple(_fee(fee) for fee in values["fees"]),
        on_the_spot=values["on_the_spot"],
        sensitive=values["sensitive"],
        supplement_days=values["supplement_days"],
        extensions=values.get("extensions", 1),
        extension_lead=values.get("extension_lead", 1),
        result_name=values["result_name"],
        result_name_en=values["result_name_en"],
        law=values["law"],
        form=values["form"],
        route=Route(tuple(_step_from_values(step) for step in values["steps"])),
        marks={path: Mark(mark) for path, mark in values["marks"].items()},
    )


def _limit(text: str | None) -> Limit | None:
    return Limit.parse(text) if text else None


def _plain(record: Sector | PaperSpec | FeeSpec) -> dict[str, Any]:
    return {name: getattr(record, name) for name in record.__dataclass_fields__}


def _paper(values: dict[str, Any]) -> PaperSpec:
    return PaperSpec(**{**values, "kind": PaperKind(values["kind"])})


def _fee(values: dict[str, Any]) -> FeeSpec:
    return FeeSpec(**{**values, "formula": FeeFormula(values["formula"])})


def _step_to_values(step: StepSpec) -> dict[str, Any]:
    values = {name: getattr(step, name) for name in step.__dataclass_fields__}
    return {
        **values,
        "limit": step.limit.to_text() if step.limit else None,
        "after": list(step.after),
    }


def _step_from_values(values: dict[str, Any]) -> StepSpec:
    return StepSpec(
        **{
            **values,
            "kind": StepKind(values["kind"]),
            "role": Role(values["role"]),
            "limit": _limit(values["limit"]),
            "after": tuple(values["after"]),
        }
    )
