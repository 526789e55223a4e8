"""From a procedure's route to a dossier's: agencies resolved, legs numbered, dates laid out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from onestop.domain.agencies import AgencyRef
from onestop.domain.events import PlannedStep, PromiseLine
from onestop.domain.limits import Due, due
from onestop.domain.procedures import ProcedureSpec
from onestop.domain.schedule import first_promises
from onestop.domain.working_time import WorkingCalendar
from onestop.services.agencies import agency_ref, competent_agency, resolve_agencies
from onestop.services.calendars import load_calendar


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
    here = agency_ref(session, receiving, on)
    decides = competent_agency(session, spec, receiving=receiving, on=on, named=competent)
    found = resolve_agencies(session, spec.route, receiving=receiving, competent=decides.id, on=on)
    agencies = {agency.id: agency for agency in (here, decides, *found.values())}
    calendars = {a.id: load_calendar(session, a.calendar_key) for a in agencies.values()}
    steps = _planned(spec, {key: agency.id for key, agency in found.items()})
    total = due(spec.limit, at, calendars[receiving])
    promises = first_promises(steps, total, receiving, calendars)
    return Plan(here, decides, steps, calendars, total, promises)


def _planned(spec: ProcedureSpec, agency_of: Mapping[str, int]) -> tuple[PlannedStep, ...]:
    leg_of = {
        key: number
        for number, leg in enumerate(spec.route.legs(agency_of), start=1)
        for key in leg.steps
    }
    return tuple(
        PlannedStep(
            key=step.key,
            name=step.name,
            name_en=step.name_en,
            kind=step.kind,
            agency=agency_of.get(step.key),
            role=step.role,
            allotment=step.limit.to_text() if step.limit else None,
            after=step.after,
            optional=step.optional,
            phase=step.phase,
            leg=leg_of.get(step.key, 0),
        )
        for step in (spec.route.step(key) for key in spec.route.order)
    )
