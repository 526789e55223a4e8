"""The people of a dossier as typed: cleaned, checked field by field, nothing guessed."""

import re
from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

from onestop.domain.names import nfc
from onestop.inputs.phones import kept_phone

NAME_LENGTH = 255
ADDRESS_LENGTH = 500
_ID_NUMBER = re.compile(r"\d{12}|\d{9}")
_OTHER_NUMBER = re.compile(r"[0-9A-Z][0-9A-Z./-]{3,24}")
_SCANNED_CARD = re.compile(r"\||\d{9}")
"""What no name has and the QR of a card does: scanned into the wrong field."""
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class PersonKind(StrEnum):
    """What an applicant is; the national codes are 1 to 4 in this order."""

    CITIZEN = "citizen"
    BUSINESS = "business"
    STATE_AGENCY = "state_agency"
    ORGANISATION = "organisation"


def clean(value: Any) -> Any:
    """Return text in NFC, one line, without control and direction characters, trimmed."""
    if not isinstance(value, str):
        return value
    kept = "".join(c if c.isprintable() else " " for c in nfc(value))
    return re.sub(r"\s+", " ", kept).strip()


def refuse(code: str, **values: object) -> PydanticCustomError:
    """Return the error for a field: a code that the edges turn into a sentence (web/messages)."""
    return PydanticCustomError(code, code, values or None)


Line = Annotated[str, BeforeValidator(clean)]
"""One line of text as typed, cleaned."""


class Person(BaseModel):
    """An applicant or a submitter."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: PersonKind = PersonKind.CITIZEN
    name: Line = ""
    id_number: Line = ""
    born: Line = ""
    sex: Line = ""
    phone: Line = ""
    email: Line = ""
    address: Line = Field(default="")

    @field_validator("name")
    @classmethod
    def _name(cls, name: str) -> str:
        if not name:
            raise refuse("name_missing")
        if len(name) > NAME_LENGTH:
            raise refuse("name_too_long", most=NAME_LENGTH)
        if not any(c.isalpha() for c in name):
            raise refuse("name_without_letters")
        if _SCANNED_CARD.search(name):
            raise refuse("scanned_card")
        return name

    @field_validator("id_number")
    @classmethod
    def _id_number(cls, number: str, info: Any) -> str:
        number = number.replace(" ", "").upper()
        if not number:
            return number
        if info.data.get("kind") is PersonKind.CITIZEN:
            if number.isdigit() and not _ID_NUMBER.fullmatch(number):
                raise refuse("id_number_digits", typed=len(number))
            if not _OTHER_NUMBER.fullmatch(number):
                raise refuse("id_number_form")
        elif not _OTHER_NUMBER.fullmatch(number):
            raise refuse("id_number_form")
        return number

    @field_validator("born")
    @classmethod
    def _born(cls, born: str) -> str:
        return typed_birth(born)

    @field_validator("sex")
    @classmethod
    def _sex(cls, sex: str) -> str:
        if sex not in ("", "male", "female"):
            raise refuse("sex_unknown")
        return sex

    @field_validator("phone")
    @classmethod
    def _phone(cls, phone: str) -> str:
        kept = kept_phone(phone) if phone else ""
        if phone and not kept:
            raise refuse("phone_form")
        return kept

    @field_validator("email")
    @classmethod
    def _email(cls, email: str) -> str:
        if email and (len(email) > 254 or not _EMAIL.fullmatch(email)):
            raise refuse("email_form")
        return email

    @field_validator("address")
    @classmethod
    def _address(cls, address: str) -> str:
        if len(address) > ADDRESS_LENGTH:
            raise refuse("address_too_long", most=ADDRESS_LENGTH)
        if "|" in address:
            raise refuse("scanned_card")
        return address


def typed_birth(text: str) -> str:
    """Return a date of birth as dd/mm/yyyy or a bare year; raise the field's error otherwise."""
    if not text:
        return text
    if re.fullmatch(r"\d{4}", text):
        year = int(text)
        if not 1900 <= year <= 2100:
            raise refuse("born_impossible")
        return text
    match = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", text)
    if match is None:
        raise refuse("born_form")
    day, month, year = (int(part) for part in match.groups())
    try:
        born = date(year, month, day)
    except ValueError:
        raise refuse("born_impossible") from None
    if born.year < 1900:
        raise refuse("born_impossible")
    return born.strftime("%d/%m/%Y")
