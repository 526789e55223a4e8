"""What a clerk types who locks a cash box: the sum counted, and why it differs."""

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from onestop.inputs.casework import Dong
from onestop.inputs.people import Line, refuse

MOST_DONG = 10_000_000_000
"""Ten thousand million dong in one box would be a typing mistake."""
REASON_LENGTH = 500


def _typed(value: Any) -> Any:
    if isinstance(value, str) and not value.strip():
        raise refuse("counted_missing")
    return value


class CashCount(BaseModel):
    """The form that locks a sheet.

    taken   what the page said was taken, so that a payment in between is noticed.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    day: date
    taken: int
    counted: Annotated[Dong, BeforeValidator(_typed)]
    reason: Annotated[Line, Field(max_length=REASON_LENGTH)] = ""

    @field_validator("counted")
    @classmethod
    def _not_too_much(cls, counted: int) -> int:
        if counted > MOST_DONG:
            raise refuse("counted_too_much", most=MOST_DONG)
        return counted
