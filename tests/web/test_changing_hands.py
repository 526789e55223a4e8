"""A step is refused by who was offered it, or given to another officer by the leader."""

from collections.abc import Iterator

import pytest
from flask import Flask

from onestop.domain.rights import Role
from onestop.domain.statuses import Action
from tests.conftest import NOW
from tests.factories import OTHER_JUSTICE, make_staff
from tests.web.office import Office, at_time, main_of, make_office

GIVEN = {"step": "check", "reason": "absence"}


@pytest.fixture
def office(app: Flask) -> Iterator[Office]:
    with at_time(NOW):
        yield make_office(app)


def sent_elsewhere(office: Office) -> None:
    """The check asks a former commune of residence, whose officer is `verifier`."""
    other = office.province[OTHER_JUSTICE]
    with office.app.extensions["onestop"].write() as db:
        verifier = make_staff(db, Role.OFFICER, other, display_name="Mai Thị Hoa")
    office.people["verifier"] = verifier
    chosen = {"finish-step-check:chosen.verify_elsewhere": str(other)}
    sent = office.act("officer", Action.FINISH_STEP, step="check", **chosen)
    assert sent.status_code == 302


def user(office: Office, who: str) -> str:
    return str(office.people[who].user_id)


class TestRefusing:
    def test_the_step_before_goes_on_with_the_reason(self, office: Office) -> None:
        sent_elsewhere(office)
        form = office.get("verifier").text
        assert "Hồ sơ sẽ về lại bước: <strong>Kiểm tra tình trạng hôn nhân</strong>" in form

        why = {"step": "verify_elsewhere", "reason": "not_our_task", "note": "Chưa từng cư trú"}
        office.act("verifier", Action.REFUSE_STEP, **why)

        page = office.get("officer").text
        assert "Đã từ chối nhận: Xác minh tại nơi thường trú trước đây" in page
        assert "Về lại bước: Kiểm tra tình trạng hôn nhân" in page
        assert "Lý do: Không thuộc nhiệm vụ của cơ quan này" in page
        assert "“Chưa từng cư trú”" in page
        assert "Làm lại lần 2" in page

    def test_a_reason_is_wanted(self, office: Office) -> None:
        sent_elsewhere(office)

        refused = office.act("verifier", Action.REFUSE_STEP, step="verify_elsewhere")

        assert refused.status_code == 422
        assert "Hãy chọn lý do." in refused.text

    def test_a_step_that_was_accepted_is_refused_no_more(self, office: Office) -> None:
        why = {"step": "check", "reason": "not_our_task"}

        assert office.act("officer", Action.REFUSE_STEP, **why).status_code == 403

    def test_a_step_never_goes_back_to_one_that_did_not_hand_it_over(self, office: Office) -> None:
        sent_elsewhere(office)

        why = {"step": "verify_elsewhere", "reason": "not_our_task", "target": "sign"}
        refused = office.act("verifier", Action.REFUSE_STEP, **why)

        assert refused.status_code == 422
        assert "Hãy chọn một bước trong danh sách." in refused.text


class TestReassigning:
    def test_the_leader_chooses_among_the_officers_of_the_unit(self, office: Office) -> None:
        form = main_of(office.get("head")).split("actions/reassign")[1].split("</form>")[0]

        assert "Lê Thị Mai" in form
        assert "Trần Minh Quân" not in form  # holds it already
        assert "Phạm Văn Hùng" not in form
        assert "Hạn của bước giữ nguyên." in form

    def test_the_step_has_a_new_holder_and_its_old_date(self, office: Office) -> None:
        due = "hạn 03/03/2026"
        assert due in office.get("head").text

        given = office.act("head", Action.REASSIGN, holder=user(office, "colleague"), **GIVEN)

        assert given.status_code == 302
        page = office.get("officer").text
        assert "Lê Thị Mai đang xử lý: Kiểm tra tình trạng hôn nhân" in page
        assert "Giao cho: Lê Thị Mai · Lý do: Người được giao vắng mặt" in page
        assert due in page
        assert "Ông/bà đang xử lý" in office.get("colleague").text

    def test_one_given_before_it_was_accepted_is_accepted_by_that_officer(
        self, office: Office
    ) -> None:
        office.code = office.receive()

        office.act("head", Action.REASSIGN, holder=user(office, "colleague"), **GIVEN)

        mine, theirs = office.get("colleague").text, office.get("officer").text
        assert "Nhận xử lý: Kiểm tra tình trạng hôn nhân" in mine
        assert "Nhận thay" not in mine
        assert "Đã giao Lê Thị Mai, chưa nhận: Kiểm tra tình trạng hôn nhân" in theirs
        assert "Nhận thay Lê Thị Mai" in theirs

    def test_who_cannot_hold_it_is_refused_at_the_field(self, office: Office) -> None:
        before = office.version()

        for holder, words in (
            ("", "Hãy chọn người nhận việc."),
            ("x", "chưa đúng"),
            ("99999999999", "quá lớn"),
            (user(office, "officer"), "Người này đang giữ bước đó."),
            (user(office, "clerk"), "Hãy chọn một người trong danh sách."),
            (user(office, "head"), "Hãy chọn một người trong danh sách."),
            ("2147483647", "Hãy chọn một người trong danh sách."),
        ):
            refused = office.act("head", Action.REASSIGN, holder=holder, **GIVEN)
            assert refused.status_code == 422, holder
            assert words in refused.text
            assert 'id="reassign-check:holder-error"' in refused.text
        assert office.version() == before

    def test_only_the_leader_of_the_unit_gives_it_away(self, office: Office) -> None:
        holder = user(office, "colleague")

        for who in ("officer", "colleague", "clerk", "leader"):
            assert office.act(who, Action.REASSIGN, holder=holder, **GIVEN).status_code == 403

    def test_where_nobody_else_is_the_form_says_so(self, office: Office) -> None:
        sent_elsewhere(office)
        other = office.province[OTHER_JUSTICE]
        with office.app.extensions["onestop"].write() as db:
            office.people["their_head"] = make_staff(db, Role.LEADER, other)
        office.act("verifier", Action.ACCEPT_STEP, step="verify_elsewhere")

        page = office.get("their_head").text

        assert "Cơ quan không có người nào khác giữ vai trò của bước này." in page

    def test_two_leaders_at_once_learn_of_each_other(self, office: Office) -> None:
        shown = str(office.version())
        office.act("colleague", Action.ACCEPT_STEP, step="check")

        lost = office.act(
            "head", Action.REASSIGN, holder=user(office, "colleague"), version=shown, **GIVEN
        )

        assert lost.status_code == 409
        assert "Lê Thị Mai, lúc 08:30: Đã nhận xử lý" in lost.text
