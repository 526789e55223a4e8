"""Thirty originals handed over by scanner and keyboard; one nobody took is told next morning."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect
from sqlalchemy import func, select

from onestop import clock
from onestop.models.piles import PaperHolding, PilePaper
from onestop.services.verification import verify
from tests.browser import press
from tests.conftest import NOW
from tests.factories import cookie_for, receive
from tests.journeys.town import PASSWORD, Town

WCAG = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],
}
WHOLE_DAY = 24 * 60


def scan(page: Page, texts: list[str]) -> None:
    """As a scanner does: text and Enter into the box that has the focus, without waiting."""
    page.wait_for_load_state("domcontentloaded")
    for text in texts:
        page.keyboard.insert_text(text)
        page.keyboard.press("Enter")


def received(town: Town, number: int) -> list[str]:
    with town.database.write() as db:
        return [receive(db, town.people["clerk"], at=NOW).code for _ in range(number)]


def holders(town: Town) -> dict[int, int]:
    with town.database.read() as db:
        counted = select(PaperHolding.user_id, func.count()).group_by(PaperHolding.user_id)
        return {user: number for user, number in db.execute(counted)}


def sign_in(town: Town, page: Page, who: str) -> None:
    """Let this person sign in in another tab, and let the page try again what is in its line."""
    name, value = cookie_for(town.server.app, town.people[who], at=clock.now())
    page.context.add_cookies([{"name": name, "value": value, "url": town.server.url}])
    page.evaluate("window.dispatchEvent(new Event('online'))")


@pytest.mark.only_sqlite
def test_thirty_papers_change_hands_by_scanner_and_a_pile_left_is_told_next_morning(
    town: Town,
) -> None:
    codes = received(town, 36)
    clerk, officer = (town.people[who].user_id for who in ("clerk", "justice"))
    with town.at_work("clerk") as page:
        page.add_init_script("window.print = () => { top.printed = (top.printed || 0) + 1; }")
        page.goto("/piles")
        expect(page.locator("#scan")).to_be_focused()
        scan(page, [*codes[:15], codes[3], "H91.51.01-260302-9999", *codes[15:30]])
        expect(page.locator("#pile-title")).to_have_text("Chồng đang quét: 30 hồ sơ")
        expect(page.locator("#refusals .notice--error")).to_have_count(2)
        expect(page.locator("#refusals")).to_contain_text(f"{codes[3]} đã có trong chồng")
        assert Axe().run(page, options=WCAG).response["violations"] == []
        page.keyboard.press("F8")
        expect(page.locator("h1")).to_have_text("Chồng số 0001/2026")
        expect(page.locator("#pile-title")).to_have_text("30 trong 30 hồ sơ chờ nhận")
        press(page, "F2")
        expect(page.locator("h1")).to_have_text("Giao hồ sơ giấy")
        scan(page, codes[30:31])
        expect(page.locator("#pile-title")).to_have_text("Chồng đang quét: 1 hồ sơ")
        scan(page, codes[31:])
        page.keyboard.press("F8")  # at once: what is still on its way to the server goes with it
        expect(page.locator("h1")).to_have_text("Chồng số 0002/2026")

    with town.at_work("justice") as page:
        page.goto("/piles/1")
        expect(page.locator("#scan")).to_be_focused()
        scan(page, codes[:10])
        expect(page.locator("#pile-title")).to_have_text("20 trong 30 hồ sơ chờ nhận")
        assert Axe().run(page, options=WCAG).response["violations"] == []
        for _ in range(2):
            page.keyboard.press("Tab")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.locator("#pile-title")).to_contain_text("Đã nhận xong lúc")
    assert holders(town) == {clerk: 6, officer: 30}

    town.pass_time(minutes=WHOLE_DAY)
    for who in ("clerk", "justice"):
        with town.at_work(who) as page:
            page.goto("/casework")
            expect(page.get_by_role("link", name="Chồng số 0002/2026")).to_be_visible()
            expect(page.get_by_role("link", name="Chồng số 0001/2026")).to_have_count(0)
    with town.at_work("leader") as page:
        page.goto("/oversight")
        page.get_by_role("link", name="Chồng giấy chưa nhận 1").click()
        expect(page.locator("h1")).to_have_text("Chồng hồ sơ giấy chưa được nhận: 1")
    with town.database.read() as db:
        assert verify(db).breaks == ()
        assert db.scalar(select(func.count()).where(PilePaper.taken_at.is_(None))) == 6


@pytest.mark.only_sqlite
def test_a_scan_that_fails_neither_goes_unseen_nor_stops_the_line_nor_changes_its_sender(
    town: Town,
) -> None:
    codes = received(town, 6)
    held: list[Route] = []
    with town.at_work("clerk") as page:
        page.goto("/piles")
        unsent, refusals = page.locator("#unsent"), page.locator("#refusals")
        title = page.locator("#pile-title")
        scan(page, codes[:1])
        expect(title).to_have_text("Chồng đang quét: 1 hồ sơ")

        page.route("**/piles/scan", lambda route: held.append(route), times=1)
        scan(page, [codes[1], "H91.51.01-260302-9999"])
        page.keyboard.press("F8")
        page.wait_for_timeout(50)
        held[0].continue_()
        expect(refusals).to_contain_text("Chưa giao chồng này")
        expect(refusals).to_contain_text("Không tìm thấy hồ sơ H91.51.01-260302-9999")
        expect(title).to_have_text("Chồng đang quét: 2 hồ sơ")

        gone = f"{town.server.url}/piles/no-such-page"
        page.route("**/piles/scan", lambda route: route.continue_(url=gone), times=1)
        scan(page, codes[2:4])
        expect(page.locator("#pile th .code")).to_have_text([codes[3], codes[1], codes[0]])
        expect(refusals).to_contain_text(f"{codes[2]}: Không tìm thấy")
        expect(unsent).to_be_hidden()

        page.route("**/piles/scan", lambda route: route.fulfill(status=500), times=1)
        scan(page, codes[4:5])
        expect(unsent).to_contain_text("Máy chủ chưa nhận, còn 1 mã")
        sign_in(town, page, "justice")
        expect(unsent).to_contain_text("Người khác đã đăng nhập, còn 1 mã")
        with town.database.read() as db:
            assert db.scalar(select(func.count()).select_from(PilePaper)) == 3
        sign_in(town, page, "clerk")
        expect(title).to_have_text("Chồng đang quét: 4 hồ sơ")
        page.keyboard.press("F8")
        expect(page.locator("h1")).to_have_text("Chồng số 0001/2026")
