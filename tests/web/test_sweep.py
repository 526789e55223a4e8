"""What the pages say when nobody acted: the house itself warned, drafted or stopped."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from onestop import clock
from onestop.domain.accounts import SYSTEM_USERNAME
from onestop.domain.statuses import Action, Status
from onestop.jobs.sweep import sweep
from onestop.services.event_log import load
from onestop.services.system_user import DISPLAY_NAME
from tests.conftest import NOW
from tests.web.office import Office, at_time, main_of, make_office
from tests.web.sign_in import ORIGIN, form_token

DAY = timedelta(days=1)
ASKED = {"step": "check", "papers": ["divorce_or_death"], "reason": "paper_missing"}


@pytest.fixture
def office(app: Flask) -> Iterator[Office]:
    with at_time(NOW):
        yield make_office(app)


def swept(office: Office) -> None:
    assert sweep(office.app.extensions["onestop"], now=clock.now).failures == []


def test_a_draft_of_the_clock_is_put_before_the_head_of_the_agency(office: Office) -> None:
    with at_time(NOW + 2 * DAY):  # Wednesday; promised for Thursday
        swept(office)

        page = main_of(office.get("leader"))
        assert DISPLAY_NAME in page
        assert "Đã trình xin lỗi và hẹn lại" in page
        assert "Người ký chọn lý do." in page
        # No reason goes to the citizen that nobody chose.
        signed = office.act("leader", Action.EXTEND, proposal="1", until="", reason="")
        assert signed.status_code == 422


def test_the_history_says_who_warned_and_who_stopped(office: Office) -> None:
    office.act("officer", Action.REQUEST_SUPPLEMENT, **ASKED)
    with office.app.extensions["onestop"].write() as db:
        ends = load(db, office.code).state.open_pauses[0].citizen_due_at
    with at_time(ends - timedelta(hours=1)):  # a working day, before seven in the evening
        swept(office)
    with at_time(ends + 7 * DAY):
        swept(office)

        page = main_of(office.get("officer"))
        assert "Đã nhắc công dân sắp hết hạn bổ sung" in page
        assert "Đã dừng xử lý" in page
        assert page.count(DISPLAY_NAME) >= 2
    assert office.status() is Status.STOPPED


def test_nobody_signs_in_as_the_house(office: Office) -> None:
    office.act("officer", Action.REQUEST_SUPPLEMENT, **ASKED)
    with at_time(NOW + 30 * DAY):
        swept(office)
        client = office.app.test_client()
        fields = {"username": SYSTEM_USERNAME, "password": SYSTEM_USERNAME}
        fields["csrf_token"] = form_token(client.get("/sign-in"))
        page = client.post("/sign-in", data=fields, headers=ORIGIN)

    assert page.status_code == 422
