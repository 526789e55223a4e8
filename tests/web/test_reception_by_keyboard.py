"""The reception form in a real browser: sent once, guarded, accessible."""

import json
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from onestop import clock
from onestop.domain.rights import Role
from onestop.models.dossiers import Dossier
from tests.browser import LiveServer
from tests.conftest import NOW
from tests.factories import DESK, cookie_for, make_province, make_staff

WCAG = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]
ACTIVE = "document.activeElement.id || document.activeElement.dataset.key"


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with clock.moved(NOW - clock.now()):
        yield


@pytest.fixture
def desk(page: Page, live_server: LiveServer) -> Page:
    """The reception page of a clerk who has just signed in."""
    with live_server.database.write() as session:
        province = make_province(session)
        clerk = make_staff(session, Role.CLERK, province[DESK])
    name, value = cookie_for(live_server.app, clerk, at=clock.now())
    page.context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto("/reception")
    return page


def received(live_server: LiveServer) -> int:
    with live_server.database.read() as session:
        return session.scalar(select(func.count()).select_from(Dossier)) or 0


@pytest.mark.only_sqlite
def test_enter_never_sends_the_form(desk: Page, live_server: LiveServer) -> None:
    desk.locator("#applicant-name").focus()

    for _ in range(40):
        desk.keyboard.press("Enter")
        if desk.evaluate(ACTIVE) == "F8":
            break

    assert desk.evaluate(ACTIVE) == "F8"
    assert received(live_server) == 0


def test_pressing_f8_twice_is_one_dossier(desk: Page, live_server: LiveServer) -> None:
    fill(desk)

    desk.evaluate("""() => {
        const button = document.querySelector('[data-key="F8"]');
        button.click();
        button.click();
    }""")

    expect(desk.locator("h1")).to_have_text("Đã tiếp nhận hồ sơ")
    assert received(live_server) == 1


def test_back_and_send_again_makes_no_second_dossier(desk: Page, live_server: LiveServer) -> None:
    fill(desk)
    desk.keyboard.press("F8")
    expect(desk.locator("h1")).to_have_text("Đã tiếp nhận hồ sơ")

    desk.go_back()
    with desk.expect_navigation():
        desk.keyboard.press("F8")

    assert received(live_server) == 1


@pytest.mark.only_sqlite
def test_the_usual_form_fits_the_screen(desk: Page) -> None:
    fill(desk)

    bottom = desk.locator("#note").evaluate("e => e.getBoundingClientRect().bottom")
    bar = desk.locator(".actions").evaluate("e => e.getBoundingClientRect().top")

    assert bottom <= bar
    assert desk.evaluate("window.scrollY") == 0


@pytest.mark.only_sqlite
def test_an_error_takes_the_focus_and_leads_to_its_field(desk: Page) -> None:
    fill(desk)
    desk.locator("#applicant-born").fill("31/02/1990")

    desk.keyboard.press("F8")

    expect(desk.locator(".error-summary")).to_be_focused()
    assert desk.title().startswith("Lỗi:")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")
    assert desk.evaluate(ACTIVE) == "applicant-born"
    expect(desk.locator("#applicant-born")).to_have_value("31/02/1990")


@pytest.mark.only_sqlite
@pytest.mark.parametrize("state", ["empty", "filled", "error", "saved"])
def test_every_state_is_accessible(desk: Page, state: str) -> None:
    if state != "empty":
        fill(desk)
    if state == "error":
        desk.locator("#applicant-name").fill("")
    if state in ("error", "saved"):
        with desk.expect_navigation():
            desk.keyboard.press("F8")

    found = Axe().run(desk, options={"runOnly": WCAG})

    assert found.violations_count == 0, json.dumps(found.response["violations"], indent=1)[:3000]


def fill(page: Page) -> None:
    """A complete birth registration."""
    page.goto("/reception?procedure=1.001193")
    page.locator("#applicant-name").fill("Nguyễn Thị Đào")
    page.get_by_text("Đã đủ giấy tờ bắt buộc").click()
    expect(page.locator("#pane")).to_contain_text("Đủ giấy tờ bắt buộc")
