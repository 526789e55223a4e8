"""A province with late work: dossiers that walked at random until the clock was moved."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from onestop.domain.rights import Actor, Role
from onestop.inputs.agencies import read_agencies
from onestop.inputs.calendars import read_calendars
from onestop.inputs.procedures import read_procedure
from onestop.inputs.yaml_files import read_yaml
from onestop.models.agencies import Agency, Desk
from onestop.services.agency_imports import import_agencies
from onestop.services.calendars import install_calendars
from onestop.services.catalogue import import_procedures, procedure_in_force
from onestop.services.reception import receive_dossier
from tests.conftest import NOW
from tests.factories import (
    DATA,
    DESK,
    OTHER_DESK,
    Province,
    make_intake,
    make_person,
    make_staff,
    receive,
)
from tests.walks import Walker, make_everybody

PROVINCE, DISTRICT, OTHER_DISTRICT = "H90", "H90.31", "H90.32"
DISTRICT_COMMUNE, DISTRICT_DESK = "H90.31.21", "H90.31.21.01"
PROCEDURES = sorted(path.stem for path in (DATA / "procedures").glob("*.yaml"))
LATER = NOW + timedelta(days=30)
"""When the lists are read: four weeks after the last dossier was received."""


def fill(
    session: Session,
    province: Province,
    *,
    dossiers: int,
    seed: int,
    desks: Sequence[str] = (DESK, OTHER_DESK),
    start: datetime = NOW,
    days: int = 28,
    stops: int = 14,
) -> None:
    """Receive dossiers at `desks` over `days` and let each make up to `stops` moves."""
    random = Random(seed)
    people = make_everybody(session, NOW)
    clerk = next(p for p in people if p.holds(Role.CLERK, province[DESK]))
    for n in range(dossiers):
        at = start + timedelta(days=days * n / dossiers, minutes=n % 50)
        code = _receive(session, province[random.choice(desks)], clerk, random, n, at)
        walker = Walker(session, people, random)
        for _ in range(random.randrange(stops + 1)):
            at = min(at + timedelta(hours=random.choice((1, 3, 20, 60))), LATER)
            if walker.step(code, at) is None:
                break


def make_districts(session: Session) -> Province:
    """Take in the three-level province: two districts, each with its communes."""
    install_calendars(
        session,
        read_calendars(read_yaml(DATA / "calendars" / "viet-nam.yaml")),
        source="tests",
        at=NOW,
    )
    import_agencies(session, read_agencies(read_yaml(DATA / "agencies" / "three-level.yaml")))
    procedures = [
        read_procedure(read_yaml(path)) for path in sorted((DATA / "procedures").glob("*.yaml"))
    ]
    import_procedures(session, procedures, at=NOW)
    return Province(
        {code: agency_id for code, agency_id in session.execute(select(Agency.code, Agency.id))}
    )


def receive_at(session: Session, agency: int, *, at: datetime = NOW, **changes: Any) -> str:
    """Receive a birth registration at the first desk of an agency; return its code."""
    clerk = make_staff(session, Role.CLERK, agency)
    desk = session.scalars(select(Desk.id).where(Desk.agency_id == agency)).first()
    return receive(session, clerk, at=at, desk=desk, **changes).code


def _receive(
    session: Session, agency: int, clerk: Actor, random: Random, n: int, at: datetime
) -> str:
    spec = procedure_in_force(session, random.choice(PROCEDURES), at.date()).spec
    desk = session.scalars(select(Desk.id).where(Desk.agency_id == agency)).first()
    intake = make_intake(
        procedure=spec.code,
        applicant=make_person(name=f"{random.choice(NAMES)} {n}"),
        papers=[{"code": paper.code} for paper in spec.required_papers],
        answers=dict.fromkeys(spec.questions, 3),
        desk=desk,
    )
    return receive_dossier(session, intake, agency_id=agency, actor=clerk, at=at).code


NAMES = (
    "Nguyễn Thị Đào",
    "Trần Văn Ổi",
    "Lê Thị Ước",
    "Phạm Văn Ấm",
    "Đặng Thị Ỷ",
    "=SUM(A1) Ví Dụ",
)
