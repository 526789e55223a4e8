"""Folding, searching and sorting Vietnamese names."""

import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onestop.domain.names import fold, initials, nfc, prefix_range, search_terms, sort_key

VIETNAMESE = (
    "aăâbcdđeêghiklmnoôơpqrstuưvxyàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ"
)
words = st.text(VIETNAMESE + VIETNAMESE.upper(), min_size=1, max_size=7)
names = st.lists(words, min_size=1, max_size=5).map(" ".join)


@given(st.text(max_size=40))
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


@given(st.one_of(names, st.text(max_size=40)))
def test_composed_and_decomposed_spellings_are_one_name(text):
    composed = unicodedata.normalize("NFC", text)
    decomposed = unicodedata.normalize("NFD", text)

    assert nfc(composed) == nfc(decomposed)
    assert fold(composed) == fold(decomposed)
    assert sort_key(composed) == sort_key(decomposed)
    assert search_terms(composed) == search_terms(decomposed)


@given(names)
def test_vietnamese_folds_to_plain_letters(name):
    assert fold(name).replace(" ", "").isalpha()
    assert fold(name).isascii()
    assert fold(name.upper()) == fold(name)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Nguyễn Thị Đào", "nguyen thi dao"),
        ("NGUYỄN  THỊ\tĐÀO ", "nguyen thi dao"),
        ("hòa", "hoa"),
        ("hoà", "hoa"),
        ("Ðặng", "dang"),
        ("Ɖặng", "dang"),
        ("Trần\u200bVăn", "tranvan"),
        ("Straße", "strasse"),
        ("Y H'Đơm Niê", "y h'dom nie"),
        ("", ""),
    ],
)
def test_folding_by_example(written, folded):
    assert fold(written) == folded


def test_the_stored_spelling_is_composed_with_single_blanks():
    assert nfc("  Nguye\u0302\u0303n   Thi\u0323 ") == "Nguyễn Thị"


ORDER = [
    "Nguyễn Văn A",
    "Trần Thị Á",
    "Lê Văn An",
    "Nguyễn Thị An",
    "Nguyễn Văn An",
    "Nguyễn Văn Án",
    "Phạm Văn Anh",
    "Hồ Ăn",
    "Đỗ Văn Ân",
    "Lý Bình",
    "Trần Dung",
    "Bùi Dũng",
    "Trần Duy",
    "Cao Đào",
    "Cao Đạo",
    "Vũ Đông",
    "Lê Thị Ê",
    "Lê Hoa",
    "Lê Hòa",
    "Ngô Oanh",
    "Ngô Ôn",
    "Ngô Ơn",
    "Tạ Uyên",
    "Tạ Ước",
    "Hà Vy",
    "Hà Yến",
]


def test_lists_of_people_follow_the_last_word_and_the_vietnamese_alphabet():
    shuffled = ORDER[:]
    random.Random(7).shuffle(shuffled)

    assert sorted(shuffled, key=sort_key) == ORDER


def test_tones_follow_the_dictionary():
    tones = ["ma", "mà", "mả", "mã", "má", "mạ"]

    assert sorted(reversed(tones), key=sort_key) == tones


def test_letters_count_before_tones():
    assert sorted(["mạ", "man", "mà", "ma"], key=sort_key) == ["ma", "mà", "mạ", "man"]


def test_the_place_of_a_tone_does_not_part_a_name():
    assert sort_key("Lê Hòa") == sort_key("Lê Hoà") == sort_key("LÊ HOÀ")


@given(st.text(max_size=40))
def test_keys_hold_digits_only_so_that_no_collation_can_differ(text):
    assert sort_key(text) == "" or (sort_key(text).isascii() and sort_key(text).isdigit())


@given(names, names)
def test_a_name_with_the_same_key_folds_alike(one, other):
    if sort_key(one) == sort_key(other):
        assert fold(one) == fold(other)


def test_foreign_letters_come_after_ours():
    assert sorted(["Ωmega", "zoe", "an"], key=sort_key) == ["an", "zoe", "Ωmega"]


def test_every_word_can_begin_a_search():
    assert search_terms("Nguyễn Thị Đào") == ("nguyen thi dao", "thi dao", "dao")
    assert search_terms("An An") == ("an an", "an")
    assert search_terms(" ") == ()


def test_an_endless_name_makes_few_short_terms_and_a_short_key():
    endless = "Nguyễn Văn An " * 700

    assert len(search_terms(endless)) == 3
    assert max(map(len, search_terms(endless))) <= 64
    assert len(sort_key(endless)) == 255
    assert len(search_terms(" ".join(f"a{n}" for n in range(500)))) == 12


@given(names, st.data())
def test_a_prefix_range_finds_what_begins_with_it_and_nothing_else(name, data):
    term = data.draw(st.sampled_from(search_terms(name)))
    typed = term[: data.draw(st.integers(1, len(term)))].strip()
    low, high = prefix_range(typed)

    assert low <= term <= high
    other = search_terms(data.draw(names))[0]
    assert (low <= other <= high) == other.startswith(typed)


def test_initials_are_the_first_letters():
    assert initials("nguyễn thị Đào") == "NTĐ"
