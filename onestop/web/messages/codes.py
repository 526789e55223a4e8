"""Refusals about what was typed or scanned: dossier codes, identity cards, ID numbers."""

from onestop.web.messages.entry import N_, Message

MESSAGES: dict[str, Message] = {
    "BadCode": Message(
        N_("Đây không phải mã hồ sơ."),
        N_("Hãy so lại với mã trên giấy hẹn, ví dụ H40.05-261123-0007."),
    ),
    "BadIdentifier": Message(
        N_("Mã định danh %(identifier)s chưa dùng để cấp mã hồ sơ được."),
        N_("Hãy nhờ quản trị nhập mã định danh mới của cơ quan, dạng H40.05."),
    ),
    "BadCard": Message(N_("Không đọc được mã trên thẻ."), N_("Tắt bộ gõ tiếng Việt rồi quét lại.")),
    "BadIdNumber": Message(
        N_("Số căn cước phải có 12 chữ số, ở đây có %(digits)s."), N_("Hãy xem lại trên thẻ.")
    ),
}
