"""Refusals about accounts, passwords, codes and forms."""

from onestop.web.messages.entry import N_, Message

MESSAGES = {
    "SignInRefused": Message(
        N_("Tên đăng nhập hoặc mật khẩu không đúng."),
        N_("Hãy gõ lại; kiểm tra phím Caps Lock và bộ gõ tiếng Việt."),
    ),
    "SignInTooOften": Message(
        N_("Đã thử đăng nhập sai nhiều lần."),
        N_("Hãy chờ %(wait_minutes)s phút rồi thử lại, hoặc nhờ quản trị đặt lại mật khẩu."),
        429,
    ),
    "CodeRefused": Message(
        N_("Mã không đúng hoặc đã được dùng."),
        N_("Hãy chờ ứng dụng hiện mã mới rồi gõ mã đó."),
    ),
    "WrongPassword": Message(N_("Mật khẩu hiện tại không đúng."), N_("Hãy gõ lại.")),
    "PasswordTooShort": Message(
        N_("Mật khẩu mới quá ngắn."),
        N_("Hãy dùng ít nhất %(minimum)s ký tự, ví dụ một câu dễ nhớ."),
    ),
    "PasswordTooLong": Message(
        N_("Mật khẩu mới quá dài."), N_("Hãy dùng nhiều nhất %(maximum)s ký tự.")
    ),
    "PasswordTooCommon": Message(
        N_("Mật khẩu mới dễ đoán."),
        N_("Hãy dùng vài từ không liên quan đến nhau; đừng dùng tên của cơ quan hay của ông/bà."),
    ),
    "PasswordUnchanged": Message(
        N_("Mật khẩu mới trùng với mật khẩu cũ."), N_("Hãy chọn một mật khẩu khác.")
    ),
    "PasswordsDiffer": Message(
        N_("Hai lần gõ mật khẩu mới không giống nhau."), N_("Hãy gõ lại cả hai.")
    ),
    "UsernameTaken": Message(
        N_("Đã có tài khoản tên %(username)s."), N_("Hãy chọn tên đăng nhập khác.")
    ),
    "BadUsername": Message(
        N_("Tên đăng nhập “%(username)s” không dùng được."),
        N_("Hãy dùng 2 đến 64 ký tự trong a-z, 0-9, dấu chấm, gạch ngang, gạch dưới."),
    ),
    "UnknownUser": Message(
        N_("Không có tài khoản tên %(username)s."), N_("Hãy xem danh sách tài khoản."), 404
    ),
    "NobodyToLog": Message(
        N_("Tài khoản này chưa được giao vai trò nào."),
        N_("Hãy nhờ quản trị giao vai trò rồi đăng nhập lại."),
        403,
    ),
    "RoleNotHeld": Message(
        N_("Tài khoản %(username)s không giữ vai trò này ở cơ quan đã chọn."),
        N_("Hãy xem danh sách tài khoản."),
    ),
    "StillHolds": Message(
        N_(
            "Tài khoản %(username)s còn giữ %(count)s hồ sơ đang xử lý và %(papers)s bản giấy"
            " (%(agencies)s)."
        ),
        N_(
            "Lãnh đạo hãy chuyển các hồ sơ đó cho người khác ở trang Cán bộ, đồng nghiệp hãy nhận"
            " các bản giấy ở trang Bản giấy đang giữ, rồi đóng tài khoản."
        ),
        409,
    ),
    "AbsenceNotYours": Message(
        N_("Ông/bà không sắp xếp được việc vắng mặt này."),
        N_("Hãy nhờ chính người đó, lãnh đạo của cơ quan hoặc quản trị."),
        403,
    ),
    "StandInNotColleague": Message(
        N_("Người đã chọn không thay được."),
        N_("Hãy chọn một người khác đang làm việc ở cùng cơ quan, không phải người giúp việc."),
    ),
    "AbsenceDaysUnclear": Message(
        N_("Các ngày vắng mặt chưa đúng."),
        N_(
            "Hãy ghi ngày đầu và ngày cuối, từ hôm nay trở đi, ngày cuối không trước ngày đầu, "
            "nhiều nhất %(most)s ngày."
        ),
    ),
    "AbsenceOverlaps": Message(
        N_("%(name)s đã có người thay từ %(first)s đến %(last)s."),
        N_("Hãy chọn ngày hoặc người khác, hoặc kết thúc lần thay đó trước."),
        409,
    ),
    "AbsenceOver": Message(
        N_("Lần vắng mặt này đã kết thúc."), N_("Hãy tải lại trang để xem tình trạng mới."), 409
    ),
    "FormUsedBefore": Message(
        N_("Biểu mẫu này đã được gửi một lần rồi."),
        N_("Hãy mở lại trang và điền lại nếu ông/bà muốn gửi thêm."),
        409,
    ),
    "FormExpired": Message(
        N_("Biểu mẫu đã mở quá lâu nên không gửi được."),
        N_("Hãy mở lại trang rồi điền lại."),
        400,
    ),
}
