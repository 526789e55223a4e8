"""The receipt a citizen takes home: "Giấy tiếp nhận hồ sơ và hẹn trả kết quả"."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final, Literal

from onestop.documents.blocks import (
    form_title,
    is_narrow,
    is_tight,
    letterhead,
    plain_title,
    qr_block,
    signatures,
)
from onestop.documents.layout import Density, Item, Story, Text, stack
from onestop.documents.pdf_file import LABEL_SIZE
from onestop.documents.qr import symbol_of
from onestop.documents.sheets import PaperSize, Rendered, render
from onestop.documents.wording import (
    check_code_groups,
    code_groups,
    eye_moment,
    limit_text,
    local,
    long_moment,
    money,
    short_moment,
)
from onestop.domain.events import Delivery
from onestop.queries.papers import PaperRow, ReceiptRow

COPIES: Final = ("(Liên 1: Lưu)", "(Liên 2: Giao khách hàng)")
"""The two copies of the statute: one is kept with the dossier, one goes home."""

_UNIT_LABEL = "Trung tâm Phục vụ hành chính công/Bộ phận tiếp nhận và trả kết quả:"
_KINDS = (
    ("originals", "bản chính"),
    ("certified", "bản chứng thực"),
    ("copies", "bản chụp"),
    ("electronic", "bản điện tử"),
)
_DELIVERY = {
    Delivery.DESK: "{place}",
    Delivery.POSTAL: "Nhà, qua dịch vụ bưu chính công ích: {place}",
    Delivery.ELECTRONIC: "Bản điện tử: {place}",
}
_NOTE = (
    "Giấy này lập thành hai liên: một liên kèm theo Phiếu kiểm soát quá trình giải quyết hồ sơ"
    " và lưu tại nơi tiếp nhận, một liên giao cho người nộp hồ sơ. Người nộp có thể đăng ký nhận"
    " kết quả tại nơi tiếp nhận hoặc tại nhà qua dịch vụ bưu chính."
)


def render_receipt(
    row: ReceiptRow,
    *,
    paper: PaperSize = PaperSize.A5,
    copies: Sequence[str] = COPIES,
    papers_as: Literal["list", "table"] = "list",
) -> Rendered:
    """Return the receipt as PDF, by default both copies; papers as a list or a ruled table.

    Source: docs/rules.md, rules P2 and P4.
    """

    def compose(density: Density, width: float) -> Story:
        story = Story(width, density)
        _statutory(story, row, papers_as)
        _for_the_eye(story, row)
        return story

    return render(
        compose,
        title=plain_title(row.form),
        running_head=f"{plain_title(row.form)} – Mã hồ sơ {row.code} (tiếp theo)",
        paper=paper,
        copies=copies,
        is_sample=row.is_sample,
    )


def _statutory(story: Story, row: ReceiptRow, papers_as: str) -> None:
    zone = row.letterhead.zone
    letterhead(story, row.form, row.letterhead)
    form_title(story, row.form.title)
    story.para("Mã hồ sơ:", ("bold", row.code), align="centre", before=1)
    story.slot(LABEL_SIZE)
    story.gap(2)
    story.field(row.form.heading("unit", _UNIT_LABEL), row.reception_unit)
    _person(story, row)
    story.field("Nội dung yêu cầu giải quyết:", row.request)
    story.para("1. Thành phần hồ sơ nộp gồm:", keep=True)
    (_papers_table if papers_as == "table" else _papers_list)(story, row.papers)
    story.para(f"2. Số lượng hồ sơ: {row.dossier_sets:02} (bộ)")
    length = limit_text(row.limit_amount, row.limit_unit)
    story.para("3. Thời gian giải quyết hồ sơ theo quy định là:", length)
    story.para("4. Thời gian nhận hồ sơ:", long_moment(row.received_at, zone))
    due = long_moment(row.due_at, zone)
    story.para("5. Thời gian trả kết quả giải quyết hồ sơ:", ("bold", due), hang=12)
    _second_phase(story, row)
    place = _DELIVERY[row.delivery].format(place=row.delivery_place)
    story.para("6. Đăng ký nhận kết quả tại:", place, leader=not row.delivery_place)
    _fees(story, row)
    story.fields(("Vào Sổ theo dõi hồ sơ, Quyển số:", row.book_no), ("Số thứ tự:", row.book_seq))
    submitter = row.submitter or row.applicant
    signatures(
        story, ("NGƯỜI NỘP HỒ SƠ", submitter.name), ("NGƯỜI TIẾP NHẬN HỒ SƠ", row.received_by)
    )
    _notes(story, row)


def _person(story: Story, row: ReceiptRow) -> None:
    person = row.applicant
    story.field("Tiếp nhận hồ sơ của:", person.name, bold=True)
    if person.id_number:
        story.field("Số định danh cá nhân/Căn cước/Hộ chiếu:", person.id_number)
    if row.submitter:
        by = " – ".join(filter(None, (row.submitter.name, row.submitter.phone)))
        story.field("Người nộp hồ sơ:", by)
    story.field("Địa chỉ:", person.address)
    story.fields(("Số điện thoại:", person.phone), ("Email:", person.email))


def _papers_list(story: Story, papers: Sequence[PaperRow]) -> None:
    for n, paper in enumerate(papers, 1):
        kinds = _pieces(paper)
        story.para(f"{n}) {paper.name}" + (f" ({kinds})" if kinds else ""), indent=12, hang=12)


def _pieces(paper: PaperRow) -> str:
    counts = [(getattr(paper, kind), name) for kind, name in _KINDS]
    return ", ".join(f"{count:02} {name}" for count, name in counts if count)


def _papers_table(story: Story, papers: Sequence[PaperRow]) -> None:
    story.gap(1.5, keep=True)
    number, piece = 22.0, 54.0
    widths = (number, story.width - number - 3 * piece, piece, piece, piece)
    rows = [_papers_row(n, paper) for n, paper in enumerate(papers, 1)]
    header = ("TT", "Thành phần hồ sơ", "Bản chính", "Bản chứng thực", "Bản chụp")
    story.table(widths, header, rows, size=8.6, centred=frozenset({0, 2, 3, 4}))
    story.gap(3)


def _papers_row(n: int, paper: PaperRow) -> list[list[list[Text]]]:
    name = paper.name + (" (bản điện tử)" if paper.electronic else "")
    counts = (paper.originals, paper.certified, paper.copies)
    return [[[text]] for text in (str(n), name, *(str(count or "") for count in counts))]


def _second_phase(story: Story, row: ReceiptRow) -> None:
    if row.second_phase is None:
        return
    if row.first_phase is not None:
        first = long_moment(row.first_phase, row.letterhead.zone)
        story.para("Trong đó giai đoạn 1 xong trước:", first, indent=12, hang=12)
    for label, at in (
        ("Thời gian nhận hồ sơ (giai đoạn 2, nếu có):", row.second_phase.received_at),
        ("Thời gian trả kết quả (giai đoạn 2, nếu có):", row.second_phase.due_at),
    ):
        shown = long_moment(at, row.letterhead.zone) if at else ""
        story.para(label, shown, indent=12, hang=12, leader=not shown)


def _fees(story: Story, row: ReceiptRow) -> None:
    if not row.fees:
        return
    each = "; ".join(f"{fee.name}: {money(fee.amount)}" for fee in row.fees)
    total = money(sum(fee.amount for fee in row.fees))
    shown = f"{each}; cộng {total}" if len(row.fees) > 1 else each
    story.para("Phí, lệ phí (nếu có):", shown, hang=12)


def _notes(story: Story, row: ReceiptRow) -> None:
    zone = row.letterhead.zone
    story.gap(2 if is_tight(story) else 4)
    story.para(("bold", "Ghi chú:"), row.form.heading("note", _NOTE), size=8, squeeze=0.93)
    legs = [f"{leg.agency}: xong trước {short_moment(leg.due_at, zone)}" for leg in row.legs]
    standstills = _standstills(row)
    if is_tight(story) and legs:
        # A journey through many agencies still fits one sheet.
        legs, standstills = [" ".join([f"{_legs_in_short(row)}.", *standstills])], []
    for note in (*_corrected(row), *legs, *standstills, *row.notes):
        story.para(f"– {note}", size=8, squeeze=0.93, indent=6, hang=8)


def _legs_in_short(row: ReceiptRow) -> str:
    """Every agency once, with the dates of all its legs."""
    dates: dict[str, list[str]] = {}
    for leg in row.legs:
        moment = short_moment(leg.due_at, row.letterhead.zone)
        dates.setdefault(leg.agency, []).append(moment)
    each = [f"{agency}: xong trước {' và '.join(moments)}" for agency, moments in dates.items()]
    return "; ".join(each)


def _corrected(row: ReceiptRow) -> list[str]:
    """What a receipt says that takes the place of another one."""
    zone, notes = row.letterhead.zone, []
    if row.replaced_at is not None:
        printed = local(row.replaced_at, zone)
        notes.append(f"Giấy này thay giấy in ngày {printed:%d/%m/%Y}; giấy cũ không còn giá trị.")
    if row.first_due_at is not None:
        notes.append(f"Hẹn trả lần đầu: {short_moment(row.first_due_at, zone)}.")
    return notes


def _standstills(row: ReceiptRow) -> list[str]:
    """Which steps put the date off, because their time does not count."""
    if not row.uncounted:
        return []
    # What a name says in brackets is said here for all of them.
    steps = "; ".join(name.partition(" (")[0] for name in row.uncounted)
    return [f"Không tính vào thời hạn, ngày hẹn lùi theo: {steps}."]


def _for_the_eye(story: Story, row: ReceiptRow) -> None:
    """Add what stands outside the statutory text: promise, desk and phone in 16 pt; QR; proof."""
    story.gap(4)
    strip = Story(story.width - 12, story.density)
    align: Literal["left", "centre"] = "centre" if is_narrow(story) else "left"
    strip.gap(3)
    for line in _calls(row, is_narrow(story)):
        strip.para(("bold", line), size=16, squeeze=0.95, align=align)
    strip.gap(3)
    story.replaced += strip.replaced
    box = stack(strip.items)
    if box.height < 160:
        story.items.append(_framed(box, story.width))
    else:
        story.items += strip.items
    story.gap(4, keep=True)
    symbol = symbol_of(row.link)
    story.items.append(
        qr_block(story, symbol, _beside_symbol(story, row), _below_symbol(row, is_narrow(story)))
    )


def _framed(box: Item, width: float) -> Item:
    """Return `box` in a frame, kept together with the QR below it, at the foot of the page."""
    framed = Item(box.height, keep=True, at_bottom=True)
    framed.take(box, 6, 0)
    corners = ((0, 0), (width, 0), (width, box.height), (0, box.height), (0, 0))
    framed.rules += [(*start, *end, 0.9, False) for start, end in pairwise(corners)]
    return framed


def _calls(row: ReceiptRow, narrow: bool) -> list[str]:
    """Return the lines of the strip; on a roll each stands alone, so that no number is broken."""
    hour, day = eye_moment(row.due_at, row.letterhead.zone)
    phone = f"ĐT {row.desk_phone}" if row.desk_phone else ""
    if narrow:
        return [line for line in (f"Hẹn trả: {hour}", day, row.desk, phone) if line]
    return [f"Hẹn trả: {hour}, {day}", " – ".join(filter(None, (row.desk, phone)))]


def _beside_symbol(story: Story, row: ReceiptRow) -> Story:
    text = Story(story.width if is_narrow(story) else story.width - 92, story.density)
    host = row.link.split("/s/")[0].removeprefix("https://").removeprefix("http://")
    text.para(("bold", "Quét mã để biết hồ sơ đang ở đâu, ai đang giữ, khi nào xong."), size=9.5)
    text.para(
        f"Không quét được: mở {host}, nhập mã hồ sơ và mã kiểm tra ghi dưới hình."
        " Mã kiểm tra chỉ dành cho người giữ giấy này.",
        size=8.2,
        before=2,
        squeeze=0.95,
    )
    proof = f"SHA-256 của sự kiện đầu: {row.first_event_hash[:16] or '–'}"
    text.para(f"{proof}. Neo gần nhất: {row.anchor[:16] or '–'}", size=7, before=3, squeeze=0.95)
    return text


def _below_symbol(row: ReceiptRow, narrow: bool) -> list[tuple[str, float]]:
    codes = (
        f"Mã hồ sơ: {code_groups(row.code)}",
        f"Mã kiểm tra: {check_code_groups(row.check_code)}",
    )
    shown = codes if narrow else (" · ".join(codes),)
    return [*((line, 9.6) for line in shown), (row.link, 6.8)]
