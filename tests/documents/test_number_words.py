"""Numbers as Vietnamese receipts write them in words."""

import pytest

from onestop.documents.number_words import money_words, number_words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "không"),
        (5, "năm"),
        (10, "mười"),
        (11, "mười một"),
        (15, "mười lăm"),
        (21, "hai mươi mốt"),
        (24, "hai mươi bốn"),
        (55, "năm mươi lăm"),
        (100, "một trăm"),
        (105, "một trăm linh năm"),
        (115, "một trăm mười lăm"),
        (1_000, "một nghìn"),
        (8_000, "tám nghìn"),
        (1_001, "một nghìn không trăm linh một"),
        (15_021, "mười lăm nghìn không trăm hai mươi mốt"),
        (1_000_000, "một triệu"),
        (1_005_000, "một triệu không trăm linh năm nghìn"),
        (1_000_005, "một triệu không trăm linh năm"),
        (10**9, "một tỷ"),
        (2 * 10**9 + 45_000_000, "hai tỷ không trăm bốn mươi lăm triệu"),
        (10**12, "một nghìn tỷ"),
        (-15_000, "âm mười lăm nghìn"),
    ],
)
def test_a_number_is_written_as_it_is_said(number: int, words: str) -> None:
    assert number_words(number) == words


def test_different_numbers_have_different_words() -> None:
    said = {number_words(n) for n in range(20_000)} | {
        number_words(n * 1_000) for n in range(20, 10_000)
    }

    assert len(said) == 20_000 + 9_980


def test_money_begins_with_a_capital_and_ends_in_dong() -> None:
    assert money_words(105_000) == "Một trăm linh năm nghìn đồng"


def test_there_are_no_words_beyond_what_money_can_be() -> None:
    with pytest.raises(ValueError, match="large"):
        number_words(10**21)
