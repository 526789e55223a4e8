"""Text that somebody may type or import, and rows of papers full of it."""

import random
import unicodedata
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any

PIECES = (
    "<b",
    "<b>đậm</b>",
    "<img src=",
    '<img src="file:///etc/passwd"/>',
    "<para><font size=99>",
    "&amp; &lt; &#65;",
    "\x00",
    "\x07\x08\x1b[31m",
    "\r\n\t",
    "\u202e",
    "\u202d\u200f\u2066",
    "\u200b\ufeff\u00ad",
    "\U0001f600",
    "👩\u200d👧\ufe0f",
    "李小龍",
    "Жуков",
    unicodedata.normalize("NFD", "Nguyễn Thị Ẩm Ỡ"),
    "A\u0301\u0323\u0308\u0300",
    "Trần Thị Ánh",
    "Đặng Ước Ưng",
    "Müller Łukasz Çağrı",
    "=1+1",
    "@SUM(A1)",
    "\\( \\) )( \\",
    "endstream endobj %%EOF",
    "ET Q /Artifact BMC (x) Tj",
    "{{ row }} {% raw %} {0} %s %n",
    "../../etc/passwd",
    "'; DROP TABLE dossiers; --",
    "xã An Bình, tỉnh Thái Sơn",
    "0912 345 678",
)
LONGEST = 5_000
# What is no text of people: places in time, addresses of symbols, codes that choose a word.
KEPT = frozenset(
    {"kind", "zone", "link", "code", "check_code", "limit_unit", "punctuality"}
    | {"first_event_hash", "anchor", "headings", "title", "number", "legal_basis"}
)


def hostile(chance: random.Random) -> str:
    """Return a text of some pieces; one in a hundred is as long as a field may be."""
    if chance.random() < 0.01:
        # Not one piece over and over: a reader takes equal lines for a bold one drawn twice.
        return chance.choice(("", " ")).join(chance.choices(PIECES, k=LONGEST))[:LONGEST]
    if chance.random() < 0.1:
        letters = (chr(chance.randrange(0xD800)) for _ in range(chance.randint(1, 30)))
        # Headings are set in capitals; one letter stays one letter.
        return "".join(letter for letter in letters if len(letter.upper()) == 1)
    parts = chance.choices(PIECES, k=chance.randint(1, 4))
    return chance.choice(("", " ")).join(parts)


def texts_of(row: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text of people in a row of a paper, with where it stands in it."""
    if is_dataclass(row):
        for field in fields(row):
            if field.name not in KEPT:
                yield from texts_of(getattr(row, field.name), f"{path}.{field.name}")
    elif isinstance(row, tuple):
        for n, one in enumerate(row):
            yield from texts_of(one, f"{path}.{n}")
    elif isinstance(row, str) and not isinstance(row, Enum):
        yield path, row


def with_texts(row: Any, texts: dict[str, str], path: str = "") -> Any:
    """Return the row with other texts, by the places that `texts_of` gives."""
    if is_dataclass(row) and not isinstance(row, type):
        changes = {
            field.name: with_texts(getattr(row, field.name), texts, f"{path}.{field.name}")
            for field in fields(row)
            if field.name not in KEPT
        }
        return replace(row, **changes)
    if isinstance(row, tuple):
        return tuple(with_texts(one, texts, f"{path}.{n}") for n, one in enumerate(row))
    return texts.get(path, row)
