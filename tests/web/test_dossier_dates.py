"""Every date on the page of a dossier says why it is what it is: the whole, legs, steps."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from onestop.domain.statuses import Action
from onestop.queries.dossier_rows import DossierPage
from onestop.queries.dossiers import dossier_page
from onestop.services.catalogue import procedure_in_force
from onestop.web.filters import local_hour, local_time
from tests.conftest import NOW
from tests.factories import BIRTH_BUNDLE
from tests.web.office import Office, at_time, make_office

DAY = timedelta(days=1)
ROW = re.compile(r"<tr[^>]*><td>(.*?)</td><td>(.*?)</td></tr>")
TABLE = re.compile(r'<table class="table table-sm explanation">(.*?)</table>', re.DOTALL)


@pytest.fixture
def office(app: Flask) -> Iterator[Office]:
    with at_time(NOW):
        yield make_office(app)


def page_of(office: Office, who: str = "officer") -> DossierPage:
    with office.app.extensions["onestop"].read() as db:
        page = dossier_page(db, office.code, office.people[who], now=NOW)
    assert page is not None
    return page


def tables(office: Office, who: str = "officer") -> dict[str, list[tuple[str, str]]]:
    """The explanations on the page, by what their caption says."""
    text = office.get(who).text
    found = {}
    for table in TABLE.findall(text):
        caption = re.search(r"<caption[^>]*>(.*?)</caption>", table)[1]
        found[caption] = ROW.findall(table)
    return found


def test_the_whole_and_its_step_are_told_to_their_stored_instants(office: Office) -> None:
    page, shown = page_of(office), tables(office)

    whole = shown["Cách tính ngày hẹn, từng khoảng thời gian"]
    counted = page.state.counted_promise()
    assert counted is not None
    assert whole[0][1] == "Tiếp nhận"
    assert whole[-1][1] == "Hẹn trả kết quả"
    assert whole[-1][0].startswith(local_hour(counted.due_at))
    (step,) = page.live_steps
    check = shown[f"Cách tính hạn của bước {step.name.vi}"]
    assert (check[0][1], check[-1][1]) == ("Giao bước", "Hạn của bước")
    assert check[-1][0].startswith(local_hour(step.due_at))


def test_a_pause_is_shown_where_it_moved_a_date(office: Office) -> None:
    office.act(
        "officer",
        Action.REQUEST_SUPPLEMENT,
        step="check",
        papers=["divorce_or_death"],
        reason="paper_missing",
    )

    waiting = tables(office)
    for rows in waiting.values():
        if rows[-1][0].endswith("chưa kết thúc"):
            assert "Tạm dừng: không tính (Chờ công dân bổ sung giấy tờ). Còn lại:" in rows[-1][1]
    assert sum(rows[-1][0].endswith("chưa kết thúc") for rows in waiting.values()) >= 2

    with at_time(NOW + 2 * DAY):
        office.act("clerk", Action.TAKE_IN_SUPPLEMENT, pause="1", papers=["divorce_or_death"])
        page, shown = page_of(office), tables(office)

    (step,) = page.live_steps
    for rows, due_at in (
        (shown["Cách tính ngày hẹn, từng khoảng thời gian"], page.state.counted_promise().due_at),
        (shown[f"Cách tính hạn của bước {step.name.vi}"], step.due_at),
    ):
        assert any("Tạm dừng: không tính" in what for _, what in rows)
        assert rows[-1][0].startswith(local_hour(due_at))


def test_every_leg_of_a_long_way_is_told_along_the_plan(office: Office) -> None:
    office.code = office.receive(procedure=BIRTH_BUNDLE, papers=papers_of_the_bundle(office))
    page, text = page_of(office, "clerk"), office.get("clerk").text

    counted = [row for row in page.promises if row.leg and row.is_counted]
    assert len(counted) > 2
    shown = tables(office, "clerk")
    for row in counted:
        assert f"{local_time(row.line.due_at)}</summary>" in text
        caption = next(name for name in shown if f"Chặng {row.leg}:" in name)
        rows = shown[caption]
        assert any(what.startswith("Bước: ") for _, what in rows)
        assert rows[-1][1] == "Hẹn của chặng"
        assert rows[-1][0].startswith(local_hour(row.line.due_at))


def papers_of_the_bundle(office: Office) -> list[dict[str, str]]:
    with office.app.extensions["onestop"].read() as db:
        spec = procedure_in_force(db, BIRTH_BUNDLE, NOW.date()).spec
    return [{"code": paper.code} for paper in spec.required_papers]
