"""Refusals about agencies, procedures, routes and the files they come from."""

from onestop.web.messages.entry import N_, Message

MESSAGES: dict[str, Message] = {
    "ProcedureNotFound": Message(
        N_("Không có thủ tục mã %(code)s."),
        N_("Hãy chọn thủ tục trong danh sách gợi ý."),
        404,
    ),
    "ProcedureClosed": Message(
        N_("Thủ tục mã %(code)s không tiếp nhận vào ngày %(on)s."),
        N_("Hãy chọn thủ tục đang có hiệu lực hoặc hướng dẫn công dân đến nơi thay thế."),
    ),
    "EditionInUse": Message(
        N_("Đã có hồ sơ tiếp nhận theo phiên bản %(edition)s của thủ tục %(code)s."),
        N_("Hãy đặt phiên bản và ngày áp dụng mới cho nội dung thay đổi."),
        409,
    ),
    "UnknownValue": Message(
        N_("Phiên bản này của thủ tục không có giá trị “%(path)s”."),
        N_("Hãy mở lại trang thủ tục."),
        404,
    ),
    "AlreadyConfirmed": Message(
        N_("Giá trị này đã được xác nhận rồi."),
        N_("Hãy mở lại trang thủ tục để xem văn bản xác nhận."),
        409,
    ),
    "DocumentNumberMissing": Message(
        N_("Chưa có số, ký hiệu văn bản."), N_("Hãy ghi như trên văn bản, ví dụ 12/2026/QĐ-UBND.")
    ),
    "DocumentDayUnclear": Message(
        N_("Ngày văn bản “%(text)s” không đọc được hoặc chưa đến."),
        N_("Hãy ghi ngày ban hành, ví dụ 01/04/2026."),
    ),
    "UnknownPaper": Message(
        N_("Thủ tục này không yêu cầu giấy tờ “%(code)s”."),
        N_("Hãy tải lại trang và đánh dấu lại thành phần hồ sơ."),
    ),
    "BadFeeAnswer": Message(
        N_("Chưa đủ số liệu để tính phí “%(fee)s”."),
        N_("Hãy ghi số trang, số bản hoặc số lượng, từ 0 trở lên."),
    ),
    "BadProcedure": Message(
        N_("Nội dung thủ tục có chỗ mâu thuẫn, chưa có gì được lưu."),
        N_("Hãy sửa các chỗ được nêu rồi nhập lại."),
    ),
    "BadRoute": Message(
        N_("Quy trình này không đi được, chưa có gì được lưu."),
        N_("Hãy sửa các bước được nêu rồi nhập lại."),
    ),
    "StepNotFound": Message(
        N_("Quy trình không có bước “%(key)s”."), N_("Hãy tải lại trang hồ sơ."), 404
    ),
    "BadAgencyReference": Message(
        N_("“%(text)s” không chỉ ra cơ quan nào."),
        N_("Hãy xem docs/rules.md, quy tắc F3, rồi sửa tệp quy trình."),
    ),
    "AgencyUnresolved": Message(
        N_("Không tìm được cơ quan thực hiện bước “%(step)s” (%(reference)s)."),
        N_("Hãy nhờ quản trị bổ sung cơ quan này hoặc sửa quy trình; hồ sơ chưa được tiếp nhận."),
    ),
    "AgencyNotFound": Message(
        N_("Cơ quan này không có hoặc không còn hoạt động."),
        N_("Hãy chọn cơ quan khác trong danh sách."),
        404,
    ),
    "NotCompetent": Message(
        N_("Cơ quan %(agency)s không có thẩm quyền giải quyết thủ tục %(procedure)s."),
        N_("Hãy chọn cơ quan trong danh sách của thủ tục."),
    ),
    "CompetentAgencyNotNamed": Message(
        N_("Chưa chọn cơ quan có thẩm quyền giải quyết."),
        N_("Hãy chọn cơ quan nơi công dân cư trú hoặc nơi có đất, công trình."),
    ),
    "AgencyMoved": Message(
        N_("Cơ quan %(code)s (dòng %(line)s) đang thuộc cơ quan cấp trên khác."),
        N_("Hãy kết thúc cơ quan cũ và khai báo cơ quan mới; chưa có gì được lưu."),
    ),
    "AgencyOverlap": Message(
        N_("Mã cơ quan %(code)s (dòng %(line)s) trùng thời gian với một cơ quan khác."),
        N_("Hãy ghi ngày kết thúc cho cơ quan cũ; chưa có gì được lưu."),
    ),
    "NoFormEdition": Message(
        N_("Chưa có bộ mẫu văn bản áp dụng cho ngày %(on)s."),
        N_("Hãy nhờ quản trị bổ sung tệp mẫu văn bản."),
    ),
    "BadFile": Message(
        N_("Tệp %(name)s có lỗi, chưa có gì được lưu."),
        N_("Hãy sửa các dòng được nêu rồi nhập lại."),
    ),
    "BadWorkbook": Message(
        N_("Không đọc được tệp Excel %(name)s."),
        N_("Hãy mở bằng Excel, lưu lại dạng .xlsx rồi nhập lại; chưa có gì được lưu."),
    ),
}
