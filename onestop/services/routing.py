"""From a procedure's route to a dossier's: agencies resolved, legs numbered, dates laid out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from onestop.domain.agencies import AgencyRef
from onestop.domain.events import PlannedStep, PromiseLine
from onestop.domain.limits import Due, due
from onestop.domain.procedures import ProcedureSpec
from onestop.domain.schedule import first_promises, planned_steps
from onestop.domain.working_time import WorkingCalendar
from onestop.services.agencies import (
    agency_ref,
    competent_agency,
    resolve_agencies,
    tree_revision,
)
from onestop.services.calendars import load_calendar
from onestop.services.kept import Kept


@dataclass(frozen=True, slots=True)
class Plan:
    """A dossier's route and dates as they would be promised at one instant."""

    receiving: AgencyRef
    competent: AgencyRef
    steps: tuple[PlannedStep, ...]
    calendars: Mapping[int, WorkingCalendar]
    total: Due
    promises: tuple[PromiseLine, ...]

    @property
    def calendar_ids(self) -> tuple[str, ...]:
        """Key and version of every calendar that counted, each once."""
        return tuple(sorted({calendar.id for calendar in self.calendars.values()}))


@dataclass(frozen=True, slots=True)
class Journey:
    """Who receives, who decides, which steps at which agencies, and whose calendars count."""

    receiving: AgencyRef
    competent: AgencyRef
    steps: tuple[PlannedStep, ...]
    calendar_keys: Mapping[int, str]

    def at(
        self, spec: ProcedureSpec, at: datetime, calendars: Mapping[int, WorkingCalendar]
    ) -> Plan:
        """Return the dates of this journey when it begins at `at`. Raises CalendarExhausted."""
        total = due(spec.limit, at, calendars[self.receiving.id])
        phase = due(spec.phases[0], at, calendars[self.receiving.id]) if spec.phases else None
        promises = first_promises(
            self.steps, total, self.receiving.id, calendars, first_phase=phase
        )
        return Plan(self.receiving, self.competent, self.steps, calendars, total, promises)


# Under the word of the catalogue. The edition is kept beside its journey, because one that no
# dossier uses yet may be replaced under the same name.
_journeys: Kept[tuple[object, ...], tuple[ProcedureSpec, Journey]] = Kept(1_000)
_calendars: Kept[tuple[str, str], WorkingCalendar] = Kept(100)


def plan_route(
    session: Session,
    spec: ProcedureSpec,
    *,
    receiving: int,
    competent: int | None,
    on: date,
    at: datetime,
) -> Plan:
    """Return the route that a dossier received at `at` would travel, with its first promises.

    Raises what a reference that nothing answers raises, and CalendarExhausted.
    Source: docs/rules.md, rule R6.
    """
    word = tree_revision(session)
    key = (word, spec.code, spec.edition, receiving, competent, on)
    spec_of, journey = _journeys.find(key) or (None, None)
    if journey is None or spec_of is not spec:
        journey = _journey(session, spec, receiving=receiving, competent=competent, on=on)
        _journeys.keep(key, (spec, journey))
    keys = set(journey.calendar_keys.values())
    by_key = {key: _calendar(session, word, key) for key in keys}
    return journey.at(spec, at, {a: by_key[key] for a, key in journey.calendar_keys.items()})


def _calendar(session: Session, word: str, key: str) -> WorkingCalendar:
    return _calendars.find((word, key)) or _calendars.keep((word, key), load_calendar(session, key))


def _journey(
    session: Session, spec: ProcedureSpec, *, receiving: int, competent: int | None, on: date
) -> Journey:
    here = agency_ref(session, receiving, on)
    decides = competent_agency(session, spec, receiving=receiving, on=on, named=competent)
    found = resolve_agencies(session, spec.route, receiving=receiving, competent=decides.id, on=on)
    agencies = {agency.id: agency for agency in (here, decides, *found.values())}
    return Journey(
        here,
        decides,
        planned_steps(spec.route, {step: agency.id for step, agency in found.items()}),
        {agency.id: agency.calendar_key for agency in agencies.values()},
    )
