"""The column of a form: lines, blocks and tables stacked downwards."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final, Literal

from onestop.documents.fonts import FormFonts, register_fonts
from onestop.documents.printed_text import printed_text
from onestop.documents.qr import Symbol
from onestop.documents.static_font import StaticFont
from onestop.documents.wrapping import Line, Run, wrap

Face = Literal["regular", "bold", "italic"]
Align = Literal["left", "centre", "right"]
Text = str | tuple[Face, str]
Cell = list[list[Text]]
"""What stands in a cell of a table: its paragraphs, each a list of texts."""

_BASELINE: Final = 0.78
"""Where the letters stand in the height of a line; leaves room for Ấ above and ị below."""
_PAD: Final = 3.0
"""Points between the rule of a table and the letters beside it."""
_HIGHEST_PIECE: Final = 260.0
"""Blocks side by side are kept together up to about half an A5 page."""


@dataclass(frozen=True, slots=True)
class Density:
    """Body size and distance of lines in points."""

    size: float
    leading: float


@dataclass(slots=True)
class Item:
    """One piece that is never cut. y grows downwards from its top; all in points."""

    height: float
    texts: list[tuple[float, float, StaticFont, float, str]] = field(default_factory=list)
    rules: list[tuple[float, float, float, float, float, bool]] = field(default_factory=list)
    symbols: list[tuple[float, float, float, Symbol]] = field(default_factory=list)
    slot: tuple[float, float] | None = None
    elastic: bool = False
    keep: bool = False
    at_bottom: bool = False
    head: "Item | None" = None
    closing: tuple[float, float] | None = None

    def take(self, other: "Item", dx: float, dy: float) -> None:
        """Draw `other` inside this item, moved by (dx, dy)."""
        self.texts += [(x + dx, y + dy, face, size, s) for x, y, face, size, s in other.texts]
        self.rules += [
            (x1 + dx, y1 + dy, x2 + dx, y2 + dy, width, dotted)
            for x1, y1, x2, y2, width, dotted in other.rules
        ]
        self.symbols += [(x + dx, y + dy, side, s) for x, y, side, s in other.symbols]
        if other.slot:
            self.slot = (other.slot[0] + dx, other.slot[1] + dy)


class Story:
    """Collects the items of one paper. Every string goes through `printed_text`."""

    def __init__(self, width: float, density: Density) -> None:
        self.width = width
        self.density = density
        self.fonts: FormFonts = register_fonts()
        self.items: list[Item] = []
        self.replaced = 0

    def clean(self, text: str) -> str:
        """Return the text as printed and count the characters replaced by "?"."""
        shown, replaced = printed_text(text)
        self.replaced += replaced
        return shown

    def lines(
        self, texts: Sequence[Text], size: float, width: float, hang: float = 0
    ) -> tuple[Line, ...]:
        """Return `texts` wrapped to `width` points; a bare string is regular."""
        lines, replaced = _set_lines(tuple(texts), size, width, hang)
        self.replaced += replaced
        return lines

    def para(
        self,
        *texts: Text,
        size: float | None = None,
        align: Align = "left",
        indent: float = 0,
        hang: float = 0,
        before: float = 0,
        keep: bool = False,
        leader: bool = False,
        squeeze: float = 1.0,
        balanced: bool = False,
    ) -> None:
        """Add a paragraph; `leader` draws a dotted blank from its end to the right margin.

        `keep` holds it on the page of what follows, `squeeze` scales the distance of lines,
        `balanced` makes the lines of a heading about equally long.
        """
        elastic = size is None
        size = size or self.density.size
        leading = self.density.leading * size / self.density.size * squeeze
        room = self.width - indent
        lines = self.lines(texts, size, room, hang)
        if balanced and 1 < len(lines) < 6:
            lines = self._balanced(texts, size, lines)
        for n, line in enumerate(lines):
            shift = indent + _shift(align, room, line.width)
            space = before if n == 0 else 0.0
            item = Item(leading + space, keep=keep, elastic=elastic)
            base = space + leading * _BASELINE
            item.texts = [(x + shift, base, face, size, text) for x, face, text in line.pieces]
            if leader and n == len(lines) - 1 and line.width + 12 < room:
                start = shift + line.width + 3
                item.rules.append((start, base + 1, self.width, base + 1, 0.6, True))
            self.items.append(item)

    def _balanced(
        self, texts: Sequence[Text], size: float, lines: tuple[Line, ...]
    ) -> tuple[Line, ...]:
        """Return the same number of lines set as narrow as that allows."""
        best, width = lines, max(line.width for line in lines)
        while width > 20:
            width -= size
            tried = self.lines(texts, size, width)
            if len(tried) > len(lines):
                break
            best = tried
        return best

    def field(self, label: str, value: str, *, bold: bool = False) -> None:
        """Add "label value"; an empty value leaves a dotted blank."""
        self.para(label, ("bold" if bold else "regular", value), leader=not value.strip())

    def fields(self, *pairs: tuple[str, str]) -> None:
        """Add short fields on one line where they fit, else one below the other."""
        size, share, x = self.density.size, self.width / len(pairs), 0.0
        cells: list[tuple[float, Story]] = []
        for n, (label, value) in enumerate(pairs):
            x = max(x, n * share)
            wanted = self.fonts.regular.width(self.clean(f"{label} {value or 20 * '.'}"), size)
            last = n == len(pairs) - 1
            cell = Story(self.width - x if last else max(share, wanted + 14) - 10, self.density)
            cell.field(label, value)
            cells.append((x, cell))
            x += max(share, wanted + 14)
        if x <= self.width + 14.01:
            self.beside(*cells, elastic=True)
            return
        for label, value in pairs:
            self.field(label, value)

    def gap(self, height: float, *, keep: bool = False) -> None:
        """Add empty space."""
        self.items.append(Item(height, keep=keep))

    def rule(self, length: float, *, thickness: float = 0.6, before: float = 0) -> None:
        """Add a centred rule of `length` points."""
        start = (self.width - length) / 2
        line = (start, before + 1, start + length, before + 1, thickness, False)
        self.items.append(Item(before + 3, rules=[line]))

    def slot(self, size: float) -> None:
        """Add an empty centred line that each copy fills with its own text."""
        leading = self.density.leading * size / self.density.size
        self.items.append(Item(leading, slot=(self.width / 2, leading * _BASELINE)))

    def beside(self, *cells: tuple[float, "Story"], elastic: bool = False) -> None:
        """Add stories side by side, each at its own x, as one piece.

        Stories too high for a piece are laid one below the other, so that they can flow.
        """
        stacked = [(x, stack(cell.items)) for x, cell in cells]
        self.replaced += sum(cell.replaced for _, cell in cells)
        height = max(item.height for _, item in stacked)
        if height > _HIGHEST_PIECE:
            for x, cell in cells:
                self.items += [moved(item, x) for item in cell.items]
            return
        joined = Item(height, elastic=elastic)
        for x, item in stacked:
            joined.take(item, x, 0)
        self.items.append(joined)

    def table(
        self,
        widths: Sequence[float],
        header: Sequence[str],
        rows: Sequence[Sequence[Cell]],
        *,
        size: float,
        centred: frozenset[int] = frozenset(),
        right: frozenset[int] = frozenset(),
    ) -> None:
        """Add a ruled table.

        The header is repeated on every page; a row longer than a page flows on. `centred` and
        `right` are the columns set so, counted from 0.
        """
        every = frozenset(range(len(widths)))
        head_cells: list[Cell] = [[[("bold", text)]] for text in header]
        head = stack(self.row(widths, head_cells, size, every, None))
        edges = [sum(widths[:n]) for n in range(len(widths) + 1)]
        head.closing = (edges[0], edges[-1])
        head.keep = True
        self.items.append(head)
        for row in rows:
            self.items += self.row(widths, row, size, centred, head, right)

    def row(
        self,
        widths: Sequence[float],
        cells: Sequence[Cell],
        size: float,
        centred: frozenset[int],
        head: Item | None,
        right: frozenset[int] = frozenset(),
    ) -> list[Item]:
        """Return one row of a table under `head`, for tables too long to be held as a whole."""
        leading = self.density.leading * size / self.density.size
        rooms = [width - 2 * _PAD for width in widths]
        edges = [sum(widths[:n]) for n in range(len(widths) + 1)]
        aligns: list[Align] = [
            "centre" if n in centred else "right" if n in right else "left"
            for n in range(len(widths))
        ]
        columns = [
            [line for texts in cell for line in self.lines(texts, size, room)]
            for cell, room in zip(cells, rooms, strict=True)
        ]
        count = max(1, *map(len, columns))
        items: list[Item] = []
        for n in range(count):
            above = 2.0 if n == 0 else 0.0
            below = 3.0 if n == count - 1 else 0.0
            item = Item(leading + above + below, head=head, closing=(edges[0], edges[-1]))
            # A row of ordinary length stays whole; only a very long one is cut between lines.
            item.keep = n < count - 1 and (count <= 14 or n in (0, count - 2))
            for lines, edge, room, align in zip(columns, edges, rooms, aligns, strict=False):
                for line in lines[n : n + 1]:
                    shift = edge + _PAD + _shift(align, room, line.width)
                    item.texts += [
                        (x + shift, above + leading * _BASELINE, face, size, text)
                        for x, face, text in line.pieces
                    ]
            item.rules = [(x, 0, x, item.height, 0.5, False) for x in edges]
            if n == 0:
                item.rules.append((edges[0], 0, edges[-1], 0, 0.5, False))
            items.append(item)
        return items


@lru_cache(maxsize=1_024)
def _set_lines(
    texts: tuple[Text, ...], size: float, width: float, hang: float
) -> tuple[tuple[Line, ...], int]:
    """Return the lines of `texts` and how many characters became "?".

    Most words of a form are the same on the next one: kept, they need not be measured again.
    """
    fonts, runs, replaced = register_fonts(), list[Run](), 0
    for text in texts:
        face, said = ("regular", text) if isinstance(text, str) else text
        shown, missing = printed_text(said)
        replaced += missing
        runs.append((getattr(fonts, face), shown))
    return tuple(wrap(runs, size, width, hang=hang)), replaced


def moved(item: Item, x: float) -> Item:
    """Return `item` shifted to the right by `x` points."""
    shifted = replace(item, texts=[], rules=[], symbols=[])
    shifted.take(item, x, 0)
    return shifted


def stack(items: Sequence[Item]) -> Item:
    """Return one item that holds `items` one below the other."""
    whole = Item(0)
    for item in items:
        whole.take(item, 0, whole.height)
        whole.height += item.height
    return whole


def _shift(align: Align, room: float, width: float) -> float:
    if align == "left":
        return 0.0
    return (room - width) / (2 if align == "centre" else 1)


Compose = Callable[[Density, float], Story]
"""Lays a paper out in a density, on a measure in points."""
