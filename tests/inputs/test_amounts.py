"""Sums of money as people type them, whole dong only."""

import pytest
from pydantic import TypeAdapter, ValidationError

from onestop.inputs.casework import Dong

AMOUNT = TypeAdapter(Dong)


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("", 0),
        ("0", 0),
        ("15000", 15_000),
        ("15.000", 15_000),
        ("15,000 đ", 15_000),
        ("1 250 000", 1_250_000),
        ("1.250.000đ", 1_250_000),
    ],
)
def test_thousands_may_be_parted(typed: str, amount: int) -> None:
    assert AMOUNT.validate_python(typed) == amount


@pytest.mark.parametrize(
    "typed", ["12,5", "1.25", "1.250,000", "1.2500", "-5", "5e3", "٥٠٠", "năm"]
)
def test_what_is_no_sum_in_dong_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        AMOUNT.validate_python(typed)
