"""The steps of a route as they are written, and the order in which they can be travelled."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

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


def closure(key: str, neighbours: Callable[[str], Iterable[str]]) -> frozenset[str]:
    """Return all keys that lead from `key` to neighbours, theirs and so on; `key` is not one."""
    found: set[str] = set()
    waiting = [key]
    while waiting:
        for name in neighbours(waiting.pop()):
            if name not in found:
                found.add(name)
                waiting.append(name)
    return frozenset(found)


def travelling_order(steps: Sequence[StepSpec]) -> list[str]:
    """Return the keys, each after all of its predecessors; those on or behind a cycle are missing.

    Steps that could stand in either order stay as written.
    """
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
