"""Lists and slips of the counter: results on their way, a result collected, what is overdue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from onestop.documents.blocks import plain_title, signatures
from onestop.documents.cash import FOOT
from onestop.documents.forms import form_story, render_form
from onestop.documents.headings import EVERY
from onestop.documents.layout import Cell, Density, Story
from onestop.documents.sheets import PaperSize, Rendered, render_landscape
from onestop.documents.wording import local, long_moment, money, plain_money, short_moment
from onestop.domain.events import Delivery
from onestop.queries.desk_papers import ResultLineRow, ResultListRow, ResultReceiptRow

_RESULT_HEADER: Final = (
    "TT",
    "Mã hồ sơ",
    "Nội dung",
    "Kết quả",
    "Họ tên chủ hồ sơ",
    "Địa chỉ",
    "Phí/lệ phí (đồng)",
    "Đăng ký trả qua bưu điện",
)
_RESULT_WIDTHS: Final = (0.04, 0.15, 0.21, 0.16, 0.14, 0.15, 0.08, 0.07)
_OVERDUE_WIDTHS: Final = (0.04, 0.06, 0.155, 0.14, 0.225, 0.21, 0.085, 0.085)


@dataclass(frozen=True, slots=True)
class ListHead:
    """The head of a printed list: whose it is, what it holds, its filters, when it was true.

    `made_at` is aware; `filters` are sentences, in the order of the screen.
    """

    agency: str
    title: str
    filters: tuple[str, ...]
    made_for: str
    made_at: datetime
    zone: str
    is_sample: bool = False


@dataclass(frozen=True, slots=True)
class ListLine:
    """One line of a printed list of oversight; `where` holds one text per holder."""

    days: str
    code: str
    applicant: str
    procedure: str
    where: tuple[str, ...]
    since: str
    due: str


def render_result_list(row: ResultListRow) -> Rendered:
    """Return the list of results that a unit hands over to the desk as PDF, A4 across.

    Source: docs/rules.md, rule P8.
    """

    def compose(density: Density, width: float) -> Story:
        story = form_story(row, density, width)
        story.gap(4)
        story.field("Bên giao:", row.from_unit)
        story.field("Bên nhận:", row.to_desk)
        story.gap(4)
        widths = [share * width for share in _RESULT_WIDTHS]
        lines = [_result_line(n, line) for n, line in enumerate(row.lines, 1)]
        story.table(
            widths,
            _RESULT_HEADER,
            lines,
            size=8.6,
            centred=frozenset({0, 7}),
            right=frozenset({6}),
        )
        story.gap(4)
        story.para(
            f"Cộng: {len(row.lines)} kết quả. Phiếu lập thành hai bản, mỗi bên giữ một bản.",
            keep=True,
        )
        signers = (("BÊN GIAO", ""), ("BÊN NHẬN", row.taken_by))
        signatures(story, EVERY["sign_here"], *signers, room=44)
        return story

    return render_landscape(
        compose,
        title=plain_title(row.form),
        running_head=f"{plain_title(row.form)} số {row.letterhead.serial} (tiếp theo)",
        is_sample=row.is_sample,
    )


def _result_line(n: int, line: ResultLineRow) -> list[Cell]:
    fee: Cell = [["–"]]
    if line.fee:
        fee = [[plain_money(line.fee)], ["còn thu" if line.owed else "đã thu"]]
        if 0 < line.owed < line.fee:
            fee = [[plain_money(line.fee)], [f"còn thu {plain_money(line.owed)}"]]
    return [
        [[str(n)]],
        [[line.code]],
        [[line.request]],
        [[line.result]],
        [[line.applicant]],
        [[line.address]],
        fee,
        [["X" if line.by_post else ""]],
    ]


_DELIVERIES: Final = {
    Delivery.DESK: "Nhận trực tiếp tại quầy",
    Delivery.POSTAL: "Qua dịch vụ bưu chính công ích",
    Delivery.ELECTRONIC: "Bản điện tử",
}


def render_result_receipt(row: ResultReceiptRow, *, paper: PaperSize = PaperSize.A5) -> Rendered:
    """Return the slip that the citizen signs on collecting a result as PDF.

    Source: docs/rules.md, rule P8.
    """

    def compose(density: Density, width: float) -> Story:
        story = form_story(row, density, width)
        story.para("Mã hồ sơ:", ("bold", row.code), align="centre", before=1)
        story.gap(4)
        story.field("Nơi trả kết quả:", row.reception_unit)
        story.field("Chủ hồ sơ:", row.applicant.name, bold=True)
        story.field("Địa chỉ:", row.applicant.address)
        story.field("Nội dung giải quyết:", row.request)
        story.field("Kết quả đã nhận:", row.result, bold=True)
        story.field("Số, ký hiệu của kết quả:", row.result_number)
        story.field("Họ và tên người nhận:", row.taker, bold=True)
        story.field("Giấy tờ đã kiểm tra:", row.checked)
        story.field("Hình thức nhận:", _DELIVERIES[row.delivery])
        story.field("Phí, lệ phí đã thu:", money(row.paid) if row.paid else "không")
        story.field("Thời gian trả:", long_moment(row.returned_at, row.letterhead.zone))
        for n, (code, result) in enumerate(row.others):
            story.para("Nhận cùng lúc:" if n == 0 else "", ("bold", code), result, hang=12)
        story.para(
            "Người nhận đã kiểm tra kết quả, thấy đúng và đủ nội dung; ký nhận dưới đây.", before=4
        )
        signers = (("NGƯỜI NHẬN KẾT QUẢ", row.taker), ("NGƯỜI TRẢ KẾT QUẢ", row.returned_by))
        signatures(story, EVERY["sign_here"], *signers, room=40)
        story.gap(FOOT)
        return story

    return render_form(compose, row, running=f"– Mã hồ sơ {row.code} (tiếp theo)", paper=paper)


def render_overdue_list(
    head: ListHead, columns: Sequence[str], lines: Sequence[ListLine]
) -> Rendered:
    """Return a list of oversight as PDF, A4 across; `columns` are the seven headings after "TT".

    Its head says whose work it is, the filters, the instant, and how many lines follow.
    Source: docs/rules.md, rule P8.
    """

    def compose(density: Density, width: float) -> Story:
        story = Story(width, density)
        list_head(story, head, len(lines))
        if lines:
            widths = [share * width for share in _OVERDUE_WIDTHS]
            rows = [_list_line(n, line) for n, line in enumerate(lines, 1)]
            story.table(widths, ("TT", *columns), rows, size=8.6, centred=frozenset({0, 1}))
        else:
            story.para("Không có hồ sơ nào.", before=6, align="centre")
        return story

    at = short_moment(head.made_at, head.zone)
    return render_landscape(
        compose,
        title=head.title,
        running_head=f"{head.title} – {head.agency}, tính đến {at} (tiếp theo)",
        is_sample=head.is_sample,
    )


def list_head(story: Story, head: ListHead, count: int) -> None:
    """Add agency, title with the count, filters, instant and reader of a printed list."""
    story.para(("bold", head.agency.upper()), size=10)
    story.para(
        ("bold", f"{head.title.upper()}: {plain_money(count)}"),
        size=14,
        align="centre",
        before=4,
        balanced=True,
    )
    at = local(head.made_at, head.zone)
    when = f"Tính đến {at.hour} giờ {at.minute:02}, ngày {at:%d/%m/%Y}."
    story.para(("italic", f"{when} Lập cho: {head.made_for}."), align="centre")
    filters = "; ".join(head.filters) or "không"
    story.para(("italic", f"Bộ lọc: {filters}."), align="centre")
    story.gap(5)


def _list_line(n: int, line: ListLine) -> list[Cell]:
    return [
        [[str(n)]],
        [[("bold", line.days)]],
        [[line.code]],
        [[line.applicant]],
        [[line.procedure]],
        [[text] for text in line.where] or [["–"]],
        [[line.since]],
        [[line.due]],
    ]
