"""The book of all dossiers of an agency: "Sổ theo dõi hồ sơ", a cover and thirteen columns."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Final

from onestop.documents.blocks import plain_title
from onestop.documents.layout import Cell, Item, Story, stack
from onestop.documents.pages import Page, flow, paginate
from onestop.documents.pdf_file import PdfFile
from onestop.documents.sheets import LANDSCAPE_DENSITY, LANDSCAPE_FRAME, Rendered
from onestop.documents.wording import local, long_date, short_moment
from onestop.domain.events import Delivery, DossierStopped, DossierWithdrawn
from onestop.domain.refilings import REFUSED
from onestop.queries.tracking_book import BookHead, BookRow

COLUMNS: Final[tuple[tuple[str, str, float], ...]] = (
    ("column_number", "TT", 0.035),
    ("column_code", "Mã hồ sơ", 0.118),
    ("column_procedure", "Tên thủ tục hành chính", 0.142),
    ("column_sets", "Số lượng hồ sơ (bộ)", 0.04),
    ("column_applicant", "Tên cá nhân, tổ chức", 0.1),
    ("column_address", "Địa chỉ, số điện thoại", 0.122),
    ("column_lead", "Cơ quan chủ trì giải quyết", 0.09),
    ("column_received", "Nhận hồ sơ (ngày, tháng, năm)", 0.058),
    ("column_due", "Hẹn trả kết quả", 0.058),
    ("column_returned", "Trả kết quả", 0.058),
    ("column_delivery", "Phương thức nhận kết quả", 0.062),
    ("column_signature", "Ký nhận", 0.045),
    ("column_note", "Ghi chú", 0.072),
)
"""Key of the heading in an edition's file, the heading without one, share of the width."""
GROUP: Final = ("column_group", "Nhận và trả kết quả")
GROUPED: Final = (7, 12)
"""Columns from the first to before the second number stand under the heading of the group."""
DELIVERIES: Final = {
    Delivery.DESK: "Tại quầy",
    Delivery.POSTAL: "Qua bưu chính",
    Delivery.ELECTRONIC: "Bản điện tử",
}
ENDED: Final = {
    DossierWithdrawn.TYPE: "Rút hồ sơ",
    DossierStopped.TYPE: "Dừng giải quyết",
    REFUSED: "Từ chối giải quyết",
}
VOID_REASONS: Final = {
    "wrong_person": "nhập nhầm người",
    "wrong_procedure": "nộp nhầm thủ tục",
    "entered_twice": "nhập trùng hồ sơ",
    "papers_given_back": "công dân đã nhận lại giấy tờ",
    "other": "lý do khác",
}
SIZE: Final = 7.3
_CENTRED = frozenset({0, 3, 7, 8, 9})


def render_tracking_book(head: BookHead, rows: Iterable[BookRow]) -> Rendered:
    """Return the book as PDF on A4 across; `rows` are read once, as the pages fill.

    Source: docs/rules.md, rules P2 and F4.
    """
    frame = LANDSCAPE_FRAME
    story = Story(frame.measure, LANDSCAPE_DENSITY)
    running = _running_head(story, head)
    file = PdfFile(f"{plain_title(head.form)} {head.period.year}", [""])

    def pages() -> Iterator[Page]:
        yield _cover(head)
        for page in flow(_items(story, head, rows), frame):
            page.placed.insert(0, (frame.top, running))
            yield page

    def foot(n: int, total: int) -> Item:
        marks = [] if n == 0 else [f"Trang {n}/{total - 1}"]
        marks += ["DỮ LIỆU MINH HỌA, KHÔNG CÓ GIÁ TRỊ SỬ DỤNG"] if head.is_sample else []
        text, face = story.clean(" – ".join(marks)), story.fonts.regular
        x = (frame.measure - face.width(text, 7.5)) / 2
        return Item(10, texts=[(x, 2.0, face, 7.5, text)] if text else [])

    sheets = file.write_long(pages(), frame, foot)
    return Rendered(file.data(), story.replaced, sheets)


def headings_of(head: BookHead) -> list[str]:
    """Return the thirteen headings in the words of the edition."""
    return [head.form.heading(key, text) for key, text, _ in COLUMNS]


def book_numbers(head: BookHead) -> str:
    """Return the numbers of the volumes: "01" or "01, 02"."""
    return ", ".join(f"{book:02}" for book in head.books) or "01"


def note_of(row: BookRow, zone: str) -> str:
    """Return the last column: a void number and why, a later date, how else the dossier ended."""
    if row.is_void:
        reason = VOID_REASONS.get(row.void_reason, row.void_reason)
        when = f" {_day(row.voided_at, zone)}" if row.voided_at else ""
        return f"SỐ ĐÃ HỦY{when}: {reason}" if reason else f"SỐ ĐÃ HỦY{when}"
    notes = [ENDED[row.outcome]] if row.outcome in ENDED else []
    if row.last_due_at != row.due_at:
        notes.append(f"Hẹn lại {' '.join(_moment(row.last_due_at, zone))}")
    if row.refiling_of:
        notes.append(f"Nộp lại của {row.refiling_of}")
    return "; ".join(notes)


def number_of(row: BookRow, head: BookHead) -> str:
    """Return the running number; in a year of several volumes after the volume's."""
    return str(row.number) if len(head.books) < 2 else f"{row.book}/{row.number}"


def _items(story: Story, head: BookHead, rows: Iterable[BookRow]) -> Iterator[Item]:
    """The table from its header on, then what it comes to."""
    widths = [share * story.width for _, _, share in COLUMNS]
    top = _header(story, head, widths)
    yield Item(20.0, keep=True)  # the running head
    yield top
    void = 0
    last: list[Item] = []
    for row in rows:
        yield from last
        void += row.is_void
        last = story.row(widths, _cells(row, head), SIZE, _CENTRED, top)
    for item in last:
        item.keep = True  # what it comes to never stands alone on a page
        yield item
    end = Story(story.width, story.density)
    total = f"Cộng: {head.count} số, trong đó {void} số đã hủy."
    end.para(("bold", total), before=6)
    made = short_moment(head.letterhead.issued_at, head.letterhead.zone)
    end.para(("italic", f"Trích từ hệ thống lúc {made}."))
    yield from end.items


def _cells(row: BookRow, head: BookHead) -> list[Cell]:
    zone = head.letterhead.zone
    note = note_of(row, zone)
    if row.is_void:
        blank: Cell = [["–"]]
        return [
            [[number_of(row, head)]],
            [[row.code]],
            [[row.procedure]],
            *[blank] * 4,
            _two_lines(row.received_at, zone),
            *[blank] * 4,
            [[("bold", note)]],
        ]
    return [
        [[number_of(row, head)]],
        [[row.code]],
        [[row.procedure]],
        [[str(row.copies)]],
        [[row.applicant]],
        [[text] for text in (row.address, row.phone) if text],
        [[row.lead_agency]],
        _two_lines(row.received_at, zone),
        _two_lines(row.due_at, zone),
        _two_lines(row.returned_at, zone),
        [[DELIVERIES[row.delivery]]],
        [],
        [[note]] if note else [],
    ]


def _two_lines(at: datetime | None, zone: str) -> Cell:
    return [[text] for text in _moment(at, zone)] if at else []


def _moment(at: datetime, zone: str) -> tuple[str, str]:
    when = local(at, zone)
    return f"{when:%H:%M}", f"{when:%d/%m/%Y}"


def _day(at: datetime, zone: str) -> str:
    return f"{local(at, zone):%d/%m/%Y}"


def _header(story: Story, head: BookHead, widths: list[float]) -> Item:
    """Two rows of headings, the upper one shared by the group, and the columns' numbers."""
    size, leading, pad = 7.4, 9.0, 2.0
    edges = [sum(widths[:n]) for n in range(len(widths) + 1)]
    first, last = GROUPED
    group = story.lines([("bold", head.form.heading(*GROUP))], size, edges[last] - edges[first])
    upper = len(group) * leading + 2 * pad
    cells = [
        story.lines([("bold", text)], size, width - 2 * pad)
        for text, width in zip(headings_of(head), widths, strict=True)
    ]
    lower = max(
        max(len(cells[n]) for n in range(first, last)) * leading + 2 * pad,
        max(len(lines) for lines in cells) * leading + 2 * pad - upper,
    )
    item = Item(upper + lower)
    blocks = [(edges[first], edges[last], 0.0, upper, group)]
    for n, lines in enumerate(cells):
        top = upper if first <= n < last else 0.0
        blocks.append((edges[n], edges[n + 1], top, upper + lower, lines))
    for left, right, top, bottom, lines in blocks:
        y = (top + bottom - len(lines) * leading) / 2
        for k, line in enumerate(lines):
            x = left + (right - left - line.width) / 2
            base = y + k * leading + leading * 0.76
            item.texts += [(x + dx, base, face, size, text) for dx, face, text in line.pieces]
    item.rules = [(edges[0], 0.0, edges[-1], 0.0, 0.5, False)]
    item.rules.append((edges[first], upper, edges[last], upper, 0.5, False))
    for n, edge in enumerate(edges):
        top = upper if first < n < last else 0.0
        item.rules.append((edge, top, edge, item.height, 0.5, False))
    numbers: list[Cell] = [[[("italic", f"({n + 1})")]] for n in range(len(widths))]
    every = frozenset(range(len(widths)))
    whole = stack([item, *story.row(widths, numbers, 6.6, every, None)])
    whole.closing, whole.keep = (edges[0], edges[-1]), True
    return whole


def _running_head(story: Story, head: BookHead) -> Item:
    book = f"{period_words(head)} – Quyển số {book_numbers(head)}"
    words = f"{plain_title(head.form)} – {head.agency} – {book}"
    lines = story.lines([("italic", words)], 8.4, story.width)[:1]
    texts = [(x, 8.0, face, 8.4, text) for line in lines for x, face, text in line.pieces]
    return Item(14, texts=texts)


def period_words(head: BookHead) -> str:
    """Return "năm 2026", or from which day to which."""
    if head.period.is_whole:
        return f"năm {head.period.year}"
    return f"từ {_short(head.period.first)} đến {_short(head.period.last)}"


def _short(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _cover(head: BookHead) -> Page:
    frame = LANDSCAPE_FRAME
    story = Story(frame.measure, LANDSCAPE_DENSITY)
    form, letterhead = head.form, head.letterhead
    number = form.number and f"Mẫu số {form.number}"
    mark = ", ".join(filter(None, (number, form.legal_basis)))
    if mark:
        story.para(("italic", mark), size=9, align="right")
    left, right = (Story(story.width * share, story.density) for share in (0.4, 0.5))
    left.para(letterhead.parent.upper(), size=12, align="centre", balanced=True)
    left.para(("bold", letterhead.unit.upper()), size=12, align="centre", balanced=True)
    left.rule(90, before=2)
    right.para(
        ("bold", form.heading("nation", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")),
        size=12,
        align="centre",
    )
    motto = form.heading("motto", "Độc lập - Tự do - Hạnh phúc")
    right.para(("bold", motto), size=13, align="centre")
    right.rule(right.fonts.bold.width(motto, 13), before=2)
    story.beside((0, left), (story.width * 0.5, right))
    story.gap(90)
    story.para(("bold", form.title.upper()), size=30, align="centre")
    story.gap(16)
    story.para(("bold", f"Quyển số: {book_numbers(head)}"), size=16, align="centre")
    story.para(("bold", f"Năm {head.period.year}"), size=16, align="centre")
    story.gap(14)
    story.para(head.agency, size=13, align="centre")
    first, last = head.period.first, head.period.last
    story.para(f"Từ {long_date(first)} đến {long_date(last)}", size=12, align="centre")
    story.para(f"Gồm {head.count} số", size=12, align="centre")
    return paginate(story, frame)[0]
