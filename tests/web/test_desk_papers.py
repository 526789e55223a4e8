"""Papers of the counter beyond the statute: slips, day sheet, result list, cash box, poster."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from werkzeug.datastructures import MultiDict

from onestop import clock
from onestop.domain.rights import Role
from onestop.domain.routes import StepKind
from onestop.models.documents import IssuedDocument
from onestop.models.dossiers import Step
from onestop.models.fees import FeeSheet
from onestop.services.papers import PaperNumber, issue_document
from tests.conftest import NOW
from tests.documents.reading import symbols_of, text_of
from tests.factories import COMMUNE, DESK, JUSTICE, OTHER_DESK, make_staff
from tests.web.desk import Counter, counter_of, signed_in, token_of
from tests.web.test_return_counter import handed, ready, version_of, worked

PAID = {"answer__late": "1", "fee_paid": "1"}


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with clock.moved(NOW - clock.now()):
        yield


@pytest.fixture
def desk(app: Flask) -> Counter:
    return counter_of(app)


def typed(**fields: str) -> "MultiDict[str, str]":
    return MultiDict(fields)


def issued(desk: Counter, kind: str) -> list[IssuedDocument]:
    with desk.database.read() as session:
        rows = select(IssuedDocument).where(IssuedDocument.kind == kind)
        return list(session.scalars(rows.order_by(IssuedDocument.id)))


def pdf(desk: Counter, url: str) -> str:
    answer = desk.get(url)
    assert answer.mimetype == "application/pdf", answer.text[:500]
    return text_of(answer.data)


def test_returning_prints_what_the_taker_signs_with_the_same_key(desk: Counter) -> None:
    code, other = ready(desk, answer__late="1"), ready(desk)
    fields = handed(taker="Lê Văn Ước", checked="authorisation")
    fields.add("also", other)
    fields.add(f"version-{other}", str(version_of(desk, other)))

    answer = desk.post(f"/reception/return/{code}", fields)

    page = desk.get(answer.location).text
    assert f'data-print="/dossiers/{code}/documents/result_receipt.pdf"' in page
    (slip,) = issued(desk, "result_receipt")
    text = pdf(desk, f"/dossiers/{code}/documents/result_receipt.pdf")
    for said in ("Lê Văn Ước", "Giấy ủy quyền và thẻ căn cước", "8.000 đồng", "12/2026", other):
        assert said in text
    assert (slip.number, slip.print_number) == (1, 1)


def test_a_slip_is_printed_again_under_its_stamp(desk: Counter) -> None:
    code = ready(desk)
    desk.post(f"/reception/return/{code}", handed())

    answer = desk.post(f"/reception/dossiers/{code}/slips/result_receipt")

    assert answer.location == f"/reception/return/{code}?slip=result_receipt&print=2"
    assert "print=2" in desk.get(answer.location).text
    again = pdf(desk, f"/dossiers/{code}/documents/result_receipt.pdf?print=2")
    assert "Bản in lần 2" in again


def test_a_fee_receipt_says_the_sum_in_words_on_three_copies(desk: Counter) -> None:
    code = desk.receive(**PAID)

    answer = desk.post(f"/reception/dossiers/{code}/slips/fee_receipt")

    assert f"/dossiers/{code}/documents/fee_receipt.pdf" in desk.get(answer.location).text
    text = pdf(desk, f"/dossiers/{code}/documents/fee_receipt.pdf")
    assert text.count("Tám nghìn đồng") == 3
    assert "Liên 3: Kế toán" in text


def test_no_fee_receipt_where_nothing_was_taken(desk: Counter) -> None:
    code = desk.receive()

    answer = desk.post(f"/reception/dossiers/{code}/slips/fee_receipt")

    assert "chưa thu khoản phí" in desk.get(answer.location).text
    assert issued(desk, "fee_receipt") == []


def test_the_cash_box_is_counted_explained_locked_and_printed(desk: Counter) -> None:
    code = desk.receive(**PAID)
    page = desk.get("/reception/fees").text
    assert code in page
    assert 'name="taken" value="8000"' in page

    wrong = desk.post("/reception/fees", typed(taken="8000", counted="-5", reason="vì sao"))
    assert (wrong.status_code, 'value="-5"' in wrong.text, "vì sao" in wrong.text) == (
        422,
        True,
        True,
    )
    huge = desk.post("/reception/fees", typed(taken="8000", counted="9" * 30))
    assert 'href="#counted"' in huge.text
    silent = desk.post("/reception/fees", typed(taken="8000", counted="7000"))
    assert (silent.status_code, 'href="#reason"' in silent.text) == (422, True)
    assert 'value="7000"' in silent.text
    old = desk.post("/reception/fees", typed(taken="16000", counted="16000"))
    assert (old.status_code, 'href="#counted"' in old.text) == (409, True)
    answer = desk.post(
        "/reception/fees", typed(taken="8000", counted="7.000", reason="Trả thừa <b>x</b>")
    )

    after = desk.get(answer.location).text
    assert "data-print" in after
    assert "Trả thừa &lt;b&gt;x&lt;/b&gt;" in after
    (sheet,) = issued(desk, "fee_sheet")
    text = pdf(desk, f"/reception/papers/{sheet.id}.pdf")
    for said in (code, "Bảy nghìn đồng", "thiếu 1.000 đồng", "Trả thừa <b>x</b>"):
        assert said in text
    assert desk.post("/reception/fees", typed(taken="0", counted="0")).status_code == 409


def test_a_box_that_gives_back_is_locked_without_an_invented_difference(desk: Counter) -> None:
    code = desk.receive(**PAID)
    desk.post("/reception/fees", typed(taken="8000", counted="8000"))
    desk.post(f"/reception/dossiers/{code}/void", typed(reason="wrong_person"))

    assert "Két phải trả lại" in desk.get("/reception/fees").text
    answer = desk.post("/reception/fees", typed(taken="-8000", counted="-8.000"))

    assert answer.status_code == 303, answer.text
    with desk.database.read() as session:
        sheets = session.scalars(select(FeeSheet).order_by(FeeSheet.part)).all()
        assert [(s.taken, s.counted, s.reason) for s in sheets] == [
            (8000, 8000, None),
            (-8000, -8000, None),
        ]
    text = pdf(desk, f"/reception/papers/{sheets[1].document_id}.pdf")
    for said in ("trả lại 8.000 đồng", "Trả lại tám nghìn đồng", "3. Chênh lệch (2 – 1): không"):
        assert said in text


def test_a_fee_given_back_stands_in_the_box_on_the_day_sheet_and_in_the_history(
    desk: Counter,
) -> None:
    code = desk.receive(**PAID)
    act, version = f"/dossiers/{code}/actions/refund", "1"
    page = desk.get(f"/dossiers/{code}").text
    assert "Hoàn trả phí, lệ phí" in page
    assert "Công dân rút hồ sơ" not in page.split(act)[1].split("</form>")[0]

    why = {"version": version, "reason": "paid_wrongly"}
    too_much = desk.post(act, typed(amount="8.001", **why))
    given = desk.post(act, typed(amount="3.000", note="Đã miễn một phần.", **why))

    assert too_much.status_code == 422
    assert "Chỉ hoàn trả được số tiền đã thu tại quầy, còn lại 8000 đồng." in too_much.text
    assert given.status_code == 302
    page = desk.get(f"/dossiers/{code}").text
    assert "Trả lại tại quầy: 3.000\N{NO-BREAK SPACE}đ" in page
    assert "đã hoàn trả 3.000\N{NO-BREAK SPACE}đ" in page
    assert "-3.000" in desk.get("/reception/fees").text
    desk.post("/reception/day")
    (sheet,) = issued(desk, "day_sheet")
    assert "Trong đó trả lại công dân: 1 khoản, 3.000 đồng" in text_of(sheet.content or b"")


def test_what_is_taken_after_the_lock_goes_onto_part_two(desk: Counter) -> None:
    desk.receive(**PAID)
    desk.post("/reception/fees", typed(taken="8000", counted="8000"))
    code = ready(desk, answer__late="1")
    desk.post(f"/reception/return/{code}", handed())

    desk.post("/reception/fees", typed(taken="8000", counted="8000"))

    with desk.database.read() as session:
        sheets = session.scalars(select(FeeSheet).order_by(FeeSheet.part)).all()
        assert [(s.part, s.payments, s.taken) for s in sheets] == [(1, 1, 8000), (2, 1, 8000)]
    assert "Phần 2" in pdf(desk, f"/reception/papers/{sheets[1].document_id}.pdf")


def test_a_day_sheet_is_printed_again_while_its_figures_hold(
    desk: Counter,
) -> None:
    first, void = desk.receive(**PAID), desk.receive()
    desk.post(f"/reception/dossiers/{void}/void", typed(reason="wrong_person"))

    answer = desk.post("/reception/day")
    assert "data-print" in desk.get(answer.location).text
    desk.post("/reception/day")
    with clock.moved(timedelta(days=1)):
        tomorrow = replace(desk, client=signed_in(desk.app, desk.clerk), tokens=[])
        after = tomorrow.post("/reception/day", typed(day=NOW.date().isoformat()))
        again = tomorrow.post("/reception/day", typed(day=NOW.date().isoformat()))

    sheets = issued(desk, "day_sheet")
    assert [s.voided_at is None for s in sheets] == [False, False, True, True]
    assert [s.print_number for s in sheets] == [1, 2, 1, 2]
    assert "print=1" in after.location
    assert "print=2" in again.location
    text = pdf(desk, f"/reception/papers/{sheets[2].id}.pdf")
    for said in (
        first,
        void,
        "8.000",
        "từ 1 đến 2; số hủy: 1",
        "Tiếp nhận: 2 hồ sơ, trong đó hủy: 1",
        "Neo gần nhất khi lập bảng: –",
    ):
        assert said in text
    assert "Tiếp nhận, trong đó hủy 1" in desk.get("/reception/day").text


def test_a_day_sheet_of_yesterday_is_made_anew_once_its_figures_changed(desk: Counter) -> None:
    desk.receive(**PAID)
    with clock.moved(timedelta(days=1)):
        tomorrow = replace(desk, client=signed_in(desk.app, desk.clerk), tokens=[])
        asked = typed(day=NOW.date().isoformat())
        tomorrow.post("/reception/day", asked)
        locked = typed(day=NOW.date().isoformat(), taken="8000", counted="8000")
        assert tomorrow.post("/reception/fees", locked).status_code == 303
        tomorrow.post("/reception/day", asked)
        (old, new) = issued(desk, "day_sheet")
        refused = tomorrow.post(f"/reception/papers/{old.id}")

    assert (old.voided_at is None, new.voided_at is None) == (False, True)
    assert (new.number, new.print_number) == (2, 1)
    assert refused.status_code == 409
    assert "đã có bản mới thay" in refused.text
    assert "bị hủy" not in refused.text


def test_a_day_without_a_counter_has_no_sheet_and_no_page_fails(desk: Counter) -> None:
    for page in ("day", "fees"):
        for day in ("0001-01-01", "1900-01-01", "9999-12-31"):
            answer = desk.get(f"/reception/{page}?day={day}")
            assert (answer.status_code, 'value="2026-03-02"' in answer.text) == (200, True), (
                page,
                day,
            )

    early = desk.get(desk.post("/reception/day").location).text
    desk.receive()
    before = desk.get(desk.post("/reception/day", typed(day="2026-02-27")).location).text

    assert "chưa tiếp nhận hồ sơ nào" in early
    assert "chưa tiếp nhận hồ sơ nào" in before
    assert issued(desk, "day_sheet") == []


def test_windows_that_print_a_day_at_once_leave_one_valid_sheet(desk: Counter) -> None:
    desk.receive()
    windows = [replace(desk, client=signed_in(desk.app, desk.clerk), tokens=[]) for _ in range(4)]
    for window in windows:
        window.tokens.append(token_of(window.get("/account")))

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda window: window.post("/reception/day"), windows))

    assert {answer.status_code for answer in answers} == {303}
    sheets = issued(desk, "day_sheet")
    assert sorted((s.number or 0, s.print_number) for s in sheets) == [
        (0, 2),
        (0, 3),
        (0, 4),
        (1, 1),
    ]


def test_the_day_page_lists_only_papers_of_the_counter_by_their_names(desk: Counter) -> None:
    desk.receive()
    desk.post("/reception/day")
    with desk.database.write() as session:
        for kind, number in (("handover_list", None), ("tracking_book", PaperNumber(7, 2026))):
            other = issue_document(
                session,
                kind=kind,
                agency_id=desk.province[DESK],
                content=b"%PDF",
                form_edition="2025",
                actor=desk.clerk.user_id,
                at=NOW,
                number=number,
            )

    page = desk.get("/reception/day").text

    assert "Bảng ngày của Bộ phận Một cửa" in page
    for foreign in ("handover_list", "tracking_book", "<td>0000<", "<td>0007<"):
        assert foreign not in page
    assert desk.get(f"/reception/papers/{other}.pdf").status_code == 404


def test_results_of_a_unit_are_listed_and_signed_for(desk: Counter) -> None:
    code = worked(desk, answer__late="1")
    page = desk.get("/reception/return?tab=arrived").text
    unit = desk.province[COMMUNE]
    assert f'name="unit" value="{unit}"' in page

    answer = desk.post("/reception/result-list", typed(unit=str(unit)))

    assert "data-print" in desk.get(answer.location).text
    (paper,) = issued(desk, "result_list")
    text = pdf(desk, f"/reception/papers/{paper.id}.pdf")
    for said in (code, "Giấy khai sinh số 12/2026", "Tổ 3, phường Đầm Sen", "còn thu", "BÊN GIAO"):
        assert said in text
    desk.post("/reception/result-list", typed(unit=str(unit)))
    late = worked(desk)
    desk.post("/reception/result-list", typed(unit=str(unit)))
    first, again, longer = issued(desk, "result_list")
    assert [one.number for one in (first, again, longer)] == [1, None, 2]
    assert [one.voided_at is None for one in (first, again, longer)] == [False, False, True]
    for taken in (code, late):
        desk.post(f"/reception/return/{taken}/accept")
    with clock.moved(timedelta(minutes=5)):
        worked(desk)
        with desk.database.write() as session:
            offered = update(Step).where(Step.kind == StepKind.RETURN, Step.ended_at.is_(None))
            session.execute(offered.values(offered_at=clock.now()))
        desk.post("/reception/result-list", typed(unit=str(unit)))
    assert [one.voided_at is None for one in issued(desk, "result_list")[2:]] == [True, True]
    nothing = desk.post("/reception/result-list", typed(unit=str(desk.province[JUSTICE])))
    assert "không còn kết quả nào" in desk.get(nothing.location).text


def test_the_poster_opens_whom_to_call(desk: Counter) -> None:
    answer = desk.get("/reception/poster.pdf")

    assert "PHẢI CÓ GIẤY HẸN" in text_of(answer.data)
    (link,) = symbols_of(answer.data)
    opened = desk.app.test_client().get(link.removeprefix("http://localhost"))
    assert opened.status_code == 200, link
    assert 'href="tel:' in opened.text
    assert "Set-Cookie" not in opened.headers
    assert desk.app.test_client().get("/report/H00.00").status_code == 404


def test_papers_of_another_counter_are_not_there(app: Flask, desk: Counter) -> None:
    code = desk.receive(**PAID)
    desk.post("/reception/fees", typed(taken="8000", counted="8000"))
    (sheet,) = issued(desk, "fee_sheet")
    with desk.database.write() as session:
        stranger = make_staff(session, Role.CLERK, desk.province[OTHER_DESK])
        leader = make_staff(session, Role.LEADER, desk.province[COMMUNE])
        other = make_staff(session, Role.LEADER, desk.province[OTHER_DESK])
    client = signed_in(app, stranger)

    assert client.get(f"/reception/papers/{sheet.id}.pdf").status_code == 404
    assert client.get(f"/reception/fees?agency={desk.province[DESK]}").status_code == 403
    assert code not in client.get("/reception/fees").text
    with desk.database.read() as session:
        locked = session.scalars(select(FeeSheet.id)).one()
    assert signed_in(app, leader).get(f"/oversight/fees/{locked}.pdf").mimetype == "application/pdf"
    assert signed_in(app, other).get(f"/oversight/fees/{locked}.pdf").status_code == 404
