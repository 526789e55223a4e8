"""What the holder of a status link, or of the code and a second secret, may see."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from onestop.domain.codes import StatusToken
from onestop.domain.dossier import StepStatus
from onestop.domain.events import Delivery, Ground, PauseKind
from onestop.domain.public_states import PublicState
from onestop.domain.statuses import Status
from onestop.models.agencies import Agency
from onestop.models.dossiers import Dossier, StatusLink
from onestop.models.procedures import ProcedureEdition
from onestop.queries.public_rows import PublicStatusRow, ReplacedSlipRow
from onestop.queries.public_status import LINK_LIFE, public_status
from onestop.queries.status_look_up import token_for
from onestop.services import casework
from tests.public_world import APPLICANT, World, local, make_world

RECEIVED_AT = local("2026-03-02 08:30")


@pytest.fixture
def world(database):
    return make_world(database)


@pytest.fixture
def received(world):
    return world.receive(RECEIVED_AT)


def read(world: World, token: StatusToken, now=RECEIVED_AT):
    with world.database.status_engine.connect() as connection:
        return public_status(connection, token.sha256, now=now)


def found(world: World, code: str, secret: str, now=RECEIVED_AT):
    with world.database.status_engine.connect() as connection:
        return public_status(connection, token_for(connection, code, secret), now=now)


def change_link(world: World, **values) -> None:
    with world.database.write() as session:
        session.execute(update(StatusLink).values(**values))


def test_a_new_dossier_shows_what_was_promised(world, received):
    row = read(world, received.link.token)

    assert isinstance(row, PublicStatusRow)
    assert row.code == received.code
    assert row.status is Status.RECEIVED
    assert row.state(RECEIVED_AT) is PublicState.RECEIVED
    assert row.applicant == "N*** T*** Đ*** T***"
    assert row.procedure.startswith("Liên thông")
    assert row.due_at == local("2026-03-05 08:30")
    assert row.place.desk == "Quầy số 1"
    assert row.place.phone


def test_steps_come_in_travelling_order_with_those_to_come(world, received):
    row = read(world, received.link.token)

    assert [step.kind for step in row.steps] == [
        "receive",
        "work",
        "sign",
        "register",
        "work",
        "work",
        "return",
    ]
    assert [step.status for step in row.steps][:3] == [StepStatus.DONE, StepStatus.OFFERED, None]
    assert [step.agency for step in row.holders] == [row.steps[1].agency]


def test_branches_have_several_holders(world, received):
    world.finish(received.code, "justice", "sign", "register", at=local("2026-03-02 14:00"))

    row = read(world, received.link.token)

    assert len(row.holders) == 2
    assert row.state(local("2026-03-02 14:00")) is PublicState.IN_PROGRESS


def test_one_statement_is_enough(world, received, count_queries):
    world.finish(received.code, "justice", at=local("2026-03-02 14:00"))

    with count_queries() as statements:
        read(world, received.link.token)

    assert len(statements) == 1


def test_asked_papers_are_named_with_their_day(world, received):
    world.accept(received.code, "justice", local("2026-03-02 09:00"))
    paper = asked_paper(world)
    world.ask_papers(received.code, "justice", [paper.code], local("2026-03-02 10:00"))

    row = read(world, received.link.token)

    (pause,) = row.open_pauses
    assert pause.kind is PauseKind.SUPPLEMENT
    assert [one.name for one in pause.papers] == [paper.name]
    assert pause.citizen_due_at is not None
    assert row.holders[0].paused
    assert row.state(local("2026-06-02 10:00")) is PublicState.MORE_PAPERS
    assert not row.is_late(local("2026-06-02 10:00"))


def test_after_the_papers_came_the_promise_has_a_second_line(world, received):
    world.accept(received.code, "justice", local("2026-03-02 09:00"))
    paper = asked_paper(world)
    world.ask_papers(received.code, "justice", [paper.code], local("2026-03-02 10:00"))
    world.take_in(received.code, [paper.code], local("2026-03-04 10:00"))

    row = read(world, received.link.token)

    total = [line.ground for line in row.promises if line.leg == 0]
    assert total == [Ground.FIRST, Ground.PAUSE]
    assert row.first_due_at < row.due_at
    assert row.state(local("2026-03-04 10:00")) is PublicState.SUPPLEMENT_RECEIVED


def test_a_missed_date_is_an_apology(world, received):
    row = read(world, received.link.token)

    assert row.state(local("2026-03-05 23:59")) is PublicState.RECEIVED
    assert row.state(local("2026-03-06 00:00")) is PublicState.LATE


def test_the_result_is_ready_and_then_returned(world, received):
    at = local("2026-03-03 09:00")
    world.finish(received.code, "justice", "sign", "register", "police", "insurance", at=at)
    world.complete(received.code, at)
    assert read(world, received.link.token).state(at) is PublicState.RESULT_READY

    give_back(world, received.code, at)

    assert read(world, received.link.token, at).state(at) is PublicState.COLLECTED


def test_a_link_expires_ninety_days_after_the_return(world, received):
    at = local("2026-03-03 09:00")
    world.finish(received.code, "justice", "sign", "register", "police", "insurance", at=at)
    world.complete(received.code, at)
    give_back(world, received.code, at)

    assert read(world, received.link.token, at + LINK_LIFE - timedelta(seconds=1)) is not None
    assert read(world, received.link.token, at + LINK_LIFE) is None


def test_a_withdrawn_dossier_expires_too(world, received):
    at = local("2026-03-03 09:00")
    with world.database.write() as session:
        casework.withdraw(session, received.code, reason="asked", note="", actor=world.actor, at=at)

    assert read(world, received.link.token, at).state(at) is PublicState.WITHDRAWN
    assert read(world, received.link.token, at + LINK_LIFE) is None


def test_unknown_and_revoked_links_show_nothing(world, received):
    assert read(world, StatusToken.random()) is None

    change_link(world, state="revoked", ended_at=RECEIVED_AT)

    assert read(world, received.link.token) is None


def test_a_replaced_slip_says_when_and_nothing_else(world, received):
    change_link(world, state="superseded", ended_at=RECEIVED_AT)

    row = read(world, received.link.token)

    assert row == ReplacedSlipRow(received.dossier_id, RECEIVED_AT)


def test_a_sensitive_procedure_names_nothing(world, received):
    with world.database.write() as session:
        edition = session.get(ProcedureEdition, dossier_of(session, received).procedure_edition_id)
        edition.body = edition.body.replace('"sensitive":false', '"sensitive":true')
    world.accept(received.code, "justice", local("2026-03-02 09:00"))
    world.ask_papers(received.code, "justice", [asked_paper(world).code], local("2026-03-02 10:00"))

    row = read(world, received.link.token)

    assert row.procedure == row.procedure_en == ""
    assert {step.name + step.name_en for step in row.steps} == {""}
    assert row.pauses[0].papers == ()


def test_nothing_personal_leaves_the_query(world, received):
    shown = repr(read(world, received.link.token))

    for value in APPLICANT.values():
        assert value not in shown
    assert received.link.check_code.text not in shown


@pytest.mark.parametrize("secret", ["3456", "5789", " 34 56 "], ids=["ID", "phone", "spaces"])
def test_the_code_and_the_last_four_open_the_page(world, received, secret):
    assert found(world, received.code.lower(), secret).code == received.code


def test_the_code_and_the_check_code_open_the_page(world, received):
    secret = received.link.check_code.grouped().lower()

    assert found(world, received.code, secret).code == received.code


@pytest.mark.parametrize(
    ("code", "secret"),
    [
        ("H91.51.01-260302-0002", "3456"),
        ("H91.51.01-260302-0001", "3457"),
        ("H91.51.01-260302-0001", ""),
        ("H91.51.01-260302-0001", "ABCD-EFGH"),
        ("H91.51.01-260302-0001", "097190123456"),
        ("nonsense", "3456"),
        ("", ""),
    ],
)
def test_anything_else_opens_nothing(world, received, code, secret):
    assert found(world, code, secret) is None


def test_after_a_revocation_the_code_opens_nothing(world, received):
    change_link(world, state="revoked", ended_at=RECEIVED_AT)

    assert found(world, received.code, "3456") is None
    assert found(world, received.code, received.link.check_code.text) is None


def test_the_check_code_of_a_replaced_slip_says_that_it_was_replaced(world, received):
    change_link(world, state="superseded", ended_at=RECEIVED_AT)

    assert isinstance(found(world, received.code, received.link.check_code.text), ReplacedSlipRow)
    assert found(world, received.code, "3456") is None


def test_agencies_without_telephone_or_english_name_still_show(world, received):
    with world.database.write() as session:
        session.execute(update(Agency).values(phone="", name_en="", address=""))

    row = read(world, received.link.token)

    assert row.place.phone == ""
    assert row.place.agency_en == row.place.agency


def asked_paper(world: World):
    """The first paper of the bundle."""
    from onestop.domain.office_time import office_date
    from onestop.services.catalogue import procedure_in_force

    with world.database.write() as session:
        return procedure_in_force(session, "3.000722", office_date(RECEIVED_AT)).spec.papers[0]


def dossier_of(session, received):
    return session.get(Dossier, received.dossier_id)


def give_back(world: World, code: str, at) -> None:
    with world.database.write() as session:
        casework.return_result(
            session,
            code,
            taker="An",
            delivery=Delivery.DESK,
            actor=world.actor,
            at=at,
        )
