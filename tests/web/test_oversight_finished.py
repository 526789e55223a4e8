"""The lists of finished work: every figure of the leader's page that counts it opens one."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from html import unescape
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from onestop import clock
from onestop.domain.rights import Actor, Role
from onestop.services.casework import accept_step, finish_step, withdraw
from tests.conftest import NOW
from tests.factories import (
    COMMUNE,
    DESK,
    JUSTICE,
    Province,
    cookie_for,
    make_person,
    make_province,
    make_staff,
    receive,
)

MARITAL = "1.004873"
MARITAL_PAPERS = [{"code": "declaration"}, {"code": "identity"}]
LATER = NOW + timedelta(days=9)
TRICKY = "=SUM(A1)+Ví Dụ"


@pytest.fixture(autouse=True)
def _nine_days_later() -> Iterator[None]:
    with clock.moved(LATER - clock.now()):
        yield


@pytest.fixture
def province(app: Flask) -> Province:
    with app.extensions["onestop"].write() as session:
        return make_province(session)


@pytest.fixture
def codes(app: Flask, province: Province) -> tuple[str, str]:
    """Two dossiers that ended, in time and late; the check of each was done as late as that."""
    with app.extensions["onestop"].write() as session:
        clerk = make_staff(session, Role.CLERK, province[DESK])
        officer = make_staff(
            session, Role.OFFICER, province[JUSTICE], display_name="Trần Minh Quân"
        )

        def ended(after: timedelta, name: str, late_reason: str = "") -> str:
            at, by = NOW + after, officer
            applicant = make_person(name=name)
            code = receive(
                session, clerk, procedure=MARITAL, papers=MARITAL_PAPERS, applicant=applicant
            ).code
            accept_step(session, code, step="check", actor=by, at=at)
            finish_step(session, code, step="check", actor=by, at=at, late_reason=late_reason)
            withdraw(session, code, reason="applicant_wish", note="", actor=clerk, at=at)
            return code

        in_time = ended(timedelta(hours=1), "Lê Văn Ví Dụ")
        return in_time, ended(timedelta(days=8), TRICKY, "heavy_load")


@pytest.fixture
def leader(app: Flask, province: Province) -> FlaskClient:
    return signed_in(app, province[COMMUNE])


def signed_in(app: Flask, agency: int, **changes: object) -> FlaskClient:
    with app.extensions["onestop"].write() as session:
        actor: Actor = make_staff(session, Role.LEADER, agency, **changes)
    client = app.test_client()
    client.set_cookie(*cookie_for(app, actor, at=clock.now()))
    return client


def listed(client: FlaskClient, address: str) -> list[str]:
    page = client.get(address).text
    found = re.findall(r'<th scope="row"><a class="code"[^>]*>([^<]+)</a>', page)
    assert f"Hồ sơ đã giải quyết: {len(found)}" in page
    return found


def links(page: str) -> list[tuple[str, str]]:
    """Address and words of every link to a list of finished work."""
    found = re.findall(r'href="(/oversight/finished[^"]*)"[^>]*>(.*?)</a>', page, re.S)
    return [(unescape(url), re.sub(r"<[^>]+>|\s+", " ", words)) for url, words in found]


def test_the_figures_of_finished_work_open_their_lists(
    app: Flask, province: Province, leader: FlaskClient, codes: tuple[str, str]
) -> None:
    in_time, late = codes
    page = leader.get("/oversight").text
    found = links(page)

    month, done_late, done, share = (listed(leader, url) for url, _ in found)

    assert "1/2" in found[0][1]
    assert month == [late, in_time]
    assert [words.strip() for _, words in found[1:]] == ["1", "2", "50 %"]
    assert done_late == [late]
    assert done == share == [late, in_time]


def test_the_list_tells_early_from_late(leader: FlaskClient, codes: tuple[str, str]) -> None:
    in_time, late = codes
    page = leader.get("/oversight/finished").text

    assert "Trước hạn" in page
    assert "Trễ 3 ngày" in page
    assert listed(leader, "/oversight/finished?judgement=late") == [late]
    assert listed(leader, "/oversight/finished?judgement=in-time") == [in_time]
    assert 'aria-current="page">Hồ sơ đã giải quyết' in page


def test_by_step_the_list_names_the_step_and_who_did_it(
    leader: FlaskClient, codes: tuple[str, str]
) -> None:
    page = leader.get("/oversight/finished?what=step&period=8-weeks").text

    assert "Trần Minh Quân" in page
    assert "Tư pháp Đầm Sen" in page
    assert page.count("Trễ ") >= 1


def test_every_filter_that_is_on_can_be_taken_off(
    leader: FlaskClient, province: Province, codes: tuple[str, str]
) -> None:
    filters = f"agency={province[COMMUNE]}&procedure={MARITAL}&step=check&judgement=late"

    page = leader.get(f"/oversight/finished?{filters}&period=8-weeks")

    assert codes[1] in page.text
    assert page.text.count("Bỏ lọc") == 4
    for one in filters.split("&"):
        rest = "&amp;".join(
            other for other in f"{filters}&period=8-weeks".split("&") if other != one
        )
        assert ordered(f"/oversight/finished?{rest}") in map(
            ordered, re.findall(r'href="([^"]+)"', page.text)
        )


def ordered(address: str) -> list[str]:
    return sorted(re.split(r"&amp;|\?", address))


def test_pages_go_on_where_they_end(app: Flask, province: Province, leader: FlaskClient) -> None:
    with app.extensions["onestop"].write() as session:
        clerk = make_staff(session, Role.CLERK, province[DESK])
        for n in range(53):
            code = receive(session, clerk).code
            at = NOW + timedelta(minutes=n)
            withdraw(session, code, reason="applicant_wish", note="", actor=clerk, at=at)

    first = leader.get("/oversight/finished").text
    address = unescape(re.search(r'rel="next" href="([^"]+)"', first)[1])  # type: ignore[index]
    second = leader.get(address).text

    def shown(page: str) -> list[str]:
        return re.findall(r'<th scope="row"><a class="code"[^>]*>([^<]+)</a>', page)

    assert len(shown(first)) == 50
    assert len({*shown(first), *shown(second)}) == 53
    assert 'rel="next"' not in second


def test_the_file_holds_the_list(leader: FlaskClient, codes: tuple[str, str]) -> None:
    answer = leader.get("/oversight/finished.xlsx?judgement=late")
    assert answer.status_code == 200
    assert "finished-" in answer.headers["Content-Disposition"]
    sheet = load_workbook(BytesIO(answer.data)).active
    assert sheet is not None
    rows = list(sheet.iter_rows())

    assert "Quá hạn" in str(rows[1][0].value)
    (row,) = rows[5:]
    values = [cell.value for cell in row]
    assert values[:2] == ["Quá hạn", 3]
    assert values[2:4] == [codes[1], TRICKY]
    assert values[-1] == datetime(2026, 3, 10, 8, 30)  # noqa: DTZ001
    assert {cell.data_type for each in rows for cell in each} <= {"s", "n", "d"}


def test_a_leader_reads_english(app: Flask, province: Province, codes: tuple[str, str]) -> None:
    client = signed_in(app, province[COMMUNE], language="en")

    page = client.get("/oversight/finished").text

    assert "Finished dossiers: 2" in page
