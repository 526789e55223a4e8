"""The page of a leader: who holds what, moving it, and who stands in for whom."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from onestop import clock
from onestop.domain.rights import Role
from onestop.domain.statuses import Action
from onestop.models.accounts import User
from onestop.models.dossiers import Dossier, Step
from onestop.services.casework import accept_step
from tests.conftest import NOW
from tests.documents.reading import text_of
from tests.factories import COMMUNE, JUSTICE, OTHER_JUSTICE, make_staff
from tests.web.office import Office, at_time, main_of, make_office
from tests.web.sign_in import ORIGIN, form_token

SECRET = "JBSWY3DPEHPK3PXP"


@pytest.fixture
def office(app: Flask) -> Iterator[Office]:
    with at_time(NOW):
        yield make_office(app)


def url_of(office: Office, who: str = "officer") -> str:
    return f"/casework/staff/{office.province[JUSTICE]}/{office.people[who].user_id}"


def more(office: Office, count: int = 2) -> list[str]:
    """The codes the officer holds, the first of the office and `count` more."""
    codes = [office.code]
    for _ in range(count):
        codes.append(office.receive())
        with office.app.extensions["onestop"].write() as db:
            accept_step(db, codes[-1], step="check", actor=office.people["officer"], at=clock.now())
    return codes


def row_of(page: TestResponse, name: str) -> str:
    rows = re.findall(r"<tr>.*?</tr>", main_of(page), re.DOTALL)
    return next(row for row in rows if f'<th scope="row">{name}' in row)


def numbers(page: TestResponse, name: str) -> list[int]:
    """How many steps a person holds, and how many of them are late."""
    cells = re.findall(r'<td class="number">(.*?)</td>', row_of(page, name), re.DOTALL)
    return [int(re.sub(r"<[^>]+>", " ", cell).split()[0]) for cell in cells]


def boxes(page: TestResponse) -> list[str]:
    return re.findall(r'name="steps" value="([^"]+)"', page.text)


def send(office: Office, sender: str, url: str, /, **fields: object) -> TestResponse:
    client = office.client(sender)
    data: MultiDict[str, str] = MultiDict()
    for name, value in fields.items():
        data.setlist(name, [str(v) for v in (value if isinstance(value, list) else [value])])
    data["csrf_token"] = form_token(client.get("/account"))
    return client.post(url, data=data, headers=ORIGIN)


def user(office: Office, who: str) -> int:
    return office.people[who].user_id


def holders(office: Office, codes: list[str]) -> list[int | None]:
    with office.app.extensions["onestop"].read() as db:
        stmt = select(Step.holder_id).join(Dossier, Dossier.id == Step.dossier_id)
        held = stmt.where(Step.key == "check", Dossier.code.in_(codes)).order_by(Dossier.code)
        return list(db.scalars(held))


class TestWhoHoldsWhat:
    def test_every_count_equals_its_list(self, office: Office) -> None:
        more(office)

        with at_time(NOW + timedelta(days=30)):
            page = office.get("head", "/casework/staff")
            held, late = (office.get("head", url_of(office) + query) for query in ("", "?late=1"))

            assert numbers(page, "Trần Minh Quân") == [len(boxes(held)), len(boxes(late))] == [3, 3]
        page = office.get("head", "/casework/staff")
        assert numbers(page, "Trần Minh Quân") == [3, 0]
        assert numbers(page, "Lê Thị Mai") == [0, 0]
        assert boxes(office.get("head", url_of(office) + "?late=1")) == []

    def test_only_own_agencies_are_listed_and_opened(self, office: Office) -> None:
        assert "Trần Minh Quân" not in office.get("leader", "/casework/staff").text
        assert office.get("leader", url_of(office)).status_code == 404
        agency = office.province[OTHER_JUSTICE]
        url = f"/casework/staff/{agency}/{user(office, 'officer')}"
        assert office.get("head", url).status_code == 404
        assert office.get("head", url_of(office, "stranger")).status_code == 404

    @pytest.mark.parametrize("who", ["officer", "clerk", "registrar", "auditor", "admin"])
    def test_it_is_a_page_of_leaders(self, office: Office, who: str) -> None:
        for url in ("/casework/staff", url_of(office)):
            assert office.get(who, url).status_code == 403
        assert send(office, who, url_of(office) + "/reassign", steps="x").status_code == 403

    def test_a_closed_account_that_still_holds_is_listed(self, office: Office) -> None:
        with office.app.extensions["onestop"].write() as db:
            db.get(User, user(office, "officer")).disabled_at = NOW

        row = row_of(office.get("head", "/casework/staff"), "Trần Minh Quân")

        assert "Tài khoản đã đóng" in row
        assert numbers(office.get("head", "/casework/staff"), "Trần Minh Quân") == [1, 0]

    def test_what_a_leader_signs_is_shown_and_not_moved(self, office: Office) -> None:
        office.act("officer", Action.FINISH_STEP, step="check")
        office.act("officer", Action.ACCEPT_STEP, step="draft")
        office.act("officer", Action.FINISH_STEP, step="draft")
        office.act("leader", Action.ACCEPT_STEP, step="sign")
        commune = office.province[COMMUNE]

        page = office.get("leader", f"/casework/staff/{commune}/{user(office, 'leader')}")

        assert office.code in page.text
        assert boxes(page) == []
        assert "lãnh đạo khác nhận thay" in page.text

    def test_the_page_costs_the_same_whatever_is_held(self, office: Office, count_queries) -> None:
        client = office.client("head")
        client.get("/casework/staff")
        with count_queries() as few:
            client.get("/casework/staff")
        more(office, 4)
        with count_queries() as many:
            client.get("/casework/staff")

        assert len(many) == len(few)


class TestMoving:
    def test_many_are_moved_at_once(self, office: Office) -> None:
        codes = more(office)
        steps = boxes(office.get("head", url_of(office)))

        answer = send(
            office,
            "head",
            url_of(office) + "/reassign",
            steps=steps,
            holder=user(office, "colleague"),
            reason="absence",
        )

        assert answer.status_code == 302
        assert holders(office, codes) == [user(office, "colleague")] * 3
        page = office.get("head", "/casework/staff")
        assert numbers(page, "Trần Minh Quân") == [0, 0]
        assert numbers(page, "Lê Thị Mai") == [3, 0]

    def test_what_changed_meanwhile_is_named_and_the_others_move(self, office: Office) -> None:
        codes = more(office)
        steps = boxes(office.get("head", url_of(office)))
        office.act("officer", Action.FINISH_STEP, step="check")

        answer = send(
            office,
            "head",
            url_of(office) + "/reassign",
            steps=steps,
            holder=user(office, "colleague"),
            reason="absence",
        )

        assert answer.status_code == 409
        assert "1 hồ sơ chưa chuyển được" in answer.text
        assert f"{office.code}</a>: Bước này không còn do người đó giữ." in answer.text
        assert "Đã chuyển 2 hồ sơ." in answer.text
        assert holders(office, codes[1:]) == [user(office, "colleague")] * 2

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"steps": []}, "Hãy đánh dấu ít nhất một hồ sơ"),
            ({"steps": "nonsense"}, "Danh sách này đã cũ"),
            ({"holder": ""}, "Hãy chọn người nhận việc."),
            ({"reason": ""}, "Hãy chọn lý do."),
            ({"reason": "nonsense"}, "Hãy chọn lý do trong danh sách."),
            ({"reason": "other"}, "hãy ghi rõ lý do vào ô ghi chú"),
            ({"note": "a" * 1001}, "Ghi chú quá dài"),
        ],
        ids=["nothing", "nonsense", "nobody", "no reason", "no such reason", "other", "long"],
    )
    def test_what_is_missing_is_said_at_its_field(
        self, office: Office, changes: dict, sentence: str
    ) -> None:
        steps = boxes(office.get("head", url_of(office)))
        fields = {"steps": steps, "holder": user(office, "colleague"), "reason": "absence"}

        answer = send(office, "head", url_of(office) + "/reassign", **fields | changes)

        assert answer.status_code == 422
        assert sentence in answer.text
        assert holders(office, [office.code]) == [user(office, "officer")]

    def test_a_stranger_cannot_be_given_them(self, office: Office) -> None:
        steps = boxes(office.get("head", url_of(office)))
        with office.app.extensions["onestop"].write() as db:
            stranger = make_staff(db, Role.OFFICER, office.province[OTHER_JUSTICE])

        answer = send(
            office,
            "head",
            url_of(office) + "/reassign",
            steps=steps,
            holder=stranger.user_id,
            reason="absence",
        )

        assert answer.status_code == 409
        assert "không giữ vai trò của bước này" in answer.text

    def test_an_agency_of_others_is_answered_like_none(self, office: Office) -> None:
        url = f"/casework/staff/{office.province[OTHER_JUSTICE]}/{user(office, 'officer')}"
        fields = {"steps": f"{office.code}|check|2", "holder": "1", "reason": "absence"}

        assert send(office, "head", url + "/reassign", **fields).status_code == 404

    def test_all_boxes_can_be_ticked_without_a_script(self, office: Office) -> None:
        more(office)
        page = office.get("head", url_of(office) + "?all=1")

        assert page.text.count(" checked>") == 3
        assert "Bỏ đánh dấu tất cả" in page.text

    def test_who_is_away_says_so_where_one_chooses(self, office: Office) -> None:
        away(office, "colleague", "officer")

        assert "Lê Thị Mai (Chuyên viên thụ lý; vắng đến hết ngày 06/03/2026)" in (
            office.get("head", url_of(office)).text
        )


def away(office: Office, absent: str, stand_in: str, by: str | None = None) -> TestResponse:
    with office.app.extensions["onestop"].read() as db:
        name = db.get(User, user(office, absent)).username
    return send(
        office,
        by or absent,
        "/absences",
        who=name,
        stand_in=user(office, stand_in),
        first="02/03/2026",
        last="06/03/2026",
        reason="leave",
    )


class TestAbsences:
    def test_the_stand_in_works_on_what_the_absent_officer_holds(self, office: Office) -> None:
        assert away(office, "officer", "colleague").status_code == 302

        worklist = office.get("colleague", "/casework").text
        assert office.code in worklist
        assert "Thay Trần Minh Quân" in worklist
        assert "đang thay Trần Minh Quân" in worklist
        assert office.act("colleague", Action.FINISH_STEP, step="check").status_code == 302
        assert "Lê Thị Mai (thay Trần Minh Quân)" in office.get("head").text

    def test_the_control_slip_says_who_gave_it_in_whose_place(self, office: Office) -> None:
        away(office, "officer", "colleague")
        office.act("colleague", Action.FINISH_STEP, step="check")

        send(office, "colleague", f"/dossiers/{office.code}/documents/control_slip")
        slip = office.get("colleague", f"/dossiers/{office.code}/documents/control_slip.pdf")

        # The line ends in the middle of the second name.
        assert "Lê Thị Mai (thay Trần Minh" in " ".join(text_of(slip.data).split())

    def test_after_the_last_day_nothing_is_left(self, office: Office) -> None:
        away(office, "officer", "colleague")

        with at_time(NOW + timedelta(days=5)):
            assert office.code not in office.get("colleague", "/casework").text
            refused = office.act("colleague", Action.FINISH_STEP, step="check")
            assert refused.status_code == 403

    def test_ended_early_it_gives_nothing(self, office: Office) -> None:
        away(office, "officer", "colleague")
        form = re.search(r'action="(/absences/\d+/end)"', office.get("officer", "/absences").text)
        assert form
        assert send(office, "registrar", form[1]).status_code == 404

        assert send(office, "officer", form[1]).status_code == 302

        assert office.code not in office.get("colleague", "/casework").text
        again = office.client("officer")
        token = form_token(again.get("/account"))
        again.post(form[1], data={"csrf_token": token}, headers=ORIGIN)
        assert "Lần vắng mặt này đã kết thúc." in again.get("/absences").text

    def test_a_leader_arranges_it_from_the_list_of_staff(self, office: Office) -> None:
        page = office.get("head", "/casework/staff")
        link = re.search(r'href="(/absences\?who=[^"]+)"', row_of(page, "Trần Minh Quân"))
        assert link
        assert "Trần Minh Quân vắng mặt" in office.get("head", link[1]).text

        assert away(office, "officer", "colleague", by="head").status_code == 302

        row = row_of(office.get("head", "/casework/staff"), "Trần Minh Quân")
        assert "Lê Thị Mai thay" in row

    def test_an_administrator_arranges_it_and_sees_no_dossier(self, office: Office) -> None:
        assert away(office, "officer", "colleague", by="admin").status_code == 302
        assert away(office, "head", "admin", by="admin").status_code == 403

    @pytest.mark.parametrize("who", ["colleague", "leader", "stranger", "auditor"])
    def test_nobody_else_arranges_or_sees_it(self, office: Office, who: str) -> None:
        assert away(office, "officer", "colleague", by=who).status_code == 404

    def test_what_is_wrong_is_said_at_its_field(self, office: Office) -> None:
        fields = {"who": "", "stand_in": user(office, "colleague"), "reason": "leave"}
        good = {"first": "02/03/2026", "last": "06/03/2026"}
        wrong = [
            ({"first": "", "last": ""}, "Các ngày vắng mặt chưa đúng."),
            (good | {"first": "01/03/2026"}, "Các ngày vắng mặt chưa đúng."),
            (good | {"first": "32/03/2026"}, "Không có ngày này trong lịch."),
            (good | {"first": "mai"}, "Hãy ghi ngày theo dạng ngày/tháng/năm"),
            (good | {"stand_in": ""}, "Hãy chọn người nhận việc."),
            (good | {"stand_in": user(office, "stranger")}, "Người đã chọn không thay được."),
            (good | {"reason": "nonsense"}, "Ô này chưa đúng."),
        ]

        for changes, sentence in wrong:
            answer = send(office, "officer", "/absences", **fields | changes)
            assert answer.status_code == 422, changes
            assert sentence in answer.text, changes

    def test_one_who_is_away_does_not_stand_in(self, office: Office) -> None:
        away(office, "officer", "colleague")

        refused = away(office, "colleague", "officer")

        assert refused.status_code == 409
        assert "Trần Minh Quân đã có người thay từ 02/03/2026 đến 06/03/2026" in refused.text

    def test_a_leader_lends_the_power_to_act_only_past_a_second_factor(
        self, office: Office
    ) -> None:
        away(office, "head", "colleague")
        assert office.get("colleague", "/casework/staff").status_code == 403

        with office.app.extensions["onestop"].write() as db:
            db.get(User, user(office, "colleague")).totp_secret = SECRET

        assert office.get("colleague", "/casework/staff").status_code == 200
        assert office.act("colleague", Action.SUSPEND, reason="dispute").status_code == 302
        assert "Lê Thị Mai (thay Đỗ Văn Lâm)" in office.get("head").text


def test_the_pages_of_a_long_list_follow_each_other(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onestop.web.staff.STEPS_MOST", 2)
    codes = more(office, 4)

    seen: list[str] = []
    url = url_of(office)
    while url:
        page = office.get("head", url)
        seen += [box.split("|")[0] for box in boxes(page)]
        further = re.search(r'rel="next" href="([^"]+)"', page.text)
        url = further[1].replace("&amp;", "&") if further else ""

    assert sorted(seen) == sorted(codes)
    assert "Về trang đầu" in page.text
