"""The pages of leaders: who may open them, what they show, and the file of the same list."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import select

from onestop import clock
from onestop.domain.rights import Actor, Role
from onestop.models.accounts import AccessLogEntry
from tests.conftest import NOW
from tests.factories import (
    COMMUNE,
    DESK,
    OTHER_COMMUNE,
    OTHER_DESK,
    Province,
    cookie_for,
    make_person,
    make_province,
    make_staff,
)
from tests.oversight_world import receive_at

LATE = timedelta(days=2)
TRICKY = "=SUM(A1)+Ví Dụ"
PAGES = ("/oversight", "/oversight/overdue", "/oversight/due-soon", "/oversight/finished")
FILES = (
    "/oversight/overdue.xlsx",
    "/oversight/due-soon.xlsx",
    "/oversight/finished.xlsx",
)


@pytest.fixture(autouse=True)
def _two_days_later() -> Iterator[None]:
    with clock.moved(NOW + LATE - clock.now()):
        yield


@pytest.fixture
def province(app: Flask) -> Province:
    with app.extensions["onestop"].write() as session:
        return make_province(session)


@pytest.fixture
def late(app: Flask, province: Province) -> str:
    """A dossier of the commune that is late; its applicant has a name like a formula."""
    return received(app, province[DESK], applicant=make_person(name=TRICKY))


def received(app: Flask, agency: int, **changes: object) -> str:
    with app.extensions["onestop"].write() as session:
        return receive_at(session, agency, at=NOW, **changes)


def signed_in(app: Flask, role: Role, agency: int, **changes: object) -> FlaskClient:
    with app.extensions["onestop"].write() as session:
        actor: Actor = make_staff(session, role, agency, **changes)
    client = app.test_client()
    client.set_cookie(*cookie_for(app, actor, at=clock.now()))
    return client


def test_the_leader_of_the_commune_sees_it_and_another_does_not(
    app: Flask, province: Province, late: str
) -> None:
    own = signed_in(app, Role.LEADER, province[COMMUNE])
    other = signed_in(app, Role.LEADER, province[OTHER_COMMUNE])

    page = own.get("/oversight/overdue")
    assert late in page.text
    assert "Hồ sơ quá hạn: 1" in page.text
    assert late in own.get("/oversight/overdue?what=step").text
    assert late in own.get("/oversight").text
    empty = other.get("/oversight/overdue")
    assert late not in empty.text
    assert "Không có hồ sơ quá hạn. Tính đến 08:30 04/03/2026." in empty.text


@pytest.mark.parametrize("url", [*PAGES, *FILES])
def test_only_those_who_oversee_come_in(app: Flask, province: Province, url: str) -> None:
    commune = province[COMMUNE]
    answers = {role: signed_in(app, role, commune).get(url).status_code for role in Role}

    assert {role for role, status in answers.items() if status == 200} == {
        Role.LEADER,
        Role.AUDITOR,
    }
    assert {status for status in answers.values() if status != 200} == {403}
    assert app.test_client().get(url).status_code == 302


def test_an_agency_out_of_reach_is_like_none(app: Flask, province: Province) -> None:
    client = signed_in(app, Role.LEADER, province[COMMUNE])

    for url in (*PAGES, *FILES):
        assert client.get(f"{url}?agency={province[COMMUNE]}").status_code == 200
        assert client.get(f"{url}?agency={province[OTHER_COMMUNE]}").status_code == 404
        assert client.get(f"{url}?agency=999999").status_code == 404


def test_a_look_at_the_list_is_logged(app: Flask, province: Province) -> None:
    signed_in(app, Role.LEADER, province[COMMUNE]).get("/oversight/overdue.xlsx")

    with app.extensions["onestop"].read() as session:
        seen = session.scalars(select(AccessLogEntry.body)).all()
    assert ["oversight.overdue_file" in str(body) for body in seen] == [True]


def test_an_address_that_makes_no_sense_shows_the_whole_list(
    app: Flask, province: Province, late: str
) -> None:
    client = signed_in(app, Role.LEADER, province[COMMUNE])
    nonsense = (
        "what=x&ageing=y&clock=z&sort=q&own=perhaps&today=maybe&agency=abc&after=~~",
        "after=2026-03-01T00:00:00~1~1&agency=-5",
        "after=2026-03-01~x~1&agency=99999999999999999999",
        f"agency=&procedure=&step=&ageing=&clock=&sort=&after={'9' * 400}",
    )

    for query in nonsense:
        page = client.get(f"/oversight/overdue?{query}")
        assert page.status_code == 200
        assert late in page.text
    for query in ("after=%01~1~1&sort=name", "after=%F0%9F%98%80%FF~1~0&sort=code", "step=%01'--"):
        assert client.get(f"/oversight/overdue?{query}").status_code == 200


def test_every_filter_that_is_on_can_be_taken_off(
    app: Flask, province: Province, late: str
) -> None:
    client = signed_in(app, Role.LEADER, province[COMMUNE])
    commune = province[COMMUNE]
    filters = f"agency={commune}&procedure=1.001193&step=verify&ageing=1-2&clock=running"

    page = client.get(f"/oversight/overdue?{filters}")

    assert late in page.text
    assert page.text.count("Bỏ lọc") == 5
    for one in filters.split("&"):
        rest = "&amp;".join(other for other in filters.split("&") if other != one)
        assert f'href="/oversight/overdue?{rest}"' in page.text


def test_the_next_page_goes_on_where_this_one_ends(app: Flask, province: Province) -> None:
    codes = [received(app, province[DESK]) for _ in range(53)]
    client = signed_in(app, Role.LEADER, province[COMMUNE])

    first = client.get("/oversight/overdue?sort=code").text
    address = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = client.get(address).text

    assert [code for code in codes if f'/dossiers/{code}"' in first] == codes[:50]
    assert [code for code in codes if f'/dossiers/{code}"' in second] == codes[50:]
    assert 'rel="next"' not in second
    assert len(list(sheet_of(client).iter_rows())) == 53 + 5


def test_a_name_cannot_do_anything_in_a_page(app: Flask, province: Province) -> None:
    received(app, province[DESK], applicant=make_person(name="<b onclick=x>Ví Dụ"))
    page = signed_in(app, Role.LEADER, province[COMMUNE]).get("/oversight/overdue")

    assert "<b onclick" not in page.text
    assert "&lt;b onclick=x&gt;Ví Dụ" in page.text


def test_the_file_holds_the_list_with_real_dates_and_no_formula(
    app: Flask, province: Province, late: str
) -> None:
    received(app, province[OTHER_DESK])
    client = signed_in(app, Role.LEADER, province[COMMUNE], display_name="Phạm Văn Hùng")
    query = f"?agency={province[COMMUNE]}&ageing=1-2"
    sheet = sheet_of(client, query)
    rows = list(sheet.iter_rows())

    assert "Quá hạn" in str(rows[0][0].value) or "quá hạn" in str(rows[0][0].value)
    assert "UBND" in str(rows[1][0].value) or "Ủy ban" in str(rows[1][0].value)
    assert "Trễ 1–2 ngày" in str(rows[1][0].value)
    assert "Phạm Văn Hùng" in str(rows[2][0].value)
    assert sheet.freeze_panes == "A6"
    (row,) = rows[5:]
    values = [cell.value for cell in row]
    assert values[0] == 2
    assert values[2:4] == [late, TRICKY]
    assert values[-2:] == [datetime(2026, 3, 2, 8, 30), datetime(2026, 3, 2, 17)]  # noqa: DTZ001
    assert {cell.data_type for each in rows for cell in each} <= {"s", "n", "d"}
    assert not any(cell.hyperlink for each in rows for cell in each)


def test_the_file_of_what_is_due_soon_says_so(app: Flask, province: Province) -> None:
    with clock.moved(-LATE):
        code = received(app, province[DESK])
        client = signed_in(app, Role.LEADER, province[COMMUNE])
        sheet = sheet_of(client, "?what=step", url="/oversight/due-soon.xlsx")

    assert "sắp đến hạn" in str(sheet["A1"].value)
    assert sheet["C6"].value == code


def sheet_of(client: FlaskClient, query: str = "", url: str = FILES[0]) -> Worksheet:
    answer = client.get(f"{url}{query}")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    book = load_workbook(BytesIO(answer.data))
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    return sheet


def test_a_leader_reads_english(app: Flask, province: Province, late: str) -> None:
    client = signed_in(app, Role.LEADER, province[COMMUNE], language="en")

    for url in PAGES:
        assert client.get(url).status_code == 200
    assert "Birth registration" in client.get("/oversight/overdue").text
