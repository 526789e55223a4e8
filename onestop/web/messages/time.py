"""Refusals about the working calendar, limits and the files they come from."""

from onestop.web.messages.entry import N_, Message

MESSAGES: dict[str, Message] = {
    "CalendarExhausted": Message(
        N_("Lịch làm việc “%(key)s” chưa có năm %(year)s nên không tính được ngày hẹn trả."),
        N_("Hãy nhờ quản trị nhập lịch nghỉ của năm %(year)s; hệ thống không tự đoán ngày."),
    ),
    "CalendarNotFound": Message(
        N_("Không có lịch làm việc “%(key)s”."),
        N_("Hãy nhờ quản trị nhập lịch này hoặc chọn lịch khác cho cơ quan."),
        404,
    ),
    "BadCalendar": Message(
        N_("Lịch làm việc này không dùng được, chưa có gì được lưu."),
        N_("Hãy sửa các chỗ được nêu rồi nhập lại."),
    ),
    "ChangeRefused": Message(
        N_("Lịch %(calendars)s không nhận được thay đổi này, chưa có gì được lưu."),
        N_("Hãy sửa các ô được nêu rồi xem trước lại."),
    ),
    "CalendarNotYours": Message(
        N_("Thay đổi này chạm tới %(agencies)s cơ quan ngoài phạm vi Ông/Bà quản trị."),
        N_("Hãy chọn cơ quan của mình, hoặc nhờ quản trị cấp tỉnh nhập."),
        403,
    ),
    "PreviewOutdated": Message(
        N_("Trong lúc xem trước, hồ sơ hoặc lịch đã thay đổi. Chưa có gì được lưu."),
        N_("Hãy xem lại danh sách mới dưới đây rồi bấm lưu."),
        409,
    ),
    "BadLimit": Message(
        N_("Thời hạn “%(text)s” không tính được."),
        N_("Hãy ghi như “3 working_days”, “4 working_hours”, “30 calendar_days” hoặc “same_day”."),
    ),
    "BadYaml": Message(
        N_("Không đọc được tệp %(name)s, lỗi ở dòng %(line)s."),
        N_("Hãy sửa dòng đó rồi nhập lại; chưa có gì được lưu."),
    ),
}
