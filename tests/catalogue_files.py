"""The catalogue as files under data/ give it, and editions of tests."""

from dataclasses import replace
from datetime import date, datetime
from functools import cache
from pathlib import Path

from sqlalchemy.orm import Session

from onestop.domain.agencies import AgencySpec
from onestop.domain.procedures import ProcedureSpec
from onestop.inputs.agencies import read_agencies
from onestop.inputs.procedures import read_procedure
from onestop.inputs.yaml_files import read_yaml
from onestop.services.agencies import import_agencies
from onestop.services.catalogue import import_procedures

DATA = Path(__file__).parents[1] / "data"
PROCEDURES = tuple(sorted((DATA / "procedures").glob("*.yaml")))
THREE_LEVEL = DATA / "agencies" / "three-level.yaml"
TWO_LEVEL = DATA / "agencies" / "two-level.yaml"


def procedure(file: str = "1.001193", **changes: object) -> ProcedureSpec:
    """One of the eight procedures, with some values changed."""
    return replace(_procedure(file), **changes)  # type: ignore[arg-type]


@cache
def _procedure(code: str) -> ProcedureSpec:
    return read_procedure(read_yaml(DATA / "procedures" / f"{code}.yaml"))


@cache
def agencies(path: Path = THREE_LEVEL) -> tuple[AgencySpec, ...]:
    """The agencies of one of the two provinces."""
    return read_agencies(read_yaml(path))


def install_catalogue(session: Session, *, at: datetime) -> None:
    """Both provinces and the eight procedures."""
    import_agencies(session, agencies(THREE_LEVEL))
    import_agencies(session, agencies(TWO_LEVEL))
    import_procedures(session, [procedure(path.stem) for path in PROCEDURES], at=at)


TODAY = date(2026, 3, 2)
