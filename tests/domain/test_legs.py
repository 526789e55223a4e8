"""Legs and the critical path of a route."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from onestop.domain.routes import Leg
from tests.domain.small_routes import bundle, consulted, route, routes, step


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
