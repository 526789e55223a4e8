"""The pages of paper originals: scanned into a pile, given with a list, taken by the other side."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pypdf
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from onestop import clock
from onestop.domain.statuses import Action
from onestop.models.accounts import SignInFailure, User
from onestop.models.documents import IssuedDocument
from onestop.models.piles import PaperHolding, Pile
from onestop.services.casework import stop
from onestop.services.passwords import hash_password
from tests.conftest import NOW
from tests.factories import JUSTICE, OTHER_JUSTICE
from tests.web.office import Office, make_office
from tests.web.sign_in import ORIGIN, form_token

PASSWORD = "bốn con voi nhỏ đi qua cầu"


@dataclass
class Hands:
    """The office, and people of it who scan, give and take; each in one browser."""

    office: Office
    clients: dict[str, FlaskClient] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    def get(self, who: str, url: str) -> TestResponse:
        return self._client(who).get(url)

    def post(self, who: str, url: str, *, part: bool = False, **typed: object) -> TestResponse:
        headers = ORIGIN | ({"X-Onestop-Part": "pile"} if part else {})
        data = {**typed, "csrf_token": self._token(who)}
        return self._client(who).post(url, data=data, headers=headers)

    def scan(self, who: str, text: str, **typed: object) -> TestResponse:
        return self.post(who, "/piles/scan", part=True, scan=text, **typed)

    def give(self, codes: list[str], who: str = "clerk") -> int:
        for code in codes:
            assert self.scan(who, code).status_code == 200
        pile = self.pile().id
        to = self.office.province[JUSTICE]
        answer = self.post(who, "/piles/give", pile=pile, to=to)
        assert answer.location == f"/piles/{pile}?print=1"
        return pile

    def pile(self) -> Pile:
        with self.database.read() as db:
            return db.scalars(select(Pile).order_by(Pile.id.desc()).limit(1)).one()

    def holders(self) -> set[int]:
        with self.database.read() as db:
            return set(db.scalars(select(PaperHolding.user_id)))

    @property
    def database(self):
        return self.office.app.extensions["onestop"]

    def _client(self, who: str) -> FlaskClient:
        if who not in self.clients:
            self.clients[who] = self.office.client(who)
        return self.clients[who]

    def _token(self, who: str) -> str:
        if who not in self.tokens:
            self.tokens[who] = form_token(self._client(who).get("/account"))
        return self.tokens[who]


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with clock.moved(NOW - clock.now()):
        yield


@pytest.fixture
def hands(app: Flask) -> Hands:
    return Hands(make_office(app))


def text_of(pdf: bytes, tmp_path) -> str:
    path = tmp_path / "list.pdf"
    path.write_bytes(pdf)
    return " ".join(page.extract_text() for page in pypdf.PdfReader(path).pages)


def test_a_control_slip_is_printed_again_while_only_the_paper_moved(hands: Hands) -> None:
    code = hands.office.code
    url = f"/dossiers/{code}/documents/control_slip"
    first = hands.post("clerk", url).location
    hands.give([code])
    again = hands.post("clerk", url).location
    hands.office.act("officer", Action.FINISH_STEP, step="check")
    anew = hands.post("clerk", url).location

    assert ("print" in first, again.endswith("print=2"), "print" in anew) == (False, True, False)


def test_a_scan_is_answered_with_the_parts_that_change_and_counts_up(hands: Hands):
    office = hands.office

    first = hands.scan("clerk", office.code)
    again = hands.scan("clerk", office.code)

    assert "<html" not in first.text
    assert f"Đã thêm {office.code}, số 1." in first.text
    assert again.status_code == 422
    assert "đã có trong chồng" in again.text
    assert "Chồng đang quét: 1 hồ sơ" in again.text


def test_a_receipts_link_is_scanned_as_well_as_a_code(hands: Hands):
    from onestop.queries.dossiers import dossier_page

    with hands.database.read() as db:
        page = dossier_page(db, hands.office.code, hands.office.people["clerk"], now=clock.now())

    answer = hands.scan("clerk", f"http://127.0.0.1:8000/s/{page.link}")

    assert f"Đã thêm {hands.office.code}" in answer.text


def test_without_scripts_a_scan_is_a_page(hands: Hands):
    answer = hands.post("clerk", "/piles/scan", scan=hands.office.code)

    assert answer.location == "/piles"
    page = hands.get("clerk", "/piles").text
    assert f"Đã thêm {hands.office.code}, số 1." in page
    assert "Tư pháp Đầm Sen" in page


def test_what_names_no_dossier_of_ones_own_is_told_so_and_the_pile_is_kept(hands: Hands):
    hands.scan("clerk", hands.office.code)

    for text in ("không phải mã", "", "x" * 3000, "098190012345|1|Đào"):
        answer = hands.scan("clerk", text)
        assert answer.status_code == 422
        assert "Không tìm thấy hồ sơ nào" in answer.text
        assert "Chồng đang quét: 1 hồ sơ" in answer.text
        assert "098190012345" not in answer.text


def test_a_strangers_scan_learns_nothing(hands: Hands):
    unknown, code = "H91.51.01-260302-0999", hands.office.code
    answer = hands.scan("stranger", unknown)

    assert f"Không tìm thấy hồ sơ {unknown}." in answer.text
    assert hands.scan("stranger", code).text == answer.text.replace(unknown, code)


def test_a_paper_in_other_hands_is_refused_with_name_and_time(hands: Hands):
    answer = hands.scan("officer", hands.office.code)

    assert answer.status_code == 422
    assert "do Nguyễn Thu Trang (" in answer.text
    assert "take_over" not in answer.text


def test_a_colleagues_paper_may_be_taken_over_into_the_pile(hands: Hands):
    office = hands.office
    pile = hands.give([office.code])
    hands.post("officer", f"/piles/{pile}/take", scan=office.code)

    refused = hands.scan("colleague", office.code)
    taken = hands.scan("colleague", office.code, take_over="1")

    assert "take_over" in refused.text
    assert f"Đã thêm {office.code}" in taken.text
    assert hands.holders() == {office.people["colleague"].user_id}


def test_giving_issues_a_numbered_list_and_taking_voids_it_for_the_signed_one(
    hands: Hands, tmp_path
):
    office = hands.office
    codes = [office.code, office.receive()]
    pile = hands.give(codes)
    given = text_of(hands.get("clerk", f"/piles/{pile}/list.pdf").data, tmp_path)
    assert "0001/PBGHS" in given
    assert all(code in given for code in codes)
    assert "Đã nhận" not in given

    hands.post("officer", f"/piles/{pile}/take", scan=codes[0], part=True)
    said = hands.post("officer", f"/piles/{pile}/missing", part=True)

    assert "Đã ghi 1 hồ sơ không có trong chồng" in said.text
    signed = text_of(hands.get("officer", f"/piles/{pile}/list.pdf").data, tmp_path)
    assert "0001/PBGHS" in signed
    assert "Đã nhận: 1; bên giao còn giữ: 1" in signed
    assert "Trần Minh Quân" in signed
    with hands.database.read() as db:
        rows = db.execute(
            select(IssuedDocument.number, IssuedDocument.voided_at).order_by(IssuedDocument.id)
        ).all()
    assert [(number, voided is not None) for number, voided in rows] == [(1, True), (None, False)]


def test_a_pile_that_cannot_go_there_says_which_and_stays(hands: Hands):
    hands.scan("clerk", hands.office.code)

    answer = hands.post(
        "clerk", "/piles/give", pile=hands.pile().id, to=hands.office.province[OTHER_JUSTICE]
    )

    assert answer.status_code == 422
    assert f"{hands.office.code}: Bản giấy của hồ sơ này không đi về nơi đó." in answer.text
    assert hands.pile().given_at is None


def test_all_are_taken_by_the_own_password_and_a_wrong_one_counts_like_a_sign_in(hands: Hands):
    office = hands.office
    officer = office.people["officer"].user_id
    with hands.database.write() as db:
        db.get(User, officer).password_hash = hash_password(PASSWORD)
    pile = hands.give([office.code, office.receive()])

    wrong = hands.post("officer", f"/piles/{pile}/take-all", password="không phải")
    with hands.database.read() as db:
        assert len(db.scalars(select(SignInFailure)).all()) == 1
    right = hands.post("officer", f"/piles/{pile}/take-all", password=PASSWORD)

    assert wrong.status_code == 422
    assert "Mật khẩu" in wrong.text
    assert right.location == f"/piles/{pile}"
    assert hands.holders() == {officer}
    with hands.database.read() as db:
        assert db.scalars(select(SignInFailure)).all() == []


def test_after_too_many_wrong_passwords_even_the_right_one_waits(hands: Hands):
    office = hands.office
    with hands.database.write() as db:
        db.get(User, office.people["officer"].user_id).password_hash = hash_password(PASSWORD)
    pile = hands.give([office.code])

    for _ in range(5):
        hands.post("officer", f"/piles/{pile}/take-all", password="sai")
    late = hands.post("officer", f"/piles/{pile}/take-all", password=PASSWORD)

    assert late.status_code == 422
    assert hands.holders() == {office.people["clerk"].user_id}


def test_the_second_to_take_is_told_who_was_first_and_when(hands: Hands):
    pile = hands.give([hands.office.code])
    hands.post("officer", f"/piles/{pile}/take", scan=hands.office.code)

    answer = hands.post("colleague", f"/piles/{pile}/take", scan=hands.office.code, part=True)

    assert answer.status_code == 409
    assert "Trần Minh Quân đã trả lời trước, lúc " in answer.text


def test_each_side_sees_its_buttons_and_a_stranger_no_pile(hands: Hands):
    pile = hands.give([hands.office.code])

    assert "Lấy lại 1 hồ sơ" in hands.get("clerk", f"/piles/{pile}").text
    assert 'name="password"' in hands.get("officer", f"/piles/{pile}").text
    assert 'name="password"' not in hands.get("leader", f"/piles/{pile}").text
    assert hands.get("stranger", f"/piles/{pile}").status_code == 404
    assert hands.get("stranger", f"/piles/{pile}/list.pdf").status_code == 404
    assert hands.get("admin", "/piles").status_code == 403
    own = hands.post("clerk", f"/piles/{pile}/take", scan=hands.office.code)
    assert own.status_code == 403


def test_a_pile_not_taken_is_on_the_list_of_both_sides_next_morning_and_of_their_leader(
    hands: Hands,
):
    pile = hands.give([hands.office.code])
    at_noon = {who: hands.get(who, "/casework").text for who in ("clerk", "officer")}
    assert not any("Chồng số" in text for text in at_noon.values())

    with clock.moved(timedelta(days=1)):
        hands.clients.clear()
        for who in ("clerk", "officer", "colleague"):
            page = hands.get(who, "/casework").text
            assert f'href="/piles/{pile}"' in page
            assert "Chồng số 0001/2026" in page
        assert "Chồng hồ sơ giấy chưa được nhận" in hands.get("clerk", "/reception").text
        overview = hands.get("leader", "/oversight").text
        listed = hands.get("leader", "/oversight/piles").text
        assert 'href="/oversight/piles"' in overview
        assert "Chồng số 0001/2026" in listed
        assert "Nguyễn Thu Trang" in listed
        assert "Chồng số" not in hands.get("stranger", "/casework").text


def test_the_dossiers_page_says_who_holds_the_original_and_tells_its_way(hands: Hands):
    code = hands.office.code
    assert "Nguyễn Thu Trang" in hands.get("officer", f"/dossiers/{code}").text
    pile = hands.give([code])
    on_its_way = hands.get("officer", f"/dossiers/{code}").text
    hands.post("officer", f"/piles/{pile}/take", scan=code)
    taken = hands.get("clerk", f"/dossiers/{code}").text

    assert "Bản giấy" in on_its_way
    assert "đang giao tới" in on_its_way
    assert "Đã giao bản giấy" in taken
    assert "Đã nhận bản giấy" in taken


def test_held_papers_are_listed_and_taken_over_from_a_colleague(hands: Hands):
    code = hands.office.code
    pile = hands.give([code])
    hands.post("officer", f"/piles/{pile}/take", scan=code)
    officer = hands.office.people["officer"].user_id
    assert code in hands.get("officer", "/piles/held").text
    assert code not in hands.get("colleague", "/piles/held").text
    assert "Trần Minh Quân" in hands.get("colleague", "/piles/held").text
    assert code in hands.get("colleague", f"/piles/held?holder={officer}").text
    assert code not in hands.get("clerk", f"/piles/held?holder={officer}").text

    hands.post("colleague", "/piles/held/take-over", code=code)

    assert hands.holders() == {hands.office.people["colleague"].user_id}
    hands.post(
        "officer", "/piles/held/take-over", **{"from": hands.office.people["colleague"].user_id}
    )
    assert hands.holders() == {hands.office.people["officer"].user_id}
    foreign = hands.post("clerk", "/piles/held/take-over", code=code)
    assert foreign.status_code == 422


def test_a_paper_is_taken_out_of_the_pile_and_a_given_one_called_back(hands: Hands):
    code = hands.office.code
    hands.scan("clerk", code)
    assert hands.post("clerk", "/piles/drop", code=code).location == "/piles"
    assert "Chồng đang quét: 0 hồ sơ" in hands.get("clerk", "/piles").text
    nowhere = hands.post("clerk", "/piles/give", pile=hands.pile().id)
    pile = hands.give([code])

    back = hands.post("clerk", f"/piles/{pile}/call-back", part=True)

    assert "Hãy chọn nơi nhận." in nowhere.text
    assert "Đã lấy lại 1 hồ sơ." in back.text
    assert "Bên giao đã lấy lại lúc" in back.text
    assert hands.scan("officer", "gì đó").status_code == 422
    assert hands.post("officer", f"/piles/{pile}/take", scan="gì đó").status_code == 422


def test_the_original_of_a_finished_dossier_is_let_go_by_its_holder(hands: Hands):
    office = hands.office
    refused = hands.post("clerk", "/piles/held/release?to=archive", code=office.code)
    with hands.database.write() as db:
        head = office.people["leader"]
        stop(db, office.code, reason="other", note="thử", actor=head, at=clock.now())
    page = hands.get("clerk", "/piles/held").text

    done = hands.post("clerk", "/piles/held/release?to=applicant", code=office.code)

    assert "chưa giải quyết xong" in refused.text
    assert "Đưa vào lưu trữ" in page
    assert done.location == "/piles/held"
    assert hands.holders() == set()
    assert hands.post("clerk", "/piles/held/release?to=moon", code=office.code).status_code == 422


def test_the_return_counter_says_where_an_original_is_that_is_not_at_the_desk(hands: Hands):
    code = hands.office.code
    assert "Bản giấy không ở quầy" not in hands.get("clerk", f"/reception/return/{code}").text
    pile = hands.give([code])
    hands.post("officer", f"/piles/{pile}/take", scan=code)

    page = hands.get("clerk", f"/reception/return/{code}").text

    assert "Bản giấy không ở quầy: Trần Minh Quân (Tư pháp Đầm Sen) giữ từ" in page


def test_the_page_of_a_pile_costs_no_more_for_thirty(hands: Hands, count_queries):
    def cost() -> int:
        hands.get("clerk", "/piles")
        with count_queries() as statements:
            hands.get("clerk", "/piles")
        return len(statements)

    hands.scan("clerk", hands.office.code)
    few = cost()
    for _ in range(5):
        hands.scan("clerk", hands.office.receive())

    assert cost() == few
