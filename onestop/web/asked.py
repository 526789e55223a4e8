"""Numbers out of an address or a form, before they come near the database."""

LARGEST = 2**31 - 1
"""The largest id that a table can hold."""


def number(text: str) -> int:
    """Return the number that a text spells: `request.args.get("agency", type=number)`.

    Raises ValueError for anything that no row could have, so that `get` gives its default.
    """
    value = int(text)
    if not 0 <= value <= LARGEST:
        raise ValueError("no row has this number")
    return value
