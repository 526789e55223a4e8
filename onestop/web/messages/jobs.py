"""Why a job was not taken or brought nothing."""

from onestop.web.messages.entry import N_, Message

MESSAGES = {
    "TooManyJobs": Message(
        N_("Ông/bà đang có %(most)s việc chạy nền chưa xong."),
        N_("Hãy chờ một việc xong rồi thử lại."),
        status=429,
        retry_after=30,
    ),
    "JobGivenUp": Message(
        N_("Việc này đã chạy nhiều lần mà không xong."), N_("Hãy báo quản trị hệ thống.")
    ),
    "JobBroken": Message(
        N_("Việc này dừng vì một lỗi của hệ thống. Không có gì được thay đổi."),
        N_("Hãy thử lại, nếu vẫn lỗi thì báo quản trị hệ thống."),
    ),
    "JobNotAllowed": Message(
        N_("Quyền của ông/bà đã thay đổi nên việc này không được thực hiện."),
        N_("Hãy hỏi quản trị hệ thống nếu ông/bà vẫn cần."),
        status=403,
    ),
}
