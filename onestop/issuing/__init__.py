"""Papers made and kept: rows read, PDF drawn, bytes issued, all in the caller's transaction."""

from onestop.issuing.agencies import (
    Draw,
    issue_agency_paper,
    issue_fee_sheet,
    issue_handover_list,
)
from onestop.issuing.dossiers import (
    LETTERS,
    ROWS,
    issue_bulk_receipt,
    issue_paper,
    issue_slip,
)
from onestop.issuing.press import PAPER_SIZES, Press, edition_on

__all__ = [
    "LETTERS",
    "PAPER_SIZES",
    "ROWS",
    "Draw",
    "Press",
    "edition_on",
    "issue_agency_paper",
    "issue_bulk_receipt",
    "issue_fee_sheet",
    "issue_handover_list",
    "issue_paper",
    "issue_slip",
]
