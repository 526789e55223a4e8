"""The cash box: who took what when, from the history; locked once, part after part."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from onestop.db import Database
from onestop.domain.payments import PaymentKind
from onestop.domain.rights import Actor, Role
from onestop.models.documents import IssuedDocument
from onestop.models.fees import FeeSheet, FeeSheetLine
from onestop.queries.fees import cash_box, owed_amounts, sheets_of_day
from onestop.services.desks import NotYourDesk
from onestop.services.fees import (
    DifferenceUnexplained,
    Draft,
    NothingToLock,
    TakingsChanged,
    draft_fee_sheet,
    lock_fee_sheet,
)
from onestop.services.papers import issue_document
from onestop.services.reception import void_reception
from onestop.services.verification import Fault, verify
from tests.conftest import NOW
from tests.factories import COPIES, DESK, OTHER_DESK, Province, make_province, make_staff, receive
from tests.services.test_verification import without_triggers

FEE = {"answers": {"late": 1}, "fee_paid": True}


@pytest.fixture
def province(session: Session) -> Province:
    return make_province(session)


@pytest.fixture
def clerk(session: Session, province: Province) -> Actor:
    return make_staff(session, Role.CLERK, province[DESK])


def desk_of(actor: Actor) -> int:
    return actor.assignments[0].agency_id


def draft(session: Session, clerk: Actor, taken: int, **changes: object) -> Draft:
    values = {"counted": taken, "expected": taken, "reason": "", "day": NOW.date(), "at": NOW}
    return draft_fee_sheet(
        session,
        agency_id=desk_of(clerk),
        actor=clerk,
        **values | changes,  # type: ignore[arg-type]  # the keywords of the function
    )


def lock(session: Session, made: Draft) -> int:
    document_id = issue_document(
        session,
        kind="fee_sheet",
        agency_id=made.agency_id,
        content=b"%PDF",
        form_edition="2025",
        actor=made.clerk_id,
        at=made.at,
        number=made.number,
        subject=made.subject,
    )
    return lock_fee_sheet(session, made, document_id=document_id)


def test_only_what_this_clerk_took_at_this_desk_on_this_day_is_in_the_box(
    session: Session, province: Province, clerk: Actor
) -> None:
    colleague = make_staff(session, Role.CLERK, province[DESK])
    stranger = make_staff(session, Role.CLERK, province[OTHER_DESK])
    mine = receive(session, clerk, **FEE).code
    receive(session, clerk, answers={"late": 1})
    receive(session, clerk)
    receive(session, colleague, **FEE)
    receive(session, stranger, **FEE)
    receive(session, clerk, at=NOW + timedelta(days=1), **FEE)

    box = cash_box(session, desk_of(clerk), clerk.user_id, NOW.date())
    tomorrow = cash_box(session, desk_of(clerk), clerk.user_id, NOW.date() + timedelta(days=1))

    assert box.open_days == ()
    assert tomorrow.open_days == (NOW.date(),)

    assert [(row.code, row.kind, row.amount) for row in box.open] == [
        (mine, PaymentKind.RECEPTION, 8_000)
    ]


def test_the_day_is_the_local_one(session: Session, clerk: Actor) -> None:
    late_evening = NOW.replace(hour=16, minute=59)  # 23:59 in Vietnam
    receive(session, clerk, at=late_evening, **FEE)
    receive(session, clerk, at=late_evening + timedelta(minutes=2), **FEE)

    assert draft(session, clerk, 8_000).taken == 8_000


def test_an_undone_reception_gives_the_money_back(session: Session, clerk: Actor) -> None:
    kept, undone = receive(session, clerk, **FEE), receive(session, clerk, **FEE)
    at = NOW + timedelta(minutes=5)
    void_reception(session, undone.code, reason="wrong_person", note="", actor=clerk, at=at)

    made = draft(session, clerk, 8_000, at=at)

    assert [payment.amount for _, payment in made.lines] == [8_000, 8_000, -8_000]
    owed = owed_amounts(session, [kept.dossier_id, undone.dossier_id])
    assert owed == {kept.dossier_id: 0, undone.dossier_id: 8_000}


def test_what_was_locked_and_is_given_back_stands_on_the_next_part(
    session: Session, clerk: Actor
) -> None:
    undone = receive(session, clerk, **FEE)
    lock(session, draft(session, clerk, 8_000))
    at = NOW + timedelta(minutes=5)
    void_reception(session, undone.code, reason="wrong_person", note="", actor=clerk, at=at)

    lock(session, draft(session, clerk, -8_000, counted=0, reason="lấy từ phần 1", at=at))

    sheets = session.scalars(select(FeeSheet).order_by(FeeSheet.part)).all()
    assert [(s.part, s.taken, s.counted) for s in sheets] == [(1, 8_000, 8_000), (2, -8_000, 0)]


def test_on_the_spot_the_fee_is_collected_with_the_result(session: Session, clerk: Actor) -> None:
    numbers = {"pages": 3, "copies": 2}
    papers = [{"code": code} for code in ("original", "copies")]
    spot = {"procedure": COPIES, "papers": papers, "answers": numbers, "on_the_spot": True}
    receive(session, clerk, **spot)
    receive(session, clerk, **spot, fee_paid=True)

    box = cash_box(session, desk_of(clerk), clerk.user_id, NOW.date())

    assert [row.kind for row in box.open] == [PaymentKind.RETURN, PaymentKind.RECEPTION]
    assert box.open[0].amount == box.open[1].amount > 0


def test_a_sheet_is_locked_once_with_a_reason_for_any_difference(
    session: Session, clerk: Actor
) -> None:
    receive(session, clerk, **FEE)

    with pytest.raises(DifferenceUnexplained) as refused:
        draft(session, clerk, 8_000, counted=7_000)
    assert refused.value.difference == -1_000
    with pytest.raises(TakingsChanged):
        draft(session, clerk, 0)
    made = draft(session, clerk, 8_000, counted=7_000, reason="trả thừa")
    lock(session, made)

    sheet = session.scalars(select(FeeSheet)).one()
    assert (sheet.taken, sheet.counted, sheet.reason) == (8_000, 7_000, "trả thừa")
    with pytest.raises(NothingToLock):
        draft(session, clerk, 0)
    with pytest.raises(IntegrityError), session.begin_nested():
        lock(session, replace(made, part=2))
    assert len(session.scalars(select(FeeSheetLine)).all()) == 1


def test_a_reason_without_a_difference_is_not_kept(session: Session, clerk: Actor) -> None:
    receive(session, clerk, **FEE)

    assert draft(session, clerk, 8_000, reason="không có gì").reason == ""


def test_nobody_locks_at_a_desk_of_others(
    session: Session, province: Province, clerk: Actor
) -> None:
    officer = make_staff(session, Role.OFFICER, province[DESK])

    with pytest.raises(NotYourDesk):
        draft(session, officer, 0)


def test_two_windows_that_lock_one_box_at_once_make_one_sheet(database: Database) -> None:
    with database.write() as session:
        province = make_province(session)
        clerk = make_staff(session, Role.CLERK, province[DESK])
        receive(session, clerk, **FEE)

    def locked(_: int) -> bool:
        try:
            with database.write() as session:
                lock(session, draft(session, clerk, 8_000))
        except NothingToLock:
            return False
        return True

    with ThreadPoolExecutor(4) as windows:
        assert sorted(windows.map(locked, range(4))) == [False, False, False, True]
    with database.read() as session:
        assert [s.number for s in sheets_of_day(session, province[DESK], NOW.date())] == [1]


def test_verify_holds_sheets_and_their_papers_against_the_history(
    session: Session, clerk: Actor
) -> None:
    first, second = receive(session, clerk, **FEE), receive(session, clerk, **FEE)
    sheet_id = lock(session, draft(session, clerk, 16_000))
    assert verify(session).breaks == ()
    without_triggers(session)

    forged = make_staff(session, Role.CLERK, desk_of(clerk))
    values = {"agency_id": desk_of(clerk), "clerk_id": forged.user_id, "day": NOW.date(), "part": 1}
    sums = {"payments": 1, "taken": 9_000, "counted": 9_000, "locked_at": NOW}
    session.add(FeeSheet(**values, **sums, document_id=document_of(session, sheet_id)))
    unpaid = receive(session, clerk)
    session.flush()
    other = session.scalars(select(FeeSheet.id).where(FeeSheet.clerk_id == forged.user_id)).one()
    line = {"dossier_id": unpaid.dossier_id, "version": 1, "sheet_id": other, "amount": 8_000}
    session.add(FeeSheetLine(**line))
    session.execute(
        update(IssuedDocument).where(IssuedDocument.kind == "fee_sheet").values(content=b"%PDX")
    )

    found = {(b.dossier, b.fault, b.detail) for b in verify(session).breaks}

    assert found == {
        (unpaid.code, Fault.TABLE_DIFFERS, "fee_sheet_lines"),
        (f"fee sheet {other}", Fault.TABLE_DIFFERS, "sum of its lines"),
        (f"paper {document_of(session, sheet_id)}", Fault.DOCUMENT_CHANGED, "fee_sheet"),
    }
    assert {first.code, second.code}.isdisjoint(code for code, *_ in found)


def test_verify_finds_a_sum_that_was_counted_and_changed_behind_the_log(
    session: Session, clerk: Actor
) -> None:
    receive(session, clerk, **FEE)
    sheet_id = lock(session, draft(session, clerk, 8_000))
    without_triggers(session)

    session.execute(update(FeeSheet).values(counted=FeeSheet.counted + 1_000_000, reason="thừa"))

    (found,) = verify(session).breaks
    assert (found.dossier, found.detail) == (f"fee sheet {sheet_id}", "row of its paper")


def document_of(session: Session, sheet_id: int) -> int:
    return session.scalars(select(FeeSheet.document_id).where(FeeSheet.id == sheet_id)).one()
