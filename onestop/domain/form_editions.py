"""Editions of the statutory forms: which number and title a kind of document has on which day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
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


def form_edition_of(editions: Sequence[FormEdition], key: str, on: date) -> FormEdition:
    """The edition called `key`, which a dossier kept at reception; else that of the local day.

    Raises NoFormEdition. Source: docs/rules.md, rule F4.
    """
    kept = next((edition for edition in editions if edition.key == key), None)
    return kept or form_edition_on(editions, on)


def titled_form(editions: Sequence[FormEdition], edition: FormEdition, kind: FormKind) -> FormTitle:
    """The form of that kind; one the edition lacks takes the title of the first that has it.

    A form taken from another edition has no number: it is no form of the circular in force.
    Raises LookupError when no edition has it. Source: docs/rules.md, rule P2.
    """
    own = edition.form(kind)
    if own is not None:
        return own
    for other in sorted(editions, key=lambda one: one.valid_from):
        lent = other.form(kind)
        if lent is not None:
            return replace(lent, number="")
    raise LookupError(f"no edition has the form {kind}")
