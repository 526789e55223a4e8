"""A dossier becomes late: the leader of its district sees it, the leader of another does not."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from playwright.sync_api import Browser, Page, expect

from onestop import clock
from onestop.domain.rights import Actor, Role
from tests.browser import LiveServer, opened
from tests.conftest import NOW
from tests.factories import Province, cookie_for, make_staff
from tests.oversight_world import (
    DISTRICT,
    DISTRICT_DESK,
    OTHER_DISTRICT,
    make_districts,
    receive_at,
)


@contextmanager
def seat(server: LiveServer, browser: Browser, leader: Actor) -> Iterator[Page]:
    """A browser in which this leader has signed in."""
    name, value = cookie_for(server.app, leader, at=clock.now())
    with opened(browser, server.url) as page:
        page.context.add_cookies([{"name": name, "value": value, "url": server.url}])
        yield page


def test_a_dossier_becomes_late_and_its_district_leader_sees_it(
    live_server: LiveServer, chromium: Browser
) -> None:
    with live_server.database.write() as session:
        agencies: Province = make_districts(session)
        own = make_staff(session, Role.LEADER, agencies[DISTRICT])
        other = make_staff(session, Role.LEADER, agencies[OTHER_DISTRICT])
        code = receive_at(session, agencies[DISTRICT_DESK], at=NOW)

    with clock.moved(NOW - clock.now()), seat(live_server, chromium, own) as page:
        page.goto("/oversight/overdue")
        expect(page.get_by_role("heading", level=1)).to_have_text("Hồ sơ quá hạn: 0")
        expect(page.locator("main")).to_contain_text("Không có hồ sơ quá hạn. Tính đến 08:30")
        page.get_by_role("link", name="Hồ sơ sắp đến hạn").click()
        expect(page.get_by_role("link", name=code)).to_be_visible()

    with clock.moved(NOW + timedelta(days=2) - clock.now()):
        with seat(live_server, chromium, own) as page:
            page.goto("/oversight")
            page.get_by_role("link", name="1 Quá hạn").click()
            page.get_by_role("link", name="1–2 ngày").click()
            row = page.get_by_role("row").filter(has_text=code)
            expect(row).to_contain_text("2 ngày")
            expect(row).to_contain_text("Nguyễn Thị Đào")
            page.get_by_role("link", name=code).click()
            expect(page.get_by_role("heading", level=1)).to_contain_text(code)
        with seat(live_server, chromium, other) as page:
            page.goto("/oversight/overdue")
            expect(page.locator("main")).to_contain_text("Không có hồ sơ quá hạn. Tính đến")
            expect(page.locator("body")).not_to_contain_text(code)
            answer = page.goto(f"/dossiers/{code}")
            assert answer is not None
            assert answer.status == 404
