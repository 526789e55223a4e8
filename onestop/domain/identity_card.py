"""What the QR of an identity card says, read with suspicion; warnings are codes."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from onestop.domain.errors import DomainError
from onestop.domain.names import nfc

FEWEST_FIELDS: Final = 6
LONGEST_PAYLOAD: Final = 2_000
FIRST_COUNTRY_CODE: Final = 101

# Provinces of birth registration as numbers in use carry them (63 before the mergers).
# fmt: off
PLACE_CODES: Final = frozenset({
    1, 2, 4, 6, 8, 10, 11, 12, 14, 15, 17, 19, 20, 22, 24, 25, 26, 27, 30, 31, 33, 34, 35, 36,
    37, 38, 40, 42, 44, 45, 46, 48, 49, 51, 52, 54, 56, 58, 60, 62, 64, 66, 67, 68, 70, 72, 74,
    75, 77, 79, 80, 82, 83, 84, 86, 87, 89, 91, 92, 93, 94, 95, 96,
})
# fmt: on

_ID_NUMBER = re.compile(r"[0-9]{12}")
_OLD_NUMBER = re.compile(r"[0-9]{9}")
_DATE = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{4})")
_STARTS_LIKE_A_CARD = re.compile(r"[0-9]{12}[^0-9]")
_SPOILT_NAME = re.compile(r"[0-9?|\ufffd\[\]{}\\<>=@#$%^*_~]")


class Sex(StrEnum):
    """As printed on the card."""

    MALE = "male"
    FEMALE = "female"


class CardProblem(StrEnum):
    """Why a scan could not be read as a card."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    NOT_A_CARD = "not_a_card"
    GARBLED = "garbled"


class CardWarning(StrEnum):
    """What the clerk should look at on the card itself; never a reason to refuse."""

    PLACE_UNKNOWN = "place_unknown"
    YEAR_DIFFERS = "year_differs"
    SEX_DIFFERS = "sex_differs"
    SEX_UNREADABLE = "sex_unreadable"
    BIRTH_DATE_UNREADABLE = "birth_date_unreadable"
    BIRTH_IN_FUTURE = "birth_in_future"
    ISSUE_DATE_UNREADABLE = "issue_date_unreadable"
    ISSUE_IN_FUTURE = "issue_in_future"
    ISSUE_BEFORE_BIRTH = "issue_before_birth"
    OLD_NUMBER_UNREADABLE = "old_number_unreadable"
    ADDRESS_MISSING = "address_missing"
    MARKS_LOST = "marks_lost"


class BadCard(DomainError):
    """A scan is not a readable card. Holds the kind of trouble, nothing of the scan."""

    def __init__(self, problem: CardProblem) -> None:
        super().__init__(f"identity card not read: {problem}")
        self.problem = problem


class BadIdNumber(DomainError):
    """A typed personal ID number has not twelve digits. Holds only how many there were."""

    def __init__(self, digits: int) -> None:
        super().__init__(f"personal ID number with {digits} digits")
        self.digits = digits


@dataclass(frozen=True, slots=True, repr=False)
class CardReading:
    """The fields of a card that the form may take; what else the QR held is dropped.

    `born_on` is None when the card gives no whole date; `birth_year` may still be known.
    """

    number: str
    old_number: str
    name: str
    born_on: date | None
    birth_year: int | None
    sex: Sex | None
    address: str
    issued_on: date | None
    warnings: tuple[CardWarning, ...]

    def __repr__(self) -> str:
        return f"CardReading(hidden, warnings={[str(warning) for warning in self.warnings]})"


@dataclass(frozen=True, slots=True)
class NumberFacts:
    """What the first six digits of an ID number say."""

    place_code: str
    place_known: bool
    sex: Sex
    birth_year: int


def parse_id_number(text: str) -> str:
    """Return the twelve digits of a typed ID number; blanks, dots and dashes are free.

    Raises BadIdNumber. Source: docs/rules.md, rule D6.
    """
    digits = re.sub(r"[\s.\-]", "", text)
    if not _ID_NUMBER.fullmatch(digits):
        raise BadIdNumber(len(re.findall(r"[0-9]", digits)))
    return digits


def number_facts(number: str) -> NumberFacts:
    """Return place, sex and year of birth as the twelve digits tell them.

    Source: docs/rules.md, rule D6.
    """
    if not _ID_NUMBER.fullmatch(number):
        raise ValueError("an ID number has twelve digits")
    place, century = number[:3], int(number[3])
    return NumberFacts(
        place_code=place,
        place_known=int(place) in PLACE_CODES or int(place) >= FIRST_COUNTRY_CODE,
        sex=Sex.FEMALE if century % 2 else Sex.MALE,
        birth_year=1900 + century // 2 * 100 + int(number[4:6]),
    )


def number_warnings(
    number: str, *, birth_year: int | None = None, sex: Sex | None = None
) -> tuple[CardWarning, ...]:
    """Return in what the number disagrees with what else is known; () when in nothing.

    Source: docs/rules.md, rule D6.
    """
    facts = number_facts(number)
    found = (
        (not facts.place_known, CardWarning.PLACE_UNKNOWN),
        (birth_year not in (None, facts.birth_year), CardWarning.YEAR_DIFFERS),
        (sex not in (None, facts.sex), CardWarning.SEX_DIFFERS),
    )
    return tuple(warning for wrong, warning in found if wrong)


def parse_card(payload: str, *, today: date) -> CardReading:
    """Return what the QR of an identity card says, with warnings for the clerk.

    today     local date; birth and issue after it are warned about.

    Six or more fields are accepted, read by place and by shape; fields after the known ones
    (relatives, cancelled numbers) are dropped. Raises BadCard; nothing of the payload is in it.
    Source: docs/rules.md, rule D6.
    """
    fields = _fields(payload)
    number, old_number, rest = _numbers(fields)
    name, born, sex_text, address, issued = _positions(rest)
    if not name or _SPOILT_NAME.search(name):
        raise BadCard(CardProblem.GARBLED)
    sex = _sex(sex_text)
    if sex is None and sex_text.isalpha():
        # "Nuwx": the input method that wrote this has written the name, too.
        raise BadCard(CardProblem.GARBLED)
    born_on, birth_year = _birth(born)
    issued_on = _date(issued)
    warnings = [
        *number_warnings(number, birth_year=birth_year, sex=sex),
        *_field_warnings(old_number, sex, birth_year, address, bool(issued) and not issued_on),
        *_date_warnings(born_on, issued_on, today),
    ]
    if name.isascii() and sex_text.casefold() == "nu":
        warnings.append(CardWarning.MARKS_LOST)
    return CardReading(
        number=number,
        old_number=old_number if _OLD_NUMBER.fullmatch(old_number) else "",
        name=name,
        born_on=born_on,
        birth_year=birth_year,
        sex=sex,
        address=address,
        issued_on=issued_on,
        warnings=tuple(warnings),
    )


def _fields(payload: str) -> list[str]:
    if len(payload) > LONGEST_PAYLOAD:
        raise BadCard(CardProblem.TOO_LONG)
    # Control characters some scanners put in front, and the byte order mark.
    text = "".join(c for c in payload if unicodedata.category(c) not in ("Cc", "Cf", "Cs")).strip()
    if not text:
        raise BadCard(CardProblem.EMPTY)
    fields = [nfc(field) for field in text.split("|")]
    if len(fields) >= FEWEST_FIELDS and _ID_NUMBER.fullmatch(fields[0]):
        return fields
    # A card whose separator or digits another keyboard layout or an input method has changed.
    garbled = len(fields) >= FEWEST_FIELDS or _STARTS_LIKE_A_CARD.match(text)
    raise BadCard(CardProblem.GARBLED if garbled else CardProblem.NOT_A_CARD)


def _numbers(fields: list[str]) -> tuple[str, str, list[str]]:
    """Split off the numbers; a second field with letters is already the name."""
    second = fields[1]
    if second and not any(char.isdigit() for char in second):
        return fields[0], "", fields[1:]
    return fields[0], second, fields[2:]


def _positions(rest: list[str]) -> tuple[str, str, str, str, str]:
    name, born, sex, address, issued = (rest + [""] * 5)[:5]
    if _sex(born) and not _sex(sex):
        born, sex = sex, born
    if _DATE.fullmatch(address) and not _DATE.fullmatch(issued):
        address, issued = issued, address
    return name, born, sex, address, issued


def _sex(text: str) -> Sex | None:
    return {"nam": Sex.MALE, "nữ": Sex.FEMALE, "nu": Sex.FEMALE}.get(text.casefold())


def _date(text: str) -> date | None:
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    day, month, year = (int(part) for part in match.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _birth(text: str) -> tuple[date | None, int | None]:
    """Return date and year; old papers know only the year, written 00001950 or 1950."""
    born_on = _date(text)
    if born_on:
        return born_on, born_on.year
    year = re.fullmatch(r"(?:[0-9]{4})?([12][0-9]{3})", text)
    return None, int(year[1]) if year else None


def _field_warnings(
    old_number: str, sex: Sex | None, birth_year: int | None, address: str, issue_unreadable: bool
) -> list[CardWarning]:
    found = (
        (bool(old_number) and not _OLD_NUMBER.fullmatch(old_number), "OLD_NUMBER_UNREADABLE"),
        (sex is None, "SEX_UNREADABLE"),
        (birth_year is None, "BIRTH_DATE_UNREADABLE"),
        (not address, "ADDRESS_MISSING"),
        (issue_unreadable, "ISSUE_DATE_UNREADABLE"),
    )
    return [CardWarning[name] for wrong, name in found if wrong]


def _date_warnings(born_on: date | None, issued_on: date | None, today: date) -> list[CardWarning]:
    warnings = []
    if born_on and born_on > today:
        warnings.append(CardWarning.BIRTH_IN_FUTURE)
    if issued_on and issued_on > today:
        warnings.append(CardWarning.ISSUE_IN_FUTURE)
    if born_on and issued_on and issued_on < born_on:
        warnings.append(CardWarning.ISSUE_BEFORE_BIRTH)
    return warnings
