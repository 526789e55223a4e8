"""Pictures of the screens and of a receipt, taken from a running demonstration.

Start `make demo` in one terminal, then: .venv/bin/python tools/screenshots.py [ADDRESS]
"""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import pypdfium2
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "images"
ADDRESS = "http://127.0.0.1:8000"
PASSWORD = "mot-cua-minh-hoa"  # noqa: S105 - of the demonstration, which prints it
DESK = "H91.51.01"  # the clerk's
CLERK, OFFICER, LEADER = "motcua1.damsen", "kinhte1.gothi", "chutich.tinh"
ADMIN = "quantri.tinh"
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
SCREEN = {"width": 1366, "height": 768}
TELEPHONE = {"width": 412, "height": 915}
MOST_BYTES = 200_000
DOTS_PER_POINT = 1.6

# Without an ID number: invented ones have a place code of no province, which the page remarks on.
APPLICANT = {
    "applicant-name": "Nguyễn Thị Đào",
    "applicant-born": "12/08/1994",
    "applicant-phone": "0912 000 418",
    "applicant-address": "Tổ 4, phường Đầm Sen",
}


def main(address: str) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        sys.exit("no Chromium: install the package chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        with signed_in(browser, address, LEADER) as page:
            page.goto("/oversight")
            save_screen(page, "oversight")
            page.goto("/oversight/overdue")
            save_screen(page, "overdue")
            codes = codes_due_soon(page)
        with signed_in(browser, address, OFFICER) as page:
            page.goto("/casework?view=agency")
            save_screen(page, "worklist")
            page.locator("main a[href^='/dossiers/']").first.click()
            save_screen(page, "dossier")
        with signed_in(browser, address, CLERK) as page:
            take_reception(page)
            link = status_link(page, take_receipt(page, codes))
            page.goto("/reception/return")
            save_screen(page, "return")
            page.goto("/piles/held")
            save_screen(page, "held")
            page.goto("/reception/fees")
            page.locator("main .notice a").last.click()  # the latest day that is still open
            save_screen(page, "fees")
        with signed_in(browser, address, ADMIN) as page:
            page.goto("/admin/calendars")
            page.locator("main table a").first.click()
            save_screen(page, "calendar")
        with opened(browser, address, TELEPHONE) as page:
            page.goto(link)
            save_screen(page, "status")
            page.goto("/calculator")
            page.select_option("#procedure", "1.004873")
            page.locator("main form button").first.click()
            save_screen(page, "calculator")
        browser.close()


@contextmanager
def opened(browser: Browser, address: str, size: dict[str, int]) -> Iterator[Page]:
    """Open a page as in a Vietnamese office."""
    context = browser.new_context(
        base_url=address, viewport=size, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh"
    )
    yield context.new_page()
    context.close()


@contextmanager
def signed_in(browser: Browser, address: str, username: str) -> Iterator[Page]:
    """Open a page of this account; the code of a second factor is read from the page itself."""
    with opened(browser, address, SCREEN) as page:
        page.goto("/sign-in")
        page.fill("#username", username)
        page.fill("#password", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: not url.split("?")[0].endswith("/sign-in"))
        if page.locator(".demo-code").count():
            page.fill("#code", page.inner_text(".demo-code .code"))
            page.keyboard.press("Enter")
            page.wait_for_url(lambda url: "/sign-in" not in url)
        yield page


def take_reception(page: Page) -> None:
    """Fill the form as far as before F8; nothing is received."""
    page.goto("/reception?procedure=1.001193")
    page.click("[data-tick-required]")
    for name, text in APPLICANT.items():
        page.fill(f"#{name}", text)
    page.focus("#scan")
    page.wait_for_timeout(1_500)  # the pane at the right follows what is typed
    save_screen(page, "reception")


def codes_due_soon(page: Page) -> list[str]:
    """Return the codes of the desk's dossiers that are soon due, latest first."""
    page.goto("/oversight/due-soon")
    codes = page.locator(f"a[href^='/dossiers/{DESK}-']").evaluate_all(
        "links => links.map(a => a.getAttribute('href').split('/')[2])"
    )
    return list(reversed(dict.fromkeys(codes)))


def take_receipt(page: Page, codes: list[str]) -> str:
    """Draw the first receipt that is stored for one of these dossiers; return its code.

    Only some dossiers of the demonstration have one, and only their desk opens it.
    """
    for code in codes:
        answer = page.request.get(f"/dossiers/{code}/documents/receipt.pdf")
        if answer.ok:
            drawn = pypdfium2.PdfDocument(answer.body())[0].render(scale=DOTS_PER_POINT).to_pil()
            save(drawn, "receipt")
            return str(code)
    sys.exit("no dossier that is soon due has a stored receipt: is this a fresh `onestop demo`?")


def status_link(page: Page, code: str) -> str:
    """Return what the QR of the receipt opens, as the dossier's page tells the desk."""
    page.goto(f"/dossiers/{code}")
    return str(page.locator("a[href*='/s/']").first.get_attribute("href"))


def save_screen(page: Page, name: str) -> None:
    """Save what the window shows."""
    page.wait_for_load_state("networkidle")
    save(Image.open(BytesIO(page.screenshot())), name)


def save(picture: Image.Image, name: str) -> None:
    """Save a picture with few colours, so that it stays small."""
    path = FOLDER / f"{name}.png"
    few = picture.convert("RGB").quantize(colors=128, dither=Image.Dither.NONE)
    few.save(path, optimize=True)
    size = path.stat().st_size
    print(f"{path.name}: {picture.width} x {picture.height}, {size // 1000} kB")
    if size > MOST_BYTES:
        sys.exit(f"{path.name} is larger than {MOST_BYTES // 1000} kB")


if __name__ == "__main__":
    main((sys.argv[1:] or [ADDRESS])[0].rstrip("/"))
