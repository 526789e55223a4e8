"""One invented province in a database, and dossiers moved through it by the services."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import exists, insert, select
from sqlalchemy.orm import Session

from onestop import clock
from onestop.db import Database
from onestop.domain.agencies import AgencySpec
from onestop.domain.calendar_spec import CalendarSpec
from onestop.domain.events import PaperTick, PauseKind
from onestop.domain.office_time import office_date
from onestop.domain.procedures import ProcedureSpec
from onestop.domain.rights import Actor, Assignment, Role
from onestop.inputs.agencies import read_agencies
from onestop.inputs.calendars import read_calendars
from onestop.inputs.procedures import read_procedure
from onestop.inputs.reception import Intake
from onestop.inputs.yaml_files import read_yaml
from onestop.models.accounts import User
from onestop.models.agencies import Agency, Desk
from onestop.models.dossiers import Step
from onestop.services import casework, pauses
from onestop.services.agency_imports import import_agencies
from onestop.services.calendars import install_calendars
from onestop.services.catalogue import import_procedures, procedure_in_force
from onestop.services.reception import Received, receive_dossier
from tests.kept_rows import made_once

DATA = Path(__file__).resolve().parents[1] / "data"
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
BUNDLE = "3.000722"
APPLICANT = {
    "name": "Nguyễn Thị Đào Tiên",
    "id_number": "097190123456",
    "phone": "0912345789",
    "address": "Số 9, ngõ Kín, thôn Bí Mật",
    "email": "dao.tien@example.org",
    "born": "05/03/1990",
}


def local(text: str) -> datetime:
    """Return the instant written as local time, "2026-03-02 08:30"."""
    return datetime.fromisoformat(text).replace(tzinfo=HANOI).astimezone(UTC)


@contextmanager
def at_time(instant: datetime) -> Iterator[None]:
    """Let the product's clock show `instant`."""
    with clock.moved(instant - clock.now()):
        yield


SET_UP_AT = local("2026-01-05 08:00")


@dataclass
class World:
    """A database with agencies, procedures and one person who holds every role everywhere."""

    database: Database
    actor: Actor
    centre: int
    desk: int

    def receive(self, at: datetime, procedure: str = BUNDLE, **changes: object) -> Received:
        """Receive a dossier with all required papers at the centre of a commune."""
        with self.database.write() as session:
            spec = procedure_in_force(session, procedure, office_date(at)).spec
            fields: dict[str, object] = {
                "key": f"a-key-of-{at.timestamp():.0f}-{len(changes)}",
                "procedure": procedure,
                "applicant": APPLICANT,
                "papers": [{"code": paper.code} for paper in spec.required_papers],
                "answers": dict.fromkeys(spec.questions, 1),
                "desk": self.desk,
            }
            intake = Intake.model_validate(fields | changes)
            return receive_dossier(session, intake, agency_id=self.centre, actor=self.actor, at=at)

    def accept(self, code: str, step: str, at: datetime) -> None:
        with self.database.write() as session:
            casework.accept_step(session, code, step=step, actor=self.actor, at=at)

    def finish(self, code: str, *steps: str, at: datetime) -> None:
        """Accept and finish steps one after another."""
        for step in steps:
            self.accept(code, step, at)
            with self.database.write() as session:
                casework.finish_step(
                    session,
                    code,
                    step=step,
                    actor=self.actor,
                    at=at,
                    late_reason="overload",
                    result_number="12",
                    registered_on=office_date(at),
                )

    def ask_papers(self, code: str, step: str, papers: list[str], at: datetime) -> None:
        with self.database.write() as session:
            pauses.request_supplement(
                session,
                code,
                step=step,
                papers=papers,
                reason="papers_missing",
                note="",
                actor=self.actor,
                at=at,
            )

    def take_in(self, code: str, papers: list[str], at: datetime) -> None:
        with self.database.write() as session:
            ticks = [PaperTick(paper, "original", 1) for paper in papers]
            pauses.take_in(
                session, code, kind=PauseKind.SUPPLEMENT, actor=self.actor, at=at, papers=ticks
            )

    def live_steps(self, code: str) -> list[str]:
        """Keys of the steps that are offered or open."""
        with self.database.read() as session:
            stmt = select(Step.key).where(Step.status.in_(("offered", "open"))).order_by(Step.key)
            return list(session.scalars(stmt))

    def complete(self, code: str, at: datetime) -> None:
        """Take the finished work over at the desk."""
        with self.database.write() as session:
            casework.accept_result(session, code, outcome="granted", actor=self.actor, at=at)


def make_world(database: Database, *, centre: str = "H91.51.01") -> World:
    """Fill an empty database with the two-level province and all procedures."""
    with database.write() as session:
        if session.scalar(select(exists(Agency))) is False:
            made_once(session, take_in_world)
        user = _user(session)
        rows = session.execute(select(Agency.id, Agency.path, Agency.code)).all()
        held = tuple(Assignment(row.id, row.path, role) for row in rows for role in Role)
        centre_id = next(row.id for row in rows if row.code == centre)
        desk = session.scalars(select(Desk.id).where(Desk.agency_id == centre_id)).first()
    assert desk is not None
    return World(database, Actor(user, held), centre_id, desk)


def take_in_world(session: Session) -> None:
    """Take in agencies, procedures and calendars as they stood before the documented Monday."""
    agencies, procedures, calendars = _files()
    import_agencies(session, agencies)
    import_procedures(session, procedures, at=SET_UP_AT)
    install_calendars(session, calendars, source="tests", at=SET_UP_AT)


@cache
def _files() -> tuple[tuple[AgencySpec, ...], tuple[ProcedureSpec, ...], tuple[CalendarSpec, ...]]:
    """What the data files say; read once per test run."""
    procedures = sorted((DATA / "procedures").glob("*.yaml"))
    return (
        read_agencies(read_yaml(DATA / "agencies/two-level.yaml")),
        tuple(read_procedure(read_yaml(path)) for path in procedures),
        read_calendars(read_yaml(DATA / "calendars/viet-nam.yaml")),
    )


def _user(session: Session) -> int:
    values = {"username": "an", "display_name": "An", "password_hash": "x", "language": "vi"}
    stmt = insert(User).values(**values, created_at=SET_UP_AT).returning(User.id)
    return session.execute(stmt).scalar_one()
