"""A ward at work on the documented Monday: its people, each in a real browser."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from playwright.sync_api import Browser, Page
from sqlalchemy import func, select
from sqlalchemy.orm import DeclarativeBase

from onestop import clock
from onestop.db import Database
from onestop.domain.rights import Actor, Role
from onestop.models.dossiers import Dossier
from onestop.services.passwords import hash_password
from tests.browser import LiveServer, opened
from tests.factories import (
    COMMUNE,
    DESK,
    INSURANCE,
    JUSTICE,
    POLICE,
    Province,
    cookie_for,
    make_province,
    make_staff,
)

PASSWORD = "bốn con voi nhỏ đi qua cầu"
PEOPLE = {
    "clerk": (Role.CLERK, DESK, "Nguyễn Thu Trang"),
    "justice": (Role.OFFICER, JUSTICE, "Trần Minh Quân"),
    "colleague": (Role.OFFICER, JUSTICE, "Lê Thị Mai"),
    "leader": (Role.LEADER, COMMUNE, "Phạm Văn Hùng"),
    "registrar": (Role.REGISTRAR, COMMUNE, "Hoàng Thị Lan"),
    "police": (Role.OFFICER, POLICE, "Đặng Quốc Bảo"),
    "insurance": (Role.OFFICER, INSURANCE, "Vũ Thị Hạnh"),
    "admin": (Role.ADMIN, COMMUNE, "Vũ Văn Tuấn"),
}
PHONE = {"width": 390, "height": 844}
NARROW = {"width": 320, "height": 640}
DESK_SCREEN = {"width": 1366, "height": 768}


@dataclass
class Town:
    """The live server, its people, and the time that passes while they work."""

    server: LiveServer
    browser: Browser
    province: Province
    people: dict[str, Actor]
    time: ExitStack = field(default_factory=ExitStack)

    @property
    def database(self) -> Database:
        return self.server.database

    def pass_time(self, *, minutes: int) -> None:
        """Let the clock of the server run ahead until the town is closed."""
        self.time.enter_context(clock.moved(timedelta(minutes=minutes)))

    @contextmanager
    def visitor(self, **options: Any) -> Iterator[Page]:
        """A fresh browser: no cookie, nothing remembered."""
        with opened(self.browser, self.server.url, **{"viewport": DESK_SCREEN} | options) as page:
            # The server's clock is moved; a browser that stays behind would think itself late.
            page.clock.set_fixed_time(clock.now())
            yield page

    @contextmanager
    def citizen(self) -> Iterator[Page]:
        """A telephone that runs no scripts."""
        with opened(
            self.browser, self.server.url, java_script_enabled=False, viewport=PHONE
        ) as page:
            yield page

    @contextmanager
    def at_work(self, who: str, **options: Any) -> Iterator[Page]:
        """A browser in which this person has just signed in."""
        with self.visitor(**options) as page:
            name, value = cookie_for(self.server.app, self.people[who], at=clock.now())
            page.context.add_cookies([{"name": name, "value": value, "url": self.server.url}])
            yield page

    def count(self, model: type[DeclarativeBase]) -> int:
        """Rows of a table."""
        with self.database.read() as db:
            return db.scalar(select(func.count()).select_from(model)) or 0

    def codes(self) -> list[str]:
        """All dossier codes, oldest first."""
        with self.database.read() as db:
            return list(db.scalars(select(Dossier.code).order_by(Dossier.id)))


@contextmanager
def make_town(server: LiveServer, browser: Browser, at: datetime) -> Iterator[Town]:
    """Fill the server's database, and let its clock show `at`."""
    with ExitStack() as time:
        time.enter_context(clock.moved(at - clock.now()))
        with server.database.write() as db:
            province = make_province(db)
            people = {
                who: make_staff(
                    db,
                    role,
                    province[agency],
                    username=f"{who}.damsen",
                    display_name=name,
                    password_hash=_hash(),
                )
                for who, (role, agency, name) in PEOPLE.items()
            }
        yield Town(server, browser, province, people, time)


@cache
def _hash() -> str:
    return hash_password(PASSWORD)
