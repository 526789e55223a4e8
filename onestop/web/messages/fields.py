"""What is wrong with one field of a form: a sentence per code of onestop.inputs, and what helps."""

from onestop.web.messages.entry import N_

FIELD_MESSAGES = {
    "procedure_missing": N_("Hãy chọn thủ tục: gõ vài chữ đầu, ví dụ “ks” cho khai sinh."),
    "procedure_unclear": N_("Có nhiều thủ tục khớp với chữ đã gõ. Hãy chọn một trong danh sách."),
    "name_missing": N_("Hãy nhập họ tên."),
    "name_too_long": N_("Họ tên dài quá %(most)s chữ. Hãy viết ngắn lại."),
    "scanned_card": N_("Giống mã thẻ được quét vào đây. Hãy xóa đi, bấm F4 rồi quét lại."),
    "name_without_letters": N_("Họ tên phải có chữ cái. Hãy nhập lại như trên giấy tờ."),
    "id_number_digits": N_(
        "Số định danh có 12 chữ số (giấy cũ: 9), đã nhập %(typed)s. Hãy xem lại trên thẻ."
    ),
    "id_number_form": N_("Số giấy tờ chỉ gồm chữ cái không dấu và chữ số. Hãy xem lại trên thẻ."),
    "sex_unknown": N_("Hãy chọn Nam hoặc Nữ, hoặc để trống."),
    "phone_form": N_("Số điện thoại chưa đúng. Hãy nhập lại, ví dụ 0912 345 678."),
    "email_form": N_("Địa chỉ thư điện tử chưa đúng, ví dụ ten@vidu.vn. Có thể để trống."),
    "address_too_long": N_("Địa chỉ dài quá %(most)s chữ. Hãy viết ngắn lại."),
    "born_form": N_("Hãy nhập ngày sinh dạng ngày/tháng/năm, ví dụ 05/09/1990, hoặc chỉ năm sinh."),
    "born_impossible": N_("Không có ngày sinh như vậy. Hãy xem lại trên giấy tờ."),
    "born_later": N_("Ngày sinh ở sau hôm nay. Hãy xem lại trên giấy tờ."),
    "note_too_long": N_("Ghi chú dài quá %(most)s chữ. Hãy viết ngắn lại."),
    "paper_twice": N_("Một giấy tờ được ghi hai lần. Hãy tải lại trang."),
    "address_for_post": N_("Nhận kết quả qua bưu chính thì cần địa chỉ. Hãy nhập địa chỉ."),
    "contact_for_electronic": N_(
        "Nhận bản điện tử thì cần số điện thoại hoặc thư điện tử. Hãy nhập một trong hai."
    ),
    "reason_missing": N_("Hãy chọn lý do: phiếu phải ghi rõ vì sao."),
    "reason_unknown": N_("Lý do này không dùng cho loại phiếu đã chọn. Hãy chọn lý do khác."),
    "nothing_asked": N_(
        "Hãy ghi rõ cần bổ sung gì: để trống ô giấy tờ còn thiếu hoặc viết ghi chú."
    ),
    "number_wanted": N_("Hãy nhập một số, ví dụ 2."),
    "copies_wanted": N_("Số bộ là một số từ 1 đến 20."),
    "paper_count_wanted": N_("Số lượng mỗi loại giấy tờ là một số từ 1 đến 99."),
    "form_stale": N_("Biểu mẫu này đã cũ. Hãy bấm “Hồ sơ mới” rồi nhập lại."),
    "not_a_choice": N_("Hãy chọn một giá trị trong danh sách."),
    "wrong": N_("Nội dung ô này chưa đúng. Hãy nhập lại."),
}
