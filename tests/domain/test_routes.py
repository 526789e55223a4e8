"""Routes: what is refused, what is ready next, splits and joins."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onestop.domain.routes import BadRoute, Route, RouteFault, StepKind, StepNotFound, StepSpec
from tests.domain.small_routes import (
    RECEIVE,
    bundle,
    consulted,
    ending,
    refused,
    route,
    routes,
    step,
)


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ((), [(RouteFault.EMPTY, "")]),
        (
            (RECEIVE, step("a", "receive"), step("a", "receive"), ending("a")),
            [(RouteFault.DUPLICATE_KEY, "a")],
        ),
        ((RECEIVE, step("a", "nobody"), ending("a")), [(RouteFault.UNKNOWN_PREDECESSOR, "a")]),
        ((step("a"), ending("a")), [(RouteFault.NO_RECEIVE, "")]),
        ((RECEIVE, step("a", "receive")), [(RouteFault.NO_RETURN, "")]),
        (
            (RECEIVE, step("second", "receive", kind=StepKind.RECEIVE), ending("second")),
            [(RouteFault.SEVERAL_RECEIVES, "second")],
        ),
        (
            (RECEIVE, step("early", "receive", kind=StepKind.RETURN), ending("early")),
            [(RouteFault.SEVERAL_RETURNS, "return"), (RouteFault.RETURN_NOT_LAST, "early")],
        ),
        (
            (step("a"), step("receive", "a", kind=StepKind.RECEIVE), ending("receive")),
            [(RouteFault.RECEIVE_NOT_FIRST, "receive")],
        ),
        (
            (RECEIVE, ending("receive"), step("a", "return")),
            [(RouteFault.RETURN_NOT_LAST, "return")],
        ),
        ((RECEIVE, step("a"), ending("receive", "a")), [(RouteFault.UNREACHABLE, "a")]),
        (
            (RECEIVE, step("a", "receive"), ending("receive")),
            [(RouteFault.RETURN_UNREACHABLE, "a")],
        ),
        (
            (RECEIVE, step("a", "receive", optional=True), ending("a")),
            [(RouteFault.OPTIONAL_NOT_CONSULT, "a")],
        ),
        (
            (RECEIVE, step("pay", "receive", kind=StepKind.AWAIT_CITIZEN), ending("pay")),
            [(RouteFault.CITIZEN_COUNTED, "pay")],
        ),
        (
            (RECEIVE, step("a", "receive", phase=2), ending("a")),
            [(RouteFault.PHASE_OUT_OF_ORDER, "return")],
        ),
    ],
    ids=[
        "no steps",
        "two steps of one key",
        "an unknown predecessor",
        "no receive",
        "no return",
        "two receives",
        "two returns",
        "receive is not first",
        "a step after the return",
        "a step nothing leads to",
        "a step that leads nowhere",
        "an optional step that is no consultation",
        "the citizen's time counted",
        "going back to an earlier phase",
    ],
)
def test_a_route_that_cannot_be_travelled_is_refused(steps, expected):
    assert refused(*steps) == expected


def pay(key: str, *after: str) -> StepSpec:
    return step(key, *after, kind=StepKind.AWAIT_CITIZEN, counted=False)


def asked(key: str, *after: str) -> StepSpec:
    return step(key, *after, kind=StepKind.CONSULT, optional=True)


@pytest.mark.parametrize(
    ("steps", "fault", "at", "other"),
    [
        ((pay("pay", "receive"),), RouteFault.AWAIT_AFTER_RECEIVE, "pay", "receive"),
        (
            (asked("ask", "receive"), pay("pay", "ask")),
            RouteFault.AWAIT_AFTER_RECEIVE,
            "pay",
            "receive",
        ),
        (
            (step("a", "receive"), pay("pay", "receive"), step("b", "a", "pay")),
            RouteFault.AWAIT_AFTER_RECEIVE,
            "pay",
            "receive",
        ),
        (
            (step("a", "receive"), pay("fee", "a"), pay("tax", "fee")),
            RouteFault.AWAIT_AFTER_AWAIT,
            "tax",
            "fee",
        ),
        (
            (step("a", "receive"), pay("fee", "a"), asked("ask", "fee"), pay("tax", "fee", "ask")),
            RouteFault.AWAIT_AFTER_AWAIT,
            "tax",
            "fee",
        ),
        (
            (step("a", "receive"), pay("fee", "a"), pay("tax", "a")),
            RouteFault.AWAITS_TOGETHER,
            "tax",
            "fee",
        ),
        (
            (
                *(step("a", "receive"), step("b", "receive")),
                *(pay("fee", "a"), step("c", "fee"), pay("tax", "b")),
            ),
            RouteFault.AWAITS_TOGETHER,
            "tax",
            "fee",
        ),
    ],
    ids=[
        "directly after the reception",
        "behind a consultation nobody opens",
        "on a branch of its own",
        "directly after another",
        "behind another and a consultation nobody opens",
        "beside another",
        "on branches of different length",
    ],
)
def test_a_citizen_cannot_be_waited_for_at_once_or_twice(steps, fault, at, other):
    with pytest.raises(BadRoute) as caught:
        route(*steps)

    assert [(p.code, p.step, p.values) for p in caught.value.problems] == [(fault, at, (other,))]


@pytest.mark.parametrize(
    "steps",
    [
        (step("a", "receive"), pay("fee", "a"), step("b", "fee"), pay("tax", "b")),
        (step("a", "receive"), pay("fee", "a"), step("b", "fee"), pay("tax", "fee", "b")),
        (step("a", "receive"), pay("fee", "a"), step("b", "a")),
        (step("a", "receive"), pay("fee", "receive", "a")),
    ],
    ids=[
        "work between two waits",
        "an edge around that work",
        "work beside a wait",
        "an edge around the first work",
    ],
)
def test_waits_with_work_between_them_are_taken(steps):
    assert route(*steps)


def test_a_cycle_is_refused_and_named():
    with pytest.raises(BadRoute) as caught:
        Route((RECEIVE, step("a", "receive", "c"), step("b", "a"), step("c", "b"), ending("c")))

    (problem,) = caught.value.problems
    assert problem.code is RouteFault.CYCLE
    assert set(problem.values) == {"a", "b", "c"}
    assert "cycle" in str(caught.value)


def test_a_step_after_itself_is_a_cycle():
    assert refused(RECEIVE, step("a", "receive", "a"), ending("a")) == [(RouteFault.CYCLE, "a")]


def test_an_unknown_step_is_not_found():
    with pytest.raises(StepNotFound) as caught:
        bundle().step("bank")

    assert caught.value.key == "bank"


def test_ends_and_neighbours_of_a_step_are_known():
    travelled = bundle()

    assert (travelled.first.key, travelled.last.key) == ("receive", "return")
    assert travelled.predecessors("return") == ("police", "insurance")
    assert travelled.successors("justice") == ("police", "insurance")
    assert travelled.reachable_from("justice") == {"police", "insurance", "return"}
    assert travelled.reachable_from("return") == frozenset()


@pytest.mark.parametrize(
    ("done", "expected"),
    [
        (set(), ("receive",)),
        ({"receive"}, ("justice",)),
        ({"receive", "justice"}, ("police", "insurance")),
        ({"receive", "justice", "police"}, ("insurance",)),
        ({"receive", "justice", "police", "insurance"}, ("return",)),
        ({"receive", "justice", "police", "insurance", "return"}, ()),
    ],
    ids=["start", "one way", "split", "half of the join", "join", "end"],
)
def test_a_step_is_ready_when_all_before_it_are_done(done, expected):
    assert bundle().ready(done) == expected


def test_an_optional_branch_nobody_opened_is_passed_over():
    assert consulted().ready({"receive"}) == ("check",)
    assert consulted().ready({"receive", "check"}) == ("draft",)


def test_an_opened_branch_is_waited_for():
    opened = {"ask"}

    assert consulted().ready({"receive", "check"}, opened=opened) == ("ask",)
    assert consulted().ready({"receive", "check", "ask"}, opened=opened) == ("draft",)


def test_a_skipped_step_counts_as_settled_and_is_not_offered():
    assert consulted().ready({"receive", "check"}, {"ask"}, {"ask"}) == ("draft",)


@given(travelled=routes(), data=st.data())
def test_split_and_join_never_lose_or_double_a_step(travelled, data):
    optional = {one.key for one in travelled.steps if one.optional}
    opened = data.draw(st.sets(st.sampled_from(sorted(optional)))) if optional else set()
    done: set[str] = set()
    offered: list[str] = []
    waiting: list[str] = []

    while fresh := [k for k in travelled.ready(done, (), opened) if k not in offered]:
        for key in fresh:
            certain = {b for b in travelled.predecessors(key) if b in opened or b not in optional}
            assert certain <= done
        offered += fresh
        waiting += fresh
        while waiting:
            done.add(waiting.pop(data.draw(st.integers(0, len(waiting) - 1))))
            more = [k for k in travelled.ready(done, (), opened) if k not in offered]
            offered += more
            waiting += more

    assert sorted(offered) == sorted({s.key for s in travelled.steps} - (optional - opened))
    assert offered[-1] == "return"


@given(travelled=routes())
def test_the_order_puts_every_step_after_its_predecessors(travelled):
    place = {key: number for number, key in enumerate(travelled.order)}

    assert sorted(place) == sorted(one.key for one in travelled.steps)
    assert all(place[b] < place[s.key] for s in travelled.steps for b in s.after)
    assert travelled.reachable_from("receive") == set(place) - {"receive"}
