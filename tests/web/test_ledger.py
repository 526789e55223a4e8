"""The dates on a dossier's page: every line of the ledger, phases, steps that are not counted."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page, expect

from onestop.domain.rights import Role
from onestop.domain.statuses import Action, Status
from onestop.services.catalogue import procedure_in_force
from tests.browser import LiveServer
from tests.conftest import NOW
from tests.factories import OTHER_JUSTICE, cookie_for, make_staff
from tests.web.office import Office, at_time, main_of, make_office
from tests.web.sign_in import post

LAND = "1.012786"
DAY = timedelta(days=1)
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
STANDS = "Thời hạn chung của hồ sơ đang đứng yên."


@pytest.fixture
def office(app: Flask) -> Iterator[Office]:
    with at_time(NOW):
        yield make_office(app)


def ledger(office: Office, who: str = "officer") -> str:
    return main_of(office.get(who)).split('id="ledger-title"')[1].split("</section>")[0]


def sent_elsewhere(office: Office) -> None:
    other = office.province[OTHER_JUSTICE]
    with office.app.extensions["onestop"].write() as db:
        office.people["verifier"] = make_staff(db, Role.OFFICER, other)
    chosen = {"finish-step-check:chosen.verify_elsewhere": str(other)}
    sent = office.act("officer", Action.FINISH_STEP, step="check", **chosen)
    assert sent.status_code == 302


class TestLedger:
    def test_a_line_for_the_whole_and_one_for_each_leg(self, office: Office) -> None:
        lines = ledger(office).split("<tr")[2:]

        assert "Toàn bộ hồ sơ" in lines[0]
        assert "Mốc xét đúng hạn" in lines[0]
        assert "Giấy tiếp nhận hồ sơ và hẹn trả kết quả" in lines[0]
        assert [f"Chặng {n}:" in lines[n] for n in (1, 2, 3)] == [True] * 3
        assert "Mốc xét đúng hạn" not in lines[1]

    def test_after_a_pause_it_says_why_and_who_asked(self, office: Office) -> None:
        office.act("head", Action.SUSPEND, reason="awaiting_court")
        with at_time(NOW + DAY):
            office.act("head", Action.RESUME, pause="1")
            first, line = ledger(office).split("<tr")[2:4]

        assert "08:30 05/03/2026" in first
        assert "Hẹn đầu, không đổi" in first
        assert "Mốc xét đúng hạn" not in first
        assert "08:30 06/03/2026" in line
        for words in ("Mốc xét đúng hạn", "Chờ kết quả của tòa án", "Đỗ Văn Lâm", "Trang tra cứu"):
            assert words in line

    def test_a_first_date_that_went_by_is_shown_beside_the_counted_one(
        self, office: Office
    ) -> None:
        office.act("head", Action.SUSPEND, reason="awaiting_court")
        with at_time(NOW + 2 * DAY):
            office.act("head", Action.RESUME, pause="1")
        with at_time(NOW + 4 * DAY):
            first, counted = ledger(office).split("<tr")[2:4]

        assert "Đã qua hẹn này" in first
        assert "Đã qua hẹn này" not in counted

    def test_each_phase_has_its_own_date(self, office: Office) -> None:
        with office.app.extensions["onestop"].write() as db:
            spec = procedure_in_force(db, LAND, NOW.date()).spec
        papers = [{"code": paper.code} for paper in spec.required_papers]
        answers = dict.fromkeys(spec.questions, 1)
        office.code = office.receive(procedure=LAND, papers=papers, answers=answers)

        lines = ledger(office, "clerk")

        assert "Giai đoạn 1" in lines
        assert "Giai đoạn 2" not in lines  # promised when it begins


class TestNotCounted:
    def test_while_it_runs_the_page_says_that_the_whole_stands_still(self, office: Office) -> None:
        sent_elsewhere(office)

        page = office.get("clerk").text

        assert "Không tính vào thời hạn" in page
        assert STANDS in page
        # The step is due on Thursday; all three working days are left then.
        assert "tính tiếp từ 08:30 05/03/2026 thì hẹn trả kết quả là 08:30 10/03/2026." in page
        assert "Hạn của bước: 05/03/2026" in office.get("verifier").text

    def test_when_it_is_late_the_date_follows_the_day(self, office: Office) -> None:
        sent_elsewhere(office)

        with at_time(NOW + 7 * DAY):
            page = office.get("clerk").text

        assert "tính tiếp từ 08:30 09/03/2026 thì hẹn trả kết quả là 08:30 12/03/2026." in page

    def test_afterwards_the_clock_runs_and_the_history_tells_both(self, office: Office) -> None:
        sent_elsewhere(office)
        with at_time(NOW + DAY):
            office.act("verifier", Action.ACCEPT_STEP, step="verify_elsewhere")
            office.act("verifier", Action.FINISH_STEP, step="verify_elsewhere")
            page = office.get("clerk").text

        assert office.status() is Status.PROCESSING
        assert STANDS not in page
        assert "Thời hạn chung đứng yên: Xác minh tại nơi thường trú trước đây" in page
        assert "Thời hạn chung được tính tiếp: Xác minh tại nơi thường trú trước đây" in page
        assert "08:30 06/03/2026" in ledger(office)

    def test_what_the_citizen_owes_leads_to_a_date_too(self, office: Office) -> None:
        asked = {"papers": ["divorce_or_death"], "reason": "paper_missing"}
        office.act("officer", Action.REQUEST_SUPPLEMENT, step="check", **asked)

        with at_time(NOW + DAY):
            page = office.get("clerk").text

        assert STANDS not in page
        assert "tính tiếp từ 08:30 03/03/2026 thì hẹn trả kết quả là 08:30 06/03/2026." in page

    def test_it_reads_in_english(self, office: Office) -> None:
        sent_elsewhere(office)
        client = office.client("officer")
        post(client, "/account/language", "/account", language="en")

        page = client.get(f"/dossiers/{office.code}").text

        assert "The clock of the whole dossier stands still." in page
        assert "Not counted" in page


class TestBrowser:
    def test_a_leader_decides_on_a_telephone_and_nothing_runs_out_of_the_page(
        self, page: Page, live_server: LiveServer
    ) -> None:
        with at_time(NOW):
            office = with_draft(live_server)
            come_in(page, live_server, office, "leader")
            page.set_viewport_size({"width": 360, "height": 740})
            page.goto("/casework?tab=proposed")
            page.get_by_role("link", name=office.code).click()

            page.locator("summary", has_text="Ký xin lỗi và hẹn lại").click()
            width = page.evaluate("document.documentElement.scrollWidth")
            page.get_by_role("button", name="Ký xin lỗi và hẹn lại").click()

            assert width <= 360
            expect(page.locator("main")).to_contain_text("Mốc xét đúng hạn giữ nguyên")
            expect(page.locator(".ledger td[data-label]").first).to_be_visible()

    @pytest.mark.only_sqlite
    def test_axe_finds_nothing_to_mend(self, page: Page, live_server: LiveServer) -> None:
        with at_time(NOW):
            office = with_draft(live_server)
            looks = (
                ("leader", f"/dossiers/{office.code}", "Ký xin lỗi và hẹn lại"),
                ("leader", "/casework?tab=proposed", ""),
                ("head", f"/dossiers/{office.code}", "Phân công lại"),
                ("officer", f"/dossiers/{office.code}", "Yêu cầu nộp tiền"),
            )
            for who, path, form in looks:
                come_in(page, live_server, office, who)
                for width in (1280, 360):
                    page.set_viewport_size({"width": width, "height": 900})
                    page.goto(path)
                    if form:
                        page.locator("summary", has_text=form).click()
                    assert Axe().run(page, options=WCAG).response["violations"] == [], (who, width)


def with_draft(live_server: LiveServer) -> Office:
    office = make_office(live_server.app)
    office.act("officer", Action.DRAFT_EXTENSION, until="16/03/2026", reason="field_survey")
    return office


def come_in(page: Page, live_server: LiveServer, office: Office, who: str) -> None:
    page.context.clear_cookies()
    name, value = cookie_for(live_server.app, office.people[who], at=NOW)
    page.context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
