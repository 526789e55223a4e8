"""Vietnamese names: one spelling, a folded form for search, a key for the customary order."""

import re
import unicodedata
from typing import Final

# Letters that look like đ and Đ but are not; keyboards and old converters produce all of them.
_DESTROKED = str.maketrans({"đ": "d", "Đ": "d", "ð": "d", "Ð": "d", "ɖ": "d", "Ɖ": "d"})
_DROPPED: Final = frozenset({"Mn", "Me", "Cf", "Cc", "Cs"})

# Alphabet of the dictionary; f, j, w, z stand where Latin has them (names of foreigners).
_ALPHABET: Final = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_RANK: Final = {
    char: f"{place:02d}" for place, char in enumerate("0123456789" + _ALPHABET, start=11)
}
_OTHER: Final = "99"
_END: Final = "00"

_SHAPES: Final = {"\u0306": "breve", "\u0302": "circumflex", "\u031b": "horn"}
_LETTERS: Final = {
    ("a", "breve"): "ă",
    ("a", "circumflex"): "â",
    ("e", "circumflex"): "ê",
    ("o", "circumflex"): "ô",
    ("o", "horn"): "ơ",
    ("u", "horn"): "ư",
}
# Order of the dictionary: ngang (none), huyền, hỏi, ngã, sắc, nặng.
_TONES: Final = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_STROKED: Final = {"đ", "ð", "ɖ"}
_LAST_IN_RANGE: Final = "z" * 8

LONGEST_KEY: Final = 255
LONGEST_TERM: Final = 64
MOST_TERMS: Final = 12


def nfc(text: str) -> str:
    """Return `text` in the one stored spelling: composed letters, single blanks, no ends."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def fold(text: str) -> str:
    """Return `text` without marks, case, invisible characters and double blanks, for search.

    "Nguyễn Thị Đào" gives "nguyen thi dao"; hòa and hoà give the same.
    Source: docs/rules.md, rule D3.
    """
    # Twice: folding the case of a few foreign letters brings new marks to drop.
    return _folded_once(_folded_once(text))


def _folded_once(text: str) -> str:
    spread = " ".join(text.split())
    decomposed = unicodedata.normalize("NFD", spread.translate(_DESTROKED).casefold())
    bare = "".join(char for char in decomposed if unicodedata.category(char) not in _DROPPED)
    return " ".join(unicodedata.normalize("NFC", bare.translate(_DESTROKED)).split())


def sort_key(name: str) -> str:
    """Return a key of decimal digits that sorts people as lists of people do.

    The last word first, then the others from the front; letters in the order of the dictionary
    (A Ă Â ... D Đ ...), and among equal letters the tone. Only digits, so that every database
    under every collation gives one order; at most 255 of them. Source: docs/rules.md, rule D3.
    """
    words = unicodedata.normalize("NFC", name).lower().split()
    return "".join(_word_key(word) for word in words[-1:] + words[:-1])[:LONGEST_KEY]


def _word_key(word: str) -> str:
    letters: list[str] = []
    tones: list[str] = []
    for char in word:
        letter, tone = _letter_and_tone(char)
        letters.append(_rank(letter))
        tones.append(tone)
    # Tones without their places: hòa and hoà are one name.
    return "".join(letters) + _END + "".join(tones) + "0"


def _letter_and_tone(char: str) -> tuple[str, str]:
    decomposed = unicodedata.normalize("NFD", char)
    base, marks = decomposed[0], decomposed[1:]
    shapes = [_SHAPES[mark] for mark in marks if mark in _SHAPES]
    tone = "".join(_TONES.get(mark, "") for mark in marks)
    if base in _STROKED:
        return "đ", tone
    return _LETTERS.get((base, shapes[0]), base) if shapes else base, tone


def _rank(letter: str) -> str:
    if letter in _RANK:
        return _RANK[letter]
    if unicodedata.category(letter) in _DROPPED or not letter.isalpha():
        return ""
    return f"{_OTHER}{ord(letter):07d}"


def search_terms(name: str) -> tuple[str, ...]:
    """Return the folded phrases under which a name is found, longest first.

    Every run of words up to the end of the name: a prefix range over them finds the beginning of
    any word and of several words in a row. At most 12 phrases of at most 64 characters.
    Source: docs/rules.md, rule D3.
    """
    words = fold(name).split()
    starts = range(min(len(words), MOST_TERMS))
    phrases = (" ".join(words[start : start + LONGEST_TERM]) for start in starts)
    return tuple(dict.fromkeys(phrase[:LONGEST_TERM].rstrip() for phrase in phrases))


def prefix_range(text: str) -> tuple[str, str]:
    """Return the bounds (both included) of the folded phrases that begin with `text`.

    The upper bound is a run of z: under linguistic collations the code point after z comes
    before a.
    """
    folded = fold(text)[:LONGEST_TERM]
    return folded, folded + _LAST_IN_RANGE


def initials(name: str) -> str:
    """Return the first letters of the words, upper case, for a short sign of a person."""
    return "".join(word[0].upper() for word in re.findall(r"[^\W\d_]+", nfc(name)))
