"""The three codes of a dossier: the statutory number, the status link's token, the check code."""

import hashlib
import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, Self

from onestop.domain.errors import DomainError

LONGEST_IDENTIFIER: Final = 35
HIGHEST_NUMBER: Final = 99_999
LAST_OF_FOUR_DIGITS: Final = 9_999
CENTURY: Final = 2000

# [0-9] and not \d, which also matches the digits of other scripts.
_OLD_IDENTIFIER = re.compile(r"[0-9A-Z]{3}\.[0-9A-Z]{2}\.[0-9A-Z]{2}\.[A-Z][0-9]{2}")
_NEW_IDENTIFIER = re.compile(r"[A-Z][0-9]{2}(?:\.[0-9A-Z]{2,3}){0,5}")
_CODE = re.compile(r"([0-9A-Z.]{3,35})-([0-9]{2})([0-9]{2})([0-9]{2})-([0-9]{4,5})")
_DASHES = re.compile(r"\s*[-‐‑‒–—−_]\s*")


class IdentifierForm(StrEnum):
    """Which national numbering an agency identifier follows."""

    OLD = "old"
    NEW = "new"


class CodeProblem(StrEnum):
    """What is wrong with a text that should be a dossier code."""

    SHAPE = "shape"
    IDENTIFIER = "identifier"
    DATE = "date"
    NUMBER = "number"


class BadCode(DomainError):
    """A text is not a dossier code. The text itself is not kept: it may be anything."""

    def __init__(self, problem: CodeProblem) -> None:
        super().__init__(f"not a dossier code: {problem}")
        self.problem = problem


class BadIdentifier(DomainError):
    """An agency identifier cannot carry new dossier codes."""

    def __init__(self, identifier: str) -> None:
        super().__init__(f"agency identifier {identifier!r} cannot carry new codes")
        self.identifier = identifier


def identifier_form(identifier: str) -> IdentifierForm | None:
    """Return the form of an agency identifier, or None when it has neither.

    Source: docs/rules.md, rule D1.
    """
    if len(identifier) > LONGEST_IDENTIFIER:
        return None
    if _NEW_IDENTIFIER.fullmatch(identifier):
        return IdentifierForm.NEW
    if _OLD_IDENTIFIER.fullmatch(identifier):
        return IdentifierForm.OLD
    return None


@dataclass(frozen=True, slots=True, order=True)
class DossierCode:
    """The statutory code: agency identifier, local date of reception, number of that day.

    `five_digits` marks a number up to 9999 that another system wrote with five digits, so that
    a code read from paper is written back letter by letter.
    """

    prefix: str
    day: date
    n: int
    five_digits: bool = False

    def __post_init__(self) -> None:
        if identifier_form(self.prefix) is None:
            raise BadCode(CodeProblem.IDENTIFIER)
        if self.day.year // 100 * 100 != CENTURY:
            raise BadCode(CodeProblem.DATE)
        if not 1 <= self.n <= HIGHEST_NUMBER:
            raise BadCode(CodeProblem.NUMBER)
        if self.five_digits and self.n > LAST_OF_FOUR_DIGITS:
            raise ValueError("five_digits only marks numbers that would fit in four")

    @classmethod
    def issue(cls, prefix: str, day: date, n: int) -> Self:
        """Return the code for a dossier received now; only identifiers of the new form carry one.

        `day` is the local date of reception. Raises BadIdentifier.
        Source: docs/rules.md, rule D1.
        """
        if identifier_form(prefix) is not IdentifierForm.NEW:
            raise BadIdentifier(prefix)
        return cls(prefix, day, n)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the code written in `text`, old or new form, typed or scanned.

        Letter case, blanks and the kind of dash do not matter. Raises BadCode.
        Source: docs/rules.md, rule D1.
        """
        match = _CODE.fullmatch(_cleaned(text))
        if match is None:
            raise BadCode(CodeProblem.SHAPE)
        prefix, *parts, number = match.groups()
        try:
            day = date(CENTURY + int(parts[0]), int(parts[1]), int(parts[2]))
        except ValueError:
            raise BadCode(CodeProblem.DATE) from None
        n = int(number)
        return cls(prefix, day, n, five_digits=len(number) == 5 and n <= LAST_OF_FOUR_DIGITS)

    def next(self) -> Self:
        """Return the code after this one on the same day. Raises BadCode after 99999."""
        return type(self)(self.prefix, self.day, self.n + 1)

    @property
    def number(self) -> str:
        """The number as printed: four digits, five from 10000 on."""
        return f"{self.n:0{5 if self.five_digits else 4}d}"

    def __str__(self) -> str:
        return f"{self.prefix}-{self.day:%y%m%d}-{self.number}"

    def grouped(self) -> str:
        """Return the code in three groups, easy to read aloud; `parse` reads it back."""
        return f"{self.prefix} - {self.day:%y%m%d} - {self.number}"


def is_dossier_code(text: str) -> bool:
    """Return whether `text` can be read as a dossier code (a scan box must decide what it got)."""
    try:
        DossierCode.parse(text)
    except BadCode:
        return False
    return True


def _cleaned(text: str) -> str:
    if len(text) > 200:
        return ""
    upper = unicodedata.normalize("NFKC", text).strip().upper()
    return re.sub(r"\s+", "-", _DASHES.sub("-", upper))


TOKEN_LENGTH: Final = 26
TOKEN_BYTES: Final = 16
_BASE32: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
# 26 symbols hold 130 bits; the two spare ones are zero, so the last symbol has eight values.
_TOKEN = re.compile(r"[A-Z2-7]{25}[AEIMQUY4]")


@dataclass(frozen=True, slots=True, repr=False)
class StatusToken:
    """The secret part of a status link: 128 random bits as 26 upper-case base32 symbols.

    Its repr hides it, so that it does not slip into a log; `text` is what the QR carries.
    Source: docs/rules.md, rule D2.
    """

    text: str

    def __post_init__(self) -> None:
        if not _TOKEN.fullmatch(self.text):
            raise ValueError("not a status token")

    @classmethod
    def random(cls) -> Self:
        """Return a token nobody can guess."""
        return cls.from_bytes(secrets.token_bytes(TOKEN_BYTES))

    @classmethod
    def from_bytes(cls, bits: bytes) -> Self:
        """Return the token that writes these 16 bytes."""
        if len(bits) != TOKEN_BYTES:
            raise ValueError("a status token is made of 16 bytes")
        number = int.from_bytes(bits, "big") << 2
        return cls("".join(_BASE32[number >> shift & 31] for shift in range(125, -1, -5)))

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Return the token typed or scanned in any letter case, or None when it is none."""
        # Upper-casing some letters of other scripts gives ASCII ones; those are not tokens.
        upper = text.upper() if text.isascii() else ""
        return cls(upper) if _TOKEN.fullmatch(upper) else None

    @property
    def sha256(self) -> str:
        """What the database keeps to find the link: 64 hexadecimal digits."""
        return hashlib.sha256(self.text.encode("ascii")).hexdigest()

    def __repr__(self) -> str:
        return "StatusToken(hidden)"


CHECK_CODE_LENGTH: Final = 8
CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOK_ALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})
_CHECK_CODE = re.compile(f"[{CROCKFORD}]{{{CHECK_CODE_LENGTH}}}")


@dataclass(frozen=True, slots=True, repr=False)
class CheckCode:
    """The second secret beside the dossier code: 8 Crockford base32 symbols, printed in two groups.

    Source: docs/rules.md, rule D2.
    """

    text: str

    def __post_init__(self) -> None:
        if not _CHECK_CODE.fullmatch(self.text):
            raise ValueError("not a check code")

    @classmethod
    def random(cls) -> Self:
        """Return a check code nobody can guess (40 bits)."""
        return cls("".join(secrets.choice(CROCKFORD) for _ in range(CHECK_CODE_LENGTH)))

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Return the check code typed in `text`, or None when it is none.

        Letter case, blanks, dashes, O for 0, I and L for 1 do not matter.
        """
        if len(text) > 64 or not text.isascii():
            return None
        symbols = re.sub(r"[\s-]", "", text).upper().translate(_LOOK_ALIKES)
        return cls(symbols) if _CHECK_CODE.fullmatch(symbols) else None

    def grouped(self) -> str:
        """Return the symbols as printed: two groups of four."""
        return f"{self.text[:4]}-{self.text[4:]}"

    def __repr__(self) -> str:
        return "CheckCode(hidden)"
