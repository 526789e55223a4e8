"""What the steps of a route may take: within its limit, within each phase, as hours and days."""

from fractions import Fraction

import pytest

from onestop.domain.allotments import check_limits, hours_text, least_hours, most_hours, weights
from onestop.domain.limits import Limit
from onestop.domain.routes import BadRoute, Route, RouteFault, StepKind
from tests.domain.small_routes import RECEIVE, route, step


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
        (RouteFault.STEPS_EXCEED_LIMIT, "s1", ("3 d 2 h", "3 working_days", "3 d", "s0", "s1"))
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
        ("10 working_days", ("6 working_days", "2 working_days"), RouteFault.STEPS_EXCEED_LIMIT),
        ("9 working_days", ("6 working_days", "4 working_days"), RouteFault.PHASES_EXCEED_LIMIT),
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
