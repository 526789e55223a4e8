"""Routes: the graph of steps a dossier travels, checked when made, asked which step is next."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from onestop.domain.errors import DomainError
from onestop.domain.route_checks import BadRoute, RouteFault, RouteProblem, check_route
from onestop.domain.route_steps import StepKind, StepSpec, closure, travelling_order

__all__ = [
    "BadRoute",
    "Leg",
    "Route",
    "RouteFault",
    "RouteProblem",
    "StepKind",
    "StepNotFound",
    "StepSpec",
]


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
        return closure(key, self.successors)

    @cached_property
    def order(self) -> tuple[str, ...]:
        """All keys, every step after all of its predecessors, else as written."""
        return tuple(travelling_order(self.steps))

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
