"""The words for codes that many pages show: statuses, roles, how a promise stands."""

from dataclasses import dataclass

from flask import Flask

from onestop.domain.rights import Role
from onestop.domain.standings import Punctuality, Standing
from onestop.domain.statuses import Status
from onestop.web.language import gettext
from onestop.web.messages.entry import N_


@dataclass(frozen=True, slots=True)
class Label:
    """Words and the tone of the tag that carries them: late, soon, good, paused, busy, plain."""

    text: str
    tone: str = "plain"


STATUSES = {
    Status.REGISTERED: Label(N_("Mới đăng ký")),
    Status.RECEIVED: Label(N_("Được tiếp nhận"), "busy"),
    Status.REJECTED: Label(N_("Không được tiếp nhận")),
    Status.PROCESSING: Label(N_("Đang xử lý"), "busy"),
    Status.SUPPLEMENT_REQUIRED: Label(N_("Yêu cầu bổ sung giấy tờ"), "paused"),
    Status.PAYMENT_REQUIRED: Label(N_("Yêu cầu thực hiện nghĩa vụ tài chính"), "paused"),
    Status.WITHDRAWN: Label(N_("Công dân yêu cầu rút hồ sơ")),
    Status.SUSPENDED: Label(N_("Tạm dừng xử lý"), "paused"),
    Status.STOPPED: Label(N_("Dừng xử lý")),
    Status.COMPLETED: Label(N_("Đã xử lý xong"), "good"),
    Status.RETURNED: Label(N_("Đã trả kết quả"), "good"),
}
STANDINGS = {
    Standing.WITHIN: Label(N_("Trong hạn"), "good"),
    Standing.DUE_SOON: Label(N_("Sắp đến hạn"), "soon"),
    Standing.OVERDUE: Label(N_("Quá hạn"), "late"),
    Standing.PAUSED: Label(N_("Tạm dừng tính giờ"), "paused"),
}
PUNCTUALITIES = {
    Punctuality.EARLY: Label(N_("Trước hạn"), "good"),
    Punctuality.ON_TIME: Label(N_("Đúng hạn"), "good"),
    Punctuality.OVERDUE: Label(N_("Quá hạn"), "late"),
}
ROLES = {
    Role.CLERK: Label(N_("Cán bộ tiếp nhận")),
    Role.OFFICER: Label(N_("Chuyên viên thụ lý")),
    Role.LEADER: Label(N_("Lãnh đạo")),
    Role.REGISTRAR: Label(N_("Văn thư")),
    Role.AUDITOR: Label(N_("Kiểm soát thủ tục hành chính")),
    Role.ADMIN: Label(N_("Quản trị")),
}

_ALL: dict[object, Label] = {
    **{("status", code): label for code, label in STATUSES.items()},
    **{("standing", code): label for code, label in STANDINGS.items()},
    **{("punctuality", code): label for code, label in PUNCTUALITIES.items()},
    **{("role", code): label for code, label in ROLES.items()},
}


def label(code: object) -> Label:
    """Return the words for a status, standing, punctuality or role, in the page's language."""
    found = _ALL[type(code).__name__.lower(), code]
    return Label(gettext(found.text), found.tone)


def init_labels(app: Flask) -> None:
    """Give templates `label(code)`, with `.text` and `.tone`."""
    app.jinja_env.globals["label"] = label
