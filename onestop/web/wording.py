"""The words for what is done to dossiers: actions, reasons, steps, pauses, papers, events."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from flask import Flask

from onestop.domain.dossier import StepStatus
from onestop.domain.events import Channel, Delivery, Ground, PauseKind, ProposalKind
from onestop.domain.explanation import RowKind
from onestop.domain.procedures import PaperKind
from onestop.domain.routes import StepKind
from onestop.domain.standings import Standing
from onestop.domain.statuses import Action
from onestop.domain.working_time import Amount, Scale
from onestop.queries.dossier_rows import Named
from onestop.web.filters import days_late
from onestop.web.labels import label
from onestop.web.language import gettext, is_english, ngettext
from onestop.web.messages.entry import N_

ACTIONS = {
    Action.ACCEPT_STEP: N_("Nhận xử lý"),
    Action.FINISH_STEP: N_("Hoàn thành, chuyển bước"),
    Action.SEND_BACK: N_("Trả lại bước trước"),
    Action.REQUEST_SUPPLEMENT: N_("Yêu cầu bổ sung"),
    Action.TAKE_IN_SUPPLEMENT: N_("Nhận giấy tờ bổ sung"),
    Action.REQUEST_PAYMENT: N_("Yêu cầu nộp tiền"),
    Action.TAKE_IN_PAYMENT: N_("Nhận chứng từ nộp tiền"),
    Action.SUSPEND: N_("Tạm dừng xử lý hồ sơ"),
    Action.RESUME: N_("Tiếp tục xử lý"),
    Action.STOP: N_("Dừng xử lý hồ sơ"),
    Action.WITHDRAW: N_("Cho rút hồ sơ"),
    Action.VOID: N_("Hủy tiếp nhận"),
    Action.ACCEPT_RESULT: N_("Nhận kết quả về quầy"),
    Action.RETURN_RESULT: N_("Trả kết quả cho công dân"),
    Action.REOPEN: N_("Mở lại hồ sơ"),
    Action.REFUND: N_("Hoàn trả phí, lệ phí"),
    Action.REFUSE_STEP: N_("Từ chối nhận"),
    Action.REASSIGN: N_("Phân công lại"),
    Action.PROPOSE_SUPPLEMENT: N_("Đề nghị yêu cầu bổ sung lần nữa"),
    Action.APPROVE_SUPPLEMENT: N_("Đồng ý yêu cầu bổ sung"),
    Action.DRAFT_EXTENSION: N_("Trình xin lỗi và hẹn lại"),
    Action.EXTEND: N_("Ký xin lỗi và hẹn lại"),
    Action.DECLINE: N_("Không đồng ý"),
    Action.CORRECT: N_("Đính chính hồ sơ"),
}
FINISHING = {
    StepKind.CONSULT: N_("Gửi ý kiến trả lời"),
    StepKind.REVIEW: N_("Duyệt, chuyển tiếp"),
    StepKind.SIGN: N_("Đã ký, chuyển tiếp"),
    StepKind.REGISTER: N_("Vào sổ, chuyển kết quả"),
}
"""What finishing is called in steps that have a word of their own."""
SENDING = {
    Action.REQUEST_SUPPLEMENT: N_("Gửi yêu cầu bổ sung"),
    Action.REQUEST_PAYMENT: N_("Gửi yêu cầu nộp tiền"),
    Action.PROPOSE_SUPPLEMENT: N_("Gửi lãnh đạo duyệt"),
    Action.DRAFT_EXTENSION: N_("Gửi lãnh đạo ký"),
    Action.REFUND: N_("Đã đưa tiền cho công dân"),
}
"""What the button at the end of a form says where it is more than the one that opened it."""
FOR_SIGNATURE = N_("Trình ký")
TAKE_OVER = N_("Nhận thay %(person)s")

DONE = {
    Action.ACCEPT_STEP: N_("Ông/bà đã nhận xử lý hồ sơ %(code)s."),
    Action.FINISH_STEP: N_("Đã hoàn thành bước và chuyển hồ sơ %(code)s."),
    Action.SEND_BACK: N_("Đã trả hồ sơ %(code)s về bước trước."),
    Action.REQUEST_SUPPLEMENT: N_(
        "Đã yêu cầu bổ sung hồ sơ %(code)s. Thời hạn tạm dừng từ lúc này."
    ),
    Action.TAKE_IN_SUPPLEMENT: N_("Đã nhận giấy tờ bổ sung. Hồ sơ %(code)s được tính giờ tiếp."),
    Action.REQUEST_PAYMENT: N_("Đã yêu cầu nộp tiền. Thời hạn hồ sơ %(code)s tạm dừng từ lúc này."),
    Action.TAKE_IN_PAYMENT: N_("Đã nhận chứng từ nộp tiền. Hồ sơ %(code)s được tính giờ tiếp."),
    Action.SUSPEND: N_("Đã tạm dừng xử lý hồ sơ %(code)s."),
    Action.RESUME: N_("Hồ sơ %(code)s được xử lý tiếp."),
    Action.STOP: N_("Đã dừng xử lý hồ sơ %(code)s."),
    Action.WITHDRAW: N_("Đã cho rút hồ sơ %(code)s."),
    Action.VOID: N_("Đã hủy tiếp nhận. Số hồ sơ %(code)s được giữ lại và ghi là đã hủy."),
    Action.ACCEPT_RESULT: N_("Đã nhận kết quả hồ sơ %(code)s về quầy. Có thể mời công dân."),
    Action.RETURN_RESULT: N_("Đã trả kết quả hồ sơ %(code)s."),
    Action.REFUSE_STEP: N_("Đã từ chối nhận. Hồ sơ %(code)s về lại nơi đã chuyển."),
    Action.REASSIGN: N_("Đã phân công lại bước của hồ sơ %(code)s. Hạn của bước giữ nguyên."),
    Action.PROPOSE_SUPPLEMENT: N_(
        "Đã gửi đề nghị lên lãnh đạo. Hồ sơ %(code)s vẫn được tính giờ trong lúc chờ."
    ),
    Action.APPROVE_SUPPLEMENT: N_(
        "Đã đồng ý yêu cầu bổ sung. Thời hạn hồ sơ %(code)s tạm dừng từ lúc này."
    ),
    Action.DRAFT_EXTENSION: N_("Đã trình lãnh đạo văn bản xin lỗi và hẹn lại hồ sơ %(code)s."),
    Action.EXTEND: N_("Đã ký xin lỗi và hẹn lại hồ sơ %(code)s. Mốc xét đúng hạn giữ nguyên."),
    Action.DECLINE: N_("Đã trả lại đề nghị về hồ sơ %(code)s."),
    Action.REOPEN: N_("Đã mở lại hồ sơ %(code)s."),
    Action.REFUND: N_("Đã ghi hoàn trả phí, lệ phí của hồ sơ %(code)s vào két hôm nay."),
}

REASONS = {
    "heavy_load": N_("Số lượng hồ sơ nhiều"),
    "awaiting_other_agency": N_("Chờ cơ quan khác trả lời"),
    "complex_case": N_("Hồ sơ phức tạp, cần kiểm tra kỹ"),
    "field_survey": N_("Chờ xác minh, kiểm tra thực địa"),
    "system_fault": N_("Lỗi hệ thống, mất mạng, mất điện"),
    "staff_absent": N_("Cán bộ vắng mặt, chưa có người thay"),
    "wrong_content": N_("Nội dung dự thảo chưa đúng"),
    "wrong_form": N_("Sai thể thức, sai mẫu"),
    "papers_not_checked": N_("Giấy tờ chưa được kiểm tra đủ"),
    "data_wrong": N_("Thông tin nhập chưa khớp với giấy tờ"),
    "paper_missing": N_("Thiếu giấy tờ theo quy định"),
    "paper_unclear": N_("Giấy tờ mờ, rách hoặc không đọc được"),
    "paper_expired": N_("Giấy tờ đã hết giá trị sử dụng"),
    "content_mismatch": N_("Nội dung các giấy tờ không khớp nhau"),
    "financial_obligation": N_("Thực hiện nghĩa vụ tài chính"),
    "fee_unpaid": N_("Chưa nộp phí, lệ phí"),
    "fee_difference": N_("Nộp thêm phần phí còn thiếu"),
    "awaiting_court": N_("Chờ kết quả của tòa án, cơ quan có thẩm quyền"),
    "awaiting_verification": N_("Chờ kết quả xác minh"),
    "dispute": N_("Đang có tranh chấp, khiếu nại"),
    "force_majeure": N_("Thiên tai, dịch bệnh, sự cố bất khả kháng"),
    "supplement_not_brought": N_("Quá hạn mà công dân không bổ sung"),
    "payment_not_made": N_("Quá hạn mà công dân không nộp tiền"),
    "not_eligible": N_("Không đủ điều kiện giải quyết"),
    "papers_not_genuine": N_("Giấy tờ có dấu hiệu bị sửa chữa, giả mạo"),
    "already_settled": N_("Việc này đã được giải quyết và đã trả kết quả"),
    "stopped": N_("Hồ sơ dừng giải quyết, thông báo ghi hoàn trả"),
    "withdrawn": N_("Công dân rút hồ sơ"),
    "refused": N_("Hồ sơ bị từ chối giải quyết"),
    "paid_wrongly": N_("Thu nhầm hoặc nhập nhầm số tiền"),
    "applicant_wish": N_("Công dân có đơn đề nghị rút"),
    "wrong_procedure": N_("Nộp nhầm thủ tục"),
    "will_file_again": N_("Công dân sẽ nộp lại sau"),
    "wrong_person": N_("Nhập nhầm người"),
    "entered_twice": N_("Nhập trùng hồ sơ"),
    "papers_given_back": N_("Công dân đã nhận lại giấy tờ"),
    "not_our_task": N_("Không thuộc nhiệm vụ của cơ quan này"),
    "papers_not_handed_over": N_("Chưa nhận được bản giấy"),
    "papers_incomplete": N_("Giấy tờ chuyển đến chưa đủ"),
    "absence": N_("Người được giao vắng mặt"),
    "workload": N_("Người được giao đang có quá nhiều việc"),
    "expertise": N_("Cần người có chuyên môn phù hợp"),
    "conflict_of_interest": N_("Người được giao có liên quan đến chủ hồ sơ"),
    "not_needed": N_("Không cần thiết"),
    "asked_already": N_("Nội dung này đã yêu cầu rồi"),
    "can_be_in_time": N_("Vẫn kịp làm đúng hạn"),
    "wrong_agency": N_("Nhầm cơ quan giải quyết"),
    "result_wrong": N_("Kết quả có sai sót"),
    "complaint_upheld": N_("Khiếu nại được chấp nhận"),
    "stopped_in_error": N_("Đã dừng do nhầm lẫn"),
    "not_counted": N_("Thời gian của bước này không tính vào thời hạn"),
    "other": N_("Lý do khác (ghi rõ)"),
}

STEP_KINDS = {
    StepKind.RECEIVE: N_("Tiếp nhận"),
    StepKind.WORK: N_("Thụ lý"),
    StepKind.CONSULT: N_("Lấy ý kiến"),
    StepKind.REVIEW: N_("Xem xét, duyệt"),
    StepKind.SIGN: N_("Ký"),
    StepKind.REGISTER: N_("Vào sổ, đóng dấu"),
    StepKind.AWAIT_CITIZEN: N_("Chờ công dân"),
    StepKind.RETURN: N_("Trả kết quả"),
}
STEP_STATUSES = {
    StepStatus.OFFERED: N_("Mới giao, chưa nhận"),
    StepStatus.OPEN: N_("Đang xử lý"),
    StepStatus.DONE: N_("Đã xong"),
    StepStatus.WITHDRAWN: N_("Đã thu hồi"),
    StepStatus.STALE: N_("Phải làm lại"),
}
PAUSES = {
    PauseKind.SUPPLEMENT: N_("Chờ công dân bổ sung giấy tờ"),
    PauseKind.PAYMENT: N_("Chờ công dân nộp tiền"),
    PauseKind.SUSPENSION: N_("Tạm dừng xử lý"),
    PauseKind.UNCOUNTED: N_("Không tính vào thời hạn"),
}
PROPOSALS = {
    ProposalKind.SUPPLEMENT: N_("Yêu cầu công dân bổ sung lần nữa"),
    ProposalKind.EXTENSION: N_("Xin lỗi và hẹn lại ngày trả kết quả"),
}
GROUNDS = {
    Ground.FIRST: N_("Hẹn lần đầu"),
    Ground.PAUSE: N_("Tính lại sau khi tạm dừng"),
    Ground.CALENDAR: N_("Lịch nghỉ thay đổi"),
    Ground.CORRECTION: N_("Đính chính"),
    Ground.EXTENSION: N_("Xin lỗi và hẹn lại"),
    Ground.REOPEN: N_("Hẹn khi giải quyết lại"),
}
CHANNELS = {
    Channel.DIRECT: N_("Trực tiếp tại quầy"),
    Channel.POSTAL: N_("Qua bưu chính công ích"),
    Channel.PORTAL: N_("Cổng Dịch vụ công"),
    Channel.VNEID: N_("Ứng dụng VNeID"),
}
DELIVERIES = {
    Delivery.DESK: N_("Nhận tại quầy"),
    Delivery.POSTAL: N_("Nhận qua bưu chính"),
    Delivery.ELECTRONIC: N_("Nhận bản điện tử"),
}
PAPER_KINDS = {
    PaperKind.ORIGINAL: N_("Bản chính"),
    PaperKind.CERTIFIED: N_("Bản sao chứng thực"),
    PaperKind.COPY: N_("Bản sao"),
    PaperKind.ELECTRONIC: N_("Bản điện tử"),
}
QUESTIONS = {
    "late": N_("Đăng ký quá hạn"),
    "pages": N_("Số trang một bản"),
    "copies": N_("Số bản sao"),
}
OUTCOMES = {
    "granted": N_("Có kết quả giải quyết"),
    "refused": N_("Văn bản từ chối giải quyết"),
}
DOCUMENTS = {
    "receipt": N_("Giấy tiếp nhận hồ sơ và hẹn trả kết quả"),
    "bulk_receipt": N_("Giấy tiếp nhận chung nhiều hồ sơ"),
    "supplement_request": N_("Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ"),
    "rejection": N_("Phiếu từ chối tiếp nhận giải quyết hồ sơ"),
    "apology_extension": N_("Văn bản xin lỗi và hẹn lại ngày trả"),
    "stop_notice": N_("Thông báo dừng giải quyết hồ sơ"),
    "control_slip": N_("Phiếu kiểm soát quá trình giải quyết hồ sơ"),
    "tracking_book": N_("Sổ theo dõi hồ sơ"),
    "handover_list": N_("Phiếu bàn giao hồ sơ giấy"),
    "result_list": N_("Phiếu bàn giao kết quả"),
    "result_receipt": N_("Giấy biên nhận trả kết quả"),
    "fee_receipt": N_("Biên lai thu phí, lệ phí"),
    "fee_sheet": N_("Bảng kê thu phí, lệ phí"),
    "overdue_list": N_("Danh sách hồ sơ quá hạn"),
    "day_sheet": N_("Bảng ngày của Bộ phận Một cửa"),
}
ROWS = {
    RowKind.STARTS: N_("Tiếp nhận"),
    RowKind.MOVED_TO_OPENING: N_("Ngoài giờ làm việc: tính từ giờ mở cửa"),
    RowKind.MOVED_TO_NEXT_DAY: N_("Tính từ ngày làm việc tiếp theo"),
    RowKind.COUNTED: N_("Tính vào thời hạn"),
    RowKind.MAKEUP: N_("Ngày làm bù: tính vào thời hạn"),
    RowKind.LUNCH: N_("Nghỉ trưa: không tính"),
    RowKind.SKIPPED_WEEKLY: N_("Ngày nghỉ hằng tuần: không tính"),
    RowKind.SKIPPED_HOLIDAY: N_("Ngày lễ: không tính"),
    RowKind.SKIPPED_COMPENSATORY: N_("Ngày nghỉ bù, hoán đổi: không tính"),
    RowKind.PAUSE: N_("Tạm dừng: không tính"),
    RowKind.SHIFTED: N_("Lùi đến giờ làm việc"),
    RowKind.DUE: N_("Hẹn trả kết quả"),
}

_WORDS: Mapping[type, Mapping[Any, str]] = {
    Action: ACTIONS,
    StepKind: STEP_KINDS,
    StepStatus: STEP_STATUSES,
    PauseKind: PAUSES,
    ProposalKind: PROPOSALS,
    Ground: GROUNDS,
    Channel: CHANNELS,
    Delivery: DELIVERIES,
    PaperKind: PAPER_KINDS,
    RowKind: ROWS,
}


def words(code: object) -> str:
    """Return what a code of the domain is called, in the language of the request."""
    return gettext(_WORDS[type(code)][code])


def reason_words(code: str) -> str:
    """Return a reason; a code of an older list is shown as it was stored."""
    return gettext(REASONS[code]) if code in REASONS else code


def document_words(kind: str) -> str:
    """Return the title of a document."""
    return gettext(DOCUMENTS[kind]) if kind in DOCUMENTS else kind


def paper_kind_words(kind: str) -> str:
    """Return in which form a paper was handed in."""
    return words(PaperKind(kind)) if kind in tuple(PaperKind) else kind


def question_words(name: str) -> str:
    """Return what a fee asks for."""
    return gettext(QUESTIONS[name]) if name in QUESTIONS else name


def outcome_words(outcome: str) -> str:
    """Return what kind of result the desk holds."""
    return gettext(OUTCOMES[outcome]) if outcome in OUTCOMES else outcome


def either(name: Named | None) -> str:
    """Return the name in the language of the request."""
    if name is None:
        return ""
    return name.en if is_english() else name.vi


def amount_words(amount: Amount, places: int = 1) -> str:
    """Return working time in words: "3 giờ 20 phút làm việc", "1,5 ngày làm việc".

    `places` are the decimals of days; parts that a reader adds up need two.
    """
    if amount.scale is Scale.MINUTES:
        hours, minutes = divmod(int(amount.value), 60)
        if not hours:
            return ngettext("%(num)s phút làm việc", "%(num)s phút làm việc", minutes)
        if not minutes:
            return ngettext("%(num)s giờ làm việc", "%(num)s giờ làm việc", hours)
        return gettext("%(hours)s giờ %(minutes)s phút làm việc", hours=hours, minutes=minutes)
    if places == 1 and 0 < amount.value < Fraction(1, 10):
        return gettext("chưa đến 0,1 ngày làm việc")
    exact = Decimal(amount.value.numerator) / Decimal(amount.value.denominator)
    shown = f"{exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP).normalize():f}"
    if "." not in shown:
        return ngettext("%(num)s ngày làm việc", "%(num)s ngày làm việc", int(shown))
    return gettext(
        "%(amount)s ngày làm việc", amount=shown if is_english() else shown.replace(".", ",")
    )


def step_due(standing: Standing, days: int | None) -> str:
    """Return how the limit of a step stands; its dossier is promised for another day."""
    if standing is Standing.PAUSED or days is None:
        return label(standing).text
    if standing is Standing.OVERDUE:
        return days_late(days)
    if days <= 0:
        return gettext("Đến hạn hôm nay")
    return ngettext("Còn %(num)s ngày làm việc", "Còn %(num)s ngày làm việc", days)


def init_wording(app: Flask) -> None:
    """Give templates `words`, `reason_words`, `either` and the others of this module."""
    app.jinja_env.globals.update(
        words=words,
        reason_words=reason_words,
        document_words=document_words,
        paper_kind_words=paper_kind_words,
        question_words=question_words,
        outcome_words=outcome_words,
        either=either,
        amount_words=amount_words,
        step_due=step_due,
    )
