"""A clerk asks for a long book: the page tells how far it is, and then gives the file."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from onestop import clock
from onestop.jobs.kinds import KINDS
from onestop.jobs.runner import work_off
from onestop.models.jobs import Job
from onestop.services.jobs import beat
from onestop.web import books
from tests.browser import wait_until
from tests.factories import receive
from tests.journeys.town import NARROW, Town

pytestmark = pytest.mark.only_sqlite


def test_the_page_of_a_job_moves_by_itself_until_its_file_is_there(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(books, "AT_ONCE", 0)
    started: list[bool] = []
    town.server.app.extensions["onestop_start_jobs"] = lambda: started.append(True)
    with town.database.write() as session:
        code = receive(session, town.people["clerk"], at=clock.now()).code

    with town.at_work("clerk", viewport=NARROW) as page:
        page.goto("/books")
        assert page.locator("th", has_text=code).is_visible()
        _look(page)
        page.click("button[value=pdf]")
        page.wait_for_url("**/jobs/*")
        assert started == [True]
        _look(page)
        with town.database.write() as session:
            beat(session, 1, done=3, total=4, at=clock.now())
        wait_until(page, "document.querySelector('progress').value === 3")
        assert "3 trên 4" in page.inner_text("main")

        work_off(town.database, KINDS, now=clock.now)
        page.wait_for_selector("text=Tải tệp")
        _look(page)
        with page.expect_download() as download:
            page.click("text=Tải tệp")
        assert download.value.suggested_filename.startswith("so-theo-doi-")
        page.goto("/jobs")
        _look(page)
    assert town.count(Job) == 1


def _look(page: Page) -> None:
    options = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}
    assert Axe().run(page, options=options).violations_count == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
