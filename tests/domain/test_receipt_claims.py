"""What somebody types from a receipt."""

import pytest

from onestop.domain.codes import BadCode
from onestop.domain.receipt_claims import NotAClaim, ReceiptClaim

CODE, EVENT, ANCHOR = "H88.12.03-261123-0042", "9f86d081884c7d65", "2c26b46b68ffc68f"


@pytest.mark.parametrize(
    ("typed", "anchor"),
    [
        (f"{CODE}:{EVENT}:{ANCHOR}", ANCHOR),
        (f" {CODE.lower()} : 9F86 D081 884C 7D65 : {ANCHOR.upper()} ", ANCHOR),
        (f"H88.12.03 - 261123 - 0042:{EVENT}", ""),
        (f"{CODE}:{EVENT}:–", ""),
        (f"{CODE}:{EVENT}:-", ""),
        (f"{CODE}:{EVENT}:", ""),
    ],
)
def test_a_claim_is_read_as_people_type_it(typed, anchor):
    assert ReceiptClaim.parse(typed) == ReceiptClaim(CODE, EVENT, anchor)


@pytest.mark.parametrize(
    "typed",
    [CODE, f"{CODE}:", f"{CODE}:–", f"{CODE}:9f86", f"{CODE}:{EVENT}:12", "", f"{CODE}:a:b:c"],
)
def test_digits_that_are_missing_are_refused(typed):
    with pytest.raises(NotAClaim):
        ReceiptClaim.parse(typed)


def test_a_code_that_is_none_is_refused():
    with pytest.raises(BadCode):
        ReceiptClaim.parse(f"somewhere:{EVENT}")
