"""When a filing takes up again an earlier dossier of the same applicant and procedure."""

from datetime import date, datetime, time, timedelta
from typing import Final

from onestop.domain.events import DossierStopped, DossierWithdrawn
from onestop.domain.office_time import OFFICE_ZONE

REFILED_WITHIN: Final = timedelta(days=30)
"""Calendar days after the earlier dossier had ended."""
REFUSED: Final = "refused"
"""The outcome of a dossier whose result is a refusal."""
ENDED_WITHOUT: Final = (REFUSED, DossierWithdrawn.TYPE, DossierStopped.TYPE)
"""Outcomes after which people file again. A reception that was undone was never filed."""


def refiled_since(on: date) -> datetime:
    """Return the first instant of an end that a filing on that local day takes up again."""
    return datetime.combine(on - REFILED_WITHIN, time(), OFFICE_ZONE)
