"""The pages of the administrator: what they show, what they refuse, what a confirmation does."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from onestop import clock
from onestop.domain.rights import Role
from onestop.inputs.calendars import shipped_calendars
from onestop.queries.catalogue import procedure_page
from onestop.services.calendars import install_calendars
from onestop.services.catalogue import import_procedures
from tests.catalogue_files import PROCEDURES, TODAY, install_catalogue, procedure
from tests.conftest import NOW
from tests.databases import Furnish
from tests.factories import COMMUNE, cookie_for, make_staff, province_of
from tests.web.sign_in import post

PROCEDURE = "/admin/procedures/1.001193"
FEE = f"{PROCEDURE}/editions/2025-07/values/fees.late_registration"


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with clock.moved(NOW - clock.now()):
        yield


@pytest.fixture
def furnish() -> Furnish:
    return shipped_catalogue


def shipped_catalogue(session: Session) -> None:
    install_catalogue(session, at=NOW)


@pytest.fixture
def admin(app: Flask) -> FlaskClient:
    return signed_in(app, Role.ADMIN)


def signed_in(app: Flask, role: Role) -> FlaskClient:
    with app.extensions["onestop"].write() as db:
        actor = make_staff(db, role, province_of(db)[COMMUNE])
    client = app.test_client()
    client.set_cookie(*cookie_for(app, actor, at=clock.now()))
    return client


def test_the_list_shows_what_is_in_force_and_how_much_is_not_confirmed(admin):
    page = admin.get("/admin", follow_redirects=True)

    assert "Đăng ký khai sinh" in page.text
    assert f"{len(PROCEDURES)} thủ tục" in page.text
    assert "giá trị" in page.text


def test_one_procedure_marks_every_value(admin):
    page = admin.get(PROCEDURE)

    assert page.status_code == 200
    assert "trong ngày, nếu nộp chậm nhất lúc 15:00" in page.text
    assert "Mặc định" in page.text
    assert "Đã xác nhận" in page.text
    assert f'href="{FEE}"' in page.text


@pytest.mark.parametrize(
    "code", ["1.001612", "1.012786", "1.013225", "2.000815", "2.000908", "2.002913", "3.000722"]
)
def test_every_kind_of_value_has_words(admin, code):
    assert admin.get(f"/admin/procedures/{code}").status_code == 200


def test_a_default_is_confirmed_with_a_document(admin, app):
    assert "8.000" in admin.get(FEE).text

    done = post(
        admin, f"{FEE}/confirm", FEE, document_number="5/2026/NQ-HĐND", document_on="01/02/2026"
    )

    assert done.status_code == 302
    page = admin.get(done.location).text
    assert "5/2026/NQ-HĐND" in page
    assert f'href="{FEE}"' not in page
    assert "đã được xác nhận" in admin.get(FEE).text


@pytest.mark.parametrize(
    ("number", "day", "sentence"),
    [
        ("", "01/02/2026", "Chưa có số, ký hiệu văn bản."),
        ("QĐ 1", "", "không đọc được"),
        ("QĐ 1", "31/02/2026", "không đọc được"),
        ("QĐ 1", "2999-01-01", "chưa đến"),
    ],
)
def test_a_confirmation_without_its_document_keeps_what_was_typed(
    admin, app, number, day, sentence
):
    answer = post(admin, f"{FEE}/confirm", FEE, document_number=number, document_on=day)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{number}"' in answer.text
    assert f'value="{day}"' in answer.text
    with app.extensions["onestop"].read() as db:
        page = procedure_page(db, "1.001193", on=TODAY)
    assert all(value.confirmation is None for value in page.values)


def test_a_value_confirmed_in_the_meantime_is_a_lost_race(admin):
    typed = {"document_number": "QĐ 1", "document_on": "2026-02-01"}
    post(admin, f"{FEE}/confirm", FEE, **typed)

    again = post(admin, f"{FEE}/confirm", "/account", **typed)

    assert again.status_code == 409


@pytest.mark.parametrize(
    "url",
    [
        "/admin/procedures/9.999999",
        f"{PROCEDURE}?edition=1900",
        f"{PROCEDURE}/editions/2025-07/values/fees.nothing",
        "/admin/calendars/nowhere",
    ],
)
def test_what_is_not_there_is_not_found(admin, url):
    assert admin.get(url).status_code == 404


def test_another_edition_is_shown_by_its_name(admin, app):
    new = procedure(edition="2999", valid_from=TODAY.replace(year=2999))
    with app.extensions["onestop"].write() as db:
        import_procedures(db, [new], at=clock.now())

    assert "Phiên bản 2999" in admin.get(PROCEDURE).text
    assert "Không tiếp nhận hôm nay" in admin.get(f"{PROCEDURE}?edition=2999").text


def test_the_tree_shows_agencies_in_force_and_past_ones_when_asked(admin):
    today = admin.get("/admin/agencies").text
    everything = admin.get("/admin/agencies?past=1").text

    assert "Ủy ban nhân dân huyện Mai Thượng" in today
    assert "Ủy ban nhân dân huyện Lam Bắc" not in today
    assert "Ủy ban nhân dân huyện Lam Bắc" in everything
    assert "Kết thúc ngày 30/06/2025" in everything
    assert "nay là UBND phường Đầm Sen" in everything


def test_the_tree_asks_a_fixed_number_of_statements(admin, count_queries):
    with count_queries() as statements:
        admin.get("/admin/agencies")

    assert len(statements) <= 7


def test_calendars_are_shown_with_the_days_of_a_year(admin, app):
    with app.extensions["onestop"].write() as db:
        install_calendars(db, shipped_calendars(), source="a file", at=clock.now())

    assert "vn-0700" in admin.get("/admin/calendars").text
    page = admin.get("/admin/calendars/vn-0700?year=2026").text

    assert "07:00-11:30, 13:30-17:00" in page
    assert "17/02/2026" in page
    assert "Tết Nguyên đán" in page
    assert "Dự kiến" in page


def test_english_pages_use_english_names(admin):
    post(admin, "/account/language", "/account", language="en")

    assert "Birth registration" in admin.get(PROCEDURE).text
    assert "Public Service Centre" in admin.get("/admin/agencies").text


@pytest.mark.parametrize(
    "url",
    ["/admin", "/admin/procedures", PROCEDURE, FEE, "/admin/agencies", "/admin/calendars"],
)
def test_only_administrators_may_look(app, client, url):
    assert client.get(url).status_code == 302
    assert signed_in(app, Role.CLERK).get(url).status_code == 403
