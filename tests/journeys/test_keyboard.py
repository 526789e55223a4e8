"""A whole reception by keyboard and scanner, from the scan box to the next empty form."""

import re
import time
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import select

from onestop import clock
from onestop.models.dossiers import Party
from onestop.models.reception import IdempotencyKey
from tests.browser import wait_until
from tests.conftest import NOW
from tests.factories import cookie_for, receive
from tests.journeys.town import PASSWORD, Town

# As the QR of a card says it, made up: place code 098 belongs to nobody.
CARD = "098190012345|123456789|Nguyễn Thị Đào|12051990|Nữ|Tổ 3, phường Đầm Sen|01012022"
MOST_PRESSES = 14
SLOW_BODIES = """() => {
  const fetched = window.fetch;
  window.fetch = async (url, options) => {
    const bytes = new Uint8Array(await (await fetched(url, options)).arrayBuffer());
    const body = new ReadableStream({
      start(rest) {
        rest.enqueue(bytes.slice(0, 1));
        options?.signal?.addEventListener("abort", () => rest.error(options.signal.reason));
        setTimeout(() => {
          if (options?.signal?.aborted) return;
          rest.enqueue(bytes.slice(1));
          rest.close();
        }, 200);
      },
    });
    return new Response(body);
  };
}"""
LATE_ANSWERS = """() => {
  const fetched = window.fetch;
  window.fetch = async (...asked) => {
    await new Promise((go) => setTimeout(go, 300));
    return fetched(...asked);
  };
}"""
NO_ANSWERS = "() => { window.fetch = () => Promise.reject(new TypeError('no network')); }"


@dataclass
class Hands:
    """Fingers on a keyboard; what is pressed besides the data itself is counted."""

    page: Page
    presses: int = 0

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.presses += 1


@pytest.mark.only_sqlite
def test_a_reception_needs_no_mouse_and_few_keys(town: Town) -> None:
    with town.at_work("clerk") as page:
        page.add_init_script("window.print = () => { top.printed = (top.printed || 0) + 1; }")
        page.route("**/js/print_frame.js", _late)
        page.goto("/reception")
        expect(page.locator("#scan")).to_be_focused()
        hands = Hands(page)

        page.keyboard.type(CARD)
        page.keyboard.press("Enter")  # the scanner's own
        expect(page.locator("#applicant-name")).to_have_value("Nguyễn Thị Đào")
        expect(page.locator("#procedure")).to_be_focused()
        # Answers arrive in pieces: the next letter is typed while the last answer is half here.
        page.evaluate(SLOW_BODIES)
        page.keyboard.type("ks", delay=100)
        expect(page.get_by_role("option").first).to_contain_text("Đăng ký khai sinh")
        hands.press("Enter")
        expect(page.locator("#procedure")).to_have_value("1.001193 · Đăng ký khai sinh")
        expect(page.locator("#applicant-phone")).to_be_focused()
        hands.type("0912345678")
        expect(page.locator("#paper-declaration")).to_be_visible()
        _go_to_the_papers(hands)
        hands.press("Space", "Enter", "Space", "Enter", "Space")
        expect(page.locator("#pane")).to_contain_text("Đủ giấy tờ bắt buộc")
        hands.press("F8")

        expect(page.locator("h1")).to_have_text("Đã tiếp nhận hồ sơ")
        wait_until(page, "window.printed === 1")
        expect(page.locator('[data-key="F2"]')).to_be_focused()
        hands.press("Enter")
        expect(page.locator("#scan")).to_be_focused()
        expect(page.locator("#applicant-name")).to_have_value("")
        expect(page.locator("#procedure")).to_have_value("")

    assert hands.presses <= MOST_PRESSES
    with town.database.read() as db:
        kept = db.scalars(select(Party)).one()
    assert (kept.name, kept.phone) == ("Nguyễn Thị Đào", "0912345678")
    assert kept.id_number == "098190012345"
    assert kept.address == "Tổ 3, phường Đầm Sen"


def _late(script: Route) -> None:
    """Let a script come after what it is to print."""
    time.sleep(0.5)
    script.continue_()


def _go_to_the_papers(hands: Hands) -> None:
    """Press Enter until the first paper has the focus."""
    for _ in range(8):
        hands.press("Enter")
        if hands.page.evaluate("document.activeElement.name") == "paper":
            return
    raise AssertionError("Enter never came to the papers")


@pytest.mark.only_sqlite
def test_who_types_before_the_scripts_have_come_loses_neither_the_field_nor_the_list(
    town: Town,
) -> None:
    late: list[Route] = []
    with town.at_work("clerk") as page:
        page.route("**/js/type_ahead.js", lambda route: late.append(route))
        page.goto("/reception", wait_until="commit")
        page.locator("#procedure").press_sequentially("ks")
        (script,) = late
        script.continue_()

        expect(page.get_by_role("option").first).to_contain_text("Đăng ký khai sinh")
        expect(page.locator("#procedure")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("#paper-declaration")).to_be_visible()


@pytest.mark.only_sqlite
def test_without_a_telephone_the_papers_come_next(town: Town) -> None:
    with town.at_work("clerk") as page:
        page.goto("/reception")
        page.locator("#applicant-phone").fill("0912345678")
        page.locator("#scan").focus()
        page.keyboard.type(CARD)
        page.keyboard.press("Enter")
        expect(page.locator("#procedure")).to_be_focused()

        page.keyboard.type("ks")
        expect(page.get_by_role("option").first).to_contain_text("Đăng ký khai sinh")
        page.keyboard.press("Enter")

        expect(page.locator("#paper-declaration")).to_be_focused()


@pytest.mark.only_sqlite
def test_a_scan_with_the_vietnamese_keyboard_on_is_refused_in_words_and_stores_nothing(
    town: Town,
) -> None:
    with town.at_work("clerk") as page:
        page.goto("/reception")
        page.keyboard.type("098190012345|123456789|Nguyên Thij Ddaof 1|12o51990|Nuwx|")
        page.keyboard.press("Enter")

        said = page.locator(".notice--warning").first
        expect(said).to_have_text(re.compile("Hãy tắt bộ gõ tiếng Việt rồi quét lại"))
        expect(page.locator("#applicant-name")).to_have_value("")
        expect(page.locator("#scan")).to_have_value("")
    assert town.count(IdempotencyKey) == 0


@pytest.mark.only_sqlite
def test_enter_waits_for_the_answer_to_what_was_typed_and_says_when_there_is_none(
    town: Town,
) -> None:
    with town.at_work("clerk") as page:
        page.goto("/reception")
        field = page.locator("#procedure")
        field.focus()
        page.keyboard.type("dang ky k")
        expect(page.get_by_role("option").first).to_be_visible()
        page.evaluate(LATE_ANSWERS)
        page.keyboard.type("hai sinh")
        page.keyboard.press("Enter")
        expect(field).to_have_value("1.001193 · Đăng ký khai sinh")
        expect(page.locator("#applicant-id_number")).to_be_focused()

        said = "document.activeElement.validationMessage"
        field.fill("không có gì")
        page.keyboard.press("Enter")
        wait_until(page, f"{said} === 'Không có thủ tục nào như vậy.'")
        page.evaluate(NO_ANSWERS)
        field.fill("chung thuc")
        page.keyboard.press("Enter")
        wait_until(page, f"{said}.startsWith('Chưa tra được')")
        expect(field).to_have_value("chung thuc")


@pytest.mark.only_sqlite
def test_what_was_typed_outlives_a_wrong_key_a_stopped_save_and_the_end_of_the_sign_in(
    town: Town,
) -> None:
    stopped: list[Route] = []

    def stop(save: Route) -> None:
        """As Esc does to a slow answer: the page stays."""
        stopped.append(save)
        save.abort("aborted")

    with town.at_work("clerk") as page:
        page.clock.install(time=clock.now())
        page.goto("/reception?procedure=1.001193")
        page.locator("#applicant-name").fill("Nguyễn Thị Đào")
        page.get_by_text("Đã đủ giấy tờ bắt buộc").click()
        with page.expect_request("**/reception/preview*") as asked:
            page.clock.fast_forward(61_000)
        assert asked.value.headers["x-onestop-timed"] == "1"
        page.keyboard.press("F2")
        expect(page.locator("#drops")).to_have_text("Bấm F2 lần nữa để bỏ nội dung đang nhập.")

        page.route("**/reception/dossiers", stop)
        page.keyboard.press("F8")
        page.keyboard.press("F8")
        page.wait_for_timeout(100)
        assert len(stopped) == 1
        page.unroute("**/reception/dossiers")
        page.clock.fast_forward(5_100)
        town.pass_time(minutes=31)
        page.keyboard.press("F8")

        expect(page.locator("main")).to_contain_text("Nội dung vừa gửi vẫn còn")
        page.keyboard.type("clerk.damsen")
        page.keyboard.press("Tab")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("Đã đăng nhập lại")
        expect(page.locator('[data-key="F8"]')).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("Đã tiếp nhận hồ sơ")
        page.keyboard.press("F2")
        page.locator("#note").fill("x")
        page.keyboard.press("F2")
        page.keyboard.press("F2")
        expect(page.locator("#note")).to_have_value("")
    assert len(town.codes()) == 1


@pytest.mark.only_sqlite
def test_scans_without_a_network_or_a_sign_in_are_sent_in_their_order_when_it_is_back(
    town: Town,
) -> None:
    with town.database.write() as db:
        codes = [receive(db, town.people["clerk"], at=NOW).code for _ in range(4)]
    with town.at_work("clerk") as page:
        page.goto("/piles")
        page.context.set_offline(True)
        for code in codes[:3]:
            page.keyboard.insert_text(code)
            page.keyboard.press("Enter")
        expect(page.locator("#unsent")).to_contain_text("Mất mạng, còn 3 mã chưa gửi")
        page.context.set_offline(False)
        expect(page.locator("#pile-title")).to_have_text("Chồng đang quét: 3 hồ sơ")
        expect(page.locator("#unsent")).to_be_hidden()

        page.context.clear_cookies()
        page.keyboard.insert_text(codes[3])
        page.keyboard.press("Enter")
        expect(page.locator("#unsent")).to_contain_text("Phiên làm việc đã hết, còn 1 mã")
        name, value = cookie_for(town.server.app, town.people["clerk"], at=clock.now())
        page.context.add_cookies([{"name": name, "value": value, "url": town.server.url}])
        page.evaluate("window.dispatchEvent(new Event('online'))")
        expect(page.locator("#pile th .code")).to_have_text(codes[::-1])
