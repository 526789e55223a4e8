"""The one-page briefing: what is late or unexplained, by agency, the worst first."""

from collections.abc import Sequence
from typing import Final

from onestop.documents.layout import Cell, Density, Story
from onestop.documents.lists import ListHead, list_head
from onestop.documents.pages import Frame, paginate
from onestop.documents.sheets import A5_FRAME, SMALL, PaperSize, Rendered, render
from onestop.documents.wording import plain_money
from onestop.queries.briefings import BriefingAgencyRow, BriefingLineRow, BriefingPage

_AGENCIES: Final = ("Cơ quan", "Hồ sơ trễ", "Chưa rõ lý do", "Trễ nhất (ngày)")
_AGENCY_WIDTHS: Final = (0.55, 0.13, 0.16, 0.16)
_LINES: Final = ("Trễ", "Mã hồ sơ", "Thủ tục", "Đang ở", "Lý do đã ghi")
_LINE_WIDTHS: Final = (0.07, 0.22, 0.37, 0.19, 0.15)
_MOST_AGENCIES: Final = 8
_SIZE: Final = 6.6
_LONGEST: Final = 60
_NEVER_MORE: Final = 64
"""More lines than a page holds even when each is a single one."""


def render_briefing(head: ListHead, page: BriefingPage) -> Rendered:
    """Return the briefing as PDF: always one A4 page, what does not fit said as a number.

    Source: docs/rules.md, rule P8.
    """
    room = (A5_FRAME.height or 0) - A5_FRAME.top - A5_FRAME.bottom
    shown = min(len(page.lines), _NEVER_MORE)
    # Lines are of different heights: halve down to what surely fits, then add while it does.
    while shown and _height(head, page, shown) > room:
        shown //= 2
    while shown < len(page.lines) and _height(head, page, shown + 1) <= room:
        shown += 1

    def compose(density: Density, width: float) -> Story:
        return _story(head, page, shown, density, width)

    return render(
        compose,
        title=head.title,
        running_head=head.title,
        paper=PaperSize.A4,
        is_sample=head.is_sample,
    )


def _height(head: ListHead, page: BriefingPage, shown: int) -> float:
    story = _story(head, page, shown, SMALL, A5_FRAME.measure)
    roll = Frame(A5_FRAME.width, None, 0, 0, 0, 0)
    return paginate(story, roll)[0].height


def _story(head: ListHead, page: BriefingPage, shown: int, density: Density, width: float) -> Story:
    story = Story(width, SMALL)
    list_head(story, head, page.count)
    story.para(
        f"Trong đó chưa ghi lý do, chưa xin lỗi: {plain_money(page.unexplained)} hồ sơ.",
        align="centre",
    )
    if not page.count:
        story.para("Không có hồ sơ trễ hạn.", align="centre", before=8)
        return story
    story.gap(3)
    _agency_table(story, page.agencies)
    story.para(("bold", "Trễ nhất (ngày làm việc), chưa rõ lý do xếp trước"), before=5, keep=True)
    _line_table(story, page.lines[:shown])
    if rest := page.count - shown:
        story.para(("bold", f"và {plain_money(rest)} hồ sơ nữa"), before=3)
    return story


def _agency_table(story: Story, agencies: Sequence[BriefingAgencyRow]) -> None:
    rows: list[list[Cell]] = [
        [
            [[one.agency]],
            [[plain_money(one.late)]],
            [[("bold", plain_money(one.unexplained))]],
            [[plain_money(one.worst)]],
        ]
        for one in agencies[:_MOST_AGENCIES]
    ]
    widths = [share * story.width for share in _AGENCY_WIDTHS]
    story.table(widths, _AGENCIES, rows, size=6.8, right=frozenset({1, 2, 3}))
    if rest := agencies[_MOST_AGENCIES:]:
        late = sum(one.late for one in rest)
        story.para(f"và {len(rest)} cơ quan nữa, {plain_money(late)} hồ sơ", size=7.6)


def _line_table(story: Story, lines: Sequence[BriefingLineRow]) -> None:
    rows = [_line(line) for line in lines]
    widths = [share * story.width for share in _LINE_WIDTHS]
    story.table(widths, _LINES, rows, size=_SIZE, centred=frozenset({0}))


def _line(line: BriefingLineRow) -> list[Cell]:
    return [
        [[("bold", str(line.days))]],
        [[line.code]],
        [[_short(line.procedure)]],
        [[line.where]],
        [[line.reason or ("bold", "chưa ghi")]],
    ]


def _short(text: str) -> str:
    """Return the beginning of a long name: the code beside it says which dossier it is."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST].rsplit(' ', 1)[0]}…"
