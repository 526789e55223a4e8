"""The list of what was filed again: its count equals it, its filters stand in the address."""

import re
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from onestop import clock
from onestop.domain.rights import Role
from onestop.services.casework import withdraw
from onestop.services.reception import void_reception
from tests.conftest import NOW
from tests.factories import (
    BIRTH,
    COMMUNE,
    DESK,
    OTHER_COMMUNE,
    Province,
    cookie_for,
    make_person,
    make_province,
    make_staff,
    receive,
)
from tests.web.office import main_of

LATER = NOW + timedelta(days=9)
REFILED = "/oversight/refiled"


@pytest.fixture(autouse=True)
def _nine_days_later() -> Iterator[None]:
    with clock.moved(LATER - clock.now()):
        yield


@pytest.fixture
def province(app: Flask) -> Province:
    with app.extensions["onestop"].write() as session:
        return make_province(session)


@pytest.fixture
def codes(app: Flask, province: Province) -> list[tuple[str, str]]:
    """Two dossiers filed again, each with the one before; and one filed again and undone."""
    with app.extensions["onestop"].write() as session:
        clerk = make_staff(session, Role.CLERK, province[DESK])

        def again(number: str) -> tuple[str, str]:
            person = make_person(id_number=number)
            before = receive(session, clerk, applicant=person).code
            at = NOW + timedelta(days=1)
            withdraw(session, before, reason="applicant_wish", note="", actor=clerk, at=at)
            after = receive(session, clerk, applicant=person, at=NOW + timedelta(days=3))
            return before, after.code

        found = [again("098190012345"), again("098190012346")]
        _, undone = again("098190012347")
        at = NOW + timedelta(days=3, minutes=5)
        void_reception(session, undone, reason="wrong_person", note="", actor=clerk, at=at)
    return found


def leader_of(app: Flask, agency: int) -> FlaskClient:
    with app.extensions["onestop"].write() as session:
        actor = make_staff(session, Role.LEADER, agency)
    client = app.test_client()
    client.set_cookie(*cookie_for(app, actor, at=clock.now()))
    return client


@pytest.fixture
def leader(app: Flask, province: Province) -> FlaskClient:
    return leader_of(app, province[COMMUNE])


def test_both_dossiers_and_both_first_promises_stand_in_a_row(leader, codes) -> None:
    page = leader.get(REFILED)

    assert "Hồ sơ nộp lại: 2" in main_of(page)
    for before, after in codes:
        assert f">{before}</a>" in page.text
        assert f">{after}</a>" in page.text
    assert len(re.findall(r"đã rút ngày 03/03/2026", page.text)) == 2
    assert "17:00 02/03/2026" in page.text  # the first promise of the earlier ones
    assert "17:00 05/03/2026" in page.text


def test_filters_stand_in_the_address(leader, codes) -> None:
    assert "Hồ sơ nộp lại: 2" in leader.get(f"{REFILED}?procedure={BIRTH}").text
    none = leader.get(f"{REFILED}?procedure=1.004873")
    assert "Hồ sơ nộp lại: 0" in none.text
    assert "Không có hồ sơ nào khớp với bộ lọc" in none.text


def test_pages_and_orders_show_each_row_once(leader, codes) -> None:
    for sort in ("late", "code", "name", "procedure", "since"):
        page = leader.get(f"{REFILED}?sort={sort}")
        assert all(page.text.count(f">{after}</a>") == 1 for _, after in codes)


def test_another_commune_sees_nothing_of_it(app, province, codes) -> None:
    other = leader_of(app, province[OTHER_COMMUNE])

    assert "Hồ sơ nộp lại: 0" in other.get(REFILED).text
    assert other.get(f"{REFILED}?agency={province[COMMUNE]}").status_code == 404


def test_the_other_lists_and_the_overview_lead_there(leader, codes) -> None:
    for url in ("/oversight", "/oversight/overdue", "/oversight/finished"):
        assert 'href="/oversight/refiled' in leader.get(url).text


def test_the_file_holds_the_same_rows(leader, codes) -> None:
    answer = leader.get(f"{REFILED}.xlsx")

    sheet = load_workbook(BytesIO(answer.data)).active
    held = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value]
    for before, after in codes:
        assert before in held
        assert after in held
    assert held.count("đã rút ngày 03/03/2026") == 2


def test_a_clerk_does_not_oversee(app, province) -> None:
    with app.extensions["onestop"].write() as session:
        clerk = make_staff(session, Role.CLERK, province[DESK])
    client = app.test_client()
    client.set_cookie(*cookie_for(app, clerk, at=clock.now()))

    assert client.get(REFILED).status_code == 403


def test_the_counter_and_the_dossier_say_what_is_filed_again(app, province, codes) -> None:
    (before, after), _ = codes
    with app.extensions["onestop"].write() as session:
        clerk = make_staff(session, Role.CLERK, province[DESK])
        at = LATER - timedelta(hours=1)
        withdraw(session, after, reason="applicant_wish", note="", actor=clerk, at=at)
    client = app.test_client()
    client.set_cookie(*cookie_for(app, clerk, at=clock.now()))

    page = client.get(f"/dossiers/{after}")
    assert "Nộp lại của" in page.text
    assert before in page.text
    assert "hồ sơ trước hẹn lần đầu 17:00 02/03/2026" in page.text
    assert "hồ sơ này hẹn lần đầu 17:00 05/03/2026" in page.text

    token = re.search(r'name="csrf-token" content="([^"]+)"', page.text)
    assert token
    form = {
        "csrf_token": token[1],
        "procedure": BIRTH,
        "applicant-id_number": "098190012345",
    }
    origin = {"Sec-Fetch-Site": "same-origin"}
    hints = client.post("/reception/people", data=form, headers=origin)
    assert after in hints.text
    assert "đã rút ngày 11/03/2026" in hints.text
