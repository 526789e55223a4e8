"""What may stand on paper."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onestop.documents.fonts import VIETNAMESE, register_fonts
from onestop.documents.printed_text import printed_text


@pytest.mark.parametrize(
    ("text", "shown", "replaced"),
    [
        ("Nguyễn Thị Đào", "Nguyễn Thị Đào", 0),
        (unicodedata.normalize("NFD", "Nguyễn Thị Đào"), "Nguyễn Thị Đào", 0),
        ("<b>An</b> =1+1", "<b>An</b> =1+1", 0),
        ("\x00An\x1b\u202e Bình\u200b\ufeff", "An Bình", 0),
        ("một\r\nhai\tba\u00a0bốn", "một hai ba bốn", 0),
        ("An 😀\ufe0f 中", "An ? ?", 2),
        ("  An   Bình ", "An Bình", 0),
        ("Muñoz Łukasz", "Muñoz Łukasz", 0),
        ("", "", 0),
    ],
    ids=[
        "as typed",
        "decomposed letters are composed",
        "markup is only text",
        "control and direction characters are dropped",
        "breaks and other spaces become a space",
        "an unknown letter becomes a question mark",
        "spaces are squeezed",
        "other Latin letters",
        "nothing",
    ],
)
def test_text_is_made_printable(text: str, shown: str, replaced: int) -> None:
    assert printed_text(text) == (shown, replaced)


def test_every_vietnamese_letter_is_printed_as_it_is() -> None:
    assert printed_text(VIETNAMESE) == (VIETNAMESE, 0)


@given(st.text(max_size=60))
def test_printed_text_has_a_glyph_for_everything_and_does_not_change_again(text: str) -> None:
    shown, _ = printed_text(text)

    assert set(shown) <= register_fonts().glyphs
    assert printed_text(shown) == (shown, 0)
