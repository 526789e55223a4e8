"""A second request for papers and a later date: proposed, agreed, declined, found by the leader."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from onestop.domain.statuses import Action, Status
from tests.conftest import NOW
from tests.web.office import Office, at_time, main_of, make_office
from tests.web.sign_in import post

DAY = timedelta(days=1)
FIRST = {"papers": ["divorce_or_death"], "reason": "paper_missing"}
AGAIN = {"papers": ["identity"], "reason": "paper_unclear", "note": "Ảnh mờ số <căn cước>"}
LATER = {"until": "16/03/2026", "reason": "field_survey"}
PROPOSED = "Chờ lãnh đạo duyệt"
WRONG_DATES: tuple[tuple[dict[str, object], str], ...] = (
    ({"until": ""}, "Hãy ghi ngày hẹn mới."),
    ({"until": "31/02/2026"}, "ngày/tháng/năm"),
    ({"until": "05/03/2026"}, "phải sau ngày đã hẹn gần nhất (08:30 05/03/2026)"),
    ({"until": "01/01/1900"}, "chưa có năm"),
    ({"until": "31/12/9999"}, "chưa có năm"),
    ({"reason": ""}, "Hãy chọn lý do."),
    ({"reason": "absence"}, "trong danh sách"),
    ({"reason": "other"}, "hãy ghi rõ lý do"),
)


@pytest.fixture
def office(app: Flask) -> Iterator[Office]:
    with at_time(NOW):
        yield make_office(app)


def ask_once(office: Office) -> None:
    office.act("officer", Action.REQUEST_SUPPLEMENT, step="check", **FIRST)
    brought = {"pause": "1", "papers": ["divorce_or_death|certified"]}
    assert office.act("clerk", Action.TAKE_IN_SUPPLEMENT, **brought).status_code == 302


def ask_again(office: Office) -> None:
    ask_once(office)
    sent = office.act("officer", Action.PROPOSE_SUPPLEMENT, step="check", **AGAIN)
    assert sent.status_code == 302


class TestSecondRequest:
    def test_the_form_says_that_a_leader_must_agree(self, office: Office) -> None:
        before = office.get("officer").text
        ask_once(office)
        after = office.get("officer").text

        assert "actions/request-supplement" in before
        assert "actions/request-supplement" not in after
        assert "Hồ sơ đã được yêu cầu bổ sung một lần, nên lãnh đạo phải đồng ý" in after
        assert "Thời hạn chỉ tạm dừng từ lúc lãnh đạo đồng ý." in after

    def test_the_leader_reads_what_why_and_who_and_the_others_that_it_waits(
        self, office: Office
    ) -> None:
        ask_again(office)

        head, officer = office.get("head").text, office.get("officer").text

        assert office.status() is Status.PROCESSING
        assert PROPOSED in head
        assert "“Ảnh mờ số &lt;căn cước&gt;”" in head
        assert "Giấy tờ mờ, rách hoặc không đọc được" in head
        assert "actions/approve-supplement" in head
        assert "actions/decline" in head
        assert "Đang chờ lãnh đạo Bộ phận Tư pháp - Hộ tịch" in officer
        assert "actions/approve-supplement" not in officer

    def test_an_agreement_stops_the_clock_and_the_ledger_names_both(self, office: Office) -> None:
        ask_again(office)

        office.act("head", Action.APPROVE_SUPPLEMENT, proposal="1")

        assert office.status() is Status.SUPPLEMENT_REQUIRED
        page = office.get("officer").text
        assert PROPOSED not in page
        assert "Đã đồng ý yêu cầu bổ sung lần nữa" in page
        with at_time(NOW + DAY):
            brought = {"pause": "2", "papers": ["identity|original"]}
            office.act("clerk", Action.TAKE_IN_SUPPLEMENT, **brought)
            line = main_of(office.get("clerk")).split("ledger__counted")[1].split("</tr>")[0]
        assert "Tính lại sau khi tạm dừng" in line
        assert "Giấy tờ mờ, rách hoặc không đọc được" in line
        assert line.index("Trần Minh Quân") < line.index("Đỗ Văn Lâm")

    def test_a_refusal_needs_its_reason_and_stands_in_the_history(self, office: Office) -> None:
        ask_again(office)

        bare = office.act("head", Action.DECLINE, proposal="1")
        assert bare.status_code == 422
        assert "Hãy chọn lý do." in bare.text
        office.act("head", Action.DECLINE, proposal="1", reason="asked_already")

        page = office.get("officer").text
        assert office.status() is Status.PROCESSING
        assert "Lãnh đạo không đồng ý: Yêu cầu công dân bổ sung lần nữa" in page
        assert "Lý do: Nội dung này đã yêu cầu rồi" in page
        assert PROPOSED not in page

    def test_nobody_else_decides(self, office: Office) -> None:
        ask_again(office)
        before = office.version()

        for who in ("officer", "colleague", "clerk", "leader"):
            assert office.act(who, Action.APPROVE_SUPPLEMENT, proposal="1").status_code == 403
            declined = office.act(who, Action.DECLINE, proposal="1", reason="not_needed")
            assert declined.status_code == 403
        assert office.version() == before

    def test_a_proposal_that_is_not_there_cannot_be_decided(self, office: Office) -> None:
        ask_again(office)

        for proposal in ("2", "0", "x", ""):
            answer = office.act("head", Action.APPROVE_SUPPLEMENT, proposal=proposal)
            assert answer.status_code in (403, 422), proposal
        assert office.status() is Status.PROCESSING


class TestLaterDate:
    def test_a_draft_says_the_rule_and_waits_for_the_head_of_the_agency(
        self, office: Office
    ) -> None:
        assert "Chỉ được hẹn lại chậm nhất 1 ngày làm việc trước hẹn đó" in (
            office.get("officer").text
        )

        office.act("officer", Action.DRAFT_EXTENSION, **LATER)

        leader = office.get("leader").text
        assert PROPOSED in leader
        assert "08:30 16/03/2026" in leader
        assert 'value="16/03/2026"' in leader
        assert '<option value="field_survey" selected>' in leader
        assert "Đang chờ lãnh đạo Ủy ban nhân dân phường Đầm Sen" in office.get("head").text

    def test_signed_it_is_told_and_punctuality_counts_as_before(self, office: Office) -> None:
        office.act("officer", Action.DRAFT_EXTENSION, **LATER)

        signed = office.act("leader", Action.EXTEND, proposal="1", until="", reason="")

        assert signed.status_code == 302
        page = main_of(office.get("officer"))
        assert "Đã xin lỗi và hẹn lại:" in page
        ledger = page.split('id="ledger-title"')[1]
        first, last = ledger.split("<tr")[2], ledger.split("<tr")[3]
        assert "08:30 05/03/2026" in first
        assert "Hẹn đầu, không đổi" in first
        assert "Mốc xét đúng hạn" in first
        assert "08:30 16/03/2026" in last
        assert "Mốc xét đúng hạn" not in last
        for words in ("Trần Minh Quân", "Phạm Văn Hùng", "Văn bản xin lỗi và hẹn lại ngày trả"):
            assert words in last

    def test_the_leader_may_choose_another_date_than_the_draft(self, office: Office) -> None:
        office.act("officer", Action.DRAFT_EXTENSION, **LATER)

        changed = {"until": "11/03/2026", "reason": "heavy_load"}
        office.act("leader", Action.EXTEND, proposal="1", **changed)

        page = main_of(office.get("leader"))
        assert "Hẹn trả: 08:30 11/03/2026 · Lý do: Số lượng hồ sơ nhiều" in page

    def test_the_leader_may_sign_without_a_draft_once(self, office: Office) -> None:
        assert "actions/extend" in office.get("leader").text

        assert office.act("leader", Action.EXTEND, proposal="0", **LATER).status_code == 302

        assert "actions/extend" not in office.get("leader").text
        assert "actions/draft-extension" not in office.get("officer").text
        again = {"until": "20/03/2026", "reason": "heavy_load"}
        assert office.act("leader", Action.EXTEND, proposal="0", **again).status_code == 403

    def test_a_wrong_date_comes_back_at_its_field(self, office: Office) -> None:
        before = office.version()

        for typed, words in WRONG_DATES:
            refused = office.act("officer", Action.DRAFT_EXTENSION, **(LATER | typed))
            assert refused.status_code == 422, typed
            assert words in refused.text
            assert '<details class="move" name="moves" open>' in refused.text
        for typed, words in WRONG_DATES[:5]:
            signed = office.act("leader", Action.EXTEND, proposal="0", **(LATER | typed))
            assert signed.status_code == 422, typed
            assert words in signed.text
        assert office.version() == before

    def test_while_the_clock_stands_still_the_leader_is_told_to_wait(self, office: Office) -> None:
        office.act("officer", Action.DRAFT_EXTENSION, **LATER)
        office.act("head", Action.SUSPEND, reason="awaiting_court")

        page = office.get("leader").text

        assert "Ký được khi thời hạn của hồ sơ được tính tiếp." in page
        assert "actions/extend" not in page
        assert "actions/decline" in page

    def test_a_day_off_becomes_the_next_working_day(self, office: Office) -> None:
        office.act("officer", Action.DRAFT_EXTENSION, **(LATER | {"until": "14/03/2026"}))

        assert "Hẹn mới đề nghị: 08:30 16/03/2026" in office.get("officer").text

    def test_on_the_last_day_it_is_too_late_and_the_page_says_so(self, office: Office) -> None:
        with at_time(NOW + 3 * DAY):
            form = office.get("officer").text
            refused = office.act("officer", Action.DRAFT_EXTENSION, **LATER)

        assert "Nay đã quá lúc được hẹn lại." in form
        assert refused.status_code == 422
        assert "chậm nhất 1 ngày làm việc trước hạn 08:30 05/03/2026" in refused.text


class TestWorklist:
    def test_the_leader_finds_it_and_the_officer_has_no_such_tab(self, office: Office) -> None:
        office.act("officer", Action.DRAFT_EXTENSION, **LATER)

        page = main_of(office.get("leader", "/casework?tab=proposed"))

        assert f'href="/dossiers/{office.code}"' in page
        assert "Hẹn mới đề nghị: 16/03/2026" in page
        assert 'Chờ duyệt <span class="count count--soon">1</span>' in page
        assert "Chờ duyệt" not in office.get("officer", "/casework").text
        assert office.get("officer", "/casework?tab=proposed").status_code == 200

    def test_nothing_to_decide_is_said_in_words(self, office: Office) -> None:
        page = office.get("leader", "/casework?tab=proposed").text

        assert "Không có đề nghị nào chờ ông/bà duyệt." in page


class TestTwoAtOnce:
    def test_a_leader_is_told_who_was_faster_and_when(self, office: Office) -> None:
        ask_again(office)
        shown = str(office.version())
        office.act("officer", Action.FINISH_STEP, step="check")

        lost = office.act("head", Action.APPROVE_SUPPLEMENT, proposal="1", version=shown)

        assert lost.status_code == 409
        assert "Trần Minh Quân, lúc 08:30: Đã hoàn thành bước" in lost.text
        assert office.status() is Status.PROCESSING

    def test_a_decision_on_one_proposal_is_not_taken_for_one_on_another(
        self, office: Office
    ) -> None:
        ask_again(office)
        office.act("officer", Action.PROPOSE_SUPPLEMENT, step="check", **AGAIN)
        shown = str(office.version())
        why = {"reason": "not_needed", "version": shown}
        office.act("head", Action.DECLINE, proposal="1", **why)

        twice = office.act("head", Action.DECLINE, proposal="1", **why)
        other = office.act("head", Action.DECLINE, proposal="2", **why)

        assert twice.status_code == 302
        assert other.status_code == 409
        assert "Đỗ Văn Lâm, lúc 08:30: Lãnh đạo không đồng ý" in other.text


def test_both_read_in_english(office: Office) -> None:
    ask_again(office)
    office.act("officer", Action.DRAFT_EXTENSION, **LATER)
    client = office.client("head")
    post(client, "/account/language", "/account", language="en")

    page = client.get(f"/dossiers/{office.code}").text

    assert "Waiting for a leader" in page
    assert "Second request for papers" in page
    assert "Apology and a later date" in page
    assert "Ledger of promises" in page
