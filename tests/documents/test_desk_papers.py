"""Papers of the counter beyond the statute: their fields, every size, hostile text, one page."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from onestop.documents.briefing import render_briefing
from onestop.documents.cash import render_fee_receipt, render_fee_sheet
from onestop.documents.day_sheet import render_day_sheet
from onestop.documents.lists import (
    ListHead,
    ListLine,
    render_overdue_list,
    render_result_list,
    render_result_receipt,
)
from onestop.documents.poster import render_poster
from onestop.documents.sheets import PaperSize, Rendered
from onestop.documents.stamp import stamp_reprint
from onestop.domain.events import Delivery
from onestop.domain.payments import PaymentKind
from onestop.queries.briefings import BriefingAgencyRow, BriefingLineRow, BriefingPage
from onestop.queries.desk_papers import (
    ClerkTakingsRow,
    DaySheetRow,
    DeskFiguresRow,
    FeeLineRow,
    FeeReceiptRow,
    FeeSheetPaperRow,
    PosterRow,
    ResultLineRow,
    ResultListRow,
    ResultReceiptRow,
    VoidedRow,
)
from onestop.queries.papers import FormRow
from tests.documents.paper_rows import APPLICANT, CODE, LETTERHEAD
from tests.documents.reading import (
    boxes_of,
    in_order,
    overlaps,
    size_of,
    symbols_of,
    text_of,
    touched_marks,
)

AT = datetime(2026, 11, 23, 1, 15, tzinfo=UTC)
UNIT = "Trung tâm Phục vụ hành chính công xã An Bình"
HOSTILE = (
    '<b>đậm</b> <img src="file:///etc/passwd"> \x00\x1b[31m \u202eđảo\u202c'
    " Nguyễn Thị Đào \U0001f600 " + "dài" * 400
)

FEE_RECEIPT = FeeReceiptRow(
    FormRow("fee_receipt", "BIÊN LAI THU PHÍ, LỆ PHÍ"),
    replace(LETTERHEAD, serial="0007/BL"),
    CODE,
    UNIT,
    APPLICANT,
    "Đăng ký thành lập hộ kinh doanh",
    "Lệ phí đăng ký hộ kinh doanh",
    105_000,
    AT,
    "Lê Quốc Ưng",
)
RESULT_RECEIPT = ResultReceiptRow(
    FormRow("result_receipt", "GIẤY BIÊN NHẬN TRẢ KẾT QUẢ"),
    LETTERHEAD,
    CODE,
    UNIT,
    APPLICANT,
    "Đăng ký khai sinh",
    "Giấy khai sinh",
    "12/2026",
    "Trần Văn Giỏi",
    "Giấy ủy quyền và thẻ căn cước",
    Delivery.POSTAL,
    8_000,
    AT,
    "Lê Quốc Ưng",
    others=(("H88.12.03-261123-0043", "Trích lục khai sinh"),),
)
FEE_SHEET = FeeSheetPaperRow(
    FormRow("fee_sheet", "BẢNG KÊ THU PHÍ, LỆ PHÍ"),
    LETTERHEAD,
    UNIT,
    "Lê Quốc Ưng",
    date(2026, 11, 23),
    2,
    tuple(
        FeeLineRow(AT + timedelta(minutes=n), f"{CODE[:-4]}{n:04}", "Chứng thực", kind, amount)
        for n, (kind, amount) in enumerate(
            [(PaymentKind.RECEPTION, 20_000), (PaymentKind.GIVEN_BACK, -20_000)] * 30
            + [(PaymentKind.RETURN, 1_005_000)],
            1,
        )
    ),
    1_000_000,
    "Trả thừa một công dân",
)
RESULT_LIST = ResultListRow(
    FormRow("result_list", "PHIẾU BÀN GIAO KẾT QUẢ"),
    LETTERHEAD,
    "Ủy ban nhân dân xã An Bình",
    UNIT,
    "Lê Quốc Ưng",
    tuple(
        ResultLineRow(
            f"{CODE[:-4]}{n:04}",
            "Đăng ký khai sinh",
            "Giấy khai sinh số 12/2026",
            "Nguyễn Thị Đào",
            "Thôn Đông Hạ, xã An Bình",
            8_000,
            8_000 * (n % 2),
            n % 3 == 0,
        )
        for n in range(1, 41)
    ),
)
DAY_SHEET = DaySheetRow(
    FormRow("day_sheet", "BẢNG NGÀY CỦA BỘ PHẬN MỘT CỬA"),
    LETTERHEAD,
    UNIT,
    date(2026, 11, 23),
    AT,
    (DeskFiguresRow("Quầy số 3", 41, 2, 1, CODE, "H88.12.03-261123-0082"),),
    12,
    3,
    82,
    (VoidedRow("H88.12.03-261123-0050", "Nhập nhầm người"),),
    (ClerkTakingsRow("Lê Quốc Ưng", 12, 320_000, 20_000, -5_000),),
    "Đỗ Thị Ánh",
    "2c26b46b68ffc68ff99b453c1d304134",
    AT,
)
POSTER = PosterRow(
    UNIT,
    "Ủy ban nhân dân xã An Bình",
    "0299 385 5123",
    "Số 12 đường Trần Phú, xã An Bình",
    "https://motcua.thaison.gov.vn/report/H88.12.03",
)
HEAD = ListHead(
    "Ủy ban nhân dân tỉnh Thái Sơn",
    "Hồ sơ quá hạn – Cả hồ sơ",
    ("Cơ quan: xã An Bình", "Trễ 3–5 ngày"),
    "Phạm Văn Hùng",
    AT,
    "Asia/Ho_Chi_Minh",
)
COLUMNS = ("Trễ (ngày)", "Mã hồ sơ", "Chủ hồ sơ", "Thủ tục", "Ai giữ", "Tiếp nhận", "Hẹn trả")
LINE = ListLine("4", CODE, "Nguyễn Thị Đào", "Khai sinh", ("Công an xã",), "01/11/2026", "17/11")


def briefing_of(late: int, *, explained: int = 0, text: str = "Đăng ký khai sinh") -> BriefingPage:
    lines = tuple(
        BriefingLineRow(late - n, f"{CODE[:-4]}{n:04}", text, f"Đơn vị {n % 19}", "")
        for n in range(late - explained)
    ) + tuple(
        BriefingLineRow(1, f"{CODE[:-4]}9{n:03}", text, "Đơn vị 1", "Chờ ý kiến")
        for n in range(explained)
    )
    agencies = tuple(BriefingAgencyRow(f"Đơn vị {n}", 1, 1, 9) for n in range(19))
    return BriefingPage(agencies, lines)


PAPERS: dict[str, Callable[[], Rendered]] = {
    "fee receipt": lambda: render_fee_receipt(FEE_RECEIPT),
    "result receipt": lambda: render_result_receipt(RESULT_RECEIPT),
    "fee sheet": lambda: render_fee_sheet(FEE_SHEET),
    "result list": lambda: render_result_list(RESULT_LIST),
    "day sheet": lambda: render_day_sheet(DAY_SHEET),
    "poster": lambda: render_poster(POSTER),
    "overdue list": lambda: render_overdue_list(HEAD, COLUMNS, [LINE] * 60),
    "briefing": lambda: render_briefing(HEAD, briefing_of(90)),
}


@pytest.mark.parametrize("paper", PAPERS)
def test_the_same_rows_give_the_same_bytes_and_nothing_overlaps(paper: str) -> None:
    made = PAPERS[paper]()

    assert made.pdf == PAPERS[paper]().pdf
    assert made.replaced == 0
    assert overlaps(boxes_of(made.pdf)) == []
    assert touched_marks(stamp_reprint(made.pdf, 12, AT, zone="Asia/Ho_Chi_Minh")) == []


def test_slips_are_made_for_every_paper_of_a_desk() -> None:
    for size in PaperSize:
        for made in (
            render_fee_receipt(FEE_RECEIPT, paper=size),
            render_result_receipt(RESULT_RECEIPT, paper=size),
        ):
            assert overlaps(boxes_of(made.pdf)) == []
            assert touched_marks(stamp_reprint(made.pdf, 2, AT, zone="Asia/Ho_Chi_Minh")) == []
    assert render_result_receipt(RESULT_RECEIPT).sheets == 1
    assert size_of(render_fee_receipt(FEE_RECEIPT).pdf) == [(148, 210)] * 3


def test_a_fee_receipt_has_its_fields_in_order() -> None:
    fields = ["0007/BL", "BIÊN LAI THU PHÍ, LỆ PHÍ", "(Liên 1: Lưu)", f"Mã hồ sơ: {CODE}"]
    fields += ["Họ và tên người nộp tiền: Nguyễn Thị Đào", "Nội dung thu: Lệ phí đăng ký"]
    fields += ["Số tiền: 105.000 đồng", "Viết bằng chữ: Một trăm linh năm nghìn đồng."]
    fields += ["NGƯỜI NỘP TIỀN", "NGƯỜI THU TIỀN", "Lê Quốc Ưng", "(Liên 2: Giao người nộp tiền)"]

    assert in_order(text_of(render_fee_receipt(FEE_RECEIPT).pdf), fields)


def test_a_result_list_has_the_columns_of_the_form_in_order() -> None:
    text = text_of(render_result_list(RESULT_LIST).pdf)

    columns = ["TT", "Mã hồ sơ", "Nội dung", "Kết quả", "Họ tên chủ hồ sơ", "Địa chỉ"]
    assert in_order(text, [*columns, "Phí/lệ phí", "Đăng ký trả"])
    assert "Cộng: 40 kết quả" in text
    assert size_of(render_result_list(RESULT_LIST).pdf)[0] == (297, 210)


def test_a_fee_sheet_says_both_sums_and_the_difference() -> None:
    text = text_of(render_fee_sheet(FEE_SHEET).pdf)

    said = ["Phần 2", "Cộng", "61 khoản", "1.005.000", "1. Hệ thống ghi: 1.005.000 đồng"]
    said += ["Một triệu không trăm linh năm nghìn đồng", "2. Kiểm đếm: 1.000.000 đồng"]
    said += ["thiếu 5.000 đồng", "Lý do chênh lệch: Trả thừa một công dân"]
    assert in_order(text, said)


def test_a_day_sheet_without_an_anchor_prints_a_dash() -> None:
    text = text_of(render_day_sheet(replace(DAY_SHEET, anchor="", anchored_at=None)).pdf)

    assert "Neo gần nhất khi lập bảng: –" in text
    assert "2c26b46b68ffc68f, lúc 8 giờ 15" in text_of(render_day_sheet(DAY_SHEET).pdf)


def test_a_briefing_is_one_page_and_counts_what_is_left_out() -> None:
    for late, explained in ((0, 0), (1, 0), (13, 3), (90, 20), (2_000, 500)):
        for text in ("Khai sinh", "Cấp giấy phép xây dựng " * 20):
            made = render_briefing(HEAD, briefing_of(late, explained=explained, text=text))

            assert made.sheets == 1
            said = text_of(made.pdf)
            shown = sum(f"{CODE[:-4]}" in word for word in said.split())
            left = f"và {late - shown:,} hồ sơ nữa".replace(",", ".")
            assert (left in said) is (shown < late)
            assert size_of(made.pdf) == [(210, 297)]


def test_a_poster_is_one_page_and_its_symbol_says_its_link() -> None:
    for row in (POSTER, replace(POSTER, agency=f"{UNIT} " * 12, address=f"{UNIT} " * 10)):
        made = render_poster(row)

        assert made.sheets == 1
        assert symbols_of(made.pdf) == [POSTER.link]


def test_hostile_text_is_printed_as_text() -> None:
    person = replace(APPLICANT, name=HOSTILE, address=HOSTILE)
    sheet = replace(FEE_SHEET, clerk=HOSTILE, reason=HOSTILE)
    made = [
        render_fee_receipt(replace(FEE_RECEIPT, payer=person, fees=HOSTILE)),
        render_result_receipt(replace(RESULT_RECEIPT, taker=HOSTILE, checked=HOSTILE)),
        render_fee_sheet(sheet),
        render_result_list(
            replace(RESULT_LIST, lines=(replace(RESULT_LIST.lines[0], address=HOSTILE),))
        ),
        render_overdue_list(replace(HEAD, filters=(HOSTILE,)), COLUMNS, [LINE]),
        render_day_sheet(replace(DAY_SHEET, voided=(VoidedRow(CODE, HOSTILE),))),
    ]

    for one in made:
        said = text_of(one.pdf)
        assert "<b>đậm</b>" in said
        assert "\u202e" not in said
        assert one.replaced
