"""Every fixed text of the statutory forms by key, as printed where an edition says nothing else."""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from onestop.domain.form_editions import FormEdition, FormKind
from onestop.queries.papers import FormRow

EVERY: Final[Mapping[str, str]] = MappingProxyType(
    {
        "form_number": "Mẫu số {number}",
        "digital": "Chữ ký số của Tổ chức",
        "serial": "Số:",
        "nation": "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "motto": "Độc lập - Tự do - Hạnh phúc",
        "code": "Mã hồ sơ:",
        "address": "Địa chỉ:",
        "phone": "Số điện thoại:",
        "email": "Email:",
        "request": "Nội dung yêu cầu giải quyết:",
        "sign_here": "(Ký và ghi rõ họ tên)",
        "continued": "(tiếp theo)",
    }
)
"""Texts that stand on several forms."""

_DUE = "Hẹn trả:"
_RECEIPT = {
    "copy_kept": "(Liên 1: Lưu)",
    "copy_given": "(Liên 2: Giao khách hàng)",
    "copy_online": "(Bản điện tử)",
    "unit": "Trung tâm Phục vụ hành chính công/Bộ phận tiếp nhận và trả kết quả:",
    "applicant": "Tiếp nhận hồ sơ của:",
    "id_number": "Số định danh cá nhân/Căn cước/Hộ chiếu:",
    "submitter": "Người nộp hồ sơ:",
    "papers": "1. Thành phần hồ sơ nộp gồm:",
    "originals": "bản chính",
    "certified": "bản chứng thực",
    "copies": "bản chụp",
    "electronic": "bản điện tử",
    "column_number": "TT",
    "column_paper": "Thành phần hồ sơ",
    "column_originals": "Bản chính",
    "column_certified": "Bản chứng thực",
    "column_copies": "Bản chụp",
    "sets": "2. Số lượng hồ sơ:",
    "sets_unit": "(bộ)",
    "limit": "3. Thời gian giải quyết hồ sơ theo quy định là:",
    "received": "4. Thời gian nhận hồ sơ:",
    "due": "5. Thời gian trả kết quả giải quyết hồ sơ:",
    "first_phase": "Trong đó giai đoạn 1 xong trước:",
    "phase_received": "Thời gian nhận hồ sơ (giai đoạn 2, nếu có):",
    "phase_due": "Thời gian trả kết quả (giai đoạn 2, nếu có):",
    "delivery": "6. Đăng ký nhận kết quả tại:",
    "delivery_postal": "Nhà, qua dịch vụ bưu chính công ích: {place}",
    "delivery_electronic": "Bản điện tử: {place}",
    "fees": "Phí, lệ phí (nếu có):",
    "fees_total": "cộng {total}",
    "book": "Vào Sổ theo dõi hồ sơ, Quyển số:",
    "book_number": "Số thứ tự:",
    "sign_submitter": "NGƯỜI NỘP HỒ SƠ",
    "sign_receiver": "NGƯỜI TIẾP NHẬN HỒ SƠ",
    "note_label": "Ghi chú:",
    "note": "Giấy này lập thành hai liên: một liên kèm theo Phiếu kiểm soát quá trình giải quyết hồ"
    " sơ và lưu tại nơi tiếp nhận, một liên giao cho người nộp hồ sơ. Người nộp có thể đăng ký"
    " nhận kết quả tại nơi tiếp nhận hoặc tại nhà qua dịch vụ bưu chính.",
    "note_online": "Giấy này lập dưới dạng điện tử và gửi cho người nộp hồ sơ; một bản lưu cùng"
    " Phiếu kiểm soát quá trình giải quyết hồ sơ. Người nộp có thể đăng ký nhận kết quả tại nơi"
    " tiếp nhận hoặc tại nhà qua dịch vụ bưu chính.",
    "filed_postal": "Hồ sơ nộp qua dịch vụ bưu chính công ích.",
    "filed_portal": "Hồ sơ nộp trực tuyến trên Cổng Dịch vụ công.",
    "filed_vneid": "Hồ sơ nộp trực tuyến trên ứng dụng VNeID.",
    "leg": "{agency}: xong trước {due}",
    "replaces": "Giấy này thay giấy in ngày {day}; giấy cũ không còn giá trị.",
    "first_due": "Hẹn trả lần đầu: {due}.",
    "uncounted": "Không tính vào thời hạn, ngày hẹn lùi theo: {steps}.",
    "eye_due": _DUE,
    "eye_phone": "ĐT",
    "scan": "Quét mã để biết hồ sơ đang ở đâu, ai đang giữ, khi nào xong.",
    "scan_instead": "Không quét được: mở {host}, nhập mã hồ sơ và mã kiểm tra ghi dưới hình."
    " Mã kiểm tra chỉ dành cho người giữ giấy này.",
    "first_event": "SHA-256 của sự kiện đầu:",
    "anchor": "Neo gần nhất:",
    "check_code": "Mã kiểm tra:",
    "several": "Giấy chung cho {count} hồ sơ của cùng một người nộp, tiếp nhận trong một ngày.",
    "several_sets": "Số hồ sơ tiếp nhận:",
    "several_owner": "Chủ hồ sơ:",
    "several_received": "Nhận:",
    "several_due": _DUE,
    "several_note": "Mỗi hồ sơ có giấy tiếp nhận riêng, ghi thành phần hồ sơ và hẹn của từng cơ"
    " quan; giấy chung này không thay các giấy đó.",
}
_SLIP = {
    "unit": "Bộ phận tiếp nhận và trả kết quả:",
}
_SUPPLEMENT_REQUEST = {
    **_SLIP,
    "applicant": "Hồ sơ của:",
    "ask": "Yêu cầu Ông/Bà hoàn thiện hồ sơ gồm những nội dung như sau:",
    "reason": "Lý do:",
    "bring_by": "Bổ sung chậm nhất:",
    "bring_by_day": "hết ngày {day}",
    "due_if_brought": "Nếu bổ sung đủ trong ngày {day}, dự kiến trả kết quả:",
    "contact": "Trong quá trình hoàn thiện hồ sơ nếu có vướng mắc, Ông/Bà liên hệ với",
    "contact_end": "để được hướng dẫn.",
    "sign_guide": "NGƯỜI HƯỚNG DẪN",
    "bring_slip": "Mang phiếu này khi bổ sung: mã giúp tìm ra hồ sơ.",
    "return": "Khi trở lại, đưa mã này cho cán bộ tiếp nhận.",
    "return_typed": "Không phải khai lại: phần đã kê khai được mở ra từ mã.",
    "return_until": "Nơi tiếp nhận giữ thông tin này đến hết ngày {day}.",
}
_REASONS = {
    "reason_heavy_load": "Số lượng hồ sơ cần giải quyết cùng lúc nhiều.",
    "reason_awaiting_other_agency": "Chưa nhận được ý kiến trả lời của cơ quan phối hợp.",
    "reason_complex_case": "Hồ sơ phức tạp, cần thêm thời gian kiểm tra.",
    "reason_field_survey": "Cần xác minh, kiểm tra thực địa.",
    "reason_system_fault": "Hệ thống, đường truyền hoặc nguồn điện bị gián đoạn.",
    "reason_staff_absent": "Người giải quyết hồ sơ vắng mặt.",
    "reason_supplement_not_brought": "Đã hết thời hạn mà hồ sơ chưa được bổ sung.",
    "reason_payment_not_made": "Đã hết thời hạn mà khoản phải nộp chưa được nộp.",
    "reason_not_eligible": "Không đủ điều kiện giải quyết theo quy định.",
    "reason_dispute": "Đang có tranh chấp, khiếu nại.",
    # The note that goes with it says why.
    "reason_other": "",
}
_REJECTION = {
    **_SLIP,
    "applicant": "Tiếp nhận hồ sơ của:",
    "refuse": "Qua xem xét, nơi tiếp nhận thông báo không tiếp nhận, giải quyết hồ sơ này"
    " với lý do cụ thể như sau:",
    "refuse_handled": "Qua xem xét, {agency} thông báo không giải quyết hồ sơ này với lý do cụ thể"
    " như sau:",
    "result": "Văn bản của cơ quan giải quyết:",
    "result_on": "số {number}, ngày {day}",
    "inform": "Xin thông báo cho Ông/Bà được biết và thực hiện.",
    "bring_slip": "Khi hỏi về hồ sơ, đưa mã này cho cán bộ tiếp nhận.",
    "sign_submitter": "NGƯỜI NỘP HỒ SƠ",
    "sign_receiver": "NGƯỜI TIẾP NHẬN HỒ SƠ",
    "reason_papers_not_genuine": "Giấy tờ có dấu hiệu bị sửa chữa, giả mạo.",
    "reason_already_settled": "Việc này đã được giải quyết và đã trả kết quả.",
    **{f"reason_{why}": _REASONS[f"reason_{why}"] for why in ("not_eligible", "dispute", "other")},
}
_LETTER = {
    "to": "Kính gửi:",
    "reason": "Lý do:",
    "copies": "Nơi nhận:",
    "copy_addressee": "- Như trên;",
    "copy_desk": "- {unit};",
    "copy_file": "- Lưu: VT.",
    "signer": "THỦ TRƯỞNG CƠ QUAN, ĐƠN VỊ",
    "for_head": "KT. {title}",
    "sign_here": "(Ký, ghi rõ họ tên, đóng dấu)",
}
_APOLOGY = {
    **_LETTER,
    "received": "Vào {day}, {agency} đã tiếp nhận để giải quyết hồ sơ của Ông/Bà về việc:"
    " {request}.",
    "code": "Mã số hồ sơ:",
    "promised": "Thời gian hẹn trả kết quả:",
    "cannot": "Đến nay, {agency} chưa giải quyết xong nên không trả được kết quả đúng thời gian đã"
    " hẹn.",
    "sorry": "{agency} xin lỗi Ông/Bà về sự chậm trễ này và đề nghị gia hạn thời gian giải quyết"
    " hồ sơ.",
    "new_due": "Thời gian hẹn trả kết quả lại:",
    "ordinal": "(Gia hạn lần {n}; được gia hạn không quá {most} lần.)",
    "hope": "Rất mong Ông/Bà thông cảm.",
    **{key: text for key, text in _REASONS.items() if "brought" not in key},
}
_STOP = {
    **_LETTER,
    "request": "Thủ tục:",
    "received": "Thời gian tiếp nhận:",
    "promised": "Thời gian hẹn trả kết quả:",
    "asked_by": "Người đề nghị dừng:",
    "asked_by_term": "không có; dừng khi hết thời hạn đã báo cho người nộp hồ sơ",
    "reason": "Căn cứ, lý do dừng:",
    "stage": "Giai đoạn giải quyết khi dừng:",
    "decision": "{agency} dừng giải quyết hồ sơ nêu trên từ {moment}.",
    "effect": "Thời gian hẹn trả kết quả không còn hiệu lực. Ông/Bà nhận lại giấy tờ đã nộp tại"
    " {unit}; nếu còn nhu cầu, Ông/Bà nộp hồ sơ mới.",
    "fees": "Phí, lệ phí đã nộp:",
    "fees_asked": "Khoản nộp theo yêu cầu",
    "fees_none": "chưa nộp khoản nào",
    "fees_kept": "không hoàn trả",
    "fees_returned": "hoàn trả tại {unit}",
    **_REASONS,
}
_CONTROL_SLIP = {
    "book": "Quyển số: {book}, Số thứ tự: {number}",
    "applicant": "Kèm theo hồ sơ của:",
    "received": "Ngày nhận:",
    "due": "Ngày, giờ hẹn trả kết quả:",
    "lead": "Cơ quan (bộ phận) giải quyết hồ sơ:",
    "cooperating": "Cơ quan phối hợp giải quyết hồ sơ:",
    "column_agency": "TÊN CƠ QUAN",
    "column_time": "THỜI GIAN GIAO, NHẬN HỒ SƠ",
    "column_result": "KẾT QUẢ GIẢI QUYẾT HỒ SƠ (Trước hạn / đúng hạn / quá hạn)",
    "column_note": "GHI CHÚ",
    "narrow_agency": "CƠ QUAN",
    "narrow_time": "GIAO, NHẬN",
    "narrow_result": "KẾT QUẢ",
    "from": "1. Giao:",
    "to": "2. Nhận:",
    "given": "Giao:",
    "taken": "Nhận:",
    "giver": "Người giao:",
    "taker": "Người nhận:",
    "stand_in": "{person} (thay {absent})",
    "early": "Trước hạn",
    "on_time": "Đúng hạn",
    "overdue": "Quá hạn",
}
HEADINGS: Final[Mapping[FormKind, Mapping[str, str]]] = MappingProxyType(
    {
        FormKind.RECEIPT: MappingProxyType({**EVERY, **_RECEIPT}),
        FormKind.SUPPLEMENT_REQUEST: MappingProxyType({**EVERY, **_SUPPLEMENT_REQUEST}),
        FormKind.REJECTION: MappingProxyType({**EVERY, **_REJECTION}),
        FormKind.APOLOGY_EXTENSION: MappingProxyType({**EVERY, **_APOLOGY}),
        FormKind.STOP_NOTICE: MappingProxyType({**EVERY, **_STOP}),
        FormKind.CONTROL_SLIP: MappingProxyType({**EVERY, **_CONTROL_SLIP}),
    }
)
"""Kind of form -> key -> text. An edition's file replaces any of them under `headings`.

Words in braces are filled in where the text names them; everything else is printed as it is. The
tracking book has its own columns (onestop/documents/tracking_book.py).
"""
_OURS = {kind.value: texts for kind, texts in HEADINGS.items()}
_PLACE = re.compile(r"\{(\w+)\}")


class Headings:
    """The texts of one form, the edition's before ours. Kinds no circular knows have `EVERY`."""

    def __init__(self, form: FormRow) -> None:
        self.form = form
        self._ours = _OURS.get(form.kind, EVERY)

    def __call__(self, key: str, **values: object) -> str:
        """Return the text called `key`, its places filled. Raises KeyError for an unknown key."""
        return filled(self.form.heading(key, self._ours[key]), **values)

    def reason(self, code: str, note: str) -> str:
        """Return why, as a letter says it: the words of the code, then what was written to it."""
        words = self.form.heading(f"reason_{code}", self._ours.get(f"reason_{code}", code))
        return " ".join(filter(None, (words.strip(), note.strip())))


def filled(text: str, **values: object) -> str:
    """Return `text` with each {name} replaced once; a name nobody gave stays as it is."""
    if not values:
        return text
    return _PLACE.sub(lambda place: str(values.get(place[1], place[0])), text)


def unknown_headings(editions: Iterable[FormEdition]) -> list[str]:
    """Return what the editions' files override that no form prints, "2025: receipt.recieved"."""
    return [
        f"{edition.key}: {kind}.{key}"
        for edition in editions
        for kind, form in edition.forms.items()
        if kind in HEADINGS
        for key in form.headings or {}
        if key not in HEADINGS[kind]
    ]
