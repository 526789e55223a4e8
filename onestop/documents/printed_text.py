"""What may stand on paper: the one function through which every printed string passes."""

import unicodedata

from onestop.documents.fonts import register_fonts

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_BREAKS = "\t\n\v\f\r\x85\u2028\u2029"


def printed_text(text: str) -> tuple[str, int]:
    """Return (the text as it is printed, how many characters became "?").

    NFC; line breaks and every kind of space become one space; control, direction and other
    unseen characters are dropped; a character the typeface lacks becomes "?" and is counted.
    Source: docs/rules.md, rule P1.
    """
    glyphs = register_fonts().glyphs
    if glyphs.issuperset(text) and "  " not in text:
        return text.strip(), 0
    kept = [
        " " if char in _BREAKS or unicodedata.category(char) == "Zs" else char
        for char in unicodedata.normalize("NFC", text)
        if char in _BREAKS or not _is_unseen(char)
    ]
    squeezed = " ".join("".join(kept).split(" "))
    replaced = sum(char not in glyphs for char in squeezed)
    shown = "".join(char if char in glyphs else "?" for char in squeezed)
    return " ".join(shown.split()), replaced


def _is_unseen(char: str) -> bool:
    # Variation selectors are marks by category, yet they only choose the look of an emoji.
    return unicodedata.category(char) in _UNSEEN or "\ufe00" <= char <= "\ufe0f"
