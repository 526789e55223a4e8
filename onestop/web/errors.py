"""Pages for what went wrong: what happened and what to do now, in the frame of the audience."""

from dataclasses import dataclass
from http import HTTPStatus

from flask import Flask, Response, current_app, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException, MethodNotAllowed, SecurityError, TooManyRequests

from onestop.db import DatabaseBusy, StorageFull
from onestop.domain.accounts import Stage
from onestop.domain.errors import DomainError
from onestop.web.endpoints import Audience
from onestop.web.identity import viewer
from onestop.web.language import gettext
from onestop.web.messages import entry_for, sentences_for
from onestop.web.messages.entry import N_
from onestop.web.resend import carried_form, form_for, resend_page, sent_form
from onestop.web.security import audience

RETRY_SECONDS = 30


@dataclass(frozen=True, slots=True)
class ErrorText:
    """The three lines of an error page."""

    title: str
    what: str
    then: str


TEXTS = {
    400: ErrorText(
        N_("Yêu cầu chưa gửi được"),
        N_("Trang đã mở quá lâu, hoặc địa chỉ bị gõ thiếu."),
        N_("Hãy mở lại trang rồi điền lại."),
    ),
    401: ErrorText(
        N_("Cần đăng nhập"),
        N_("Phiên làm việc đã hết hoặc chưa bắt đầu."),
        N_("Hãy đăng nhập rồi làm lại."),
    ),
    403: ErrorText(
        N_("Không được phép"),
        N_("Tài khoản này không có quyền làm việc đó."),
        N_("Nếu việc này thuộc nhiệm vụ của ông/bà, hãy nhờ quản trị giao vai trò."),
    ),
    404: ErrorText(
        N_("Không tìm thấy"),
        N_("Không có trang hoặc hồ sơ nào ở địa chỉ này."),
        N_("Hãy kiểm tra lại mã trên giấy hẹn, hoặc trở về trang đầu."),
    ),
    405: ErrorText(
        N_("Trang này không mở được như vậy"),
        N_("Địa chỉ này chỉ nhận biểu mẫu."),
        N_("Hãy trở về trang đầu rồi đi từ đó."),
    ),
    409: ErrorText(
        N_("Hồ sơ vừa được thay đổi"),
        N_("Có người đã xử lý trong lúc trang này đang mở."),
        N_("Hãy tải lại trang để xem tình trạng mới rồi làm tiếp."),
    ),
    413: ErrorText(
        N_("Nội dung quá lớn"),
        N_("Tệp hoặc nội dung gửi lên lớn hơn mức cho phép."),
        N_("Hãy chọn tệp nhỏ hơn rồi gửi lại."),
    ),
    422: ErrorText(
        N_("Chưa thực hiện được"),
        N_("Nội dung gửi lên chưa đủ hoặc chưa đúng."),
        N_("Hãy quay lại và kiểm tra từng ô."),
    ),
    429: ErrorText(
        N_("Quá nhiều lần thử"),
        N_("Máy này đã hỏi quá nhiều lần trong thời gian ngắn."),
        N_("Hãy chờ vài phút rồi thử lại."),
    ),
    500: ErrorText(
        N_("Hệ thống gặp lỗi"),
        N_("Lỗi đã được ghi lại. Việc đang làm dở có thể chưa được lưu."),
        N_("Hãy thử lại; nếu vẫn lỗi, xin gọi số điện thoại hỗ trợ."),
    ),
    503: ErrorText(
        N_("Hệ thống đang bận"),
        N_("Cơ sở dữ liệu tạm thời chưa trả lời. Chưa có gì được lưu."),
        N_("Hãy thử lại sau ít phút."),
    ),
}


def init_errors(app: Flask) -> None:
    """Answer every refusal and every failure with a page, or with JSON where JSON was asked for."""
    app.register_error_handler(DomainError, _refused)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(DBAPIError, _database)
    app.register_error_handler(DatabaseBusy, _busy)
    app.register_error_handler(StorageFull, _busy)


def _refused(error: DomainError) -> Response:
    what, then = sentences_for(error)
    entry = entry_for(error)
    response = _answer(entry.status, gettext(_text(entry.status).title), what, then)
    if entry.retry_after:
        response.headers["Retry-After"] = str(entry.retry_after)
    return response


def _stale_form(error: CSRFError) -> Response:
    person = viewer()
    if person and person.stage is Stage.OPEN and not _wants_json():
        sent = sent_form() if audience() is Audience.STAFF else carried_form()
        form = form_for(person.user_id, sent)
    else:
        form = None
    if form:
        title = gettext("Biểu mẫu đã hết hạn")
        what = gettext("Ông/bà đã đăng nhập lại từ khi mở trang này. Chưa có gì được lưu.")
        return make_response(resend_page(form, title, what), 400)
    return _answer(
        400,
        gettext("Biểu mẫu đã hết hạn"),
        gettext("Trang được mở từ trước khi đăng nhập, hoặc đã mở quá lâu. Chưa có gì được lưu."),
        gettext("Hãy mở lại trang rồi điền lại."),
    )


def _http(error: HTTPException) -> Response:
    if error.response is not None:
        return make_response(error.response)
    if isinstance(error, SecurityError):
        # The host is not ours: nothing of this server is shown under a foreign name.
        return Response("Bad Request\n", 400, mimetype="text/plain")
    status = error.code or 500
    # A citizen has no account that could lack a right: a form of another site was refused.
    foreign = status == 403 and audience() is Audience.PUBLIC
    text = _text(400 if foreign else status)
    response = _answer(status, gettext(text.title), gettext(text.what), gettext(text.then))
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    if isinstance(error, TooManyRequests) and error.retry_after:
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _database(error: DBAPIError) -> Response:
    # A lost connection is weather; anything else is a bug and is logged as one.
    lost = error.connection_invalidated or type(error).__name__ in {
        "OperationalError",
        "InterfaceError",
    }
    current_app.logger.error("database: %s", type(error).__name__, exc_info=not lost)
    return _failed(503 if lost else 500)


def _busy(error: Exception) -> Response:
    current_app.logger.error("database: %s", type(error).__name__)
    return _failed(503)


def _failed(status: int) -> Response:
    text = _text(status)
    return _answer(status, gettext(text.title), gettext(text.what), gettext(text.then))


def _text(status: int) -> ErrorText:
    return TEXTS.get(status) or TEXTS[400 if status < 500 else 500]


def _answer(status: int, title: str, what: str, then: str) -> Response:
    if _wants_json():
        response = make_response(
            {
                "type": "about:blank",
                "title": HTTPStatus(status).phrase,
                "status": status,
                "detail": " ".join(text for text in (what, then) if text),
            }
        )
        response.mimetype = "application/problem+json"
    else:
        response = make_response(_page(title, what, then))
    response.status_code = status
    if status in {429, 503}:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def _page(title: str, what: str, then: str) -> str:
    public = audience() is Audience.PUBLIC
    frame = "errors/public.html" if public else "errors/staff.html"
    return render_template(frame, title=title, what=what, then=then)


def _wants_json() -> bool:
    if request.path.startswith("/api/"):
        return True
    return request.accept_mimetypes.best == "application/json"
