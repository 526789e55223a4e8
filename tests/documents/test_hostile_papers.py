"""Whatever stands in a dossier, all of its papers are made, read and scanned as they should."""

import random
from collections import Counter
from collections.abc import Callable
from functools import cache
from typing import Any

import pypdfium2 as pdfium
import pytest
import zxingcpp

from onestop.documents.cash import render_fee_receipt
from onestop.documents.lists import render_result_receipt
from onestop.documents.printed_text import printed_text
from onestop.documents.renderers import RENDERERS
from onestop.documents.sheets import PaperSize
from tests.documents import paper_rows
from tests.documents.hostile import hostile, texts_of, with_texts
from tests.documents.reading import squeezed, text_of
from tests.documents.test_desk_papers import FEE_RECEIPT, RESULT_RECEIPT

PAPERS: dict[str, tuple[Callable[..., Any], Any]] = {
    kind: (render, getattr(paper_rows, f"{kind.removesuffix('_extension')}_row", None))
    for kind, render in RENDERERS.items()
}
PAPERS["supplement_request"] = RENDERERS["supplement_request"], paper_rows.supplement_row
ROWS: dict[str, Any] = {kind: factory() for kind, (_, factory) in PAPERS.items()}
RENDER: dict[str, Callable[..., Any]] = {
    **{kind: render for kind, (render, _) in PAPERS.items()},
    "fee_receipt": render_fee_receipt,
    "result_receipt": render_result_receipt,
}
ROWS |= {"fee_receipt": FEE_RECEIPT, "result_receipt": RESULT_RECEIPT}
IN_COLUMNS = {"control_slip", "bulk_receipt"}
"""Tables are read line by line across their columns: a cell of two lines is not read in one."""
# Upright and of one kind: a tenth of the time.
ONLY_QR: dict[str, Any] = {
    "formats": zxingcpp.BarcodeFormat.QRCode,
    "try_rotate": False,
    "try_invert": False,
    "try_downscale": False,
}


@cache
def printed_places(kind: str) -> tuple[str, ...]:
    """Which texts of a row this paper prints: found by printing a word of its own for each."""
    row = ROWS[kind]
    words = {path: f"ZQ{n:03}X" for n, (path, _) in enumerate(texts_of(row))}
    text = read(RENDER[kind](with_texts(row, words)).pdf)[0].upper()
    return tuple(path for path, word in words.items() if word in text)


def read(pdf: bytes, *, scan: bool = False) -> tuple[str, list[str], int]:
    """The text, what the symbols say, the number of pages: as another library sees them."""
    texts, symbols = [], list[str]()
    with pdfium.PdfDocument(pdf) as document:
        for page in document:
            texts.append(page.get_textpage().get_text_range())
            if scan:
                image = page.render(scale=1.4, grayscale=True).to_pil()
                symbols += [found.text for found in zxingcpp.read_barcodes(image, **ONLY_QR)]
        # A hyphen at the end of a line is told apart by this library; on paper it is one.
        text = "".join(texts).replace("\ufffe", "-").replace("\x02", "-")
        return squeezed(text), symbols, len(texts)


def links_of(kind: str, row: Any) -> set[str]:
    """What the symbols of a paper have to say."""
    if kind == "control_slip":
        return {row.code}
    rows = row.entries if kind == "bulk_receipt" else (row,)
    return {link for one in rows if (link := getattr(one, "link", ""))}


def make_all_papers(chance: random.Random) -> None:
    """Make every paper of one dossier in which every text is hostile."""
    for kind, row in ROWS.items():
        texts = {path: hostile(chance) for path, _ in texts_of(row)}
        filled = with_texts(row, texts)
        paper = chance.choice((PaperSize.A5, PaperSize.A5, PaperSize.A4, PaperSize.ROLL_80))
        made = RENDER[kind](filled, paper=paper)
        links = links_of(kind, row)
        said, symbols, pages = read(made.pdf, scan=bool(links))
        assert links <= set(symbols), kind
        shown = [squeezed(printed_text(texts[path])[0]) for path in printed_places(kind)]
        whole = pages == 1 and kind not in IN_COLUMNS
        if missing(shown, said, whole=whole):
            # This reader takes two equal lines for one that was drawn twice to look bold.
            said = squeezed(text_of(made.pdf))
        assert missing(shown, said, whole=whole) == [], kind
        assert not set(said) & set("\x00\x07\x1b\u200b\u202e\u200f\ufeff"), kind


def missing(shown: list[str], said: str, *, whole: bool) -> list[str]:
    """What of `shown` was not read: letters, and texts in one piece where the page is `whole`."""
    wanted, found = Counter("".join(shown).upper()), Counter(said.upper())
    lost = list((wanted - found).elements())
    return lost + [text for text in shown if whole and text.upper() not in said.upper()]


def test_every_kind_of_paper_of_a_dossier_is_tried() -> None:
    assert RENDERERS.keys() <= RENDER.keys()
    assert all(len(printed_places(kind)) > 5 for kind in ROWS)


def test_twenty_hostile_dossiers_have_all_their_papers() -> None:
    chance = random.Random(20261122)
    for _ in range(20):
        make_all_papers(chance)


@pytest.mark.drill
def test_a_thousand_hostile_dossiers_have_all_their_papers() -> None:
    chance = random.Random(4)
    for _ in range(1_000):
        make_all_papers(chance)
