"""What a stranger may see."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onestop.domain.masks import last_four, mask_name


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("Nguyễn Thị Đào", "N*** T*** Đ***"),
        ("nguyễn  thị đào", "N*** T*** Đ***"),
        (unicodedata.normalize("NFD", "Ông Ấn"), "Ô*** Ấ***"),
        ("H'Đơm (mẹ)", "H*** M***"),
        ("\u202eAn", "A***"),
        ("<b>An", "B***"),
        ("", ""),
        ("- -", ""),
    ],
)
def test_a_name_shows_first_letters_only(name, masked):
    assert mask_name(name) == masked


@given(st.text(max_size=60))
def test_a_masked_name_never_shows_two_letters_in_a_row(name):
    for word in mask_name(name).split(" "):
        assert word == "" or word.endswith("***")
        assert len(word.removesuffix("***")) <= 3


def test_a_very_long_name_does_not_make_a_very_long_mask():
    assert len(mask_name("An " * 3_000)) < 60


def test_the_last_four_are_what_the_look_up_asks_for():
    assert last_four("001300 123 456") == "3456"
    assert last_four("123") == ""
