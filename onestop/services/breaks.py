"""What a check of history and tables can find wrong."""

from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """What is wrong; the version or the table says where."""

    NO_EVENTS = "no_events"
    VERSION_MISSING = "version_missing"
    CHAIN_BROKEN = "chain_broken"
    BODY_UNREADABLE = "body_unreadable"
    COLUMNS_DIFFER = "columns_differ"
    IMPOSSIBLE = "impossible"
    PERSONAL_VALUE_CHANGED = "personal_value_changed"
    PERSONAL_VALUE_MISSING = "personal_value_missing"
    TABLE_DIFFERS = "table_differs"
    DOCUMENT_CHANGED = "document_changed"
    NUMBER_GAP = "number_gap"
    ANCHOR_CHANGED = "anchor_changed"
    ANCHOR_DIFFERS = "anchor_differs"
    RECEIPT_DIFFERS = "receipt_differs"


@dataclass(frozen=True, slots=True)
class Break:
    """The first thing that does not agree in a dossier, in an agency's day, or in an anchor."""

    dossier: str
    version: int
    fault: Fault
    detail: str = ""
