"""Routes of a few steps, good and bad, and random ones, for tests of routes."""

from dataclasses import replace

import pytest
from hypothesis import strategies as st

from onestop.domain.limits import Limit
from onestop.domain.rights import Role
from onestop.domain.routes import BadRoute, Route, RouteFault, StepKind, StepSpec


def step(key: str, *after: str, kind: StepKind = StepKind.WORK, **more: object) -> StepSpec:
    values = {"agency": "competent", "role": Role.OFFICER, **more}
    limit = values.pop("limit", None)
    spec = StepSpec(key, key, key, kind, after=after, **values)  # type: ignore[arg-type]
    return spec if limit is None else with_limit(spec, str(limit))


def with_limit(spec: StepSpec, limit: str) -> StepSpec:
    return replace(spec, limit=Limit.parse(limit))


def route(*steps: StepSpec, last: tuple[str, ...] = (), first_limit: str | None = None) -> Route:
    """A route of the given steps between a receive and a return."""
    followed = {name for one in steps for name in one.after}
    ends = last or tuple(one.key for one in steps if one.key not in followed) or ("receive",)
    receive = step("receive", kind=StepKind.RECEIVE, limit=first_limit)
    return Route((receive, *steps, step("return", *ends, kind=StepKind.RETURN)))


def bundle() -> Route:
    return route(
        step("justice", "receive"), step("police", "justice"), step("insurance", "justice")
    )


def faults(error: BadRoute) -> list[tuple[RouteFault, str]]:
    return [(problem.code, problem.step) for problem in error.problems]


def refused(*steps: StepSpec) -> list[tuple[RouteFault, str]]:
    with pytest.raises(BadRoute) as caught:
        Route(steps)
    return faults(caught.value)


RECEIVE = step("receive", kind=StepKind.RECEIVE)


def ending(*after: str) -> StepSpec:
    return step("return", *after, kind=StepKind.RETURN)


def consulted() -> Route:
    return route(
        step("check", "receive"),
        step("ask", "check", kind=StepKind.CONSULT, optional=True),
        step("draft", "check", "ask"),
    )


@st.composite
def routes(draw) -> Route:
    """Random graphs: every middle step follows some earlier ones; loose ends join the return."""
    size = draw(st.integers(0, 9))
    keys = ["receive", *(f"s{n}" for n in range(size))]
    steps = []
    for place, key in enumerate(keys[1:], start=1):
        after = draw(st.sets(st.sampled_from(keys[:place]), min_size=1, max_size=3))
        optional = draw(st.booleans())
        kind = StepKind.CONSULT if optional else StepKind.WORK
        steps.append(step(key, *sorted(after), kind=kind, optional=optional))
    built = route(*steps)
    shuffled = draw(st.permutations(built.steps))
    return Route(tuple(shuffled))
