"""The citizen's term for papers or payment: a warning first, then the stop."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from onestop.domain import decisions
from onestop.domain.decisions.terms import REMIND_WITHIN
from onestop.domain.events import CitizenReminded, DossierStopped
from onestop.domain.quiet_hours import may_tell
from onestop.domain.statuses import OPEN
from onestop.models.agencies import Agency
from onestop.models.dossiers import Dossier, Pause
from onestop.services.calendars import agency_calendars
from onestop.services.event_log import load, record
from onestop.services.sweep.calendars import calendars_in_use, within_horizons


def terms_due(session: Session, *, at: datetime) -> tuple[str, ...]:
    """Return the codes of dossiers whose term ends soon unwarned, or has run, in that order.

    Source: docs/rules.md, rule R7.
    """
    soon = within_horizons(
        calendars_in_use(session), Pause.citizen_due_at, at, within=REMIND_WITHIN
    )
    rows = session.execute(
        select(Dossier.code)
        .select_from(Pause)
        .join(Dossier, Dossier.id == Pause.dossier_id)
        .join(Agency, Agency.id == Dossier.receiving_agency_id)
        .where(
            Pause.closed_at.is_(None),
            Pause.citizen_due_at.is_not(None),
            Dossier.finished_at.is_(None),
            soon,
            or_(Pause.reminded_at.is_(None), Pause.citizen_due_at < at),
        )
        .order_by(Pause.citizen_due_at, Dossier.id)
    )
    return tuple(dict.fromkeys(row.code for row in rows))


def follow_term(
    session: Session, code: str, *, actor: int, at: datetime
) -> CitizenReminded | DossierStopped | None:
    """Warn the citizen that the term ends, or stop the dossier when it has run; None for neither.

    Nothing is done in quiet hours. Never a stop before the full term has run, nor without a
    warning a whole working day before. Raises DossierNotFound, DossierChanged, CalendarExhausted.
    Source: docs/rules.md, rules R7, R11.
    """
    loaded = load(session, code)
    calendar = agency_calendars(session)(loaded.state.received.receiving_agency)
    if loaded.state.status not in OPEN or not may_tell(at, calendar):
        return None
    stop = decisions.stop_due(loaded.state, at=at, calendar=calendar)
    event = stop or decisions.reminder_due(loaded.state, at=at, calendar=calendar)
    if event is not None:
        record(session, loaded, event, actor=actor, at=at)
    return event
