"""Sums of money in Vietnamese words, as receipts and money orders want them."""

from typing import Final

_DIGITS: Final = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_SCALES: Final = ("", "nghìn", "triệu", "tỷ", "nghìn tỷ", "triệu tỷ", "tỷ tỷ")


def number_words(number: int) -> str:
    """Return a whole number in words: 105 is "một trăm linh năm", -21 "âm hai mươi mốt".

    Groups of nothing are left out; a group under a hundred after a larger one says its hundreds,
    so that 1.005.000 is "một triệu không trăm linh năm nghìn". Raises ValueError from 10**21 on.
    """
    if number < 0:
        return f"âm {number_words(-number)}"
    if number == 0:
        return _DIGITS[0]
    groups = []
    while number:
        number, group = divmod(number, 1000)
        groups.append(group)
    if len(groups) > len(_SCALES):
        raise ValueError("no words for numbers this large")
    words = [
        f"{_group_words(group, whole=place < len(groups) - 1)} {_SCALES[place]}".strip()
        for place, group in enumerate(groups)
        if group
    ]
    return " ".join(reversed(words))


def money_words(amount: int) -> str:
    """Return whole dong in words with a capital: "Một trăm linh năm đồng"."""
    words = f"{number_words(amount)} đồng"
    return words[0].upper() + words[1:]


def _group_words(group: int, *, whole: bool) -> str:
    """Words of a number below 1000; `whole` says the hundreds even when there are none."""
    hundreds, rest = divmod(group, 100)
    words = [f"{_DIGITS[hundreds]} trăm"] if hundreds or whole else []
    tens, ones = divmod(rest, 10)
    if not tens:
        if ones:
            words.append(f"linh {_DIGITS[ones]}" if words else _DIGITS[ones])
        return " ".join(words)
    words.append("mười" if tens == 1 else f"{_DIGITS[tens]} mươi")
    if ones:
        words.append(_ones_words(tens, ones))
    return " ".join(words)


def _ones_words(tens: int, ones: int) -> str:
    if ones == 1 and tens > 1:
        return "mốt"
    return "lăm" if ones == 5 else _DIGITS[ones]
