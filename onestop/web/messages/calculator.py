"""What is wrong with one field of the public calculator, said to a citizen."""

from onestop.web.messages.entry import N_

FIELD_PROBLEMS = {
    "limit_missing": N_("Hãy chọn thủ tục ở trên, hoặc nhập thời hạn vào đây, ví dụ 3."),
    "amount_form": N_("Thời hạn là một số, ví dụ 3 hoặc 0,5."),
    "not_positive": N_("Thời hạn phải lớn hơn 0."),
    "too_long": N_("Thời hạn dài nhất tính được là %(most)s. Hãy xem lại con số."),
    "not_quarters": N_("Ngày làm việc chia đến 1/4, ví dụ 0,25 hoặc 1,5."),
    "not_whole": N_("Ngày theo lịch và tháng là số nguyên, ví dụ 15."),
    "not_minutes": N_("Giờ làm việc tính chẵn phút, ví dụ 0,5 hoặc 2."),
    "day_form": N_("Hãy nhập ngày dạng ngày/tháng/năm, ví dụ 02/03/2026."),
    "day_impossible": N_("Không có ngày này trong lịch. Hãy xem lại ngày và tháng."),
    "day_out_of_reach": N_("Chỉ tính được ngày từ năm %(first)s đến năm %(last)s."),
    "hour_form": N_("Hãy nhập giờ dạng giờ:phút, từ 00:00 đến 23:59, ví dụ 08:30."),
    "moment_form": N_("Hãy nhập giờ và ngày, ví dụ 10:00 05/03/2026."),
    "pause_before_reception": N_("Tạm dừng phải bắt đầu sau lúc nộp hồ sơ."),
    "pause_without_start": N_("Hãy nhập cả lúc bắt đầu tạm dừng."),
    "pause_ends_first": N_("Tạm dừng phải kết thúc sau lúc bắt đầu."),
    "procedure_unknown": N_("Không có thủ tục này trong danh sách. Hãy chọn lại."),
    "agency_missing": N_("Hãy chọn nơi nộp: các nơi làm việc theo lịch khác nhau."),
    "agency_unknown": N_("Không có nơi nộp này trong danh sách. Hãy chọn lại."),
    "no_agency": N_("Hệ thống chưa khai báo nơi tiếp nhận nào nên chưa tính được."),
    "wrong": N_("Nội dung ô này chưa đúng. Hãy nhập lại."),
}
YEAR_MISSING = N_(
    "Chưa tính được: lịch nghỉ năm %(year)s chưa có trong hệ thống. Ngày hẹn cần đến năm đó, và"
    " chúng tôi không đoán. Hãy thử lại khi lịch nghỉ được công bố."
)
