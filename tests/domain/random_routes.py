"""Random routes laid out over agencies with calendars of their own, for the properties of dates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from hypothesis import strategies as st

from onestop.domain.events import PlannedStep
from onestop.domain.limits import CountRule, Due, Limit, LimitUnit, due
from onestop.domain.rights import Role
from onestop.domain.routes import Route, StepKind, StepSpec
from onestop.domain.working_time import WorkingCalendar
from tests.domain.random_calendars import calendars, instants, limits

RECEIVING = 1
AGENCIES = (RECEIVING, 2, 3)
MOST_STEPS = 7
COUNTED_UNITS = (LimitUnit.WORKING_HOURS, LimitUnit.WORKING_DAYS)

allotments = st.builds(
    Limit,
    st.integers(1, 16).map(lambda quarters: Decimal(quarters) / 4),
    st.sampled_from(COUNTED_UNITS),
    rule=st.sampled_from(CountRule),
)
seldom = st.sampled_from((False, False, False, False, False, True))


@dataclass(frozen=True)
class Journey:
    """A route as it is fixed at reception: its steps in travelling order, and whose time counts."""

    limit: Limit
    received_at: datetime
    steps: Sequence[PlannedStep]
    calendars: Mapping[int, WorkingCalendar]

    @property
    def total(self) -> Due:
        """What the whole is promised. Raises CalendarExhausted."""
        return due(self.limit, self.received_at, self.calendars[RECEIVING])


@st.composite
def routes(draw: st.DrawFn) -> Route:
    """Random graphs with allotments: loose ends join the return, consultations may be optional."""
    keys = ["receive", *(f"s{n}" for n in range(draw(st.integers(2, MOST_STEPS))))]
    steps = [_step("receive", StepKind.RECEIVE)]
    for place, key in enumerate(keys[1:], start=1):
        after = draw(st.sets(st.sampled_from(keys[:place]), min_size=1, max_size=3))
        steps.append(_drawn(draw, key, tuple(sorted(after))))
    followed = {name for one in steps for name in one.after}
    ends = tuple(key for key in keys if key not in followed)
    return Route((*steps, replace(_step("return", StepKind.RETURN), after=ends)))


def _step(key: str, kind: StepKind) -> StepSpec:
    return StepSpec(key, key, key, kind, agency="competent", role=Role.OFFICER)


def _drawn(draw: st.DrawFn, key: str, after: tuple[str, ...]) -> StepSpec:
    optional, uncounted, unlimited = draw(seldom), draw(seldom), draw(seldom)
    limit = draw(limits() if uncounted else allotments)
    return replace(
        _step(key, StepKind.CONSULT if optional else StepKind.WORK),
        after=after,
        optional=optional,
        counted=not uncounted,
        limit=None if unlimited else limit,
    )


@st.composite
def journeys(draw: st.DrawFn) -> Journey:
    """A route, the agency of each of its steps, and a calendar for each agency."""
    route = draw(routes())
    agency_of = {key: draw(st.sampled_from(AGENCIES)) for key in route.order}
    return Journey(
        limit=draw(limits()),
        received_at=draw(instants),
        steps=_planned(route, agency_of | {"receive": RECEIVING, "return": RECEIVING}),
        calendars={agency: draw(calendars()) for agency in AGENCIES},
    )


def _planned(route: Route, agency_of: Mapping[str, int]) -> tuple[PlannedStep, ...]:
    leg_of = {
        key: number
        for number, leg in enumerate(route.legs(agency_of), start=1)
        for key in leg.steps
    }
    return tuple(
        PlannedStep(
            key=step.key,
            name=step.name,
            name_en=step.name_en,
            kind=step.kind,
            agency=agency_of[step.key],
            role=step.role,
            allotment=step.limit.to_text() if step.limit else None,
            after=step.after,
            optional=step.optional,
            phase=step.phase,
            leg=leg_of[step.key],
            counted=step.counted,
        )
        for step in map(route.step, route.order)
    )
