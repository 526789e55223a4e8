"""What people type by mistake or on purpose: said at the field, kept, nothing half saved."""

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Dialog, Page, expect
from sqlalchemy import func, select

from onestop import clock
from onestop.models.base import Base
from tests.documents.reading import squeezed, text_of
from tests.factories import receive
from tests.journeys.town import Town

pytestmark = pytest.mark.only_sqlite

# Where looking at a page, or signing in, leaves a row.
LEAVES_TRACES = frozenset({"access_log", "sessions", "access_log_heads", "sign_in_failures"})
TYPED = {
    "procedure": "1.001193 · Đăng ký khai sinh",
    "applicant-id_number": "098190012345",
    "applicant-name": "Nguyễn Thị Đào",
    "applicant-born": "12/05/1990",
    "applicant-phone": "0912 345 678",
    "applicant-address": "Tổ 3, phường Đầm Sen",
    "note": "gọi trước khi đến",
}
WRONG = [
    ("procedure", "9.999999", "9.999999"),
    ("procedure", "", "Hãy chọn thủ tục"),
    ("applicant-id_number", "0981900123", "12 chữ số"),
    ("applicant-born", "31/02/1990", "Không có ngày sinh như vậy"),
    ("applicant-born", "01/01/2999", "ở sau hôm nay"),
    ("applicant-name", "  ", "Hãy nhập họ tên"),
    ("applicant-name", "Đào " * 2_500, "dài quá 255"),
    ("applicant-name", "123", "phải có chữ cái"),
    ("applicant-phone", "12", "Số điện thoại chưa đúng"),
    ("copies", "nhiều", "từ 1 đến 20"),
]
NAMES = (
    "<b Đào",
    "=1+1 Đào",
    "<img src=x onerror=alert(1)> Đào",
    "\u202eoàĐ\u202c Thị\u200f Mai",
    unicodedata.normalize("NFD", "Nguyễn Thị Ưởng"),
    "Đào 🌸 Thị",
    "'); DROP TABLE dossiers; --",
    "{{ 7*7 }} %(name)s Đào",
)
ODD_PATHS = (
    "/dossiers/%00",
    "/dossiers/<b",
    "/s/%F0%9F",
    "/find?q=%00",
    f"/casework?agency={9**30}",
    f"/casework?after=2026-03-02T00:00:00%2B00:00~{9**30}~1",
    f"/dossiers/x/documents/receipt.pdf?print={9**30}",
)


def test_each_mistake_at_the_counter_is_said_at_its_field_and_saves_nothing(town: Town) -> None:
    with town.at_work("clerk") as page:
        for field, text, said in WRONG:
            before = _rows(town)
            _type_in(page, {field: text})

            _send(page)

            _assert_said(page, field, said)
            expected = TYPED | {field: text.strip() or text}
            for name, kept in expected.items():
                assert page.locator(f"#{name}").input_value() in (kept, text), name
            assert page.locator("[name=paper]:checked").count() == (3 if _is_known(expected) else 0)
            assert _rows(town) == before


def test_a_missing_paper_opens_the_way_to_a_slip_and_receives_nothing(town: Town) -> None:
    with town.at_work("clerk") as page:
        before = _rows(town)
        _type_in(page, {})
        page.uncheck("#paper-identity")

        _send(page)

        _assert_said(page, "papers", "Còn thiếu giấy tờ bắt buộc")
        expect(page.locator("#guide")).to_have_attribute("open", "")
        assert page.locator("[name=paper]:checked").count() == 2
        assert _rows(town) == before


def test_a_date_beyond_the_calendar_is_said_and_saves_nothing(town: Town) -> None:
    town.time.enter_context(clock.moved(datetime(2028, 12, 28, 2, tzinfo=UTC) - clock.now()))
    with town.at_work("clerk") as page:
        before = _rows(town)
        _type_in(page, {"procedure": "3.000722"}, tick=False)
        for box in page.locator("[data-required]").all():
            box.check()

        _send(page)

        expect(page.locator(".error-summary")).to_contain_text("2029")
        assert page.input_value("#applicant-name") == TYPED["applicant-name"]
        assert _rows(town) == before


def test_odd_names_are_shown_as_text_on_every_page_paper_and_file(town: Town) -> None:
    with town.database.write() as db:
        made = {
            receive(db, town.people["clerk"], at=clock.now(), applicant={"name": name}).code: name
            for name in NAMES
        }
    codes = {code: _clean(name) for code, name in made.items()}
    with _no_dialogs(town, "clerk") as page:
        for code, name in codes.items():
            page.goto(f"/reception/dossiers/{code}/received")
            expect(page.locator(".lead").first).to_contain_text(name)
            page.goto(f"/dossiers/{code}")
            expect(page.locator("main")).to_contain_text(name)
            assert page.locator("main img, main b").count() == 0
            _assert_receipt_opens(page, code, name)
        page.goto("/find")
        page.fill("#q", "dao")
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_contain_text("<b Đào")
    town.time.enter_context(clock.moved(timedelta(days=7)))
    with _no_dialogs(town, "leader") as page:
        _assert_the_file_holds(page, set(codes))


def _assert_receipt_opens(page: Page, code: str, name: str) -> None:
    token = page.locator("meta[name=csrf-token]").get_attribute("content") or ""
    url = f"/dossiers/{code}/documents/receipt"
    answer = page.request.post(url, form={"csrf_token": token})
    assert answer.headers["content-type"] == "application/pdf"
    assert squeezed(name.replace("🌸", "?")) in squeezed(text_of(answer.body()))


def _assert_the_file_holds(page: Page, codes: set[str]) -> None:
    page.goto("/oversight/overdue")
    for code in codes:
        expect(page.locator("main")).to_contain_text(code)
    file = page.request.get("/oversight/overdue.xlsx")
    assert file.status == 200
    book = load_workbook(BytesIO(file.body()))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]
    assert codes <= {str(cell.value) for cell in cells}
    # A formula would be computed on the reader's machine: text stays text.
    assert not [cell.value for cell in cells if cell.data_type == "f"]


def test_an_action_that_makes_no_sense_is_answered_without_a_failure(town: Town) -> None:
    with town.database.write() as db:
        code = receive(db, town.people["clerk"], at=clock.now()).code
    before = _rows(town)
    with town.at_work("justice") as page:
        page.goto(f"/dossiers/{code}")
        token = page.locator("meta[name=csrf-token]").get_attribute("content") or ""
        for action, form in (
            ("accept-step", {"version": "x", "step": "justice"}),
            ("accept-step", {"version": "99999999999999999999", "step": "justice"}),
            ("accept-step", {"version": "1", "step": "<b"}),
            ("finish-step", {"version": "1", "step": "justice", "payment": "9" * 60}),
            ("send-back", {"version": "1", "step": "justice", "target": "receive"}),
            ("take-in-supplement", {"version": "1", "pause": "-1"}),
            ("nonsense", {}),
        ):
            url = f"/dossiers/{code}/actions/{action}"
            answer = page.request.post(url, form={"csrf_token": token, **form})
            assert 400 <= answer.status < 500, (action, form, answer.status)
        for path in ODD_PATHS:
            assert page.request.get(path).status < 500, path
    assert _rows(town) == before


def _type_in(page: Page, changes: dict[str, str], *, tick: bool = True) -> None:
    """Fill the form as a clerk does, with one field typed wrong."""
    page.goto(f"/reception?procedure={changes.get('procedure') or '1.001193'}")
    if tick and page.get_by_text("Đã đủ giấy tờ bắt buộc").count():
        page.get_by_text("Đã đủ giấy tờ bắt buộc").click()
    for name, text in (TYPED | changes).items():
        if name != "procedure" or "procedure" in changes:
            page.fill(f"#{name}", text)


def _send(page: Page) -> None:
    with page.expect_navigation():
        page.keyboard.press("F8")


def _assert_said(page: Page, field: str, said: str) -> None:
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator(f"#{field}-error")).to_contain_text(said)
    expect(page.locator(f".error-summary a[href='#{field}']")).to_have_count(1)
    assert page.title().startswith("Lỗi:")


def _is_known(typed: dict[str, str]) -> bool:
    return typed["procedure"].startswith("1.001193")


def _clean(name: str) -> str:
    """As the product keeps it: composed, no direction marks."""
    kept = "".join(c if c.isprintable() else " " for c in unicodedata.normalize("NFC", name))
    return " ".join(kept.split())


def _rows(town: Town) -> dict[str, int]:
    """How many rows each table has, but for the traces of looking."""
    tables = [t for t in Base.metadata.sorted_tables if t.name not in LEAVES_TRACES]
    with town.database.read() as db:
        return {t.name: db.scalar(select(func.count()).select_from(t)) or 0 for t in tables}


@contextmanager
def _no_dialogs(town: Town, who: str) -> Iterator[Page]:
    """A page on which nothing that was typed ever runs."""
    shown: list[str] = []

    def note(dialog: Dialog) -> None:
        shown.append(dialog.message)
        dialog.dismiss()

    with town.at_work(who) as page:
        page.on("dialog", note)
        yield page
    assert not shown
