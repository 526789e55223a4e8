"""The reminders above a worklist: whose they are, when they come, how they are put away."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask

from onestop import clock
from onestop.domain.notices import OF_DATES
from onestop.models.notices import Notice
from onestop.queries.calendars import calendars
from onestop.services.casework import finish_step
from onestop.services.event_log import load
from onestop.services.sweep import write_notices
from tests.conftest import NOW
from tests.web.office import Office, at_time, main_of, make_office
from tests.web.sign_in import ORIGIN, form_token

DAY = timedelta(days=1)
BLOCK = 'class="notices'


@pytest.fixture
def office(app: Flask) -> Iterator[Office]:
    with at_time(NOW):
        yield make_office(app)


def remind(office: Office, at: datetime = NOW) -> None:
    with office.app.extensions["onestop"].write() as db:
        for kind in OF_DATES:
            write_notices(db, kind=kind, at=at)


def reminders(office: Office, who: str) -> str:
    """The block of reminders on the worklist of somebody, or nothing."""
    page = main_of(office.get(who, "/casework"))
    return page.split(BLOCK)[1].split("</details>")[0] if BLOCK in page else ""


def put_away(office: Office, who: str, *ids: int):
    client = office.client(who)
    fields = {"csrf_token": form_token(client.get("/account")), "notice": list(map(str, ids))}
    return client.post("/casework/notices/seen", data=fields, headers=ORIGIN)


def ids(office: Office) -> list[int]:
    with office.app.extensions["onestop"].read() as db:
        return [notice.id for notice in db.query(Notice).order_by(Notice.id)]


def test_without_a_reminder_there_is_no_block(office: Office) -> None:
    assert reminders(office, "officer") == ""


def test_the_holder_is_reminded_and_nobody_else(office: Office) -> None:
    remind(office)

    block = reminders(office, "officer")
    assert office.code in block
    assert "Bước sắp đến hạn" in block
    for who in ("colleague", "head", "leader", "clerk"):
        assert reminders(office, who) == ""


def test_before_anybody_took_it_all_who_hold_the_role_are_reminded(office: Office) -> None:
    code = office.receive()
    remind(office)

    assert code in reminders(office, "officer")
    assert code in reminders(office, "colleague")
    assert code not in reminders(office, "head")


def test_the_leader_of_the_agency_is_told_of_what_is_late(office: Office) -> None:
    with office.app.extensions["onestop"].write() as db:
        late_at = load(db, office.code).state.late_at
    remind(office, late_at + timedelta(hours=9))  # in the morning

    with at_time(late_at + timedelta(hours=9)):
        assert "Bước quá hạn" in reminders(office, "head")
        assert "Cả hồ sơ quá hạn" in reminders(office, "leader")
        assert "quá hạn" not in reminders(office, "officer")


def test_in_the_night_it_waits(office: Office) -> None:
    night = NOW + timedelta(hours=14)
    remind(office, night)

    with at_time(night):
        assert reminders(office, "officer") == ""
    with at_time(night + timedelta(hours=9)):
        assert office.code in reminders(office, "officer")


def test_one_that_holds_no_more_is_not_shown(office: Office) -> None:
    remind(office)
    with office.app.extensions["onestop"].write() as db:
        finish_step(db, office.code, step="check", actor=office.people["officer"], at=NOW)

    assert reminders(office, "officer") == ""


def test_it_is_put_away_by_whom_it_is_for(office: Office) -> None:
    remind(office)
    (first,) = ids(office)

    assert put_away(office, "colleague", first).status_code == 302
    assert office.code in reminders(office, "officer")
    page = put_away(office, "officer", first)
    assert page.location.endswith("/casework")
    assert reminders(office, "officer") == ""


@pytest.mark.parametrize("typed", [[], ["x"], ["-1"], ["99999999999999999999"], ["4711"]])
def test_numbers_that_no_reminder_has_do_nothing(office: Office, typed: list[str]) -> None:
    client = office.client("officer")
    fields = {"csrf_token": form_token(client.get("/account")), "notice": typed}

    assert client.post("/casework/notices/seen", data=fields, headers=ORIGIN).status_code == 302


def test_many_are_counted_and_the_first_ten_shown(office: Office, count_queries) -> None:
    remind(office)
    with count_queries() as one:
        office.get("officer", "/casework")
    for _ in range(12):
        office.receive()
    remind(office)
    with count_queries() as many:
        block = reminders(office, "officer")

    assert block.count("<li>") == 10
    assert "Và 3 việc khác." in block
    assert len(many) <= len(one)


def test_an_admin_is_warned_of_a_year_that_is_missing(office: Office) -> None:
    def shown(at: datetime) -> str:
        with at_time(at):
            return office.client("admin").get("/admin", follow_redirects=True).text

    last = last_year(office)
    assert "chưa có lịch năm" not in shown(datetime(last, 10, 31, 2, tzinfo=NOW.tzinfo))
    assert f"chưa có lịch năm {last + 1}" in shown(datetime(last, 11, 1, 2, tzinfo=NOW.tzinfo))


def last_year(office: Office) -> int:
    with office.app.extensions["onestop"].read() as db:
        return min(row.spec.years[-1] for row in calendars(db))


def test_a_clock_that_went_back_is_told_in_the_history(office: Office) -> None:
    with office.app.extensions["onestop"].write() as db:
        earlier = clock.now() - timedelta(hours=2)
        finish_step(db, office.code, step="check", actor=office.people["officer"], at=earlier)

    assert "Đồng hồ máy chủ đã lùi" in main_of(office.get("officer"))
