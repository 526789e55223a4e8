"""What was typed outlives the sign-in: a form is kept in the answer until it may be sent again."""

import re
from datetime import timedelta
from html import unescape
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from onestop import clock
from onestop.domain.rights import Role
from onestop.services.second_factor import present_code
from tests.web.sign_in import (
    ORIGIN,
    PASSWORD,
    SECRET,
    form_token,
    make_account,
    sign_in,
    sign_in_with_code,
)

TYPED = {"language": "en", "back": '/account?q="><b>Nguyễn Thị Đào'}
HALF_AN_HOUR = timedelta(minutes=31)


def hidden(page: TestResponse) -> dict[str, str]:
    """The fields of the one form in the page proper, as a browser would send them."""
    form = page.text.split("<main", 1)[1]
    pairs = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form)
    return {name: unescape(text) for name, text in pairs}


def send(client: FlaskClient, url: str, page: TestResponse, **fields: str) -> TestResponse:
    return client.post(url, data=hidden(page) | fields, headers=ORIGIN)


def test_a_form_sent_after_the_sign_in_ended_is_carried_through_every_stage_of_the_next(
    app: Flask, client: FlaskClient
) -> None:
    make_account(app, "mai", Role.LEADER, totp_secret=SECRET)
    sign_in_with_code(client, "mai")

    with clock.moved(HALF_AN_HOUR):
        ended = client.post("/account/language", data=TYPED, headers=ORIGIN)
        wrong = send(client, "/sign-in", ended, username="mai", password="không phải")
        asked = send(client, "/sign-in", wrong, username="mai", password=PASSWORD)
        again = send(client, "/sign-in/code", asked, code=present_code(SECRET, clock.now()))
        done = send(client, "/account/language", again)

    assert (ended.status_code, wrong.status_code, asked.status_code) == (401, 422, 200)
    assert "Phiên làm việc đã hết" in ended.text
    assert "Đã đăng nhập lại" in again.text
    assert 'action="/account/language"' in again.text
    assert "<b>" not in again.text
    assert {name: text for name, text in hidden(again).items() if name in TYPED} == TYPED
    assert done.status_code == 302
    assert done.location.startswith("/account?q=")


def test_a_form_older_than_the_sign_in_is_offered_again_with_a_token_that_holds(
    app: Flask, client: FlaskClient
) -> None:
    make_account(app, "mai", Role.CLERK)
    sign_in(client)

    stale = client.post("/account/language", data=TYPED | {"csrf_token": "old"}, headers=ORIGIN)
    done = send(client, "/account/language", stale)

    assert stale.status_code == 400
    assert "Ông/bà đã đăng nhập lại" in stale.text
    assert "Lý Thị Mai" in stale.text
    assert done.status_code == 302


def test_who_signed_in_on_another_page_meanwhile_still_finds_the_form(
    app: Flask, client: FlaskClient
) -> None:
    make_account(app, "mai", Role.CLERK)
    waiting = client.post("/account/language", data=TYPED, headers=ORIGIN)
    sign_in(client)

    second = send(client, "/sign-in", waiting, username="mai", password=PASSWORD)
    done = send(client, "/account/language", second)

    assert 'action="/account/language"' in second.text
    assert done.status_code == 302


@pytest.mark.parametrize("ended", [False, True], ids=["an old token", "signed out"])
def test_only_forms_of_our_own_pages_are_kept_and_neither_files_nor_passwords(
    app: Flask, client: FlaskClient, ended: bool
) -> None:
    make_account(app, "mai", Role.CLERK)
    sign_in(client)
    if ended:
        client.post("/sign-out", data={"csrf_token": form_token(client.get("/account"))})

    answers = [
        client.post("/account/language", data=TYPED),
        client.post("/account/language", data=TYPED, headers={"Origin": "null"}),
        client.post("/account/language", data=TYPED | {"password": PASSWORD}, headers=ORIGIN),
        client.post(
            "/account/language", data=TYPED | {"file": (BytesIO(b"x"), "x.txt")}, headers=ORIGIN
        ),
    ]

    assert [answer.status_code for answer in answers] == [302 if ended else 400] * 4
    assert not any('name="back"' in answer.text.split("<main")[-1] for answer in answers)
    assert not any('name="kept"' in answer.text for answer in answers)


def test_a_kept_form_that_nobody_signed_is_dropped(app: Flask, client: FlaskClient) -> None:
    make_account(app, "mai", Role.CLERK)
    page = client.get("/sign-in")

    signed_in = send(client, "/sign-in", page, username="mai", password=PASSWORD, kept="WyIvIl0")

    assert (signed_in.status_code, signed_in.location) == (302, "/sign-in")


def test_what_a_clock_asks_keeps_nobody_signed_in(app: Flask, client: FlaskClient) -> None:
    make_account(app, "mai", Role.CLERK)
    sign_in(client)

    for minutes in (10, 20, 29):
        with clock.moved(timedelta(minutes=minutes)):
            for url in ("/account", "/piles"):
                answer = client.get(url, headers={"X-Onestop-Timed": "1"})
                assert answer.status_code == 200, url
    with clock.moved(HALF_AN_HOUR):
        assert client.get("/account").status_code == 302
