"""The catalogue as the files under data/ give it, some values changed where a test wants it."""

from dataclasses import replace
from datetime import date, datetime
from functools import cache
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from onestop.domain.agencies import AgencySpec
from onestop.domain.procedures import ProcedureSpec
from onestop.inputs.agencies import THREE_LEVEL, TWO_LEVEL, shipped_agencies
from onestop.inputs.procedures import SHIPPED, shipped_procedures
from onestop.models.agencies import Agency
from onestop.services.agency_imports import import_agencies
from onestop.services.catalogue import import_procedures

PROCEDURES = tuple(sorted(SHIPPED.glob("*.yaml")))
TODAY = date(2026, 3, 2)

_shipped = cache(shipped_procedures)


def procedure(file: str = "1.001193", **changes: object) -> ProcedureSpec:
    """One of the shipped procedures, with some values changed."""
    spec = next(spec for spec in _shipped() if spec.code == file)
    return replace(spec, **changes)  # type: ignore[arg-type]


@cache
def agencies(path: Path = THREE_LEVEL) -> tuple[AgencySpec, ...]:
    """The agencies of one of the two provinces."""
    return shipped_agencies(path)


def install_catalogue(session: Session, *, at: datetime) -> None:
    """Both provinces and all shipped procedures."""
    import_agencies(session, agencies(THREE_LEVEL))
    import_agencies(session, agencies(TWO_LEVEL))
    import_procedures(session, _shipped(), at=at)


def agency_id(session: Session, code: str) -> int:
    """The id of the agency that has had this code."""
    return session.scalars(select(Agency.id).where(Agency.code == code)).one()
