"""Who prints which paper, one original however many print at once, none of an undone reception."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from onestop import clock
from onestop.domain.rights import Role
from onestop.domain.statuses import Action
from onestop.models.accounts import RoleAssignment
from onestop.models.documents import IssuedDocument
from onestop.models.dossiers import StatusLink
from tests.conftest import NOW
from tests.documents.reading import text_of
from tests.factories import JUSTICE, make_staff
from tests.web.office import Office, main_of, make_office
from tests.web.sign_in import ORIGIN, form_token

PAPERS = {"step": "check", "papers": ["divorce_or_death"], "reason": "paper_missing"}
MAY_PRINT = {
    "receipt": {"clerk"},
    "supplement_request": {"clerk", "officer", "colleague"},
    "control_slip": {"clerk", "officer", "colleague", "head", "leader", "registrar"},
}
SEE = ("clerk", "officer", "colleague", "head", "leader", "registrar", "auditor", "assistant")


@pytest.fixture
def office(app: Flask) -> Iterator[Office]:
    with clock.moved(NOW - clock.now()):
        office = make_office(app)
        with app.extensions["onestop"].write() as db:
            helper = make_staff(db, Role.LEADER, office.province[JUSTICE])
            held = update(RoleAssignment).where(RoleAssignment.user_id == helper.user_id)
            db.execute(held.values(assistant=True))
            office.people["assistant"] = helper
        yield office


def statuses(office: Office, kind: str, *people: str) -> list[int]:
    """The answers to a print button that all these people press at once."""
    clients = [office.client(who) for who in people]
    form = [{"csrf_token": form_token(client.get("/account"))} for client in clients]
    url = f"/dossiers/{office.code}/documents/{kind}"

    def press(at: int) -> int:
        return clients[at].post(url, data=form[at], headers=ORIGIN).status_code

    with ThreadPoolExecutor(len(clients)) as pool:
        return list(pool.map(press, range(len(clients))))


def issued(office: Office) -> list[tuple[str, int | None, int]]:
    with office.app.extensions["onestop"].read() as db:
        rows = db.execute(
            select(
                IssuedDocument.kind, IssuedDocument.number, IssuedDocument.print_number
            ).order_by(IssuedDocument.id)
        )
        return [(kind, number, n) for kind, number, n in rows]


@pytest.mark.parametrize("kind", sorted(MAY_PRINT))
def test_a_paper_is_printed_by_those_whose_it_is(office: Office, kind: str) -> None:
    assert office.act("officer", Action.REQUEST_SUPPLEMENT, **PAPERS).status_code == 302
    url = f"/dossiers/{office.code}/documents/{kind}"

    shown = {who for who in SEE if f'action="{url}"' in office.get(who).text}
    allowed = {who for who in SEE if statuses(office, kind, who) == [303]}

    assert allowed == MAY_PRINT[kind]
    assert shown == allowed


def test_a_refused_print_is_told_in_words(office: Office) -> None:
    client = office.client("officer")
    form = {"csrf_token": form_token(client.get("/account"))}

    page = client.post(f"/dossiers/{office.code}/documents/receipt", data=form, headers=ORIGIN)

    assert page.status_code == 403
    assert "do cơ quan khác hoặc cán bộ khác in" in page.text
    assert issued(office) == []


def test_a_receipt_is_opened_by_clerks_of_its_desk_only(office: Office) -> None:
    statuses(office, "receipt", "clerk")
    url = f"/dossiers/{office.code}/documents/receipt.pdf"

    answers = {who: office.get(who, url).status_code for who in (*SEE, "stranger")}

    assert answers == dict.fromkeys(SEE, 403) | {"clerk": 200, "stranger": 404}
    assert url in main_of(office.get("clerk"))
    assert url not in main_of(office.get("officer"))


def test_four_who_print_at_once_make_one_original(office: Office) -> None:
    assert statuses(office, "receipt", *["clerk"] * 4) == [303] * 4

    numbered = ("receipt", 1, 1)
    assert issued(office) == [numbered, *(("receipt", None, n) for n in (2, 3, 4))]


def test_no_door_leaves_a_paper_of_an_undone_reception_valid(office: Office) -> None:
    office.code = office.receive()
    statuses(office, "receipt", "clerk")

    office.act("clerk", Action.VOID, reason="entered_twice")

    with office.app.extensions["onestop"].read() as db:
        assert db.scalars(select(IssuedDocument.voided_at)).one() is not None
    for kind in ("receipt", "control_slip"):
        assert statuses(office, kind, "clerk") == [409]
        assert f'/documents/{kind}"' not in office.get("clerk").text
    client = office.client("clerk")
    form = {"csrf_token": form_token(client.get("/account"))}
    again = client.post(f"/reception/dossiers/{office.code}/reprint", data=form, headers=ORIGIN)
    assert again.status_code == 409
    assert "đã bị hủy" in again.text


def printed(office: Office, kind: str, code: str) -> str:
    """The text of a paper that the clerk prints now."""
    client = office.client("clerk")
    form = {"csrf_token": form_token(client.get("/account"))}
    url = f"/dossiers/{code}/documents/{kind}"
    made = client.post(url, data=form, headers=ORIGIN, follow_redirects=True)
    return " ".join(text_of(made.data).split())


def test_a_request_foretells_the_date_that_the_citizen_reads_online(office: Office) -> None:
    assert office.act("officer", Action.REQUEST_SUPPLEMENT, **PAPERS).status_code == 302
    with office.app.extensions["onestop"].read() as db:
        token = db.scalars(select(StatusLink.token)).one()

    with clock.moved(timedelta(days=5)):  # a Saturday: the desk opens on Monday
        text = printed(office, "supplement_request", office.code)
        page = office.app.test_client().get(f"/s/{token}").text

    assert "hết ngày 16/03/2026" in text
    assert "trong ngày 09/03/2026, dự kiến trả kết quả: 17 giờ 00 phút, ngày 11" in text
    assert "trong ngày 09/03/2026, dự kiến trả kết quả 17 giờ 00 phút" in page
    assert "11/03/2026" in page


def test_a_receipt_in_two_phases_dates_the_first_only(office: Office) -> None:
    land = office.receive(procedure="1.012786", papers=[{"code": "application"}])

    text = printed(office, "receipt", land)

    assert "Trong đó giai đoạn 1 xong trước: 14 giờ 30 phút, ngày 10 tháng 3 năm 2026" in text
    assert "Xác định nghĩa vụ tài chính; Người dân thực hiện nghĩa vụ tài chính." in text
    assert "Thuế" not in text  # its leg is not counted and has no promise
