"""A commune's office with a dossier in hand, and the people of it signed in."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from onestop import clock
from onestop.domain.rights import Actor, Role
from onestop.domain.statuses import Action, Status
from onestop.models.dossiers import Dossier
from onestop.services.casework import accept_step
from tests.factories import (
    COMMUNE,
    DESK,
    JUSTICE,
    OTHER_DESK,
    Province,
    cookie_for,
    make_province,
    make_staff,
    receive,
)
from tests.web.sign_in import ORIGIN, form_token

MARITAL = "1.004873"
PEOPLE = {
    "clerk": (Role.CLERK, DESK, "Nguyễn Thu Trang"),
    "officer": (Role.OFFICER, JUSTICE, "Trần Minh Quân"),
    "colleague": (Role.OFFICER, JUSTICE, "Lê Thị Mai"),
    "head": (Role.LEADER, JUSTICE, "Đỗ Văn Lâm"),
    "leader": (Role.LEADER, COMMUNE, "Phạm Văn Hùng"),
    "registrar": (Role.REGISTRAR, COMMUNE, "Hoàng Thị Lan"),
    "auditor": (Role.AUDITOR, COMMUNE, "Ngô Văn Kiên"),
    "admin": (Role.ADMIN, COMMUNE, "Vũ Văn Tuấn"),
    "stranger": (Role.CLERK, OTHER_DESK, "Bùi Thị Thu"),
}


@dataclass
class Office:
    """A marital-status dossier whose step `check` the officer holds, on the documented Monday."""

    app: Flask
    province: Province
    people: dict[str, Actor]
    code: str

    def client(self, who: str) -> FlaskClient:
        """A browser in which this person has signed in."""
        client = self.app.test_client()
        client.set_cookie(*cookie_for(self.app, self.people[who], at=clock.now()))
        return client

    def get(self, who: str, url: str | None = None) -> TestResponse:
        return self.client(who).get(url or f"/dossiers/{self.code}")

    def act(self, who: str, action: Action | str, **typed: Any) -> TestResponse:
        """Send the form of an action as the page of the dossier carries it."""
        return self.acting(who)(action, **typed)

    def acting(self, who: str) -> Callable[..., TestResponse]:
        """A browser in which this person sends one form after another."""
        client = self.client(who)
        token = form_token(client.get("/account"))

        def act(action: Action | str, **typed: Any) -> TestResponse:
            fields = {"version": str(self.version()), **typed, "csrf_token": token}
            url = f"/dossiers/{self.code}/actions/{action}"
            return client.post(url, data=fields, headers=ORIGIN)

        return act

    def work_off(self) -> None:
        """Let everybody do what is left, up to the return."""
        for step, who in (("check", "officer"), ("draft", "officer"), ("sign", "leader")):
            if step != "check":
                self.act(who, Action.ACCEPT_STEP, step=step)
            self.act(who, Action.FINISH_STEP, step=step)
        self.act("registrar", Action.ACCEPT_STEP, step="register")
        numbered = {"result_number": "12/XN-UBND", "registered_on": "02/03/2026"}
        self.act("registrar", Action.FINISH_STEP, step="register", **numbered)

    def version(self) -> int:
        with self.app.extensions["onestop"].read() as db:
            found = select(Dossier.version).where(Dossier.code == self.code)
            return db.scalars(found).one()

    def status(self) -> Status:
        with self.app.extensions["onestop"].read() as db:
            return db.scalars(select(Dossier.status).where(Dossier.code == self.code)).one()

    def receive(self, **changes: Any) -> str:
        with self.app.extensions["onestop"].write() as db:
            papers = [{"code": "declaration"}, {"code": "identity"}]
            values = {"procedure": MARITAL, "papers": papers, "at": clock.now()} | changes
            return receive(db, self.people["clerk"], **values).code


def make_office(app: Flask) -> Office:
    """The office of every test here."""
    with app.extensions["onestop"].write() as db:
        province = make_province(db)
        people = {
            who: make_staff(db, role, province[agency], display_name=name)
            for who, (role, agency, name) in PEOPLE.items()
        }
    office = Office(app, province, people, "")
    office.code = office.receive()
    with app.extensions["onestop"].write() as db:
        accept_step(db, office.code, step="check", actor=people["officer"], at=clock.now())
    return office


def main_of(page: TestResponse) -> str:
    """The part of a page that is its own: without header and footer."""
    return page.text.split("<main")[1].split("</main>")[0]


def at_time(at: datetime) -> AbstractContextManager[None]:
    """Let the clock of the server show `at`."""
    return clock.moved(at - clock.now())
