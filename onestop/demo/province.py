"""The invented province taken in from data/: agencies, calendars, procedures, and cached plans.

Only the two-level province is filled: it is the law since July 2025, and its file keeps the ended
districts with their successors. A second province would double every list and show nothing new.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from onestop.demo.habits import AGENCY_SHARES, HABITS, LAND
from onestop.demo.people import COMMUNES
from onestop.domain.agencies import AgencyFunction
from onestop.domain.limits import Due, due
from onestop.domain.office_time import office_date
from onestop.domain.procedures import Edition, ProcedureSpec
from onestop.domain.routes import StepKind
from onestop.domain.schedule import first_promises
from onestop.domain.working_time import WorkingCalendar
from onestop.inputs.agencies import TWO_LEVEL, read_agencies
from onestop.inputs.calendars import SHIPPED as CALENDARS
from onestop.inputs.calendars import read_calendars
from onestop.inputs.procedures import SHIPPED as PROCEDURES
from onestop.inputs.procedures import read_procedure
from onestop.inputs.yaml_files import read_yaml
from onestop.queries.agencies import AgencyRow, agency_tree
from onestop.services.agency_imports import import_agencies
from onestop.services.calendars import install_calendars, load_calendar
from onestop.services.catalogue import ProcedureClosed, import_procedures, procedure_in_force
from onestop.services.routing import Plan, plan_route

EARLIEST = date(2025, 7, 1)
"""The province exists in its present form since this day; nothing is invented before it."""

LAND_BRANCHES = {"H91.51": "H91.35", "H91.52": "H91.35", "H91.53": "H91.36", "H91.54": "H91.36"}
"""Which land registration branch works for a commune; a desk of the province must name it."""


@dataclass(slots=True)
class Province:
    """Agencies in force by code, their calendars, the editions, and plans worked out once."""

    session: Session
    agencies: Mapping[str, AgencyRow]
    calendars: Mapping[int, WorkingCalendar]
    editions: Mapping[str, Edition]
    _plans: dict[tuple[str, int, int | None], Plan] = field(default_factory=dict)

    def agency(self, code: str) -> AgencyRow:
        """The agency with this code."""
        return self.agencies[code]

    def calendar_of(self, agency_id: int) -> WorkingCalendar:
        """The calendar of an agency, as the rules ask for it."""
        return self.calendars[agency_id]

    @property
    def calendar(self) -> WorkingCalendar:
        """The calendar of the province itself."""
        return self.calendars[self.agencies["H91"].id]

    def competent_for(self, spec: ProcedureSpec, desk: str, commune: str) -> int | None:
        """Who decides: named only at the desk of the province, which lies in no commune."""
        if desk != "H91.01":
            return None
        code = LAND_BRANCHES[commune] if spec.code in LAND else commune
        return self.agencies[code].id

    def plan(self, edition: Edition, desk: str, competent: int | None, at: datetime) -> Plan:
        """Return the plan of a reception at `at`; only the dates are worked out anew."""
        known = self.route(edition, desk, competent, at)
        receiving = known.receiving.id
        total = self.total(edition, desk, at)
        phases = edition.spec.phases
        phase = due(phases[0], at, self.calendars[self.agencies[desk].id]) if phases else None
        promises = first_promises(known.steps, total, receiving, known.calendars, first_phase=phase)
        return replace(known, total=total, promises=promises)

    def total(self, edition: Edition, desk: str, at: datetime) -> Due:
        """Return what a reception at `at` promises for the whole."""
        return due(edition.spec.limit, at, self.calendars[self.agencies[desk].id])

    def route(self, edition: Edition, desk: str, competent: int | None, at: datetime) -> Plan:
        """Return the plan without its dates: they are those of the first that was asked for."""
        receiving = self.agencies[desk].id
        key = (edition.spec.code, receiving, competent)
        if key not in self._plans:
            self._plans[key] = plan_route(
                self.session,
                edition.spec,
                receiving=receiving,
                competent=competent,
                on=self.calendar.local_date(at),
                at=at,
            )
        return self._plans[key]

    def every_plan(self, at: datetime) -> list[Plan]:
        """Return a plan for every desk, procedure and competent agency: who has to be staffed."""
        plans = []
        for edition in self.editions.values():
            for desk in AGENCY_SHARES:
                for commune in COMMUNES if desk == "H91.01" else (desk[:6],):
                    competent = self.competent_for(edition.spec, desk, commune)
                    plans.append(self.route(edition, desk, competent, at))
        return plans

    def consulted(self, own: int, kind: StepKind, step: str) -> list[int]:
        """Return the agencies that an optional consultation may ask, `own` left out."""
        if kind is not StepKind.CONSULT:
            return []
        wanted = AgencyFunction.JUSTICE if step == "verify_elsewhere" else None
        found = [
            a.id
            for code, a in self.agencies.items()
            if (a.function is wanted and code.count(".") == 2) or (not wanted and code == "H91.04")
        ]
        return [agency for agency in found if agency != own]


def found_province(session: Session, now: datetime) -> Province:
    """Take in the files of data/ and return the province; doing so again changes nothing.

    Raises what the readers and services raise, for a year the calendars do not hold as well.
    """
    calendars = read_calendars(read_yaml(CALENDARS))
    install_calendars(session, calendars, source="data/calendars/viet-nam.yaml", at=now)
    import_agencies(session, read_agencies(read_yaml(TWO_LEVEL)))
    specs = [read_procedure(read_yaml(PROCEDURES / f"{code}.yaml")) for code in HABITS]
    import_procedures(session, specs, at=now)
    session.flush()
    return _known(session, office_date(now))


def _known(session: Session, on: date) -> Province:
    rows = agency_tree(session, on=on)
    keys = {row.calendar_key for row in rows}
    by_key = {key: load_calendar(session, key) for key in keys}
    editions = {}
    for code in HABITS:
        # The birth bundle in its present form began with 2026.
        with suppress(ProcedureClosed):
            editions[code] = procedure_in_force(session, code, on)
    return Province(
        session,
        agencies={row.code: row for row in rows},
        calendars={row.id: by_key[row.calendar_key] for row in rows},
        editions=editions,
    )
