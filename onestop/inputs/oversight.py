"""What the address of an oversight page asks for: its filters, its order, where it goes on."""

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from onestop.domain.oversight import Ageing, Judgement, Period, Sort, Standstill, View
from onestop.inputs.addresses import AddressQuery
from onestop.inputs.fields import MOST_ID, Id, Key
from onestop.inputs.people import clean

_INSTANTS = (Sort.LATE, Sort.SINCE)


class OversightQuery(AddressQuery):
    """The filters of a list.

    after   the last row of the page before, "value~dossier~position".
    """

    what: View = View.DOSSIER
    agency: Id | None = None
    own: bool = False
    procedure: Key = ""
    step: Key = ""
    ageing: Ageing | None = None
    clock: Standstill | None = None
    today: bool = False
    period: Period = Period.MONTH
    judgement: Judgement | None = None
    sort: Sort = Sort.LATE
    after: Annotated[str, BeforeValidator(clean), Field(max_length=300)] = ""

    def changed(self, **changes: Any) -> "OversightQuery":
        """Return the query with other filters, from its first page on."""
        return self.model_copy(update={"after": "", **changes})

    def to_address(self) -> dict[str, Any]:
        """Return the parameters of the address that asks for this; defaults stay out of it."""
        kept = self.model_dump(exclude_defaults=True)
        return {name: "1" if value is True else str(value) for name, value in kept.items()}

    @property
    def place(self) -> tuple[datetime | str, int, int] | None:
        """Sort value, dossier and position of the row after which the page begins."""
        value, *rest = self.after.rsplit("~", 2)
        try:
            dossier_id, position = (int(part) for part in rest)
            if not 0 <= dossier_id <= MOST_ID or not 0 <= position <= MOST_ID:
                return None
            return (_instant(value) if self.sort in _INSTANTS else value), dossier_id, position
        except (ValueError, OverflowError):
            return None


def place_text(value: datetime | str, dossier_id: int, position: int) -> str:
    """Return what `OversightQuery.place` reads."""
    shown = value.isoformat() if isinstance(value, datetime) else value
    return f"{shown}~{dossier_id}~{position}"


def _instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("an instant without a zone")
    return at.astimezone(UTC)
