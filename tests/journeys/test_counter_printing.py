"""What leaves the counter's Chromium when the receipt is printed without a dialogue."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest
from playwright.sync_api import sync_playwright

from onestop import clock
from onestop.documents.receipt import COPIES, render_receipt
from onestop.documents.sheets import PaperSize
from onestop.domain.rights import Actor, Role
from onestop.inputs.form_editions import form_editions
from onestop.queries.paper_rows import Printing, receipt_row
from onestop.services.papers import issue_document
from tests.browser import CHROMIUM_FLAGS, NAMES, LiveServer
from tests.conftest import NOW
from tests.databases import Missing
from tests.documents.reading import size_of, symbols_of
from tests.factories import DESK, cookie_for, make_province, make_staff, receive

# The switches of docs/guides/administrator.md, and a printer that is a folder.
COUNTER = [*(flag for flag in CHROMIUM_FLAGS if "preview" not in flag), "--kiosk-printing"]
TO_FILE = {"id": "Save as PDF", "origin": "local", "account": ""}
# The viewer of PDFs is an extension; what drives the browser here would switch it off.
WITHOUT = ["--disable-extensions", "--disable-component-extensions-with-background-pages"]
MICRONS = 25_400 / 72


@contextmanager
def screen() -> Iterator[str]:
    """A screen without a monitor: Chromium prints in a window only."""
    if "DISPLAY" in os.environ:
        yield os.environ["DISPLAY"]
        return
    if shutil.which("Xvfb") is None:
        raise Missing("no screen and no Xvfb: install the package xvfb")
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1366x768x24"]
    server = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)  # noqa: S603  # our own words
    os.close(write)
    try:
        with os.fdopen(read) as said:
            yield f":{said.readline().strip()}"
    finally:
        server.terminate()
        server.wait()


def profile(folder: Path, printed: Path, pdf: bytes) -> Path:
    """A browser that prints to `printed` on paper of the size of `pdf`, margins none, 100 %."""
    with pdfium.PdfDocument(pdf) as document:
        width, height = document[0].get_size()
    paper = {"width_microns": round(width * MICRONS), "height_microns": round(height * MICRONS)}
    sticky = {
        "version": 2,
        "recentDestinations": [TO_FILE],
        "selectedDestinationId": TO_FILE["id"],
        "marginsType": 1,
        "isHeaderFooterEnabled": False,
        "mediaSize": paper | {"is_default": True, "custom_display_name": "desk"},
    }
    wishes = {
        "printing": {"print_preview_sticky_settings": {"appState": json.dumps(sticky)}},
        "savefile": {"default_directory": str(printed)},
    }
    (folder / "Default").mkdir(parents=True)
    (folder / "Default" / "Preferences").write_text(json.dumps(wishes), encoding="utf-8")
    return folder


def issued(server: LiveServer, paper: PaperSize) -> tuple[Actor, str, bytes]:
    """A dossier whose receipt was issued on `paper`: the clerk, its code, the stored bytes."""
    with server.database.write() as session:
        province = make_province(session)
        clerk = make_staff(session, Role.CLERK, province[DESK])
        got = receive(session, clerk)
        row = receipt_row(session, got.dossier_id, Printing(NOW, form_editions(), server.url))
        pdf = render_receipt(row, paper=paper, copies=COPIES[1:]).pdf
        issue_document(
            session,
            kind="receipt",
            dossier_id=got.dossier_id,
            agency_id=province[DESK],
            content=pdf,
            form_edition="2025",
            actor=clerk.user_id,
            at=NOW,
            dossier_version=1,
        )
    return clerk, got.code, pdf


def print_at_counter(server: LiveServer, clerk: Actor, code: str, place: Path, pdf: bytes) -> bytes:
    """Open the page that follows a reception, as the counter does; return what was printed."""
    printed = place / "printed"
    printed.mkdir()
    name, value = cookie_for(server.app, clerk, at=NOW)
    program = next(filter(None, map(shutil.which, NAMES)))
    with screen() as display, sync_playwright() as playwright:
        counter = playwright.chromium.launch_persistent_context(
            str(profile(place / "profile", printed, pdf)),
            executable_path=program,
            headless=False,
            args=COUNTER,
            ignore_default_args=WITHOUT,
            env={**os.environ, "DISPLAY": display},
        )
        counter.add_cookies([{"name": name, "value": value, "url": server.url}])
        counter.new_page().goto(f"{server.url}/reception/dossiers/{code}/received?print=1")
        content = arrived(printed)
        counter.close()
    return content


def arrived(folder: Path) -> bytes:
    """The only file in `folder` as soon as it is whole; at most thirty seconds."""
    for _ in range(120):
        time.sleep(0.25)
        for path in folder.glob("*.pdf"):
            if b"%%EOF" in (content := path.read_bytes())[-32:]:
                return content
    raise AssertionError("nothing was printed")


def picture(pdf: bytes) -> np.ndarray:
    with pdfium.PdfDocument(pdf) as document:
        return document[0].render(scale=2, grayscale=True).to_numpy().astype(int)


@pytest.mark.drill
@pytest.mark.only_sqlite
@pytest.mark.parametrize("paper", [PaperSize.A5, PaperSize.ROLL_80])
def test_the_counter_prints_the_stored_page_as_it_is(live_server, tmp_path, paper):
    with clock.moved(NOW - clock.now()):
        clerk, code, stored = issued(live_server, paper)
        printed = print_at_counter(live_server, clerk, code, tmp_path, stored)

    assert size_of(printed) == size_of(stored)
    assert len(size_of(printed)) == 1
    assert size_of(printed)[0][0] == {PaperSize.A5: 148, PaperSize.ROLL_80: 80}[paper]
    assert symbols_of(printed) == symbols_of(stored) != []
    assert (abs(picture(printed) - picture(stored)) > 60).mean() < 0.001
