"""The own account: password, language, and where one is signed in."""

from collections.abc import Mapping

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from onestop import clock
from onestop.domain.errors import DomainError
from onestop.queries import accounts as accounts_query
from onestop.queries.accounts import AccountRow, SignedInRow
from onestop.services import accounts as accounts_service
from onestop.services import sessions as sessions_service
from onestop.web import identity
from onestop.web.auth import choose_password, is_own_path, shortest_password
from onestop.web.data import read, write
from onestop.web.endpoints import endpoint
from onestop.web.flash import flash
from onestop.web.language import LANGUAGES, gettext
from onestop.web.messages import message_for
from onestop.web.own_password import require_own_password

bp = Blueprint("account", __name__, url_prefix="/account")


@bp.get("")
@endpoint()
def page() -> ResponseReturnValue:
    return _page({})


@bp.post("/password")
@endpoint()
def password() -> ResponseReturnValue:
    person = _person()
    field = "present"
    try:
        require_own_password(request.form.get("present", ""))
        field = "password"
        account, wanted = _account(person), request.form.get("password", "")
        choose_password(account, wanted, request.form.get("again", ""))
    except DomainError as error:
        return _page({field: message_for(error)}), 422
    with write() as db:
        sessions_service.end_sessions(db, person.user_id, at=clock.now(), but=person.session_id)
    flash(gettext("Đã đổi mật khẩu. Các nơi đăng nhập khác đã được đăng xuất."))
    return redirect(url_for("account.page"))


@bp.post("/stay")
@endpoint()
def stay() -> ResponseReturnValue:
    with write() as db:
        sessions_service.touch_session(db, _person().session_id, at=clock.now())
    return "", 204


@bp.post("/language")
@endpoint()
def language() -> ResponseReturnValue:
    chosen = request.form.get("language", "")
    if chosen not in LANGUAGES:
        abort(422)
    with write() as db:
        accounts_service.choose_language(db, _person().user_id, language=chosen)
    back = request.form.get("back", "")
    return redirect(back if is_own_path(back) else url_for("account.page"))


@bp.post("/sessions/<int(max=2147483647):session_id>/end")
@endpoint()
def end_session(session_id: int) -> ResponseReturnValue:
    person = _person()
    with write() as db:
        ended = sessions_service.end_session(db, session_id, user_id=person.user_id, at=clock.now())
    if not ended:
        abort(404)
    flash(gettext("Đã đăng xuất ở nơi đó."))
    return redirect(url_for("account.page"))


@bp.post("/sessions/end-others")
@endpoint()
def end_other_sessions() -> ResponseReturnValue:
    person = _person()
    with write() as db:
        sessions_service.end_sessions(db, person.user_id, at=clock.now(), but=person.session_id)
    flash(gettext("Đã đăng xuất ở mọi nơi khác."))
    return redirect(url_for("account.page"))


def _page(problems: Mapping[str, str]) -> str:
    person = _person()
    with read() as db:
        sessions = accounts_query.sessions_of(db, person.user_id, now=clock.now())
    minimum = shortest_password(_account(person))
    return render_template(
        "account/page.html", problems=problems, sessions=sessions, minimum=minimum
    )


def _person() -> SignedInRow:
    person = identity.viewer()
    if person is None:
        abort(401)
    return person


def _account(person: SignedInRow) -> AccountRow:
    with read() as db:
        account = accounts_query.account(db, person.user_id, now=clock.now())
    if account is None:
        abort(401)
    return account
