"""The counter: one request, one dossier; numbers without gaps; undone in time or not at all."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onestop.db import Database
from onestop.domain.codes import DossierCode
from onestop.domain.events import TOTAL
from onestop.domain.fees import BadFeeAnswer
from onestop.domain.rights import Role
from onestop.domain.statuses import Status
from onestop.models.dossiers import Dossier, Party, SearchTerm, StatusLink
from onestop.models.events import DossierEvent, PersonalValue
from onestop.models.outbox import OutboxMessage
from onestop.models.reception import CodeCounter, VoidedNumber
from onestop.services.casework import accept_step
from onestop.services.catalogue import ProcedureClosed, ProcedureNotFound, procedure_in_force
from onestop.services.desks import NotYourDesk
from onestop.services.event_log import load
from onestop.services.idempotency import KeyReused
from onestop.services.intakes import NotOnTheSpot, PapersMissing
from onestop.services.reception import TooLateToUndo, preview, receive_dossier, void_reception
from tests.conftest import NOW
from tests.factories import (
    BIRTH,
    BIRTH_BUNDLE,
    COPIES,
    DESK,
    JUSTICE,
    OTHER_DESK,
    make_intake,
    make_person,
    make_province,
    make_staff,
    receive,
)


@pytest.fixture
def province(session: Session):
    return make_province(session)


@pytest.fixture
def clerk(session: Session, province):
    return make_staff(session, Role.CLERK, province[DESK])


def required(session: Session, procedure: str) -> list[dict[str, str]]:
    spec = procedure_in_force(session, procedure, NOW.date()).spec
    return [{"code": paper.code} for paper in spec.required_papers]


def test_a_reception_gives_a_code_a_promise_a_link_and_starts_the_route(session, clerk, province):
    got = receive(session, clerk)

    state = load(session, got.code).state
    assert got.code == "H91.51.01-260302-0001"
    assert got.link is not None
    assert state.status is Status.RECEIVED
    assert state.first_promise(TOTAL) is not None
    (first,) = state.live_steps
    assert first.agency == province[JUSTICE]
    assert first.offered_at == NOW


def test_the_preview_promises_what_the_reception_then_promises(session, clerk, province):
    shown = preview(session, BIRTH, agency_id=province[DESK], at=NOW)
    got = receive(session, clerk)

    promised = load(session, got.code).state.promises
    assert shown.plan.promises == promised
    assert shown.fee == 0


def test_the_same_request_twice_is_one_dossier(session, clerk, province):
    intake = make_intake()
    common = {"agency_id": province[DESK], "actor": clerk}
    first = receive_dossier(session, intake, at=NOW, **common)
    second = receive_dossier(session, intake, at=NOW + timedelta(hours=3), **common)

    assert (second.code, second.again) == (first.code, True)
    assert second.link.token == first.link.token
    assert session.scalar(select(func.count()).select_from(Dossier)) == 1


def test_the_same_key_with_other_content_is_refused_and_names_the_first(session, clerk):
    first = receive(session, clerk, key="k" * 20)

    with pytest.raises(KeyReused) as refused:
        receive(session, clerk, key="k" * 20, applicant=make_person(name="Lê Văn Khác"))
    assert refused.value.outcome == first.code


def test_numbers_run_per_agency_and_local_day(session, clerk, province):
    other = make_staff(session, Role.CLERK, province[OTHER_DESK])
    late_evening = datetime(2026, 3, 2, 16, 59, tzinfo=UTC)  # 23:59 of 2 March in the office
    after_midnight = datetime(2026, 3, 2, 17, 1, tzinfo=UTC)  # 00:01 of 3 March in the office
    codes = [
        receive(session, clerk).code,
        receive(session, other).code,
        receive(session, clerk, at=late_evening).code,
        receive(session, clerk, at=after_midnight).code,
    ]

    assert [code.rpartition("-")[0][-6:] + code[-5:] for code in codes] == [
        "260302-0001",
        "260302-0001",
        "260302-0002",
        "260303-0001",
    ]


@pytest.mark.parametrize("zone", ["UTC", "America/Los_Angeles", "Pacific/Kiritimati"])
def test_the_day_of_a_code_and_of_a_rule_is_the_local_one_wherever_the_server_stands(
    session, clerk, monkeypatch, zone
):
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        before = receive(session, clerk, at=datetime(2026, 3, 2, 16, 59, tzinfo=UTC))
        after = receive(session, clerk, at=datetime(2026, 3, 2, 17, 0, tzinfo=UTC))
        state = load(session, after.code).state
    finally:
        monkeypatch.undo()
        time.tzset()

    assert [DossierCode.parse(got.code).day for got in (before, after)] == [
        date(2026, 3, 2),
        date(2026, 3, 3),
    ]
    # Tuesday 3 March at midnight, the same day: due at that day's closing.
    assert state.first_promise().due_at == datetime(2026, 3, 3, 10, 0, tzinfo=UTC)


def test_missing_papers_are_named_and_nothing_is_saved(session, clerk):
    with pytest.raises(PapersMissing) as refused:
        receive(session, clerk, papers=[{"code": "declaration"}])

    assert "birth_slip" in refused.value.codes
    assert session.scalar(select(func.count()).select_from(Dossier)) == 0
    assert session.scalar(select(func.count()).select_from(CodeCounter)) == 0


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"procedure": "9.999999"}, ProcedureNotFound),
        ({"procedure": COPIES, "papers": [{"code": "original"}], "answers": {}}, BadFeeAnswer),
        ({"on_the_spot": True}, NotOnTheSpot),
    ],
    ids=["unknown procedure", "a fee without its number", "a procedure that must travel"],
)
def test_what_cannot_be_received_is_refused_by_name(session, clerk, changes, refusal):
    if changes.get("procedure") == COPIES:
        changes = changes | {"papers": required(session, COPIES)}

    with pytest.raises(refusal):
        receive(session, clerk, **changes)


def test_a_closed_procedure_says_so(session, clerk):
    with pytest.raises(ProcedureClosed):
        receive(session, clerk, at=datetime(2000, 3, 6, 2, 0, tzinfo=UTC))


def test_only_a_clerk_of_the_agency_receives_there(session, province):
    officer = make_staff(session, Role.OFFICER, province[DESK])
    stranger = make_staff(session, Role.CLERK, province[OTHER_DESK])
    intake = make_intake()

    for person in (officer, stranger):
        with pytest.raises(NotYourDesk):
            receive_dossier(session, intake, agency_id=province[DESK], actor=person, at=NOW)


def test_a_certified_copy_is_received_finished_and_returned_in_one_go(session, clerk):
    got = receive(
        session,
        clerk,
        procedure=COPIES,
        papers=required(session, COPIES),
        answers={"pages": 5, "copies": 2},
        on_the_spot=True,
        fee_paid=True,
    )

    state = load(session, got.code).state
    assert state.status is Status.RETURNED
    assert state.received.fee == 2 * (2 * 2_000 + 3 * 1_000)
    assert state.finished_at == state.returned_at == NOW


def test_a_bundle_promises_each_leg_and_none_after_the_whole(session, clerk):
    got = receive(session, clerk, procedure=BIRTH_BUNDLE, papers=required(session, BIRTH_BUNDLE))

    state = load(session, got.code).state
    total = state.first_promise(TOTAL)
    legs = [line for line in state.promises if line.scope != TOTAL]
    assert len(legs) >= 3
    assert all(leg.due_at <= total.due_at and leg.late_at <= total.late_at for leg in legs)


def test_names_stay_searchable_and_contact_is_sealed(session, clerk):
    got = receive(session, clerk, applicant=make_person(name="Nguyễn Thị Đào"))

    party = session.scalars(select(Party).where(Party.dossier_id == got.dossier_id)).one()
    raw = session.execute(
        select(Party.__table__.c.phone.cast(Party.__table__.c.phone.type.impl)).where(
            Party.dossier_id == got.dossier_id
        )
    ).scalar_one()
    assert party.name_folded == "nguyen thi dao"
    assert party.phone == "0912345678"
    assert b"0912345678" not in bytes(raw)
    assert "nguyen thi dao" in session.scalars(select(SearchTerm.term)).all()


def test_no_name_and_no_number_stands_in_the_history(session, clerk):
    got = receive(session, clerk)
    body = session.scalars(
        select(DossierEvent.body).where(DossierEvent.dossier_id == got.dossier_id)
    ).one()
    kept = session.scalars(select(PersonalValue.value)).all()

    for value in ("Nguyễn Thị Đào", "098190012345", "0912345678"):
        assert value.encode() not in body
        assert value in kept


def test_the_token_of_the_link_is_found_by_its_hash_alone(session, clerk):
    got = receive(session, clerk)
    row = session.scalars(select(StatusLink)).one()

    assert row.token_sha256 == got.link.token.sha256
    assert row.token == got.link.token.text


def test_every_event_leaves_one_message_in_the_outbox(session, clerk, province):
    got = receive(session, clerk)
    officer = make_staff(session, Role.OFFICER, province[JUSTICE])
    (first,) = load(session, got.code).state.live_steps
    accept_step(session, got.code, step=first.step, actor=officer, at=NOW)

    rows = session.execute(select(OutboxMessage.event_version, OutboxMessage.kind)).all()
    assert rows == [(1, "dossier_received"), (2, "step_accepted")]


def undo(session, code, actor, at):
    void_reception(session, code, reason="typed_wrong", note="", actor=actor, at=at)


def test_a_reception_is_undone_within_ten_minutes_and_its_number_stays_void(
    session, clerk, province
):
    first = receive(session, clerk)
    undo(session, first.code, clerk, NOW + timedelta(minutes=10))
    second = receive(session, clerk, at=NOW + timedelta(minutes=11))

    assert load(session, first.code).state.status is Status.REJECTED
    assert DossierCode.parse(second.code).n == 2
    void = session.scalars(select(VoidedNumber)).one()
    assert (void.number, void.dossier_id) == (1, first.dossier_id)


def test_after_ten_minutes_by_others_or_once_taken_up_it_cannot_be_undone(session, clerk, province):
    colleague = make_staff(session, Role.CLERK, province[DESK])
    officer = make_staff(session, Role.OFFICER, province[JUSTICE])
    got = receive(session, clerk)

    with pytest.raises(TooLateToUndo):
        undo(session, got.code, clerk, NOW + timedelta(minutes=10, seconds=1))
    with pytest.raises(TooLateToUndo):
        undo(session, got.code, colleague, NOW)
    (first,) = load(session, got.code).state.live_steps
    accept_step(session, got.code, step=first.step, actor=officer, at=NOW)
    with pytest.raises(TooLateToUndo):
        undo(session, got.code, clerk, NOW)


class LateFailure(Exception):
    """The end of a reception that failed after everything had been written."""


@pytest.mark.parametrize("each", [25, pytest.param(200, marks=pytest.mark.drill)])
def test_eight_clerks_at_one_desk_leave_no_gap_and_no_double(database: Database, each: int):
    """One in twenty fails after its last statement; its number goes to the next one."""
    with database.write() as session:
        province = make_province(session)
        clerks = [make_staff(session, Role.CLERK, province[DESK]) for _ in range(8)]
    barrier = threading.Barrier(8)

    def work(place: int) -> int:
        random = Random(place)
        kept = 0
        barrier.wait()
        for n in range(each):
            intake = make_intake(key=f"desk-{place}-{n:012d}")
            try:
                with database.write() as session:
                    common = {"agency_id": province[DESK], "actor": clerks[place]}
                    receive_dossier(session, intake, at=NOW, **common)
                    if random.random() < 0.05:
                        raise LateFailure
                kept += 1
            except LateFailure:
                continue
        return kept

    with ThreadPoolExecutor(8) as pool:
        kept = sum(pool.map(work, range(8)))

    with database.read() as session:
        numbers = session.scalars(select(Dossier.number).order_by(Dossier.number)).all()
        codes = session.scalars(select(Dossier.code)).all()
    assert 7 * each < kept < 8 * each
    assert numbers == list(range(1, kept + 1))
    assert len(set(codes)) == kept


@pytest.mark.only_sqlite
def test_no_number_no_contact_and_no_note_can_be_read_off_the_disk(database: Database):
    """The canary of rule R14: names stay readable, everything else personal is sealed."""
    canaries = ["098190012345", "0912345678", "canary@vidu.invalid", "Tổ 3, phường Đầm Sen", "Mật"]
    with database.write() as session:
        province = make_province(session)
        clerk = make_staff(session, Role.CLERK, province[DESK])
        applicant = make_person(email="canary@vidu.invalid")
        receive(session, clerk, applicant=applicant, note="Mật: gọi sau 17 giờ")
    path = Path(str(database.write_engine.url.database))
    stored = b"".join(
        found.read_bytes() for found in path.parent.glob(path.name + "*") if found.is_file()
    )

    assert "Nguyễn Thị Đào".encode() in stored
    for canary in canaries:
        assert canary.encode() not in stored
