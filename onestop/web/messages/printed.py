"""Refusals about documents on paper."""

from onestop.web.messages.entry import N_, Message

MESSAGES: dict[str, Message] = {
    "DocumentNotIssued": Message(
        N_("Giấy tờ này chưa được lập, hoặc nội dung đã được xóa theo yêu cầu."),
        N_("Hãy lập giấy tờ từ trang hồ sơ."),
        404,
    ),
    "FontMissing": Message(
        N_("Máy chủ thiếu phông chữ để in giấy tờ."),
        N_("Hãy báo quản trị; hồ sơ đã lưu vẫn còn nguyên."),
        503,
    ),
    "NotOurDocument": Message(
        N_("Tệp này không phải giấy tờ do hệ thống lập nên không in lại được."),
        N_("Hãy báo quản trị."),
        500,
    ),
}
