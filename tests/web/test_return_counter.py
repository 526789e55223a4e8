"""The return counter: take in what arrived, find it by scan or name, hand it over once."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from werkzeug.datastructures import MultiDict

from onestop import clock
from onestop.domain.rights import Role
from onestop.domain.statuses import Status
from onestop.models.dossiers import Dossier, StatusLink
from onestop.models.events import DossierEvent, PersonalValue
from onestop.services.casework import accept_step, finish_step
from tests.conftest import NOW
from tests.documents.reading import in_order, text_of
from tests.factories import COMMUNE, DESK, JUSTICE, OTHER_DESK, make_staff
from tests.web.desk import Counter, counter_of, signed_in

CARD = "098190012345|123456789|Nguyễn Thị Đào|12051990|Nữ|Tổ 3, phường Đầm Sen|01012022"


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with clock.moved(NOW - clock.now()):
        yield


@pytest.fixture
def desk(app: Flask) -> Counter:
    return counter_of(app)


def worked(desk: Counter, **changes: str) -> str:
    """A birth registration whose result has come back to the desk; its code."""
    code = desk.receive(**changes)
    with desk.database.write() as session:
        for step, role, agency in (
            ("verify", Role.OFFICER, JUSTICE),
            ("sign", Role.LEADER, COMMUNE),
            ("register", Role.REGISTRAR, COMMUNE),
        ):
            person = make_staff(session, role, desk.province[agency])
            accept_step(session, code, step=step, actor=person, at=NOW)
            number = {"result_number": "12/2026", "registered_on": NOW.date()}
            extra = number if step == "register" else {}
            finish_step(session, code, step=step, actor=person, at=NOW, **extra)
    return code


def ready(desk: Counter, **changes: str) -> str:
    """The same, taken in at the desk."""
    code = worked(desk, **changes)
    desk.post(f"/reception/return/{code}/accept")
    return code


def scanned(text: str) -> "MultiDict[str, str]":
    return MultiDict({"scan": text})


def handed(**changes: str) -> "MultiDict[str, str]":
    return MultiDict(
        {"taker": "Nguyễn Thị Đào", "checked": "receipt", "delivery": "desk"} | changes
    )


def refused(**why: str) -> "MultiDict[str, str]":
    return MultiDict({"outcome": "refused"} | why)


def version_of(desk: Counter, code: str) -> int:
    with desk.database.read() as session:
        return session.scalars(select(Dossier.version).where(Dossier.code == code)).one()


def together_with(desk: Counter, first: str, second: str) -> "MultiDict[str, str]":
    """The form as the page of the first sends it with the second ticked."""
    shown = {code: str(version_of(desk, code)) for code in (first, second)}
    form = handed(also=second, version=shown[first])
    form[f"version-{second}"] = shown[second]
    return form


def status_of(desk: Counter, code: str) -> Status:
    with desk.database.read() as session:
        return session.scalars(select(Dossier.status).where(Dossier.code == code)).one()


def test_a_result_that_arrived_is_taken_in_from_the_list(desk: Counter) -> None:
    code = worked(desk)

    assert code in desk.get("/reception/return?tab=arrived").text
    desk.post(f"/reception/return/{code}/accept", MultiDict({"back": "1"}))

    assert status_of(desk, code) is Status.COMPLETED
    waiting = desk.get("/reception/return").text
    assert code in waiting
    assert 'href="tel:0912345678"' in waiting


def test_the_page_says_what_to_give_what_to_collect_and_whom_to_check(desk: Counter) -> None:
    code = ready(desk, answer__late="1", submitter__name="Trần Văn Giỏi")

    page = desk.get(f"/reception/return/{code}").text

    assert "Giấy khai sinh" in page
    assert "8.000" in page
    assert "Nguyễn Thị Đào" in page
    assert "098190012345" in page


def test_a_receipt_scanned_at_reception_leads_to_a_result_that_is_ready(desk: Counter) -> None:
    code = ready(desk)

    answer = desk.post("/reception/form", scanned(code))

    assert answer.location == f"/reception/return/{code}"


def test_one_key_returns_the_result_and_keeps_who_took_it(desk: Counter) -> None:
    code = ready(desk)

    answer = desk.post(f"/reception/return/{code}", handed(taker="Lê Văn Ước"))

    assert answer.location.startswith(f"/reception/return?given={code}&")
    assert status_of(desk, code) is Status.RETURNED
    with desk.database.read() as session:
        kept = select(PersonalValue.value).where(PersonalValue.kind == "taker")
        assert session.scalars(kept).one() == "Lê Văn Ước"


def test_a_result_is_returned_once_and_a_second_press_gets_the_first_outcome(
    desk: Counter,
) -> None:
    code = ready(desk)
    sent = handed(version=str(version_of(desk, code)))
    desk.post(f"/reception/return/{code}", sent)

    again = desk.post(f"/reception/return/{code}", sent)

    assert again.location == f"/reception/return?given={code}"
    assert "Việc này đã được ghi nhận" in desk.get(again.location).text
    assert "Đã trả kết quả lúc" in desk.get(f"/reception/return/{code}").text


def test_taking_in_a_result_twice_is_taking_it_in_once(desk: Counter) -> None:
    code = worked(desk)
    sent = MultiDict({"version": str(version_of(desk, code))})
    desk.post(f"/reception/return/{code}/accept", sent)

    again = desk.post(f"/reception/return/{code}/accept", sent)

    page = desk.get(again.location).text
    assert "Việc này đã được ghi nhận" in page
    assert "vừa được" not in page


@pytest.mark.parametrize(
    "page", ["/reception/return/{}/accept", "/dossiers/{}/actions/accept-result"]
)
def test_a_refusal_sent_after_a_grant_is_not_taken_for_the_same_press(
    desk: Counter, page: str
) -> None:
    code = worked(desk)
    shown = str(version_of(desk, code))
    desk.post(f"/reception/return/{code}/accept", MultiDict({"version": shown, "back": "1"}))

    late = desk.post(page.format(code), refused(reason="not_eligible", version=shown))

    assert late.status_code == 409
    assert "Việc này đã được ghi nhận" not in late.text
    assert "lúc 08:30" in late.text


def test_who_was_faster_at_the_counter_is_named(desk: Counter) -> None:
    code = ready(desk)
    sent = handed(version=str(version_of(desk, code)))
    with desk.database.write() as session:
        colleague = make_staff(
            session, Role.CLERK, desk.province[DESK], display_name="Cao Thị Bích"
        )
    Counter(desk.app, signed_in(desk.app, colleague), desk.province, colleague).post(
        f"/reception/return/{code}", sent
    )

    late = desk.post(f"/reception/return/{code}", sent)

    assert late.status_code == 409
    assert "Cao Thị Bích, lúc 08:30" in late.text


def test_a_scan_on_the_page_of_a_result_opens_the_next_and_hands_over_nothing(
    desk: Counter,
) -> None:
    code = ready(desk)

    page = desk.get(f"/reception/return/{code}").text

    assert re.search(r'<input [^>]*id="scan"[^>]* autofocus>', page)
    assert page.count(" autofocus") == 1
    assert not re.search(r'name="checked"[^>]* checked', page)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"taker": " "}, "taker"),
        ({"checked": "nothing"}, "checked"),
        ({"taker": "x" * 300}, "taker"),
    ],
    ids=["nobody", "no paper", "a very long name"],
)
def test_who_took_it_and_what_was_checked_must_be_said(
    desk: Counter, changes: dict[str, str], field: str
) -> None:
    code = ready(desk)

    answer = desk.post(f"/reception/return/{code}", handed(**changes))

    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert status_of(desk, code) is Status.COMPLETED


def test_several_results_of_one_person_are_returned_together(desk: Counter) -> None:
    first, second = ready(desk), ready(desk)
    assert second in desk.get(f"/reception/return/{first}").text

    desk.post(f"/reception/return/{first}", together_with(desk, first, second))

    assert status_of(desk, first) is status_of(desk, second) is Status.RETURNED


def test_only_what_the_page_offered_goes_along_and_only_as_it_was_shown(desk: Counter) -> None:
    first, second = ready(desk), ready(desk)
    stranger = ready(desk, applicant__id_number="098190012399", applicant__name="Lý Thị Xa")
    desk.get("/account")
    assert stranger not in desk.get(f"/reception/return/{first}").text
    version = version_of(desk, stranger)
    forms = [
        handed(also=stranger) | {f"version-{stranger}": str(version)},
        handed(also=second),
        handed(also=second) | {f"version-{second}": str(version_of(desk, second) - 1)},
        handed(version=str(version_of(desk, first) - 1)),
    ]

    for form in forms:
        answer = desk.post(f"/reception/return/{first}", MultiDict(form))

        assert answer.status_code == 409
        for code in (first, second, stranger):
            assert status_of(desk, code) is Status.COMPLETED


def test_a_void_receipt_is_told_and_does_not_count_as_a_paper_that_was_checked(
    desk: Counter,
) -> None:
    code = ready(desk)
    with desk.database.write() as session:
        links = update(StatusLink).values(state="superseded", ended_at=NOW)
        token = session.scalars(select(StatusLink.token)).one()
        session.execute(links)

    found = desk.post("/reception/return/find", scanned(f"http://127.0.0.1:8000/s/{token}"))
    page = desk.get(found.location).text
    refused = desk.post(f"/reception/return/{code}", handed(void_slip="1"))

    assert found.location == f"/reception/return/{code}?void_slip=1"
    assert "Giấy này đã được thay ngày 02/03/2026." in page
    assert 'value="receipt"' not in page
    assert 'name="checked" value="identity_card" checked' not in page
    assert refused.status_code == 422
    assert "Giấy này đã được thay" in refused.text
    assert status_of(desk, code) is Status.COMPLETED
    desk.post(f"/reception/return/{code}", handed(void_slip="1", checked="identity_card"))
    assert status_of(desk, code) is Status.RETURNED


def test_a_card_finds_the_person_and_one_dossier_opens_at_once(desk: Counter) -> None:
    code = ready(desk)

    answer = desk.post("/reception/return/find", scanned(CARD))

    assert answer.location == f"/reception/return/{code}?shown=identity_card"
    assert 'name="checked" value="identity_card" checked' in desk.get(answer.location).text


def test_a_lost_receipt_is_found_by_name_without_marks(desk: Counter) -> None:
    code = ready(desk)

    page = desk.post("/reception/return/find", scanned("nguyen thi dao"))
    desk.post(f"/reception/return/{code}", handed(checked="receipt_lost"))

    assert code in page.text
    with desk.database.read() as session:
        last = select(DossierEvent.body).order_by(DossierEvent.version.desc()).limit(1)
        assert b'"receipt_lost":true' in (session.scalar(last) or b"")


def test_nothing_found_is_said_with_what_to_do(desk: Counter) -> None:
    answer = desk.post("/reception/return/find", scanned("H91.51.01-260302-9999"))

    assert answer.status_code == 422
    assert "Không tìm thấy hồ sơ nào chưa trả" in answer.text


def test_what_is_not_ready_says_who_holds_it_until_when(desk: Counter) -> None:
    code = desk.receive()

    page = desk.get(f"/reception/return/{code}").text

    assert "Chưa có kết quả" in page
    assert "Bộ phận Tư pháp" in page
    assert "02/03/2026" in page


def test_a_call_is_noted(desk: Counter) -> None:
    code = ready(desk)

    with clock.moved(timedelta(minutes=5)):
        desk.post(f"/reception/return/{code}/called")

    assert "08:35 02/03/2026" in desk.get("/reception/return").text


def test_another_desk_sees_none_of_it(desk: Counter) -> None:
    code = ready(desk)
    with desk.database.write() as session:
        stranger = make_staff(session, Role.CLERK, desk.province[OTHER_DESK])
    other = Counter(desk.app, signed_in(desk.app, stranger), desk.province, stranger)

    assert code not in other.get("/reception/return").text
    assert other.get(f"/reception/return/{code}").status_code == 404
    assert other.post(f"/reception/return/{code}", handed()).status_code == 404
    found = other.post("/reception/return/find", scanned("nguyen thi dao"))
    assert code not in found.text


def test_a_refusal_says_why(desk: Counter) -> None:
    code = worked(desk)

    for why in ({}, {"reason": "heavy_load"}, {"reason": "other"}):
        answer = desk.post(f"/reception/return/{code}/accept", refused(**why))
        assert answer.status_code == 422
        assert "field__error" in answer.text
    assert "Nhận kết quả về quầy" in desk.get(f"/reception/return/{code}").text


def test_a_refusal_is_issued_and_printed_with_the_result(desk: Counter) -> None:
    code = worked(desk)
    why = refused(reason="not_eligible", note="Chưa đủ tuổi theo luật định.")

    taken = desk.post(f"/reception/return/{code}/accept", why)

    assert "slip=rejection&print=1" in taken.location
    page = desk.get(taken.location).text
    assert f'data-print="/dossiers/{code}/documents/rejection.pdf"' in page
    assert f'action="/dossiers/{code}/documents/rejection"' in page
    text = text_of(desk.get(f"/dossiers/{code}/documents/rejection.pdf").data)
    assert in_order(
        text,
        [
            "Số: 0001/",
            "PHIẾU TỪ CHỐI TIẾP NHẬN GIẢI QUYẾT HỒ SƠ",
            f"Mã hồ sơ: {code}",
            "không giải quyết hồ sơ này với lý do cụ thể như sau:",
            "Không đủ điều kiện giải quyết theo quy định. Chưa đủ tuổi theo luật định.",
            "Văn bản của cơ quan giải quyết: số 12/2026, ngày 02/03/2026",
        ],
    )
    dossier = desk.get(f"/dossiers/{code}").text
    assert "Phiếu từ chối tiếp nhận giải quyết hồ sơ" in dossier
    assert "Lý do: Không đủ điều kiện giải quyết" in dossier


def test_the_lists_cost_the_same_however_long_they_are(
    desk: Counter, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    counts = []
    for n in range(2):
        ready(desk, applicant__id_number=f"09819001234{n}")
        with count_queries() as statements:
            desk.get("/reception/return")
        counts.append(len(statements))

    assert counts[0] == counts[1]
