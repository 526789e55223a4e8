"""Signing in and out, in a browser's steps."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from onestop import clock
from onestop.domain.rights import Role
from onestop.models.accounts import SignInFailure
from onestop.services import accounts
from onestop.services.second_factor import present_code
from tests.web.sign_in import (
    PASSWORD,
    SECRET,
    cookie_of,
    make_account,
    post,
    sign_in,
    sign_in_with_code,
)

ACCOUNT = "/account"


def is_signed_in(client: FlaskClient) -> bool:
    return client.get(ACCOUNT).status_code == 200


def test_a_clerk_signs_in_with_name_and_password(app: Flask, client: FlaskClient) -> None:
    make_account(app, "mai", Role.CLERK)

    answer = sign_in(client)

    assert answer.status_code == 302
    assert is_signed_in(client)


def test_the_password_counts_however_the_keyboard_composed_it(
    app: Flask, client: FlaskClient
) -> None:
    make_account(app, "mai", Role.CLERK)

    sign_in(client, password="bốn con voi nhỏ đi qua cầu")

    assert is_signed_in(client)


def test_unknown_account_wrong_password_and_closed_account_get_the_same_answer(
    app: Flask, client: FlaskClient
) -> None:
    make_account(app, "mai", Role.CLERK)
    make_account(app, "xưa".replace("ư", "u"), Role.CLERK)
    with app.extensions["onestop"].write() as db:
        accounts.disable_user(db, "xua", at=clock.now())

    answers = [
        sign_in(client, "mai", "sai mật khẩu rồi"),
        sign_in(client, "nobody", PASSWORD),
        sign_in(client, "xua", PASSWORD),
    ]

    assert {answer.status_code for answer in answers} == {422}
    texts = {re.sub(r'value="[^"]*"|content="[^"]*"', "", answer.text) for answer in answers}
    assert len(texts) == 1


def test_the_typed_name_is_kept_and_the_password_is_not(app: Flask, client: FlaskClient) -> None:
    answer = sign_in(client, "mai", "một mật khẩu sai")

    assert 'value="mai"' in answer.text
    assert "một mật khẩu sai" not in answer.text


def test_five_failures_make_the_next_attempt_wait_even_with_the_right_password(
    app: Flask, client: FlaskClient
) -> None:
    make_account(app, "mai", Role.CLERK)
    for _ in range(5):
        sign_in(client, password="sai")

    refused = sign_in(client)
    with clock.moved(61):
        sign_in(client)
        let_in = is_signed_in(client)

    assert refused.status_code == 422
    assert "1 phút" in refused.text
    assert let_in


def test_guesses_sent_at_once_are_no_more_than_those_sent_one_by_one(app: Flask) -> None:
    make_account(app, "mai", Role.CLERK)
    devices = [app.test_client() for _ in range(8)]

    with ThreadPoolExecutor(len(devices)) as pool:
        answers = [one.text for one in pool.map(lambda one: sign_in(one, password="sai"), devices)]

    assert sum("1 phút" in answer for answer in answers) == 3
    with app.extensions["onestop"].read() as db:
        assert len(db.scalars(select(SignInFailure)).all()) == 5


def test_wrong_passwords_from_outside_keep_nobody_out(app: Flask, client: FlaskClient) -> None:
    make_account(app, "mai", Role.CLERK)
    stranger = app.test_client()
    stranger.environ_base["REMOTE_ADDR"] = "203.0.113.7"
    for _ in range(6):
        sign_in(stranger, password="sai")
    sign_in(stranger)

    sign_in(client)

    assert is_signed_in(client)
    assert not is_signed_in(stranger)


def test_thirty_failures_close_an_address_for_ten_minutes(app: Flask, client: FlaskClient) -> None:
    make_account(app, "mai", Role.CLERK)
    with app.extensions["onestop"].write() as db:
        for n in range(30):
            accounts.record_failure(db, f"guess{n}", address="127.0.0.1", at=clock.now())

    sign_in(client)
    shut_out = not is_signed_in(client)
    with clock.moved(601):
        sign_in(client)
        let_in = is_signed_in(client)

    assert shut_out
    assert let_in


def test_a_success_forgets_the_failures_of_the_account(app: Flask, client: FlaskClient) -> None:
    make_account(app, "mai", Role.CLERK)
    for _ in range(4):
        sign_in(client, password="sai")
    sign_in(client)
    post(client, "/sign-out", at=ACCOUNT)

    for _ in range(4):
        sign_in(client, password="sai")
    sign_in(client)

    assert is_signed_in(client)


def test_signing_in_changes_the_session_id(app: Flask, client: FlaskClient) -> None:
    make_account(app, "mai", Role.CLERK)
    client.get("/sign-in")
    before = cookie_of(client)

    sign_in(client)

    assert cookie_of(client) != before


def test_a_cookie_copied_before_log_out_opens_nothing(app: Flask, client: FlaskClient) -> None:
    make_account(app, "mai", Role.CLERK)
    sign_in(client)
    thief = app.test_client()
    thief.set_cookie("onestop", cookie_of(client))
    assert is_signed_in(thief)

    post(client, "/sign-out", at=ACCOUNT)

    assert not is_signed_in(thief)


def test_disabling_an_account_ends_its_sessions_at_the_next_request(
    app: Flask, client: FlaskClient
) -> None:
    make_account(app, "mai", Role.CLERK)
    sign_in(client)

    with app.extensions["onestop"].write() as db:
        accounts.disable_user(db, "mai", at=clock.now())

    assert not is_signed_in(client)


def test_half_an_hour_without_a_request_ends_the_sign_in(app: Flask, client: FlaskClient) -> None:
    make_account(app, "mai", Role.CLERK)
    sign_in(client)

    with clock.moved(timedelta(minutes=20)):
        assert is_signed_in(client)
    with clock.moved(timedelta(minutes=45)):
        assert is_signed_in(client)
    with clock.moved(timedelta(minutes=76)):
        assert not is_signed_in(client)


@pytest.mark.parametrize(
    ("role", "hours"), [(Role.CLERK, 12), (Role.LEADER, 8)], ids=["a clerk", "a leader"]
)
def test_however_busy_a_sign_in_ends_after_so_many_hours(
    app: Flask, client: FlaskClient, role: Role, hours: int
) -> None:
    make_account(app, "mai", role, totp_secret=SECRET if role is Role.LEADER else None)
    if role is Role.LEADER:
        sign_in_with_code(client, "mai")
    else:
        sign_in(client)

    for stretch in range(1, 60 * hours // 25):
        with clock.moved(timedelta(minutes=25 * stretch)):
            assert is_signed_in(client)

    with clock.moved(timedelta(hours=hours, seconds=1)):
        assert not is_signed_in(client)


def test_a_one_time_password_must_be_changed_before_anything_else(
    app: Flask, client: FlaskClient
) -> None:
    make_account(app, "mai", Role.CLERK, must_change=True)

    sign_in(client)
    held_up = client.get(ACCOUNT)
    short = post(client, "/sign-in/new-password", password="ngắn quá", again="ngắn quá")
    same = post(client, "/sign-in/new-password", password=PASSWORD, again=PASSWORD)
    wanted = "ba con chim sẻ trên cành khế"
    post(client, "/sign-in/new-password", password=wanted, again=wanted)

    assert held_up.location.startswith("/sign-in/new-password")
    assert "ít nhất 15 ký tự" in short.text
    assert "trùng với mật khẩu cũ" in same.text
    assert is_signed_in(client)


def test_a_leader_enrols_a_second_factor_at_the_first_sign_in(
    app: Flask, client: FlaskClient
) -> None:
    make_account(app, "khue", Role.LEADER)
    sign_in(client, "khue")
    assert client.get(ACCOUNT).location.startswith("/sign-in/second-factor")
    page = client.get("/sign-in/second-factor").text
    groups = re.search(r'<p class="code">(.*?)</p>', page, re.S)
    assert groups
    secret = re.sub(r"<[^>]+>", "", groups[1])

    wrong = post(client, "/sign-in/second-factor", code="000000")
    right = post(client, "/sign-in/second-factor", code=present_code(secret, clock.now()))

    assert wrong.status_code == 422
    assert len(re.findall(r'<li class="code">', right.text)) == 10
    assert is_signed_in(client)


def test_the_password_alone_opens_no_page_of_a_leader(app: Flask, client: FlaskClient) -> None:
    make_account(app, "khue", Role.LEADER, totp_secret=SECRET)

    sign_in(client, "khue")

    assert client.get(ACCOUNT).location.startswith("/sign-in/code")
    assert client.get("/sign-in/new-password").location == "/sign-in"
    assert client.get("/sign-in/second-factor").location == "/sign-in"


def test_a_code_works_once(app: Flask, client: FlaskClient) -> None:
    make_account(app, "khue", Role.LEADER, totp_secret=SECRET)
    sign_in(client, "khue")
    code = present_code(SECRET, clock.now())
    post(client, "/sign-in/code", code=code)
    assert is_signed_in(client)

    other = app.test_client()
    sign_in(other, "khue")
    again = post(other, "/sign-in/code", code=code)

    assert again.status_code == 422
    assert not is_signed_in(other)


def test_a_recovery_code_stands_in_for_the_phone_once(app: Flask, client: FlaskClient) -> None:
    make_account(app, "khue", Role.LEADER)
    sign_in(client, "khue")
    page = client.get("/sign-in/second-factor").text
    groups = re.search(r'<p class="code">(.*?)</p>', page, re.S)
    assert groups
    secret = re.sub(r"<[^>]+>", "", groups[1])
    shown = post(client, "/sign-in/second-factor", code=present_code(secret, clock.now()))
    recovery = re.findall(r'<li class="code">([^<]+)</li>', shown.text)[0]

    first, second = app.test_client(), app.test_client()
    sign_in(first, "khue")
    post(first, "/sign-in/code", code=recovery.lower())
    sign_in(second, "khue")
    post(second, "/sign-in/code", code=recovery)

    assert is_signed_in(first)
    assert not is_signed_in(second)


@pytest.mark.parametrize("demo", [True, False], ids=["a demo account", "a real account"])
def test_only_a_demo_account_is_shown_its_code(app: Flask, client: FlaskClient, demo: bool) -> None:
    make_account(app, "khue", Role.LEADER, totp_secret=SECRET, demo=demo)

    sign_in(client, "khue")
    page = client.get("/sign-in/code").text

    assert ("Mã hiện tại" in page) is demo


def test_away_from_loopback_no_code_is_shown(app: Flask, client: FlaskClient) -> None:
    app.config["ONESTOP_LOOPBACK"] = False
    make_account(app, "khue", Role.LEADER, totp_secret=SECRET, demo=True)

    sign_in(client, "khue")

    assert "Mã hiện tại" not in client.get("/sign-in/code").text


@pytest.mark.parametrize(
    ("asked", "leads_to"),
    [
        ("/account?x=1", "/account?x=1"),
        ("//evil.example", "/account"),
        ("https://evil.example", "/account"),
        ("/\\evil.example", "/account"),
        ("/sign-in", "/account"),
    ],
    ids=["own page", "two slashes", "another site", "a backslash", "the sign-in itself"],
)
def test_after_signing_in_one_lands_on_a_page_of_this_site(
    app: Flask, client: FlaskClient, asked: str, leads_to: str
) -> None:
    make_account(app, "mai")
    post(client, "/sign-in", username="mai", password=PASSWORD)

    answer = client.get("/sign-in", query_string={"next": asked})

    assert answer.location == leads_to


def test_one_sees_and_ends_the_other_places_where_one_is_signed_in(
    app: Flask, client: FlaskClient
) -> None:
    make_account(app, "mai", Role.CLERK)
    other, third = app.test_client(), app.test_client()
    for device in (client, other, third):
        sign_in(device)
    page = client.get(ACCOUNT).text
    links = re.findall(r"/account/sessions/\d+/end", page)

    post(client, links[0], at=ACCOUNT)
    left = [is_signed_in(device) for device in (client, other, third)]
    post(client, "/account/sessions/end-others", at=ACCOUNT)

    assert len(links) == 2
    assert sorted(left) == [False, True, True]
    assert [is_signed_in(device) for device in (client, other, third)] == [True, False, False]


def test_nobody_ends_the_session_of_another_person(app: Flask, client: FlaskClient) -> None:
    make_account(app, "mai", Role.CLERK)
    make_account(app, "lan", Role.CLERK)
    other = app.test_client()
    sign_in(other, "lan")
    sign_in(client)

    # The other person signed in first: that session has the first number.
    answer = post(client, "/account/sessions/1/end", at=ACCOUNT)

    assert answer.status_code == 404
    assert is_signed_in(other)


def test_a_new_password_needs_the_old_one_and_ends_the_other_sessions(
    app: Flask, client: FlaskClient
) -> None:
    make_account(app, "mai", Role.CLERK)
    other = app.test_client()
    sign_in(other)
    sign_in(client)
    wanted = "ba con chim sẻ trên cành khế"
    fields = {"password": wanted, "again": wanted}

    refused = post(client, "/account/password", at=ACCOUNT, present="sai", **fields)
    post(client, "/account/password", at=ACCOUNT, present=PASSWORD, **fields)

    assert refused.status_code == 422
    assert not is_signed_in(other)
    assert "Đã đổi mật khẩu" in client.get(ACCOUNT).text
    assert "Đã đổi mật khẩu" not in client.get(ACCOUNT).text


def test_the_present_password_cannot_be_guessed_without_limit(
    app: Flask, client: FlaskClient
) -> None:
    make_account(app, "mai", Role.CLERK)
    sign_in(client)
    wanted = "ba con chim sẻ trên cành khế"
    fields = {"password": wanted, "again": wanted}

    for _ in range(5):
        wrong = post(client, "/account/password", at=ACCOUNT, present="sai", **fields)
    refused = post(client, "/account/password", at=ACCOUNT, present=PASSWORD, **fields)

    assert 'id="present-error"' in wrong.text
    assert 'id="password-error"' not in wrong.text
    assert refused.status_code == 422
    assert "1 phút" in refused.text


def test_the_language_is_the_choice_of_the_person(app: Flask, client: FlaskClient) -> None:
    make_account(app, "mai", Role.CLERK)
    sign_in(client)

    post(client, "/account/language", at=ACCOUNT, language="en")

    page = client.get(ACCOUNT).text
    assert '<html lang="en">' in page
    assert "Change the password" in page


def test_before_signing_in_the_language_stands_in_the_address(client: FlaskClient) -> None:
    page = client.get("/sign-in?next=/account&lang=en").text

    assert "<h1>Sign in</h1>" in page
    assert 'href="/sign-in?next=%2Faccount" lang="vi"' in page


def test_the_database_holds_no_session_id_in_the_clear(app: Flask, client: FlaskClient) -> None:
    make_account(app, "mai", Role.CLERK)
    sign_in(client)
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    held = serializer.loads(cookie_of(client))

    with app.extensions["onestop"].read() as db:
        rows = db.connection().exec_driver_sql("SELECT * FROM sessions").all()

    assert set(held) <= {"sid", "csrf_token"}
    assert held["sid"] not in repr(rows)


def test_asking_whether_the_sign_in_page_is_there_is_no_attempt(client: FlaskClient) -> None:
    assert client.head("/sign-in").status_code == 200
