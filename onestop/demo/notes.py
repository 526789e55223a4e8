"""What officers write when they explain: reason codes, and notes in their own words."""

from random import Random
from typing import Final

from onestop.domain.routes import StepKind

# Why a step was late, by key; other steps take from `LATE_OTHERWISE`.
LATE_REASONS: Final = {
    "site": ("field_survey", "field_survey", "staff_absent"),
    "verify": ("field_survey", "heavy_load", "complex_case"),
    "tax": ("awaiting_other_agency", "system_fault"),
    "insurance": ("system_fault", "system_fault", "awaiting_other_agency"),
    "police": ("system_fault", "heavy_load"),
    "verify_elsewhere": ("awaiting_other_agency", "heavy_load"),
    "opinion": ("awaiting_other_agency",),
}
LATE_OTHERWISE: Final = ("heavy_load", "heavy_load", "complex_case", "staff_absent", "system_fault")

LATE_NOTES: Final = {
    "heavy_load": (
        "Cuối tháng hồ sơ dồn nhiều, xin lỗi bà con.",
        "Bộ phận có 02 người, 01 đi tập huấn.",
        "Nhận dồn hồ sơ sau kỳ nghỉ.",
    ),
    "awaiting_other_agency": (
        "Đã gửi văn bản hỏi từ hôm trước, đến nay mới có trả lời.",
        "Chờ bên thuế đối chiếu mã ngành.",
        "Hệ thống bên phối hợp chưa trả dữ liệu.",
    ),
    "complex_case": (
        "Ranh giới thửa đất không khớp bản đồ, phải đo lại.",
        "Hồ sơ gốc lưu trước 1990, tra sổ giấy mất nhiều thời gian.",
        "Tên đệm trong sổ gốc khác với giấy tờ hiện nay, phải xác minh.",
    ),
    "field_survey": (
        "Mưa ba ngày liền không đo đạc được.",
        "Hẹn chủ hộ hai lần mới gặp để kiểm tra hiện trạng.",
        "Phải chờ hộ liền kề ký giáp ranh.",
    ),
    "system_fault": (
        "Phần mềm dùng chung không đăng nhập được hai buổi.",
        "Cổng liên thông báo lỗi, gửi lại nhiều lần.",
        "Mất điện cả buổi chiều.",
    ),
    "staff_absent": (
        "Đồng chí phụ trách nghỉ ốm, đã phân công người khác.",
        "Lãnh đạo đi công tác, chờ về ký.",
    ),
}
STEP_NOTES: Final = (
    "Đã đối chiếu bản chính, khớp.",
    "Đã gọi điện cho công dân xác nhận lại thông tin.",
    "Hồ sơ đủ điều kiện, đề nghị ký.",
    "Đã tra sổ lưu, không có ghi chú gì thêm.",
    "Kiểm tra thực địa có ông tổ trưởng tham gia.",
    "Chuyển kèm 01 bộ hồ sơ giấy.",
    "Công dân xin nhận sớm nếu được.",
)
INTAKE_NOTES: Final = (
    "Công dân hẹn con trai đến lấy.",
    "Người cao tuổi, đề nghị gọi điện khi có kết quả.",
    "Bản photo hơi mờ nhưng đọc được.",
    "Có kèm 01 bản chính giấy xác nhận cũ.",
    "Đi làm xa, xin nhận kết quả qua bưu điện.",
)
SUPPLEMENTS: Final = (
    ("paper_missing", "Còn thiếu giấy tờ nêu trên, đề nghị nộp đủ một lần."),
    ("paper_unclear", "Bản chụp mờ phần số và ngày cấp, đề nghị nộp bản rõ hơn."),
    ("content_mismatch", "Năm sinh trên đơn khác với giấy tờ tùy thân, đề nghị viết lại đơn."),
    ("paper_expired", "Giấy tờ đã quá thời hạn sử dụng, đề nghị nộp bản mới."),
    ("content_mismatch", "Diện tích ghi trong đơn không khớp bản vẽ, đề nghị chỉnh lại."),
)
REWORKS: Final = (
    ("wrong_content", "Ghi thiếu chữ đệm của người đề nghị, sửa lại giúp."),
    ("wrong_form", "Dùng nhầm mẫu cũ, làm lại theo mẫu hiện hành."),
    ("data_wrong", "Số thửa trong dự thảo không khớp giấy chứng nhận."),
    ("papers_not_checked", "Chưa thấy biên bản kiểm tra, bổ sung rồi trình lại."),
)
WITHDRAWALS: Final = (
    ("applicant_wish", "Công dân có đơn xin rút để bàn lại với gia đình."),
    ("will_file_again", "Công dân rút để sửa bản vẽ, sẽ nộp lại."),
    ("wrong_procedure", "Công dân nộp nhầm thủ tục, đã hướng dẫn nộp lại."),
)
STOPS: Final = (
    ("not_eligible", "Thửa đất nằm trong quy hoạch đã công bố, không đủ điều kiện."),
    ("dispute", "Có đơn tranh chấp của hộ liền kề, dừng chờ giải quyết."),
)
STOP_UNBROUGHT: Final = ("supplement_not_brought", "Đã gọi điện hai lần, công dân không bổ sung.")
VOIDS: Final = (
    ("wrong_person", "Nhập nhầm tên người nộp thay cho người đề nghị."),
    ("entered_twice", "Bấm tiếp nhận hai lần, giữ hồ sơ đầu."),
    ("papers_given_back", "Công dân xin lại giấy tờ để về hỏi gia đình."),
)
PUT_OFF: Final = ("field_survey", "Mưa kéo dài, chưa kiểm tra thực địa được, xin lỗi và hẹn lại.")
ASKED_AGAIN: Final = ("content_mismatch", "Bản vẽ nộp bổ sung vẫn lệch ranh, cần bản đã chỉnh.")
TURNED_AWAY: Final = (
    "papers_not_handed_over",
    "Chưa thấy bản giấy kèm theo, xin giao lại đủ.",
)
REOPENED: Final = ("result_wrong", "Công dân báo sai tên đệm trên kết quả, sửa và cấp lại.")
SUSPENSIONS: Final = (
    ("awaiting_verification", "Chờ cơ quan công an xác minh giấy tờ."),
    ("dispute", "Hộ liền kề có đơn, tạm dừng chờ hòa giải tại cơ sở."),
)
GUIDANCE: Final = (
    ("paper_missing", "Về lấy thêm giấy tờ còn thiếu rồi quay lại, không phải lấy số mới."),
    ("paper_unclear", "Bản chụp mờ, chụp lại rõ cả hai mặt."),
    ("content_mismatch", "Họ tên trên đơn khác giấy tờ tùy thân, viết lại đơn theo mẫu."),
)
REFUSALS: Final = (
    ("not_competent", "Việc này do Phòng công chứng thực hiện."),
    ("already_settled", "Đã cấp ngày hôm trước, còn giá trị sử dụng."),
    ("papers_not_genuine", "Bản chính có dấu hiệu tẩy xóa phần ngày sinh."),
)

_NUMBERS: Final = {
    "1.001193": "{n}/{year}",
    "3.000722": "{n}/{year}",
    "1.004873": "{n}/UBND-XNTTHN",
    "2.000815": "{n} quyển 01/{year}-SCT/BS",
    "1.001612": "19{n:06}",
    "1.013225": "{n}/GPXD",
    "1.012784": "VP {n:06}",
    "1.012786": "VP {n:06}",
    "1.000894": "{n}/{year}",
    "2.002913": "{n}/{year}/TLKT",
    "2.000908": "{n} quyển 01/{year}-BSSG",
    "1.012783": "VP {n:06}",
    "1.012785": "VP {n:06}",
    "1.012790": "{n}/ĐC-GCN",
}


def late_reason(random: Random, step: str, kind: StepKind) -> str:
    """Return the code with which a late step is explained."""
    if kind is StepKind.SIGN:
        return random.choice(("staff_absent", "heavy_load"))
    return random.choice(LATE_REASONS.get(step, LATE_OTHERWISE))


def late_note(random: Random, reason: str) -> str:
    """Return what stands beside the code; often nothing."""
    return random.choice(LATE_NOTES[reason]) if random.random() < 0.6 else ""


def result_number(procedure: str, n: int, year: int) -> str:
    """Return the number of a result as its register writes it."""
    return _NUMBERS.get(procedure, "{n}/QĐ-UBND").format(n=n, year=year)
