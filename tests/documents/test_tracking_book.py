"""The tracking book on paper: thirteen columns in their order, on every page, nothing cut."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from onestop.documents.tracking_book import COLUMNS, note_of, render_tracking_book
from onestop.domain.events import Delivery, ReceptionVoided
from onestop.queries.papers import FormRow, LetterheadRow
from onestop.queries.tracking_book import BookHead, BookPeriod, BookRow
from tests.conftest import NOW
from tests.documents.reading import boxes_of, overlaps, size_of, squeezed, text_of

ZONE = "Asia/Ho_Chi_Minh"
ROW = BookRow(
    book=1,
    number=1,
    code="H91.51.01-260302-0001",
    procedure="Cấp Giấy xác nhận tình trạng hôn nhân",
    copies=1,
    applicant="Nguyễn Thị Đào",
    address="Tổ 3, phường Đầm Sen, tỉnh Lam Khê",
    phone="0912345678",
    lead_agency="Ủy ban nhân dân phường Đầm Sen",
    received_at=NOW,
    due_at=NOW + timedelta(days=3),
    last_due_at=NOW + timedelta(days=3),
    returned_at=NOW + timedelta(days=2),
    delivery=Delivery.POSTAL,
)
VOID = replace(ROW, applicant="", outcome=ReceptionVoided.TYPE, void_reason="entered_twice")
A4_ACROSS = (297, 210)


def head(count: int, **changes: object) -> BookHead:
    form = FormRow("tracking_book", "SỔ THEO DÕI HỒ SƠ", "07", "Thông tư số 03/2025/TT-VPCP")
    letterhead = LetterheadRow(
        "ỦY BAN NHÂN DÂN PHƯỜNG ĐẦM SEN", "TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG", "Đầm Sen", NOW, ZONE
    )
    period = BookPeriod(1, 2026, date(2026, 1, 1), date(2026, 12, 31))
    made = BookHead(form, letterhead, "Trung tâm phường Đầm Sen", period, (1,), count)
    return replace(made, **changes)  # type: ignore[arg-type]


def numbered(count: int, row: BookRow = ROW) -> Iterator[BookRow]:
    return (replace(row, number=n + 1) for n in range(count))


def test_every_page_has_the_headings_and_its_number() -> None:
    made = render_tracking_book(head(100), numbered(100))
    text = squeezed(text_of(made.pdf))

    assert made.sheets > 5
    assert set(size_of(made.pdf)) == {A4_ACROSS}
    for n in range(1, made.sheets):
        assert f"Trang{n}/{made.sheets - 1}" in text
    for _, heading, _ in COLUMNS:
        assert text.count(squeezed(heading)) >= made.sheets - 1, heading
    assert text.count(squeezed("Nhận và trả kết quả")) == made.sheets - 1
    assert squeezed("Cộng: 100 số, trong đó 0 số đã hủy.") in text
    assert made.pdf == render_tracking_book(head(100), numbered(100)).pdf


def test_columns_stand_in_the_order_of_the_form() -> None:
    boxes = boxes_of(render_tracking_book(head(1), [ROW]).pdf)
    places = [next(box for box in boxes if box.text.strip() == f"({n})").left for n in range(1, 14)]

    assert places == sorted(places)


def test_headings_may_be_others_in_another_edition() -> None:
    form = replace(head(0).form, number="06", headings={"column_note": "Chú thích"})
    text = text_of(render_tracking_book(head(0, form=form), []).pdf)

    assert "Mẫu số 06" in text
    assert "Chú thích" in text
    assert "Ghi chú" not in text


def test_nothing_is_cut_or_overlaps_whatever_stands_in_it() -> None:
    long = replace(
        ROW,
        procedure="Thủ tục " * 75,
        applicant="Nguyễn" * 60,
        address="<b>Tổ</b> \u202e3 <img src=x> \x07" + "đường rất dài " * 300,
        lead_agency="Sở " * 60,
    )
    made = render_tracking_book(head(6), [*numbered(3), replace(long, number=4), VOID, ROW])
    text = squeezed(text_of(made.pdf))

    assert [text.count(word) for word in ("đường", "rất", "dài")] == [300] * 3
    assert "<imgsrc=x>" in text
    assert overlaps(boxes_of(made.pdf)) == []


def test_a_note_says_what_the_columns_do_not() -> None:
    later = replace(ROW, last_due_at=ROW.due_at + timedelta(days=2), refiling_of="H91-1")

    assert note_of(ROW, ZONE) == ""
    assert note_of(later, ZONE) == "Hẹn lại 08:30 07/03/2026; Nộp lại của H91-1"
    assert note_of(replace(VOID, voided_at=NOW), ZONE) == "SỐ ĐÃ HỦY 02/03/2026: nhập trùng hồ sơ"
    assert note_of(replace(ROW, outcome="dossier_withdrawn"), ZONE) == "Rút hồ sơ"


@pytest.mark.parametrize("books", [(1,), (1, 2)])
def test_numbers_of_several_volumes_name_their_volume(books: tuple[int, ...]) -> None:
    text = squeezed(text_of(render_tracking_book(head(1, books=books), [ROW]).pdf))

    assert ("1/1H91" in text) == (len(books) > 1)
