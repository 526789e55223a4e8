"""What a person or an agency should do now: tabs whose counts equal their lists, late first."""

from onestop.queries.worklists.pages import PAGE_SIZE, worklist
from onestop.queries.worklists.rows import (
    GiverRow,
    Place,
    ProcedureChoiceRow,
    ProposedRow,
    Tab,
    WorklistAgencyRow,
    WorklistFilter,
    WorklistPage,
    WorklistRow,
)

__all__ = [
    "PAGE_SIZE",
    "GiverRow",
    "Place",
    "ProcedureChoiceRow",
    "ProposedRow",
    "Tab",
    "WorklistAgencyRow",
    "WorklistFilter",
    "WorklistPage",
    "WorklistRow",
    "worklist",
]
