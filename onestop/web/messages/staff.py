"""What is wrong with a field of the forms about staff, by the code of the input model."""

from onestop.web.messages.casework import FIELD_PROBLEMS
from onestop.web.messages.entry import N_

STAFF_PROBLEMS = {
    **FIELD_PROBLEMS,
    "steps_missing": N_("Hãy đánh dấu ít nhất một hồ sơ, mỗi lần nhiều nhất %(most)s."),
    "step_stale": N_("Danh sách này đã cũ. Hãy tải lại trang rồi đánh dấu lại."),
    "day_impossible": N_("Không có ngày này trong lịch. Hãy xem lại ngày và tháng."),
    "day_out_of_reach": N_("Chỉ tính được ngày từ năm %(first)s đến năm %(last)s."),
}
