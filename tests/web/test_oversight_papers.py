"""What a leader takes to a meeting: the printed list, the one page, sheets of cash boxes."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from onestop import clock
from onestop.domain.rights import Role
from tests.conftest import NOW
from tests.documents.reading import size_of, text_of
from tests.factories import (
    COMMUNE,
    DESK,
    OTHER_COMMUNE,
    OTHER_DESK,
    Province,
    make_person,
    make_province,
)
from tests.web.test_oversight import received, signed_in

LATE = timedelta(days=2)


@pytest.fixture(autouse=True)
def _two_days_later() -> Iterator[None]:
    with clock.moved(NOW + LATE - clock.now()):
        yield


@pytest.fixture
def province(app: Flask) -> Province:
    with app.extensions["onestop"].write() as session:
        return make_province(session)


def test_the_printed_list_holds_what_the_screen_shows_and_says_its_filters(
    app: Flask, province: Province
) -> None:
    codes = [received(app, province[DESK], applicant=make_person(name="<b>Đào")) for _ in range(3)]
    elsewhere = received(app, province[OTHER_DESK])
    leader = signed_in(app, Role.LEADER, province[COMMUNE], language="en")

    page = leader.get("/oversight/overdue?ageing=1-2").text
    assert 'href="/oversight/overdue.pdf?ageing=1-2"' in page
    made = leader.get("/oversight/overdue.pdf?ageing=1-2")
    text = text_of(made.data)

    assert size_of(made.data) == [(297, 210)]
    for said in (*codes, "HỒ SƠ QUÁ HẠN – CẢ HỒ SƠ: 3", "Bộ lọc: Trễ 1–2 ngày", "<b>Đào"):
        assert said in text, said
    assert "8 giờ 30, ngày 04/03/2026" in text
    assert elsewhere not in text
    assert leader.get("/oversight/due-soon.pdf?what=step").mimetype == "application/pdf"
    assert leader.get(f"/oversight/overdue.pdf?agency={province[OTHER_DESK]}").status_code == 404


def test_the_briefing_counts_what_the_list_counts_by_agency(app: Flask, province: Province) -> None:
    for agency in (DESK, DESK, OTHER_DESK):
        received(app, province[agency])
    leader = signed_in(app, Role.LEADER, province[COMMUNE])
    other = signed_in(app, Role.LEADER, province[OTHER_COMMUNE])

    assert "/oversight/briefing.pdf" in leader.get("/oversight").text
    mine, theirs = (text_of(c.get("/oversight/briefing.pdf").data) for c in (leader, other))

    assert "Hồ sơ quá hạn: 2" in leader.get("/oversight/overdue").text
    assert "HỒ SƠ TRỄ HẠN: 2" in mine
    assert "chưa xin lỗi: 2 hồ sơ" in mine
    assert "HỒ SƠ TRỄ HẠN: 1" in theirs


def test_leaders_see_boxes_that_nobody_locked(app: Flask, province: Province) -> None:
    received(app, province[DESK], answers={"late": 1}, fee_paid=True)
    leader = signed_in(app, Role.LEADER, province[COMMUNE])
    other = signed_in(app, Role.LEADER, province[OTHER_COMMUNE])
    day = NOW.date().isoformat()

    assert "8.000" in leader.get(f"/oversight/fees?day={day}").text
    assert "8.000" not in other.get(f"/oversight/fees?day={day}").text
    assert "8.000" not in leader.get("/oversight/fees").text
    for odd in ("", "x", "0001-01-01", "9999-12-31"):
        assert leader.get(f"/oversight/fees?day={odd}").status_code == 200
