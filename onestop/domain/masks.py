"""What a stranger may see of a name, an ID number, a telephone number."""

import unicodedata
from typing import Final

HIDDEN: Final = "***"
MOST_WORDS: Final = 8
SHOWN_OF_ID: Final = 4
SHOWN_OF_PHONE: Final = 3


def mask_name(name: str) -> str:
    """Return the first letter of each word and stars: "Nguyễn Thị Đào" is "N*** T*** Đ***".

    The number of stars says nothing of the length. Source: docs/rules.md, rule D4.
    """
    letters = (_first_letter(word) for word in unicodedata.normalize("NFC", name).split())
    shown = [letter + HIDDEN for letter in letters if letter]
    return " ".join(shown[:MOST_WORDS])


def mask_id(number: str) -> str:
    """Return an ID number with only its last four symbols: "********3456"."""
    return _tail_only(number, SHOWN_OF_ID)


def mask_phone(number: str) -> str:
    """Return a telephone number with only its last three digits: "*******789"."""
    return _tail_only(number, SHOWN_OF_PHONE)


def last_four(number: str) -> str:
    """Return the last four letters or digits, as asked by the look-up page; "" when shorter."""
    symbols = _symbols(number)
    return symbols[-SHOWN_OF_ID:] if len(symbols) >= SHOWN_OF_ID else ""


def _first_letter(word: str) -> str:
    return next((char.upper() for char in word if char.isalnum()), "")


def _symbols(number: str) -> str:
    return "".join(char for char in number if char.isalnum())


def _tail_only(number: str, shown: int) -> str:
    symbols = _symbols(number)
    # A short value would be given away by its own tail.
    if len(symbols) < 2 * shown:
        return "*" * len(symbols)
    return "*" * (len(symbols) - shown) + symbols[-shown:]
