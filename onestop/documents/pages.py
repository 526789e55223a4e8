"""A column cut into pages: what stays together, what goes on under its head, what sinks."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from onestop.documents.layout import Item, Story

_HEAD_HEIGHT: Final = 20.0


@dataclass(frozen=True, slots=True)
class Frame:
    """A page in points. Without `height` the page is a roll: as long as its content."""

    width: float
    height: float | None
    left: float
    right: float
    top: float
    bottom: float

    @property
    def measure(self) -> float:
        """Return the width between the margins in points."""
        return self.width - self.left - self.right


@dataclass(slots=True)
class Page:
    """Placed items with the distance of their tops from the top of the page, and its height."""

    height: float
    placed: list[tuple[float, Item]]


def paginate(story: Story, frame: Frame) -> list[Page]:
    """Return the pages of `story`; nothing is cut unless one piece is higher than a page."""
    if frame.height is None:
        return [_roll(story.items, frame)]
    filled = list(_filled(story.items, frame))
    if len(filled) == 1:
        foot = max((top + item.height for top, item in filled[0]), default=frame.top)
        filled = [_sunk(filled[0], frame.height - frame.bottom - foot)]
    return [Page(frame.height, _closed(placed)) for placed in filled]


def flow(items: Iterable[Item], frame: Frame) -> Iterator[Page]:
    """Yield the pages of a story too long to be held as a whole, each as soon as it is full.

    The frame must have a height.
    """
    for placed in _filled(items, frame):
        yield Page(frame.height or 0.0, _closed(placed))


def _filled(items: Iterable[Item], frame: Frame) -> Iterator[list[tuple[float, Item]]]:
    """Yield what stands on each page; the last may be empty."""
    top, placed = frame.top, list[tuple[float, Item]]()
    end = (frame.height or 0.0) - frame.bottom
    for group in _groups(items):
        height = sum(item.height for item in group)
        fits_fresh = height <= end - frame.top - _HEAD_HEIGHT
        if placed and top + height > end + 0.01 and fits_fresh:
            yield placed
            top, placed = _fresh(frame, group[0])
        for item in group:
            if placed and top + item.height > end + 0.01:
                yield placed
                top, placed = _fresh(frame, item)
            placed.append((top, item))
            top += item.height
    yield placed


def spread(story: Story, room: float) -> float:
    """Move the body lines apart or together so that they fill `room` points; return what is left.

    Lines close up by a tenth of their size and open by a third at most; a negative answer says
    how much is still too long.
    """
    elastic = [item for item in story.items if item.elastic]
    left = room - sum(item.height for item in story.items)
    if elastic:
        size = story.density.size
        step = min(max(left / len(elastic), -0.1 * size), 0.32 * size)
        for item in elastic:
            item.height += step
        left -= step * len(elastic)
    # Sums of hundredths of a point: what is nothing must not look like too much.
    return left + 0.01


def _fresh(frame: Frame, first: Item) -> tuple[float, list[tuple[float, Item]]]:
    top = frame.top + _HEAD_HEIGHT
    if first.head is None:
        return top, []
    return top + first.head.height, [(top, first.head)]


def _groups(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Yield what must stay together."""
    group: list[Item] = []
    for item in items:
        group.append(item)
        if not item.keep:
            yield group
            group = []
    if group:
        yield group


def _closed(placed: list[tuple[float, Item]]) -> list[tuple[float, Item]]:
    """Draw the lower edge of every table where it ends on this page."""
    done: list[tuple[float, Item]] = []
    for n, (top, item) in enumerate(placed):
        last = n + 1 == len(placed) or placed[n + 1][1].closing is None
        if item.closing and last:
            x1, x2 = item.closing
            edge = (x1, item.height, x2, item.height, 0.5, False)
            item = replace(item, rules=[*item.rules, edge])
        done.append((top, item))
    return done


def _sunk(placed: list[tuple[float, Item]], room: float) -> list[tuple[float, Item]]:
    """Move what belongs at the foot of the page down to it."""
    sunk = False
    moved: list[tuple[float, Item]] = []
    for top, item in placed:
        sunk = sunk or item.at_bottom
        moved.append((top + room if sunk else top, item))
    return moved


def _roll(items: Sequence[Item], frame: Frame) -> Page:
    top = frame.top
    placed: list[tuple[float, Item]] = []
    for item in items:
        placed.append((top, item))
        top += item.height
    return Page(top + frame.bottom, _closed(placed))
