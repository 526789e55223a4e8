"""Small lines of how a figure went, drawn as SVG, with the same said in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from onestop.web.filters import number
from onestop.web.language import gettext

WIDTH, HEIGHT, EDGE = 120, 28, 3


@dataclass(frozen=True, slots=True)
class Sparkline:
    """The points of the line, its last one, and the words for those who do not see it."""

    points: str
    last_x: float
    last_y: float
    words: str


def sparkline(values: Sequence[float | None], *, unit: str = "") -> Sparkline | None:
    """Return the line from the oldest value to now, None when there are not two to join.

    Weeks without a value are left out of the line.
    """
    known = [(place, value) for place, value in enumerate(values) if value is not None]
    if len(known) < 2:
        return None
    low, high = min(value for _, value in known), max(value for _, value in known)
    step = (WIDTH - 2 * EDGE) / (len(values) - 1)
    spread = (high - low) or 1
    spots = [
        (
            round(EDGE + step * place, 1),
            round(HEIGHT - EDGE - (value - low) / spread * (HEIGHT - 2 * EDGE), 1),
        )
        for place, value in known
    ]
    return Sparkline(
        points=" ".join(f"{x},{y}" for x, y in spots),
        last_x=spots[-1][0],
        last_y=spots[-1][1],
        words=_words(known[0][1], known[-1][1], len(values), unit),
    )


def _words(first: float, last: float, weeks: int, unit: str) -> str:
    was, now = f"{number(first)}{unit}", f"{number(last)}{unit}"
    if first == last:
        return gettext("%(weeks)s tuần qua: vẫn %(now)s", weeks=weeks, now=now)
    if last > first:
        return gettext(
            "%(weeks)s tuần qua: tăng từ %(was)s lên %(now)s", weeks=weeks, was=was, now=now
        )
    return gettext(
        "%(weeks)s tuần qua: giảm từ %(was)s xuống %(now)s", weeks=weeks, was=was, now=now
    )
