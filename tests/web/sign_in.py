"""Accounts at one agency, and signing in with them as a browser does."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from onestop import clock
from onestop.domain.agencies import AgencyFunction, AgencyLevel
from onestop.domain.rights import Role
from onestop.models.agencies import Agency
from onestop.services import accounts
from onestop.services.second_factor import present_code

PASSWORD = "bốn con voi nhỏ đi qua cầu"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
# The origin of the test client; a browser sends it with every form.
ORIGIN = {"Sec-Fetch-Site": "same-origin"}


@dataclass(frozen=True, slots=True)
class Account:
    """An account and the id of the agency where it holds its roles."""

    user_id: int
    username: str
    agency_id: int


def make_account(app: Flask, username: str = "mai", *roles: Role, **changes: Any) -> Account:
    """An account with a known password; leaders, auditors and admins have `SECRET` enrolled."""
    values: dict[str, Any] = {"display_name": "Lý Thị Mai", "password": PASSWORD}
    with app.extensions["onestop"].write() as db:
        agency = make_agency(f"T{username}")
        db.add(agency)
        db.flush()
        agency.path = f"/{agency.id}/"
        user_id = accounts.create_user(
            db, username, at=clock.now(), **values | {"must_change": False} | changes
        )
        for role in roles:
            accounts.assign_role(
                db, user_id, agency_id=agency.id, role=role, at=datetime(2025, 1, 1, tzinfo=UTC)
            )
        return Account(user_id, username, agency.id)


def make_agency(code: str) -> Agency:
    return Agency(
        code=code,
        name="Ủy ban nhân dân xã Thanh Bình",
        short_name="UBND xã Thanh Bình",
        name_folded="",
        header_name="ỦY BAN NHÂN DÂN XÃ THANH BÌNH",
        level=AgencyLevel.COMMUNE,
        function=AgencyFunction.COMMITTEE,
        calendar_key="viet-nam",
        valid_from=date(2025, 7, 1),
    )


def form_token(page: TestResponse) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found, page.text
    return found[1]


def post(client: FlaskClient, url: str, at: str | None = None, **fields: str) -> TestResponse:
    """Send the form that stands on the page `at` (default: `url` itself) to `url`."""
    token = form_token(client.get(at or url))
    return client.post(url, data={"csrf_token": token, **fields}, headers=ORIGIN)


def sign_in(client: FlaskClient, username: str = "mai", password: str = PASSWORD) -> TestResponse:
    return post(client, "/sign-in", username=username, password=password)


def sign_in_with_code(client: FlaskClient, username: str) -> TestResponse:
    sign_in(client, username)
    return post(client, "/sign-in/code", code=present_code(SECRET, clock.now()))


def cookie_of(client: FlaskClient) -> str:
    cookie = client.get_cookie("onestop")
    assert cookie is not None
    return str(cookie.value)
