"""Refusals about documents on paper."""

from onestop.web.messages.entry import N_, Message

MESSAGES: dict[str, Message] = {
    "DocumentNotIssued": Message(
        N_("Giấy tờ này chưa được lập, hoặc nội dung đã được xóa theo yêu cầu."),
        N_("Hãy lập giấy tờ từ trang hồ sơ."),
        404,
    ),
    "PapersVoid": Message(
        N_("Việc tiếp nhận hồ sơ này đã bị hủy nên giấy tờ của hồ sơ không in được nữa."),
        N_("Hãy tiếp nhận lại hồ sơ nếu công dân vẫn cần; hồ sơ mới có giấy hẹn mới."),
        409,
    ),
    "PaperReplaced": Message(
        N_("Giấy tờ này đã có bản mới thay, hoặc không còn đúng, nên không in lại được."),
        N_("Hãy tải lại trang rồi in bản đang có giá trị; chưa có thì bấm in để lập bản mới."),
        409,
    ),
    "PrintNotAllowed": Message(
        N_("Giấy tờ này do cơ quan khác hoặc cán bộ khác in."),
        N_("Giấy hẹn chỉ do cán bộ tiếp nhận hồ sơ mở và in; hãy liên hệ quầy đã tiếp nhận."),
        403,
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
