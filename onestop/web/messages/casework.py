"""What is wrong with a field of a form on a dossier's page, by the code of the input model."""

from onestop.web.messages.entry import N_

FIELD_PROBLEMS = {
    "reason_missing": N_("Hãy chọn lý do."),
    "reason_unknown": N_("Hãy chọn lý do trong danh sách."),
    "note_for_other": N_("Đã chọn “Lý do khác”: hãy ghi rõ lý do vào ô ghi chú."),
    "note_too_long": N_("Ghi chú quá dài. Hãy viết ngắn hơn %(most)s ký tự."),
    "target_missing": N_("Hãy chọn bước cần làm lại."),
    "holder_missing": N_("Hãy chọn người nhận việc."),
    "new_date_missing": N_("Hãy ghi ngày hẹn mới."),
    "papers_missing": N_("Hãy đánh dấu ít nhất một giấy tờ cần bổ sung."),
    "amount_missing": N_("Hãy ghi số tiền phải nộp, lớn hơn 0."),
    "amount_form": N_("Hãy ghi số tiền bằng chữ số, ví dụ 1.250.000."),
    "day_form": N_("Hãy ghi ngày theo dạng ngày/tháng/năm, ví dụ 26/11/2026."),
    "day_in_future": N_("Ngày vào sổ không được sau hôm nay."),
    "taker_missing": N_("Hãy ghi họ tên người nhận kết quả."),
    "string_too_long": N_("Nội dung quá dài. Hãy viết ngắn hơn."),
    "less_than_equal": N_("Số này quá lớn. Hãy kiểm tra lại."),
}
FIELD_UNREADABLE = N_("Ô này chưa đúng. Hãy kiểm tra lại.")
