"""The files under data/ are in order, and a bad one is refused at its line."""

import re
from datetime import date

import pytest

from onestop.cli.catalogue_sentences import SENTENCES, problem_text
from onestop.domain.form_editions import FormKind, form_edition_on
from onestop.domain.law import form_edition
from onestop.domain.limits import Limit, LimitUnit
from onestop.domain.procedures import Mark, ProcedureFault
from onestop.domain.routes import RouteFault, StepKind, StepSpec
from onestop.inputs.agencies import THREE_LEVEL, TWO_LEVEL, read_agencies, shipped_agencies
from onestop.inputs.calendars import shipped_calendars
from onestop.inputs.file_problems import BadFile
from onestop.inputs.form_editions import form_editions, read_form_edition
from onestop.inputs.procedures import SHIPPED, procedure_to_lines, read_procedure
from onestop.inputs.yaml_files import LocatedValue, load_yaml, read_yaml
from tests.catalogue_files import PROCEDURES, procedure

# Limit and number of steps.
REAL = {
    "1.000894": ("same_day 15:00", 7),
    "1.001193": ("same_day 15:00", 5),
    "1.001612": ("3 working_days", 7),
    "1.001776": ("10 working_days", 8),
    "1.004873": ("3 working_days", 7),
    "1.012783": ("5 working_days", 5),
    "1.012784": ("12 working_days", 5),
    "1.012785": ("8 working_days", 14),
    "1.012786": ("10 working_days", 17),
    "1.012790": ("8 working_days", 6),
    "1.013225": ("15 calendar_days", 9),
    "2.000815": ("same_day 15:00", 5),
    "2.000908": ("8 working_hours", 5),
    "2.002913": ("4 working_days", 9),
    "3.000722": ("3 working_days", 7),
}
LIMIT_NOT_CONFIRMED = {"1.000894", "1.001776", "2.002913"}
"""No source that was read gives their limits since July 2025."""
NOT_IN_ANY_SOURCE = {LimitUnit.MONTHS}
"""No real procedure that was read has a limit in months; the unit is tested on its own."""


def test_there_are_the_fifteen_procedures():
    assert {path.stem for path in PROCEDURES} == set(REAL)


def every_step() -> list[StepSpec]:
    return [step for code in REAL for step in procedure(code).route.steps]


def test_every_unit_a_source_names_is_the_limit_of_a_real_procedure():
    units = {procedure(code).limit.unit for code in REAL}

    assert units == set(LimitUnit) - NOT_IN_ANY_SOURCE


def test_every_kind_of_step_is_taken_by_a_real_procedure():
    assert {step.kind for step in every_step()} == set(StepKind)


def test_every_way_a_step_may_count_is_used_by_a_real_procedure():
    steps = [step for step in every_step() if step.kind is not StepKind.AWAIT_CITIZEN]
    units = {(step.counted, step.limit.unit) for step in steps if step.limit}

    assert units == {
        (True, LimitUnit.WORKING_HOURS),
        (True, LimitUnit.WORKING_DAYS),
        (False, LimitUnit.WORKING_DAYS),
        (False, LimitUnit.CALENDAR_DAYS),
    }
    assert {step.counted for step in steps if step.optional} == {True, False}


def test_real_procedures_split_and_join_and_wait_for_a_payment():
    routes = {code: procedure(code).route for code in REAL}
    joined = {
        code: max(sum(not route.step(key).optional for key in step.after) for step in route.steps)
        for code, route in routes.items()
    }
    paid = {c for c, r in routes.items() if StepKind.AWAIT_CITIZEN in {s.kind for s in r.steps}}

    assert {code for code, branches in joined.items() if branches > 1} == {
        "1.012785",
        "2.002913",
        "3.000722",
    }
    assert joined["2.002913"] == 3
    assert paid == {"1.012785", "1.012786"}
    assert {code for code in REAL if len(procedure(code).phases) == 2} == paid


@pytest.mark.parametrize("code", REAL)
def test_a_procedure_file_gives_its_edition_in_both_languages(code):
    spec = procedure(code)
    limit, steps = REAL[code]

    assert spec.code == code
    assert spec.limit == Limit.parse(limit)
    assert len(spec.route.steps) == steps
    assert spec.law
    assert spec.result_name
    named = [spec, spec.sector, *spec.papers, *spec.fees, *spec.route.steps]
    assert all(thing.name and thing.name_en for thing in named)


@pytest.mark.parametrize("code", REAL)
def test_every_file_says_what_is_confirmed_and_what_is_a_default(code):
    spec = procedure(code)

    assert set(spec.marks.values()) == {Mark.CONFIRMED, Mark.DEFAULT}
    assert (spec.mark("limit") is Mark.CONFIRMED) == (code not in LIMIT_NOT_CONFIRMED)
    confirmed = {step.key for step in spec.route.steps if step.confirmed}
    marked = {key for key in spec.marks if key.startswith("steps.")}
    assert marked == {f"steps.{step.key}" for step in spec.route.steps}
    assert all(spec.mark(f"steps.{key}") is Mark.CONFIRMED for key in confirmed)


@pytest.mark.parametrize("code", REAL)
def test_an_exported_procedure_is_the_same_when_read_again(code):
    spec = procedure(code)

    again = read_procedure(LocatedValue(procedure_to_lines(spec), "export.yaml", {}))

    assert again == spec


def test_the_birth_bundle_splits_and_joins():
    route = procedure("3.000722").route

    assert route.ready({"receive", "justice", "sign", "register"}) == ("police", "insurance")
    assert route.predecessors("return") == ("police", "insurance")


def test_the_copy_from_the_register_splits_its_eight_hours_in_four():
    spec = procedure("2.000908")

    hours = [step.limit.to_text() for step in spec.route.steps if step.limit]
    assert hours == ["2 working_hours", "3 working_hours", "2 working_hours", "1 working_hours"]
    assert all(spec.mark(f"steps.{key}") is Mark.CONFIRMED for key in spec.route.order[:-1])


def test_the_death_is_registered_before_three_agencies_go_on_side_by_side():
    route = procedure("2.002913").route

    ready = route.ready({"receive", "justice", "sign", "register"})
    assert ready == ("police", "insurance", "social")
    assert route.predecessors("return") == ("police", "insurance", "decide")


def test_posting_and_claims_run_side_by_side_outside_the_limit():
    route = procedure("1.012785").route

    assert route.ready({"receive", "check", "notice"}) == ("publication", "claims")
    waits = [route.step(key) for key in ("publication", "claims")]
    assert [step.limit.to_text() for step in waits] == ["15 calendar_days", "30 calendar_days"]
    assert not any(step.counted for step in waits)


def test_the_other_commune_is_consulted_only_when_needed_and_outside_the_limit():
    step = procedure("1.004873").route.step("verify_elsewhere")

    assert (step.kind, step.optional, step.counted) == (StepKind.CONSULT, True, False)


def test_the_lost_certificate_has_two_phases_with_the_payment_between():
    spec = procedure("1.012786")
    route = spec.route

    assert [phase.to_text() for phase in spec.phases] == ["6.5 working_days", "3.5 working_days"]
    assert route.step("payment").kind is StepKind.AWAIT_CITIZEN
    assert {s.phase for s in route.steps if s.key in route.reachable_from("payment")} == {2}


@pytest.mark.parametrize("path", [THREE_LEVEL, TWO_LEVEL], ids=["three levels", "two levels"])
def test_agencies_have_what_papers_print(path):
    known = {calendar.key for calendar in shipped_calendars()}
    for agency in shipped_agencies(path):
        assert agency.header_parent
        assert agency.header_name == agency.header_name.upper()
        assert agency.leader_title
        assert agency.address
        assert agency.name_en
        assert agency.calendar_key in known
        ended = agency.valid_to is not None
        assert ended or re.fullmatch(r"0290 000 \d{3}", agency.phone)
        assert bool(agency.desks) == (agency.function == "one_stop")


def test_the_three_level_province_has_two_districts_of_three_communes():
    levels = [agency.level for agency in shipped_agencies(THREE_LEVEL)]

    assert levels.count("district") == 2
    assert levels.count("commune") == 6


def test_districts_of_the_two_level_province_end_with_june_2025_and_name_a_successor():
    agencies = {agency.code: agency for agency in shipped_agencies(TWO_LEVEL)}
    districts = [agency for agency in agencies.values() if agency.level == "district"]

    assert districts
    for district in districts:
        assert district.valid_to == date(2025, 6, 30)
        assert agencies[district.successor].valid_from == date(2025, 7, 1)


def test_there_are_six_forms_before_and_seven_since_the_circular_of_2025():
    editions = form_editions()
    before = form_edition_on(editions, date(2025, 9, 14))
    since = form_edition_on(editions, date(2025, 9, 15))

    assert (len(before.forms), len(since.forms)) == (6, 7)
    assert before.forms[FormKind.CONTROL_SLIP].number == "05"
    assert since.forms[FormKind.CONTROL_SLIP].number == "06"
    assert before.form(FormKind.STOP_NOTICE) is None


@pytest.mark.parametrize("on", [date(2025, 9, 14), date(2025, 9, 15)])
def test_the_set_a_dossier_keeps_is_the_set_the_files_give(on):
    assert form_edition_on(form_editions(), on).key == form_edition(on)


GOOD = (SHIPPED / "1.004873.yaml").read_text(encoding="utf-8")


def refusal(text: str) -> list[str]:
    with pytest.raises(BadFile) as caught:
        read_procedure(load_yaml(text, name="file.yaml"))
    return [problem_text(caught.value.name, problem) for problem in caught.value.problems]


def line_of(text: str, part: str) -> int:
    return 1 + text[: text.index(part)].count("\n")


@pytest.mark.parametrize(
    ("good", "bad", "sentence"),
    [
        (
            "limit: 0.25 working_days, after: [sign]",
            "limit: 9.25 working_days, after: [sign]",
            "(steps.5.limit): the steps receive → check → draft → sign → register take 11 d 6 h, "
            "the limit 3 working_days holds 3 d.",
        ),
        (
            "limit: 1 working_days, after: [receive]",
            "limit: 1 working_days, after: [sign]",
            "the steps run in a circle:",
        ),
        ("after: [draft]", "after: [drfat]", "there is no step drfat to come after."),
        (
            'agency: "function:justice", role: officer, limit: 0.5 working_days',
            'agency: "function:justise", role: officer, limit: 0.5 working_days',
            "function:justise names no agency",
        ),
        ("limit: 3 working_days\nstat", "limit: 4 working_days\nstat", "longer than the statutory"),
        ("statutory_limit: 3 working_days", "statutory_limit: three", "three is no limit"),
        ("statutory_limit: 3 working_days", "statutory_limit: 3", "is no limit"),
        ("valid_from: 2025-07-01", "valid_from: 2025-02-30", "2025-02-30 is no day"),
        ("kind: sign", "kind: sing", "sing is none of the words"),
        ("amount: 10000", "amount: -1", "-1 is too small"),
        ("amount: 10000", "amont: 10000", "there is no such field"),
        ("supplement_days: 10", "supplement_days: 0", "1 to 365 days"),
        ("supplement_days: 10", "extensions: 4", "0 to 3 times"),
        ("supplement_days: 10", "extension_lead: -1", "0 to 10 working days"),
        ('code: "1.004873"', 'code: ""', "not written as this field must be"),
        ("marks: {name", "marks: {shoe: confirmed, name", "no value shoe to mark"),
        ("code: identity", "code: declaration", "two papers have the code declaration"),
    ],
)
def test_a_bad_procedure_file_is_refused_at_its_line(good, bad, sentence):
    text = GOOD.replace(good, bad, 1)
    assert text != GOOD

    problems = refusal(text)

    assert any(sentence in problem for problem in problems), problems
    assert (
        f"line {line_of(GOOD, good)} " in " ".join(problems)
        or "→" in problems[0]
        or "circle" in (problems[0])
    )


def test_a_wait_directly_after_the_reception_is_refused_at_what_it_comes_after():
    payment = """  - key: pay
    name: Nộp tiền
    name_en: Pay
    kind: await_citizen
    agency: receiving
    role: clerk
    after: [receive]
    counted: false
"""
    check = "  - {key: check,"
    text = GOOD.replace(check, payment + check, 1)
    text = text.replace(
        "limit: 1 working_days, after: [receive]", "limit: 1 working_days, after: [pay]"
    )

    (problem,) = refusal(text)

    assert f"line {line_of(text, '    after: [receive]')} (steps.1.after)" in problem
    assert "the citizen cannot be waited for before anybody has worked on it" in problem


def test_a_route_that_is_too_long_is_reported_at_the_longest_step_of_its_path():
    text = GOOD.replace(
        "limit: 1 working_days, after: [receive]", "limit: 9 working_days, after: [receive]"
    )

    (problem,) = refusal(text)

    assert f"line {line_of(GOOD, 'key: check')} " in problem


def test_every_problem_of_a_file_is_reported_at_once_in_the_order_of_its_lines():
    text = GOOD.replace("role: clerk", "role: clerc").replace("kind: copy", "kind: cpoy")

    problems = refusal(text)

    assert len(problems) == 2
    lines = [int(re.search(r"line (\d+)", problem)[1]) for problem in problems]
    assert lines == sorted(lines)


def test_every_fault_has_a_sentence_for_the_command_line():
    assert {*RouteFault, *ProcedureFault} - set(SENTENCES) == set()


AGENCIES = """
agencies:
  - code: H90
    name: Ủy ban nhân dân tỉnh Thử
    level: province
    function: committee
    calendar: vn-0700
    valid_from: 2025-01-01
    children:
      - code: H90.01
        name: Trung tâm
        level: centre
        function: one_stop
        desks: [{name: Quầy 1}]
"""


def agency_refusal(text: str) -> str:
    with pytest.raises(BadFile) as caught:
        read_agencies(load_yaml(text, name="agencies.yaml"))
    (problem,) = caught.value.problems
    return problem_text(caught.value.name, problem)


@pytest.mark.parametrize(
    ("good", "bad", "line", "sentence"),
    [
        ("code: H90.01", "code: H90", 10, "the code H90 stands twice"),
        ("    calendar: vn-0700\n", "", 3, "has no calendar"),
        ("    valid_from: 2025-01-01\n", "", 3, "has no valid_from"),
        ("function: one_stop", "function: police", 10, "only one_stop agencies have"),
        ("code: H90.01", "code: H90.01\n        successor: H99", 10, "names H99"),
        ("code: H90.01", "code: H90.01\n        serves: [H98]", 10, "names H98"),
        ("level: centre", "level: planet", 12, "planet is none of the words"),
        ("code: H90.01", "code: h90.01", 10, "not written as this field must be"),
        ("code: H90.01", "code: H90.01\n        valid_to: 2024-01-01", 11, "before the first"),
    ],
)
def test_a_bad_agency_file_is_refused_at_its_line(good, bad, line, sentence):
    problem = agency_refusal(AGENCIES.replace(good, bad, 1))

    assert sentence in problem
    assert f"agencies.yaml line {line} " in problem


def test_an_agency_takes_from_its_parent_what_it_does_not_say():
    _, centre = read_agencies(load_yaml(AGENCIES, name="a.yaml"))

    assert (centre.parent, centre.calendar_key) == ("H90", "vn-0700")
    assert centre.valid_from == date(2025, 1, 1)
    assert centre.header_parent == "ỦY BAN NHÂN DÂN TỈNH THỬ"
    assert centre.header_name == "TRUNG TÂM"


def test_a_bad_form_edition_is_refused_at_its_line():
    path = SHIPPED.parent / "form-editions" / "2025.yaml"
    text = path.read_text(encoding="utf-8").replace("receipt:", "recept:")

    with pytest.raises(BadFile) as caught:
        read_form_edition(load_yaml(text, name="forms.yaml"))

    assert caught.value.problems[0].line == line_of(text, "recept:")
    assert read_form_edition(read_yaml(path)).key == "2025"
