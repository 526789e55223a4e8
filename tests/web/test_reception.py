"""The counter as its pages answer: received once, refused with words, guided, finished at once."""

import re
import unicodedata
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pypdfium2
import pytest
import zxingcpp
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from onestop import clock
from onestop.domain.rights import Role
from onestop.domain.statuses import Status
from onestop.models.documents import IssuedDocument
from onestop.models.dossiers import Dossier, Party, StatusLink
from onestop.models.procedures import ProcedureEdition
from onestop.models.reception import Visit, VoidedNumber
from onestop.services.casework import accept_step
from tests.conftest import NOW
from tests.factories import BIRTH, BIRTH_BUNDLE, COPIES, JUSTICE, OTHER_DESK, make_staff
from tests.web.desk import ORIGIN, Counter, counter_of, signed_in, token_of

BASE = "http://127.0.0.1:8000"
CARD = "098190012345|123456789|Nguyễn Thị Đào|12051990|Nữ|Tổ 3, phường Đầm Sen|01012022"


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with clock.moved(NOW - clock.now()):
        yield


@pytest.fixture
def desk(app: Flask) -> Counter:
    return counter_of(app)


def one(session: Session, code: str) -> Dossier:
    return session.scalars(select(Dossier).where(Dossier.code == code)).one()


def signed_in_again(desk: Counter) -> FlaskClient:
    """Another window of the same browser: the same cookie."""
    window = desk.app.test_client()
    cookie = desk.client.get_cookie("onestop")
    assert cookie is not None
    window.set_cookie("onestop", cookie.value)
    return window


def send(client: FlaskClient, form: "MultiDict[str, str]") -> TestResponse:
    return client.post("/reception/dossiers", data=form, headers=ORIGIN)


def count(desk: Counter, table: type) -> int:
    with desk.database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_the_empty_page_offers_the_scan_box_and_the_procedures_of_the_desk(desk: Counter) -> None:
    page = desk.get("/reception")

    assert page.status_code == 200
    assert re.search(r'id="scan"[^>]*autofocus', page.text)
    assert "Chứng thực bản sao" in page.text
    assert "Chưa tiếp nhận hồ sơ nào" in page.text


def test_a_dossier_is_received_with_its_receipt(desk: Counter) -> None:
    code = desk.receive()

    assert code == "H91.51.01-260302-0001"
    with desk.database.read() as session:
        dossier = one(session, code)
        receipt = session.scalars(select(IssuedDocument)).one()
    assert dossier.status is Status.RECEIVED
    assert (receipt.kind, receipt.dossier_id, receipt.number) == ("receipt", dossier.id, 1)
    assert receipt.form_edition == "2025"


def test_the_green_panel_says_code_and_due_date_and_prints_the_receipt(desk: Counter) -> None:
    code = desk.receive()

    page = desk.get(f"/reception/dossiers/{code}/received?print=1")

    assert f'aria-label="{code}"' in page.text
    assert "17 giờ 00 phút, thứ Hai, ngày 02/03/2026" in page.text
    assert f'data-print="/dossiers/{code}/documents/receipt.pdf"' in page.text


def test_the_receipt_is_a_pdf_whose_qr_is_the_status_link(desk: Counter) -> None:
    code = desk.receive()

    answer = desk.get(f"/dossiers/{code}/documents/receipt.pdf")

    assert answer.mimetype == "application/pdf"
    image = pypdfium2.PdfDocument(answer.data)[0].render(scale=3).to_pil()
    link = zxingcpp.read_barcode(image)
    assert link is not None
    assert re.fullmatch(r"http://127\.0\.0\.1:8000/s/[A-Z2-7]{26}", link.text)


def test_the_same_form_sent_twice_is_one_dossier(desk: Counter) -> None:
    form = desk.form()
    first = desk.post("/reception/dossiers", form)

    second = desk.post("/reception/dossiers", form)

    assert second.location.split("?")[0] == first.location.split("?")[0]
    assert "print" not in second.location
    assert count(desk, Dossier) == count(desk, IssuedDocument) == 1


def test_a_changed_form_under_a_used_key_leads_to_the_first_dossier(desk: Counter) -> None:
    form = desk.form()
    desk.post("/reception/dossiers", form)
    form["applicant-name"] = "Trần Văn Giỏi"

    answer = desk.post("/reception/dossiers", form)

    assert answer.status_code == 422
    assert "/reception/dossiers/H91.51.01-260302-0001/received" in answer.text
    assert count(desk, Dossier) == 1
    kept = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', answer.text))
    assert kept["applicant-name"] == "Trần Văn Giỏi"
    assert kept["key"] != form["key"]


def test_a_submitter_is_stored_beside_the_applicant(desk: Counter) -> None:
    form = desk.form(submitter__name="Trần Văn Giỏi", submitter__phone="0987 654 321")
    form.pop("same")

    desk.post("/reception/dossiers", form)

    with desk.database.read() as session:
        parties = session.scalars(select(Party).order_by(Party.role)).all()
    assert [(p.role, p.name, p.phone) for p in parties] == [
        ("applicant", "Nguyễn Thị Đào", "0912345678"),
        ("submitter", "Trần Văn Giỏi", "0987654321"),
    ]


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"applicant__name": " "}, "applicant-name", "Hãy nhập họ tên"),
        ({"applicant__name": "x" * 10_000}, "applicant-name", "dài quá 255"),
        ({"applicant__id_number": "12345"}, "applicant-id_number", "12 chữ số"),
        (
            {"applicant__name": "097190012345|123456789|Đào Thị Mẫu|12051990|Nữ|Tổ 3|01012022"},
            "applicant-name",
            "quét vào đây",
        ),
        ({"applicant__name": "Đào Thị Mẫu 097190012345"}, "applicant-name", "quét vào đây"),
        ({"applicant__born": "31/02/1990"}, "applicant-born", "Không có ngày sinh"),
        ({"applicant__born": "01/01/2030"}, "applicant-born", "ở sau hôm nay"),
        ({"applicant__phone": "12"}, "applicant-phone", "Số điện thoại chưa đúng"),
        (
            {"applicant__phone": "0912345678;ext=123"},
            "applicant-phone",
            "Số điện thoại chưa đúng",
        ),
        ({"applicant__email": "a@b"}, "applicant-email", "thư điện tử chưa đúng"),
        ({"procedure": ""}, "procedure", "Hãy chọn thủ tục"),
        ({"procedure": "9.999999 · Không có"}, "procedure", "9.999999"),
        ({"procedure": "dang ky"}, "procedure", "nhiều thủ tục"),
        ({"copies": "nhiều"}, "copies", "từ 1 đến 20"),
        ({"paper__count__identity": "0"}, "papers", "từ 1 đến 99"),
        ({"paper": ["declaration", "birth_slip", "identity", "nonsense"]}, "papers", "nonsense"),
        ({"delivery": "postal", "applicant__address": ""}, "applicant-address", "cần địa chỉ"),
        ({"delivery": "pigeon"}, "delivery", "trong danh sách"),
        ({"competent_agency": "999999"}, "competent_agency", "cơ quan"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_is_wrong_is_said_at_its_field_and_everything_typed_is_kept(
    desk: Counter, changes: dict[str, str], field: str, words: str
) -> None:
    answer = desk.post("/reception/dossiers", desk.form(note="gọi trước khi đến", **changes))

    assert answer.status_code == 422
    assert "<title>Lỗi:" in answer.text
    assert f'href="#{field}"' in answer.text
    assert re.search(rf'id="{field}"', answer.text)
    assert words.casefold() in answer.text.casefold()
    assert "gọi trước khi đến" in answer.text
    for name, value in changes.items():
        if isinstance(value, str) and value.strip() and "__" in name:
            assert f'value="{value}"' in answer.text
    assert count(desk, Dossier) == 0


def test_a_closed_procedure_says_so(desk: Counter) -> None:
    with desk.database.write() as session:
        edition = session.scalars(
            select(ProcedureEdition).where(ProcedureEdition.code == BIRTH)
        ).one()
        edition.valid_to = NOW.date() - timedelta(days=1)

    answer = desk.post("/reception/dossiers", desk.form())

    assert answer.status_code == 422
    assert 'href="#procedure"' in answer.text
    assert count(desk, Dossier) == 0


@pytest.mark.parametrize("name", ["<b>Đào</b>", "=1+1 Đào", "Đào\u202eoàĐ", "'; DROP TABLE x"])
def test_odd_names_are_shown_as_they_are_and_the_receipt_opens(desk: Counter, name: str) -> None:
    code = desk.receive(applicant__name=name)

    page = desk.get(f"/reception/dossiers/{code}/received")
    receipt = desk.get(f"/dossiers/{code}/documents/receipt.pdf")

    assert "<b>Đào" not in page.text
    assert len(pypdfium2.PdfDocument(receipt.data)) >= 2


def test_a_name_typed_on_a_mac_is_stored_composed(desk: Counter) -> None:
    desk.receive(applicant__name=unicodedata.normalize("NFD", "Nguyễn Thị Đào"))

    with desk.database.read() as session:
        assert session.scalars(select(Party.name)).one() == "Nguyễn Thị Đào"


def test_a_form_that_is_too_large_is_refused_with_words(desk: Counter) -> None:
    answer = desk.post("/reception/dossiers", desk.form(note="x" * 2_000_000))

    assert answer.status_code == 413
    assert count(desk, Dossier) == 0


def test_missing_papers_receive_nothing_and_open_the_way_to_a_slip(desk: Counter) -> None:
    answer = desk.post("/reception/dossiers", desk.form(paper=["identity"]))

    assert answer.status_code == 422
    assert "Còn thiếu giấy tờ bắt buộc" in answer.text
    assert re.search(r'id="guide" open', answer.text)
    assert re.search(r'value="identity" checked', answer.text)
    assert count(desk, Dossier) == 0


def test_a_guidance_slip_reopens_the_form_for_thirty_days(desk: Counter) -> None:
    form = desk.form(paper=["identity"], outcome="guided", guidance_reason="paper_missing")
    answer = desk.post("/reception/visits", form)
    slip = desk.get(answer.location.split("?")[0].replace("/done", "/slip.pdf"))
    image = pypdfium2.PdfDocument(slip.data)[0].render(scale=3).to_pil()
    link = zxingcpp.read_barcode(image)
    assert link is not None

    page = desk.get(link.text.removeprefix(BASE))

    assert 'value="Nguyễn Thị Đào"' in page.text
    assert re.search(r'value="identity" checked', page.text)
    assert not re.search(r'value="declaration" checked', page.text)
    with clock.moved(timedelta(days=31)):
        later = signed_in(desk.app, desk.clerk).get(link.text.removeprefix(BASE))
    assert later.status_code == 404
    assert count(desk, Dossier) == 0


def test_a_visit_that_comes_back_becomes_a_dossier_of_that_visit(desk: Counter) -> None:
    form = desk.form(paper=["identity"], outcome="guided", guidance_reason="paper_missing")
    desk.post("/reception/visits", form)
    with desk.database.read() as session:
        token = session.scalars(select(Visit.token)).one()

    code = desk.receive(visit=token)

    with desk.database.read() as session:
        assert session.scalars(select(Visit.dossier_id)).one() == one(session, code).id


def test_a_slip_brought_twice_stays_with_the_dossier_it_became_first(desk: Counter) -> None:
    form = desk.form(paper=["identity"], outcome="guided", guidance_reason="paper_missing")
    desk.post("/reception/visits", form)
    with desk.database.read() as session:
        token = session.scalars(select(Visit.token)).one()
    first = desk.receive(visit=token)

    second = desk.receive(visit=token)

    with desk.database.read() as session:
        assert second != first
        assert session.scalars(select(Visit.dossier_id)).one() == one(session, first).id


def test_a_refusal_slip_says_why(desk: Counter) -> None:
    form = desk.form(outcome="refused", refusal_reason="not_competent")

    answer = desk.post("/reception/visits", form)
    slip = desk.get(answer.location.split("?")[0].replace("/done", "/slip.pdf"))

    text = pypdfium2.PdfDocument(slip.data)[0].get_textpage().get_text_range()
    assert "thẩm quyền" in text
    assert count(desk, Dossier) == 0


def test_a_slip_without_a_reason_is_not_printed(desk: Counter) -> None:
    answer = desk.post("/reception/visits", desk.form(paper=[], outcome="guided"))

    assert answer.status_code == 422
    assert 'href="#reason"' in answer.text
    assert count(desk, Visit) == 0


def test_a_visit_of_another_desk_is_not_found(desk: Counter) -> None:
    form = desk.form(paper=[], outcome="guided", guidance_reason="paper_missing")
    done = desk.post("/reception/visits", form).location
    with desk.database.write() as session:
        stranger = make_staff(session, Role.CLERK, desk.province[OTHER_DESK])

    assert signed_in(desk.app, stranger).get(done).status_code == 404


def test_a_card_fills_the_empty_fields_and_overwrites_nothing(desk: Counter) -> None:
    form = desk.form(applicant__name="Đào Thị Nguyễn", applicant__id_number="", scan=CARD)

    page = desk.post("/reception/form", form)

    assert "Đã đọc thẻ căn cước: Nguyễn Thị Đào" in page.text
    assert 'value="Đào Thị Nguyễn"' in page.text
    assert 'value="098190012345"' in page.text
    assert CARD not in page.text


def test_a_garbled_scan_is_said_in_plain_words_and_not_kept(desk: Counter) -> None:
    page = desk.post("/reception/form", desk.form(scan="098190012345~Nguyeenx Thij|a|b|c|d|e"))

    assert "Hãy tắt bộ gõ tiếng Việt" in page.text
    assert "Nguyeenx" not in page.text


def test_a_scanned_code_or_link_opens_the_dossier(desk: Counter) -> None:
    code = desk.receive()
    with desk.database.read() as session:
        token = session.scalars(select(StatusLink.token)).one()

    by_code = desk.post("/reception/form", MultiDict({"scan": code.lower(), "procedure": "ks"}))
    by_link = desk.post("/reception/form", MultiDict({"scan": f"{BASE}/s/{token}"}))
    beside = desk.post("/reception/form", desk.form(scan=code, applicant__name="Lê Văn Tám"))

    assert by_code.location == by_link.location == f"/dossiers/{code}"
    assert f'<a href="/dossiers/{code}" target="_blank"' in beside.text
    assert 'value="Lê Văn Tám"' in beside.text


def test_a_link_of_nobody_is_said_and_the_form_stays(desk: Counter) -> None:
    page = desk.post("/reception/form", desk.form(scan=f"{BASE}/s/{'A' * 26}"))

    assert "Không tìm thấy hồ sơ của mã vừa quét" in page.text
    assert 'value="Nguyễn Thị Đào"' in page.text


def test_two_sendings_at_the_same_moment_are_one_dossier(desk: Counter) -> None:
    desk.get("/account")
    form = desk.form()
    form["csrf_token"] = token_of(desk.get("/account"))
    clients = [signed_in_again(desk) for _ in range(2)]

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda client: send(client, form), clients))

    assert [answer.status_code for answer in answers] == [303, 303]
    assert count(desk, Dossier) == count(desk, IssuedDocument) == 1


def test_two_sendings_of_a_guidance_at_the_same_moment_are_one_slip(desk: Counter) -> None:
    form = desk.form(paper=["identity"], outcome="guided", guidance_reason="paper_missing")
    form["csrf_token"] = token_of(desk.get("/account"))
    clients = [signed_in_again(desk) for _ in range(4)]

    with ThreadPoolExecutor(4) as pool:
        answers = list(
            pool.map(lambda c: c.post("/reception/visits", data=form, headers=ORIGIN), clients)
        )

    assert [answer.status_code for answer in answers] == [303] * 4
    assert len({answer.location for answer in answers}) == 1
    assert count(desk, Visit) == count(desk, IssuedDocument) == 1


def test_words_in_the_scan_box_look_for_a_procedure(desk: Counter) -> None:
    page = desk.post("/reception/form", desk.form(procedure="", scan="chung thuc ban sao"))

    assert f'value="{COPIES} · Chứng thực bản sao' in page.text


def test_the_procedures_are_found_without_marks_and_by_initials(desk: Counter) -> None:
    found = desk.get("/reception/procedures?q=ks").json

    assert [row["value"].split()[0] for row in found or []] == [BIRTH, BIRTH_BUNDLE]


def test_the_preview_says_due_date_reason_fee_and_missing_papers(desk: Counter) -> None:
    asked = f"procedure={COPIES}&answer-pages=3&answer-copies=4&paper=original"

    pane = desk.get(f"/reception/preview?{asked}").text

    assert "17 giờ 00 phút, thứ Hai, ngày 02/03/2026" in pane
    assert "trong ngày, nếu nộp chậm nhất lúc 15:00" in pane
    assert "20.000" in pane
    assert "Bản sao cần chứng thực" in pane


def test_the_required_papers_are_ticked_by_a_button_without_a_script(desk: Counter) -> None:
    page = desk.post("/reception/form", desk.form(paper=[], tick="required"))

    ticked = re.findall(r'name="paper" value="(\w+)" checked', page.text)
    assert ticked == ["declaration", "birth_slip", "identity"]


def test_an_open_dossier_of_the_same_person_is_warned_of_and_does_not_block(desk: Counter) -> None:
    code = desk.receive()

    hints = desk.post("/reception/people", desk.form())

    assert code in hints.text
    assert desk.receive() != code


def test_a_known_person_is_offered_and_filled_in_only_when_asked(desk: Counter) -> None:
    desk.receive()
    blank = {f"applicant__{name}": "" for name in ("name", "born", "sex", "phone", "address")}

    offered = desk.post("/reception/people", desk.form(**blank))
    filled = desk.post("/reception/form", desk.form(**blank, use="1"))

    assert "Đã từng nộp" in offered.text
    assert 'id="applicant-name" name="applicant-name" value="Nguyễn Thị Đào"' in filled.text


def test_another_agency_knows_nothing_of_the_person(desk: Counter) -> None:
    desk.receive()
    with desk.database.write() as session:
        stranger = make_staff(session, Role.CLERK, desk.province[OTHER_DESK])
    other = Counter(desk.app, signed_in(desk.app, stranger), desk.province, stranger)

    hints = other.post("/reception/people", desk.form())

    assert "Đã từng nộp" not in hints.text
    assert "chưa giải quyết xong" not in hints.text


def test_certified_copies_are_received_finished_and_returned_in_one_go(desk: Counter) -> None:
    code = desk.receive(
        procedure=COPIES,
        paper=["original", "copies"],
        answer__pages="3",
        answer__copies="4",
        on_the_spot="1",
    )

    with desk.database.read() as session:
        dossier = one(session, code)
    assert (dossier.status, dossier.fee) == (Status.RETURNED, 20_000)
    assert count(desk, IssuedDocument) == 0


def test_the_receipt_of_an_on_the_spot_dossier_is_made_when_asked(desk: Counter) -> None:
    code = desk.receive(
        procedure=COPIES,
        paper=["original", "copies"],
        answer__pages="1",
        answer__copies="1",
        on_the_spot="1",
    )

    desk.post(f"/reception/dossiers/{code}/reprint")

    assert desk.get(f"/dossiers/{code}/documents/receipt.pdf").status_code == 200


def test_a_procedure_that_travels_is_not_finished_at_the_counter(desk: Counter) -> None:
    answer = desk.post("/reception/dossiers", desk.form(on_the_spot="1"))

    assert answer.status_code == 422
    assert count(desk, Dossier) == 0


def test_a_missing_number_for_the_fee_is_asked_for_at_its_field(desk: Counter) -> None:
    form = desk.form(procedure=COPIES, paper=["original", "copies"], answer__pages="3")

    answer = desk.post("/reception/dossiers", form)

    assert answer.status_code == 422
    assert 'href="#answer-copies"' in answer.text


def test_a_reception_is_undone_within_ten_minutes_and_the_number_stays(desk: Counter) -> None:
    code = desk.receive()

    desk.post(f"/reception/dossiers/{code}/void", desk.form(reason="entered_twice"))

    with desk.database.read() as session:
        assert one(session, code).status is Status.REJECTED
        assert session.scalars(select(VoidedNumber.number)).all() == [1]
        assert (
            session.scalars(select(IssuedDocument.voided_at)).one()
            == one(session, code).finished_at
        )
    assert desk.receive().endswith("-0002")


def test_outside_the_hours_of_reception_the_pane_says_so(desk: Counter) -> None:
    form = "/reception?procedure=1.001193"
    said = "Đang ngoài giờ tiếp nhận"

    assert said not in desk.get(form).text
    with clock.moved(timedelta(days=5)):  # Saturday
        assert said in signed_in(desk.app, desk.clerk).get(form).text


def test_undoing_twice_says_once_that_it_is_undone(desk: Counter) -> None:
    code = desk.receive()
    for _ in range(2):
        answer = desk.post(f"/reception/dossiers/{code}/void", desk.form(reason="entered_twice"))

    page = desk.get(answer.location).text

    assert "Đã hủy tiếp nhận" in page
    assert "Không hủy được" not in page


def test_after_eleven_minutes_the_reception_stands(desk: Counter) -> None:
    code = desk.receive()

    with clock.moved(timedelta(minutes=11)):
        desk.post(f"/reception/dossiers/{code}/void", desk.form(reason="entered_twice"))
        page = desk.get(f"/reception/dossiers/{code}/received")

    assert "Không hủy được" in page.text
    with desk.database.read() as session:
        assert one(session, code).status is Status.RECEIVED


def test_an_accepted_dossier_is_not_undone(desk: Counter) -> None:
    code = desk.receive()
    with desk.database.write() as session:
        officer = make_staff(session, Role.OFFICER, desk.province[JUSTICE])
        accept_step(session, code, step="verify", actor=officer, at=NOW)

    page = desk.get(f"/reception/dossiers/{code}/received")

    assert "Hủy tiếp nhận" not in page.text


def test_a_reprint_is_stamped_and_the_first_print_stays_as_it_was(desk: Counter) -> None:
    code = desk.receive()
    first = desk.get(f"/dossiers/{code}/documents/receipt.pdf").data

    answer = desk.post(f"/reception/dossiers/{code}/reprint")
    second = desk.get(f"/dossiers/{code}/documents/receipt.pdf?print=2").data

    assert answer.location.endswith("print=2")
    assert second.startswith(first)
    page = pypdfium2.PdfDocument(second)[0]
    assert "Bản in lần 2" in page.get_textpage().get_text_range()
    assert desk.get(f"/dossiers/{code}/documents/receipt.pdf").data == first


def test_a_control_slip_is_made_anew_when_the_dossier_has_gone_on(desk: Counter) -> None:
    code = desk.receive()
    desk.post(f"/dossiers/{code}/documents/control_slip")
    with desk.database.write() as session:
        officer = make_staff(
            session, Role.OFFICER, desk.province[JUSTICE], display_name="Đỗ Thị Ánh"
        )
        accept_step(session, code, step="verify", actor=officer, at=NOW)

    desk.post(f"/dossiers/{code}/documents/control_slip")

    slip = desk.get(f"/dossiers/{code}/documents/control_slip.pdf")
    text = pypdfium2.PdfDocument(slip.data)[0].get_textpage().get_text_range()
    assert "Đỗ Thị Ánh" in text


@pytest.mark.parametrize("kind", ["supplement_request", "rejection", "nonsense"])
def test_a_document_that_was_never_made_is_not_found(desk: Counter, kind: str) -> None:
    code = desk.receive()

    assert desk.get(f"/dossiers/{code}/documents/{kind}.pdf").status_code == 404
    assert desk.post(f"/dossiers/{code}/documents/{kind}").status_code == 404


def test_strangers_find_neither_the_dossier_nor_its_papers(desk: Counter) -> None:
    code = desk.receive()
    with desk.database.write() as session:
        stranger = make_staff(session, Role.CLERK, desk.province[OTHER_DESK])
    client = signed_in(desk.app, stranger)

    for url in (
        f"/reception/dossiers/{code}/received",
        f"/dossiers/{code}/documents/receipt.pdf",
        f"/reception/return/{code}",
    ):
        assert client.get(url).status_code == 404


def test_an_officer_takes_part_and_still_may_not_receive(desk: Counter) -> None:
    code = desk.receive()
    with desk.database.write() as session:
        officer = make_staff(session, Role.OFFICER, desk.province[JUSTICE])
    client = signed_in(desk.app, officer)

    assert client.get("/reception").status_code == 403
    assert client.get("/reception/return").status_code == 403
    assert client.get(f"/dossiers/{code}/documents/receipt.pdf").status_code == 403


def test_a_clerk_cannot_receive_at_a_desk_of_another_agency(desk: Counter) -> None:
    form = desk.form(agency=str(desk.province[OTHER_DESK]))

    assert desk.post("/reception/dossiers", form).status_code == 403
    assert count(desk, Dossier) == 0
