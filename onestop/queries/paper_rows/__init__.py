"""The rows of printed papers, read from the tables: receipts, slips, letters."""

from onestop.queries.paper_rows.bulk import bulk_receipt_row, handed_in_together, members_of
from onestop.queries.paper_rows.letters import (
    apology_row,
    letter_fact,
    refused_row,
    stop_notice_row,
    told_version,
)
from onestop.queries.paper_rows.printing import ZONE, Head, Printing, desk_paper, form_row, head_of
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
    "bulk_receipt_row",
    "desk_paper",
    "form_row",
    "guidance_row",
    "handed_in_together",
    "head_of",
    "letter_fact",
    "members_of",
    "receipt_row",
    "refused_row",
    "rejection_row",
    "stop_notice_row",
    "supplement_asked_at",
    "supplement_row",
    "told_version",
]
