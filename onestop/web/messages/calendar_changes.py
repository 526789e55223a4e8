"""What is wrong with an announced day, at its field."""

from onestop.web.messages.entry import N_

FIELD_PROBLEMS = {
    "day_form": N_("Hãy nhập ngày dạng ngày/tháng/năm, ví dụ 02/03/2026."),
    "day_impossible": N_("Không có ngày này trong lịch. Hãy xem lại ngày và tháng."),
    "day_out_of_reach": N_("Chỉ tính được ngày từ năm %(first)s đến năm %(last)s."),
    "day_twice": N_(
        "Lịch đã có ngày nghỉ hoặc ngày làm bù vào hôm đó. Muốn thay, hãy đánh dấu “Thay nội dung"
        " đang có”."
    ),
    "makeup_on_day_off": N_(
        "Ngày này đang là ngày nghỉ nên chưa thể là ngày làm bù. Muốn thay, hãy đánh dấu “Thay nội"
        " dung đang có”."
    ),
    "day_not_listed": N_("Hôm đó đang là ngày thường, không có gì để bỏ."),
    "year_not_listed": N_("Lịch chưa có năm này. Hãy nhập lịch của năm đó trước."),
    "hours_form": N_("Hãy ghi giờ như 07:00-11:30, 13:30-17:00."),
    "beyond_midnight": N_("Giờ làm việc phải trong khoảng 00:00 đến 24:00."),
    "closes_before_opening": N_("Giờ kết thúc phải sau giờ bắt đầu."),
    "overlap": N_("Hai khoảng giờ chồng lên nhau. Hãy ghi lại từng buổi."),
    "makeup_without_hours": N_("Ngày làm bù phải có giờ làm việc, ví dụ 07:00-11:30, 13:30-17:00."),
    "hours_on_day_off": N_("Ngày nghỉ không có giờ làm việc. Hãy để trống ô này."),
    "worked_needs_day_off": N_("Chỉ ngày nghỉ mới đổi được với một ngày làm bù."),
    "name_missing": N_("Hãy ghi tên ngày nghỉ hoặc ngày làm bù."),
    "source_missing": N_("Hãy ghi số, ký hiệu và ngày của văn bản công bố."),
    "string_too_long": N_("Nội dung này dài quá %(max_length)s chữ. Hãy viết ngắn lại."),
    "reach_unknown": N_("Hãy chọn lịch hoặc cơ quan trong danh sách."),
    "wrong": N_("Nội dung ô này chưa đúng. Hãy nhập lại."),
}
