"""Why each date on a dossier's page is what it is: the rows of promises and of attempts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from onestop.domain.calendar_spec import CalendarNotFound
from onestop.domain.date_history import Versions
from onestop.domain.dossier import DossierState, StepState
from onestop.domain.events import DossierCorrected, DossierReceived, Recorded, StepRef
from onestop.domain.explained_dates import ExplainedDates
from onestop.domain.explanation import ExplanationRow
from onestop.domain.working_time import WorkingCalendar
from onestop.models.agencies import Agency
from onestop.queries.calendars import working_calendar

Rows = tuple[ExplanationRow, ...]


@dataclass(frozen=True, slots=True)
class DateRows:
    """The rows behind each date, their last one the date itself; none where nobody counted it.

    promises  by scope, those of the line that counts.
    steps     by attempt.
    """

    promises: Mapping[str, Rows]
    steps: Mapping[StepRef, Rows]

    def of(self, step: str, attempt: int) -> Rows:
        """Return the rows of one attempt."""
        return self.steps.get(StepRef(step, attempt), ())


def date_rows(
    session: Session,
    history: Sequence[Recorded],
    state: DossierState,
    *,
    calendars: Mapping[str, WorkingCalendar] | None = None,
) -> DateRows:
    """Return the rows behind every date of a dossier, counted as each was when it was told.

    `calendars` are newest ones at hand, by key; others are read.
    Source: docs/rules.md, rules R1, R4, R6.
    """
    dates = ExplainedDates(history, _versions(session, history, state, calendars or {}))
    scopes = dict.fromkeys(line.scope for line in state.promises)
    return DateRows(
        promises={scope: dates.promise(scope) for scope in scopes},
        steps={step.ref: dates.step(step) for step in state.steps if _has_date(step)},
    )


def _has_date(step: StepState) -> bool:
    return step.due_at is not None


def _versions(
    session: Session,
    history: Sequence[Recorded],
    state: DossierState,
    at_hand: Mapping[str, WorkingCalendar],
) -> Versions:
    """The newest calendar of every agency of the history, and the versions that events name."""
    ids = sorted(_agencies(history, state))
    keys = session.execute(select(Agency.id, Agency.calendar_key).where(Agency.id.in_(ids)))
    by_agency = {row.id: row.calendar_key for row in keys}
    newest = {
        key: at_hand.get(key) or working_calendar(session, key)
        for key in sorted({*by_agency.values()})
    }
    known = {calendar.id: calendar for calendar in newest.values()}
    for named in sorted(_named(history) - known.keys()):
        if found := _version(session, named):
            known[named] = found
    return Versions(known, {agency: newest[key] for agency, key in by_agency.items()})


def _version(session: Session, named: str) -> WorkingCalendar | None:
    key, _, version = named.rpartition("@")
    try:
        return working_calendar(session, key, version=int(version))
    except (CalendarNotFound, ValueError):
        return None


def _named(history: Sequence[Recorded]) -> set[str]:
    """The calendar versions that events and their offers name."""
    named = {one for recorded in history for one in getattr(recorded.event, "calendars", ())}
    for recorded in history:
        offers = getattr(recorded.event, "offers", ())
        named |= {offer.calendar for offer in offers if offer.calendar}
    return named


def _agencies(history: Sequence[Recorded], state: DossierState) -> set[int]:
    """Every agency whose time counted: of the routes, of attempts, the receiving one."""
    found = {state.received.receiving_agency, *(step.agency for step in state.steps)}
    for recorded in history:
        event = recorded.event
        route = event.route if isinstance(event, DossierCorrected) else None
        steps = event.steps if isinstance(event, DossierReceived) else route.steps if route else ()
        found |= {step.agency for step in steps if step.agency is not None}
    return found
