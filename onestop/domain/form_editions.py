"""Editions of the statutory forms: which number and title a kind of document has on which day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from onestop.domain.errors import DomainError


class FormKind(StrEnum):
    """Documents that are statutory forms; the printed number differs by edition."""

    RECEIPT = "receipt"
    SUPPLEMENT_REQUEST = "supplement_request"
    REJECTION = "rejection"
    APOLOGY_EXTENSION = "apology_extension"
    STOP_NOTICE = "stop_notice"
    CONTROL_SLIP = "control_slip"
    TRACKING_BOOK = "tracking_book"


class NoFormEdition(DomainError):
    """No edition of the forms had begun on that day."""

    def __init__(self, on: date) -> None:
        super().__init__(f"no edition of the forms on {on}")
        self.on = on


@dataclass(frozen=True, slots=True)
class FormTitle:
    """One form of an edition: its printed number ("" for none), title, suffix of serial numbers.

    headings   other printed texts of the form by key, as the documents ask for them.
    """

    number: str
    title: str
    serial_suffix: str = ""
    headings: Mapping[str, str] | None = None

    def heading(self, key: str, default: str = "") -> str:
        """The printed text called `key`, or the default."""
        return (self.headings or {}).get(key, default)


@dataclass(frozen=True, slots=True)
class FormEdition:
    """The statutory forms as one circular gives them; `legal_text` is what forms quote."""

    key: str
    valid_from: date
    name: str
    legal_text: str
    motto: tuple[str, str]
    forms: Mapping[FormKind, FormTitle]

    def form(self, kind: FormKind) -> FormTitle | None:
        """The form of that kind; None when this edition does not have it."""
        return self.forms.get(kind)


def form_edition_on(editions: Sequence[FormEdition], on: date) -> FormEdition:
    """The edition forms were printed under on that local day. Raises NoFormEdition.

    Source: docs/rules.md, rule F4.
    """
    begun = [edition for edition in editions if edition.valid_from <= on]
    if not begun:
        raise NoFormEdition(on)
    return max(begun, key=lambda edition: edition.valid_from)
