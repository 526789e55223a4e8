"""The list that goes with a pile of paper originals from one agency to another."""

from typing import Final

from onestop.documents.blocks import is_narrow, signatures
from onestop.documents.forms import form_story, render_form
from onestop.documents.headings import EVERY
from onestop.documents.layout import Cell, Density, Story
from onestop.documents.sheets import PaperSize, Rendered
from onestop.documents.wording import local, long_moment, short_moment
from onestop.domain.events import Stayed, TakenBy
from onestop.queries.handover_lists import HandedPaperRow, HandoverListRow

_HEADER: Final = ("TT", "Mã hồ sơ", "Chủ hồ sơ, thủ tục", "Số giấy tờ", "Bên nhận ghi")
_SHARES: Final = (0.07, 0.27, 0.36, 0.1, 0.2)
_NARROW_HEADER: Final = ("TT", "Hồ sơ", "Số tờ", "Bên nhận ghi")
_NARROW_SHARES: Final = (0.1, 0.53, 0.11, 0.26)
_STAYED: Final = {
    Stayed.MISSING: "Không có trong chồng, bên giao giữ",
    Stayed.CALLED_BACK: "Bên giao lấy lại",
}
_HOW: Final = {
    TakenBy.SCAN: "quét mã từng hồ sơ",
    TakenBy.PASSWORD: "nhập mật khẩu của người nhận",
    TakenBy.HAND: "nhận tận tay",
}


def render_handover_list(row: HandoverListRow, *, paper: PaperSize = PaperSize.A4) -> Rendered:
    """Return the hand-over list as PDF, with blanks for what the receiving side has not said yet.

    It flows over as many pages as the pile needs. Source: docs/rules.md, rules W1, W2.
    """

    def compose(density: Density, width: float) -> Story:
        story = form_story(row, density, width)
        story.gap(4)
        _sides(story, row)
        story.gap(4)
        _table(story, row, 6.7 if paper is PaperSize.A4 else 7.8)
        story.gap(3)
        _sums(story, row)
        story.gap(4, keep=True)
        signers = (("BÊN GIAO", row.giver), ("BÊN NHẬN", row.taker))
        signatures(story, EVERY["sign_here"], *signers, room=34)
        return story

    return render_form(compose, row, running=f"số {row.letterhead.serial} (tiếp theo)", paper=paper)


def _sides(story: Story, row: HandoverListRow) -> None:
    zone = row.letterhead.zone
    story.field("Bên giao:", row.from_agency, bold=True)
    story.field("Người giao:", row.giver)
    story.field("Giao lúc:", long_moment(row.given_at, zone))
    story.field("Bên nhận:", row.to_agency, bold=True)
    story.field("Người nhận:", row.taker)
    story.field("Nhận xong lúc:", long_moment(row.answered_at, zone) if row.answered_at else "")
    if row.how is not None:
        story.field("Cách ký nhận:", _HOW[row.how])


def _table(story: Story, row: HandoverListRow, size: float) -> None:
    zone = row.letterhead.zone
    lines = [_line(n, line, zone) for n, line in enumerate(row.lines, start=1)]
    if is_narrow(story):  # the code stands above the name: too long for a column of its own
        narrow = [[tt, code + request, *rest] for tt, code, request, *rest in lines]
        widths = [share * story.width for share in _NARROW_SHARES]
        story.table(widths, _NARROW_HEADER, narrow, size=7.2, centred=frozenset({0, 2}))
        return
    widths = [share * story.width for share in _SHARES]
    # A4 is A5 made larger: letters of a list that long may be smaller there.
    story.table(widths, _HEADER, lines, size=size, centred=frozenset({0, 3}))


def _line(n: int, line: HandedPaperRow, zone: str) -> list[Cell]:
    said = f"Đã nhận {local(line.taken_at, zone):%H:%M %d/%m}" if line.taken_at else ""
    if line.stayed is not None:
        said = _STAYED[line.stayed]
    return [
        [[str(n)]],
        [[line.code]],
        [[("bold", line.applicant)], [line.request]],
        [[str(line.pieces)]],
        [[said]],
    ]


def _sums(story: Story, row: HandoverListRow) -> None:
    taken = sum(1 for line in row.lines if line.taken_at)
    stayed = sum(1 for line in row.lines if line.stayed)
    story.para(("bold", f"Tổng số giao: {len(row.lines)} hồ sơ."), keep=True)
    if taken or stayed:
        at = (
            f", đến {short_moment(row.answered_at, row.letterhead.zone)}" if row.answered_at else ""
        )
        story.para(f"Đã nhận: {taken}; bên giao còn giữ: {stayed}{at}.", keep=True)
