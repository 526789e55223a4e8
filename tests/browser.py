"""A server in this process and a real Chromium to use it as people do."""

import shutil
import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, expect, sync_playwright
from werkzeug.serving import make_server

from onestop.db import Database
from tests.databases import Missing

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

# Off: what a desktop browser does besides showing pages, and what needs rights a container lacks.
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # Without a screen the preview of a PDF in a frame brings the whole page down.
    "--disable-print-preview",
]
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
# Long: a test that waits in vain fails anyway, one on a busy machine should not.
WAIT_MILLISECONDS = 20_000


@dataclass(frozen=True, slots=True)
class LiveServer:
    """The application served by a thread of this process: a test can move its clock."""

    url: str
    app: Flask

    @property
    def database(self) -> Database:
        """The database the server uses; tests read it and write to it by services."""
        database: Database = self.app.extensions["onestop"]
        return database


def free_socket() -> socket.socket:
    """Return a bound loopback socket: its port is known before the application is made."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen(64)
    return listening


class InFlight:
    """Counts the requests that are being answered: a page that went away leaves some behind."""

    def __init__(self, answer: "WSGIApplication") -> None:
        self._answer = answer
        self._busy = 0
        self._changed = threading.Condition()

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        self._count(+1)
        try:
            return self._answer(environ, start_response)
        finally:
            self._count(-1)

    def wait(self, seconds: float) -> None:
        """Wait until none is left; a connection they hold must not outlive the database."""
        with self._changed:
            self._changed.wait_for(lambda: self._busy == 0, seconds)

    def _count(self, change: int) -> None:
        with self._changed:
            self._busy += change
            self._changed.notify_all()


@contextmanager
def served(app: Flask, listening: socket.socket) -> Iterator[LiveServer]:
    """Serve `app` on `listening` in a thread until the block ends."""
    port = listening.getsockname()[1]
    in_flight = InFlight(app)
    server = make_server("127.0.0.1", port, in_flight, threaded=True, fd=listening.fileno())
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield LiveServer(f"http://127.0.0.1:{port}", app)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        in_flight.wait(WAIT_MILLISECONDS / 1000)


@contextmanager
def launched() -> Iterator[Browser]:
    """Start Chromium; raise Missing where there is none."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        raise Missing("no Chromium: install the package chromium")
    expect.set_options(timeout=WAIT_MILLISECONDS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@contextmanager
def opened(browser: Browser, base_url: str, **options: Any) -> Iterator[Page]:
    """Open a page as in Hanoi; fail at the end if a script failed or the CSP blocked something.

    options     of a context of Playwright: `java_script_enabled=False`, `viewport={...}`.
    """
    context = browser.new_context(
        base_url=base_url, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", **options
    )
    context.set_default_timeout(WAIT_MILLISECONDS)
    page = context.new_page()
    wrong: list[str] = []

    def script_failed(error: Error) -> None:
        wrong.append(str(error))

    def said(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            wrong.append(message.text)

    page.on("pageerror", script_failed)
    page.on("console", said)
    yield page
    context.close()
    assert not wrong, wrong


def press(page: Page, *keys: str) -> None:
    """Press keys as soon as the scripts of the page have run: they come after what is seen."""
    page.wait_for_load_state("domcontentloaded")
    for key in keys:
        page.keyboard.press(key)


def wait_until(page: Page, script: str) -> None:
    """Wait until `script` is true in the page; at most WAIT_MILLISECONDS.

    Playwright's own `wait_for_function` evaluates text inside the page, which our policy refuses.
    """
    for _ in range(WAIT_MILLISECONDS // 50):
        if page.evaluate(script):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never true: {script}")
