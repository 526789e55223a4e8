"""What a printed receipt claims about the log, as somebody typed it from the paper."""

import re
from dataclasses import dataclass
from typing import Final, Self

from onestop.domain.anchors import PRINTED_DIGITS
from onestop.domain.codes import DossierCode

_DIGITS = re.compile(rf"[0-9a-f]{{{PRINTED_DIGITS},64}}")
_NO_ANCHOR: Final = ("", "-", "–")


class NotAClaim(Exception):
    """A text does not name a dossier code and the hashes of its receipt."""


@dataclass(frozen=True, slots=True)
class ReceiptClaim:
    """A dossier's code, the beginning of its first event's hash, of an anchor's hash or ""."""

    code: str
    first_event: str
    anchor: str = ""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return what "CODE:EVENT:ANCHOR" says; the anchor may be left out or a dash.

        Letter case and blanks between the digits do not matter. Raises NotAClaim or BadCode.
        """
        code, *hashes = text.split(":")
        digits = ["".join(part.split()).lower() for part in hashes]
        if not 1 <= len(digits) <= 2 or not _DIGITS.fullmatch(digits[0]):
            raise NotAClaim("write CODE:EVENT or CODE:EVENT:ANCHOR, with 16 digits each")
        anchor = "" if digits[-1] in _NO_ANCHOR else digits[-1]
        if len(digits) == 1:
            anchor = ""
        elif anchor and not _DIGITS.fullmatch(anchor):
            raise NotAClaim("an anchor has 16 digits, or is a dash")
        return cls(str(DossierCode.parse(code)), digits[0], anchor)
