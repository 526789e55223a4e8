"""Refusals about dossiers, their steps, papers, numbers and documents."""

from onestop.web.messages.entry import N_, Message

_CODES = {
    "BadCode": Message(
        N_("Mã hồ sơ chưa đúng dạng."),
        N_("Hãy xem lại mã trên giấy hẹn, ví dụ H40.05-261123-0007."),
    ),
    "BadIdentifier": Message(
        N_("Mã định danh cơ quan “%(identifier)s” không dùng để cấp mã hồ sơ được."),
        N_("Hãy nhờ quản trị kiểm tra mã định danh của cơ quan."),
    ),
    "BadCard": Message(
        N_("Không đọc được thẻ căn cước vừa quét."),
        N_("Hãy tắt bộ gõ tiếng Việt rồi quét lại, hoặc gõ tay."),
    ),
    "BadIdNumber": Message(
        N_("Số định danh cá nhân có 12 chữ số; số vừa nhập có %(digits)s."),
        N_("Hãy gõ lại như trên thẻ căn cước."),
    ),
}

_RECEPTION = {
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
        N_("Chỉ người tiếp nhận hủy được, trong 10 phút và khi chưa cơ quan nào nhận tiếp."),
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
        N_("Biểu mẫu này đang được lưu."), N_("Hãy chờ vài giây rồi tải lại trang."), 409
    ),
    "VisitNotFound": Message(
        N_("Không tìm thấy phiếu hướng dẫn này, hoặc phiếu đã quá 30 ngày."),
        N_("Hãy nhập hồ sơ mới."),
        404,
    ),
}

_WORK = {
    "DossierNotFound": Message(
        N_("Không tìm thấy hồ sơ có mã %(code)s."), N_("Hãy kiểm tra lại mã trên giấy hẹn."), 404
    ),
    "DossierChanged": Message(
        N_("Hồ sơ %(code)s vừa được người khác xử lý lúc %(at)s."),
        N_("Hãy tải lại để xem tình trạng mới rồi làm tiếp."),
        409,
    ),
    "HistoryBroken": Message(
        N_("Lịch sử của hồ sơ này không khớp nên không ghi thêm được."),
        N_("Hãy báo quản trị ngay; đừng làm lại."),
        500,
    ),
    "ActionNotAllowed": Message(
        N_("Hồ sơ đang ở tình trạng không làm việc này được."),
        N_("Hãy tải lại trang để xem những việc làm được lúc này."),
        409,
    ),
    "MoveNotAllowed": Message(
        N_("Việc này lúc này không thuộc phần của ông/bà."),
        N_("Hãy tải lại trang để xem những việc làm được."),
        403,
    ),
    "ReasonMissing": Message(N_("Việc này cần có lý do."), N_("Hãy ghi lý do rồi gửi lại.")),
    "AgencyNotChosen": Message(
        N_("Chưa chọn cơ quan để lấy ý kiến."), N_("Hãy chọn cơ quan rồi gửi lại.")
    ),
    "NothingAsked": Message(
        N_("Chưa ghi giấy tờ hoặc số tiền nào."), N_("Hãy ghi ít nhất một giấy tờ hoặc số tiền.")
    ),
    "PapersNotBrought": Message(
        N_("Vẫn còn thiếu giấy tờ đã yêu cầu bổ sung."),
        N_("Hãy nhận đủ, hoặc ghi rõ giấy tờ nào không còn cần."),
    ),
    "ResultNumberMissing": Message(
        N_("Chưa có số và ngày của kết quả."), N_("Hãy ghi số và ngày rồi hoàn thành bước.")
    ),
    "WrongTarget": Message(
        N_("Không trả lại về bước này được."), N_("Hãy chọn một bước đã xong ở phía trước.")
    ),
}

_DOCUMENTS = {
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

MESSAGES: dict[str, Message] = {**_CODES, **_RECEPTION, **_WORK, **_DOCUMENTS}
