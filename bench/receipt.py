"""G1-G3: one receipt beside weasyprint, fpdf2, platypus, typst and reportlab as usually written.

    python -m bench.receipt

The same words, table and QR in the same three faces on A5. Before anything is timed, the text of
every file is read back by pypdf and its QR by zxing-cpp. The floor writes bytes whose places it was
told. Needs the packages of requirements-bench.txt (`make bench` brings them) and the system library
Pango for weasyprint.
"""

import argparse
import gc
import statistics
import time
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import pypdfium2 as pdfium
import zxingcpp

from bench.direct_writer import DirectWriter
from bench.receipt_content import Content, content_of, onestop, rows
from bench.receipt_peers import (
    fpdf2_maker,
    platypus_maker,
    typst_maker,
    usual_reportlab,
    weasyprint_maker,
)
from tests.documents.reading import squeezed, text_of

GOALS = {"weasyprint": 30.0, "fpdf2": 16.0, "platypus": 3.5, "reportlab as usual": 5.5}
"""How many times as long as onestop each may take at least (G1)."""
FLOOR_GOAL, BYTES_GOAL, GROWTH_GOAL = 4.0, 40_960, 1.05
SLOW = ("weasyprint", "fpdf2")

Way = Callable[[int], bytes]
"""Makes the n-th receipt."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9, choices=range(1, 51), metavar="1..50")
    parser.add_argument("--each", type=int, default=40, help="receipts in a round; at most 1000")
    parser.add_argument("--grow", type=int, default=10_000, help="receipts for memory (G3)")
    parser.add_argument(
        "--table", action="store_true", help="papers in a ruled table: two pages, no floor"
    )
    options = parser.parse_args()
    each = max(1, min(options.each, 1_000))
    ways = _ways(each, table=options.table)
    for name, way in ways.items():
        _check(name, way(0), table=options.table)
    times = _timed(ways, options.rounds, each)
    for name, taken in times.items():
        print(f"{name:20} {statistics.median(taken) * 1e3:9.3f} ms  {len(ways[name](0)):7,} bytes")
    for name, goal in {**GOALS, "typst": None}.items():
        _say(f"{name} / onestop", _ratio(times, name, "onestop"), ">=", goal)
    if not options.table:
        _say("onestop / direct writer", _ratio(times, "onestop", "direct writer"), "<=", FLOOR_GOAL)
    _say("bytes of a receipt", max(len(ways["onestop"](n)) for n in range(each)), "<=", BYTES_GOAL)
    _grow(ways["onestop"], each, min(options.grow, 100_000))


def _ways(each: int, *, table: bool) -> dict[str, Way]:
    """Every way of making the same receipts; what a way may keep is made here."""
    receipts = list(rows(each, table=table))
    contents = [content_of(row) for row in receipts]
    makers = {
        "weasyprint": weasyprint_maker(),
        "fpdf2": fpdf2_maker(),
        "platypus": platypus_maker(),
        "typst": typst_maker(),
        "reportlab as usual": usual_reportlab,
    }
    ways: dict[str, Way] = {"onestop": lambda n: onestop(receipts[n])}
    if not table:
        direct = DirectWriter(receipts[:3])
        own = [direct.own_pieces(row) for row in receipts]
        ways["direct writer"] = lambda n: direct.write(own[n], receipts[n].link)
    return ways | {name: partial(_made, make, contents) for name, make in makers.items()}


def _made(make: Callable[[Content], bytes], contents: Sequence[Content], n: int) -> bytes:
    return make(contents[n])


def _check(name: str, pdf: bytes, *, table: bool) -> None:
    """Refuse a way that leaves out a letter or whose QR cannot be read."""
    wanted = content_of(next(rows(1, table=table)))
    missing = Counter(wanted.words()) - Counter(squeezed(text_of(pdf)))
    if missing or wanted.link not in _symbols(pdf):
        raise SystemExit(f"{name}: not the same receipt; missing {dict(missing)}")


def _symbols(pdf: bytes) -> list[str]:
    with pdfium.PdfDocument(pdf) as document:
        images = [page.render(scale=2, grayscale=True).to_pil() for page in document]
    return [found.text for image in images for found in zxingcpp.read_barcodes(image)]


def _timed(ways: dict[str, Way], rounds: int, each: int) -> dict[str, list[float]]:
    """Processor seconds per receipt, one figure per round; the ways take turns in every round."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            count = max(1, each // 10) if name in SLOW else each
            gc.collect()
            start = time.process_time()
            for n in range(count):
                way(n)
            times[name].append((time.process_time() - start) / count)
    return times


def _ratio(times: dict[str, list[float]], name: str, peer: str) -> float:
    return statistics.median(
        own / other for own, other in zip(times[name], times[peer], strict=True)
    )


def _say(what: str, value: float, sign: str, goal: float | None) -> None:
    shown = f"{value:,.0f}" if value > 1_000 else f"{value:,.2f}"
    if goal is None:
        print(f"{what}: {shown} (no goal)")
        return
    kept = value <= goal if sign == "<=" else value >= goal
    print(f"{what}: {shown} (goal {sign} {goal:,g}) {'kept' if kept else 'MISSED'}")


def _grow(way: Way, each: int, count: int) -> None:
    """Resident memory after a first tenth of `count` receipts, and after all of them."""
    after: list[float] = []
    for n in range(count):
        way(n % each)
        if n + 1 in (count // 10, count):
            gc.collect()
            after.append(_resident())
    _say(f"memory after {count:,} receipts / a tenth", after[-1] / after[0], "<=", GROWTH_GOAL)


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 2**20


if __name__ == "__main__":
    main()
