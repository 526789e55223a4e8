"""The return counter's own note: that the person was telephoned about a waiting result."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from onestop.domain.rights import Actor
from onestop.models.dossiers import Dossier
from onestop.services.desks import require_clerk
from onestop.services.event_log import DossierNotFound


def mark_called(session: Session, code: str, *, actor: Actor, at: datetime) -> None:
    """Note when the person was last called about a result; a note beside the log, not a fact.

    Raises DossierNotFound, NotYourDesk.
    """
    agency_id = session.scalar(select(Dossier.receiving_agency_id).where(Dossier.code == code))
    if agency_id is None:
        raise DossierNotFound(code)
    require_clerk(session, actor, agency_id)
    session.execute(update(Dossier).where(Dossier.code == code).values(called_at=at))
