"""Whether the allotments of a route fit into the limit the law or the province gives."""

from collections.abc import Callable, Iterable
from fractions import Fraction

from onestop.domain.limits import Limit, LimitUnit
from onestop.domain.routes import BadRoute, Route, RouteFault, RouteProblem

NOMINAL_HOURS = 8
"""Hours of a nominal working day. Used only to compare limits written in different units when a
file is checked; the clock never turns days into hours (docs/rules.md, rule R1)."""

SHORTEST_MONTH, LONGEST_MONTH = 28, 31

WorkingDays = Callable[[Fraction], Fraction]


def check_limits(
    route: Route, limit: Limit, statutory: Limit | None, phases: tuple[Limit, ...] = ()
) -> None:
    """Refuse a route whose counted steps do not fit.

    The critical path of counted allotments must be within `limit`, `limit` within `statutory`; in
    a procedure of several phases each phase within its own limit and their sum within `limit`.
    An optional branch is weighed as if it were opened. Raises BadRoute with every problem.

    Source: docs/rules.md, rule F2.
    """
    problems = [
        *_unit_problems(route),
        *_phase_problems(route, phases),
        *_total_problems(route, limit),
        *_statutory_problems(limit, statutory),
    ]
    if len(phases) > 1 and sum(map(most_hours, phases)) > most_hours(limit):
        spelled = tuple(phase.to_text() for phase in phases)
        problems.append(
            RouteProblem(RouteFault.PHASES_EXCEED_LIMIT, "", (*spelled, limit.to_text()))
        )
    if problems:
        raise BadRoute(tuple(problems))


def least_hours(limit: Limit) -> Fraction:
    """Nominal working hours that surely lie in `limit`, holidays apart."""
    return _nominal(limit, _least_working_days, SHORTEST_MONTH)


def most_hours(limit: Limit) -> Fraction:
    """Nominal working hours that can lie in `limit`."""
    return _nominal(limit, _most_working_days, LONGEST_MONTH)


def weights(route: Route, phase: int | None = None) -> dict[str, Fraction]:
    """Nominal working hours of every counted step that has an allotment, of one phase or of all."""
    return {
        step.key: most_hours(step.limit)
        for step in route.steps
        if step.limit and step.counted and phase in (None, step.phase)
    }


def _nominal(limit: Limit, working_days: WorkingDays, month: int) -> Fraction:
    amount = Fraction(limit.amount)
    match limit.unit:
        case LimitUnit.WORKING_HOURS:
            return amount
        case LimitUnit.WORKING_DAYS:
            return amount * NOMINAL_HOURS
        case LimitUnit.CALENDAR_DAYS:
            return working_days(amount) * NOMINAL_HOURS
        case LimitUnit.MONTHS:
            return working_days(amount * month) * NOMINAL_HOURS
        case LimitUnit.SAME_DAY:
            return Fraction(NOMINAL_HOURS)


def _least_working_days(days: Fraction) -> Fraction:
    weeks, rest = divmod(days, 7)
    return weeks * 5 + max(Fraction(0), rest - 2)


def _most_working_days(days: Fraction) -> Fraction:
    weeks, rest = divmod(days, 7)
    return weeks * 5 + min(rest, Fraction(5))


def _unit_problems(route: Route) -> Iterable[RouteProblem]:
    countable = (LimitUnit.WORKING_HOURS, LimitUnit.WORKING_DAYS)
    for step in route.steps:
        if step.limit and step.counted and step.limit.unit not in countable:
            yield RouteProblem(RouteFault.ALLOTMENT_UNIT, step.key, (step.limit.to_text(),))


def _total_problems(route: Route, limit: Limit) -> Iterable[RouteProblem]:
    return _exceeding(route, limit, weights(route))


def _exceeding(route: Route, limit: Limit, weighed: dict[str, Fraction]) -> Iterable[RouteProblem]:
    """The critical path when it does not fit, told at its longest step."""
    path, total = route.critical_path(weighed)
    if total > least_hours(limit):
        steps = tuple(key for key in path if key in weighed)
        values = (hours_text(total), limit.to_text(), hours_text(least_hours(limit)), *steps)
        longest = max(steps, key=weighed.__getitem__)
        yield RouteProblem(RouteFault.STEPS_EXCEED_LIMIT, longest, values)


def _phase_problems(route: Route, phases: tuple[Limit, ...]) -> Iterable[RouteProblem]:
    used = {step.phase for step in route.steps}
    for number in sorted(used - set(range(1, max(len(phases), 1) + 1))):
        step = next(s for s in route.steps if s.phase == number)
        yield RouteProblem(RouteFault.PHASE_WITHOUT_LIMIT, step.key, (str(number),))
    for number, limit in enumerate(phases, start=1):
        if number not in used:
            yield RouteProblem(RouteFault.PHASE_WITHOUT_STEPS, "", (str(number),))
            continue
        yield from _exceeding(route, limit, weights(route, number))


def _statutory_problems(limit: Limit, statutory: Limit | None) -> Iterable[RouteProblem]:
    if statutory is None:
        return
    if limit.unit is statutory.unit:
        exceeds = limit.amount > statutory.amount
    else:
        exceeds = most_hours(limit) > least_hours(statutory)
    if exceeds:
        yield RouteProblem(
            RouteFault.LIMIT_EXCEEDS_STATUTORY, "", (limit.to_text(), statutory.to_text())
        )


def hours_text(hours: Fraction) -> str:
    """Nominal hours as days and hours of a nominal day: "2 d 4 h", "0.5 h"."""
    days, rest = divmod(hours, NOMINAL_HOURS)
    parts = [f"{days} d"] if days else []
    if rest or not days:
        parts.append(f"{float(rest):g} h")
    return " ".join(parts)
