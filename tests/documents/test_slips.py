"""Supplement request, guidance slip, refusal, control slip; and the list of renderers."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from onestop.documents.control_slip import render_control_slip
from onestop.documents.renderers import RENDERERS
from onestop.documents.sheets import PaperSize, Rendered
from onestop.documents.slips import render_guidance, render_rejection, render_supplement_request
from onestop.documents.stamp import stamp_reprint
from onestop.queries.papers import PersonRow
from tests.documents.paper_rows import (
    CODE,
    apology_row,
    bulk_receipt_row,
    control_slip_row,
    guidance_row,
    hand_over,
    receipt_row,
    refused_row,
    rejection_row,
    stop_notice_row,
    supplement_row,
)
from tests.documents.reading import (
    Box,
    boxes_of,
    in_order,
    overlaps,
    symbols_of,
    text_of,
    touched_marks,
)

ROWS = {
    "receipt": receipt_row(),
    "bulk_receipt": bulk_receipt_row(),
    "supplement_request": supplement_row(),
    "guidance": guidance_row(),
    "rejection": rejection_row(),
    "apology_extension": apology_row(),
    "stop_notice": stop_notice_row(),
    "control_slip": control_slip_row(),
}
AT = datetime(2026, 11, 23, 1, 15, tzinfo=UTC)
HEAD = ["Số:", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "An Bình, ngày 23 tháng 11 năm 2026"]
EXAMPLE = ["Địa chỉ: Thôn Đông Hạ", "Số điện thoại: 0912 345 678", "Email: dao.nguyen@example.vn"]


def rendered(kind: str, paper: PaperSize = PaperSize.A5) -> Rendered:
    return RENDERERS[kind](ROWS[kind], paper=paper)


def test_there_is_a_renderer_for_every_row() -> None:
    assert RENDERERS.keys() == ROWS.keys()


@pytest.mark.parametrize("paper", list(PaperSize))
@pytest.mark.parametrize("kind", ROWS)
def test_every_paper_is_made_in_every_size_without_overlap(kind: str, paper: PaperSize) -> None:
    made = rendered(kind, paper)

    assert made.pdf == rendered(kind, paper).pdf
    assert overlaps(boxes_of(made.pdf)) == []
    sample = RENDERERS[kind](replace(ROWS[kind], is_sample=True), paper=paper).pdf
    assert touched_marks(stamp_reprint(sample, 12, AT, zone="Asia/Ho_Chi_Minh")) == []


def test_supplement_request_in_the_order_of_the_form() -> None:
    fields = [
        *HEAD,
        "PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ",
        f"Mã hồ sơ: {CODE}",
        "Bộ phận tiếp nhận và trả kết quả:",
        "Hồ sơ của: Nguyễn Thị Đào",
        "Nội dung yêu cầu giải quyết: Cấp giấy phép xây dựng",
        *EXAMPLE,
        "Yêu cầu Ông/Bà hoàn thiện hồ sơ gồm những nội dung như sau:",
        "1. Bản vẽ mặt bằng",
        "3. Bản cam kết",
        "Lý do: Hồ sơ chưa đủ",
        "Phạm Hữu Ước, 0299 385 5123",
        "NGƯỜI HƯỚNG DẪN (Ký và ghi rõ họ tên) Phạm Hữu Ước",
    ]

    assert in_order(text_of(render_supplement_request(supplement_row()).pdf), fields)


def test_rejection_in_the_order_of_the_form() -> None:
    fields = [
        *HEAD,
        "PHIẾU TỪ CHỐI TIẾP NHẬN GIẢI QUYẾT HỒ SƠ",
        "Tiếp nhận hồ sơ của: Nguyễn Thị Đào",
        *EXAMPLE,
        "Nội dung yêu cầu giải quyết: Đăng ký lại khai sinh",
        "với lý do cụ thể như sau:",
        "Nơi đăng ký khai sinh trước đây còn lưu sổ hộ tịch",
        "Ông/Bà đề nghị cấp bản sao",
        "Xin thông báo cho Ông/Bà được biết và thực hiện.",
        "NGƯỜI NỘP HỒ SƠ",
        "NGƯỜI TIẾP NHẬN HỒ SƠ",
        "Lê Quốc Ưng",
    ]

    assert in_order(text_of(render_rejection(rejection_row()).pdf), fields)


def test_a_refusal_of_what_was_received_names_dossier_agency_and_its_paper() -> None:
    fields = [
        "PHIẾU TỪ CHỐI TIẾP NHẬN GIẢI QUYẾT HỒ SƠ",
        f"Mã hồ sơ: {CODE}",
        "Ủy ban nhân dân xã An Bình thông báo không giải quyết hồ sơ này với lý do",
        "Không đủ điều kiện giải quyết theo quy định. Nơi đăng ký khai sinh",
        "Văn bản của cơ quan giải quyết: số 214/UBND-HT, ngày 26/11/2026",
        "Xin thông báo cho Ông/Bà được biết và thực hiện.",
        "Trần Văn Ổi",
    ]
    made = render_rejection(refused_row())

    assert in_order(text_of(made.pdf), fields)
    assert symbols_of(made.pdf) == [CODE]


def test_the_guidance_slip_has_no_code_and_a_symbol_that_reopens_the_form() -> None:
    row = guidance_row()
    made = render_guidance(row)

    assert "Mã hồ sơ" not in text_of(made.pdf)
    assert "đến hết ngày 23/12/2026" in text_of(made.pdf)
    assert symbols_of(made.pdf) == [row.link]


def test_control_slip_in_the_order_of_the_form() -> None:
    fields = [
        *HEAD,
        "Quyển số: 01/2026, Số thứ tự: 0842",
        "PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ",
        "Kèm theo hồ sơ của: Nguyễn Thị Đào",
        f"Mã hồ sơ: {CODE}",
        "Ngày nhận: ngày 23 tháng 11 năm 2026",
        "Ngày, giờ hẹn trả kết quả: 8 giờ 15 phút, ngày 27 tháng 11 năm 2026",
        "Cơ quan (bộ phận) giải quyết hồ sơ: Ủy ban nhân dân xã An Bình",
        "Cơ quan phối hợp giải quyết hồ sơ: Công an xã An Bình; Bảo hiểm xã hội cơ sở An Bình",
        "TÊN CƠ QUAN",
        "Trước hạn",
        "Đúng hạn",
        "Quá hạn",
    ]
    made = render_control_slip(control_slip_row())

    assert in_order(text_of(made.pdf), fields)
    assert symbols_of(made.pdf) == [CODE]


def test_one_block_per_hand_over_and_the_heading_on_every_page() -> None:
    row = control_slip_row(hand_overs=tuple(hand_over(n) for n in range(30)), blank_blocks=0)
    made = render_control_slip(row)
    text = text_of(made.pdf)

    assert text.count("1. Giao:") == text.count("2. Nhận:") == 30
    assert text.count("GHI CHÚ") == made.sheets > 1
    assert overlaps(boxes_of(made.pdf)) == []


def test_a_very_long_note_flows_to_the_next_page_whole() -> None:
    row = control_slip_row(hand_overs=(hand_over(0, note="Ỡ" * 5000),))
    made = render_control_slip(row)

    assert text_of(made.pdf).count("Ỡ") == 5000
    assert overlaps(boxes_of(made.pdf)) == []


@pytest.mark.parametrize("kind", ["supplement_request", "guidance", "rejection"])
def test_slips_stand_any_name_and_reason(kind: str) -> None:
    hostile = "<img src=x> \u202e=1+1 \x00 🎉 " + "Ế" * 3000
    row = replace(
        ROWS[kind], applicant=PersonRow(hostile, hostile, hostile, hostile), reason=hostile
    )
    made = RENDERERS[kind](row)

    assert "<img src=x>" in text_of(made.pdf)
    assert made.replaced >= 2
    assert overlaps(boxes_of(made.pdf)) == []


def test_the_overlap_check_sees_an_overlap() -> None:
    once, shifted = Box(0, 10, 10, 60, 22, "a"), Box(0, 50, 14, 90, 26, "b")

    assert overlaps([once, shifted]) == [("a", "b")]
    assert len(boxes_of(rendered("rejection").pdf)) > 20


def test_a_request_tells_the_term_and_what_papers_brought_at_once_lead_to() -> None:
    row = replace(
        supplement_row(),
        bring_by=datetime(2026, 12, 7, 10, 0, tzinfo=UTC),
        if_brought=(
            datetime(2026, 11, 24, 0, 0, tzinfo=UTC),
            datetime(2026, 11, 30, 9, 0, tzinfo=UTC),
        ),
    )

    text = " ".join(text_of(render_supplement_request(row).pdf).split())

    assert "Bổ sung chậm nhất: hết ngày 07/12/2026" in text
    assert "đủ trong ngày 24/11/2026, dự kiến trả kết quả: 16 giờ 00 phút, ngày 30" in text


def test_a_guidance_slip_promises_nothing() -> None:
    assert "chậm nhất" not in text_of(rendered("guidance").pdf)
