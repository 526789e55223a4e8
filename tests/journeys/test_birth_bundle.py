"""The birth bundle from the counter through four agencies and back, as each of them sees it."""

from contextlib import ExitStack

from playwright.sync_api import Page, expect

from onestop.domain.statuses import Status
from tests.browser import press
from tests.documents.reading import size_of, squeezed, symbols_of, text_of
from tests.journeys.public_page import HANOI, Reading, assert_page_tells_the_truth, truth
from tests.journeys.town import PASSWORD, Town

MOTHER = {
    "applicant-id_number": "098190012345",
    "applicant-name": "Nguyễn Thị Đào",
    "applicant-born": "12/05/1990",
    "applicant-phone": "0912 345 678",
    "applicant-address": "Tổ 3, phường Đầm Sen, tỉnh Lam Khê",
}
# The statutory form has no line for it.
NOT_PRINTED = {"applicant-born"}


def test_a_birth_bundle_goes_from_the_counter_through_four_agencies_and_back(town: Town) -> None:
    code, link = _received(town)
    _read(town, link, code, "Đã tiếp nhận hồ sơ", "Đang chuyển đến Bộ phận Tư pháp")

    _accept(town, "justice", code)
    _read(town, link, code, "Hồ sơ đang được xử lý", "Bộ phận Tư pháp")
    _finish(town, "justice", code)
    _read(town, link, code, "Hồ sơ đang được xử lý", "Ủy ban nhân dân phường Đầm Sen")

    _do_step(town, "leader", code)
    _do_step(town, "registrar", code, result_number="15/2026")
    _read(town, link, code, "Hồ sơ đang được xử lý", "Công an phường Đầm Sen")

    _two_agencies_side_by_side(town, link, code)
    _desk_takes_in_and_returns(town, link, code)


def _received(town: Town) -> tuple[str, str]:
    """Receive at the counter; return the dossier's code and what the printed QR says."""
    with town.visitor() as page:
        _sign_in(page)
        _fill_in(page)
        page.keyboard.press("F8")
        expect(page.get_by_role("heading", name="Đã tiếp nhận hồ sơ")).to_be_visible()
        code = page.locator(".big-code").get_attribute("aria-label") or ""
        frame = page.locator("iframe.print-frame").get_attribute("src")
        pdf = page.request.get(frame or "").body()
    assert town.codes() == [code]
    return code, _read_receipt(town, pdf, code)


def _sign_in(page: Page) -> None:
    page.goto("/reception")
    page.fill("#username", "clerk.damsen")
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#scan")).to_be_focused()


def _fill_in(page: Page) -> None:
    page.locator("#procedure").press_sequentially("lien thong khai sinh")
    expect(page.locator("#procedure-list li")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("#pane")).to_contain_text("8 giờ 30 phút, thứ Năm, ngày 05/03/2026")
    for name, text in MOTHER.items():
        page.fill(f"#{name}", text)
    for paper in ("declaration", "birth_slip"):
        page.locator(f"#paper-{paper}").press(" ")
    expect(page.locator("#pane")).to_contain_text("Đủ giấy tờ bắt buộc")


def _read_receipt(town: Town, pdf: bytes, code: str) -> str:
    text = squeezed(text_of(pdf))
    due = truth(town, code).first_due.astimezone(HANOI)
    long = f"{due.hour} giờ {due.minute:02} phút, ngày {due:%d} tháng {due.month} năm {due.year}"
    assert squeezed(long) in text
    for said in (code, *(text for name, text in MOTHER.items() if name not in NOT_PRINTED)):
        assert squeezed(said) in text
    # Two copies of one A5 sheet each, the symbol on the sheet that goes home.
    assert size_of(pdf) == [(148, 210), (148, 210)]
    (link,) = symbols_of(pdf, dpi=150)
    assert link.startswith(f"{town.server.url}/s/")
    return link


def _two_agencies_side_by_side(town: Town, link: str, code: str) -> None:
    """Police and insurance have the dossier open at once, and neither waits for the other."""
    with ExitStack() as open_at_once:
        police = open_at_once.enter_context(town.at_work("police"))
        insurance = open_at_once.enter_context(town.at_work("insurance"))
        for page in (police, insurance):
            page.goto(f"/dossiers/{code}")
        for page in (police, insurance):
            page.get_by_role("button", name="Nhận xử lý").click()
            expect(page.locator(".notice--success")).to_be_visible()
        reading = _read(town, link, code, "Hồ sơ đang được xử lý", "Công an phường Đầm Sen")
        assert len(reading.now) == 2
        town.pass_time(minutes=20)
        _finish_on(insurance)
        reading = _read(town, link, code, "Hồ sơ đang được xử lý", "Công an phường Đầm Sen")
        assert reading.now == ["Đăng ký thường trú, cấp thẻ căn cước"]
        assert "Cấp thẻ bảo hiểm y tế" in reading.done
        _finish_on(police)
    reading = _read(town, link, code, "Hồ sơ đang được xử lý", "Trung tâm Phục vụ")
    assert reading.now == ["Trả kết quả"]


def _desk_takes_in_and_returns(town: Town, link: str, code: str) -> None:
    with town.at_work("clerk") as page:
        page.goto(f"/reception/return/{code}")
        press(page, "F8")
        expect(page.get_by_text("Đưa", exact=True)).to_be_visible()
        assert truth(town, code).status is Status.COMPLETED
        reading = _read(town, link, code, "Đã có kết quả – kính mời Ông/Bà đến nhận", "Quầy số 1")
        assert "Mang giấy hẹn và thẻ căn cước đến Quầy số 1" in reading.text
        page.wait_for_load_state("domcontentloaded")
        page.keyboard.type(link)
        page.keyboard.press("Enter")  # the scanner's own
        expect(page.get_by_label("Giấy hẹn", exact=True)).to_be_checked()
        press(page, "F8")
        expect(page.locator(".notice--success")).to_contain_text(code)
        slip = page.locator("iframe.print-frame")
        expect(slip).to_have_attribute("src", f"/dossiers/{code}/documents/result_receipt.pdf")
    reading = _read(town, link, code, "Đã trả kết quả", "")
    assert truth(town, code).status is Status.RETURNED
    assert reading.now == []
    assert reading.done[-1] == "Trả kết quả"


def _do_step(town: Town, who: str, code: str, **typed: str) -> None:
    _accept(town, who, code)
    _finish(town, who, code, **typed)


def _accept(town: Town, who: str, code: str) -> None:
    """Find the dossier in the own worklist and take it."""
    with town.at_work(who) as page:
        page.goto("/casework")
        page.get_by_role("link", name=code).click()
        page.get_by_role("button", name="Nhận xử lý").click()
        expect(page.locator(".notice--success")).to_be_visible()


def _finish(town: Town, who: str, code: str, **typed: str) -> None:
    town.pass_time(minutes=40)
    with town.at_work(who) as page:
        page.goto(f"/dossiers/{code}")
        _finish_on(page, **typed)


def _finish_on(page: Page, **typed: str) -> None:
    move = page.locator("details.move").first
    move.locator("summary").click()
    for name, text in typed.items():
        move.locator(f"[name$=':{name}']").fill(text)
    move.locator("form button").last.click()
    expect(page.locator(".notice--success")).to_be_visible()


def _read(town: Town, link: str, code: str, title: str, holder: str) -> Reading:
    reading = assert_page_tells_the_truth(town, link, code)
    assert reading.title == title
    assert any(holder in line for line in reading.holders) or not holder
    return reading
