"""G4: a QR symbol with its path beside qrcode and zxing-cpp, and a thousand links read back.

python -m bench.qr
"""

import argparse
import random
import statistics
import time
from collections.abc import Callable

import pypdfium2 as pdfium
import qrcode
import zxingcpp
from qrcode.constants import ERROR_CORRECT_M

from onestop.documents.qr import qr_spec, symbol_of
from tests.documents.test_qr import one_page

PREFIX = "https://motcua.thaison.gov.vn/s/"
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
GOAL = 25.0
SLOW = 20
"""The slow ways make this many times fewer symbols in a round."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9, choices=range(1, 51), metavar="1..50")
    parser.add_argument("--links", type=int, default=1_000, help="at most 20000")
    options = parser.parse_args()
    links = list(_links(min(options.links, 20_000)))
    start = time.process_time()
    qr_spec(PREFIX).symbol(ALPHABET[:26])
    print(f"table made at start: {time.process_time() - start:.2f} s")
    times = _timed(_ways(), links, options.rounds)
    for name, taken in times.items():
        print(f"{name:34} {statistics.median(taken) * 1e6:10,.0f} µs")
    pairs = zip(times["qrcode.make"], times["onestop: symbol and path"], strict=True)
    ratio = statistics.median(own / other for own, other in pairs)
    kept = "kept" if ratio >= GOAL else "MISSED"
    print(f"qrcode.make / onestop: {ratio:,.1f} (goal >= {GOAL:g}) {kept}")
    read = sum(_reads(link) for link in links)
    print(f"read by zxing-cpp at 100 dpi: {read} of {len(links)}")


def _links(count: int) -> list[str]:
    chance = random.Random(11)
    return [PREFIX + "".join(chance.choices(ALPHABET, k=26)) for _ in range(count)]


def _ways() -> dict[str, Callable[[str], object]]:
    return {
        "onestop: symbol and path": lambda link: symbol_of(link).path(24, 40, 82),
        "onestop: symbol alone": symbol_of,
        "qrcode.make": lambda link: qrcode.make(link, error_correction=ERROR_CORRECT_M),
        "qrcode, version and mask fixed": _fixed,
        "zxing-cpp": lambda link: zxingcpp.create_barcode(link, zxingcpp.BarcodeFormat.QRCode),
    }


def _fixed(link: str) -> list[list[bool | None]]:
    code = qrcode.QRCode(4, ERROR_CORRECT_M, mask_pattern=3)
    code.add_data(link)
    code.make(fit=False)
    return code.modules


def _timed(
    ways: dict[str, Callable[[str], object]], links: list[str], rounds: int
) -> dict[str, list[float]]:
    """Processor seconds per symbol, one figure per round; the ways take turns in every round."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            some = links if name.startswith("onestop") else links[: max(1, len(links) // SLOW)]
            start = time.process_time()
            for link in some:
                way(link)
            times[name].append((time.process_time() - start) / len(some))
    return times


def _reads(link: str) -> bool:
    with pdfium.PdfDocument(one_page(symbol_of(link).path(0, 0, 82), 82)) as document:
        image = document[0].render(scale=100 / 72, grayscale=True).to_pil()
    return [found.text for found in zxingcpp.read_barcodes(image)] == [link]


if __name__ == "__main__":
    main()
