"""The stamp of a reprint: on top of the stored bytes, never in them."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
from pypdf import PdfReader

from onestop.documents.receipt import render_receipt
from onestop.documents.sheets import PaperSize
from onestop.documents.stamp import NotOurDocument, stamp_reprint
from onestop.queries.papers import PaperRow
from tests.documents.paper_rows import LINK, receipt_row
from tests.documents.reading import boxes_of, overlaps, symbols_of, text_of

WHEN = datetime(2026, 11, 24, 3, 5, tzinfo=UTC)
ZONE = "Asia/Ho_Chi_Minh"
SHOWN = "Bản in lần 2 – 10 giờ 05 phút, ngày 24/11/2026"


@pytest.mark.parametrize("paper", list(PaperSize))
def test_a_reprint_is_the_stored_document_with_a_stamp(paper: PaperSize) -> None:
    stored = render_receipt(receipt_row(), paper=paper).pdf

    reprint = stamp_reprint(stored, 2, WHEN, zone=ZONE)

    assert reprint.startswith(stored)
    assert text_of(reprint).count(SHOWN) == 2
    assert text_of(reprint).replace(SHOWN, "").split() == text_of(stored).split()
    assert set(symbols_of(reprint)) == {LINK}
    assert overlaps(boxes_of(reprint)) == []


def test_every_page_of_a_long_document_is_stamped() -> None:
    papers = tuple(PaperRow(f"Giấy tờ số {n} xác nhận nơi cư trú") for n in range(90))
    stored = render_receipt(receipt_row(papers=papers)).pdf
    pages = PdfReader(BytesIO(stamp_reprint(stored, 3, WHEN, zone=ZONE)), strict=True).pages

    assert len(pages) > 2
    assert all("Bản in lần 3" in page.extract_text() for page in pages)


def test_metadata_survive_the_stamp() -> None:
    stored = render_receipt(receipt_row()).pdf
    reader = PdfReader(BytesIO(stamp_reprint(stored, 2, WHEN, zone=ZONE)))

    assert reader.root_object["/Lang"] == "vi-VN"
    assert reader.metadata is not None
    assert reader.metadata.title == "Giấy tiếp nhận hồ sơ và hẹn trả kết quả"


@pytest.mark.parametrize("other", [b"", b"%PDF-1.4 something else", b"\x89PNG"])
def test_bytes_of_others_are_refused(other: bytes) -> None:
    with pytest.raises(NotOurDocument):
        stamp_reprint(other, 2, WHEN, zone=ZONE)


def test_a_hostile_name_cannot_fake_the_place_of_the_stamp() -> None:
    fake = "1 0 obj\n<< /OnestopReprint [0 0] /BBox [0 0 1 1]"
    stored = render_receipt(receipt_row(request=fake)).pdf

    assert text_of(stamp_reprint(stored, 2, WHEN, zone=ZONE)).count(SHOWN) == 2
