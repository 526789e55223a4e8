"""The receipt: every field in order, both copies, all letters, every paper, any input."""

import hashlib
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from onestop.documents.fonts import VIETNAMESE
from onestop.documents.printed_text import printed_text
from onestop.documents.receipt import COPIES, render_receipt
from onestop.documents.sheets import PaperSize, Rendered
from onestop.domain.events import Delivery
from onestop.queries.papers import FeeRow, LegRow, PaperRow, PersonRow, PhaseRow
from tests.documents.paper_rows import APPLICANT, CODE, FEES, LINK, receipt_row
from tests.documents.reading import (
    boxes_of,
    in_order,
    overlaps,
    size_of,
    squeezed,
    symbols_of,
    text_of,
)

ROOT = Path(__file__).resolve().parents[2]
# The fields of docs/rules.md, section "Papers and forms", in the order of the circular.
FIELDS = [
    "ỦY BAN NHÂN DÂN XÃ AN BÌNH",
    "TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG",
    "Số: 0042/TTPVHCC",
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Độc lập - Tự do - Hạnh phúc",
    "An Bình, ngày 23 tháng 11 năm 2026",
    "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ",
    f"Mã hồ sơ: {CODE}",
    "Trung tâm Phục vụ hành chính công/Bộ phận tiếp nhận và trả kết quả:",
    "Tiếp nhận hồ sơ của: Nguyễn Thị Đào",
    "Địa chỉ: Thôn Đông Hạ",
    "Số điện thoại: 0912 345 678",
    "Email: dao.nguyen@example.vn",
    "Nội dung yêu cầu giải quyết: Liên thông đăng ký khai sinh",
    "1. Thành phần hồ sơ nộp gồm:",
    "1) Tờ khai điện tử liên thông theo mẫu (01 bản điện tử)",
    "3) Giấy chứng nhận kết hôn của cha, mẹ (01 bản chứng thực, 01 bản chụp)",
    "2. Số lượng hồ sơ: 01 (bộ)",
    "3. Thời gian giải quyết hồ sơ theo quy định là: 4 ngày làm việc",
    "4. Thời gian nhận hồ sơ: 8 giờ 15 phút, ngày 23 tháng 11 năm 2026",
    "5. Thời gian trả kết quả giải quyết hồ sơ: 8 giờ 15 phút, ngày 27 tháng 11 năm 2026",
    "6. Đăng ký nhận kết quả tại: Trung tâm Phục vụ hành chính công xã An Bình",
    "Vào Sổ theo dõi hồ sơ, Quyển số: 01/2026",
    "Số thứ tự: 0842",
    "NGƯỜI NỘP HỒ SƠ",
    "(Ký và ghi rõ họ tên)",
    "NGƯỜI TIẾP NHẬN HỒ SƠ",
    "(Ký và ghi rõ họ tên)",
    "Ghi chú:",
    "– Ủy ban nhân dân xã An Bình (tư pháp – hộ tịch): xong trước 8 giờ 15 phút, ngày 24/11/2026",
    "– Công an xã An Bình: xong trước 16 giờ 30 phút, ngày 26/11/2026",
    "– Bảo hiểm xã hội cơ sở An Bình: xong trước 17 giờ 00 phút, ngày 26/11/2026",
    "Hẹn trả: 8 giờ 15, thứ Sáu 27/11/2026",
    "Quầy số 3 – ĐT 0299 385 5123",
    "SHA-256 của sự kiện đầu: 9f86d081884c7d65",
    "Neo gần nhất: 2c26b46b68ffc68f",
    "Mã hồ sơ: H88.12.03 - 261123 - 0042",
    "Mã kiểm tra: 7K3M 9QXT",
    LINK,
]
HOSTILE = {
    "markup": "<b>An</b> <img src=/etc/passwd>",
    "formula": "=1+1",
    "control characters": "An\x00\x07\x1b[31m Bình",
    "right-to-left marks": "An \u202egnoD\u202c \u200fBình",
    "decomposed letters": "Nguye\u0302\u0303n Thi\u0323 \u0110a\u0300o",
    "emoji": "An 🎉👩\u200d👧 Bình",
    "other alphabets": "李小龍 Жуков",
    "backslash and brackets": "An \\( \\) )( %PDF endstream endobj",
    "ten kilobytes": "Nguyễn Thị " * 700,
    "ten kilobytes in one word": "Ễ" * 5000,
    "no letter at all": "\u200b\u200b",
}


@pytest.mark.parametrize("paper", [PaperSize.A5, PaperSize.A4])
def test_every_field_stands_in_the_order_of_the_circular(paper: PaperSize) -> None:
    rendered = render_receipt(receipt_row(), paper=paper, copies=COPIES[1:])

    assert in_order(text_of(rendered.pdf), FIELDS)
    assert rendered.replaced == 0


def test_both_copies_are_printed_and_named() -> None:
    rendered = render_receipt(receipt_row())
    first, second = (page.extract_text() for page in PdfReader(BytesIO(rendered.pdf)).pages)

    assert "(Liên 1: Lưu)" in first
    assert "(Liên 2: Giao khách hàng)" in second
    assert rendered.sheets == 2


@pytest.mark.parametrize(
    ("paper", "size", "sheets"),
    [
        (PaperSize.A5, (148, 210), 2),
        (PaperSize.A5_PAIR, (297, 210), 1),
        (PaperSize.A4, (210, 297), 2),
    ],
)
def test_paper_sizes(paper: PaperSize, size: tuple[int, int], sheets: int) -> None:
    rendered = render_receipt(receipt_row(), paper=paper)

    assert size_of(rendered.pdf) == [size] * sheets


def test_a_roll_is_as_long_as_its_text() -> None:
    short = size_of(render_receipt(receipt_row(), paper=PaperSize.ROLL_80).pdf)
    longer = receipt_row(papers=tuple(PaperRow(f"Giấy số {n}") for n in range(30)))

    assert [width for width, _ in short] == [80, 80]
    assert size_of(render_receipt(longer, paper=PaperSize.ROLL_80).pdf)[0][1] > short[0][1]


@pytest.mark.parametrize(
    ("host", "lines"),
    [("motcua.thaison.gov.vn", 1), ("motcua.phuongtrungtamhanhchinh.thaison.gov.vn", 2)],
)
def test_the_link_on_a_roll_is_whole_or_parted_before_its_token(host: str, lines: int) -> None:
    link = f"https://{host}/s/K7MZQ2XW5TBJ4RDCH6YVN3PGFA"
    texts = [
        box.text.strip()
        for box in boxes_of(render_receipt(receipt_row(link=link), paper=PaperSize.ROLL_80).pdf)
    ]

    whole = [link] if lines == 1 else [link[:-26], link[-26:]]
    assert [text for text in texts if text in whole] == 2 * whole


def test_the_roll_holds_every_field_too() -> None:
    text = squeezed(text_of(render_receipt(receipt_row(), paper=PaperSize.ROLL_80).pdf))

    assert [field for field in FIELDS[:32] if squeezed(field) not in text] == []


@pytest.mark.parametrize("paper", list(PaperSize))
@pytest.mark.parametrize("dpi", [72, 150])
def test_the_symbol_is_read_by_another_library(paper: PaperSize, dpi: int) -> None:
    rendered = render_receipt(receipt_row(), paper=paper)

    assert set(symbols_of(rendered.pdf, dpi=dpi)) == {LINK}


@pytest.mark.parametrize("place", ["request", "name", "place"])
def test_every_vietnamese_letter_can_be_found_in_every_face(place: str) -> None:
    words = " ".join(VIETNAMESE[at : at + 8] for at in range(0, len(VIETNAMESE), 8))
    row = receipt_row()
    changed = {
        "request": replace(row, request=words),
        "name": replace(row, applicant=replace(APPLICANT, name=words)),
        "place": replace(row, letterhead=replace(row.letterhead, place=words)),
    }[place]

    assert words in text_of(render_receipt(changed).pdf)


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("paper", [PaperSize.A5, PaperSize.ROLL_80])
def test_whatever_is_typed_the_receipt_is_made_and_shows_it(value: str, paper: PaperSize) -> None:
    person = PersonRow(value, value, value, value, value)
    row = receipt_row(
        applicant=person, request=value, papers=(PaperRow(value, originals=1),), notes=(value,)
    )

    rendered = render_receipt(row, paper=paper, copies=COPIES[1:])

    text = squeezed(text_of(rendered.pdf))
    shown, replaced = printed_text(value)
    assert squeezed(f"Nội dung yêu cầu giải quyết: {shown}") in text or len(shown) > 2000
    assert (rendered.replaced > 0) is (replaced > 0)
    assert LINK in symbols_of(rendered.pdf) or rendered.sheets > 1


def test_a_name_over_several_pages_loses_no_letter() -> None:
    row = receipt_row(applicant=replace(APPLICANT, name="Ễ" * 10_000))

    rendered = render_receipt(row, copies=COPIES[1:])

    assert text_of(rendered.pdf).count("Ễ") == 10_000
    assert rendered.sheets > 1


@pytest.mark.parametrize("paper", list(PaperSize))
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"papers": tuple(PaperRow(f"Giấy tờ số {n} xác nhận nơi cư trú " * 3) for n in range(40))},
        {"request": "Cấp đổi giấy chứng nhận quyền sử dụng đất " * 15},
        {"applicant": PersonRow("Nguyễn " * 200, "Thôn Đông Hạ " * 60, "0912", "a@b.vn")},
        {"desk": "Quầy tiếp nhận và trả kết quả số " + "3" * 80},
        {"applicant": PersonRow("An"), "book_no": "", "book_seq": "", "desk_phone": ""},
    ],
    ids=["usual", "40 papers", "600 characters", "long person", "long desk", "empty fields"],
)
def test_nothing_overlaps_and_nothing_leaves_the_page(
    paper: PaperSize, changes: dict[str, object]
) -> None:
    rendered = render_receipt(receipt_row(**changes), paper=paper)
    boxes = boxes_of(rendered.pdf)

    assert overlaps(boxes) == []
    sizes = [page.mediabox for page in PdfReader(BytesIO(rendered.pdf)).pages]
    assert all(box.left > 5 and box.bottom > 2 for box in boxes)
    assert all(box.right < sizes[box.page].width - 5 for box in boxes)
    assert all(box.top < sizes[box.page].height - 2 for box in boxes)


def test_a_long_receipt_has_page_numbers_and_a_running_head() -> None:
    papers = tuple(PaperRow(f"Giấy tờ số {n} xác nhận nơi cư trú", originals=1) for n in range(40))
    rendered = render_receipt(receipt_row(papers=papers), copies=COPIES[1:])
    pages = [page.extract_text() for page in PdfReader(BytesIO(rendered.pdf)).pages]

    assert len(pages) == 2
    assert ["Trang 1/2" in pages[0], "Trang 2/2" in pages[1]] == [True, True]
    assert f"Mã hồ sơ {CODE} (tiếp theo)" in pages[1]
    assert symbols_of(rendered.pdf) == []


def test_the_same_data_gives_the_same_bytes() -> None:
    assert render_receipt(receipt_row()).pdf == render_receipt(receipt_row()).pdf


def test_another_process_gives_the_same_bytes() -> None:
    command = (
        "import hashlib; from tests.documents.paper_rows import receipt_row;"
        "from onestop.documents.receipt import render_receipt;"
        "from onestop.documents.fonts import register_fonts; register_fonts('spectral');"
        "print(hashlib.sha256(render_receipt(receipt_row()).pdf).hexdigest())"
    )
    here = hashlib.sha256(render_receipt(receipt_row()).pdf).hexdigest()

    for seed in ("1", "4711"):
        there = subprocess.run(  # noqa: S603  # our own interpreter, our own words
            [sys.executable, "-c", command],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        assert there.stdout.strip() == here


def test_eight_threads_at_their_first_receipt_make_the_same_file() -> None:
    command = (
        "import hashlib; from concurrent.futures import ThreadPoolExecutor as Pool;"
        "from tests.documents.paper_rows import receipt_row;"
        "from onestop.documents.receipt import render_receipt;"
        "from onestop.documents.fonts import register_fonts; register_fonts('spectral');"
        "pdfs = Pool(8).map(lambda _: render_receipt(receipt_row()).pdf, range(8));"
        "print(*{hashlib.sha256(pdf).hexdigest() for pdf in pdfs})"
    )
    here = hashlib.sha256(render_receipt(receipt_row()).pdf).hexdigest()

    there = subprocess.run(  # noqa: S603  # our own interpreter, our own words
        [sys.executable, "-c", command], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert there.stdout.split() == [here]


def test_other_data_gives_another_identity() -> None:
    first, second = (
        PdfReader(BytesIO(render_receipt(receipt_row(code=code)).pdf)).trailer["/ID"]
        for code in ("H88.12.03-261123-0042", "H88.12.03-261123-0043")
    )

    assert first != second


def test_metadata_names_the_form_and_the_language_and_nobody() -> None:
    reader = PdfReader(BytesIO(render_receipt(receipt_row()).pdf))
    information = reader.metadata
    assert information is not None

    assert information.title == "Giấy tiếp nhận hồ sơ và hẹn trả kết quả"
    assert reader.root_object["/Lang"] == "vi-VN"
    assert information.producer == "onestop"
    assert "Đào" not in str(information)
    assert CODE not in str(information)


@pytest.mark.parametrize("paper", list(PaperSize))
def test_every_copy_on_every_page_is_marked_for_who_reads_aloud(paper: PaperSize) -> None:
    reader = PdfReader(BytesIO(render_receipt(receipt_row(), paper=paper).pdf), strict=True)
    root = reader.root_object
    marked = [kid.get_object() for kid in root["/StructTreeRoot"]["/K"]["/K"]]

    assert root["/MarkInfo"]["/Marked"].value is True
    assert len(marked) == 2
    for n, page in enumerate(reader.pages):
        content = page.get_contents().get_data()
        own = [mark for mark in marked if mark["/Pg"] == page]
        assert [content.count(b"MCID %d" % mark["/K"]) for mark in own] == [1] * len(own)
        assert page["/StructParents"] == n
        assert content.count(b"BDC") + content.count(b"BMC") == content.count(b"EMC")


def test_a_receipt_stays_under_forty_kilobytes() -> None:
    assert len(render_receipt(receipt_row()).pdf) <= 40_000


def test_the_papers_may_stand_in_a_ruled_table() -> None:
    text = text_of(render_receipt(receipt_row(), papers_as="table").pdf)

    assert in_order(
        text,
        [
            "TT",
            "Thành phần hồ sơ",
            "1 Tờ khai",
            "2 Giấy chứng sinh 1",
            "3 Giấy chứng nhận kết hôn của cha, mẹ 1 1",
        ],
    )


def test_submitter_fees_second_phase_and_identity_number_are_shown_when_given() -> None:
    row = receipt_row(
        submitter=PersonRow("Trần Văn Giỏi", phone="0988 777 666"),
        applicant=replace(APPLICANT, id_number="099190001234"),
        fees=FEES,
        second_phase=PhaseRow(due_at=datetime(2026, 12, 7, 9, 0, tzinfo=UTC)),
    )

    text = text_of(render_receipt(row).pdf)

    assert in_order(
        text,
        [
            "Số định danh cá nhân/Căn cước/Hộ chiếu: 099190001234",
            "Người nộp hồ sơ: Trần Văn Giỏi – 0988 777 666",
            "giai đoạn 2",
            "16 giờ 00 phút, ngày 07 tháng 12 năm 2026",
            "Phí, lệ phí (nếu có): Lệ phí đăng ký hộ kinh doanh: 100.000 đồng",
            "cộng 112.000 đồng",
        ],
    )


@pytest.mark.parametrize(
    ("amount", "unit", "shown"),
    [
        ("8", "working_hours", "8 giờ làm việc"),
        ("0.5", "working_days", "0,5 ngày làm việc"),
        ("30", "calendar_days", "30 ngày"),
        ("1", "months", "1 tháng"),
        ("1", "same_day", "trong ngày làm việc"),
    ],
)
def test_a_limit_is_written_as_the_law_writes_it(amount: str, unit: str, shown: str) -> None:
    row = receipt_row(limit_amount=Decimal(amount), limit_unit=unit)

    assert f"theo quy định là: {shown}" in text_of(render_receipt(row).pdf)


@pytest.mark.parametrize(
    ("delivery", "shown"),
    [
        (Delivery.POSTAL, "Nhà, qua dịch vụ bưu chính công ích: Thôn Đông Hạ"),
        (Delivery.ELECTRONIC, "Bản điện tử: Thôn Đông Hạ"),
    ],
)
def test_how_the_result_is_wanted(delivery: Delivery, shown: str) -> None:
    row = receipt_row(delivery=delivery, delivery_place="Thôn Đông Hạ")

    assert f"6. Đăng ký nhận kết quả tại: {shown}" in text_of(render_receipt(row).pdf)


def test_an_anchor_not_yet_known_is_a_dash() -> None:
    assert "Neo gần nhất: –" in text_of(render_receipt(receipt_row(anchor="")).pdf)


def test_demo_papers_say_so_on_every_page() -> None:
    rendered = render_receipt(receipt_row(is_sample=True))

    assert text_of(rendered.pdf).count("DỮ LIỆU MINH HỌA") == 2


def one_line(pdf: bytes) -> str:
    """The text of a paper without its line ends."""
    return " ".join(text_of(pdf).split())


def two_phases(**changes: object) -> Rendered:
    """The receipt of a lost land certificate: four legs at two agencies, three waits outside."""
    branch = "Chi nhánh Văn phòng đăng ký đất đai khu vực 1"
    stops = ((branch, 24), ("Phòng Kinh tế phường Đầm Sen", 25), (branch, 26), (branch, 27))
    row = receipt_row(
        request="Cấp lại Giấy chứng nhận quyền sử dụng đất do bị mất",
        papers=(PaperRow("Đơn đăng ký biến động đất đai (Mẫu số 18)", originals=1),),
        legs=tuple(
            LegRow(agency, datetime(2026, 11, day, 7, 30, tzinfo=UTC)) for agency, day in stops
        ),
        fees=(FeeRow("Lệ phí cấp Giấy chứng nhận", 50_000),),
        first_phase=datetime(2026, 11, 26, 7, 30, tzinfo=UTC),
        second_phase=PhaseRow(),
        uncounted=("Thời gian niêm yết công khai", "Xác định nghĩa vụ tài chính", "Nộp tiền"),
    )
    return render_receipt(replace(row, **changes))


def test_a_procedure_in_two_phases_dates_the_first_and_leaves_room_for_the_second() -> None:
    text = one_line(two_phases().pdf)

    assert "Trong đó giai đoạn 1 xong trước: 14 giờ 30 phút, ngày 26 tháng 11" in text
    assert in_order(text, ["giai đoạn 2, nếu có", "giai đoạn 2, nếu có"])
    assert "theo: Thời gian niêm yết công khai; Xác định nghĩa vụ tài chính; Nộp tiền." in text


def test_it_still_fits_one_sheet_for_each_copy() -> None:
    made = two_phases()

    assert len(PdfReader(BytesIO(made.pdf)).pages) == len(COPIES)
    assert overlaps(boxes_of(made.pdf)) == []
    assert one_line(made.pdf).count("khu vực 1: xong trước") == 3 * len(COPIES)


def test_a_corrected_receipt_says_what_it_replaces_and_the_first_promise() -> None:
    row = receipt_row(
        replaced_at=datetime(2026, 11, 23, 1, 15, tzinfo=UTC),
        first_due_at=datetime(2026, 11, 25, 9, 0, tzinfo=UTC),
    )

    text = one_line(render_receipt(row).pdf)

    assert "Giấy này thay giấy in ngày 23/11/2026; giấy cũ không còn giá trị." in text
    assert "Hẹn trả lần đầu: 16 giờ 00 phút, ngày 25/11/2026." in text
