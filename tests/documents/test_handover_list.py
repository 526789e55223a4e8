"""The list that goes with a pile: every paper on it, both sides, what was answered, nothing cut."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from onestop.documents.handover_list import render_handover_list
from onestop.documents.sheets import PaperSize
from onestop.domain.events import Stayed, TakenBy
from onestop.queries.handover_lists import TITLE, HandedPaperRow, HandoverListRow
from onestop.queries.papers import FormRow
from tests.documents.paper_rows import LETTERHEAD
from tests.documents.reading import boxes_of, squeezed, text_of

AT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
NASTY = "<b>Nguyễn Thị Ðào</b> <img src=/etc/passwd> \u202e\x07" + "rất dài " * 70


def line(n: int, **changes: object) -> HandedPaperRow:
    values = {
        "code": f"H91.51.01-261123-{n:04}",
        "applicant": "Nguyễn Thị Đào",
        "request": "Đăng ký khai sinh",
        "pieces": 3,
        "taken_at": None,
        "stayed": None,
    }
    return HandedPaperRow(**(values | changes))


def list_row(*lines: HandedPaperRow, **changes: object) -> HandoverListRow:
    values = {
        "form": FormRow("handover_list", TITLE),
        "letterhead": replace(LETTERHEAD, serial="0012/PBGHS"),
        "from_agency": "Trung tâm Phục vụ hành chính công xã An Bình",
        "giver": "Nguyễn Thu Trang",
        "given_at": AT,
        "to_agency": "Bộ phận Tư pháp - Hộ tịch",
        "taker": "",
        "answered_at": None,
        "how": None,
        "lines": lines,
    }
    return HandoverListRow(**(values | changes))


def test_before_it_is_answered_it_names_the_giver_and_leaves_blanks_for_the_taker():
    text = text_of(render_handover_list(list_row(line(1), line(2))).pdf)

    for said in ("0012/PBGHS", "Nguyễn Thu Trang", "15 giờ 00 phút", "H91.51.01-261123-0002"):
        assert said in text
    assert "Tổng số giao: 2 hồ sơ." in text
    assert "BÊN GIAO" in text
    assert "BÊN NHẬN" in text
    assert "Đã nhận" not in text


def test_answered_it_says_of_each_paper_what_became_of_it_and_how_it_was_signed():
    taken = AT + timedelta(minutes=5)
    row = list_row(
        line(1, taken_at=taken),
        line(2, stayed=Stayed.MISSING),
        line(3, stayed=Stayed.CALLED_BACK),
        taker="Trần Minh Quân",
        answered_at=taken,
        how=TakenBy.PASSWORD,
    )

    text = text_of(render_handover_list(row).pdf)

    assert "Đã nhận 15:05 23/11" in text
    assert {"Không", "chồng,", "lấy", "lại"} <= set(text.split())
    assert "Đã nhận: 1; bên giao còn giữ: 2" in text
    assert "nhập mật khẩu của người nhận" in text
    assert text.count("Trần Minh Quân") == 2


@pytest.mark.parametrize("paper", PaperSize)
def test_two_hundred_long_and_hostile_lines_flow_over_pages_and_none_is_cut(paper: PaperSize):
    lines = [line(n, applicant=NASTY, request="Thủ tục " * 75) for n in range(1, 9)]
    lines += [line(n) for n in range(9, 201)]

    made = render_handover_list(list_row(*lines), paper=paper)

    text = squeezed(text_of(made.pdf))
    assert all(f"H91.51.01-261123-{n:04}" in text for n in range(1, 201))
    assert "<img" in text
    assert made.replaced == 0
    assert made.pdf == render_handover_list(list_row(*lines), paper=paper).pdf


def test_the_letters_stay_within_the_page():
    made = render_handover_list(list_row(*(line(n) for n in range(1, 31))), paper=PaperSize.A4)

    pages = PdfReader(BytesIO(made.pdf)).pages
    width, height = (float(side) for side in pages[0].mediabox[2:])
    assert made.sheets == len(pages)
    for box in boxes_of(made.pdf):
        assert box.left > 0
        assert box.right < width
        assert 0 < box.bottom < box.top < height
