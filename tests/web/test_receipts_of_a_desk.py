"""Receipts as a desk prints them: several dossiers on one, papers in a table, filed online."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select, update

from onestop import clock
from onestop.models.agencies import Desk
from onestop.models.documents import IssuedDocument
from tests.conftest import NOW
from tests.documents.reading import size_of, symbols_of, text_of
from tests.factories import make_person
from tests.web.desk import Counter, counter_of

BULK = "bulk_receipt"


@pytest.fixture
def desk(app: Flask) -> Iterator[Counter]:
    with clock.moved(NOW - clock.now()):
        yield counter_of(app)


def together(desk: Counter, code: str) -> bytes:
    """The receipt for several that the page of a reception prints."""
    answer = desk.post(f"/reception/dossiers/{code}/receipt-together")
    assert answer.status_code == 303
    return desk.get(answer.location).data


def bulk_rows(desk: Counter) -> list[tuple[int | None, bool, int]]:
    with desk.database.read() as db:
        rows = db.execute(
            select(IssuedDocument.number, IssuedDocument.voided_at, IssuedDocument.print_number)
            .where(IssuedDocument.kind == BULK)
            .order_by(IssuedDocument.id)
        )
        return [(number, voided_at is not None, n) for number, voided_at, n in rows]


def test_what_one_person_hands_in_stands_on_one_receipt(desk: Counter) -> None:
    codes = [desk.receive() for _ in range(2)]
    stranger = {f"applicant__{key}": value for key, value in make_person().items()}
    stranger |= {"applicant__id_number": "001199012345", "applicant__phone": "0987654321"}
    other = desk.receive(**stranger)
    page = desk.get(f"/reception/dossiers/{codes[0]}/received").text
    alone = desk.get(f"/reception/dossiers/{other}/received").text

    pdf = together(desk, codes[0])

    assert "In giấy chung cho 2 hồ sơ" in page
    assert "In giấy chung" not in alone
    assert desk.post(f"/reception/dossiers/{other}/receipt-together").status_code == 404
    text = text_of(pdf)
    assert "Giấy chung cho 02 hồ sơ" in text
    assert all(code in text for code in codes)
    assert other not in text
    assert len(set(symbols_of(pdf))) == 2
    # Three receipts had the numbers before it: a receipt for several is one of the series.
    assert bulk_rows(desk) == [(4, False, 1), (None, False, 1)]


def test_it_is_printed_again_under_a_stamp_until_another_dossier_comes(desk: Counter) -> None:
    first, _ = desk.receive(), desk.receive()
    together(desk, first)

    assert "Bản in lần 2" in text_of(together(desk, first))
    third = desk.receive()
    assert "03 hồ sơ" in text_of(together(desk, third))
    assert [row[1] for row in bulk_rows(desk)] == [True, True, True, False, False, False]


def test_its_prints_are_counted_together_whichever_dossier_they_are_asked_from(
    desk: Counter,
) -> None:
    codes = [desk.receive() for _ in range(3)]
    together(desk, codes[0])

    for n, code in enumerate((codes[1], codes[0], codes[2], codes[1]), 2):
        assert f"Bản in lần {n} " in text_of(together(desk, code))


def test_a_dossier_that_was_voided_stands_on_it_no_more(desk: Counter) -> None:
    codes = [desk.receive() for _ in range(3)]
    together(desk, codes[0])
    desk.post(f"/reception/dossiers/{codes[2]}/void", desk.form(reason="entered_twice"))

    text = text_of(together(desk, codes[0]))

    assert "02 hồ sơ" in text
    assert codes[2] not in text


def test_a_filing_that_came_online_has_one_copy_and_no_signature_of_who_filed(
    desk: Counter,
) -> None:
    code = desk.receive(channel="portal", delivery="electronic")

    text = text_of(desk.get(f"/dossiers/{code}/documents/receipt.pdf").data)

    assert "Chữ ký số của Tổ chức" in text
    assert "(Bản điện tử)" in text
    assert "Liên 1" not in text
    assert "NGƯỜI NỘP HỒ SƠ" not in text
    assert "– Hồ sơ nộp trực tuyến trên Cổng Dịch vụ công." in text


def test_a_desk_chooses_the_table_and_the_paper(desk: Counter) -> None:
    with desk.database.write() as db:
        db.execute(update(Desk).values(papers_as="table", paper_size="A5_pair"))
        desk_id = db.scalars(
            select(Desk.id).where(Desk.agency_id == desk.clerk.assignments[0].agency_id)
        ).first()
    code = desk.receive(desk=str(desk_id))

    pdf = desk.get(f"/dossiers/{code}/documents/receipt.pdf").data
    answer = desk.post(f"/dossiers/{code}/documents/control_slip")
    slip = desk.get(answer.location).data

    assert "Bản chụp" in text_of(pdf)
    assert set(size_of(pdf)) == {(297, 210)}
    assert size_of(slip) == [(297, 210)]
