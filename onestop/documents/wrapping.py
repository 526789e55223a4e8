"""Breaks runs of text into lines by the real widths of the faces."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from onestop.documents.static_font import StaticFont

Run = tuple[StaticFont, str]
_Word = tuple[StaticFont, str, float]


@dataclass(frozen=True, slots=True)
class Line:
    """One line: pieces as (x from the line's start, face, text), and its width in points."""

    pieces: list[tuple[float, StaticFont, str]]
    width: float


def wrap(runs: Sequence[Run], size: float, width: float, *, hang: float = 0.0) -> list[Line]:
    """Return the lines of `runs` set in `size` points, none wider than `width`.

    Runs are joined by a space. Lines after the first start `hang` points in. A word too long for
    a line is cut between letters. No text gives no line.
    """
    whole = [(face, text, face.width(text, size)) for face, text in runs if text]
    if not whole:
        return []
    line = _set(whole, size, 0.0)
    if line.width <= width:
        return [line]
    return _broken(whole, size, width, hang)


def _broken(runs: list[_Word], size: float, width: float, hang: float) -> list[Line]:
    lines: list[Line] = []
    line: list[_Word] = []
    room, used = width, 0.0
    for face, text, _ in runs:
        space = face.width(" ", size)
        for word in _words(face, text, size, width - hang):
            gap = space if line else 0.0
            if line and used + gap + word[2] > room:
                lines.append(_set(line, size, hang if lines else 0.0))
                line, used, room, gap = [], 0.0, width - hang, 0.0
            line.append(word)
            used += gap + word[2]
    lines.append(_set(line, size, hang if lines else 0.0))
    return lines


def _words(face: StaticFont, text: str, size: float, room: float) -> Iterator[_Word]:
    for word in text.split():
        width = face.width(word, size)
        if width <= room:
            yield face, word, width
        else:
            yield from _cut(face, word, size, room)


def _cut(face: StaticFont, word: str, size: float, room: float) -> Iterator[_Word]:
    start, used = 0, 0.0
    for at, char in enumerate(word):
        step = face.width(char, size)
        if used + step > room and at > start:
            yield face, word[start:at], used
            start, used = at, 0.0
        used += step
    yield face, word[start:], used


def _set(words: list[_Word], size: float, start: float) -> Line:
    """Join neighbouring words of one face into one piece."""
    pieces: list[tuple[float, StaticFont, str]] = []
    current: StaticFont | None = None
    joined: list[str] = []
    x = left = start
    for face, word, width in words:
        if current is not None:
            x += face.width(" ", size)
        if face is current:
            joined.append(word)
        else:
            if current is not None:
                pieces.append((left, current, " ".join(joined)))
            current, joined, left = face, [word], x
        x += width
    if current is not None:
        pieces.append((left, current, " ".join(joined)))
    return Line(pieces, x)
