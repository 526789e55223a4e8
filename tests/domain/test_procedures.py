"""Procedures: missing papers, fees, contradictions, marks, the stored text; form editions."""

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onestop.domain.agencies import AgencyLevel
from onestop.domain.fees import BadFeeAnswer, FeeFormula, FeeSpec
from onestop.domain.form_editions import (
    FormEdition,
    FormKind,
    FormTitle,
    NoFormEdition,
    form_edition_on,
)
from onestop.domain.limits import Limit
from onestop.domain.procedure_body import procedure_from_body, procedure_to_body
from onestop.domain.procedures import (
    BadProcedure,
    Mark,
    PaperSpec,
    ProcedureFault,
    ProcedureSpec,
    Sector,
    UnknownPaper,
    fee_of,
    markable_paths,
    missing_papers,
    value_at,
)
from onestop.domain.rights import Role
from onestop.domain.routes import BadRoute, Route, RouteFault, StepKind, StepSpec

COPY_FEE = FeeSpec(
    "pages", "Phí", "Fee", FeeFormula.PER_PAGE, 2000, first_pages=2, then=1000, cap=200_000
)


def make_procedure(**changes: object) -> ProcedureSpec:
    steps = (
        StepSpec("receive", "Tiếp nhận", "Receive", StepKind.RECEIVE, "receiving", Role.CLERK),
        StepSpec(
            "work",
            "Thẩm tra",
            "Verify",
            StepKind.WORK,
            "function:justice",
            Role.OFFICER,
            Limit.parse("1 working_days"),
            ("receive",),
        ),
        StepSpec(
            "return", "Trả", "Return", StepKind.RETURN, "receiving", Role.CLERK, after=("work",)
        ),
    )
    values = {
        "code": "1.009999",
        "edition": "2026",
        "name": "Thủ tục thử",
        "name_en": "A procedure for tests",
        "sector": Sector("TT", "Thử"),
        "level": AgencyLevel.COMMUNE,
        "limit": Limit.parse("3 working_days"),
        "route": Route(steps),
        "valid_from": date(2026, 1, 1),
        "papers": (
            PaperSpec("form", "Tờ khai", "Form"),
            PaperSpec("proof", "Giấy tờ", "Proof", required=False),
            PaperSpec("card", "Căn cước", "Card", shown=True),
        ),
        **changes,
    }
    return ProcedureSpec(**values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("ticked", "missing"),
    [
        ((), ["form", "card"]),
        (("form",), ["card"]),
        (("proof",), ["form", "card"]),
        (("card", "form"), []),
    ],
    ids=["nothing", "one", "only an optional one", "all required"],
)
def test_missing_papers_are_the_required_ones_not_ticked(ticked, missing):
    assert [paper.code for paper in missing_papers(make_procedure(), ticked)] == missing


def test_a_paper_the_procedure_does_not_ask_for_is_refused():
    with pytest.raises(UnknownPaper) as caught:
        missing_papers(make_procedure(), ["gift"])

    assert caught.value.code == "gift"


@pytest.mark.parametrize(
    ("pages", "copies", "fee"),
    [
        (0, 1, 0),
        (1, 1, 2_000),
        (2, 1, 4_000),
        (3, 1, 5_000),
        (10, 2, 24_000),
        (198, 1, 200_000),
        (500, 3, 600_000),
    ],
)
def test_certified_copies_cost_what_the_circular_says(pages, copies, fee):
    spec = make_procedure(fees=(COPY_FEE,))

    assert spec.questions == ("pages", "copies")
    assert fee_of(spec, {"pages": pages, "copies": copies}) == fee


@given(pages=st.integers(0, 2000))
def test_the_fee_of_one_copy_agrees_with_the_formula_of_the_circular(pages):
    expected = min(200_000, 2000 * min(pages, 2) + 1000 * max(pages - 2, 0))

    assert fee_of(make_procedure(fees=(COPY_FEE,)), {"pages": pages, "copies": 1}) == expected


def test_a_fixed_fee_may_depend_on_an_answer():
    late = FeeSpec("late", "Quá hạn", "Late", amount=8000, question="late")
    always = FeeSpec("paper", "Phôi", "Blank", amount=2000)
    spec = make_procedure(fees=(late, always))

    assert fee_of(spec, {}) == 2000
    assert fee_of(spec, {"late": 1}) == 10_000


def test_a_fee_for_each_item_is_multiplied():
    each = FeeSpec("copy", "Bản", "Copy", FeeFormula.PER_ITEM, 8000, question="copies")

    assert fee_of(make_procedure(fees=(each,)), {"copies": 3}) == 24_000


@pytest.mark.parametrize("answers", [{}, {"pages": 3}, {"pages": -1, "copies": 1}])
def test_a_fee_without_its_numbers_is_refused(answers):
    with pytest.raises(BadFeeAnswer) as caught:
        fee_of(make_procedure(fees=(COPY_FEE,)), answers)

    assert caught.value.fee == "pages"


@pytest.mark.parametrize(
    ("changes", "fault", "path"),
    [
        ({"valid_to": date(2025, 1, 1)}, ProcedureFault.ENDS_BEFORE_START, "valid_to"),
        ({"supplement_days": 0}, ProcedureFault.SUPPLEMENT_DAYS, "supplement_days"),
        ({"marks": {"shoe_size": Mark.DEFAULT}}, ProcedureFault.UNKNOWN_MARK, "marks.shoe_size"),
        ({"papers": (PaperSpec("a", "A", "A"),) * 2}, ProcedureFault.DUPLICATE_PAPER, "papers.1"),
        ({"papers": (PaperSpec("a", "A", "A", count=0),)}, ProcedureFault.PAPER_COUNT, "papers.0"),
        ({"fees": (FeeSpec("a", "A", "A"),) * 2}, ProcedureFault.DUPLICATE_FEE, "fees.1"),
        ({"fees": (FeeSpec("a", "A", "A", amount=-1),)}, ProcedureFault.FEE_AMOUNT, "fees.0"),
    ],
)
def test_an_edition_that_contradicts_itself_is_refused(changes, fault, path):
    with pytest.raises(BadProcedure) as caught:
        make_procedure(**changes)

    assert [(p.code, p.path) for p in caught.value.problems] == [(fault, path)]


def test_steps_longer_than_the_limit_are_refused_with_the_edition():
    with pytest.raises(BadRoute) as caught:
        make_procedure(limit=Limit.parse("0.75 working_days"))

    assert caught.value.problems[0].code is RouteFault.STEPS_EXCEED_LIMIT


def test_a_reference_nobody_can_answer_is_refused():
    steps = make_procedure().route.steps
    odd = replace(steps[1], agency="function:astrology")

    with pytest.raises(BadRoute) as caught:
        make_procedure(route=Route((steps[0], odd, steps[2])))

    (problem,) = caught.value.problems
    assert (problem.code, problem.step) == (RouteFault.AGENCY_REFERENCE, "work")


def test_what_no_mark_names_is_a_default():
    spec = make_procedure(marks={"limit": Mark.CONFIRMED})

    assert spec.mark("limit") is Mark.CONFIRMED
    assert spec.mark("papers.form") is Mark.DEFAULT
    assert {"limit", "papers.form", "steps.work"} <= set(markable_paths(spec))


def test_a_value_is_found_by_its_path():
    spec = make_procedure(fees=(COPY_FEE,), phases=(Limit.parse("3 working_days"),))

    found = {path: value_at(spec, path) for path in markable_paths(spec)}

    assert found["limit"] == spec.limit
    assert found["phases.1"] == spec.limit
    assert found["papers.card"] == spec.papers[2]
    assert found["fees.pages"] == COPY_FEE
    assert found["steps.work"] == spec.route.step("work")
    assert found["competent"] == (spec.competent_levels, spec.competent_function)
    gone = ("phases.2", "papers.gift", "fees.gift", "steps.gift")
    assert [value_at(spec, path) for path in gone] == [None] * 4


def test_an_edition_is_in_force_from_its_first_to_its_last_day():
    spec = make_procedure(valid_to=date(2026, 6, 30))

    days = (date(2025, 12, 31), date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 1))

    assert [spec.in_force(day) for day in days] == [False, True, True, False]
    assert make_procedure().in_force(date(2099, 1, 1))


def test_the_stored_text_gives_the_edition_back_exactly():
    spec = make_procedure(
        fees=(COPY_FEE,),
        statutory_limit=Limit.parse("5 working_days"),
        valid_to=date(2027, 1, 1),
        marks={"limit": Mark.CONFIRMED},
    )

    body = procedure_to_body(spec)

    assert procedure_from_body(body) == spec
    assert procedure_to_body(procedure_from_body(body)) == body
    assert json.loads(body)["v"] == 1


def test_a_stored_text_of_an_unknown_version_is_not_guessed_at():
    body = json.loads(procedure_to_body(make_procedure()))

    with pytest.raises(ValueError, match="unknown version"):
        procedure_from_body(json.dumps({**body, "v": 99}))


def edition(key: str, valid_from: date) -> FormEdition:
    forms = {FormKind.RECEIPT: FormTitle("01", "GIẤY TIẾP NHẬN", headings={"place": "Nơi"})}
    return FormEdition(key, valid_from, key, "", ("A", "B"), forms)


EDITIONS = (edition("old", date(2019, 1, 6)), edition("new", date(2025, 9, 15)))


@pytest.mark.parametrize(
    ("on", "key"),
    [(date(2019, 1, 6), "old"), (date(2025, 9, 14), "old"), (date(2025, 9, 15), "new")],
)
def test_forms_are_those_of_the_edition_that_had_begun(on, key):
    assert form_edition_on(EDITIONS, on).key == key


def test_before_the_first_edition_there_are_no_forms():
    with pytest.raises(NoFormEdition) as caught:
        form_edition_on(EDITIONS, date(2018, 1, 1))

    assert caught.value.on == date(2018, 1, 1)


def test_a_form_the_edition_does_not_have_is_none():
    assert EDITIONS[0].form(FormKind.STOP_NOTICE) is None
    receipt = EDITIONS[0].form(FormKind.RECEIPT)
    assert receipt is not None
    assert (receipt.heading("place"), receipt.heading("other", "x")) == ("Nơi", "x")
