"""The words of reason codes, in Vietnamese: papers print them as they are, pages translate them."""

from onestop.web.messages.entry import N_

SLIP_REASONS = {
    "paper_missing": N_("Hồ sơ chưa đủ thành phần theo quy định"),
    "paper_unclear": N_("Giấy tờ mờ, rách hoặc không đọc được"),
    "paper_expired": N_("Giấy tờ đã hết giá trị sử dụng"),
    "content_mismatch": N_("Nội dung các giấy tờ không khớp nhau"),
    "not_competent": N_("Việc này không thuộc thẩm quyền giải quyết của cơ quan"),
    "wrong_procedure": N_("Việc yêu cầu thuộc thủ tục hành chính khác"),
    "not_eligible": N_("Chưa đủ điều kiện giải quyết theo quy định"),
    "already_settled": N_("Việc này đã được giải quyết và đã trả kết quả"),
    "papers_not_genuine": N_("Giấy tờ có dấu hiệu bị sửa chữa, giả mạo"),
    # The note that goes with it says why.
    "other": "",
}
