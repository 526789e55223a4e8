"""What the pages of piles refuse or warn of: strangers, void receipts, undone receptions."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from onestop import clock
from onestop.inputs.people import Person
from onestop.models.dossiers import StatusLink
from onestop.services.casework import stop
from onestop.services.corrections import correct
from onestop.services.reception import void_reception
from tests.conftest import NOW
from tests.factories import COMMUNE, JUSTICE, make_person
from tests.web.office import main_of, make_office
from tests.web.test_piles import Hands

UNKNOWN = "H91.51.01-260302-0999"


@pytest.fixture
def hands(app: Flask) -> Iterator[Hands]:
    with clock.moved(NOW - clock.now()):
        yield Hands(make_office(app))


def void_slip(hands: Hands, code: str) -> str:
    """Correct the applicant of a dossier; the link of the receipt that was printed before."""
    person = Person.model_validate(make_person(name="Trần Văn Ổi"))
    with hands.database.write() as db:
        token = db.scalars(select(StatusLink.token).order_by(StatusLink.dossier_id)).first()
        clerk, people = hands.office.people["clerk"], (("applicant", person),)
        why = {"reason": "wrong_person", "note": ""}
        correct(db, code, people=people, actor=clerk, at=clock.now(), **why)
    return f"http://127.0.0.1:8000/s/{token}"


def undo(hands: Hands, code: str) -> None:
    with hands.database.write() as db:
        clerk = hands.office.people["clerk"]
        void_reception(db, code, reason="typed_wrong", note="", actor=clerk, at=clock.now())


def test_a_void_receipt_is_named_by_every_box_that_scans_and_the_work_goes_on(hands: Hands):
    code = hands.office.code
    link = void_slip(hands, code)
    said = "Giấy này đã được thay ngày 02/03/2026."

    found = hands.post("clerk", "/find", q=link)
    assert found.location == f"/dossiers/{code}"
    assert said in hands.get("clerk", found.location).text
    hands.post("clerk", "/reception/form", scan=link)
    assert said in hands.get("clerk", "/account").text
    assert hands.post("clerk", "/piles/scan", scan=link).location == "/piles"
    assert said in hands.get("clerk", "/piles").text
    hands.post("clerk", "/piles/drop", code=code)
    added = hands.scan("clerk", link)
    assert added.status_code == 200
    assert f"{code}: {said}" in added.text
    to = hands.office.province[JUSTICE]
    hands.post("clerk", "/piles/give", pile=hands.pile().id, to=to)
    taken = hands.post("officer", f"/piles/{hands.pile().id}/take", part=True, scan=link)
    assert f"Đã nhận {code}" in taken.text
    assert said in taken.text

    assert "Giấy này" not in hands.post("stranger", "/find", q=link).text
    assert "Giấy này" not in hands.scan("stranger", link).text


def test_a_stranger_to_a_dossier_learns_nothing_about_its_paper(hands: Hands):
    code = hands.office.code
    for url in ("/piles/held/release?to=archive", "/piles/held/take-over"):
        unknown = hands.post("stranger", url, code=UNKNOWN)

        assert unknown.status_code == 422
        assert f"Không tìm thấy hồ sơ {UNKNOWN}." in unknown.text
        known = hands.post("stranger", url, code=code)
        assert main_of(known) == main_of(unknown).replace(UNKNOWN, code)


def test_taking_over_nothing_says_what_is_missing(hands: Hands):
    clerk = hands.office.people["clerk"].user_id
    nothing = hands.post("officer", "/piles/held/take-over")
    empty = hands.post("officer", "/piles/held/take-over", **{"from": clerk})
    partly = hands.post("officer", "/piles/held/take-over", code=[hands.office.code, "x<b"])

    assert [page.status_code for page in (nothing, empty, partly)] == [422] * 3
    assert "Chưa chọn bản giấy nào." in nothing.text
    assert "Người này không còn giữ bản giấy nào" in empty.text
    assert "Không tìm thấy hồ sơ nào theo mã" in partly.text


def test_what_is_out_of_the_pile_already_is_told_on_the_desk(hands: Hands):
    hands.scan("clerk", hands.office.code)
    hands.post("clerk", "/piles/drop", code=hands.office.code)

    for codes in ([hands.office.code], [], [UNKNOWN]):
        page = hands.post("clerk", "/piles/drop", code=codes)

        assert page.status_code == 422
        assert "Chồng đang quét: 0 hồ sơ" in page.text
        assert "không có trong chồng đang quét" in page.text
        assert "hỏi bên giao" not in page.text


def test_a_pile_is_given_twice_to_one_agency_and_never_to_another(hands: Hands):
    pile, province = hands.give([hands.office.code]), hands.office.province
    hands.post("officer", f"/piles/{pile}/take", scan=hands.office.code)

    again = hands.post("clerk", "/piles/give", pile=pile, to=province[JUSTICE])
    other = hands.post("clerk", "/piles/give", pile=pile, to=province[COMMUNE])

    assert again.location == f"/piles/{pile}?print=1"
    assert other.status_code == 409
    told = "Chồng số 0001/2026 đã giao tới Tư pháp Đầm Sen lúc 08:30 02/03/2026."
    assert told in other.text
    assert "Trần Minh Quân đã nhận xong lúc 08:30 02/03/2026." in other.text


def test_a_voided_dossier_is_marked_in_the_scanned_and_in_the_given_pile(hands: Hands):
    kept, gone, late = (hands.office.receive() for _ in range(3))
    hands.scan("clerk", kept)
    hands.scan("clerk", gone)
    undo(hands, gone)
    page = hands.get("clerk", "/piles").text
    assert page.count("Đã hủy tiếp nhận") == 1
    assert "(1/2 hồ sơ; đang tới lượt: 1)" in page

    pile, to = hands.pile().id, hands.office.province[JUSTICE]
    refused = hands.post("clerk", "/piles/give", pile=pile, to=to)
    assert f"{gone}: Việc tiếp nhận hồ sơ này đã bị hủy." in refused.text
    assert f"{kept}:" not in refused.text
    assert "Chồng đang quét: 2 hồ sơ" in refused.text
    hands.post("clerk", "/piles/drop", code=gone)
    hands.scan("clerk", late)
    hands.post("clerk", "/piles/give", pile=pile, to=to)
    undo(hands, late)
    for who in ("clerk", "officer"):
        assert hands.get(who, f"/piles/{pile}").text.count("Đã hủy tiếp nhận") == 1

    hands.post("clerk", f"/piles/{pile}/call-back")
    back = hands.post("clerk", "/piles/held/release?to=applicant", code=late)
    assert back.location == "/piles/held"


def test_the_return_counter_names_the_pile_in_which_an_original_travels(hands: Hands):
    code = hands.office.code
    hands.give([code])
    page = hands.get("clerk", f"/reception/return/{code}").text
    assert "Bản giấy đang giao tới Tư pháp Đầm Sen, chồng số 0001/2026" in page

    with hands.database.write() as db:
        head = hands.office.people["leader"]
        stop(db, code, reason="other", note="thử", actor=head, at=clock.now())
    assert "chồng số 0001/2026" in hands.get("clerk", f"/reception/return/{code}").text


def test_a_refused_scan_says_of_which_dossier_it_speaks(hands: Hands):
    code, other = hands.office.code, hands.office.receive()
    hands.scan("clerk", code)
    hands.post("clerk", "/piles/give", pile=hands.pile().id, to=hands.office.province[JUSTICE])

    again = hands.scan("clerk", code).text
    taken = hands.post("officer", f"/piles/{hands.pile().id}/take", part=True, scan=other).text

    assert f"{code}: Bản giấy của hồ sơ này đang nằm trong một chồng" in again
    assert f"{other}: " in taken
