"""The page of a correction: what is typed, what it would lead to, and the receipt that follows."""

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from onestop.domain.codes import StatusToken
from onestop.models.documents import IssuedDocument
from onestop.models.dossiers import Dossier, Party, StatusLink
from onestop.services.verification import verify
from tests.conftest import NOW
from tests.documents.reading import text_of
from tests.factories import BIRTH, make_person
from tests.web.office import Office, at_time, main_of, make_office
from tests.web.sign_in import ORIGIN, form_token

BIRTH_PAPERS = ["declaration", "birth_slip", "identity"]


@pytest.fixture(autouse=True)
def _monday():
    with at_time(NOW):
        yield


@pytest.fixture
def office(app: Flask) -> Office:
    return make_office(app)


def url(office: Office) -> str:
    return f"/dossiers/{office.code}/correction"


def send(office: Office, who: str, do: str = "save", **changes: Any) -> TestResponse:
    client = office.client(who)
    fields: MultiDict[str, str] = MultiDict(
        {
            "do": do,
            "version": str(office.version()),
            "same": "1",
            "applicant-kind": "citizen",
            "reason": "wrong_person",
            "csrf_token": form_token(client.get("/account")),
            **{f"applicant-{name}": value for name, value in make_person().items()},
        }
    )
    for name, value in changes.items():
        values = value if isinstance(value, list) else [value]
        fields.setlist(name.replace("__", "-"), values)
    return client.post(url(office), data=fields, headers=ORIGIN)


def to_birth(office: Office, who: str = "leader", **changes: Any) -> TestResponse:
    values = {"procedure": BIRTH, "paper": BIRTH_PAPERS, "reason": "wrong_procedure"}
    return send(office, who, **values | changes)


def seen(page: TestResponse) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]+)"', page.text)
    assert found, page.text
    return found[1]


def stored(office: Office, what: Any) -> Any:
    with office.app.extensions["onestop"].read() as db:
        return db.scalars(select(what)).all()


def print_receipt(office: Office) -> TestResponse:
    client = office.client("clerk")
    form = {"csrf_token": form_token(client.get("/account"))}
    at = f"/dossiers/{office.code}/documents/receipt"
    return client.post(at, data=form, headers=ORIGIN, follow_redirects=True)


class TestWho:
    def test_the_clerk_is_shown_the_people_as_received(self, office):
        page = office.get("clerk", url(office))

        assert page.status_code == 200
        assert 'value="Nguyễn Thị Đào"' in page.text
        assert 'value="098190012345"' in page.text
        assert 'id="procedure"' not in page.text

    def test_a_leader_who_decides_is_shown_the_procedure_too(self, office):
        page = office.get("leader", url(office))

        assert 'value="1.004873 · Cấp Giấy xác nhận tình trạng hôn nhân"' in page.text

    @pytest.mark.parametrize(
        ("who", "status"),
        [("officer", 403), ("registrar", 403), ("stranger", 404), ("auditor", 403)],
    )
    def test_others_are_refused(self, office, who, status):
        assert office.get(who, url(office)).status_code == status
        assert send(office, who, applicant__name="Trần Văn Ổi").status_code == status

    def test_a_clerk_who_sends_a_procedure_changes_people_only(self, office):
        answer = to_birth(office, "clerk", applicant__name="Trần Văn Ổi")

        assert answer.status_code == 303
        assert stored(office, Dossier.procedure_code) == ["1.004873"]

    def test_procedures_are_offered_to_who_may_correct(self, office):
        found = office.get("leader", f"{url(office)}/procedures?q=ks").json

        assert BIRTH in {row["value"].split()[0] for row in found}
        assert office.get("stranger", f"{url(office)}/procedures?q=ks").status_code == 404


class TestPeople:
    def test_a_name_is_put_right_and_the_new_receipt_is_asked_for(self, office):
        answer = send(office, "clerk", applicant__name="Trần Văn Ổi", note="Gõ nhầm")

        assert answer.status_code == 303
        saved = office.get("clerk", answer.location)
        assert "In giấy hẹn mới" in saved.text
        assert stored(office, Party.name) == ["Trần Văn Ổi"]
        with office.app.extensions["onestop"].read() as db:
            assert verify(db).breaks == ()

    def test_what_was_typed_stays_beside_what_is_wrong(self, office):
        page = send(office, "clerk", applicant__name="", applicant__phone="12", note="Ghi chú A")

        assert page.status_code == 422
        assert 'href="#applicant-name"' in page.text
        assert 'href="#applicant-phone"' in page.text
        assert 'value="Ghi chú A"' in page.text

    def test_a_reason_is_wanted_and_another_one_explained(self, office):
        page = send(office, "clerk", applicant__name="Trần Văn Ổi", reason="")
        assert page.status_code == 422
        assert 'href="#reason"' in page.text

        page = send(office, "clerk", applicant__name="Trần Văn Ổi", reason="other")
        assert page.status_code == 422
        assert 'href="#note"' in page.text

    def test_nothing_changed_is_said(self, office):
        page = send(office, "clerk")

        assert page.status_code == 422
        assert office.version() == 2

    def test_who_comes_second_is_told_and_keeps_what_was_typed(self, office):
        version = office.version()
        send(office, "clerk", applicant__name="Trần Văn Ổi")

        page = send(office, "leader", applicant__name="Lê Thị Ước", version=str(version))

        assert page.status_code == 409
        assert "Nguyễn Thu Trang" in page.text
        assert 'value="Lê Thị Ước"' in page.text

    def test_a_second_press_is_not_told_as_a_conflict(self, office):
        version = office.version()
        for _ in range(2):
            answer = send(office, "clerk", applicant__name="Trần Văn Ổi", version=str(version))
            assert answer.status_code == 303

        assert office.version() == version + 1


class TestRoute:
    def test_the_date_and_the_route_are_shown_before_anything_is_saved(self, office):
        page = to_birth(office)

        assert page.status_code == 200
        assert re.search(r"Trước đính chính: [^<]*05/03/2026", main_of(page))
        assert "Kiểm tra tình trạng hôn nhân" in main_of(page)  # the step that is taken back
        assert office.version() == 2
        assert 'id="paper-birth_slip" name="paper" value="birth_slip" checked' in page.text

    def test_what_was_shown_is_saved(self, office):
        token = seen(to_birth(office))

        answer = to_birth(office, seen=token)

        assert answer.status_code == 303
        assert stored(office, Dossier.procedure_code) == [BIRTH]

    def test_another_outcome_than_the_one_shown_is_shown_first(self, office):
        token = seen(to_birth(office))

        page = to_birth(office, seen=token, paper=BIRTH_PAPERS[:1])

        assert page.status_code == 200
        assert "Còn thiếu" in page.text
        assert office.version() == 2

    def test_choosing_shows_papers_and_asks_nothing_yet(self, office):
        page = send(office, "leader", "preview", procedure=BIRTH, reason="", applicant__name="")

        assert page.status_code == 200
        assert 'id="paper-birth_slip"' in page.text
        assert "error-summary" not in page.text

    def test_a_text_that_means_several_procedures_is_told(self, office):
        page = send(office, "leader", procedure="dang ky")

        assert page.status_code == 422
        assert 'href="#procedure"' in page.text


class TestReceipt:
    def test_the_new_receipt_is_an_original_with_new_link_and_data(self, office):
        print_receipt(office)
        send(office, "clerk", applicant__name="Trần Văn Ổi")

        made = print_receipt(office)

        text = text_of(made.data)
        assert "Trần Văn Ổi" in text
        assert "Bản in lần" not in text
        assert "Giấy này thay giấy in ngày 02/03/2026" in text
        links = stored(office, StatusLink.token)
        assert [token in text for token in links] == [False, True]
        prints = stored(office, IssuedDocument)
        assert [p.voided_at is None for p in prints] == [False, True]
        assert [p.reprint_of for p in prints] == [None, None]

    def test_the_new_receipt_is_printed_again_under_a_stamp(self, office):
        print_receipt(office)
        send(office, "clerk", applicant__name="Trần Văn Ổi")
        print_receipt(office)

        again = text_of(print_receipt(office).data)

        assert "Trần Văn Ổi" in again
        assert "Bản in lần 2" in again

    def test_the_dossier_marks_the_old_one_and_offers_the_new_one(self, office):
        print_receipt(office)
        button = f'action="/dossiers/{office.code}/documents/receipt"'
        assert button not in office.get("clerk").text

        send(office, "clerk", applicant__name="Trần Văn Ổi")

        page = office.get("clerk").text
        assert button in page
        assert "Không còn giá trị" in page
        assert f"/dossiers/{office.code}/documents/receipt.pdf" not in page

    def test_the_counter_prints_the_new_one_too(self, office):
        client = office.client("clerk")
        token = form_token(client.get("/account"))
        again = f"/reception/dossiers/{office.code}/reprint"
        client.post(again, data={"csrf_token": token}, headers=ORIGIN)
        send(office, "clerk", applicant__name="Trần Văn Ổi")

        client.post(again, data={"csrf_token": token}, headers=ORIGIN)

        assert [p.voided_at is None for p in stored(office, IssuedDocument)] == [False, True]

    def test_dates_of_the_right_procedure_stand_on_it(self, office):
        token = seen(to_birth(office))
        to_birth(office, seen=token)

        text = " ".join(text_of(print_receipt(office).data).split())

        assert "Giấy chứng sinh" in text
        assert "Hẹn trả lần đầu" in text
        assert "ngày 05/03/2026" in text


def test_the_old_code_says_replaced_and_the_new_one_shows_the_dossier(office):
    (old,) = stored(office, StatusLink.token)
    visitor = office.app.test_client()
    assert visitor.get(f"/s/{old}").status_code == 200

    send(office, "clerk", applicant__name="Trần Văn Ổi")

    replaced = visitor.get(f"/s/{old}")
    assert replaced.status_code == 200
    assert "đã được thay bằng bản in ngày 02/03/2026" in replaced.text
    assert office.code not in replaced.text
    assert "Đ***" not in replaced.text
    (_, new) = stored(office, StatusLink.token)
    assert StatusToken.parse(new) is not None
    assert "T*** V*** Ổ***" in visitor.get(f"/s/{new}").text
