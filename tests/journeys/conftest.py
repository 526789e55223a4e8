"""The town of every journey."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser import LiveServer
from tests.conftest import NOW
from tests.journeys.town import Town, make_town


@pytest.fixture
def town(live_server: LiveServer, chromium: Browser) -> Iterator[Town]:
    with make_town(live_server, chromium, NOW) as town:
        yield town
