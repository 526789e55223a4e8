"""An officer is away: the leader moves the work and arranges a stand-in, by keyboard, under axe."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from onestop.domain.rights import Actor, Role
from onestop.services.casework import accept_step
from tests.browser import press
from tests.conftest import NOW
from tests.factories import JUSTICE, make_staff, receive
from tests.journeys.test_accessibility import WCAG
from tests.journeys.town import PHONE, Town

pytestmark = pytest.mark.only_sqlite

MARITAL = {"procedure": "1.004873", "papers": [{"code": "declaration"}, {"code": "identity"}]}


def held_by_justice(town: Town) -> list[str]:
    """The head of the unit, and three dossiers of its officer, one of them late."""
    with town.database.write() as db:
        town.people["head"] = make_staff(
            db, Role.LEADER, town.province[JUSTICE], display_name="Đỗ Văn Lâm"
        )
        officer: Actor = town.people["justice"]
        codes = []
        for days in (6, 0, 0):
            at = NOW - timedelta(days=days)
            codes.append(receive(db, town.people["clerk"], at=at, **MARITAL).code)
            accept_step(db, codes[-1], step="check", actor=officer, at=at)
    return codes


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options=WCAG).response["violations"]
    return [str(one["id"]) for one in found]


def test_the_work_of_an_absent_officer_is_moved_by_keyboard(town: Town) -> None:
    codes = held_by_justice(town)
    with town.at_work("head") as page:
        page.goto("/casework/staff")
        assert violations(page) == []
        page.get_by_role("link", name="3 việc của Trần Minh Quân").focus()
        press(page, "Enter")
        expect(page.locator("h1")).to_have_text("Việc của Trần Minh Quân")
        assert violations(page) == []
        page.get_by_role("link", name="Đánh dấu tất cả trong trang").focus()
        press(page, "Enter")
        expect(page.locator("input[name=steps]:checked")).to_have_count(3)
        page.locator("input[name=steps]").first.focus()
        press(page, "Space")
        expect(page.locator("input[name=steps]:checked")).to_have_count(2)
        page.locator("#holder").focus()
        page.keyboard.type("Lê")
        press(page, "Tab")
        page.keyboard.type("Cán bộ vắng")
        page.get_by_role("button", name="Chuyển", exact=True).focus()
        press(page, "Enter")
        expect(page.get_by_text("Đã chuyển 2 hồ sơ.")).to_be_visible()
        expect(page.locator("input[name=steps]")).to_have_count(1)
        expect(page.locator("table").first).to_contain_text(codes[0])


def test_a_stand_in_is_arranged_by_keyboard_also_on_a_telephone(town: Town) -> None:
    held_by_justice(town)
    with town.at_work("justice", viewport=PHONE) as page:
        page.goto("/absences")
        assert violations(page) == []
        page.locator("#stand_in").focus()
        page.keyboard.type("Lê")
        press(page, "Tab")
        page.keyboard.type("02/03/2026")
        press(page, "Tab")
        page.keyboard.type("06/03/2026")
        press(page, "Enter")
        told = page.get_by_text("Lê Thị Mai thay Trần Minh Quân đến hết ngày 06/03/2026.")
        expect(told).to_be_visible()
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    with town.at_work("colleague") as page:
        page.goto("/casework")
        expect(page.locator("table").first).to_contain_text("Thay Trần Minh Quân")
        assert violations(page) == []
