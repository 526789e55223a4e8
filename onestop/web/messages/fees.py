"""Sentences of the cash box: what is wrong with a field, and what a refusal says."""

from onestop.web.messages.entry import N_, Message

FIELD_PROBLEMS = {
    "counted_missing": N_("Hãy ghi số tiền đã kiểm đếm; không có đồng nào thì ghi 0."),
    "amount_form": N_("Hãy ghi số tiền bằng chữ số, ví dụ 1.250.000."),
    "counted_too_much": N_("Số tiền lớn quá một két của quầy. Hãy đếm và ghi lại."),
    "counted_negative": N_("Két này không phải trả lại tiền nên số kiểm đếm không nhỏ hơn 0."),
    "less_than_equal": N_("Số tiền lớn quá một két của quầy. Hãy đếm và ghi lại."),
    "string_too_long": N_("Lý do dài quá %(most)s chữ. Hãy viết ngắn lại."),
}
UNREADABLE = N_("Nội dung ô này chưa đúng. Hãy nhập lại.")

MESSAGES: dict[str, Message] = {
    "NothingToLock": Message(
        N_("Ngày này không còn khoản thu nào chưa vào bảng kê."),
        N_("Bảng kê đã khóa nằm ở bên dưới; in lại được bất cứ lúc nào."),
        409,
    ),
    "DifferenceUnexplained": Message(
        N_("Số kiểm đếm khác số hệ thống ghi."), N_("Hãy đếm lại, hoặc ghi lý do chênh lệch.")
    ),
    "TakingsChanged": Message(
        N_("Vừa có khoản thu hoặc trả lại mới sau khi mở trang này."),
        N_("Số hệ thống ghi đã được cập nhật. Hãy đếm lại rồi khóa."),
        409,
    ),
}
