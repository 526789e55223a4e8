"""The gate: nothing undeclared, nobody without a right, no personal data without a trace."""

import json
import re
from typing import Any

import pytest
from flask import Blueprint, Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from onestop.domain.rights import Right, Role
from onestop.services.access import view_hash
from onestop.web.endpoints import (
    SAFE_METHODS,
    Audience,
    DeclaredRoute,
    UndeclaredEndpoint,
    declared_routes,
    endpoint,
    refuse_undeclared,
)
from onestop.web.public_forms import FIELD, issue_token
from tests.web.sign_in import ORIGIN, Account, make_account, sign_in

probe = Blueprint("gate", __name__)
shown: list[str] = []


@probe.get("/gate/dossiers/<code>")
@endpoint(Right.SEE_DOSSIER, reads_personal=True)
def dossier(code: str) -> str:
    shown.append(code)
    return code


@probe.get("/gate/admin")
@endpoint(Right.ADMINISTER)
def admin() -> str:
    return "admin"


@probe.post("/gate/work")
@endpoint(Right.WORK)
def work() -> str:
    return "done"


@probe.post("/gate/public")
@endpoint(audience=Audience.PUBLIC)
def public() -> str:
    return "done"


@probe.get("/gate/books")
@endpoint(Right.SEE_DOSSIER, reads_personal=True, subject="book:{agency}/{year}")
def book() -> str:
    return "book"


@pytest.fixture
def app(app: Flask) -> Flask:
    app.register_blueprint(probe)
    shown.clear()
    return app


def filled(route: DeclaredRoute) -> str:
    """The URL of a route with something in every place."""
    return re.sub(r"<(?:int:)?[^>]+>", "1", route.url)


def routes(app: Flask, *audiences: Audience) -> list[tuple[str, str]]:
    return [
        (method, filled(route))
        for route in declared_routes(app)
        if route.declaration.audience in audiences
        for method in route.methods
    ]


def access_log(app: Flask) -> list[Any]:
    with app.extensions["onestop"].read() as db:
        return list(db.execute(text("SELECT * FROM access_log ORDER BY id")))


def clerk(app: Flask, client: FlaskClient) -> Account:
    account = make_account(app, "mai", Role.CLERK)
    sign_in(client)
    return account


def test_the_server_refuses_to_start_with_an_undeclared_endpoint(app: Flask) -> None:
    app.add_url_rule("/forgotten", "forgotten", lambda: "")

    with pytest.raises(UndeclaredEndpoint, match="forgotten"):
        refuse_undeclared(app)


def test_a_public_endpoint_cannot_ask_for_a_right() -> None:
    with pytest.raises(UndeclaredEndpoint):
        endpoint(Right.WORK, audience=Audience.PUBLIC)


def test_every_page_of_staff_refuses_a_stranger(app: Flask, client: FlaskClient) -> None:
    for method, url in routes(app, Audience.STAFF):
        answer = client.open(url, method=method, headers=ORIGIN)

        assert answer.status_code == 302, (method, url)
        assert answer.location.startswith("/sign-in"), (method, url)


def test_every_unsafe_endpoint_refuses_a_missing_form_token(
    app: Flask, client: FlaskClient
) -> None:
    clerk(app, client)

    for method, url in routes(app, Audience.STAFF, Audience.OPEN, Audience.PUBLIC):
        if method not in SAFE_METHODS:
            answer = client.open(url, method=method, headers=ORIGIN)
            assert answer.status_code == 400, (method, url)


def test_a_missing_right_is_said_in_words(app: Flask, client: FlaskClient) -> None:
    clerk(app, client)

    answer = client.get("/gate/admin")

    assert answer.status_code == 403
    assert "không có quyền" in answer.text


def test_a_stranger_is_led_back_after_signing_in(client: FlaskClient) -> None:
    assert client.get("/account?a=1").location == "/sign-in?next=/account?a%3D1"


def test_a_view_of_personal_data_leaves_a_row_before_it_is_shown(
    app: Flask, client: FlaskClient
) -> None:
    account = clerk(app, client)

    client.get("/gate/dossiers/H40.05-261121-0007")

    (row,) = access_log(app)
    body = json.loads(bytes(row.body))
    assert (row.user_id, row.agency_id, row.n) == (account.user_id, account.agency_id, 1)
    assert body["subject"] == "H40.05-261121-0007"
    assert body["endpoint"] == "gate.dossier"


def test_the_views_of_an_agency_and_day_form_a_chain(app: Flask, client: FlaskClient) -> None:
    clerk(app, client)

    for n in range(3):
        client.get(f"/gate/dossiers/{n}")

    previous = bytes(32)
    for n, row in enumerate(access_log(app), start=1):
        day = json.loads(bytes(row.body))["day"]
        hashed = view_hash(previous, bytes(row.body), agency_id=row.agency_id, day=day, n=n)
        assert (bytes(row.prev_hash), bytes(row.hash)) == (previous, hashed)
        previous = hashed


def test_what_cannot_be_logged_is_not_shown(app: Flask, client: FlaskClient) -> None:
    clerk(app, client)
    with app.extensions["onestop"].write() as db:
        db.execute(text("ALTER TABLE access_log RENAME TO lost"))

    answer = client.get("/gate/dossiers/1")

    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert shown == []


def test_an_administrator_sees_no_dossier(app: Flask, client: FlaskClient) -> None:
    make_account(app, "root.admin", Role.ADMIN)
    sign_in(client, "root.admin")

    assert client.get("/gate/dossiers/1").status_code == 302
    assert shown == []


def test_a_public_form_is_taken_once(app: Flask, client: FlaskClient) -> None:
    with app.test_request_context():
        token = issue_token("gate.public")
        foreign = issue_token("gate.other")

    first = client.post("/gate/public", data={FIELD: token}, headers=ORIGIN)
    second = client.post("/gate/public", data={FIELD: token}, headers=ORIGIN)
    other = client.post("/gate/public", data={FIELD: foreign}, headers=ORIGIN)

    assert first.text == "done"
    assert second.status_code == 409
    assert other.status_code == 400
    assert "Hãy mở lại trang" in second.text


def test_a_member_of_staff_sees_the_menu_of_the_own_rights(app: Flask, client: FlaskClient) -> None:
    clerk(app, client)

    page = client.get("/account").text

    assert "Quản trị</a>" not in page


def test_what_is_no_dossier_is_named_in_the_log_by_ids_alone(
    app: Flask, client: FlaskClient
) -> None:
    clerk(app, client)

    client.get("/gate/books?agency=24&year=2026")
    client.get("/gate/books?agency=24&year=Nguyễn Văn An")

    assert [row.subject for row in access_log(app)][-2:] == ["book:24/2026", "book:24/-"]


def test_whatever_shows_one_row_with_personal_data_names_it(app: Flask) -> None:
    nameless = [
        route.url
        for route in declared_routes(app)
        if route.declaration.reads_personal
        and "<int" in route.url
        and not route.declaration.subject
    ]

    assert nameless == []
