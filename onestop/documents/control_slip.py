"""The slip that travels with a dossier: "Phiếu kiểm soát quá trình giải quyết hồ sơ"."""

from datetime import datetime

from onestop.documents.blocks import form_title, is_narrow, letterhead, plain_title
from onestop.documents.layout import Density, Item, Story, Text
from onestop.documents.qr import symbol_of
from onestop.documents.sheets import PaperSize, Rendered, render
from onestop.documents.wording import PUNCTUALITY, local, long_date, long_moment, short_moment
from onestop.queries.papers import ControlSlipRow, HandOverRow

_HEADER = (
    "TÊN CƠ QUAN",
    "THỜI GIAN GIAO, NHẬN HỒ SƠ",
    "KẾT QUẢ GIẢI QUYẾT HỒ SƠ (Trước hạn / đúng hạn / quá hạn)",
    "GHI CHÚ",
)
_BLANK_TIME = "…… giờ …… phút, ngày …../…../…….."
_SIDE = 62.0


def render_control_slip(row: ControlSlipRow, *, paper: PaperSize = PaperSize.A5) -> Rendered:
    """Return the control slip as PDF: one block per hand-over, then `row.blank_blocks` empty ones.

    Beside the heading stands a QR of the dossier code, for scanning a pile.
    Source: docs/rules.md, rules P2 and P5.
    """

    def compose(density: Density, width: float) -> Story:
        story = Story(width, density)
        letterhead(story, row.form, row.letterhead)
        story.gap(4)
        _book(story, row)
        form_title(story, row.form.title)
        story.gap(3)
        _particulars(story, row)
        story.gap(4)
        _table(story, row)
        return story

    return render(
        compose,
        title=plain_title(row.form),
        running_head=f"{plain_title(row.form)} – Mã hồ sơ {row.code} (tiếp theo)",
        paper=paper,
        is_sample=row.is_sample,
    )


def _book(story: Story, row: ControlSlipRow) -> None:
    line = f"Quyển số: {row.book_no or '………'}, Số thứ tự: {row.book_seq or '………'}"
    story.para(line, size=9, align="centre" if is_narrow(story) else "left")


def _particulars(story: Story, row: ControlSlipRow) -> None:
    zone = row.letterhead.zone
    narrow = is_narrow(story)
    left = Story(story.width if narrow else story.width - _SIDE - 4, story.density)
    left.field("Kèm theo hồ sơ của:", row.applicant_name, bold=True)
    left.field("Mã hồ sơ:", row.code, bold=True)
    left.field("Ngày nhận:", long_date(local(row.received_at, zone).date()))
    left.field("Ngày, giờ hẹn trả kết quả:", long_moment(row.due_at, zone))
    left.field("Cơ quan (bộ phận) giải quyết hồ sơ:", row.lead_agency)
    left.field("Cơ quan phối hợp giải quyết hồ sơ:", "; ".join(row.cooperating))
    symbol = symbol_of(row.code)
    right = Story(_SIDE, story.density)
    right.items.append(Item(_SIDE, symbols=[(0, 0, _SIDE, symbol)]))
    if narrow:
        story.items += left.items
        story.replaced += left.replaced
        story.beside(((story.width - _SIDE) / 2, right))
    else:
        story.beside((0, left), (story.width - _SIDE + 4, right))


def _table(story: Story, row: ControlSlipRow) -> None:
    width = story.width
    zone = row.letterhead.zone
    blocks = [_block(hand_over, zone) for hand_over in row.hand_overs]
    blocks += [_blank_block()] * row.blank_blocks
    widths = (0.26 * width, 0.44 * width, 0.17 * width, 0.13 * width)
    header = ("CƠ QUAN", "GIAO, NHẬN", "KẾT QUẢ", "GHI CHÚ") if is_narrow(story) else _HEADER
    size = 7.6 if is_narrow(story) else 8.3
    story.table(widths, header, blocks, size=size, centred=frozenset({2}))


def _block(row: HandOverRow, zone: str) -> list[list[list[Text]]]:
    return [
        [[f"1. Giao: {row.from_agency}"], [f"2. Nhận: {row.to_agency}"]],
        [
            *_moment("Giao:", row.given_at, _signer(row.from_person, row.from_stand_in), zone),
            *_moment("Nhận:", row.taken_at, _signer(row.to_person, row.to_stand_in), zone),
        ],
        [[PUNCTUALITY.get(row.punctuality, "")]],
        [[row.note]],
    ]


def _signer(person: str, stand_in: str) -> str:
    return f"{stand_in} (thay {person})" if stand_in else person


def _moment(what: str, at: datetime | None, person: str, zone: str) -> list[list[Text]]:
    when = short_moment(at, zone) if at else _BLANK_TIME
    signer = "Người giao:" if what == "Giao:" else "Người nhận:"
    name: Text = ("bold", person) if person else "…………………"
    return [[what, when], [("italic", signer), name]]


def _blank_block() -> list[list[list[Text]]]:
    blank = "………………………"
    return [
        [[f"1. Giao: {blank}"], [f"2. Nhận: {blank}"]],
        [*_moment("Giao:", None, "", ""), *_moment("Nhận:", None, "", "")],
        [[""]],
        [[""]],
    ]
