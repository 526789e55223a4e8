"""What an edge brings to every paper it makes, and the sizes a desk may be set to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from onestop.documents.sheets import PaperSize
from onestop.domain.form_editions import form_edition_on
from onestop.domain.office_time import office_date
from onestop.inputs.form_editions import form_editions
from onestop.queries.paper_rows import Printing
from onestop.services.papers import PaperNumber

PAPER_SIZES: Final[Mapping[str, PaperSize]] = {
    "A5": PaperSize.A5,
    "A5_pair": PaperSize.A5_PAIR,
    "A4": PaperSize.A4,
    "80mm": PaperSize.ROLL_80,
}
"""What a desk is set to, as papers are made."""


@dataclass(frozen=True, slots=True)
class Press:
    """What an edge knows of every paper it makes.

    base_url   what links on papers begin with, without a slash at the end.
    reasons    words of reason codes on slips of the desk, in Vietnamese.
    is_sample  the people are invented: every page says so.
    """

    base_url: str
    reasons: Mapping[str, str] = field(default_factory=dict)
    is_sample: bool = False

    def printing(self, at: datetime, number: PaperNumber | None = None) -> Printing:
        """Return what a row needs of the edge; `number` is that of the paper."""
        return Printing(
            at=at,
            forms=form_editions(),
            base_url=self.base_url,
            number=number.number if number else None,
            reasons=self.reasons,
            is_sample=self.is_sample,
        )


def edition_on(at: datetime) -> str:
    """Return the key of the form edition in force at an instant."""
    return form_edition_on(form_editions(), office_date(at)).key
