"""The sheet of a one-stop unit's day: what came, what went, numbers, money, the anchor."""

from typing import Final

from onestop.documents.blocks import signatures
from onestop.documents.forms import form_story, render_form
from onestop.documents.headings import EVERY
from onestop.documents.layout import Cell, Density, Face, Story
from onestop.documents.sheets import PaperSize, Rendered
from onestop.documents.wording import long_date, plain_money, short_moment
from onestop.queries.desk_papers import ClerkTakingsRow, DaySheetRow, DeskFiguresRow

_DESKS: Final = ("Quầy", "Tiếp nhận", "Hướng dẫn", "Từ chối", "Mã hồ sơ đầu", "Mã hồ sơ cuối")
_DESK_WIDTHS: Final = (0.18, 0.11, 0.11, 0.1, 0.25, 0.25)
_TAKINGS: Final = ("Cán bộ", "Số khoản", "Đã thu (đồng)", "Chưa khóa bảng kê", "Chênh lệch")
_TAKING_WIDTHS: Final = (0.32, 0.12, 0.2, 0.2, 0.16)
_SIZE: Final = 7.8


def render_day_sheet(row: DaySheetRow) -> Rendered:
    """Return the day sheet of a desk as PDF on A4.

    Source: docs/rules.md, rule P8.
    """

    def compose(density: Density, width: float) -> Story:
        story = form_story(row, density, width)
        story.para(("bold", long_date(row.day).capitalize()), align="centre", before=1)
        story.gap(4)
        story.field("Đơn vị:", row.reception_unit)
        story.field("Số liệu đến:", short_moment(row.until, row.letterhead.zone))
        _desks(story, row)
        _numbers(story, row)
        _money(story, row)
        _anchor(story, row)
        signers = (("NGƯỜI LẬP", row.made_by), ("PHỤ TRÁCH BỘ PHẬN MỘT CỬA", ""))
        signatures(story, EVERY["sign_here"], *signers, room=38)
        return story

    return render_form(compose, row, running=f"{row.day:%d/%m/%Y} (tiếp theo)", paper=PaperSize.A4)


def _desks(story: Story, row: DaySheetRow) -> None:
    story.para(("bold", "1. Người đến quầy"), before=5, keep=True)
    total = DeskFiguresRow("Cộng", row.received, row.guided, row.refused, "", "", row.undone)
    rows = [_desk(desk) for desk in row.desks] + [_desk(total, "bold")]
    widths = [share * story.width for share in _DESK_WIDTHS]
    story.table(widths, _DESKS, rows, size=_SIZE, right=frozenset({1, 2, 3}))
    story.para(
        f"Tiếp nhận: {plain_money(row.received)} hồ sơ, trong đó hủy: {plain_money(row.undone)}.",
        before=4,
    )
    story.para(
        f"Trả kết quả: {plain_money(row.returned)} hồ sơ,"
        f" trong đó qua bưu điện: {plain_money(row.by_post)}.",
    )


def _desk(desk: DeskFiguresRow, face: Face = "regular") -> list[Cell]:
    values = (
        desk.desk or "Không theo quầy",
        plain_money(desk.received),
        plain_money(desk.guided),
        plain_money(desk.refused),
        desk.first_code,
        desk.last_code,
    )
    return [[[(face, value)]] for value in values]


def _numbers(story: Story, row: DaySheetRow) -> None:
    story.para(("bold", "2. Số hồ sơ đã cấp"), before=5, keep=True)
    given = f"từ 1 đến {plain_money(row.highest)}" if row.highest else "chưa cấp số nào"
    story.para(f"Số đã cấp trong ngày: {given}; số hủy: {len(row.voided)}.")
    for voided in row.voided:
        story.para(f"{voided.code}: {voided.reason}", indent=12, hang=12)


def _money(story: Story, row: DaySheetRow) -> None:
    story.para(("bold", "3. Phí, lệ phí thu tại quầy"), before=5, keep=True)
    if not row.takings:
        story.para("Không có khoản thu nào.")
        return
    total = ClerkTakingsRow(
        "Cộng",
        sum(one.payments for one in row.takings),
        sum(one.taken for one in row.takings),
        sum(one.open for one in row.takings),
        sum(one.difference for one in row.takings),
    )
    rows = [_taking(one) for one in row.takings] + [_taking(total, "bold")]
    widths = [share * story.width for share in _TAKING_WIDTHS]
    story.table(widths, _TAKINGS, rows, size=_SIZE, right=frozenset({1, 2, 3, 4}))
    given_back = [amount for one in row.takings for amount in one.given_back]
    if given_back:
        story.para(
            f"Trong đó trả lại công dân: {len(given_back)} khoản,"
            f" {plain_money(sum(given_back))} đồng (đã trừ ở cột “Đã thu”).",
            before=4,
        )


def _taking(one: ClerkTakingsRow, face: Face = "regular") -> list[Cell]:
    values = (
        one.clerk,
        plain_money(one.payments),
        plain_money(one.taken),
        plain_money(one.open),
        plain_money(one.difference),
    )
    return [[[(face, value)]] for value in values]


def _anchor(story: Story, row: DaySheetRow) -> None:
    story.para(("bold", "4. Neo của nhật ký"), before=5, keep=True)
    anchor = "–"
    if row.anchor and row.anchored_at:
        anchor = f"{row.anchor[:16]}, lúc {short_moment(row.anchored_at, row.letterhead.zone)}"
    story.para("Neo gần nhất khi lập bảng:", ("bold", anchor))
