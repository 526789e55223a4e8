"""How an earlier dossier ended that a new filing takes up again."""

from datetime import datetime

from onestop.domain.events import DossierStopped, DossierWithdrawn
from onestop.domain.refilings import REFUSED
from onestop.web.filters import local_date
from onestop.web.language import gettext
from onestop.web.messages.entry import N_

ENDED = {
    DossierWithdrawn.TYPE: N_("đã rút ngày %(day)s"),
    DossierStopped.TYPE: N_("đã dừng giải quyết ngày %(day)s"),
    REFUSED: N_("đã bị từ chối giải quyết ngày %(day)s"),
}
OPEN_AGAIN = N_("đã được mở lại")


def ended_words(outcome: str | None, ended_at: datetime | None) -> str:
    """Return how and on which day the dossier ended, to follow its code."""
    return gettext(ENDED.get(outcome or "", OPEN_AGAIN), day=local_date(ended_at))
