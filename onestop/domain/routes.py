"""Routes: the graph of steps a dossier travels, checked when made, asked which step is next."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

from onestop.domain.errors import DomainError
from onestop.domain.limits import Limit
from onestop.domain.rights import Role


class StepKind(StrEnum):
    """What happens in a step; only a consultation may be optional."""

    RECEIVE = "receive"
    WORK = "work"
    CONSULT = "consult"
    REVIEW = "review"
    SIGN = "sign"
    REGISTER = "register"
    AWAIT_CITIZEN = "await_citizen"
    RETURN = "return"


@dataclass(frozen=True, slots=True)
class StepSpec:
    """One step of a route.

    agency    a reference as in files, see `domain.agencies.AgencyReference`.
    limit     the allotment; None where the law gives none (return, waiting for the citizen).
    after     keys of the steps that must be done first.
    optional  a branch that exists only when someone opens it.
    counted   whether the allotment is part of the procedure's limit.
    phase     1, or 2 after the citizen's obligation in a procedure of two phases.
    confirmed whether the allotment was confirmed with a source; else it is a default.
    """

    key: str
    name: str
    name_en: str
    kind: StepKind
    agency: str
    role: Role
    limit: Limit | None = None
    after: tuple[str, ...] = ()
    optional: bool = False
    counted: bool = True
    phase: int = 1
    confirmed: bool = False


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


class StepNotFound(DomainError):
    """A key that no step of the route has."""

    def __init__(self, key: str) -> None:
        super().__init__(f"no step {key!r}")
        self.key = key


@dataclass(frozen=True, slots=True)
class Leg:
    """Consecutive steps of one agency: its id and the keys in travelling order."""

    agency_id: int
    steps: tuple[str, ...]


@dataclass(frozen=True)
class Route:
    """A directed acyclic graph of steps, from one receive to one return.

    Raises BadRoute when made of steps that do not form one (`check_route`).
    Source: docs/rules.md, rule F2.
    """

    steps: tuple[StepSpec, ...]

    def __post_init__(self) -> None:
        check_route(self.steps)

    def step(self, key: str) -> StepSpec:
        """The step called `key`. Raises StepNotFound."""
        try:
            return self._by_key[key]
        except KeyError:
            raise StepNotFound(key) from None

    @property
    def first(self) -> StepSpec:
        """The receiving step."""
        return self.step(self.order[0])

    @property
    def last(self) -> StepSpec:
        """The returning step."""
        return self.step(self.order[-1])

    def predecessors(self, key: str) -> tuple[str, ...]:
        """Keys of the steps directly before `key`, as written."""
        return self.step(key).after

    def successors(self, key: str) -> tuple[str, ...]:
        """Keys of the steps directly after `key`, in the order of the route."""
        self.step(key)
        return self._successors[key]

    def reachable_from(self, key: str) -> frozenset[str]:
        """Keys of all steps that come, directly or not, after `key`; `key` itself is not one."""
        return _closure(key, self.successors)

    @cached_property
    def order(self) -> tuple[str, ...]:
        """All keys, every step after all of its predecessors, else as written."""
        return tuple(_topological(self.steps))

    def ready(
        self,
        done: Collection[str],
        skipped: Collection[str] = (),
        opened: Collection[str] = (),
    ) -> tuple[str, ...]:
        """Keys of the steps that may run now, in the order of the route.

        A step may run when every predecessor is settled: done, skipped, or an optional one nobody
        opened although its own predecessors are settled. Steps done or skipped are not named again;
        steps already offered are, so the caller takes away what it offered before.
        """
        settled = self._settled(done, skipped, opened)
        return tuple(
            key
            for key in self.order
            if key not in settled and all(before in settled for before in self.step(key).after)
        )

    def _settled(
        self, done: Collection[str], skipped: Collection[str], opened: Collection[str]
    ) -> frozenset[str]:
        settled = set(done) | set(skipped)
        for key in self.order:
            spec = self.step(key)
            if spec.optional and key not in opened and all(b in settled for b in spec.after):
                settled.add(key)
        return frozenset(settled)

    def critical_path(self, weights: Mapping[str, Fraction]) -> tuple[tuple[str, ...], Fraction]:
        """The heaviest way from receive to return, and its weight.

        A step that `weights` does not name weighs nothing.
        """
        best: dict[str, tuple[Fraction, tuple[str, ...]]] = {}
        for key in self.order:
            before = max(
                (best[name] for name in self.step(key).after),
                key=lambda found: found[0],
                default=(Fraction(0), ()),
            )
            best[key] = (before[0] + weights.get(key, Fraction(0)), (*before[1], key))
        weight, keys = best[self.order[-1]]
        return keys, weight

    def legs(self, agency_of: Mapping[str, int]) -> tuple[Leg, ...]:
        """All consecutive steps of one agency, in the order in which the legs begin.

        Steps that `agency_of` does not name (a consultation whose agency is not chosen yet)
        stand in no leg. An edge around a step that always runs elsewhere does not join two legs.
        """
        leg_of: dict[str, int] = {}
        members: dict[int, list[str]] = {}
        for number, key in enumerate(k for k in self.order if k in agency_of):
            joined = sorted({leg_of[b] for b in self._direct(key) if self._same(b, key, agency_of)})
            leg = joined[0] if joined else number
            members.setdefault(leg, []).append(key)
            leg_of[key] = leg
            for other in joined[1:]:
                members[leg].extend(members.pop(other))
                leg_of.update(dict.fromkeys(members[leg], leg))
        rank = {key: place for place, key in enumerate(self.order)}
        return tuple(
            Leg(agency_of[keys[0]], tuple(sorted(keys, key=rank.__getitem__)))
            for _, keys in sorted(members.items())
        )

    def _same(self, one: str, other: str, agency_of: Mapping[str, int]) -> bool:
        return one in agency_of and agency_of[one] == agency_of[other]

    def _direct(self, key: str) -> tuple[str, ...]:
        """Predecessors of `key` that no step which always runs lies between."""
        after = self.step(key).after
        return tuple(
            before
            for before in after
            if not any(
                other != before
                and not self.step(other).optional
                and other in self.reachable_from(before)
                for other in after
            )
        )

    @cached_property
    def _by_key(self) -> dict[str, StepSpec]:
        return {step.key: step for step in self.steps}

    @cached_property
    def _successors(self) -> dict[str, tuple[str, ...]]:
        return {
            step.key: tuple(other.key for other in self.steps if step.key in other.after)
            for step in self.steps
        }


def check_route(steps: tuple[StepSpec, ...]) -> None:
    """Refuse steps that are not one graph from one receive to one return.

    Raises BadRoute with every problem of the first kind found: names, then ends, then ways.
    """
    for check in (_name_problems, _cycle_problems, _end_problems, _way_problems, _step_problems):
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
    ordered = set(_topological(steps))
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
    from_receive = _closure(receive, after.__getitem__)
    to_return = _closure(last, before.__getitem__)
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


def _closure(key: str, neighbours: Callable[[str], Iterable[str]]) -> frozenset[str]:
    found: set[str] = set()
    waiting = [key]
    while waiting:
        for name in neighbours(waiting.pop()):
            if name not in found:
                found.add(name)
                waiting.append(name)
    return frozenset(found)


def _topological(steps: tuple[StepSpec, ...]) -> list[str]:
    """Keys in travelling order; those on or behind a cycle are missing."""
    ordered: list[str] = []
    placed: set[str] = set()
    waiting = list(steps)
    while waiting:
        step = next((s for s in waiting if placed.issuperset(s.after)), None)
        if step is None:
            break
        waiting.remove(step)
        ordered.append(step.key)
        placed.add(step.key)
    return ordered
