"""A clerk at a counter of the test province, signed in, filling the form as a browser sends it."""

import re
from dataclasses import dataclass, field
from secrets import token_urlsafe
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from onestop import clock
from onestop.db import Database
from onestop.domain.rights import Actor, Role
from tests.factories import (
    BIRTH,
    DESK,
    Province,
    cookie_for,
    make_person,
    make_province,
    make_staff,
)

ORIGIN = {"Sec-Fetch-Site": "same-origin"}


@dataclass(frozen=True, slots=True)
class Counter:
    """A signed-in clerk, the province around the desk, and the client that sends forms."""

    app: Flask
    client: FlaskClient
    province: Province
    clerk: Actor
    tokens: list[str] = field(default_factory=list)

    @property
    def database(self) -> Database:
        database: Database = self.app.extensions["onestop"]
        return database

    def get(self, url: str) -> TestResponse:
        return self.client.get(url)

    def post(self, url: str, form: "MultiDict[str, str] | None" = None) -> TestResponse:
        data = MultiDict(form or {})
        if not self.tokens:
            self.tokens.append(token_of(self.client.get("/account")))
        data["csrf_token"] = self.tokens[0]
        return self.client.post(url, data=data, headers=ORIGIN)

    def form(self, **changes: Any) -> "MultiDict[str, str]":
        """The fields of a birth registration, complete, with the key of a new form."""
        fields: MultiDict[str, str] = MultiDict(
            {
                "key": token_urlsafe(18),
                "procedure": f"{BIRTH} · Đăng ký khai sinh",
                "applicant-kind": "citizen",
                "same": "1",
                "delivery": "desk",
                "channel": "direct",
                "copies": "1",
                **{f"applicant-{name}": value for name, value in make_person().items()},
            }
        )
        fields.setlist("paper", ["declaration", "birth_slip", "identity"])
        for name, value in changes.items():
            values = value if isinstance(value, list) else [value]
            fields.setlist(name.replace("__", "-"), values)
        return fields

    def receive(self, **changes: Any) -> str:
        """Receive a dossier through the page and return its code."""
        answer = self.post("/reception/dossiers", self.form(**changes))
        assert answer.status_code == 303, answer.text
        return answer.location.split("/dossiers/")[1].split("/")[0]


def counter_of(app: Flask, role: Role = Role.CLERK, agency: str = DESK) -> Counter:
    """Make the province with one clerk at one desk, signed in."""
    with app.extensions["onestop"].write() as session:
        province = make_province(session)
        clerk = make_staff(session, role, province[agency])
    return Counter(app, signed_in(app, clerk), province, clerk)


def signed_in(app: Flask, actor: Actor) -> FlaskClient:
    """A client that carries the cookie of `actor`."""
    client = app.test_client()
    name, value = cookie_for(app, actor, at=clock.now())
    client.set_cookie(name, value)
    return client


def token_of(page: TestResponse) -> str:
    found = re.search(r'name="csrf-token" content="([^"]+)"', page.text)
    assert found, page.text
    return found[1]
