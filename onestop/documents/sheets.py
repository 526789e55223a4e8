"""Pages onto paper: the sizes a desk may choose, copies, page numbers, and the PDF itself."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from onestop.documents.layout import Compose, Density, Item, Story
from onestop.documents.pages import Frame, Page, paginate, spread
from onestop.documents.pdf_file import PdfFile
from onestop.documents.printed_text import printed_text

MM: Final = 72 / 25.4
A5_FRAME: Final = Frame(148 * MM, 210 * MM, 32, 26, 20, 20)
ROLL_FRAME: Final = Frame(80 * MM, None, 4 * MM, 4 * MM, 24, 24)
"""The stamp of a reprint stands in the upper margin, page number and sample line in the lower."""
A4_SCALE: Final = 2**0.5
LANDSCAPE_FRAME: Final = Frame(297 * MM, 210 * MM, 15 * MM, 12 * MM, 12 * MM, 13 * MM)
"""A4 across, for lists and books: drawn at its own size, bound at the left."""

LONGEST_ROLL: Final = 14_000.0
"""A PDF page may measure 14,400 points at most; a longer roll goes on with a second one."""

USUAL: Final = Density(9.2, 11.1)
LARGE: Final = Density(9.8, 11.9)
SMALL: Final = Density(8.5, 10.3)
READING: Final = Density(9.7, 11.8)
"""Body of a paper that needs several pages anyway; the others are tried to keep it on one."""
_PAST_SAVING: Final = 0.18
"""Small letters save about a tenth of a page: what is this much too long is not even tried."""
ROLL_DENSITY: Final = Density(9, 11.2)
LANDSCAPE_DENSITY: Final = Density(9.6, 11.8)


class PaperSize(StrEnum):
    """Paper of a desk. A5 is the statutory size; the pair is two A5 on one A4 landscape."""

    A5 = "a5"
    A5_PAIR = "a5_pair"
    A4 = "a4"
    ROLL_80 = "roll_80"


_SHEETS: Final = {
    PaperSize.A4: (210 * MM, 297 * MM),
    PaperSize.A5_PAIR: (297 * MM, 210 * MM),
}


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished document: its bytes, characters replaced by "?" (per copy), sheets of paper."""

    pdf: bytes
    replaced: int
    sheets: int


def render(
    compose: Compose,
    *,
    title: str,
    running_head: str,
    paper: PaperSize,
    copies: Sequence[str] = ("",),
    is_sample: bool = False,
) -> Rendered:
    """Return the PDF of what `compose(density, width)` lays out, once per copy label.

    The same input gives the same bytes in every process. `title` goes into the metadata, so it
    must hold nothing personal.
    """
    roll = paper is PaperSize.ROLL_80
    frame = ROLL_FRAME if roll else A5_FRAME
    if roll:
        story, pages = _laid(compose, ROLL_DENSITY, frame)
        if pages[0].height > LONGEST_ROLL:
            frame = replace(frame, height=LONGEST_ROLL)
            pages = paginate(story, frame)
    else:
        story, pages = _fit(compose, frame)
    notes = Story(frame.measure, story.density)
    for n, page in enumerate(pages):
        _add_margins(page, n, len(pages), notes, running_head, frame, is_sample)
    file = PdfFile(title, [notes.clean(label) for label in copies])
    per_sheet = 2 if paper is PaperSize.A5_PAIR else 1
    scale = A4_SCALE if paper is PaperSize.A4 else 1.0
    sheets = file.write(
        pages, frame, per_sheet=per_sheet, scale=scale, sheet_size=_SHEETS.get(paper)
    )
    return Rendered(file.data(), story.replaced + notes.replaced, sheets)


def render_landscape(
    compose: Compose, *, title: str, running_head: str, is_sample: bool = False
) -> Rendered:
    """Return a list as PDF on A4 across, as many pages as it needs, once.

    Headers of tables are repeated; every page after the first has `running_head`, every page its
    number. `title` goes into the metadata, so it must hold nothing personal.
    """
    frame = LANDSCAPE_FRAME
    story, pages = _laid(compose, LANDSCAPE_DENSITY, frame)
    notes = Story(frame.measure, story.density)
    for n, page in enumerate(pages):
        _add_margins(page, n, len(pages), notes, running_head, frame, is_sample)
    file = PdfFile(title, [""])
    sheets = file.write(pages, frame, per_sheet=1, scale=1.0)
    return Rendered(file.data(), story.replaced + notes.replaced, sheets)


def _fit(compose: Compose, frame: Frame) -> tuple[Story, list[Page]]:
    """Lay out in the usual size; lines move closer or apart to fill the page.

    Most papers are so done in one pass: letters change size only where that is not enough.
    """
    room = (frame.height or 0) - frame.top - frame.bottom
    story = compose(USUAL, frame.measure)
    left = spread(story, room)
    if left < -_PAST_SAVING * room:
        return _laid(compose, READING, frame)
    if left < 0:
        story = compose(SMALL, frame.measure)
        if spread(story, room) < 0:
            return _laid(compose, READING, frame)
    elif left > room / 8:
        larger = compose(LARGE, frame.measure)
        if spread(larger, room) >= 0:
            story = larger
    return story, paginate(story, frame)


def _laid(compose: Compose, density: Density, frame: Frame) -> tuple[Story, list[Page]]:
    story = compose(density, frame.measure)
    return story, paginate(story, frame)


def _add_margins(
    page: Page, n: int, total: int, notes: Story, head: str, frame: Frame, is_sample: bool
) -> None:
    fonts = notes.fonts
    if n > 0:
        # A long title is set smaller before any of it is left out.
        width = fonts.italic.width(printed_text(head)[0], 8)
        size = max(6.0, min(8.0, 8.0 * frame.measure / max(width, 1.0) - 0.01))
        line = notes.lines([("italic", head)], size, frame.measure)[:1]
        item = Item(14, rules=[(0, 14, frame.measure, 14, 0.4, False)])
        item.texts = [
            (x, 10.0, face, size, text) for x, face, text in (line[0].pieces if line else [])
        ]
        page.placed.insert(0, (frame.top, item))
    foot = [f"Trang {n + 1}/{total}"] if total > 1 else []
    foot += ["DỮ LIỆU MINH HỌA, KHÔNG CÓ GIÁ TRỊ SỬ DỤNG"] if is_sample else []
    if foot:
        text = notes.clean(" – ".join(foot))
        x = (frame.measure - fonts.regular.width(text, 7)) / 2
        page.placed.append((page.height - 14, Item(10, texts=[(x, 5.0, fonts.regular, 7.0, text)])))
