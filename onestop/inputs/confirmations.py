"""What an administrator types to confirm a value: number and day of a document."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from onestop.domain.errors import DomainError
from onestop.domain.names import nfc

_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")


class DocumentDayUnclear(DomainError):
    """The day of a document cannot be read, or has not come yet."""

    def __init__(self, text: str) -> None:
        super().__init__("the day of a document cannot be read")
        self.text = text[:20]


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The document that says a value is right."""

    document_number: str
    document_on: date

    @classmethod
    def parse(cls, fields: Mapping[str, str], *, today: date) -> "Confirmation":
        """The document typed, day as 01/04/2026 or 2026-04-01. Raises DocumentDayUnclear."""
        text = fields.get("document_on", "").strip()
        try:
            if found := _DAY.fullmatch(text):
                on = date(int(found[3]), int(found[2]), int(found[1]))
            else:
                on = date.fromisoformat(text)
        except ValueError:
            raise DocumentDayUnclear(text) from None
        if on > today:
            raise DocumentDayUnclear(text)
        return cls(nfc(fields.get("document_number", "")), on)
