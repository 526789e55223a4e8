"""QR symbols by table: the same modules as the encoder, readable, never too small."""

import random
import string

import pypdfium2 as pdfium
import pytest
import zxingcpp

from onestop.documents.qr import SMALLEST_MODULE, qr_spec, symbol_of
from tests.documents.paper_rows import LINK, TOKEN
from tests.documents.worn import seen, worn

PREFIX = "https://motcua.thaison.gov.vn/s/"
ALPHABET = string.ascii_uppercase + "234567"


def tokens(count: int) -> list[str]:
    chance = random.Random(20261121)
    return ["".join(chance.choices(ALPHABET, k=26)) for _ in range(count)]


def one_page(path: str, side: float) -> bytes:
    """The smallest file that holds one drawing."""
    stream = path.encode()
    body = (
        b"%%PDF-1.4\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n"
        b"2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj\n"
        b"3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]/Contents 4 0 R>> endobj\n"
        b"4 0 obj <</Length %d>> stream\n%s\nendstream endobj\n"
    ) % (side, side, len(stream), stream)
    return body + b"trailer <</Root 1 0 R/Size 5>>\n%%EOF\n"


def test_the_table_gives_what_the_encoder_gives() -> None:
    spec = qr_spec(PREFIX)

    for token in tokens(25):
        bits = int("".join(f"{row:0{spec.modules}b}" for row in spec.symbol(token).rows), 2)
        assert bits == spec._encode(token)


@pytest.mark.parametrize("dpi", [72, 150])
def test_two_hundred_random_links_are_read_by_another_library(dpi: int) -> None:
    for token in tokens(200):
        symbol = symbol_of(PREFIX + token)
        side = 78.0
        with pdfium.PdfDocument(one_page(symbol.path(0, 0, side), side)) as document:
            image = document[0].render(scale=dpi / 72, grayscale=True).to_pil()

        assert [found.text for found in zxingcpp.read_barcodes(image)] == [PREFIX + token]


def test_all_links_of_a_base_url_have_one_version() -> None:
    assert {symbol_of(PREFIX + token).modules for token in tokens(20)} == {33}


def test_a_symbol_of_the_smallest_side_has_modules_of_half_a_millimetre() -> None:
    symbol = symbol_of(LINK)

    assert symbol.smallest_side() / (symbol.modules + 8) == pytest.approx(SMALLEST_MODULE)


def test_half_a_millimetre_is_read_on_a_stained_folded_grey_copy() -> None:
    chance = random.Random(5)
    for token in tokens(20):
        symbol = symbol_of(PREFIX + token)
        side = symbol.smallest_side()
        with pdfium.PdfDocument(one_page(symbol.path(0, 0, side), side)) as document:
            paper = worn(document[0].render(scale=400 / 72, grayscale=True).to_pil(), chance)

        # A camera looks more than once: three times here.
        looks = [zxingcpp.read_barcodes(seen(paper, chance)) for _ in range(3)]
        assert PREFIX + token in [found.text for look in looks for found in look]


def test_the_quiet_zone_of_four_modules_is_inside_the_side() -> None:
    symbol = symbol_of(LINK)
    side = float(symbol.modules + 8)
    with pdfium.PdfDocument(one_page(symbol.path(0, 0, side), side)) as document:
        pixels = document[0].render(scale=4, grayscale=True).to_numpy()

    dark = pixels < 128
    across, down = dark.any(axis=0).nonzero()[0], dark.any(axis=1).nonzero()[0]
    assert [across[0], down[0]] == [16, 16]
    assert [across[-1], down[-1]] == [4 * (symbol.modules + 4) - 1] * 2


def test_other_texts_get_a_symbol_too() -> None:
    symbol = symbol_of("H88.12.03-261123-0042")

    assert symbol.modules == 25


def test_a_table_refuses_what_is_not_a_token() -> None:
    with pytest.raises(ValueError, match="token"):
        qr_spec(PREFIX).symbol(TOKEN.lower())


def test_a_link_too_long_for_any_symbol_is_a_programmer_mistake() -> None:
    with pytest.raises(ValueError, match="version"):
        symbol_of("x" * 4000)
