"""What makes steps a route that can be travelled, and why others are refused."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from onestop.domain.errors import DomainError
from onestop.domain.route_steps import StepKind, StepSpec, closure, travelling_order


class RouteFault(StrEnum):
    """Why a route is refused; the values of the problem say the rest."""

    EMPTY = "empty"
    DUPLICATE_KEY = "duplicate_key"
    UNKNOWN_PREDECESSOR = "unknown_predecessor"
    CYCLE = "cycle"
    NO_RECEIVE = "no_receive"
    SEVERAL_RECEIVES = "several_receives"
    RECEIVE_NOT_FIRST = "receive_not_first"
    NO_RETURN = "no_return"
    SEVERAL_RETURNS = "several_returns"
    RETURN_NOT_LAST = "return_not_last"
    UNREACHABLE = "unreachable"
    RETURN_UNREACHABLE = "return_unreachable"
    OPTIONAL_NOT_CONSULT = "optional_not_consult"
    CITIZEN_COUNTED = "citizen_counted"
    AWAIT_AFTER_RECEIVE = "await_after_receive"
    AWAIT_AFTER_AWAIT = "await_after_await"
    AWAITS_TOGETHER = "awaits_together"
    PHASE_OUT_OF_ORDER = "phase_out_of_order"
    PHASE_WITHOUT_LIMIT = "phase_without_limit"
    PHASE_WITHOUT_STEPS = "phase_without_steps"
    ALLOTMENT_UNIT = "allotment_unit"
    STEPS_EXCEED_LIMIT = "steps_exceed_limit"
    PHASES_EXCEED_LIMIT = "phases_exceed_limit"
    LIMIT_EXCEEDS_STATUTORY = "limit_exceeds_statutory"
    AGENCY_REFERENCE = "agency_reference"


@dataclass(frozen=True, slots=True)
class RouteProblem:
    """One reason for refusing a route: fault, step ("" for the whole), facts."""

    code: RouteFault
    step: str = ""
    values: tuple[str, ...] = ()


class BadRoute(DomainError):
    """A route that cannot be travelled, with every reason found."""

    def __init__(self, problems: tuple[RouteProblem, ...]) -> None:
        super().__init__("; ".join(f"{p.code} {p.step} {p.values}" for p in problems))
        self.problems = problems


def check_route(steps: tuple[StepSpec, ...]) -> None:
    """Refuse steps that are not one graph from one receive to one return.

    Raises BadRoute with every problem of the first kind found: names, then ends, then ways,
    then single steps, then waits.
    """
    for check in CHECKS:
        if problems := tuple(check(steps)):
            raise BadRoute(problems)


def _name_problems(steps: tuple[StepSpec, ...]) -> Iterable[RouteProblem]:
    if not steps:
        yield RouteProblem(RouteFault.EMPTY)
    seen: set[str] = set()
    for step in steps:
        if step.key in seen:
            yield RouteProblem(RouteFault.DUPLICATE_KEY, step.key)
        seen.add(step.key)
    for step in steps:
        for name in step.after:
            if name not in seen:
                yield RouteProblem(RouteFault.UNKNOWN_PREDECESSOR, step.key, (name,))


def _cycle_problems(steps: tuple[StepSpec, ...]) -> Iterable[RouteProblem]:
    ordered = set(travelling_order(steps))
    left = {step.key: step for step in steps if step.key not in ordered}
    if left:
        cycle = _one_cycle(left)
        yield RouteProblem(RouteFault.CYCLE, cycle[0], cycle)


def _one_cycle(left: Mapping[str, StepSpec]) -> tuple[str, ...]:
    """Walk backwards among steps that all have a predecessor among themselves until one repeats."""
    walked: list[str] = []
    key = next(iter(left))
    while key not in walked:
        walked.append(key)
        key = next(name for name in left[key].after if name in left)
    return tuple(reversed(walked[walked.index(key) :]))


def _end_problems(steps: tuple[StepSpec, ...]) -> Iterable[RouteProblem]:
    followed = {name for step in steps for name in step.after}
    receives = [step for step in steps if step.kind is StepKind.RECEIVE]
    returns = [step for step in steps if step.kind is StepKind.RETURN]
    if not receives:
        yield RouteProblem(RouteFault.NO_RECEIVE)
    if not returns:
        yield RouteProblem(RouteFault.NO_RETURN)
    for step in receives[1:]:
        yield RouteProblem(RouteFault.SEVERAL_RECEIVES, step.key)
    for step in returns[1:]:
        yield RouteProblem(RouteFault.SEVERAL_RETURNS, step.key)
    for step in receives[:1]:
        if step.after:
            yield RouteProblem(RouteFault.RECEIVE_NOT_FIRST, step.key, step.after)
    for step in returns[:1]:
        if step.key in followed:
            yield RouteProblem(RouteFault.RETURN_NOT_LAST, step.key)


def _way_problems(steps: tuple[StepSpec, ...]) -> Iterable[RouteProblem]:
    before = {step.key: step.after for step in steps}
    after = {s.key: tuple(o.key for o in steps if s.key in o.after) for s in steps}
    receive = next(step.key for step in steps if step.kind is StepKind.RECEIVE)
    last = next(step.key for step in steps if step.kind is StepKind.RETURN)
    from_receive = closure(receive, after.__getitem__)
    to_return = closure(last, before.__getitem__)
    for step in steps:
        if step.key != receive and step.key not in from_receive:
            yield RouteProblem(RouteFault.UNREACHABLE, step.key)
        if step.key != last and step.key not in to_return:
            yield RouteProblem(RouteFault.RETURN_UNREACHABLE, step.key)


def _step_problems(steps: tuple[StepSpec, ...]) -> Iterable[RouteProblem]:
    phases = {step.key: step.phase for step in steps}
    for step in steps:
        if step.optional and step.kind is not StepKind.CONSULT:
            yield RouteProblem(RouteFault.OPTIONAL_NOT_CONSULT, step.key, (step.kind,))
        if step.counted and step.kind is StepKind.AWAIT_CITIZEN:
            yield RouteProblem(RouteFault.CITIZEN_COUNTED, step.key)
        if step.phase < 1 or any(phases[name] > step.phase for name in step.after):
            yield RouteProblem(RouteFault.PHASE_OUT_OF_ORDER, step.key, (str(step.phase),))


def _wait_problems(steps: tuple[StepSpec, ...]) -> Iterable[RouteProblem]:
    """A dossier waits for its citizen once at a time, and only after somebody has worked on it."""
    spec = {step.key: step for step in steps}
    order = travelling_order(steps)
    waits = [key for key in order if spec[key].kind is StepKind.AWAIT_CITIZEN]
    following = {s.key: tuple(o.key for o in steps if s.key in o.after) for s in steps}
    later = {key: closure(key, following.__getitem__) for key in (order[0], *waits)}
    before = {key: closure(key, lambda k: spec[k].after) for key in waits}

    def at_once(first: str, then: str) -> bool:
        # A consultation that nobody opens is no work between the two.
        return all(spec[key].optional for key in later[first] & before[then])

    for place, key in enumerate(waits):
        if at_once(order[0], key):
            yield RouteProblem(RouteFault.AWAIT_AFTER_RECEIVE, key, (order[0],))
        for other in waits[:place]:
            if key not in later[other]:
                yield RouteProblem(RouteFault.AWAITS_TOGETHER, key, (other,))
            elif at_once(other, key):
                yield RouteProblem(RouteFault.AWAIT_AFTER_AWAIT, key, (other,))


CHECKS = (
    _name_problems,
    _cycle_problems,
    _end_problems,
    _way_problems,
    _step_problems,
    _wait_problems,
)
