"""The rows of printed papers, read from the tables: receipts, slips, letters."""

from onestop.queries.paper_rows.letters import (
    apology_row,
    letter_fact,
    stop_notice_row,
    told_version,
)
from onestop.queries.paper_rows.printing import ZONE, Head, Printing, desk_paper, head_of
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
    "apology_row",
    "desk_paper",
    "guidance_row",
    "head_of",
    "letter_fact",
    "receipt_row",
    "rejection_row",
    "stop_notice_row",
    "supplement_asked_at",
    "supplement_row",
    "told_version",
]
