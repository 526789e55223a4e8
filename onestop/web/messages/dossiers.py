"""Refusals about a dossier on its way: its steps, moves, papers and reasons."""

from onestop.web.messages.entry import N_, Message

MESSAGES: dict[str, Message] = {
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
    "RefundTooLarge": Message(
        N_("Chỉ hoàn trả được số tiền đã thu tại quầy, còn lại %(paid)s đồng."),
        N_("Hãy ghi số tiền từ 1 đồng đến số đó."),
    ),
    "RefundUnfounded": Message(
        N_("Hồ sơ không kết thúc như lý do đã chọn, hoặc thông báo dừng ghi không hoàn trả."),
        N_("Hãy chọn lý do khác trong danh sách."),
    ),
    "NothingUnmet": Message(
        N_("Hiện công dân không nợ giấy tờ hay khoản tiền nào đã yêu cầu."),
        N_("Hãy chọn lý do khác trong danh sách."),
    ),
    "AgencyNotChosen": Message(
        N_("Chưa chọn cơ quan để lấy ý kiến."), N_("Hãy chọn cơ quan rồi gửi lại.")
    ),
    "NothingAsked": Message(
        N_("Chưa ghi giấy tờ hoặc số tiền nào."), N_("Hãy ghi ít nhất một giấy tờ hoặc số tiền.")
    ),
    "BranchNotOpen": Message(
        N_("Bước này không phải là nhánh lấy ý kiến đang chờ mở."),
        N_("Hãy tải lại trang hồ sơ rồi chọn lại."),
    ),
    "NotConsultable": Message(
        N_("Không thể lấy ý kiến của cơ quan đã chọn trong bước này."),
        N_("Hãy chọn một cơ quan trong danh sách."),
    ),
    "PaymentShort": Message(
        N_("Số tiền đã nộp ít hơn số tiền đã yêu cầu."),
        N_("Hãy kiểm tra chứng từ nộp tiền rồi ghi đúng số tiền."),
    ),
    "PapersNotBrought": Message(
        N_("Vẫn còn thiếu giấy tờ đã yêu cầu bổ sung."),
        N_("Hãy nhận đủ, hoặc ghi rõ giấy tờ nào không còn cần."),
    ),
    "ResultNumberMissing": Message(
        N_("Chưa có số và ngày của kết quả."), N_("Hãy ghi số và ngày rồi hoàn thành bước.")
    ),
    "AlreadyHolds": Message(
        N_("Người này đang giữ bước đó."), N_("Hãy chọn một người khác, hoặc để nguyên.")
    ),
    "NoLongerHeld": Message(
        N_("Bước này không còn do người đó giữ."), N_("Hãy tải lại danh sách."), 409
    ),
    "CannotHold": Message(
        N_("Người đã chọn không giữ vai trò của bước này ở cơ quan, hoặc tài khoản đã đóng."),
        N_("Hãy chọn một người trong danh sách."),
    ),
    "ExtensionTooLate": Message(
        N_("Chỉ hẹn lại được chậm nhất %(lead)s ngày làm việc trước hạn %(due_at)s, nay đã quá."),
        N_("Hãy giải quyết hồ sơ sớm nhất có thể và giải thích với công dân."),
    ),
    "ExtensionNotLater": Message(
        N_("Ngày hẹn mới phải sau ngày đã hẹn gần nhất (%(told)s)."),
        N_("Hãy ghi một ngày muộn hơn."),
    ),
    "NothingCorrected": Message(
        N_("Chưa có gì được sửa."), N_("Hãy sửa ít nhất một chỗ rồi gửi lại.")
    ),
    "WrongTarget": Message(
        N_("Không làm lại từ bước này được."), N_("Hãy chọn một bước trong danh sách.")
    ),
}
