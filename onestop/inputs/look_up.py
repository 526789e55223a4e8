"""What a citizen types to look a dossier up: its code, or a whole link, and a second secret."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from onestop.domain.codes import BadCode, DossierCode, StatusToken
from onestop.inputs.people import Line, clean, refuse

LONGEST = 300


class LookUp(BaseModel):
    """A dossier code with a secret, or the link that a desk scanner reads from a slip."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    code: Annotated[Line, Field(max_length=LONGEST)] = ""
    secret: Annotated[str, BeforeValidator(clean), Field(max_length=LONGEST)] = ""

    @property
    def token(self) -> StatusToken | None:
        """The token when `code` is a status link or its end, else None."""
        return StatusToken.parse(self.code.rstrip("/").rpartition("/")[2])

    @field_validator("code")
    @classmethod
    def _code(cls, code: str) -> str:
        if not code:
            raise refuse("code_missing")
        if StatusToken.parse(code.rstrip("/").rpartition("/")[2]) is None:
            try:
                DossierCode.parse(code)
            except BadCode:
                raise refuse("code_form") from None
        return code
