"""The poster of a desk: whoever files gets a receipt; whom to call, and a QR."""

from functools import partial
from typing import Final

from onestop.documents.blocks import fitting
from onestop.documents.layout import Density, Item, Story
from onestop.documents.qr import symbol_of
from onestop.documents.sheets import A5_FRAME, USUAL, PaperSize, Rendered, render
from onestop.queries.desk_papers import PosterRow

TITLE_LINES: Final = ("NỘP HỒ SƠ", "PHẢI CÓ GIẤY HẸN")
_LINES: Final = (
    "Nộp hồ sơ xong, Ông/Bà được nhận ngay Giấy tiếp nhận hồ sơ và hẹn trả kết quả"
    " có mã hồ sơ và mã QR.",
    "Nộp phí, lệ phí phải có biên lai. Ngoài số tiền ghi trên giấy, không phải nộp khoản nào khác.",
    "Thiếu giấy tờ thì được hướng dẫn một lần, bằng phiếu, ghi đủ những gì cần bổ sung.",
)
_ASK: Final = "Không được đưa giấy hẹn? Xin báo ngay:"
_SIDE: Final = 146.0
_SMALLEST: Final = 0.4
_ROOM: Final = (A5_FRAME.height or 0) - A5_FRAME.top - A5_FRAME.bottom


def render_poster(row: PosterRow, *, is_sample: bool = False) -> Rendered:
    """Return the poster as PDF: one A4 page, large letters. `row.link` stands in the QR.

    Source: docs/rules.md, rule P8.
    """

    # A poster is one page: with a name of many lines everything is set smaller.
    scale = 1.0
    while scale > _SMALLEST and _height(_story(row, A5_FRAME.measure, scale)) > _ROOM:
        scale *= 0.94

    def compose(density: Density, width: float) -> Story:
        return _story(row, width, scale)

    return render(
        compose,
        title="Nộp hồ sơ phải có giấy hẹn",
        running_head=" ".join(TITLE_LINES),
        paper=PaperSize.A4,
        is_sample=is_sample,
    )


def _height(story: Story) -> float:
    return sum(item.height for item in story.items)


def _story(row: PosterRow, width: float, scale: float) -> Story:
    story = Story(width, USUAL)
    centred = partial(story.para, align="centre", balanced=True)
    centred(row.parent.upper(), size=10.5 * scale)
    centred(("bold", row.agency.upper()), size=12 * scale)
    story.rule(width * 0.3, thickness=0.8, before=3)
    story.gap(22 * scale)
    for words in TITLE_LINES:
        size = fitting(story, words, 38) * scale
        story.para(("bold", words), size=size, align="centre")
    story.gap(20 * scale)
    for n, text in enumerate(_LINES, 1):
        story.para(f"{n}. {text}", size=15 * scale, hang=18 * scale, before=8 * scale)
    story.gap(20 * scale)
    story.rule(width, thickness=1.2)
    centred(("bold", _ASK), size=15.5 * scale, before=10 * scale)
    _report(story, row, scale)
    return story


def _report(story: Story, row: PosterRow, scale: float) -> None:
    side = Story(story.width - _SIDE - 10, story.density)
    if row.phone:
        side.para("Điện thoại", size=12 * scale)
        side.para(("bold", row.phone), size=fitting(side, row.phone, 27) * scale)
    if row.address:
        side.para(row.address, size=10.5 * scale, before=2)
    side.para("Hoặc quét mã QR để biết gọi cho ai, phản ánh ở đâu.", size=11 * scale, before=5)
    side.para(("italic", row.link), size=8.5 * scale, before=2)
    height = _height(side)
    piece = Item(max(_SIDE, height), symbols=[(0, 0, _SIDE, symbol_of(row.link))])
    top = max(0.0, (_SIDE - height) / 2)
    for item in side.items:
        piece.take(item, _SIDE + 8, top)
        top += item.height
    story.gap(8 * scale)
    story.items.append(piece)
    story.replaced += side.replaced
