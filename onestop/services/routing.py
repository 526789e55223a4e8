"""From a procedure's route to a dossier's: agencies resolved, legs numbered, dates laid out."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from threading import Lock

from sqlalchemy.orm import Session

from onestop.domain.agencies import AgencyRef
from onestop.domain.events import PlannedStep, PromiseLine
from onestop.domain.limits import Due, due
from onestop.domain.procedures import ProcedureSpec
from onestop.domain.schedule import first_promises
from onestop.domain.working_time import WorkingCalendar
from onestop.services.agencies import (
    agency_ref,
    competent_agency,
    resolve_agencies,
    tree_revision,
)
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
        promises = first_promises(self.steps, total, self.receiving.id, calendars)
        return Plan(self.receiving, self.competent, self.steps, calendars, total, promises)


class _Journeys:
    """Journeys worked out lately. The key holds the tree's word; the edition is kept beside it,
    because one that no dossier uses yet may be replaced under the same name."""

    MOST = 1_000

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[object, ...], tuple[ProcedureSpec, Journey]] = OrderedDict()
        self._lock = Lock()

    def find(self, key: tuple[object, ...], spec: ProcedureSpec) -> Journey | None:
        with self._lock:
            known = self._kept.get(key)
        return known[1] if known and known[0] is spec else None

    def keep(self, key: tuple[object, ...], spec: ProcedureSpec, journey: Journey) -> Journey:
        with self._lock:
            self._kept[key] = (spec, journey)
            if len(self._kept) > self.MOST:
                self._kept.popitem(last=False)
        return journey


_journeys = _Journeys()


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
    journey = plan_journey(session, spec, receiving=receiving, competent=competent, on=on)
    keys = set(journey.calendar_keys.values())
    by_key = {key: load_calendar(session, key) for key in keys}
    return journey.at(spec, at, {a: by_key[key] for a, key in journey.calendar_keys.items()})


def plan_journey(
    session: Session, spec: ProcedureSpec, *, receiving: int, competent: int | None, on: date
) -> Journey:
    """Return the agencies and steps of a dossier received on that day; no dates yet.

    Worked out once per state of the tree of agencies and kept. Raises what resolving raises.
    """
    word = tree_revision(session)
    key = (word, spec.code, spec.edition, receiving, competent, on)
    if word is not None and (kept := _journeys.find(key, spec)) is not None:
        return kept
    here = agency_ref(session, receiving, on)
    decides = competent_agency(session, spec, receiving=receiving, on=on, named=competent)
    found = resolve_agencies(session, spec.route, receiving=receiving, competent=decides.id, on=on)
    agencies = {agency.id: agency for agency in (here, decides, *found.values())}
    journey = Journey(
        here,
        decides,
        _planned(spec, {step: agency.id for step, agency in found.items()}),
        {agency.id: agency.calendar_key for agency in agencies.values()},
    )
    return _journeys.keep(key, spec, journey)


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
            counted=step.counted,
        )
        for step in (spec.route.step(key) for key in spec.route.order)
    )
