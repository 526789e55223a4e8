"""A leader opens a stopped dossier again, or one whose result was returned."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from onestop.domain.statuses import Action, Status
from tests.conftest import NOW
from tests.web.office import Office, at_time, main_of, make_office

WHY = {"target": "check", "reason": "stopped_in_error"}


@pytest.fixture
def office(app: Flask) -> Iterator[Office]:
    with at_time(NOW):
        yield make_office(app)


def stop(office: Office) -> None:
    assert office.act("leader", Action.STOP, reason="dispute").status_code == 302


def return_result(office: Office) -> None:
    office.work_off()
    office.act("clerk", Action.ACCEPT_RESULT)
    office.act("clerk", Action.RETURN_RESULT, taker="Nguyễn Thị Đào")
    assert office.status() is Status.RETURNED


def test_a_stopped_one_goes_on_at_the_step_chosen(office: Office) -> None:
    stop(office)

    opened = office.act("leader", Action.REOPEN, note="Bên khiếu nại đã rút đơn", **WHY)

    assert opened.status_code == 302
    assert office.status() is Status.PROCESSING
    page = office.get("officer").text
    assert "Đã mở lại hồ sơ" in page
    assert "Lý do: Đã dừng do nhầm lẫn" in page
    assert "“Bên khiếu nại đã rút đơn”" in page
    assert "Nhận xử lý: Kiểm tra tình trạng hôn nhân" in page


def test_the_ledger_has_a_new_line_and_the_first_one_stays(office: Office) -> None:
    with at_time(NOW + timedelta(hours=2)):
        stop(office)
    with at_time(NOW + timedelta(days=7)):
        office.act("leader", Action.REOPEN, **WHY)
        page = main_of(office.get("leader"))

    ledger = page.split('id="ledger-title"')[1]
    first, last = ledger.split("<tr")[2], ledger.split("<tr")[3]
    assert "08:30 05/03/2026" in first
    assert "Hẹn đầu, không đổi" in first
    assert "Hẹn khi giải quyết lại" in last
    assert "Đã dừng do nhầm lẫn" in last
    assert last.count("Phạm Văn Hùng") == 2
    assert "Mốc xét đúng hạn" in last


def test_a_returned_one_offers_the_steps_that_were_done(office: Office) -> None:
    return_result(office)

    form = main_of(office.get("leader")).split("actions/reopen")[1].split("</form>")[0]
    without = office.act("leader", Action.REOPEN, reason="result_wrong")
    opened = office.act("leader", Action.REOPEN, target="draft", reason="result_wrong")

    for step in ("Dự thảo giấy xác nhận", "Ký giấy xác nhận", "Vào sổ, đóng dấu"):
        assert step in form
    assert without.status_code == 422
    assert "Hãy chọn bước cần làm lại." in without.text
    assert opened.status_code == 302
    assert "Dự thảo giấy xác nhận" in office.get("officer").text


def test_how_it_ended_is_shown_against_the_first_and_the_counted_date(office: Office) -> None:
    office.act("leader", Action.EXTEND, proposal="0", until="16/03/2026", reason="heavy_load")
    return_result(office)

    ledger = main_of(office.get("clerk")).split('id="ledger-title"')[1]
    counted, told = ledger.split("<tr")[2], ledger.split("<tr")[3]

    assert "Trước hạn" in counted
    assert "Trước hạn" in told


def test_a_wrong_step_is_refused_at_its_field(office: Office) -> None:
    stop(office)

    for target in ("receive", "sign", "return", "made_up"):
        refused = office.act("leader", Action.REOPEN, **(WHY | {"target": target}))
        assert refused.status_code == 422, target
        assert "Hãy chọn một bước trong danh sách." in refused.text
    assert office.status() is Status.STOPPED


def test_only_the_leader_of_the_agency_that_decides_opens_it(office: Office) -> None:
    stop(office)

    for who in ("officer", "clerk", "head", "registrar"):
        assert "actions/reopen" not in office.get(who).text
        assert office.act(who, Action.REOPEN, **WHY).status_code == 403


def test_a_running_one_is_not_opened(office: Office) -> None:
    assert office.act("leader", Action.REOPEN, **WHY).status_code == 403
