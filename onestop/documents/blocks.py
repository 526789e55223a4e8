"""Blocks that several forms share: letterhead, title, signatures, the QR with what stands by it."""

from collections.abc import Sequence
from typing import Final

from onestop.documents.headings import Headings
from onestop.documents.layout import Align, Item, Story, stack
from onestop.documents.qr import Symbol
from onestop.documents.wording import local, long_date
from onestop.queries.papers import FormRow, LetterheadRow

ROLL_WIDTH: Final = 250
"""Stories narrower than this (points) stand on a roll: one column, nothing side by side."""
TIGHT_SIZE: Final = 9.0
"""Stories set smaller than this (points) are the last try to keep a paper on one sheet."""
TIGHT_ROOM: Final = 17.0
"""Points left for a signature on such a sheet."""
_SMALLEST_LINK: Final = 5.8
"""A link too long for one line of these letters goes on after its last slash."""


def is_narrow(story: Story) -> bool:
    """Say whether the story stands on a roll."""
    return story.width < ROLL_WIDTH


def is_tight(story: Story) -> bool:
    """Say whether every line counts: the paper would else need a second sheet."""
    return story.density.size < TIGHT_SIZE


def letterhead(story: Story, form: FormRow, head: LetterheadRow, *, digital: bool = False) -> None:
    """Add the agency block at left and nation, motto, place and date at right.

    `digital` leaves a line above for the organisation's digital signature.
    Source: docs/rules.md, rule P3.
    """
    said = Headings(form)
    if digital:
        story.para(("italic", said("digital")), size=7.6, squeeze=0.9)
    number = form.number and said("form_number", number=form.number)
    mark = ", ".join(filter(None, (number, form.legal_basis)))
    if mark:
        story.para(("italic", mark), size=6.6, align="right", squeeze=0.9)
    elif not digital:
        # Accents of the first line stay clear of a reprint's stamp.
        story.gap(3)
    if is_narrow(story):
        _agency(story, said, head)
        story.gap(4)
        _nation(story, said, head)
        return
    left = Story(story.width * 0.44, story.density)
    right = Story(story.width * 0.53, story.density)
    _agency(left, said, head)
    _nation(right, said, head)
    story.beside((0, left), (story.width * 0.47, right))


def _agency(story: Story, said: Headings, head: LetterheadRow) -> None:
    story.para(head.parent.upper(), size=8.6, align="centre", squeeze=0.98, balanced=True)
    story.para(("bold", head.unit.upper()), size=8.6, align="centre", squeeze=0.98, balanced=True)
    # A third to a half of the unit's name, as the style of official papers has it.
    name = story.fonts.bold.width(story.clean(head.unit.upper()), 8.6)
    story.rule(min(name, story.width * 0.8) * 0.45, before=1.5)
    story.para(f"{said('serial')} {head.serial or '……………'}", size=9, align="centre", before=1)


def _nation(story: Story, said: Headings, head: LetterheadRow) -> None:
    nation, motto = said("nation"), said("motto")
    size = fitting(story, nation, 8.8)
    story.para(("bold", nation), size=size, align="centre", squeeze=0.98)
    story.para(("bold", motto), size=size + 0.9, align="centre", squeeze=0.98)
    story.rule(story.fonts.bold.width(story.clean(motto), size + 0.9), before=1.5)
    day = long_date(local(head.issued_at, head.zone).date())
    story.para(("italic", f"{head.place}, {day}"), size=9, align="centre", before=1)


def fitting(story: Story, text: str, size: float) -> float:
    """Return the largest size up to `size` at which `text` stays on one bold line."""
    return min(size, size * story.width / story.fonts.bold.width(story.clean(text), size))


def _link_lines(story: Story, link: str, largest: float) -> list[tuple[str, float]]:
    """Return a link as lines with their sizes: whole, in smaller letters where need be."""
    width = story.fonts.regular.width(story.clean(link), largest)
    size = min(largest, largest * story.width / width - 0.01)
    if size >= _SMALLEST_LINK:
        return [(link, size)]
    before, slash, token = link.rpartition("/")
    return [(before + slash, largest), (token, largest)]


def form_title(story: Story, title: str) -> None:
    """Add the title of a form: bold capitals, centred."""
    story.gap(7)
    story.para(("bold", title.upper()), size=12.4, align="centre", squeeze=0.95, balanced=True)


def plain_title(form: FormRow) -> str:
    """Return the title in ordinary letters, for the running head and the metadata."""
    return form.title.capitalize() if form.title.isupper() else form.title


def signatures(story: Story, sign_here: str, *signers: tuple[str, str], room: float = 27) -> None:
    """Add signature columns (title, printed name); the last one, our own, stands at the right."""
    share = story.width / max(2, len(signers))
    cells: list[tuple[float, Story]] = []
    for n, (title, _) in enumerate(signers):
        cell = Story(share - 4, story.density)
        cell.para(("bold", title), size=9.2, align="centre")
        cell.para(("italic", sign_here), size=8.6, align="centre", squeeze=0.95)
        cells.append((2 + share * (n + max(0, 2 - len(signers))), cell))
    heights = [sum(item.height for item in cell.items) for _, cell in cells]
    space = min(room, TIGHT_ROOM) if is_tight(story) else room
    for n, (height, (_, cell), (_, name)) in enumerate(zip(heights, cells, signers, strict=True)):
        # Names stand on one line, also where one title needs two.
        cell.gap(space + max(heights) - height)
        # A citizen's name of many lines stands in full above; here it is written by hand.
        ours = n == len(signers) - 1
        if ours or len(cell.lines([("bold", name)], 9.6, cell.width)) <= 3:
            cell.para(("bold", name), size=9.6, align="centre")
    story.gap(5, keep=True)
    story.beside(*cells)


def qr_block(
    story: Story, symbol: Symbol, beside: Story, below: Sequence[tuple[str, float]]
) -> Item:
    """Return one piece: the symbol, text at its right (under it on a roll), lines below.

    `below` holds (text, size); the lines are bold but for the last, a link. The symbol is as large
    as the text beside it is high, never with modules under half a millimetre.
    """
    text = stack(beside.items)
    side = max(76.0, symbol.smallest_side(), min(text.height, 92.0))
    piece = Item(0)
    if is_narrow(story):
        piece.symbols.append(((story.width - side) / 2, 0, side, symbol))
        piece.height = side
    else:
        piece.symbols.append((-symbol_margin(symbol, side), 0, side, symbol))
        piece.take(text, side + 4, max(0.0, (side - text.height) / 2))
        piece.height = max(side, text.height)
    lines = Story(story.width, story.density)
    align: Align = "centre" if is_narrow(story) else "left"
    *codes, (link, largest) = below
    for line, size in codes:
        lines.para(("bold", line), size=size, align=align, squeeze=0.95)
    for line, size in _link_lines(lines, link, largest):
        lines.para(line, size=size, align=align, squeeze=0.95)
    foot = stack(lines.items)
    piece.take(foot, 0, piece.height)
    piece.height += foot.height
    if is_narrow(story):
        piece.take(text, 0, piece.height + 4)
        piece.height += text.height + 4
    story.replaced += beside.replaced + lines.replaced
    return piece


def symbol_margin(symbol: Symbol, side: float) -> float:
    """Return the white border of a drawn symbol in points, less a little for the paper's edge."""
    return side * 4 / (symbol.modules + 8) - 2
