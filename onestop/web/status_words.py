"""The words of the status page: each state's headline and what the citizen does about it."""

from onestop.domain.events import Ground
from onestop.domain.public_states import PublicState
from onestop.domain.routes import StepKind
from onestop.web.messages.entry import N_

TITLES: dict[PublicState, str] = {
    PublicState.EMERGENCY_SLIP: N_("Phiếu tiếp nhận dự phòng, thông tin chưa được nhập"),
    PublicState.RECEIVED: N_("Đã tiếp nhận hồ sơ"),
    PublicState.IN_PROGRESS: N_("Hồ sơ đang được xử lý"),
    PublicState.SUPPLEMENT_RECEIVED: N_("Đã nhận giấy tờ bổ sung"),
    PublicState.CONSULTING: N_("Đang chờ ý kiến của %(agency)s"),
    PublicState.FIRST_PHASE_DONE: N_("Đã xong giai đoạn 1"),
    PublicState.MORE_PAPERS: N_("Cần bổ sung giấy tờ"),
    PublicState.FEE_DUE: N_("Cần thực hiện nghĩa vụ tài chính"),
    PublicState.ON_HOLD: N_("Hồ sơ đang tạm dừng giải quyết"),
    PublicState.LATE: N_("Hồ sơ trễ hẹn – Cơ quan xin lỗi Ông/Bà"),
    PublicState.RESULT_READY: N_("Đã có kết quả – kính mời Ông/Bà đến nhận"),
    PublicState.RESULT_BEING_SENT: N_("Đã có kết quả, đang gửi đến Ông/Bà"),
    PublicState.COLLECTED: N_("Đã trả kết quả"),
    PublicState.SENT_BY_POST: N_("Kết quả đã gửi qua bưu chính ngày %(day)s"),
    PublicState.SENT_ELECTRONICALLY: N_("Kết quả điện tử đã được gửi"),
    PublicState.NOT_ACCEPTED: N_("Hồ sơ không được tiếp nhận"),
    PublicState.WITHDRAWN: N_("Hồ sơ đã rút theo yêu cầu của Ông/Bà"),
    PublicState.STOPPED: N_("Hồ sơ đã dừng giải quyết"),
    PublicState.REPLACED: N_("Giấy hẹn này đã được thay bằng bản in ngày %(day)s"),
    PublicState.NOT_FOUND: N_("Không tìm thấy hồ sơ"),
}

NOTHING_TO_DO = N_("Ông/Bà chưa cần làm gì thêm.")
NOT_RECEIVED_YET = N_("Nếu chưa nhận được, xin gọi %(phone)s.")
ENDED_FOR = N_("Lý do: %(reason)s")
COMPLAIN = N_(
    "Nội dung đầy đủ có trong văn bản gửi cho Ông/Bà. Nếu không đồng ý, Ông/Bà có quyền khiếu nại"
    " tại %(agency)s."
)
REFUSAL = N_(
    "Cơ quan từ chối giải quyết hồ sơ này. Lý do ghi trong Phiếu từ chối (Mẫu số 03), giao cùng"
    " kết quả."
)
ACTIONS: dict[PublicState, str] = {
    PublicState.EMERGENCY_SLIP: N_(
        "Nếu hết ngày hôm nay vẫn chưa có thông tin, xin gọi %(phone)s."
    ),
    PublicState.RECEIVED: NOTHING_TO_DO,
    PublicState.IN_PROGRESS: NOTHING_TO_DO,
    PublicState.SUPPLEMENT_RECEIVED: NOTHING_TO_DO,
    PublicState.CONSULTING: NOTHING_TO_DO,
    PublicState.FIRST_PHASE_DONE: N_(
        "Hồ sơ đang chuyển sang giai đoạn 2. Ông/Bà chưa cần làm gì thêm."
    ),
    PublicState.ON_HOLD: NOTHING_TO_DO,
    PublicState.LATE: N_("Ông/Bà chưa cần làm gì thêm. Nếu cần gấp, xin gọi %(phone)s."),
    PublicState.RESULT_READY: N_("Mang giấy hẹn và thẻ căn cước đến %(desk)s."),
    PublicState.RESULT_BEING_SENT: NOTHING_TO_DO,
    PublicState.COLLECTED: NOT_RECEIVED_YET,
    PublicState.SENT_BY_POST: NOT_RECEIVED_YET,
    PublicState.SENT_ELECTRONICALLY: NOT_RECEIVED_YET,
    PublicState.NOT_ACCEPTED: COMPLAIN,
    PublicState.WITHDRAWN: N_("Nếu Ông/Bà không yêu cầu rút hồ sơ, xin gọi %(phone)s."),
    PublicState.STOPPED: COMPLAIN,
}
"""MORE_PAPERS and FEE_DUE are told per open pause (web/status_page.py)."""

KINDS: dict[StepKind, str] = {
    StepKind.RECEIVE: N_("Tiếp nhận hồ sơ"),
    StepKind.WORK: N_("Giải quyết hồ sơ"),
    StepKind.CONSULT: N_("Lấy ý kiến"),
    StepKind.REVIEW: N_("Xem xét"),
    StepKind.SIGN: N_("Ký"),
    StepKind.REGISTER: N_("Vào sổ, đóng dấu"),
    StepKind.AWAIT_CITIZEN: N_("Chờ Ông/Bà"),
    StepKind.RETURN: N_("Trả kết quả"),
}
"""What a step is called when the procedure must not show."""

GROUNDS: dict[Ground, str] = {
    Ground.FIRST: N_("Hẹn lần đầu: %(at)s."),
    Ground.PAUSE: N_("Tính lại sau khi tạm dừng: %(at)s."),
    Ground.CALENDAR: N_("Lùi vì lịch nghỉ thay đổi: %(at)s."),
    Ground.CORRECTION: N_("Đính chính: %(at)s."),
    Ground.EXTENSION: N_("Cơ quan xin lỗi và hẹn lại: %(at)s."),
    Ground.REOPEN: N_("Hẹn khi giải quyết lại: %(at)s."),
}
