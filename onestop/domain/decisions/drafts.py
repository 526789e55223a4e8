"""A later date that the clock drafts by itself; only the head of the agency can tell it."""

from datetime import datetime

from onestop.domain.decisions.promises import draft, extension_in_time
from onestop.domain.dossier import DossierState
from onestop.domain.events import ExtensionDrafted, ProposalKind
from onestop.domain.foresight import foreseen
from onestop.domain.standings import working_days_left
from onestop.domain.statuses import OPEN
from onestop.domain.turns import CalendarOf
from onestop.domain.working_time import WorkingCalendar


def extension_due(
    state: DossierState, *, at: datetime, calendar_of: CalendarOf
) -> ExtensionDrafted | None:
    """Return the draft of a later date that is wanted now, or None.

    Wanted when the date told last is foreseen to be missed, or the last day has come on which an
    apology is in time; once, and not when anybody proposed one already. The new date is the
    working day after the foreseen end, at least one after the date told. Why, the clock does not
    know: the reason is empty, and whoever signs says it.
    Raises CalendarExhausted. Source: docs/rules.md, rule R4 (decree 61/2018, article 19).
    """
    calendar = calendar_of(state.received.receiving_agency)
    told = state.last_promise()
    if told is None or not _may_be_drafted(state):
        return None
    if not extension_in_time(state, at=at, calendar=calendar):
        return None
    ends = foreseen(state, at=at, calendar_of=calendar_of)
    if ends <= told.late_at and not _last_day(state, told.due_at, at, calendar):
        return None
    until = calendar.working_day_after(calendar.local_date(max(ends, told.due_at)))
    return draft(state, until=until, reason="", at=at, calendar_of=calendar_of)


def _may_be_drafted(state: DossierState) -> bool:
    if state.status not in OPEN or state.open_pauses:
        return False
    proposed = any(p.kind is ProposalKind.EXTENSION for p in state.proposals)
    return not proposed and state.extensions < state.received.extensions


def _last_day(
    state: DossierState, due_at: datetime, at: datetime, calendar: WorkingCalendar
) -> bool:
    """Whether an apology would be too late tomorrow; not on the very day of reception."""
    received_on, today = calendar.local_date(state.received_at), calendar.local_date(at)
    if calendar.working_days_between(received_on, today) == 0:
        return False
    return working_days_left(at, due_at, calendar) <= state.received.extension_lead
