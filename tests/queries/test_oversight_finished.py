"""What was finished lately: the lists behind the figures of punctuality, and their counts."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy.orm import Session

from onestop.domain.oversight import ExportTooLarge, Judgement, Period, Sort, View
from onestop.domain.rights import Actor, Role
from onestop.domain.standings import Punctuality
from onestop.queries.oversight_figures import oversight_figures
from onestop.queries.oversight_finished import FinishedRow, finished_list, finished_rows
from onestop.queries.oversight_terms import OversightFilter
from onestop.services.casework import accept_step, withdraw
from onestop.services.pauses import request_supplement
from tests.conftest import NOW
from tests.databases import Furnish
from tests.factories import (
    COMMUNE,
    DESK,
    JUSTICE,
    OTHER_COMMUNE,
    Province,
    make_province,
    make_staff,
    province_of,
    receive,
    take_in_province,
)
from tests.oversight_world import fill

MARITAL = "1.004873"
MARITAL_PAPERS = [{"code": "declaration"}, {"code": "identity"}]
MONTH_END = NOW + timedelta(days=29)
"""Tuesday 31 March, while the walks still go on."""


@pytest.fixture
def furnish(request: pytest.FixtureRequest) -> Furnish:
    return populate if "population" in request.fixturenames else take_in_province


@pytest.fixture
def province(session: Session) -> Province:
    return province_of(session)


def populate(session: Session) -> None:
    fill(session, make_province(session), dossiers=24, seed=4, stops=20)


@pytest.fixture
def leader(session: Session, province: Province) -> Actor:
    return make_staff(session, Role.LEADER, province["H91"])


@pytest.fixture
def population(province: Province) -> Province:
    """Dossiers that walked at random, many of them to their end."""
    return province


def every_row(session: Session, actor: Actor, asked: OversightFilter) -> Iterator[FinishedRow]:
    """All rows, page by page as a person turns them."""
    while True:
        page = finished_list(session, actor, asked, now=MONTH_END, size=7)
        yield from page.rows
        if page.next is None:
            return
        asked = replace(asked, after=page.next)


def rows_of(session: Session, actor: Actor, **asked: object) -> list[FinishedRow]:
    return list(every_row(session, actor, OversightFilter(**asked)))  # type: ignore[arg-type]


def test_counts_equal_lists(session: Session, population: Province, leader: Actor) -> None:
    found = 0
    below = ({}, {"agency": population[COMMUNE]}, {"agency": population[COMMUNE], "own": True})
    for view, period, where in product(View, Period, below):
        asked = OversightFilter(view=view, period=period, **where)
        page = finished_list(session, leader, asked, now=MONTH_END)
        rows = list(every_row(session, leader, asked))
        found += len(rows)

        assert page.count == page.views[view] == len(rows) == sum(page.judgements.values())
        other = replace(asked, view=next(v for v in View if v is not view))
        assert page.views[other.view] == finished_list(session, leader, other, now=MONTH_END).count
        for judgement in Judgement:
            judged = rows_of(
                session, leader, view=view, period=period, judgement=judgement, **where
            )
            assert page.judgements[judgement] == len(judged)
            assert {row.is_late for row in judged} <= {judgement is Judgement.LATE}
            assert all((row.days_late > 0) is row.is_late for row in judged)
    assert found > 40


def test_every_figure_of_finished_work_equals_its_list(
    session: Session, population: Province, leader: Actor
) -> None:
    figures = oversight_figures(session, leader, now=MONTH_END, bottlenecks=1000)
    assert figures is not None

    def size(**asked: object) -> int:
        return len(rows_of(session, leader, **asked))

    assert figures.in_time.whole == size() > 3
    assert figures.in_time.part == size(judgement=Judgement.IN_TIME)
    for row in figures.bottlenecks:
        cell = {"agency": row.agency_id, "own": True, "period": Period.EIGHT_WEEKS}
        at = {"view": View.STEP, "procedure": row.procedure_code, "step": row.key}
        assert row.done == size(**cell, **at)
        assert row.done_late == size(**cell, **at, judgement=Judgement.LATE)
    assert sum(row.done_late for row in figures.bottlenecks)
    for unit in figures.agencies:
        asked = {"view": View.STEP, "agency": unit.id, "own": unit.own}
        assert unit.in_time.whole == size(**asked)
        assert unit.in_time.part == size(**asked, judgement=Judgement.IN_TIME)


def test_every_order_holds_every_row_once(
    session: Session, population: Province, leader: Actor
) -> None:
    for view, sort in product(View, Sort):
        rows = rows_of(session, leader, view=view, sort=sort, period=Period.EIGHT_WEEKS)
        page = finished_list(
            session, leader, OversightFilter(view=view, period=Period.EIGHT_WEEKS), now=MONTH_END
        )
        assert len({(row.code, row.step and row.step.vi) for row in rows}) == len(rows)
        assert len(rows) == page.count
    ended = [row.ended_at for row in rows_of(session, leader)]
    assert ended == sorted(ended, reverse=True)


def test_filters_hold_what_they_say(session: Session, population: Province, leader: Actor) -> None:
    for view in View:
        whole = finished_list(session, leader, OversightFilter(view=view), now=MONTH_END)
        assert whole.procedures
        for procedure in whole.procedures:
            asked = OversightFilter(view=view, procedure=procedure.code)
            page = finished_list(session, leader, asked, now=MONTH_END)
            assert {row.procedure_code for row in page.rows} == {procedure.code}
            assert page.steps
            for step in page.steps:
                rows = rows_of(session, leader, view=view, procedure=procedure.code, step=step.code)
                assert rows
                if view is View.STEP:
                    assert {row.step for row in rows} == {step.name}


def test_a_row_says_what_became_of_it_and_who_did_it(
    session: Session, province: Province, leader: Actor
) -> None:
    clerk, officer = staff(session, province)
    code = marital(session, clerk)
    accept_step(session, code, step="check", actor=officer, at=NOW + timedelta(hours=1))
    withdraw(
        session, code, reason="applicant_wish", note="", actor=clerk, at=NOW + timedelta(days=1)
    )

    (row,) = rows_of(session, leader)

    assert (row.code, row.applicant) == (code, "Nguyễn Thị Đào")
    assert row.punctuality is Punctuality.EARLY
    assert (row.is_late, row.days_late, row.step) == (False, 0, None)
    assert row.ended_at == NOW + timedelta(days=1)


def test_days_late_stand_still_in_a_pause_in_which_the_work_ended(
    session: Session, province: Province, leader: Actor
) -> None:
    clerk, officer = staff(session, province)
    code = marital(session, clerk)
    late = NOW + timedelta(days=7)
    accept_step(session, code, step="check", actor=officer, at=late)
    request_supplement(
        session,
        code,
        step="check",
        papers=["declaration"],
        reason="paper_missing",
        note="",
        actor=officer,
        at=late,
    )
    withdraw(
        session, code, reason="applicant_wish", note="", actor=clerk, at=late + timedelta(days=9)
    )

    (row,) = rows_of(session, leader)

    # Due on Thursday 5 March; asked for papers on Monday the 9th.
    assert (row.is_late, row.days_late) == (True, 2)


def test_a_stranger_sees_nothing_of_it(session: Session, population: Province) -> None:
    stranger = make_staff(session, Role.LEADER, population["H91.01"])
    other = make_staff(session, Role.OFFICER, population[OTHER_COMMUNE])

    for actor, view in product((stranger, other), View):
        asked = OversightFilter(view=view, agency=population[COMMUNE])
        assert finished_list(session, actor, asked, now=MONTH_END).count == 0


def test_the_file_holds_the_list_and_no_more_than_it_may(
    session: Session, population: Province, leader: Actor
) -> None:
    asked = OversightFilter(judgement=Judgement.IN_TIME)
    page = finished_list(session, leader, asked, now=MONTH_END, size=10_000)

    rows = finished_rows(session, leader, asked, now=MONTH_END)

    assert rows == page.rows
    with pytest.raises(ExportTooLarge):
        finished_rows(session, leader, asked, now=MONTH_END, most=len(rows) - 1)


def test_the_number_of_statements_does_not_grow_with_the_list(
    session: Session, province: Province, leader: Actor, count_queries
) -> None:
    clerk, _ = staff(session, province)

    def finish(dossiers: int) -> None:
        for _ in range(dossiers):
            code = marital(session, clerk)
            withdraw(session, code, reason="applicant_wish", note="", actor=clerk, at=NOW)

    def statements() -> int:
        with count_queries() as sent:
            finished_list(session, leader, OversightFilter(procedure=MARITAL), now=MONTH_END)
        return len(sent)

    finish(2)
    few = statements()
    finish(12)

    assert statements() <= few <= 12


@pytest.mark.only_sqlite
def test_steps_done_are_read_from_their_index(
    session: Session, province: Province, count_queries
) -> None:
    leader = make_staff(session, Role.LEADER, province[JUSTICE])
    with count_queries() as sent:
        finished_list(session, leader, OversightFilter(view=View.STEP), now=MONTH_END)

    counting = next(statement for statement in sent if "FILTER (WHERE" in statement)
    values = (1,) * counting.count("?")
    plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {counting}", values)
    assert "ix_steps_done_by_agency" in "\n".join(str(tuple(row)) for row in plan)


def staff(session: Session, province: Province) -> tuple[Actor, Actor]:
    clerk = make_staff(session, Role.CLERK, province[DESK])
    return clerk, make_staff(session, Role.OFFICER, province[JUSTICE])


def marital(session: Session, clerk: Actor) -> str:
    return receive(session, clerk, procedure=MARITAL, papers=MARITAL_PAPERS).code
