"""Reads finished PDFs with other libraries than the one that made them."""

from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise

import pypdfium2 as pdfium
import zxingcpp
from PIL import ImageOps
from pypdf import PdfReader


def text_of(pdf: bytes) -> str:
    """All text in reading order, words parted by one space."""
    pages = PdfReader(BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def squeezed(text: str) -> str:
    """The text without any space: a word may have been cut at the end of a line."""
    return "".join(text.split())


def symbols_of(pdf: bytes, *, dpi: int = 100) -> list[str]:
    """What the QR symbols on the first page say when it is looked at with `dpi`."""
    with pdfium.PdfDocument(pdf) as document:
        image = document[0].render(scale=dpi / 72, grayscale=True).to_pil()
    return [found.text for found in zxingcpp.read_barcodes(image)]


@dataclass(frozen=True, slots=True)
class Box:
    page: int
    left: float
    bottom: float
    right: float
    top: float
    text: str


def boxes_of(pdf: bytes) -> list[Box]:
    """One box per stretch of text, as another renderer sees them, in points."""
    boxes = []
    with pdfium.PdfDocument(pdf) as document:
        for number, page in enumerate(document):
            text = page.get_textpage()
            boxes += [
                Box(number, *(rect := text.get_rect(n)), text.get_text_bounded(*rect))
                for n in range(text.count_rects())
            ]
    return boxes


def overlaps(boxes: list[Box]) -> list[tuple[str, str]]:
    """Pairs of boxes that cover each other by more than a point both ways."""
    found = []
    ordered = sorted(boxes, key=lambda box: (box.page, box.bottom))
    for at, box in enumerate(ordered):
        for other in ordered[at + 1 :]:
            if other.page != box.page or other.bottom > box.top - 1.5:
                break
            if min(box.right, other.right) - max(box.left, other.left) > 1:
                found.append((box.text, other.text))
    return found


MARGIN_MARKS = {"Trang": 0.0, "DỮ LIỆU MINH HỌA": 0.0, "Bản in lần": 3.3}
"""What stands in the margins, and how far (points) its frame lies around its letters."""


def touched_marks(pdf: bytes) -> list[tuple[int, str]]:
    """Page and text of each foot and stamp with ink, of letters or rules, closer than a point."""
    scale, found, boxes = 3, [], boxes_of(pdf)
    with pdfium.PdfDocument(pdf) as document:
        for number, page in enumerate(document):
            marks = [
                (box, frame)
                for box in boxes
                for words, frame in MARGIN_MARKS.items()
                if box.page == number and box.text.strip().startswith(words)
            ]
            *_, right, top = page.get_mediabox()
            for box, frame in marks:
                around = (box.left, box.bottom, right - box.right, top - box.top)
                cut = tuple(max(0.0, side - frame - 1.2) for side in around)
                ink = ImageOps.invert(page.render(scale=scale, grayscale=True, crop=cut).to_pil())
                inner = ink.copy()
                inner.paste(0, (scale // 2, scale // 2, ink.width - 2, ink.height - 2))
                # Only the outermost line of pixels is left: nothing may cross it.
                if max(inner.tobytes()) > 100:
                    found.append((number, box.text))
            assert marks or number, "neither foot nor stamp was found"
    return found


def in_order(text: str, wanted: list[str]) -> bool:
    """Whether every wanted string stands in `text`, each after the one before."""
    places, at = [], 0
    for piece in wanted:
        at = squeezed(text).find(squeezed(piece), at)
        assert at >= 0, f"{piece!r} is missing or out of order"
        places.append(at)
    return all(a <= b for a, b in pairwise(places))


def size_of(pdf: bytes) -> list[tuple[int, int]]:
    """Width and height of every page in whole millimetres."""
    pages = PdfReader(BytesIO(pdf)).pages
    return [
        (round(p.mediabox.width / 72 * 25.4), round(p.mediabox.height / 72 * 25.4)) for p in pages
    ]
