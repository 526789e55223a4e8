"""Routes: what is refused, what is ready next, splits and joins, legs, critical path."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onestop.domain.allotments import check_limits, hours_text, least_hours, most_hours, weights
from onestop.domain.limits import Limit
from onestop.domain.rights import Role
from onestop.domain.routes import (
    BadRoute,
    Leg,
    Route,
    RouteFault,
    StepKind,
    StepNotFound,
    StepSpec,
)


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


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ((), [(RouteFault.EMPTY, "")]),
        (
            (RECEIVE, step("a", "receive"), step("a", "receive"), ending("a")),
            [(RouteFault.DUPLICATE_KEY, "a")],
        ),
        (
            (RECEIVE, step("a", "nobody"), ending("a")),
            [(RouteFault.UNKNOWN_PREDECESSOR, "a")],
        ),
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


def consulted() -> Route:
    return route(
        step("check", "receive"),
        step("ask", "check", kind=StepKind.CONSULT, optional=True),
        step("draft", "check", "ask"),
    )


def test_an_optional_branch_nobody_opened_is_passed_over():
    assert consulted().ready({"receive"}) == ("check",)
    assert consulted().ready({"receive", "check"}) == ("draft",)


def test_an_opened_branch_is_waited_for():
    opened = {"ask"}

    assert consulted().ready({"receive", "check"}, opened=opened) == ("ask",)
    assert consulted().ready({"receive", "check", "ask"}, opened=opened) == ("draft",)


def test_a_skipped_step_counts_as_settled_and_is_not_offered():
    assert consulted().ready({"receive", "check"}, {"ask"}, {"ask"}) == ("draft",)


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


def test_the_critical_path_is_the_heaviest_way():
    weights_of = {"justice": Fraction(1), "police": Fraction(2), "insurance": Fraction(3, 2)}

    path, weight = bundle().critical_path(weights_of)

    assert path == ("receive", "justice", "police", "return")
    assert weight == 3


def test_a_leg_is_all_consecutive_steps_of_one_agency():
    travelled = route(
        step("check", "receive"),
        step("sign", "check"),
        step("tax", "sign"),
        step("register", "tax"),
    )
    agencies = {"receive": 1, "check": 2, "sign": 2, "tax": 3, "register": 2, "return": 1}

    assert travelled.legs(agencies) == (
        Leg(1, ("receive",)),
        Leg(2, ("check", "sign")),
        Leg(3, ("tax",)),
        Leg(2, ("register",)),
        Leg(1, ("return",)),
    )


def test_parallel_steps_of_one_agency_are_one_leg_and_a_join_merges_them():
    travelled = route(
        step("a", "receive"), step("b", "receive"), step("c", "a", "b"), step("d", "c")
    )
    agencies = {"receive": 1, "a": 2, "b": 2, "c": 2, "d": 2, "return": 1}

    assert travelled.legs(agencies) == (
        Leg(1, ("receive",)),
        Leg(2, ("a", "b", "c", "d")),
        Leg(1, ("return",)),
    )


def test_an_edge_around_another_agency_does_not_join_legs():
    travelled = route(step("a", "receive"), step("b", "a"), step("c", "a", "b"))
    agencies = {"receive": 1, "a": 2, "b": 3, "c": 2, "return": 1}

    assert [leg.steps for leg in travelled.legs(agencies)] == [
        ("receive",),
        ("a",),
        ("b",),
        ("c",),
        ("return",),
    ]


def test_a_consultation_that_may_not_happen_does_not_break_a_leg():
    agencies = {"receive": 1, "check": 2, "draft": 2, "return": 1}

    assert [leg.steps for leg in consulted().legs(agencies)] == [
        ("receive",),
        ("check", "draft"),
        ("return",),
    ]


@given(travelled=routes(), data=st.data())
def test_every_step_stands_in_exactly_one_leg_of_its_agency(travelled, data):
    agencies = {one.key: data.draw(st.integers(1, 3)) for one in travelled.steps}

    legs = travelled.legs(agencies)

    assert sorted(key for leg in legs for key in leg.steps) == sorted(agencies)
    assert all(agencies[key] == leg.agency_id for leg in legs for key in leg.steps)


def limited(*allotments: str, **more: object) -> Route:
    steps = [
        step(f"s{n}", f"s{n - 1}" if n else "receive", limit=text, **more)
        for n, text in enumerate(allotments)
    ]
    return route(*steps)


def limit_faults(travelled, limit, statutory=None, phases=()):
    promised = Limit.parse(limit)
    law = Limit.parse(statutory) if statutory else None
    try:
        check_limits(travelled, promised, law, tuple(map(Limit.parse, phases)))
    except BadRoute as error:
        return [(p.code, p.step, p.values) for p in error.problems]
    return []


def test_steps_that_fill_the_limit_exactly_are_taken():
    quarters = limited("0.25 working_days", "2.5 working_days", "0.25 working_days")

    assert limit_faults(quarters, "3 working_days", "3 working_days") == []


def test_steps_that_exceed_the_limit_are_refused_with_the_path():
    too_long = limited("0.5 working_days", "2.75 working_days")

    assert limit_faults(too_long, "3 working_days") == [
        (
            RouteFault.STEPS_EXCEED_LIMIT,
            "s1",
            ("3 d 2 h", "3 working_days", "3 d", "s0", "s1"),
        )
    ]


def test_parallel_branches_do_not_add_up():
    parallel = route(
        step("justice", "receive", limit="1 working_days"),
        step("police", "justice", limit="2 working_days"),
        step("insurance", "justice", limit="2 working_days"),
    )

    assert limit_faults(parallel, "3 working_days") == []


def test_hours_must_fit_a_nominal_day_of_eight_in_a_same_day_limit():
    assert limit_faults(limited("5 working_hours", "3 working_hours"), "same_day") == []
    assert limit_faults(limited("5 working_hours", "3.5 working_hours"), "same_day") != []


def test_calendar_days_are_taken_as_the_working_days_they_surely_hold():
    assert limit_faults(limited("10 working_days"), "15 calendar_days") == []
    assert limit_faults(limited("10.25 working_days"), "15 calendar_days") != []


def test_uncounted_steps_are_outside_the_limit_in_any_unit():
    posting = limited("30 calendar_days", counted=False)

    assert limit_faults(posting, "1 working_days") == []


def test_a_counted_allotment_must_be_in_hours_or_working_days():
    assert [
        (code, key) for code, key, _ in limit_faults(limited("1 calendar_days"), "3 working_days")
    ] == [(RouteFault.ALLOTMENT_UNIT, "s0")]


@pytest.mark.parametrize(
    ("limit", "statutory", "taken"),
    [
        ("3 working_days", "3 working_days", True),
        ("4 working_days", "3 working_days", False),
        ("10 working_days", "15 calendar_days", True),
        ("11 working_days", "15 calendar_days", False),
        ("5 calendar_days", "5 working_days", True),
        ("1 months", "30 calendar_days", False),
        ("20 calendar_days", "1 months", True),
    ],
)
def test_the_local_limit_stays_within_the_statutory_one(limit, statutory, taken):
    found = limit_faults(route(), limit, statutory)

    assert (found == []) is taken
    if not taken:
        assert found == [(RouteFault.LIMIT_EXCEEDS_STATUTORY, "", (limit, statutory))]


def phased() -> Route:
    return Route(
        (
            RECEIVE,
            step("first", "receive", limit="6 working_days"),
            step("pay", "first", kind=StepKind.AWAIT_CITIZEN, counted=False),
            step("second", "pay", limit="3 working_days", phase=2),
            step("return", "second", kind=StepKind.RETURN, phase=2),
        )
    )


def test_each_phase_has_its_own_limit():
    phases = ("6.5 working_days", "3.5 working_days")

    assert limit_faults(phased(), "10 working_days", phases=phases) == []


@pytest.mark.parametrize(
    ("limit", "phases", "expected"),
    [
        ("10 working_days", (), RouteFault.PHASE_WITHOUT_LIMIT),
        (
            "10 working_days",
            ("6 working_days", "2 working_days"),
            RouteFault.STEPS_EXCEED_LIMIT,
        ),
        (
            "9 working_days",
            ("6 working_days", "4 working_days"),
            RouteFault.PHASES_EXCEED_LIMIT,
        ),
        (
            "20 working_days",
            ("6 working_days", "4 working_days", "1 working_days"),
            RouteFault.PHASE_WITHOUT_STEPS,
        ),
    ],
    ids=["no limit", "too long for its phase", "phases too long together", "an empty phase"],
)
def test_phases_that_do_not_fit_are_refused(limit, phases, expected):
    assert [code for code, _, _ in limit_faults(phased(), limit, phases=phases)] == [expected]


def test_weights_name_counted_steps_of_a_phase():
    assert weights(phased()) == {"first": 48, "second": 24}
    assert weights(phased(), 2) == {"second": 24}


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("3 working_hours", 3, 3),
        ("0.25 working_days", 2, 2),
        ("same_day", 8, 8),
        ("7 calendar_days", 40, 40),
        ("2 calendar_days", 0, 16),
        ("1 months", 160, 184),
    ],
)
def test_nominal_hours_bound_a_limit_from_both_sides(text, least, most):
    assert least_hours(Limit.parse(text)) == least
    assert most_hours(Limit.parse(text)) == most


@pytest.mark.parametrize(
    ("hours", "text"),
    [(Fraction(26), "3 d 2 h"), (Fraction(16), "2 d"), (Fraction(1, 2), "0.5 h"), (0, "0 h")],
)
def test_nominal_hours_are_written_as_days_and_hours(hours, text):
    assert hours_text(Fraction(hours)) == text
