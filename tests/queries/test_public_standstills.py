"""The public page foretells the date that the history itself would give, and shows one route."""

from datetime import datetime, timedelta

import pytest

from onestop.domain.decisions import if_resumed
from onestop.domain.dossier import StepStatus
from onestop.domain.events import PaperTick, PauseKind
from onestop.domain.public_states import PublicState
from onestop.domain.statuses import Status
from onestop.inputs.people import Person
from onestop.queries.public_rows import PublicStatusRow
from onestop.queries.public_status import public_status
from onestop.services import promises
from onestop.services.calendars import agency_calendars
from onestop.services.corrections import RightRoute, correct
from onestop.services.event_log import load
from onestop.services.reception import Received
from onestop.web.status_promises import StandingStill
from tests.public_world import APPLICANT, World, local, make_world

RECEIVED_AT = local("2026-03-02 08:30")
LAND, MARITAL = "1.012786", "1.004873"
TO_PUBLICATION = ("check", "ask_notice", "notice", "notice_review", "notice_post")


@pytest.fixture
def world(database):
    return make_world(database)


def read(world: World, received: Received, now: datetime = RECEIVED_AT) -> PublicStatusRow:
    with world.database.status_engine.connect() as connection:
        found = public_status(connection, received.link.token.sha256, now=now)
    assert isinstance(found, PublicStatusRow)
    return found


def by_history(world: World, code: str, at: datetime) -> datetime | None:
    """The date as the fold of the events knows it."""
    with world.database.write() as session:
        state = load(session, code).state
        calendar = agency_calendars(session)(state.received.receiving_agency)
        return if_resumed(state, at=at, calendar=calendar)


@pytest.mark.parametrize(
    "day", ["2026-03-04 09:00", "2026-03-04 23:00", "2026-03-07 12:00", "2026-04-20 16:59"]
)
def test_asked_papers_foretell_the_date_of_the_history(world, day):
    received = world.receive(RECEIVED_AT)
    world.accept(received.code, "justice", local("2026-03-02 09:00"))
    paper = papers_of(world, received.code)[0]
    world.ask_papers(received.code, "justice", [paper], local("2026-03-02 10:00"))
    world.take_in(received.code, [paper], local("2026-03-03 15:47"))
    world.ask_papers(received.code, "justice", [paper], local("2026-03-03 16:20"))

    now = local(day)
    foretold = StandingStill.of(read(world, received, now), now)

    assert foretold.due_at is not None
    assert foretold.due_at == by_history(world, received.code, now)


def test_a_date_put_off_is_foretold_too(world):
    received = world.receive(RECEIVED_AT)
    world.accept(received.code, "justice", local("2026-03-02 09:00"))
    with world.database.write() as session:
        promises.extend(
            session,
            received.code,
            until=local("2026-03-09 09:00").date(),
            reason="heavy_load",
            actor=world.actor,
            at=local("2026-03-02 10:00"),
        )
    paper = papers_of(world, received.code)[0]
    world.ask_papers(received.code, "justice", [paper], local("2026-03-02 11:00"))

    now = local("2026-03-04 14:10")
    row = read(world, received, now)

    assert StandingStill.of(row, now).due_at == by_history(world, received.code, now)
    assert row.last_due_at > row.due_at
    assert [line.reason for line in row.promises if line.is_whole][-1] == "heavy_load"


def test_the_posting_of_a_lost_certificate_is_no_pause_of_its_step(world):
    received = world.receive(RECEIVED_AT, LAND)
    world.finish(received.code, *TO_PUBLICATION, at=local("2026-03-03 09:00"))

    now = local("2026-03-05 09:00")
    row = read(world, received, now)

    assert row.status is Status.PROCESSING
    assert row.state(now) is PublicState.IN_PROGRESS
    (held,) = row.holders
    assert not held.paused
    (pause,) = row.open_pauses
    assert pause.kind is PauseKind.UNCOUNTED
    assert pause.step is not None
    assert pause.step.due_at == held.due_at
    foretold = StandingStill.of(row, now)
    assert foretold.is_uncounted
    assert foretold.ends_at == held.due_at
    assert foretold.due_at == by_history(world, received.code, held.due_at)


def test_a_procedure_in_two_phases_promises_the_first_and_tells_the_second(world):
    received = world.receive(RECEIVED_AT, LAND)

    row = read(world, received)

    assert row.phases == 2
    assert [line.phase for line in row.promises if line.phase] == [1]
    assert len([line for line in row.promises if line.is_whole]) == 1


class TestCorrected:
    def reroute(self, world: World, received: Received) -> None:
        with world.database.write() as session:
            correct(
                session,
                received.code,
                reason="wrong_procedure",
                note="",
                people=(("applicant", Person.model_validate(APPLICANT | {"name": "Lê Văn Ổi"})),),
                route=RightRoute(MARITAL, None, (PaperTick("declaration", "original", 1),), {}),
                actor=world.actor,
                at=local("2026-03-02 11:00"),
            )

    def test_steps_of_the_wrong_route_are_gone(self, world):
        received = world.receive(RECEIVED_AT)
        world.accept(received.code, "justice", local("2026-03-02 09:00"))
        self.reroute(world, received)

        row = read(world, self.with_new_link(world, received))

        assert [step.name for step in row.steps] == [
            "Tiếp nhận hồ sơ",
            "Kiểm tra tình trạng hôn nhân",
            "Dự thảo giấy xác nhận",
            "Ký giấy xác nhận",
            "Vào sổ, đóng dấu",
            "Trả kết quả",
        ]
        assert [step.status for step in row.steps][:2] == [StepStatus.DONE, StepStatus.OFFERED]
        assert row.applicant == "L*** V*** Ổ***"

    def test_the_old_link_names_nobody(self, world):
        received = world.receive(RECEIVED_AT)
        self.reroute(world, received)

        with world.database.status_engine.connect() as connection:
            found = public_status(
                connection, received.link.token.sha256, now=RECEIVED_AT + timedelta(days=1)
            )

        assert found is not None
        assert not isinstance(found, PublicStatusRow)

    @staticmethod
    def with_new_link(world: World, received: Received) -> Received:
        from onestop.services.links import live_link

        with world.database.write() as session:
            link = live_link(session, received.dossier_id)
        return Received(received.code, received.dossier_id, link)


def papers_of(world: World, code: str) -> list[str]:
    with world.database.write() as session:
        return [paper.code for paper in load(session, code).state.received.papers]
