"""The rows of printed papers, read from the tables: receipts, slips, letters."""

from onestop.queries.paper_rows.printing import ZONE, Head, Printing, head_of
from onestop.queries.paper_rows.receipts import receipt_row
from onestop.queries.paper_rows.slips import (
    guidance_row,
    rejection_row,
    supplement_asked_at,
    supplement_row,
)

__all__ = [
    "ZONE",
    "Head",
    "Printing",
    "guidance_row",
    "head_of",
    "receipt_row",
    "rejection_row",
    "supplement_asked_at",
    "supplement_row",
]
