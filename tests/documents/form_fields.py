"""The fields of every statutory form in the order of its circular, and where a paper has them.

`python -m tests.documents.form_fields` prints the table: form, field, present, in order.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pypdfium2 as pdfium

from onestop.documents.renderers import RENDERERS
from onestop.documents.tracking_book import COLUMNS, render_tracking_book
from onestop.domain.form_editions import FormKind, form_edition_on
from onestop.inputs.form_editions import form_editions
from onestop.queries.paper_rows import form_row
from onestop.queries.papers import FeeRow, FormRow, PhaseRow
from tests.documents.paper_rows import (
    CODE,
    apology_row,
    control_slip_row,
    receipt_row,
    rejection_row,
    stop_notice_row,
    supplement_row,
)
from tests.documents.test_tracking_book import ROW as BOOK_LINE
from tests.documents.test_tracking_book import head as book_head

EDITIONS = ("2018", "2025")
KINDS = tuple(FormKind)
TITLES = {
    ("receipt", "2018"): ("01", "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ"),
    ("receipt", "2025"): ("01", "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ"),
    ("supplement_request", "2018"): ("02", "PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ"),
    ("supplement_request", "2025"): ("02", "PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ"),
    ("rejection", "2018"): ("03", "PHIẾU TỪ CHỐI TIẾP NHẬN GIẢI QUYẾT HỒ SƠ"),
    ("rejection", "2025"): ("03", "PHIẾU TỪ CHỐI TIẾP NHẬN GIẢI QUYẾT HỒ SƠ"),
    ("apology_extension", "2018"): ("04", "PHIẾU XIN LỖI VÀ HẸN LẠI NGÀY TRẢ KẾT QUẢ"),
    ("apology_extension", "2025"): (
        "04",
        "VĂN BẢN XIN LỖI VÀ ĐỀ NGHỊ GIA HẠN THỜI GIAN GIẢI QUYẾT",
    ),
    # The edition of 2018 has no such form (docs/decisions): the title without a number.
    ("stop_notice", "2018"): ("", "THÔNG BÁO DỪNG GIẢI QUYẾT HỒ SƠ"),
    ("stop_notice", "2025"): ("05", "THÔNG BÁO DỪNG GIẢI QUYẾT HỒ SƠ"),
    ("control_slip", "2018"): ("05", "PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ"),
    ("control_slip", "2025"): ("06", "PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ"),
    ("tracking_book", "2018"): ("06", "SỔ THEO DÕI HỒ SƠ"),
    ("tracking_book", "2025"): ("07", "SỔ THEO DÕI HỒ SƠ"),
}
CIRCULARS = {"2018": "Thông tư số 01/2018/TT-VPCP", "2025": "Thông tư số 03/2025/TT-VPCP"}

# Left and right block of the letterhead; each is read downwards by itself.
LEFT = ("ỦY BAN NHÂN DÂN", "TRUNG TÂM PHỤC VỤ", "Số:")
RIGHT = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "An Bình, ngày 23")
HANDLER = ("TỈNH THÁI SƠN", "ỦY BAN NHÂN DÂN XÃ AN BÌNH", "Số:")
LEFTS = {FormKind.APOLOGY_EXTENSION: HANDLER, FormKind.STOP_NOTICE: HANDLER}

COLUMN = "|"
"""Here a column of a table begins: it is read downwards from below the headings."""
FIELDS: dict[FormKind, tuple[str, ...]] = {
    FormKind.RECEIPT: (
        "{title}",
        f"Mã hồ sơ: {CODE}",
        "(Liên 1: Lưu)",
        "Trung tâm Phục vụ hành chính công/Bộ phận tiếp nhận và trả kết quả:",
        "Tiếp nhận hồ sơ của: Nguyễn Thị Đào",
        "Số định danh cá nhân/Căn cước/Hộ chiếu: 001300123456",
        "Người nộp hồ sơ: Nguyễn Văn Mẫu",
        "Địa chỉ: Thôn Đông Hạ",
        "Số điện thoại: 0912 345 678",
        "Email: dao.nguyen@example.vn",
        "Nội dung yêu cầu giải quyết: Liên thông",
        "1. Thành phần hồ sơ nộp gồm:",
        "2. Số lượng hồ sơ: 01 (bộ)",
        "3. Thời gian giải quyết hồ sơ theo quy định là: 4 ngày làm việc",
        "4. Thời gian nhận hồ sơ: 8 giờ 15 phút, ngày 23 tháng 11 năm 2026",
        "5. Thời gian trả kết quả giải quyết hồ sơ: 8 giờ 15 phút, ngày 27 tháng 11 năm 2026",
        "Thời gian nhận hồ sơ (giai đoạn 2, nếu có):",
        "Thời gian trả kết quả (giai đoạn 2, nếu có):",
        "6. Đăng ký nhận kết quả tại: Trung tâm",
        "Phí, lệ phí (nếu có): Lệ phí: 15.000 đồng",
        "Vào Sổ theo dõi hồ sơ, Quyển số: 01/2026",
        "Số thứ tự: 0842",
        "NGƯỜI NỘP HỒ SƠ",
        "NGƯỜI TIẾP NHẬN HỒ SƠ",
        "(Ký và ghi rõ họ tên)",
        "Lê Quốc Ưng",
        "Ghi chú: Giấy này lập thành hai liên",
        "– Công an xã An Bình: xong trước 16 giờ 30 phút, ngày 26/11/2026",
    ),
    FormKind.SUPPLEMENT_REQUEST: (
        "{title}",
        "Bộ phận tiếp nhận và trả kết quả: Trung tâm",
        "Hồ sơ của: Nguyễn Thị Đào",
        "Nội dung yêu cầu giải quyết: Cấp giấy phép",
        "Địa chỉ: Thôn Đông Hạ",
        "Số điện thoại: 0912 345 678",
        "Email: dao.nguyen@example.vn",
        "Yêu cầu Ông/Bà hoàn thiện hồ sơ gồm những nội dung như sau:",
        "1. Bản vẽ mặt bằng",
        "2. Giấy tờ chứng minh",
        "3. Bản cam kết",
        "Lý do: Hồ sơ chưa đủ",
        "Ông/Bà liên hệ với",
        "NGƯỜI HƯỚNG DẪN",
        "(Ký và ghi rõ họ tên)",
        "Phạm Hữu Ước",
    ),
    FormKind.REJECTION: (
        "{title}",
        "Bộ phận tiếp nhận và trả kết quả: Trung tâm",
        "Tiếp nhận hồ sơ của: Nguyễn Thị Đào",
        "Địa chỉ: Thôn Đông Hạ",
        "Số điện thoại: 0912 345 678",
        "Email: dao.nguyen@example.vn",
        "Nội dung yêu cầu giải quyết: Đăng ký lại khai sinh",
        "với lý do cụ thể như sau:",
        "Nơi đăng ký khai sinh trước đây",
        "Xin thông báo cho Ông/Bà được biết và thực hiện.",
        "NGƯỜI NỘP HỒ SƠ",
        "NGƯỜI TIẾP NHẬN HỒ SƠ",
        "(Ký và ghi rõ họ tên)",
        "Lê Quốc Ưng",
    ),
    FormKind.APOLOGY_EXTENSION: (
        "{title}",
        "Kính gửi: Nguyễn Thị Đào",
        "Địa chỉ: Thôn Đông Hạ",
        "Số điện thoại: 0912 345 678",
        "Vào ngày 16 tháng 11 năm 2026",
        f"Mã số hồ sơ: {CODE}",
        "Thời gian hẹn trả kết quả: 8 giờ 15 phút, ngày 25 tháng 11 năm 2026",
        "chưa giải quyết xong nên không trả được kết quả",
        "Lý do: Cần xác minh, kiểm tra thực địa.",
        "xin lỗi Ông/Bà về sự chậm trễ này",
        "Thời gian hẹn trả kết quả lại: 8 giờ 15 phút, ngày 27 tháng 11 năm 2026",
        "Rất mong Ông/Bà thông cảm.",
        "Nơi nhận:",
        "THỦ TRƯỞNG CƠ QUAN, ĐƠN VỊ",
        "- Như trên;",
        "- Trung tâm Phục vụ",
        "- Lưu: VT.",
        "Phạm Văn Hùng",
    ),
    FormKind.STOP_NOTICE: (
        "{title}",
        "Kính gửi: Nguyễn Thị Đào",
        f"Mã hồ sơ: {CODE}",
        "Thủ tục: Cấp giấy phép xây dựng",
        "Thời gian tiếp nhận: 8 giờ 15 phút, ngày 16 tháng 11 năm 2026",
        "Người đề nghị dừng: Phạm Văn Hùng",
        "Căn cứ, lý do dừng: Không đủ điều kiện",
        "Giai đoạn giải quyết khi dừng: Thẩm định hồ sơ",
        "dừng giải quyết hồ sơ nêu trên từ 8 giờ 15 phút",
        "Thời gian hẹn trả kết quả không còn hiệu lực.",
        "Phí, lệ phí đã nộp: Lệ phí cấp giấy phép xây dựng: 75.000 đồng",
        "Nơi nhận:",
        "CHỦ TỊCH",
        "- Như trên;",
        "- Lưu: VT.",
        "Phạm Văn Hùng",
    ),
    FormKind.CONTROL_SLIP: (
        "Quyển số: 01/2026, Số thứ tự: 0842",
        "{title}",
        "Kèm theo hồ sơ của: Nguyễn Thị Đào",
        f"Mã hồ sơ: {CODE}",
        "Ngày nhận: ngày 23 tháng 11 năm 2026",
        "Ngày, giờ hẹn trả kết quả: 8 giờ 15 phút, ngày 27 tháng 11 năm 2026",
        "Cơ quan (bộ phận) giải quyết hồ sơ: Ủy ban",
        "Cơ quan phối hợp giải quyết hồ sơ: Công an",
        "TÊN CƠ QUAN",
        "THỜI GIAN GIAO, NHẬN HỒ SƠ",
        "KẾT QUẢ",
        "GHI CHÚ",
        COLUMN,
        "1. Giao: Trung tâm",
        "2. Nhận:",
        COLUMN,
        "Giao: 8 giờ 20 phút, ngày 23/11/2026",
        "Người giao: Lê Quốc Ưng",
        "Nhận: 8 giờ 45 phút, ngày 23/11/2026",
        "Người nhận: Đỗ Thị Ánh",
        COLUMN,
        "Trước hạn",
    ),
    FormKind.TRACKING_BOOK: ("{title}", *(heading for _, heading, _ in COLUMNS)),
}
ACROSS = {
    "TÊN CƠ QUAN",
    "THỜI GIAN GIAO, NHẬN HỒ SƠ",
    "KẾT QUẢ",
    "GHI CHÚ",
    *(heading for _, heading, _ in COLUMNS),
}
"""Headings of columns: read from left to right."""
ROWS: dict[FormKind, Callable[..., Any]] = {
    FormKind.RECEIPT: receipt_row,
    FormKind.SUPPLEMENT_REQUEST: supplement_row,
    FormKind.REJECTION: rejection_row,
    FormKind.APOLOGY_EXTENSION: apology_row,
    FormKind.STOP_NOTICE: stop_notice_row,
    FormKind.CONTROL_SLIP: control_slip_row,
}


@dataclass(frozen=True, slots=True)
class Found:
    """One field of one form in one edition, and whether it was where it belongs."""

    edition: str
    kind: FormKind
    field: str
    present: bool
    in_order: bool


def heading_of(kind: FormKind, edition: str) -> FormRow:
    """The form as the edition's file has it."""
    editions = form_editions()
    wanted = next(one for one in editions if one.key == edition)
    assert form_edition_on(editions, wanted.valid_from) is wanted
    return form_row(editions, wanted, kind)


def paper_of(kind: FormKind, edition: str, **changes: Any) -> bytes:
    """The form in an edition, filled in as far as it goes."""
    form = heading_of(kind, edition)
    if kind is FormKind.TRACKING_BOOK:
        return render_tracking_book(book_head(1, form=form), [BOOK_LINE]).pdf
    row = ROWS[kind](form=form)
    if kind is FormKind.RECEIPT:
        row = replace(
            row,
            applicant=replace(row.applicant, id_number="001300123456"),
            submitter=replace(row.applicant, name="Nguyễn Văn Mẫu"),
            second_phase=PhaseRow(),
            fees=(FeeRow("Lệ phí", 15_000),),
        )
    return RENDERERS[kind.value](replace(row, **changes)).pdf


def checked(kind: FormKind, edition: str) -> Iterator[Found]:
    """Every field of a form: whether the paper has it, and below or beside the one before it."""
    number, title = TITLES[kind.value, edition]
    left = LEFTS.get(kind, LEFT)
    mark = f"Mẫu số {number}, {CIRCULARS[edition]}" if number else ""
    with pdfium.PdfDocument(paper_of(kind, edition)) as document:
        words = _Words(document)
        heads = [] if kind is FormKind.TRACKING_BOOK else [left, RIGHT]
        if mark:
            heads.append((mark,))
        for block in heads:
            words.begin()
            for field in block:
                yield Found(edition, kind, field, *words.after(field))
        words.begin()
        for field in FIELDS[kind]:
            if field == COLUMN:
                words.begin_column()
                continue
            yield Found(edition, kind, field, *words.after(field.format(title=title)))


class _Words:
    """All text of a document without spaces, with the place of each letter on its pages."""

    def __init__(self, document: pdfium.PdfDocument) -> None:
        self.letters: list[tuple[str, int, float, float]] = []
        for number, page in enumerate(document):
            text = page.get_textpage()
            for n in range(text.count_chars()):
                letter = text.get_text_range(n, 1)
                if letter.strip():
                    left, _, _, top = text.get_charbox(n, loose=True)
                    self.letters.append((letter, number, left, top))
        self.text = "".join(letter for letter, *_ in self.letters)
        self.last: tuple[int, float, float] | None = None
        self.head: tuple[int, float, float] | None = None

    def begin(self) -> None:
        """Forget the field before: another block of the page begins."""
        self.last = self.head = None

    def begin_column(self) -> None:
        """Go back to the headings of the table."""
        self.head = self.head or self.last
        self.last = self.head

    def after(self, field: str) -> tuple[bool, bool]:
        """Whether the field is there, and not above the one before it (or left of it, across)."""
        wanted = "".join(field.split())
        places = []
        at = self.text.find(wanted)
        while at >= 0:
            _, page, left, top = self.letters[at]
            places.append((page, -top, left))
            at = self.text.find(wanted, at + 1)
        if not places:
            return False, False
        good = [place for place in places if self._follows(place, across=field in ACROSS)]
        self.last = min(good or places)
        return True, bool(good)

    def _follows(self, place: tuple[int, float, float], *, across: bool) -> bool:
        if self.last is None:
            return True
        (page, y, x), (was_page, was_y, was_x) = place, self.last
        if across and page == was_page and x > was_x:
            return True
        return (page, y) > (was_page, was_y - 4)


def table() -> list[Found]:
    """Every form in every edition."""
    return [one for kind in KINDS for edition in EDITIONS for one in checked(kind, edition)]


def main() -> None:
    """Print the table."""
    for one in table():
        marks = ("yes" if one.present else "NO", "yes" if one.in_order else "NO")
        sys.stdout.write(
            f"{one.edition}  {one.kind:<19}  {marks[0]:<3}  {marks[1]:<3}  {one.field}\n"
        )


if __name__ == "__main__":
    main()
