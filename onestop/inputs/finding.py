"""What is typed or scanned to find a dossier."""

import re
from datetime import date
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict

from onestop.domain.codes import BadCode, DossierCode, StatusToken
from onestop.domain.identity_card import BadCard, parse_card
from onestop.inputs.people import NAME_LENGTH, clean
from onestop.inputs.phones import kept_phone


class Find(BaseModel):
    """What is typed or scanned into the find box; the properties say what it may be."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    q: Annotated[str, BeforeValidator(lambda value: str(value)[:2000])] = ""

    @property
    def code(self) -> DossierCode | None:
        """The dossier code it spells."""
        try:
            return DossierCode.parse(clean(self.q))
        except BadCode:
            return None

    @property
    def token(self) -> StatusToken | None:
        """The token of a scanned status link."""
        return StatusToken.parse(clean(self.q).split("?")[0].rstrip("/").rpartition("/")[2])

    @property
    def id_number(self) -> str:
        """An ID number typed, or read from the QR of a card; "" for anything without digits."""
        if "|" in self.q:
            try:
                return parse_card(self.q, today=date.max).number
            except BadCard:
                return ""
        number = re.sub(r"[\s.\-]", "", clean(self.q)).upper()
        is_number = re.fullmatch(r"[0-9A-Z/]{4,25}", number) and re.search(r"\d{4}", number)
        return number if is_number else ""

    @property
    def phone(self) -> str:
        """A telephone number in the form in which it is kept, or ""."""
        return kept_phone(clean(self.q))

    @property
    def name(self) -> str:
        """Words to look for in names; "" when there is no letter."""
        text: str = clean(self.q)[:NAME_LENGTH]
        return text if any(char.isalpha() for char in text) and "|" not in text else ""
