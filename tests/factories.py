"""Provinces, people and dossiers for tests: plain functions, valid by default."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from onestop.domain.accounts import Stage
from onestop.domain.rights import Actor, Assignment, Role
from onestop.inputs.agencies import read_agencies
from onestop.inputs.calendars import read_calendars
from onestop.inputs.procedures import read_procedure
from onestop.inputs.reception import Intake
from onestop.inputs.yaml_files import read_yaml
from onestop.models.accounts import RoleAssignment, User
from onestop.models.agencies import Agency
from onestop.services.agency_imports import import_agencies
from onestop.services.calendars import install_calendars
from onestop.services.catalogue import import_procedures
from onestop.services.reception import Received, receive_dossier
from onestop.services.sessions import open_session
from tests.conftest import NOW
from tests.kept_rows import is_new, made_once

if TYPE_CHECKING:
    from flask import Flask

DATA = Path(__file__).resolve().parents[1] / "data"
# The commune of most tests: its centre, its justice officers, its police; and another commune.
COMMUNE, DESK, JUSTICE, POLICE = "H91.51", "H91.51.01", "H91.51.02", "H91.51.05"
INSURANCE = "H91.33"
OTHER_COMMUNE, OTHER_DESK, OTHER_JUSTICE = "H91.52", "H91.52.01", "H91.52.02"
BIRTH, BIRTH_BUNDLE, COPIES = "1.001193", "3.000722", "2.000815"

_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Province:
    """Ids of the agencies by code."""

    agencies: Mapping[str, int]

    def __getitem__(self, code: str) -> int:
        return self.agencies[code]


def make_province(session: Session) -> Province:
    """The two-level province with the calendars and procedures of data/, taken in if need be.

    A new database gets the rows that the first one of this process got; those of most tests have
    them from the start.
    """
    province = province_of(session)
    if COMMUNE in province.agencies:
        return province
    if is_new(session):
        made_once(session, take_in_province)
    else:
        take_in_province(session)
    return province_of(session)


def province_of(session: Session) -> Province:
    """The agencies in force of a province that was taken in before."""
    rows = session.execute(select(Agency.code, Agency.id).where(Agency.valid_to.is_(None)))
    return Province({code: agency_id for code, agency_id in rows})


def take_in_province(session: Session) -> None:
    """Take in what `data/` says of the province of most tests."""
    calendars, agencies, procedures = _files()
    install_calendars(session, calendars, source="tests", at=NOW)
    import_agencies(session, agencies)
    import_procedures(session, procedures, at=NOW)


def make_staff(session: Session, role: Role, agency: int, **changes: Any) -> Actor:
    """A member of staff with one role at one agency since yesterday."""
    n = next(_numbers)
    values = {"username": f"{role}{n}", "display_name": f"Cán bộ {n}", "password_hash": "none"}
    user = User(**values | {"created_at": NOW} | changes)
    session.add(user)
    session.flush()
    since = NOW - timedelta(days=1)
    session.add(RoleAssignment(user_id=user.id, agency_id=agency, role=role, since=since))
    session.flush()
    path = session.scalar(select(Agency.path).where(Agency.id == agency))
    return Actor(user.id, (Assignment(agency, str(path), role),))


def make_intake(**changes: Any) -> Intake:
    """A valid intake: a birth registration of a child, brought by nobody else."""
    values: dict[str, Any] = {
        "key": f"test-key-{next(_numbers):012d}",
        "procedure": BIRTH,
        "applicant": make_person(),
        "papers": [{"code": code} for code in ("declaration", "birth_slip", "identity")],
    }
    return Intake.model_validate(values | changes)


def make_person(**changes: Any) -> dict[str, Any]:
    """An invented applicant; place codes from 097 on belong to nobody."""
    values = {
        "name": "Nguyễn Thị Đào",
        "id_number": "098190012345",
        "born": "12/05/1990",
        "sex": "female",
        "phone": "0912345678",
        "address": "Tổ 3, phường Đầm Sen, tỉnh Lam Khê",
    }
    return values | changes


def receive(session: Session, clerk: Actor, *, at: datetime = NOW, **changes: Any) -> Received:
    """Receive a dossier at the only desk of `clerk`."""
    (held,) = clerk.assignments
    intake = make_intake(**changes)
    return receive_dossier(session, intake, agency_id=held.agency_id, actor=clerk, at=at)


def cookie_for(app: "Flask", actor: Actor, *, at: datetime) -> tuple[str, str]:
    """Name and value of the cookie of a person who signed in just now: no password, no page."""
    with app.extensions["onestop"].write() as session:
        roles = [one.role for one in actor.assignments]
        token = open_session(
            session, actor.user_id, stage=Stage.OPEN, roles=roles, at=at, address="", device=""
        )
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    held = {"sid": token, "csrf_token": f"{actor.user_id}.{token}"}
    return str(app.config["SESSION_COOKIE_NAME"]), str(serializer.dumps(held))


@cache
def _files() -> tuple[Any, Any, Any]:
    return (
        read_calendars(read_yaml(DATA / "calendars" / "viet-nam.yaml")),
        read_agencies(read_yaml(DATA / "agencies" / "two-level.yaml")),
        [read_procedure(read_yaml(path)) for path in sorted((DATA / "procedures").glob("*.yaml"))],
    )
