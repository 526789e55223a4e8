"""Papers of the cash box: the receipt for a fee in three copies, and the sheet of a clerk's day."""

from typing import Final

from onestop.documents.blocks import signatures
from onestop.documents.forms import form_story, render_form
from onestop.documents.headings import EVERY
from onestop.documents.layout import Cell, Density, Story
from onestop.documents.number_words import money_words, number_words
from onestop.documents.sheets import PaperSize, Rendered
from onestop.documents.wording import local, long_date, long_moment, money, plain_money
from onestop.domain.payments import PaymentKind
from onestop.queries.desk_papers import FeeLineRow, FeeReceiptRow, FeeSheetPaperRow

COPIES: Final = ("(Liên 1: Lưu)", "(Liên 2: Giao người nộp tiền)", "(Liên 3: Kế toán)")
_KINDS: Final = {
    PaymentKind.RECEPTION: "thu khi tiếp nhận",
    PaymentKind.RETURN: "thu khi trả kết quả",
    PaymentKind.GIVEN_BACK: "trả lại",
}
FOOT: Final = 8
"""Points below the last line: on a roll the note of a demonstration stands close under it."""
_HEADER: Final = ("TT", "Giờ", "Mã hồ sơ", "Nội dung", "Số tiền (đồng)")


def render_fee_receipt(row: FeeReceiptRow, *, paper: PaperSize = PaperSize.A5) -> Rendered:
    """Return the receipt for one sum as PDF, once per copy: kept, for the payer, for accounting.

    Source: docs/rules.md, rule P9.
    """

    def compose(density: Density, width: float) -> Story:
        story = form_story(row, density, width)
        story.slot(9)
        story.gap(3)
        zone = row.letterhead.zone
        story.field("Mã hồ sơ:", row.code, bold=True)
        story.field("Đơn vị thu:", row.reception_unit)
        story.field("Họ và tên người nộp tiền:", row.payer.name, bold=True)
        story.field("Địa chỉ:", row.payer.address)
        story.field("Nội dung thu:", row.fees or row.request)
        story.field("Thủ tục:", row.request)
        story.field("Số tiền:", money(row.amount), bold=True)
        story.para("Viết bằng chữ:", ("italic", f"{money_words(row.amount)}."))
        story.field("Hình thức thu:", "Tiền mặt tại quầy")
        story.field("Thời gian thu:", long_moment(row.taken_at, zone))
        signers = (("NGƯỜI NỘP TIỀN", row.payer.name), ("NGƯỜI THU TIỀN", row.taken_by))
        story.gap(4)
        signatures(story, EVERY["sign_here"], *signers, room=34)
        story.gap(FOOT)
        return story

    running = f"– Mã hồ sơ {row.code} (tiếp theo)"
    return render_form(compose, row, running=running, paper=paper, copies=COPIES)


def render_fee_sheet(row: FeeSheetPaperRow) -> Rendered:
    """Return the sheet of a cash box as PDF on A4; the caller locks it.

    Source: docs/rules.md, rule P9.
    """

    def compose(density: Density, width: float) -> Story:
        story = form_story(row, density, width)
        part = f" – Phần {row.part}" if row.part > 1 else ""
        story.para(("bold", f"{long_date(row.day).capitalize()}{part}"), align="centre", before=1)
        story.gap(4)
        story.field("Đơn vị:", row.reception_unit)
        story.field("Cán bộ thu:", row.clerk, bold=True)
        story.gap(3)
        _lines(story, row)
        _sums(story, row)
        signers = (
            ("NGƯỜI LẬP BẢNG KÊ", row.clerk),
            ("THỦ QUỸ", ""),
            ("PHỤ TRÁCH BỘ PHẬN", ""),
        )
        story.gap(3)
        signatures(story, EVERY["sign_here"], *signers, room=34)
        return story

    running = f"ngày {row.day:%d/%m/%Y}, {row.clerk} (tiếp theo)"
    return render_form(compose, row, running=running, paper=PaperSize.A4)


def _lines(story: Story, row: FeeSheetPaperRow) -> None:
    zone = row.letterhead.zone
    total: list[Cell] = [
        [[""]],
        [[""]],
        [[("bold", "Cộng")]],
        [[f"{len(row.lines)} khoản"]],
        [[("bold", plain_money(row.taken))]],
    ]
    rows = [_line(n, line, zone) for n, line in enumerate(row.lines, 1)]
    width = story.width
    widths = (0.06 * width, 0.09 * width, 0.28 * width, 0.41 * width, 0.16 * width)
    story.table(
        widths, _HEADER, [*rows, total], size=7, centred=frozenset({0, 1}), right=frozenset({4})
    )


def _line(n: int, line: FeeLineRow, zone: str) -> list[Cell]:
    return [
        [[str(n)]],
        [[f"{local(line.at, zone):%H:%M}"]],
        [[line.code]],
        [[line.procedure, ("italic", f"({_KINDS[line.kind]})")]],
        [[plain_money(line.amount)]],
    ]


def _sums(story: Story, row: FeeSheetPaperRow) -> None:
    story.gap(5)
    difference = row.counted - row.taken
    story.para("1. Hệ thống ghi:", ("bold", _sum(row.taken)), keep=True)
    story.para(("italic", f"Bằng chữ: {_in_words(row.taken)}."), indent=12, keep=True)
    story.para("2. Kiểm đếm:", ("bold", _sum(row.counted)), keep=True)
    story.para(("italic", f"Bằng chữ: {_in_words(row.counted)}."), indent=12, keep=True)
    story.para("3. Chênh lệch (2 – 1):", ("bold", _difference(difference)), keep=True)
    if difference:
        story.para("Lý do chênh lệch:", row.reason, indent=12)
    locked = long_moment(row.letterhead.issued_at, row.letterhead.zone)
    story.para(
        ("italic", f"Khóa lúc {locked}. Khoản thu sau lúc khóa ghi vào phần tiếp theo của ngày."),
        before=2,
        size=8,
    )


def _sum(amount: int) -> str:
    return f"trả lại {money(-amount)}" if amount < 0 else money(amount)


def _in_words(amount: int) -> str:
    return f"Trả lại {number_words(-amount)} đồng" if amount < 0 else money_words(amount)


def _difference(amount: int) -> str:
    if not amount:
        return "không"
    return f"{'thừa' if amount > 0 else 'thiếu'} {money(abs(amount))}"
