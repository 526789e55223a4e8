"""What a stranger may see of a name, and be asked of an ID number."""

import unicodedata
from typing import Final

HIDDEN: Final = "***"
MOST_WORDS: Final = 8
SHOWN_OF_ID: Final = 4


def mask_name(name: str) -> str:
    """Return the first letter of each word and stars: "Nguyễn Thị Đào" is "N*** T*** Đ***".

    The number of stars says nothing of the length. Source: docs/rules.md, rule D4.
    """
    letters = (_first_letter(word) for word in unicodedata.normalize("NFC", name).split())
    shown = [letter + HIDDEN for letter in letters if letter]
    return " ".join(shown[:MOST_WORDS])


def last_four(number: str) -> str:
    """Return the last four letters or digits, as asked by the look-up page; "" when shorter."""
    symbols = _symbols(number)
    return symbols[-SHOWN_OF_ID:] if len(symbols) >= SHOWN_OF_ID else ""


def _first_letter(word: str) -> str:
    return next((char.upper() for char in word if char.isalnum()), "")


def _symbols(number: str) -> str:
    return "".join(char for char in number if char.isalnum())
