"""A whole reception by keyboard and scanner, from the scan box to the next empty form."""

import re
import time
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import select

from onestop.models.dossiers import Party
from onestop.models.reception import IdempotencyKey
from tests.browser import wait_until
from tests.journeys.town import Town

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
