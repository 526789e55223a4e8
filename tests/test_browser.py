"""The application answers over a socket, and a real browser shows its pages."""

from datetime import timedelta
from urllib.request import urlopen

from flask.testing import FlaskClient
from playwright.sync_api import Page

from onestop import clock
from tests.browser import LiveServer


def test_the_application_starts_on_a_database_of_its_own(client: FlaskClient) -> None:
    assert client.get("/healthz").status_code == 200


def test_the_live_server_answers_while_its_clock_is_moved(live_server: LiveServer) -> None:
    with clock.moved(timedelta(days=30)), urlopen(f"{live_server.url}/healthz") as answer:  # noqa: S310
        assert answer.status == 200


def test_a_browser_opens_the_first_page(page: Page) -> None:
    answer = page.goto("/")

    assert answer is not None
    assert answer.status == 200
    assert page.locator("html").get_attribute("lang") == "vi"
