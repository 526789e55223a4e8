"""What no browser sends: U+0000 anywhere, instants past the calendar, numbers past every table."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import IntegerConverter, Rule

from onestop import clock
from onestop.domain.rights import Role
from tests.conftest import NOW
from tests.factories import COMMUNE, cookie_for, make_province, make_staff
from tests.web.sign_in import ORIGIN, form_token

NUL = "a\x00b"
FIELDS = ("q", "scan", "username", "password", "code", "secret", "procedure", "reason", "key")
PAST_UTC = ("9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00%2B14:00")


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with clock.moved(NOW - clock.now()):
        yield


@pytest.fixture
def staff(app: Flask) -> dict[Role, FlaskClient]:
    clients = {}
    with app.extensions["onestop"].write() as db:
        province = make_province(db)
        roles = (Role.CLERK, Role.LEADER, Role.ADMIN)
        people = {role: make_staff(db, role, province[COMMUNE]) for role in roles}
    for role, actor in people.items():
        clients[role] = app.test_client()
        clients[role].set_cookie(*cookie_for(app, actor, at=NOW))
    return clients


def test_no_page_falls_over_a_nul(app: Flask, staff: dict[Role, FlaskClient]) -> None:
    client = staff[Role.CLERK]
    token = form_token(client.get("/account"))
    failed = []
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            for request, wanted in _requests(app, rule, method, token):
                answer = client.open(method=method, headers=ORIGIN, **request)
                if answer.status_code not in wanted:
                    failed.append((method, request, answer.status_code))

    assert failed == []


def test_a_nul_is_answered_with_a_page_in_words(
    client: FlaskClient, staff: dict[Role, FlaskClient]
) -> None:
    pages = [
        client.get("/s/%00"),
        client.post("/sign-in", data={"username": NUL}, headers=ORIGIN),
        staff[Role.ADMIN].get("/admin/procedures/%00"),
        staff[Role.CLERK].get("/casework?procedure=%00"),
    ]

    assert [page.status_code for page in pages] == [404, 400, 404, 400]
    assert all("<h1" in page.text for page in pages)


@pytest.mark.parametrize("instant", PAST_UTC)
@pytest.mark.parametrize(
    "url", ["/casework?", "/oversight/overdue?", "/oversight/overdue?sort=since&"]
)
def test_a_place_past_the_calendar_is_left_out(
    staff: dict[Role, FlaskClient], url: str, instant: str
) -> None:
    assert staff[Role.LEADER].get(f"{url}after={instant}~1~1").status_code == 200


def test_a_number_that_no_row_has_is_no_page(staff: dict[Role, FlaskClient]) -> None:
    client, most = staff[Role.CLERK], 9**30
    changes = "/admin/calendar-changes"
    form = {"csrf_token": form_token(client.get("/account"))}

    ended = client.post(f"/account/sessions/{most}/end", data=form, headers=ORIGIN)

    assert ended.status_code == 404
    for leaf in ("done", "slip.pdf"):
        assert client.get(f"/reception/visits/{most}/{leaf}").status_code == 404
    for url in (f"/jobs/{most}", f"/jobs/{most}/file"):
        assert client.get(url).status_code == 404
    for url in (f"{changes}/previews/{most}", f"{changes}/changes/{most}"):
        assert staff[Role.ADMIN].get(url).status_code == 404


def _requests(
    app: Flask, rule: Rule, method: str, token: str
) -> Iterator[tuple[dict[str, Any], set[int]]]:
    form = {"csrf_token": token} if method == "POST" else None
    fields = dict.fromkeys(FIELDS, NUL)
    url = _url(app, rule, "x")
    yield {"path": url, "query_string": fields, "data": form}, {400, 404}
    if form:
        yield {"path": url, "data": form | fields}, {400, 404}
        yield {"path": url, "data": form | {NUL: "x"}}, {400, 404}
    if any(not isinstance(c, IntegerConverter) for c in rule._converters.values()):
        yield {"path": _url(app, rule, NUL), "data": form}, {404}


def _url(app: Flask, rule: Rule, text: str) -> str:
    values = {
        name: 1 if isinstance(converter, IntegerConverter) else text
        for name, converter in rule._converters.items()
    }
    return app.url_map.bind("127.0.0.1").build(
        rule.endpoint, values, method="POST" if "POST" in (rule.methods or ()) else "GET"
    )
