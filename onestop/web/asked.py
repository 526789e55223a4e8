"""Numbers and places out of an address or a form, before they come near the database."""

from datetime import UTC, datetime

from onestop.queries.worklists import Place

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


def place(text: str) -> Place | None:
    """Return where a page of a worklist goes on, None for what does not say so."""
    try:
        at, dossier_id, position = text.split("~")
        late_at = datetime.fromisoformat(at)
        if late_at.tzinfo is None:
            return None
        return Place(late_at.astimezone(UTC), number(dossier_id), number(position))
    except (ValueError, OverflowError):
        return None


def place_text(found: Place) -> str:
    """Return what `place` reads."""
    return f"{found.late_at.isoformat()}~{found.dossier_id}~{found.position}"
