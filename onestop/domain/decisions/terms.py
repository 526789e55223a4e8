"""The citizen's term for papers runs out: a warning first, then the stop, never before its end."""

from datetime import datetime

from onestop.domain.dossier import DossierState, PauseState
from onestop.domain.events import CitizenReminded, DossierStopped
from onestop.domain.standings import working_days_left
from onestop.domain.working_time import WorkingCalendar

REMIND_WITHIN = 2
"""Working days before the end of the term at which the citizen is warned."""
TERM_ENDED = "supplement_not_brought"
"""The reason of the stop that follows."""


def reminder_due(
    state: DossierState, *, at: datetime, calendar: WorkingCalendar
) -> CitizenReminded | None:
    """Return the warning of the first open term that ends soon and was not warned of, or None.

    `calendar` is that of the receiving agency.
    """
    for pause in state.open_pauses:
        ends = pause.citizen_due_at
        if ends is None or pause.reminded_at is not None:
            continue
        if working_days_left(at, ends, calendar) <= REMIND_WITHIN:
            return CitizenReminded(pause.pause, ends)
    return None


def stop_due(
    state: DossierState, *, at: datetime, calendar: WorkingCalendar
) -> DossierStopped | None:
    """Return the stop of a dossier whose term has run in full and was warned of, or None.

    One that was warned late, after an outage, has a whole working day after the warning.
    """
    if any(_has_run(pause, at, calendar) for pause in state.open_pauses):
        return DossierStopped(reason=TERM_ENDED)
    return None


def _has_run(pause: PauseState, at: datetime, calendar: WorkingCalendar) -> bool:
    if pause.citizen_due_at is None or pause.reminded_at is None:
        return False
    if at < calendar.midnight_after(calendar.local_date(pause.citizen_due_at)):
        return False
    warned_on = calendar.local_date(pause.reminded_at)
    return calendar.working_days_between(warned_on, calendar.local_date(at)) > 1
