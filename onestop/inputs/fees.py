"""What a clerk types who locks a cash box: the sum counted, and why it differs."""

from datetime import date
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    field_validator,
)

from onestop.inputs.fields import Dong
from onestop.inputs.people import Line, refuse

MOST_DONG = 10_000_000_000
"""Ten thousand million dong in one box would be a typing mistake."""
REASON_LENGTH = 500


_MINUS = ("-", "−", "–")  # signs that people type for less than nothing


def _typed(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
    if not isinstance(value, str):
        return read(value)
    text = value.strip()
    if not text:
        raise refuse("counted_missing")
    return -read(text[1:]) if text.startswith(_MINUS) and text[1:].strip() else read(text)


class CashCount(BaseModel):
    """The form that locks a sheet.

    taken   what the page said was taken, so that a payment in between is noticed.
    counted below 0 only where taken is: what was put into the box to give it back.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    day: date
    taken: int
    counted: Annotated[Dong, WrapValidator(_typed)]
    reason: Annotated[Line, Field(max_length=REASON_LENGTH)] = ""

    @field_validator("counted")
    @classmethod
    def _possible(cls, counted: int, info: ValidationInfo) -> int:
        if abs(counted) > MOST_DONG:
            raise refuse("counted_too_much", most=MOST_DONG)
        if counted < 0 <= info.data.get("taken", 0):
            raise refuse("counted_negative")
        return counted
