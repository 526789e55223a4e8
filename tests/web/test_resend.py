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
DROPPED = "Nội dung của người dùng trước không được giữ lại."


def hidden(page: TestResponse) -> dict[str, str]:
    """The fields of the one form in the page proper, as a browser would send them."""
    form = page.text.split("<main", 1)[1]
    pairs = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form)
    return {name: unescape(text) for name, text in pairs}


def send(client: FlaskClient, url: str, page: TestResponse, **fields: str) -> TestResponse:
    return client.post(url, data=hidden(page) | fields, headers=ORIGIN)


def typed_on(client: FlaskClient, **fields: str) -> dict[str, str]:
    """`TYPED` with the token of the page that the client shows now."""
    return TYPED | {"csrf_token": form_token(client.get("/account"))} | fields


def again_signed_in(client: FlaskClient, username: str = "mai") -> None:
    """Sign out and in again, as in another tab of the same browser."""
    client.post("/sign-out", data={"csrf_token": form_token(client.get("/account"))})
    assert sign_in(client, username).status_code == 302


def test_a_form_sent_after_the_sign_in_ended_is_carried_through_every_stage_of_the_next(
    app: Flask, client: FlaskClient
) -> None:
    make_account(app, "mai", Role.LEADER, totp_secret=SECRET)
    sign_in_with_code(client, "mai")
    typed = typed_on(client)

    with clock.moved(HALF_AN_HOUR):
        ended = client.post("/account/language", data=typed, headers=ORIGIN)
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
    typed = typed_on(client)
    again_signed_in(client)

    stale = client.post("/account/language", data=typed, headers=ORIGIN)
    done = send(client, "/account/language", stale)

    assert stale.status_code == 400
    assert "Ông/bà đã đăng nhập lại" in stale.text
    assert "Lý Thị Mai" in stale.text
    assert done.status_code == 302


def test_who_signed_in_on_another_page_meanwhile_still_finds_the_form(
    app: Flask, client: FlaskClient
) -> None:
    make_account(app, "mai", Role.CLERK)
    sign_in(client)
    typed = typed_on(client)
    with clock.moved(HALF_AN_HOUR):
        waiting = client.post("/account/language", data=typed, headers=ORIGIN)
    again_signed_in(client)

    second = send(client, "/sign-in", waiting, username="mai", password=PASSWORD)
    done = send(client, "/account/language", second)

    assert 'action="/account/language"' in second.text
    assert done.status_code == 302


@pytest.mark.parametrize("ended", [False, True], ids=["an old token", "ended"])
def test_only_forms_of_our_own_pages_are_kept_and_neither_files_nor_passwords(
    app: Flask, client: FlaskClient, ended: bool
) -> None:
    make_account(app, "mai", Role.CLERK)
    sign_in(client)
    typed = typed_on(client)
    again_signed_in(client)

    with clock.moved(HALF_AN_HOUR if ended else 0):
        answers = [
            client.post("/account/language", data=typed),
            client.post("/account/language", data=typed, headers={"Origin": "null"}),
            client.post("/account/language", data=typed | {"password": PASSWORD}, headers=ORIGIN),
            client.post(
                "/account/language", data=typed | {"file": (BytesIO(b"x"), "x.txt")}, headers=ORIGIN
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


def test_a_form_of_one_person_is_not_offered_to_the_next_on_the_same_screen(
    app: Flask, client: FlaskClient
) -> None:
    make_account(app, "mai", Role.CLERK)
    make_account(app, "lan", Role.CLERK)
    make_account(app, "dao", Role.LEADER, totp_secret=SECRET)
    sign_in(client)
    typed = typed_on(client)

    with clock.moved(HALF_AN_HOUR):
        ended = client.post("/account/language", data=typed, headers=ORIGIN)
        leader = send(client, "/sign-in", ended, username="dao", password=PASSWORD)
        asked = client.get("/sign-in/code")
        again_signed_in_from(client, "lan")
        offered = client.post("/account/language", data=typed, headers=ORIGIN)

    assert 'name="kept"' in ended.text
    assert (leader.status_code, leader.location) == (302, "/sign-in/code")
    assert DROPPED in asked.text
    assert 'name="kept"' not in asked.text
    assert offered.status_code == 400
    assert DROPPED in offered.text
    assert "Gửi lại nội dung" not in offered.text


def again_signed_in_from(client: FlaskClient, username: str) -> None:
    """Leave a sign-in that is half done, for the account of somebody else."""
    client.post("/sign-out", data={"csrf_token": form_token(client.get("/sign-in/code"))})
    assert sign_in(client, username).status_code == 302


def test_a_form_is_kept_for_an_hour(app: Flask, client: FlaskClient) -> None:
    make_account(app, "mai", Role.CLERK)
    sign_in(client)
    typed = typed_on(client)
    with clock.moved(HALF_AN_HOUR):
        ended = client.post("/account/language", data=typed, headers=ORIGIN)

    with clock.moved(HALF_AN_HOUR + timedelta(minutes=61)):
        late = send(client, "/sign-in", ended, username="mai", password=PASSWORD)
        told = client.get("/account")

    assert late.status_code == 302
    assert "chỉ được giữ một giờ" in told.text


@pytest.mark.parametrize("stranger", [False, True], ids=["no cookie", "never signed in"])
def test_nothing_is_kept_for_who_was_never_signed_in(
    app: Flask, client: FlaskClient, stranger: bool
) -> None:
    make_account(app, "mai", Role.CLERK)
    sign_in(client)
    typed = typed_on(client)
    client.delete_cookie("onestop")
    if stranger:
        typed["csrf_token"] = form_token(client.get("/sign-in"))

    answer = client.post("/account/language", data=typed, headers=ORIGIN)

    assert (answer.status_code, answer.location) == (302, "/sign-in")


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/reception/dossiers", "Tiếp nhận hồ sơ"),
        ("/dossiers/H91.51.02-260302-0001/actions/approve", "Hồ sơ H91.51.02-260302-0001"),
        ("/account/language", "/account/language"),
    ],
)
def test_the_page_says_what_its_button_sends(
    app: Flask, client: FlaskClient, address: str, words: str
) -> None:
    make_account(app, "mai", Role.CLERK)
    sign_in(client)
    typed = typed_on(client)
    again_signed_in(client)

    page = client.post(address, data=typed, headers=ORIGIN)

    assert f"<strong>{words}</strong>" in page.text


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
