"""Refusals at the counter: receiving, undoing, visits, forms sent twice."""

from onestop.web.messages.entry import N_, Message

MESSAGES: dict[str, Message] = {
    "PapersMissing": Message(
        N_("Còn thiếu giấy tờ bắt buộc. Chưa có gì được tiếp nhận."),
        N_("Hãy nhận đủ giấy tờ, hoặc in phiếu hướng dẫn cho người nộp."),
    ),
    "NotOnTheSpot": Message(
        N_("Thủ tục này không trả kết quả ngay tại quầy được."),
        N_("Hãy tiếp nhận như thường lệ."),
    ),
    "TooLateToUndo": Message(
        N_("Không hủy được việc tiếp nhận hồ sơ %(code)s nữa."),
        N_(
            "Chỉ người tiếp nhận hủy được, trong 10 phút và khi chưa cơ quan nào nhận tiếp"
            " hồ sơ hay bản giấy."
        ),
        409,
    ),
    "NotYourDesk": Message(
        N_("Ông/bà không phải cán bộ tiếp nhận ở quầy này."),
        N_("Hãy chọn quầy của mình, hoặc nhờ quản trị giao vai trò."),
        403,
    ),
    "KeyReused": Message(
        N_("Biểu mẫu này đã được lưu trước đó với nội dung khác."),
        N_("Hãy mở hồ sơ đã lưu để sửa, hoặc mở biểu mẫu mới cho hồ sơ khác."),
    ),
    "KeyInFlight": Message(
        N_("Biểu mẫu này đang được lưu."), N_("Hãy chờ vài giây rồi tải lại trang."), 409, 2
    ),
    "VisitNotFound": Message(
        N_("Không tìm thấy phiếu hướng dẫn này, hoặc phiếu đã quá 30 ngày."),
        N_("Hãy nhập hồ sơ mới."),
        404,
    ),
}
