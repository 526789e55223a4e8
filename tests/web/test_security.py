"""Headers, cookies, hosts, sizes and origins: what every answer carries and every request obeys."""

import re
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from flask import Blueprint, Flask, Response, request
from flask.testing import FlaskClient

from config import Config
from onestop.app import create_app
from onestop.domain.rights import Role
from onestop.web.endpoints import Audience, endpoint
from onestop.web.request_log import masked
from tests.web.sign_in import make_account, sign_in

STAFF = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

probe = Blueprint("probe", __name__)


@probe.route("/probe/<token>", methods=["GET", "POST"])
@endpoint(audience=Audience.PUBLIC)
def public_page(token: str) -> str:
    return str(request.form.get("text", token))


@probe.get("/probe-paper.pdf")
@endpoint()
def paper() -> Response:
    return Response(b"%PDF-1.7", mimetype="application/pdf")


@probe.post("/probe-size")
@endpoint(audience=Audience.OPEN, csrf=False)
def size() -> str:
    return str(len(request.form))


@pytest.fixture
def app(app: Flask) -> Flask:
    app.register_blueprint(probe)
    return app


@pytest.fixture
def https_app(settings: Config) -> Iterator[Flask]:
    changed = {"base_url": "https://motcua.example.gov.vn"}
    app = create_app(
        Config(**{name: getattr(settings, name) for name in settings.__slots__} | changed)
    )
    yield app
    app.extensions["onestop"].close()


def test_staff_pages_carry_the_policy_word_for_word(client: FlaskClient) -> None:
    assert client.get("/sign-in").headers["Content-Security-Policy"] == STAFF


def test_public_pages_allow_their_one_inlined_style_and_nothing_else(client: FlaskClient) -> None:
    answer = client.get("/nowhere")

    inlined = re.search(r"<style>(.*?)</style>", answer.text, re.S)
    assert inlined
    digest = b64encode(sha256(inlined[1].encode()).digest()).decode()
    assert answer.headers["Content-Security-Policy"] == (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )


def test_a_pdf_may_stand_in_a_frame_of_our_own_only(app: Flask, client: FlaskClient) -> None:
    make_account(app, "mai", Role.CLERK)
    sign_in(client)

    answer = client.get("/probe-paper.pdf")

    assert answer.headers["Content-Security-Policy"] == (
        "default-src 'none'; frame-ancestors 'self'"
    )


@pytest.mark.parametrize("url", ["/sign-in", "/nowhere", "/probe/x", "/healthz"])
def test_every_answer_carries_the_other_headers(client: FlaskClient, url: str) -> None:
    headers = client.get(url).headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in headers


def test_public_pages_send_no_referrer_and_staff_pages_only_to_ourselves(
    client: FlaskClient,
) -> None:
    assert client.get("/probe/x").headers["Referrer-Policy"] == "no-referrer"
    assert client.get("/sign-in").headers["Referrer-Policy"] == "same-origin"


def test_pages_behind_a_token_are_neither_stored_nor_indexed(client: FlaskClient) -> None:
    headers = client.get("/probe/x").headers

    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Robots-Tag"] == "noindex, nofollow, noarchive"


def test_staff_pages_are_not_stored(client: FlaskClient) -> None:
    assert client.get("/sign-in").headers["Cache-Control"] == "no-store"


def test_a_public_page_neither_sets_nor_reads_a_cookie(app: Flask, client: FlaskClient) -> None:
    make_account(app, "mai", Role.CLERK)
    sign_in(client)

    answer = client.get("/probe/x")

    assert "Set-Cookie" not in answer.headers
    assert "Vary" not in answer.headers


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(client: FlaskClient) -> None:
    cookie = client.get("/sign-in").headers["Set-Cookie"]

    assert cookie.startswith("onestop=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Domain" not in cookie


def test_over_https_the_cookie_is_bound_to_the_host(https_app: Flask) -> None:
    answer = https_app.test_client().get(
        "/sign-in", base_url="https://motcua.example.gov.vn", headers={"User-Agent": "test"}
    )

    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-onestop=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_another_host_name_is_answered_with_nothing_of_ours(client: FlaskClient) -> None:
    answer = client.get("/sign-in", base_url="http://evil.example")

    assert answer.status_code == 400
    assert "<html" not in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
    ],
    ids=["cross-site", "a sister site", "only an origin"],
)
def test_forms_of_other_sites_are_refused(client: FlaskClient, headers: dict[str, str]) -> None:
    for url in ("/sign-in", "/probe/x", "/probe-size"):
        assert client.post(url, headers=headers).status_code == 403


def test_a_form_that_is_too_large_is_refused_in_words(client: FlaskClient) -> None:
    answer = client.post("/probe-size", data={"text": "x" * (1024 * 1024 + 1)})

    assert answer.status_code == 413
    assert "Nội dung quá lớn" in answer.text


def test_a_stale_form_is_answered_in_words(client: FlaskClient) -> None:
    answer = client.post("/sign-in", data={"username": "mai", "csrf_token": "old"})

    assert answer.status_code == 400
    assert "Chưa có gì được lưu" in answer.text


def test_assets_are_kept_for_a_year_under_the_hash_of_their_content(client: FlaskClient) -> None:
    page = client.get("/sign-in").text
    urls = re.findall(r"/assets/[^\"]+", page)

    assert any("bootstrap.min.css" in url for url in urls)
    for url in urls:
        with client.get(url) as answer:
            assert answer.status_code == 200
            assert "immutable" in answer.headers["Cache-Control"]
            assert "Set-Cookie" not in answer.headers
    assert client.get(re.sub(r"/assets/\w+", "/assets/0000", urls[0])).status_code == 404
    assert client.get("/assets/0000/../../config.py").status_code == 404


def test_json_is_answered_where_json_was_asked_for(client: FlaskClient) -> None:
    answer = client.get("/account", headers={"Accept": "application/json"})

    assert answer.status_code == 401
    assert answer.mimetype == "application/problem+json"
    assert answer.json["status"] == 401


def test_the_token_of_a_link_does_not_reach_a_log() -> None:
    assert masked("/s/ABCDEFGHIJKLMNOPQRSTUVWXYZ?lang=en") == "/s/***?lang=en"
    assert masked("/reception/visits/ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "/reception/visits/***"


def test_a_database_that_is_gone_gives_a_polite_page(app: Flask, client: FlaskClient) -> None:
    make_account(app, "mai", Role.CLERK)
    sign_in(client)
    with app.extensions["onestop"].write() as db:
        db.connection().exec_driver_sql("ALTER TABLE sessions RENAME TO lost")
    app.testing = False

    answer = client.get("/account")

    assert answer.status_code in {500, 503}
    assert "Traceback" not in answer.text
    assert "Hệ thống" in answer.text


def test_health_says_nothing_but_alive_and_ready(client: FlaskClient) -> None:
    assert client.get("/healthz").text == "ok\n"
    assert client.get("/readyz").text == "ready\n"


def test_the_pages_hold_no_inline_style_and_no_inline_script() -> None:
    templates = Path(__file__).resolve().parents[2] / "templates"

    for path in templates.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\sstyle=|\son\w+=\"|<script>|javascript:", text), path
