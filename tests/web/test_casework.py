"""Worklists, the page of a dossier, its forms, and the find box, as people use them."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from werkzeug.test import TestResponse

from onestop.domain.statuses import Action, Status
from onestop.services.casework import accept_step
from onestop.services.event_log import load
from onestop.services.links import live_link
from tests.browser import LiveServer
from tests.conftest import NOW
from tests.factories import cookie_for, make_person
from tests.web.office import Office, at_time, main_of, make_office
from tests.web.sign_in import ORIGIN, form_token, post

PAPERS = {"papers": ["divorce_or_death"], "reason": "paper_missing"}
DAY = timedelta(days=1)
WRONG: tuple[tuple[Action, dict[str, object], str], ...] = (
    (Action.REQUEST_SUPPLEMENT, {"reason": "paper_missing"}, "ít nhất một giấy tờ"),
    (Action.REQUEST_SUPPLEMENT, {"papers": ["identity"]}, "Hãy chọn lý do."),
    (Action.REQUEST_SUPPLEMENT, PAPERS | {"reason": "none"}, "trong danh sách"),
    (Action.REQUEST_SUPPLEMENT, PAPERS | {"reason": "other", "note": ""}, "hãy ghi rõ lý do"),
    (Action.REQUEST_SUPPLEMENT, PAPERS | {"papers": ["made_up"]}, "giấy tờ"),
    (Action.REQUEST_PAYMENT, {"reason": "fee_unpaid"}, "lớn hơn 0"),
    (Action.REQUEST_PAYMENT, {"reason": "fee_unpaid", "amount": "mười"}, "bằng chữ số"),
    (Action.REQUEST_PAYMENT, {"reason": "fee_unpaid", "amount": "9" * 40}, "quá lớn"),
    (Action.FINISH_STEP, {"note": "x" * 1001}, "ngắn hơn 1000"),
    (Action.FINISH_STEP, {"registered_on": "31/02/2026"}, "ngày/tháng/năm"),
    (Action.FINISH_STEP, {"registered_on": "03/03/2026"}, "không được sau hôm nay"),
    (Action.FINISH_STEP, {"chosen.verify_elsewhere": "x"}, "chưa đúng"),
)


@pytest.fixture
def office(app: Flask) -> Iterator[Office]:
    with at_time(NOW):
        yield make_office(app)


class TestWorklist:
    def test_it_shows_what_the_officer_holds_with_a_count_on_each_tab(self, office: Office) -> None:
        page = office.get("officer", "/casework")

        assert page.status_code == 200
        assert office.code in page.text
        assert "Nguyễn Thị Đào" in page.text
        for label in ("Quá hạn", "Đến hạn hôm nay", "3 ngày tới", "Chờ công dân", "Mới giao"):
            assert label in page.text

    def test_nothing_to_do_is_said_in_words(self, office: Office) -> None:
        assert "Không có hồ sơ nào chờ xử lý." in office.get("registrar", "/casework").text
        late = office.get("officer", "/casework?tab=late").text
        assert "Không có hồ sơ quá hạn." in late

    def test_the_agency_shows_who_holds_it(self, office: Office) -> None:
        page = office.get("colleague", "/casework?view=agency")

        assert office.code in page.text
        assert "Trần Minh Quân" in page.text

    def test_a_late_one_says_how_many_working_days(self, office: Office) -> None:
        with at_time(NOW + 9 * DAY):
            assert "Trễ 6 ngày làm việc" in office.get("officer", "/casework?tab=late").text

    def test_the_desk_is_told_what_its_citizen_is_waited_for_and_where(
        self, office: Office
    ) -> None:
        office.act("officer", Action.REQUEST_SUPPLEMENT, step="check", note="", **PAPERS)

        page = office.get("clerk", "/casework?tab=waiting").text

        assert office.code in page
        assert "tại Tư pháp Đầm Sen" in page
        assert office.code not in office.get("stranger", "/casework?tab=waiting").text

    def test_filters_stand_in_the_address_and_come_off_one_by_one(self, office: Office) -> None:
        page = office.get("officer", "/casework?tab=all&procedure=1.004873")

        assert office.code in page.text
        assert 'class="chip" href="/casework"' in page.text

    def test_pages_are_linked(self, office: Office) -> None:
        for _ in range(51):
            office.receive()

        first = office.get("officer", "/casework")
        address = first.text.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
        second = office.get("officer", address)

        assert first.text.count("stretched-link") == 50
        assert second.text.count("stretched-link") == 2
        assert "Về trang đầu" in second.text

    def test_an_address_somebody_changed_is_no_accident(self, office: Office) -> None:
        for changed in ("tab=none", "agency=x", "after=x", "after=2026~1~1", "procedure=%27"):
            assert office.get("officer", f"/casework?{changed}").status_code == 200


class TestPage:
    def test_the_officer_reads_what_to_do_and_until_when(self, office: Office) -> None:
        page = office.get("officer").text

        assert "Ông/bà đang xử lý: Kiểm tra tình trạng hôn nhân" in page
        assert "Hạn của bước:" in page
        assert "8 giờ 30 phút, thứ Năm, ngày 05/03/2026" in page

    def test_the_clerk_can_hand_out_the_link_and_the_officer_cannot(self, office: Office) -> None:
        assert "/s/" in office.get("clerk").text
        assert "/s/" not in office.get("officer").text

    def test_why_this_date_is_told(self, office: Office) -> None:
        page = office.get("officer").text

        assert "Vì sao là ngày này?" in page
        assert "Thời hạn 3 ngày làm việc" in page

    def test_the_message_to_the_citizen_is_shown_before_it_is_sent(self, office: Office) -> None:
        page = office.get("officer").text

        assert "Công dân sẽ đọc trên trang tra cứu:" in page
        assert "chậm nhất ngày 16/03/2026:" in page

    def test_a_paper_that_was_never_made_has_a_button_that_makes_it(self, office: Office) -> None:
        page = office.get("officer").text
        printed = office.client("officer")
        token = form_token(printed.get("/account"))

        answer = printed.post(
            f"/dossiers/{office.code}/documents/control_slip",
            data={"csrf_token": token},
            headers=ORIGIN,
            follow_redirects=True,
        )

        assert f'action="/dossiers/{office.code}/documents/control_slip"' in page
        assert f"/dossiers/{office.code}/documents/control_slip.pdf" not in page
        assert answer.mimetype == "application/pdf"
        again = office.get("officer").text
        assert f"/dossiers/{office.code}/documents/control_slip.pdf" in again

    def test_it_reads_in_english(self, office: Office) -> None:
        client = office.client("officer")
        post(client, "/account/language", "/account", language="en")

        page = client.get(f"/dossiers/{office.code}")

        assert page.status_code == 200
        assert "Certificate of marital status" in page.text


class TestActions:
    def test_the_whole_way_to_the_citizen(self, office: Office) -> None:
        steps = (("check", "officer"), ("draft", "officer"), ("sign", "leader"))
        for step, who in steps:
            if step != "check":
                office.act(who, Action.ACCEPT_STEP, step=step)
            assert office.act(who, Action.FINISH_STEP, step=step).status_code == 302
        office.act("registrar", Action.ACCEPT_STEP, step="register")
        numbered = {"result_number": "12/XN-UBND", "registered_on": "02/03/2026"}
        office.act("registrar", Action.FINISH_STEP, step="register", **numbered)
        office.act("clerk", Action.ACCEPT_RESULT)
        assert office.status() is Status.COMPLETED
        office.act("clerk", Action.RETURN_RESULT, taker="Nguyễn Thị Đào", collected="10.000")

        page = office.get("clerk").text

        assert office.status() is Status.RETURNED
        assert "Số 12/XN-UBND, ngày 02/03/2026" in page
        assert "Người nhận: Nguyễn Thị Đào" in page
        assert "Thu tại quầy: 10.000" in page
        assert "(đã nộp)" in page

    def test_papers_are_asked_for_and_taken_in(self, office: Office) -> None:
        office.act("officer", Action.REQUEST_SUPPLEMENT, step="check", note="Gấp", **PAPERS)
        assert office.status() is Status.SUPPLEMENT_REQUIRED
        waiting = office.get("clerk").text
        assert "Chờ công dân bổ sung giấy tờ: Bản án, quyết định ly hôn" in waiting
        assert office.code in office.get("officer", "/casework?tab=waiting").text

        with at_time(NOW + DAY):
            brought = {"pause": "1", "papers": ["divorce_or_death|certified"]}
            office.act("clerk", Action.TAKE_IN_SUPPLEMENT, **brought)

            assert office.status() is Status.PROCESSING
            assert "Tính lại sau khi tạm dừng" in office.get("clerk").text

    def test_a_suspended_dossier_goes_on(self, office: Office) -> None:
        office.act("head", Action.SUSPEND, reason="awaiting_court")
        assert office.status() is Status.SUSPENDED
        assert "Chờ kết quả của tòa án" in office.get("officer").text

        office.act("head", Action.RESUME, pause="1")

        assert office.status() is Status.PROCESSING

    def test_a_consultation_goes_to_the_chosen_agency(self, office: Office) -> None:
        other = office.province["H91.52.02"]

        chosen = {"finish-step-check:chosen.verify_elsewhere": str(other)}
        office.act("officer", Action.FINISH_STEP, step="check", **chosen)

        assert "Xác minh tại nơi thường trú trước đây" in office.get("officer").text

    def test_a_reception_is_undone_in_time(self, office: Office) -> None:
        office.code = office.receive()

        office.act("clerk", Action.VOID, reason="entered_twice")

        assert office.status() is Status.REJECTED

    def test_ten_minutes_later_it_is_too_late(self, office: Office) -> None:
        office.code = office.receive()

        with at_time(NOW + timedelta(minutes=11)):
            refused = office.act("clerk", Action.VOID, reason="entered_twice")

        assert refused.status_code == 409
        assert "10 phút" in refused.text
        assert office.status() is Status.RECEIVED


class TestBadInput:
    def test_the_form_comes_back_open_with_the_sentence(self, office: Office) -> None:
        before = office.version()

        for action, typed, words in WRONG:
            refused = office.act("officer", action, **{"step": "check", "note": "Đã gõ", **typed})

            assert refused.status_code == 422, typed
            assert words in refused.text
            assert "<title>Lỗi:" in refused.text
            assert '<details class="move" name="moves" open>' in refused.text
        assert office.version() == before

    def test_what_was_typed_stays_in_the_form(self, office: Office) -> None:
        refused = office.act(
            "officer",
            Action.REQUEST_SUPPLEMENT,
            step="check",
            papers=["divorce_or_death"],
            note="Thiếu bản án <b>năm 2019</b>",
        )

        assert "Thiếu bản án &lt;b&gt;năm 2019&lt;/b&gt;</textarea>" in refused.text
        assert 'value="divorce_or_death" checked' in refused.text

    def test_a_late_step_wants_its_reason(self, office: Office) -> None:
        with at_time(NOW + 9 * DAY):
            refused = office.act("officer", Action.FINISH_STEP, step="check")
            assert refused.status_code == 422
            assert "finish-step-check:late_reason-error" in refused.text

            reason = {"late_reason": "heavy_load"}
            assert office.act("officer", Action.FINISH_STEP, step="check", **reason).location
            assert "Lý do quá hạn: Số lượng hồ sơ nhiều" in office.get("officer").text

    def test_missing_papers_are_not_taken_in(self, office: Office) -> None:
        office.act("officer", Action.REQUEST_SUPPLEMENT, step="check", **PAPERS)

        refused = office.act("clerk", Action.TAKE_IN_SUPPLEMENT, pause="1")

        assert refused.status_code == 422
        assert office.status() is Status.SUPPLEMENT_REQUIRED

    def test_an_action_that_does_not_exist_is_not_found(self, office: Office) -> None:
        for action in ("correct", "receive", "delete", "finish_step", "-"):
            assert office.act("officer", action, step="check").status_code == 404

    def test_a_form_without_a_version_does_nothing(self, office: Office) -> None:
        for version in ("", "x", "0", "-1"):
            refused = office.act("officer", Action.FINISH_STEP, step="check", version=version)
            assert refused.status_code == 422


class TestTwoAtOnce:
    def test_the_slower_one_is_told_who_and_when_and_keeps_the_note(self, office: Office) -> None:
        shown = str(office.version())
        office.act("colleague", Action.ACCEPT_STEP, step="check")

        lost = office.act(
            "officer",
            Action.REQUEST_SUPPLEMENT,
            step="check",
            version=shown,
            note="Thiếu bản án ly hôn",
            **PAPERS,
        )

        assert lost.status_code == 409
        assert "Lê Thị Mai, lúc 08:30: Đã nhận xử lý" in lost.text
        assert "Thiếu bản án ly hôn" in lost.text
        assert office.status() is Status.PROCESSING

    def test_where_it_is_still_allowed_the_form_stands_open_and_filled(
        self, office: Office
    ) -> None:
        shown = str(office.version())
        office.act("colleague", Action.ACCEPT_STEP, step="check")
        office.act("officer", Action.ACCEPT_STEP, step="check")

        typed = {"step": "check", "note": "Thiếu bản án", **PAPERS}
        lost = office.act("officer", Action.REQUEST_SUPPLEMENT, version=shown, **typed)

        assert lost.status_code == 409
        assert "Thiếu bản án</textarea>" in lost.text
        assert f'name="version" value="{office.version()}"' in lost.text

    def test_a_double_click_is_done_once_and_no_cause_for_alarm(self, office: Office) -> None:
        shown = str(office.version())
        office.act("officer", Action.FINISH_STEP, step="check", version=shown)
        after = office.version()

        again = office.act("officer", Action.FINISH_STEP, step="check", version=shown)

        assert (again.status_code, again.location) == (302, f"/dossiers/{office.code}")
        assert office.version() == after


def found(office: Office, who: str, typed: str) -> TestResponse:
    return post(office.client(who), "/find", q=typed)


class TestFind:
    def test_a_person_is_found(self, office: Office) -> None:
        for typed in ("nguyen thi đao", "Nguyễn Thị Đào", "098190012345", "0912 345 678"):
            assert office.code in main_of(found(office, "officer", typed))

    def test_a_code_opens_its_dossier(self, office: Office) -> None:
        page = found(office, "officer", office.code.lower())

        assert page.location == f"/dossiers/{office.code}"

    def test_a_scanned_receipt_opens_its_dossier(self, office: Office) -> None:
        with office.app.extensions["onestop"].write() as db:
            link = live_link(db, load(db, office.code).dossier_id)
        assert link is not None

        page = found(office, "officer", f"http://127.0.0.1:8000/s/{link.token.text}")

        assert page.location == f"/dossiers/{office.code}"

    def test_a_scanned_secret_is_not_shown_again(self, office: Office) -> None:
        page = found(office, "stranger", "http://127.0.0.1:8000/s/" + "A" * 26)

        assert "A" * 26 not in main_of(page)
        assert "Không tìm thấy hồ sơ nào." in page.text

    def test_anything_may_be_typed(self, office: Office) -> None:
        for typed in ("", "   ", "x" * 3000, "=1+1", "<b", "|||||||"):
            assert found(office, "officer", typed).status_code == 200

    def test_what_is_scanned_stays_out_of_every_address(self, office: Office) -> None:
        page = office.get("officer", f"/find?q={office.code}")

        assert page.status_code == 200
        assert office.code not in main_of(page)
        assert page.text.count('action="/find" method="post"') == 2

    def test_a_stranger_finds_nothing(self, office: Office) -> None:
        for typed in (office.code, "nguyen thi dao", "098190012345"):
            assert "stretched-link" not in found(office, "stranger", typed).text


def test_the_page_costs_the_same_for_one_and_for_many(office: Office, count_queries) -> None:
    office.get("officer", "/casework")
    with count_queries() as one:
        office.get("officer", "/casework")
    for n in range(12):
        code = office.receive(applicant=make_person(name=f"Trần Văn {n}"))
        with office.app.extensions["onestop"].write() as db:
            accept_step(db, code, step="check", actor=office.people["officer"], at=NOW)
    with count_queries() as many:
        office.get("officer", "/casework")

    assert len(many) == len(one)


class TestBrowser:
    def test_the_list_is_walked_by_keys_and_the_message_follows_the_ticks(
        self, page: Page, live_server: LiveServer
    ) -> None:
        with at_time(NOW):
            office = make_office(live_server.app)
            name, value = cookie_for(live_server.app, office.people["officer"], at=NOW)
            page.context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
            page.goto("/casework")

            page.keyboard.press("ArrowDown")
            page.keyboard.press("Enter")
            page.wait_for_url(f"**/dossiers/{office.code}")
            page.get_by_text("Yêu cầu bổ sung", exact=True).click()
            page.get_by_label("Bản án, quyết định ly hôn").check()

            message = page.locator(".citizen-message")
            expect(message).to_contain_text("Bản án, quyết định ly hôn", use_inner_text=True)
            expect(message).not_to_contain_text("Tờ khai", use_inner_text=True)
            expect(page.locator("details.move[open]")).to_have_count(1)
