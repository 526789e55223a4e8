"""What leaders see is what is late where they lead: lists, counts, pauses, buckets, statements."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product

import pytest
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from onestop.domain.oversight import Ageing, ExportTooLarge, Sort, Standstill, View, ageing_of
from onestop.domain.rights import Actor, Role
from onestop.domain.standings import Standing
from onestop.models.agencies import Agency
from onestop.models.dossiers import Dossier, Participation, Step
from onestop.queries.oversight import OversightRow, oversight_list, oversight_rows
from onestop.queries.oversight_figures import oversight_figures
from onestop.queries.oversight_terms import OversightFilter
from onestop.services.casework import accept_step
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
    take_in_province,
)
from tests.oversight_world import (
    DISTRICT,
    DISTRICT_COMMUNE,
    DISTRICT_DESK,
    LATER,
    OTHER_DISTRICT,
    PROVINCE,
    fill,
    make_districts,
    receive_at,
)

MARITAL = "1.004873"
MARITAL_PAPERS = [{"code": "declaration"}, {"code": "identity"}]
OVERDUE, DUE_SOON = Standing.OVERDUE, Standing.DUE_SOON


@pytest.fixture
def furnish(request: pytest.FixtureRequest) -> Furnish | None:
    if "population" in request.fixturenames:
        return populate
    return take_in_province if "province" in request.fixturenames else None


@pytest.fixture
def province(session: Session) -> Province:
    return province_of(session)


def populate(session: Session) -> None:
    fill(session, make_province(session), dossiers=20, seed=1)


@pytest.fixture
def leader(session: Session, province: Province) -> Actor:
    return make_staff(session, Role.LEADER, province["H91"])


def every_row(
    session: Session,
    actor: Actor,
    standing: Standing,
    asked: OversightFilter,
    now: datetime,
    size: int = 12,
) -> Iterator[OversightRow]:
    """All rows, page by page as a person turns them."""
    while True:
        page = oversight_list(session, actor, standing, asked, now=now, size=size)
        yield from page.rows
        if page.next is None:
            return
        asked = replace(asked, after=page.next)


def codes(
    session: Session,
    actor: Actor,
    now: datetime,
    standing: Standing = OVERDUE,
    **asked: object,
) -> list[str]:
    rows = every_row(session, actor, standing, OversightFilter(**asked), now)  # type: ignore[arg-type]
    return [row.code for row in rows]


def test_a_late_dossier_is_in_the_list_of_its_district_and_in_no_other(session: Session) -> None:
    agencies = make_districts(session)
    code = receive_at(session, agencies[DISTRICT_DESK])
    tomorrow = NOW + timedelta(days=1)

    def seen_by(agency: str, role: Role = Role.LEADER) -> list[str]:
        return codes(session, make_staff(session, role, agencies[agency]), tomorrow)

    assert seen_by(DISTRICT) == [code]
    assert seen_by(DISTRICT, Role.AUDITOR) == [code]
    assert seen_by(DISTRICT_COMMUNE) == [code]
    assert seen_by(PROVINCE) == [code]
    assert seen_by(OTHER_DISTRICT) == []
    assert seen_by(DISTRICT, Role.OFFICER) == []
    assert seen_by(PROVINCE, Role.ADMIN) == []


def test_a_dossier_is_due_soon_first_then_overdue(
    session: Session, province: Province, leader: Actor
) -> None:
    code = receive_at(session, province[DESK])
    late_at = session.scalars(select(Dossier.late_at).where(Dossier.code == code)).one()
    assert late_at is not None
    before = late_at - timedelta(microseconds=1)

    assert codes(session, leader, before, DUE_SOON) == [code]
    assert codes(session, leader, before, DUE_SOON, today=True) == [code]
    assert codes(session, leader, before) == []
    assert codes(session, leader, late_at) == [code]
    assert codes(session, leader, late_at, DUE_SOON) == []


def test_a_row_says_how_late_where_and_with_whom(
    session: Session, province: Province, leader: Actor
) -> None:
    code = receive_at(session, province[DESK], procedure=MARITAL, papers=MARITAL_PAPERS)
    officer = make_staff(session, Role.OFFICER, province[JUSTICE], display_name="Trần Minh Quân")
    accept_step(session, code, step="check", actor=officer, at=NOW + timedelta(hours=1))

    (row,) = every_row(session, leader, OVERDUE, OversightFilter(), NOW + timedelta(days=7))

    (holder,) = row.holders
    assert row.applicant == "Nguyễn Thị Đào"
    # Due on Thursday 5 March; the Monday after is the second working day.
    assert (row.days, row.by_date, row.pause) == (2, True, None)
    assert (holder.person, holder.agency.vi) == ("Trần Minh Quân", "Tư pháp Đầm Sen")
    assert holder.phone
    assert holder.since == NOW
    assert holder.is_late


def test_what_was_late_before_its_pause_stays_with_its_days_frozen(
    session: Session, province: Province, leader: Actor
) -> None:
    code = paused(session, province, after=timedelta(days=8))
    month_later = NOW + timedelta(days=40)

    for view in View:
        asked = OversightFilter(view=view)
        (row,) = every_row(session, leader, OVERDUE, asked, month_later)
        assert row.code == code
        assert row.pause is not None
        assert row.pause.reason == "paper_missing"
        (when_paused,) = every_row(session, leader, OVERDUE, asked, row.pause.opened_at)
        assert row.days == when_paused.days < 8
        page = oversight_list(session, leader, OVERDUE, asked, now=month_later)
        assert page.ages[ageing_of(row.days)] == page.count == 1
    assert codes(session, leader, month_later, standstill=Standstill.SUPPLEMENT) == [code]
    assert codes(session, leader, month_later, standstill=Standstill.PAYMENT) == []
    assert codes(session, leader, month_later, standstill=Standstill.RUNNING) == []


def test_what_was_in_time_when_it_was_paused_is_in_no_list(
    session: Session, province: Province, leader: Actor
) -> None:
    paused(session, province, after=timedelta(hours=1))

    for view, standing in product(View, (OVERDUE, DUE_SOON)):
        assert codes(session, leader, NOW + timedelta(days=60), standing, view=view) == []


def paused(session: Session, province: Province, *, after: timedelta) -> str:
    """A marital-status dossier whose first step asks for a paper some time after reception."""
    code = receive_at(session, province[DESK], procedure=MARITAL, papers=MARITAL_PAPERS)
    officer = make_staff(session, Role.OFFICER, province[JUSTICE])
    at = NOW + after
    accept_step(session, code, step="check", actor=officer, at=at)
    request_supplement(
        session,
        code,
        step="check",
        papers=["declaration"],
        reason="paper_missing",
        note="",
        actor=officer,
        at=at,
    )
    return code


def test_a_step_may_be_late_in_a_dossier_that_is_not(
    session: Session, province: Province, leader: Actor
) -> None:
    code = receive_at(session, province[DESK], procedure=MARITAL, papers=MARITAL_PAPERS)
    due_at = session.scalars(select(Dossier.due_at).where(Dossier.code == code)).one()

    assert codes(session, leader, due_at, view=View.STEP) == [code]
    assert codes(session, leader, due_at, view=View.DOSSIER) == []


def test_a_step_is_the_matter_of_its_own_agency(session: Session, province: Province) -> None:
    code = receive_at(session, province[DESK], procedure=MARITAL, papers=MARITAL_PAPERS)
    desk = make_staff(session, Role.LEADER, province[DESK])
    justice = make_staff(session, Role.LEADER, province[JUSTICE])
    later = NOW + timedelta(days=7)

    assert codes(session, desk, later) == [code]
    assert codes(session, desk, later, view=View.STEP) == []
    assert codes(session, justice, later, view=View.STEP) == [code]


@pytest.fixture
def population(province: Province) -> Province:
    """Dossiers in whatever state random walks have left them."""
    return province


@pytest.mark.parametrize("seed", [2, 3])
def test_counts_equal_lists(session: Session, province: Province, leader: Actor, seed: int) -> None:
    fill(session, province, dossiers=20, seed=seed)
    found = 0
    below = ({}, {"agency": province[COMMUNE]}, {"agency": province[COMMUNE], "own": True})
    for view, standing, where in product(View, (OVERDUE, DUE_SOON), below):
        asked = OversightFilter(view=view, **where)
        page = oversight_list(session, leader, standing, asked, now=LATER)
        rows = list(every_row(session, leader, standing, asked, LATER))
        found += len(rows)

        assert page.count == page.views[view] == len(rows)
        other = replace(asked, view=next(v for v in View if v is not view))
        assert (
            page.views[other.view]
            == oversight_list(session, leader, standing, other, now=LATER).count
        )
        if standing is DUE_SOON:
            today = list(every_row(session, leader, standing, replace(asked, today=True), LATER))
            assert page.today == len(today) == sum(row.days == 0 for row in rows)
            continue
        assert sum(page.ages.values()) == len(rows)
        for age in Ageing:
            aged = list(every_row(session, leader, standing, replace(asked, ageing=age), LATER))
            assert {ageing_of(row.days) for row in aged} <= {age}
            assert page.ages[age] == len(aged)
    assert found > 20


def test_lists_hold_what_the_tables_say(
    session: Session, population: Province, leader: Actor
) -> None:
    commune = make_staff(session, Role.LEADER, population[COMMUNE])
    for actor, code in ((leader, "H91"), (commune, COMMUNE)):
        dossiers = session.scalars(
            select(Dossier.code)
            .join(Participation, Participation.dossier_id == Dossier.id)
            .join(Agency, Agency.id == Participation.agency_id)
            .where(Agency.path.like(path_of(session, population[code]) + "%"))
            .where(Dossier.finished_at.is_(None), Dossier.late_at <= LATER)
            .distinct()
        ).all()
        steps = session.scalars(
            select(Dossier.code)
            .join(Step, Step.dossier_id == Dossier.id)
            .join(Agency, Agency.id == Step.agency_id)
            .where(Agency.path.like(path_of(session, population[code]) + "%"))
            .where(Step.status.in_(("offered", "open")), Step.late_at <= LATER)
        ).all()

        assert sorted(codes(session, actor, LATER)) == sorted(dossiers)
        assert sorted(codes(session, actor, LATER, view=View.STEP)) == sorted(steps)


def path_of(session: Session, agency: int) -> str:
    return session.scalars(select(Agency.path).where(Agency.id == agency)).one()


def test_every_order_holds_every_row_once(
    session: Session, population: Province, leader: Actor
) -> None:
    for view in View:
        first = codes(session, leader, LATER, view=view)
        for sort in Sort:
            asked = OversightFilter(view=view, sort=sort)
            rows = every_row(session, leader, OVERDUE, asked, LATER, size=5)
            assert sorted(row.code for row in rows) == sorted(first)
    by_code = codes(session, leader, LATER, sort=Sort.CODE)
    assert by_code == sorted(by_code)


def test_filters_by_procedure_and_step_hold_what_they_say(
    session: Session, population: Province, leader: Actor
) -> None:
    for view in View:
        whole = oversight_list(session, leader, OVERDUE, OversightFilter(view=view), now=LATER)
        for procedure in whole.procedures:
            asked = OversightFilter(view=view, procedure=procedure.code)
            page = oversight_list(session, leader, OVERDUE, asked, now=LATER)
            assert {row.procedure_code for row in page.rows} == {procedure.code}
            assert page.steps or not any(row.holders for row in page.rows)
            for step in page.steps:
                at_step = replace(asked, step=step.code)
                rows = list(every_row(session, leader, OVERDUE, at_step, LATER))
                names = [{holder.step.vi for holder in row.holders} for row in rows]
                assert rows
                assert all(step.name.vi in those for those in names)


def test_every_figure_equals_its_list(
    session: Session, population: Province, leader: Actor
) -> None:
    figures = oversight_figures(session, leader, now=LATER, bottlenecks=1000)
    assert figures is not None

    def size(standing: Standing = OVERDUE, **asked: object) -> int:
        return len(codes(session, leader, LATER, standing, **asked))

    assert figures.overdue == size() == figures.overdue_trend[-1]
    assert figures.today == size(DUE_SOON, today=True)
    assert figures.soon == size(DUE_SOON)
    for age, count in figures.ages.items():
        assert count == size(ageing=age)
    assert figures.bottlenecks
    for row in figures.bottlenecks:
        cell = {"agency": row.agency_id, "own": True}
        at = {"procedure": row.procedure_code, "step": row.key}
        assert row.late == size(view=View.STEP, **cell, **at)
    for unit in figures.agencies:
        asked = {"view": View.STEP, "agency": unit.id, "own": unit.own}
        assert unit.late == size(**asked)
        assert unit.soon == size(DUE_SOON, **asked)
    assert sum(unit.late for unit in figures.agencies) == size(view=View.STEP)
    assert sum(row.late for row in figures.bottlenecks) == size(view=View.STEP)


def test_the_figures_of_an_agency_below_are_those_its_leader_sees(
    session: Session, population: Province, leader: Actor
) -> None:
    commune = make_staff(session, Role.LEADER, population[COMMUNE])

    above = oversight_figures(session, leader, now=LATER, agency=population[COMMUNE])
    own = oversight_figures(session, commune, now=LATER)

    assert above is not None
    assert own is not None
    assert (above.overdue, above.soon, above.ages) == (own.overdue, own.soon, own.ages)
    assert above.bottlenecks == own.bottlenecks
    assert above.agencies == own.agencies


def test_the_figures_of_a_stranger_are_not_shown(session: Session, province: Province) -> None:
    stranger = make_staff(session, Role.LEADER, province[OTHER_COMMUNE])

    assert oversight_figures(session, stranger, now=NOW, agency=province[COMMUNE]) is None


def test_the_file_holds_the_list_and_no_more_than_it_may(
    session: Session, population: Province, leader: Actor
) -> None:
    asked = OversightFilter(sort=Sort.CODE)
    page = oversight_list(session, leader, OVERDUE, asked, now=LATER, size=10_000)

    rows = oversight_rows(session, leader, OVERDUE, asked, now=LATER)

    assert rows == page.rows
    with pytest.raises(ExportTooLarge):
        oversight_rows(session, leader, OVERDUE, asked, now=LATER, most=len(rows) - 1)


def test_the_number_of_statements_does_not_grow_with_the_list(
    session: Session, province: Province, leader: Actor, count_queries
) -> None:
    def statements() -> tuple[int, int]:
        with count_queries() as of_list:
            oversight_list(session, leader, OVERDUE, OversightFilter(), now=LATER)
        with count_queries() as of_figures:
            oversight_figures(session, leader, now=LATER)
        return len(of_list), len(of_figures)

    fill(session, province, dossiers=6, seed=5)
    few = statements()
    people = session.execute(select(Dossier.id)).all()
    for _ in range(12):
        receive_at(session, province[DESK])

    assert len(people) == 6
    assert statements()[0] <= few[0] <= 14
    assert statements()[1] <= few[1] <= 16


def test_the_first_page_is_read_from_the_index_of_open_dossiers(
    session: Session, province: Province, leader: Actor
) -> None:
    """Two districts' worth of agencies and no sorting: as many rows are read as are shown."""
    receive_at(session, province[DESK])
    if session.get_bind().dialect.name == "postgresql":
        for off in ("seqscan", "sort", "hashjoin", "bitmapscan"):
            session.connection().exec_driver_sql(f"SET LOCAL enable_{off} = off")
    plan = explained(session, leader, View.DOSSIER)

    assert "ix_dossiers_open" in plan
    assert "TEMP B-TREE FOR ORDER BY" not in plan


def explained(session: Session, leader: Actor, view: View) -> str:
    sent: list[tuple[str, object]] = []

    def note(_c: object, _k: object, statement: str, parameters: object, *_rest: object) -> None:
        sent.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        oversight_list(session, leader, OVERDUE, OversightFilter(view=view), now=LATER)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    statement, parameters = next(s for s in sent if "name_sort" in s[0] or "AS place" in s[0])
    explain = (
        "EXPLAIN QUERY PLAN " if "sqlite" in str(session.get_bind().dialect.name) else "EXPLAIN "
    )
    rows = session.connection().exec_driver_sql(explain + statement, parameters)  # type: ignore[arg-type]
    return "\n".join(str(tuple(row)) for row in rows)
