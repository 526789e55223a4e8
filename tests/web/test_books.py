"""The tracking book on screen: whose it is, its period, its files, small at once, long as a job."""

from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select
from werkzeug.test import TestResponse

from onestop import clock
from onestop.background import runner_lock
from onestop.jobs.kinds import KINDS
from onestop.jobs.runner import work_off
from onestop.models.documents import IssuedDocument
from onestop.services.reception import void_reception
from onestop.web import books
from onestop.writer_lock import WriterLock
from tests.conftest import NOW
from tests.documents.reading import text_of
from tests.web.office import Office, at_time, main_of, make_office
from tests.web.sign_in import ORIGIN, form_token

YEAR = "2026"


@pytest.fixture
def office(app: Flask) -> Iterator[Office]:
    app.extensions["onestop_start_jobs"] = lambda: None
    with at_time(NOW):
        office = make_office(app)
        void = office.receive(at=NOW + timedelta(minutes=1))
        with app.extensions["onestop"].write() as db:
            clerk = office.people["clerk"]
            at = NOW + timedelta(minutes=2)
            void_reception(db, void, reason="entered_twice", note="", actor=clerk, at=at)
        office.receive(at=NOW + timedelta(days=1))
        yield office


def files(client: FlaskClient, **fields: str) -> TestResponse:
    token = form_token(client.get("/account"))
    data = {"year": YEAR, "csrf_token": token, **fields}
    return client.post("/books/files", data=data, headers=ORIGIN)


def run(office: Office) -> None:
    app = office.app
    with app.app_context():
        work_off(
            app.extensions["onestop"], {**KINDS, **app.extensions["onestop_jobs"]}, now=clock.now
        )


def test_the_book_has_a_line_for_every_number_and_none_for_strangers(office: Office) -> None:
    page = main_of(office.get("clerk", "/books"))

    assert page.count('<td class="number">') == 3
    assert "SỐ ĐÃ HỦY 02/03/2026: nhập trùng hồ sơ" in page
    assert "<strong>3</strong> số, từ 1 đến 3, 1 số đã hủy" in page
    assert page.count("Nguyễn Thị Đào") == 2
    one_day = main_of(office.get("leader", "/books?year=2026&first=03/03/2026"))
    assert one_day.count('<td class="number">') == 1
    assert "Chưa có hồ sơ nào được vào sổ" in office.get("stranger", "/books").text
    for who in ("officer", "admin"):
        assert office.get(who, "/books").status_code == 403
    wrong = office.get("clerk", "/books?year=2026&first=3%2F3&last=01/02/2025")
    assert wrong.status_code == 422
    assert "Hãy nhập ngày dạng" in wrong.text


def test_a_short_book_comes_at_once_in_both_forms(office: Office) -> None:
    client = office.client("clerk")

    pdf, sheet = files(client), files(client, form="xlsx")

    assert (pdf.status_code, pdf.mimetype) == (200, "application/pdf")
    assert "so-theo-doi-H91.51.01-2026.pdf" in pdf.headers["Content-Disposition"]
    text = text_of(pdf.data)
    for said in ("SỔ THEO DÕI HỒ SƠ", "Quyển số: 01", "Mẫu số 07", office.code, "Trang 1/1"):
        assert said in text
    rows = list(load_workbook(BytesIO(sheet.data)).active.iter_rows(values_only=True))
    assert [row[0] for row in rows[-3:]] == [1, 2, 3]
    assert rows[-2][4] is None
    assert rows[-4][7:12] == (
        "Nhận hồ sơ (ngày, tháng, năm)",
        "Hẹn trả kết quả",
        "Trả kết quả",
        "Phương thức nhận kết quả",
        "Ký nhận",
    )
    assert rows[-5][7] == "Nhận và trả kết quả"
    assert files(office.client("stranger")).status_code == 404


def test_a_long_book_is_a_job_of_whoever_asked(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(books, "AT_ONCE", 2)
    client = office.client("clerk")

    asked = files(client)
    waiting = client.get(asked.location)
    run(office)
    done = client.get(asked.location)

    assert asked.status_code == 303
    assert "Đang chờ" in waiting.text
    assert "js/job.js" in waiting.text
    assert "Tải tệp" in done.text
    file = client.get(f"{asked.location}/file")
    assert (file.status_code, file.mimetype) == (200, "application/pdf")
    assert office.code in text_of(file.data)
    assert "so-theo-doi-H91.51.01-2026.pdf" in client.get("/jobs").text
    for who in ("leader", "stranger"):
        assert office.get(who, asked.location).status_code == 404
        assert office.get(who, f"{asked.location}/file").status_code == 404
    with at_time(clock.now() + timedelta(days=1)):
        later = office.client("clerk")
        assert later.get(f"{asked.location}/file").status_code == 410
        assert "Tệp không còn nữa" in later.get(asked.location).text


def test_a_book_of_a_closed_year_leaves_its_hash_and_a_view_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    files(office.client("clerk"))
    with at_time(NOW + timedelta(days=310)):
        client = office.client("registrar")
        leader = office.client("leader")
        printed = files(leader)
        files(leader, form="xlsx")
        files(leader, first="02/03/2026")
        monkeypatch.setattr(books, "AT_ONCE", 2)
        asked = files(leader)
        run(office)
        again = leader.get(f"{asked.location}/file")

        assert client.get("/books").status_code == 200
    with office.app.extensions["onestop"].read() as db:
        stmt = select(IssuedDocument).where(IssuedDocument.kind == "tracking_book")
        kept = db.scalars(stmt.order_by(IssuedDocument.number)).all()
    assert [(row.year, row.number, row.form_edition, row.content) for row in kept] == [
        (2026, 1, "2025", None),
        (2026, 2, "2025", None),
    ]
    assert [row.sha256 for row in kept] == [
        sha256(content).hexdigest() for content in (printed.data, again.data)
    ]


def test_a_look_at_a_job_that_stands_still_starts_a_runner_where_none_is_at_work(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(books, "AT_ONCE", 2)
    starts: list[bool] = []
    office.app.extensions["onestop_start_jobs"] = lambda: starts.append(True)
    asked = files(office.client("clerk"))
    office.get("clerk", asked.location)
    assert len(starts) == 1

    with at_time(clock.now() + timedelta(seconds=30)):
        data_dir = office.app.extensions["onestop"].data_dir
        with WriterLock(runner_lock(data_dir)).held():
            office.get("clerk", asked.location)
        assert len(starts) == 1
        office.get("clerk", asked.location)
    assert len(starts) == 2
