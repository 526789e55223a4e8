"""The pages of citizens: by link, by code, and what strangers get instead."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from onestop.domain.codes import StatusToken
from onestop.models.accounts import UsedFormToken
from onestop.models.dossiers import StatusLink
from onestop.models.events import DossierEvent
from onestop.queries.public_status import LINK_LIFE
from onestop.services import casework
from onestop.web.public import miss_limiters
from onestop.web.public_forms import FIELD
from tests.public_world import APPLICANT, at_time, local, make_world

RECEIVED_AT = local("2026-03-02 08:30")
MOST_BYTES = 10 * 1024


@pytest.fixture
def world(app):
    return make_world(app.extensions["onestop"])


@pytest.fixture
def received(world):
    return world.receive(RECEIVED_AT)


@pytest.fixture
def link(received):
    return f"/s/{received.link.token.text}"


@pytest.fixture(autouse=True)
def _monday():
    with at_time(RECEIVED_AT):
        yield


def change_link(world, **values) -> None:
    with world.database.write() as session:
        session.execute(update(StatusLink).values(**values))


def form_token(client, mode="") -> str:
    page = client.get(f"/?mode={mode}").text
    return re.search(rf'name="{FIELD}" value="([^"]+)"', page)[1]


def look_up(client, code, secret="", **more):
    fields = {FIELD: form_token(client), "code": code, "secret": secret} | more
    return client.post("/look-up", data=fields)


def heading(page: str) -> str:
    return re.search(r"<h1>(.*?)</h1>", page)[1]


def without_token(page: str) -> str:
    return re.sub(rf'name="{FIELD}" value="[^"]+"', "", page)


def test_the_link_shows_state_date_task_and_holder_in_this_order(client, link):
    page = client.get(link).text

    places = [
        page.index(text)
        for text in (
            "Đã tiếp nhận hồ sơ",
            "Còn 3 ngày làm việc",
            "8 giờ 30 phút, thứ Năm, ngày 05/03/2026",
            "Ông/Bà chưa cần làm gì thêm.",
            "Đang chuyển đến Bộ phận Tư pháp",
            'aria-current="step"',
            "Vì sao hẹn ngày này",
        )
    ]
    assert places == sorted(places)


def test_the_page_is_light_and_has_nothing_from_elsewhere(client, link):
    response = client.get(link)

    assert len(response.data) <= MOST_BYTES
    assert "<script" not in response.text
    assert re.findall(r"https?://[^\s<\"]+", response.text) == ["http://127.0.0.1:8000."]
    assert "Set-Cookie" not in response.headers


def test_the_headers_keep_the_link_to_its_holder(client, link):
    headers = client.get(link).headers

    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Robots-Tag"] == "noindex, nofollow, noarchive"
    assert "script-src" not in headers["Content-Security-Policy"]
    assert "'unsafe-inline'" not in headers["Content-Security-Policy"]


def test_nothing_personal_is_shown(client, link, received):
    for path in (link, f"{link}?lang=en"):
        response = client.get(path)
        shown = response.text + str(response.headers)

        for value in APPLICANT.values():
            assert value not in shown
        assert "Tiên" not in shown
        assert received.link.check_code.grouped() not in shown
        assert "N*** T*** Đ*** T***" in shown


def test_the_letter_case_of_the_token_is_free(client, link, received):
    lower = client.get(f"/s/{received.link.token.text.lower()}")

    assert lower.status_code == 200
    assert lower.data == client.get(link).data


@pytest.mark.parametrize("suffix", ["?format=json", "?lang=xx", "?mode=hall", "?lang=vi"])
def test_odd_variants_show_no_more(client, link, suffix):
    response = client.get(link + suffix, headers={"Accept": "application/json, */*;q=0.1"})

    assert response.status_code == 200
    assert response.mimetype == "text/html"
    assert response.data == client.get(link).data


def test_head_and_options_show_less(client, link):
    head = client.head(link)
    options = client.options(link)

    assert (head.status_code, head.data) == (200, b"")
    assert options.data == b""
    assert client.post(link).status_code == 405
    assert "N***" not in client.post(link).text


def test_english_comes_by_the_address(client, link):
    page = client.get(f"{link}?lang=en").text

    assert '<html lang="en">' in page
    assert "08:30, Thursday 5 March 2026" in page
    assert "Birth bundle" in page
    assert f'href="{link}"' in page


def everything_that_opens_nothing(world, received) -> list[str]:
    token = received.link.token.text
    flipped = token[:-2] + ("A" if token[-2] != "A" else "B") + token[-1]
    return [
        StatusToken.random().text,
        flipped,
        token[:-1],
        token + "A",
        "x",
        "%F0%9F%98%80",
        "..",
        f"{token}/",
        f"{token}.",
        f"a/{token}",
        "A" * 4_000,
    ]


@pytest.fixture
def patient(app):
    """No limit on misses, for tests that miss on purpose."""
    for name in ("onestop_address_misses", "onestop_code_misses"):
        app.extensions[name].most = 10**9


def test_links_that_open_nothing_are_answered_with_the_same_bytes(
    client, world, received, link, patient
):
    answers = [
        client.get(f"/s/{token}") for token in everything_that_opens_nothing(world, received)
    ]
    change_link(world, state="revoked", ended_at=RECEIVED_AT)
    answers.append(client.get(link))

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.data for answer in answers}) == 1
    headers = {tuple(sorted(answer.headers.items())) for answer in answers}
    assert len(headers) == 1
    assert "Không tìm thấy hồ sơ" in answers[0].text


def test_an_expired_link_is_answered_like_an_unknown_one(client, world, received, link):
    with world.database.write() as session:
        casework.withdraw(
            session, received.code, reason="asked", note="", actor=world.actor, at=RECEIVED_AT
        )
    assert "Hồ sơ đã rút" in client.get(link).text

    with at_time(RECEIVED_AT + LINK_LIFE):
        expired = client.get(link)
        unknown = client.get(f"/s/{StatusToken.random().text}")

    assert expired.status_code == 404
    assert expired.data == unknown.data


def test_a_replaced_slip_says_so_and_shows_no_data(client, world, received, link):
    change_link(world, state="superseded", ended_at=RECEIVED_AT)

    page = client.get(link).text

    assert heading(page) == "Giấy hẹn này đã được thay bằng bản in ngày 02/03/2026"
    assert received.code not in page
    assert "N***" not in page


def test_after_twenty_misses_an_address_waits_but_true_links_still_open(client, link):
    for _ in range(20):
        assert client.get(f"/s/{StatusToken.random().text}").status_code == 404

    refused = client.get(f"/s/{StatusToken.random().text}")

    assert refused.status_code == 429
    assert 590 <= int(refused.headers["Retry-After"]) <= 600
    assert client.get(link).status_code == 200
    other = {"REMOTE_ADDR": "203.0.113.7"}
    assert client.get("/s/x", environ_base=other).status_code == 404
    with at_time(RECEIVED_AT + timedelta(minutes=11)):
        assert client.get("/s/x").status_code == 404


@pytest.mark.parametrize(("workers", "allowed"), [(1, [20, 5]), (4, [10, 3]), (16, [10, 3])])
def test_processes_share_misses_and_no_error_of_typing_shuts_anybody_out(
    workers: int, allowed: list[int]
) -> None:
    assert [limiter.most for limiter in miss_limiters(workers).values()] == allowed


def test_a_busy_hall_may_look_as_often_as_it_likes(client, link):
    assert {client.get(link).status_code for _ in range(60)} == {200}


def test_the_page_comes_from_memory_for_five_seconds(client, link, count_queries):
    later = RECEIVED_AT + timedelta(minutes=1)
    with at_time(later):
        client.get(link)

    # The clock goes on while a busy machine answers: two seconds are allowed for that.
    with count_queries() as statements, at_time(later + timedelta(seconds=2)):
        first = client.get(link)
    assert statements == []
    with count_queries() as statements, at_time(later + timedelta(seconds=8)):
        client.get(link)
    assert len(statements) >= 1
    assert first.status_code == 200


def test_a_change_is_seen_at_once(client, world, received, link):
    assert "Đã tiếp nhận hồ sơ" in client.get(link).text

    world.accept(received.code, "justice", RECEIVED_AT + timedelta(minutes=1))

    assert heading(client.get(link).text) == "Hồ sơ đang được xử lý"


def test_languages_do_not_share_a_cached_page(client, link):
    assert client.get(f"{link}?lang=en").data != client.get(link).data
    assert '<html lang="en">' in client.get(f"{link}?lang=en").text


def test_a_late_dossier_is_an_apology_with_the_days_and_a_telephone(client, link):
    with at_time(local("2026-03-09 10:00")):
        page = client.get(link).text

    assert heading(page) == "Hồ sơ trễ hẹn – Cơ quan xin lỗi Ông/Bà"
    assert "Trễ hẹn 2 ngày làm việc" in page
    assert 'href="tel:0290000519"' in page
    assert "card--late" in page


def test_due_today_says_so(client, link):
    with at_time(local("2026-03-05 07:30")):
        assert "Hẹn trả kết quả hôm nay" in client.get(link).text


def test_asked_papers_are_listed_with_desk_and_day(client, world, received, link):
    world.accept(received.code, "justice", RECEIVED_AT)
    world.ask_papers(received.code, "justice", ["birth_slip"], RECEIVED_AT)

    page = client.get(link).text

    assert heading(page) == "Cần bổ sung giấy tờ"
    assert "Mang các giấy tờ sau đến Quầy số 1" in page
    assert re.search(r"chậm nhất ngày \d\d/03/2026:", page)
    assert "Đang tạm dừng tính thời gian" in page
    assert page.count("<li>") == 1


def test_the_look_up_opens_with_code_and_secret_and_never_shows_the_link(client, received):
    for secret in ("3456", "5789", received.link.check_code.grouped()):
        answer = look_up(client, received.code, secret)

        assert answer.status_code == 200
        assert heading(answer.text) == "Đã tiếp nhận hồ sơ"
        assert received.link.token.text not in answer.text + str(answer.headers)
        assert "/s/" not in answer.text
        assert "Set-Cookie" not in answer.headers


def test_unknown_codes_and_wrong_secrets_get_the_same_answer(client, received, patient):
    unknown = look_up(client, "H91.51.01-260302-0002", "3456")
    wrong = look_up(client, received.code, "9999")

    assert unknown.status_code == wrong.status_code == 404
    assert without_token(unknown.text).replace("-0002", "-0001") == without_token(wrong.text)
    assert len(unknown.data) == len(wrong.data)
    assert "9999" not in wrong.text


def test_unknown_codes_and_wrong_secrets_cost_the_same_statements(
    client, received, patient, count_queries
):
    counts = []
    for code, secret in ((received.code, "9999"), ("H91.51.01-260302-0002", "3456")):
        fields = {FIELD: form_token(client), "code": code, "secret": secret}
        with count_queries() as statements:
            client.post("/look-up", data=fields)
        counts.append(len(statements))

    assert counts[0] == counts[1]


def test_one_code_is_not_guessed_at_from_many_addresses(client, received):
    code = received.code
    spellings = (code, code.lower(), code.replace("-", "–"), code.replace("-", " - "), f" {code}")
    for address, typed in enumerate(spellings, start=1):
        fields = {FIELD: form_token(client), "code": typed, "secret": "0000"}
        client.post("/look-up", data=fields, environ_base={"REMOTE_ADDR": f"198.51.{address}.1"})

    assert look_up(client, received.code, "3456").status_code == 429
    with at_time(RECEIVED_AT + timedelta(minutes=16)):
        assert look_up(client, received.code, "3456").status_code == 200


@pytest.mark.parametrize(
    ("code", "secret", "words"),
    [
        ("", "3456", "Hãy nhập mã hồ sơ"),
        ("khai sinh", "3456", "Mã hồ sơ chưa đúng dạng"),
        ("H91.51.01-260302-0001", "", "Hãy nhập mã kiểm tra"),
        ("x" * 10_000, "3456", "Mã hồ sơ chưa đúng dạng"),
        ("<b>=1+1", "3456", "Mã hồ sơ chưa đúng dạng"),
    ],
)
def test_what_cannot_be_looked_up_is_said_at_the_field(client, received, code, secret, words):
    answer = look_up(client, code, secret)

    assert answer.status_code == 422
    assert words in answer.text
    assert "<title>Lỗi:" in answer.text
    assert "<b>=" not in answer.text


def test_a_form_is_used_once_and_must_be_ours(client, received):
    fields = {FIELD: form_token(client), "code": received.code, "secret": "3456"}
    assert client.post("/look-up", data=fields).status_code == 200

    assert client.post("/look-up", data=fields).status_code in {400, 409, 422}
    assert client.post("/look-up", data=fields | {FIELD: ""}).status_code in {400, 422}
    fresh = fields | {FIELD: form_token(client)}
    foreign = client.post("/look-up", data=fresh, headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403


def test_a_scanned_link_opens_in_the_hall_without_a_second_secret(client, received):
    token = received.link.token.text
    for scanned in (f"HTTPS://MOTCUA.EXAMPLE/S/{token}", token.lower(), f"http://x/s/{token}/"):
        answer = look_up(client, scanned, mode="hall")

        assert answer.status_code == 200
        assert token not in answer.text
        assert 'http-equiv="refresh" content="60;url=/?mode=hall"' in answer.text


def test_a_link_is_a_telephones_page_even_where_the_hall_asked_first(client, link):
    looks = [client.get(link + suffix).text for suffix in ("?mode=hall", "")]

    assert ['http-equiv="refresh"' in look for look in looks] == [False, False]


def test_the_hall_page_is_large_and_clears_itself(client):
    hall = client.get("/?mode=hall").text

    assert 'http-equiv="refresh" content="60;url=/?mode=hall"' in hall
    assert 'class="hall"' in hall
    assert "autofocus" in hall
    assert "http-equiv" not in client.get("/").text


def test_looking_leaves_nothing_behind_but_used_forms(client, world, received, link):
    before = world_events(world)
    client.get(link)
    look_up(client, received.code, "3456")

    assert world_events(world) == before
    with world.database.read() as session:
        assert len(session.scalars(select(UsedFormToken.token_sha256)).all()) == 1


def world_events(world) -> int:
    with world.database.read() as session:
        return len(session.scalars(select(DossierEvent.version)).all())
