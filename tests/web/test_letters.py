"""Letters: issued with the decision they tell, found again, printed again, void when they must."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from onestop import clock
from onestop.domain.statuses import Action
from onestop.inputs.people import Person
from onestop.jobs.sweep import sweep
from onestop.models.documents import IssuedDocument
from onestop.models.dossiers import Dossier, StatusLink
from onestop.services.corrections import correct
from onestop.services.event_log import load
from tests.conftest import NOW
from tests.documents.reading import in_order, text_of
from tests.factories import COMMUNE, DESK, JUSTICE, make_person
from tests.web.office import Office, at_time, main_of, make_office
from tests.web.sign_in import ORIGIN, form_token

APOLOGY, STOP, REFUSAL = "apology_extension", "stop_notice", "rejection"
DAY = timedelta(days=1)
LATER = {"until": "10/03/2026", "reason": "field_survey", "note": "Xác minh tại thôn Hạ."}
ASKED = {"step": "check", "papers": ["divorce_or_death"], "reason": "paper_missing"}


@pytest.fixture
def office(app: Flask) -> Iterator[Office]:
    with at_time(NOW):
        yield make_office(app)


def issued(office: Office, kind: str) -> list[IssuedDocument]:
    with office.app.extensions["onestop"].read() as db:
        found = select(IssuedDocument).where(IssuedDocument.kind == kind)
        rows = db.scalars(found.order_by(IssuedDocument.id)).all()
        db.expunge_all()
        return list(rows)


def pdf(office: Office, who: str, kind: str) -> str:
    answer = office.get(who, f"/dossiers/{office.code}/documents/{kind}.pdf")
    assert answer.status_code == 200
    return text_of(answer.data)


def press(office: Office, who: str, kind: str) -> int:
    client = office.client(who)
    form = {"csrf_token": form_token(client.get("/account"))}
    url = f"/dossiers/{office.code}/documents/{kind}"
    return client.post(url, data=form, headers=ORIGIN).status_code


def test_a_signed_later_date_is_told_by_a_letter_of_the_same_moment(office: Office) -> None:
    assert office.act("leader", Action.EXTEND, **LATER).status_code == 302

    (letter,) = issued(office, APOLOGY)
    assert (letter.number, letter.year, letter.form_edition) == (1, 2026, "2025")
    assert letter.agency_id == office.province[COMMUNE]
    assert letter.issued_by == office.people["leader"].user_id
    text = pdf(office, "officer", APOLOGY)
    assert in_order(
        text,
        [
            "0001/PXL",
            "VĂN BẢN XIN LỖI VÀ ĐỀ NGHỊ GIA HẠN THỜI GIAN GIẢI QUYẾT",
            f"Mã số hồ sơ: {office.code}",
            "Thời gian hẹn trả kết quả: 8 giờ 30 phút, ngày 05 tháng 3 năm 2026",
            "Cần xác minh, kiểm tra thực địa. Xác minh tại thôn Hạ.",
            "Thời gian hẹn trả kết quả lại: 8 giờ 30 phút, ngày 10 tháng 3 năm 2026",
            "Phạm Văn Hùng",
        ],
    )
    page = main_of(office.get("officer"))
    assert "Văn bản xin lỗi và hẹn lại ngày trả số 1/2026" in page
    assert f"/documents/{APOLOGY}.pdf?issue={letter.id}" in page


def test_who_works_on_the_dossier_prints_the_letter_again_under_a_stamp(office: Office) -> None:
    office.act("leader", Action.EXTEND, **LATER)

    assert press(office, "registrar", APOLOGY) == press(office, "clerk", APOLOGY) == 303
    assert press(office, "stranger", APOLOGY) == 404
    first, second, third = issued(office, APOLOGY)
    assert (first.reprint_of, second.reprint_of, third.reprint_of) == (None, first.id, first.id)
    assert (second.print_number, third.print_number) == (2, 3)
    assert second.content is not None
    assert first.content is not None
    assert second.content.startswith(first.content)
    assert "Bản in lần 3" in text_of(third.content or b"")


def test_papers_of_wrong_people_are_void_and_the_next_print_is_another(office: Office) -> None:
    office.act("leader", Action.EXTEND, **LATER)
    office.act("officer", Action.REQUEST_SUPPLEMENT, **ASKED)
    kinds = ("receipt", "supplement_request", APOLOGY)
    for kind in kinds[:2]:
        press(office, "clerk", kind)
    right = Person.model_validate(make_person(name="Trần Văn Ổi", phone="0987654321"))
    with office.app.extensions["onestop"].write() as db:
        clerk, people = office.people["clerk"], (("applicant", right),)
        reason = {"reason": "wrong_person", "note": ""}
        correct(db, office.code, people=people, actor=clerk, at=clock.now(), **reason)

    assert main_of(office.get("officer")).count("Không còn giá trị") == len(kinds)
    for kind in kinds:
        assert press(office, "clerk", kind) == 303
        first, second = issued(office, kind)
        assert first.voided_at is not None
        assert (second.number, second.voided_at, second.reprint_of) == (2, None, None)
        assert "Trần Văn Ổi" in text_of(second.content or b"")


def test_the_page_opens_each_issue_by_itself(office: Office) -> None:
    office.act("leader", Action.EXTEND, **LATER)
    press(office, "clerk", APOLOGY)
    first, second = issued(office, APOLOGY)

    url = f"/dossiers/{office.code}/documents/{APOLOGY}.pdf?issue="

    assert office.get("officer", f"{url}{first.id}").data == first.content
    assert office.get("officer", f"{url}{second.id}").data == second.content
    assert office.get("officer", f"{url}{second.id + 1}").status_code == 404
    assert office.get("stranger", f"{url}{first.id}").status_code == 404


def test_nothing_is_printed_of_a_later_date_that_nobody_signed(office: Office) -> None:
    for kind in (APOLOGY, STOP, REFUSAL):
        assert press(office, "clerk", kind) == 404
        assert f'action="/dossiers/{office.code}/documents/{kind}"' not in office.get("clerk").text


def test_a_stop_is_told_with_stage_reason_and_fees(office: Office) -> None:
    stopped = {"reason": "not_eligible", "note": "Đang có vợ.", "fee_kept": "on"}
    assert office.act("head", Action.STOP, **stopped).status_code == 302

    (letter,) = issued(office, STOP)
    assert letter.agency_id == office.province[JUSTICE]
    text = pdf(office, "clerk", STOP)
    assert "0001/TBD" in text
    assert "Mẫu số 05" in text
    assert "Không đủ điều kiện giải quyết theo quy định. Đang có vợ." in text
    assert "Giai đoạn giải quyết khi dừng:" in text
    assert "Đỗ Văn Lâm" in text


def test_only_reasons_that_can_be_true_are_offered_for_a_stop(office: Office) -> None:
    def offered() -> str:
        page = office.get("head").text.split(f'/actions/{Action.STOP}"')[1]
        return page.split("</form>")[0]

    refused = office.act("head", Action.STOP, reason="supplement_not_brought")
    nothing = offered()
    office.act("officer", Action.REQUEST_SUPPLEMENT, **ASKED)
    asked = offered()

    assert refused.status_code == 422
    assert "Hiện công dân không nợ giấy tờ hay khoản tiền nào đã yêu cầu." in refused.text
    assert issued(office, STOP) == []
    assert "supplement_not_brought" not in nothing
    assert "supplement_not_brought" in asked
    assert "payment_not_made" not in asked
    assert "not_eligible" in nothing


def test_the_citizen_reads_online_why_the_work_was_stopped(office: Office) -> None:
    office.act("leader", Action.STOP, reason="dispute", note="Anh Sáu kiện chị Bảy.")
    with office.app.extensions["onestop"].read() as db:
        token = db.scalars(select(StatusLink.token)).one()

    page = office.app.test_client().get(f"/s/{token}").text

    assert "Lý do: Đang có tranh chấp" in page
    assert "kiện" not in page


def test_a_stop_that_was_taken_back_leaves_no_notice_in_force(office: Office) -> None:
    office.act("leader", Action.STOP, reason="not_eligible")
    office.act("leader", Action.REOPEN, target="check", reason="stopped_in_error")

    (letter,) = issued(office, STOP)
    assert letter.voided_at is not None
    assert press(office, "clerk", STOP) == 404
    office.act("leader", Action.STOP, reason="dispute")
    assert [one.voided_at is None for one in issued(office, STOP)] == [False, True]


def test_a_refusal_taken_back_leaves_no_paper_in_force(office: Office) -> None:
    office.work_off()
    assert office.act("clerk", Action.ACCEPT_RESULT, outcome="refused").status_code == 422
    why = {"outcome": "refused", "reason": "other", "note": "Đã có hộ khẩu nơi khác."}
    assert office.act("clerk", Action.ACCEPT_RESULT, **why).status_code == 302

    (refusal,) = issued(office, REFUSAL)
    assert refusal.agency_id == office.province[DESK]
    assert "Đã có hộ khẩu nơi khác." in text_of(refusal.content or b"")
    assert press(office, "clerk", REFUSAL) == 303
    office.act("leader", Action.REOPEN, target="check", reason="complaint_upheld")
    assert all(one.voided_at for one in issued(office, REFUSAL))
    assert press(office, "clerk", REFUSAL) == 404


def test_a_result_that_is_granted_uses_up_no_number_of_a_refusal(office: Office) -> None:
    office.work_off()
    office.act("clerk", Action.ACCEPT_RESULT, outcome="granted", reason="not_eligible")

    assert issued(office, REFUSAL) == []
    assert press(office, "clerk", REFUSAL) == 404
    assert "Lý do: Không đủ điều kiện" not in office.get("clerk").text


def test_the_clock_that_stops_a_dossier_issues_the_notice_for_a_hand_to_sign(
    office: Office,
) -> None:
    office.act("officer", Action.REQUEST_SUPPLEMENT, **ASKED)
    database = office.app.extensions["onestop"]
    with database.write() as db:
        ends = load(db, office.code).state.open_pauses[0].citizen_due_at
    assert ends is not None
    for at in (ends - timedelta(hours=1), ends + 7 * DAY):
        with at_time(at):
            assert sweep(database, now=clock.now, base_url="http://127.0.0.1").failures == []

    (letter,) = issued(office, STOP)
    text = text_of(letter.content or b"")
    assert "không có; dừng khi hết thời hạn đã báo" in text
    assert "onestop (tự động)" not in text
    assert letter.agency_id == office.province[COMMUNE]


def test_a_dossier_received_under_the_forms_of_2018_keeps_them(office: Office) -> None:
    with office.app.extensions["onestop"].write() as db:
        db.execute(update(Dossier).values(form_edition="2018"))
    office.act("leader", Action.EXTEND, **LATER)
    office.act("leader", Action.STOP, reason="dispute")

    apology, stop = pdf(office, "clerk", APOLOGY), pdf(office, "clerk", STOP)

    assert "PHIẾU XIN LỖI VÀ HẸN LẠI NGÀY TRẢ KẾT QUẢ" in apology
    assert "Mẫu số 04, Thông tư số 01/2018/TT-VPCP" in apology
    assert "THÔNG BÁO DỪNG GIẢI QUYẾT HỒ SƠ" in stop
    assert "Mẫu số" not in stop
    assert {one.form_edition for one in issued(office, STOP)} == {"2018"}
