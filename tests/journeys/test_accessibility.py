"""Every page under axe, the citizen's on a narrow telephone and without scripts."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from onestop import clock
from onestop.models.dossiers import Dossier
from onestop.services import casework
from onestop.services.links import live_link
from tests.browser import LiveServer, opened
from tests.conftest import NOW
from tests.factories import BIRTH_BUNDLE, receive
from tests.journeys.town import DESK_SCREEN, NARROW, PHONE, Town
from tests.public_world import World, make_world

pytestmark = pytest.mark.only_sqlite

# The page of a hall empties itself after a minute, so that nobody reads what was typed before them.
ON_PURPOSE = {"/?mode=hall": "meta-refresh"}
WCAG = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],  # the many nodes that pass are not sent over
}
MOST_BYTES = 10 * 1024
SUMS = (
    "/calculator",
    "/calculator?procedure=3.000722&agency=H91.51.01&date=13/02/2026&time=16:00",
    "/calculator?amount=0&date=30/02/2026&time=25:00&from1=x&lang=en",
    "/calculator?amount=2&unit=months&date=01/12/2028&time=08:00",
)
STAFF_PAGES = {
    "clerk": [
        "/reception",
        "/reception/return",
        "/reception/return?tab=arrived",
        "/reception/day",
        "/reception/fees",
        "/account",
    ],
    "justice": ["/casework", "/casework?view=agency", "/find", "/dossiers/nothing"],
    "leader": [
        "/oversight",
        "/oversight/overdue",
        "/oversight/due-soon",
        "/oversight/refiled",
        "/oversight/fees",
        "/casework?tab=late",
    ],
    "admin": [
        "/admin",
        "/admin/procedures",
        "/admin/procedures/1.001193",
        "/admin/agencies",
        "/admin/calendars",
        "/admin/calendars/vn-0700",
    ],
}


def test_the_pages_of_the_staff_have_no_violation(town: Town) -> None:
    code = _late_dossier(town)
    more = {
        "clerk": [f"/reception/return/{code}", f"/dossiers/{code}/correction"],
        "justice": [f"/dossiers/{code}"],
        "leader": [f"/dossiers/{code}/correction", f"/dossiers/{code}/correction/saved"],
    }
    found: dict[str, object] = {}
    with town.visitor() as page:
        page.goto("/sign-in")
        _look(page, found)
        page.fill("#username", "nobody")
        page.keyboard.press("Enter")
    for who, paths in STAFF_PAGES.items():
        with town.at_work(who, viewport=DESK_SCREEN) as page:
            for path in [*paths, *more.get(who, [])]:
                page.goto(path)
                _look(page, found)
            if who == "justice":
                page.locator("details.move summary").last.click()
                _look(page, found, "with an open form")
    assert not found


def test_the_citizens_pages_have_no_violation_in_any_state_and_fit_a_narrow_telephone(
    live_server: LiveServer, chromium: Browser
) -> None:
    with clock.moved(NOW - clock.now()):
        world = make_world(live_server.database)
        links = _dossiers_in_every_state(world)
        found: dict[str, object] = {}
        with clock.moved(timedelta(days=5)):
            for width in (NARROW, PHONE):
                with opened(chromium, live_server.url, viewport=width) as page:
                    for path in ("/", "/?mode=hall", "/?lang=en", "/s/UNKNOWN", *links.values()):
                        page.goto(path)
                        if width is NARROW:
                            _look(page, found)
                        assert page.evaluate(
                            "document.documentElement.scrollWidth <= innerWidth"
                        ), path
    assert not found
    assert set(links) == {"received", "at work", "asked", "late", "ready", "returned", "withdrawn"}


def test_the_calculator_has_no_violation_and_fits_a_narrow_telephone(
    live_server: LiveServer, chromium: Browser
) -> None:
    found: dict[str, object] = {}
    with clock.moved(NOW - clock.now()):
        make_world(live_server.database)
        with opened(chromium, live_server.url, viewport=NARROW) as page:
            for path in SUMS:
                page.goto(path)
                closed = page.locator("details:not([open]) > summary")
                while closed.count():
                    closed.first.click()
                _look(page, found)
                assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
            assert page.context.cookies() == []
    assert not found


def test_without_scripts_and_within_ten_kilobytes_every_state_is_told(
    live_server: LiveServer, chromium: Browser
) -> None:
    with clock.moved(NOW - clock.now()):
        links = _dossiers_in_every_state(make_world(live_server.database))
        with (
            clock.moved(timedelta(days=5)),
            opened(chromium, live_server.url, java_script_enabled=False, viewport=PHONE) as page,
        ):
            asked: list[str] = []
            page.on("request", lambda request: asked.append(request.url))
            titles = set()
            for path in links.values():
                for language in ("", "?lang=en"):
                    answer = page.goto(path + language)
                    assert answer is not None
                    assert len(answer.body()) <= MOST_BYTES
                    titles.add(page.locator("h1").inner_text())
            assert page.context.cookies() == []
    # One request for each page: nothing else is fetched.
    assert len([url for url in asked if not url.startswith("data:")]) == 2 * len(links)
    assert len(titles) == 2 * len(links)


def _look(page: Page, found: dict[str, object], how: str = "") -> None:
    wanted = ON_PURPOSE.get(page.url[page.url.index("/", 8) :])
    every = Axe().run(page, options=WCAG).response["violations"]
    violations = [v for v in every if v["id"] != wanted]
    if violations:
        found[f"{page.url} {how}"] = [
            (v["id"], [(node["html"][:200], node["failureSummary"]) for node in v["nodes"][:3]])
            for v in violations
        ]


def _late_dossier(town: Town) -> str:
    """A bundle whose first step is late, and one that was received today."""
    papers = [{"code": "declaration"}, {"code": "birth_slip"}]
    with town.database.write() as db:
        clerk, at = town.people["clerk"], clock.now()
        code = receive(db, clerk, procedure=BIRTH_BUNDLE, papers=papers, at=at).code
        casework.accept_step(db, code, step="justice", actor=town.people["justice"], at=at)
    town.time.enter_context(clock.moved(timedelta(days=7)))
    with town.database.write() as db:
        receive(db, town.people["clerk"], at=clock.now())
    return code


def _dossiers_in_every_state(world: World) -> dict[str, str]:
    """Status links by state, as they stand five days later."""
    at = clock.now()
    codes = {
        name: world.receive(at + timedelta(minutes=n)).code
        for n, name in enumerate(("late", "asked", "ready", "returned", "withdrawn"))
    }
    later = at + timedelta(hours=1)
    world.accept(codes["asked"], "justice", later)
    world.ask_papers(codes["asked"], "justice", ["residence"], later)
    for name in ("ready", "returned"):
        world.finish(codes[name], "justice", "sign", "register", "police", "insurance", at=later)
        world.complete(codes[name], later)
    with world.database.write() as db:
        by = {"actor": world.actor, "at": later}
        casework.return_result(db, codes["returned"], taker="Đào", delivery="desk", **by)
        casework.withdraw(db, codes["withdrawn"], reason="other", note="thôi", **by)
    friday = at + timedelta(days=4, hours=5)
    codes["received"] = world.receive(friday).code
    codes["at work"] = world.receive(friday + timedelta(minutes=1)).code
    world.accept(codes["at work"], "justice", friday + timedelta(minutes=2))
    return {name: _link(world, code) for name, code in codes.items()}


def _link(world: World, code: str) -> str:
    with world.database.read() as db:
        dossier_id = db.scalars(select(Dossier.id).where(Dossier.code == code)).one()
        link = live_link(db, dossier_id)
    assert link is not None
    return f"/s/{link.token.text}"
