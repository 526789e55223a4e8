"""The one gate before every view: signed in, same site, right held, view logged; else refused."""

import re
from datetime import datetime

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFProtect

from onestop import clock
from onestop.domain.accounts import Stage
from onestop.queries.accounts import SignedInRow
from onestop.services import access
from onestop.services import sessions as sessions_service
from onestop.web import public_forms
from onestop.web.data import write
from onestop.web.endpoints import SAFE_METHODS, Audience, Declaration, declaration_of
from onestop.web.identity import SEEN_EVERY, viewer
from onestop.web.origin import refuse_other_sites
from onestop.web.resend import SignedOut, sent_form

STAGE_PAGES = {
    Stage.SECOND_FACTOR: "auth.code",
    Stage.NEW_PASSWORD: "auth.new_password",
    Stage.ENROLMENT: "auth.enrol",
}

FORM_BYTES = 1024 * 1024
NUL = "\x00"
TIMED = "X-Onestop-Timed"
"""What a script sends that asks by the clock: it needs a sign-in, but nobody is present."""

_ID = re.compile(r"[0-9]{1,10}")

_csrf = CSRFProtect()


def init_guard(app: Flask) -> None:
    """Put the gate before every view and give templates `csrf_token()`."""
    # The gate calls the check itself: after the session is known, for staff and open pages only.
    app.config.update(WTF_CSRF_CHECK_DEFAULT=False, WTF_CSRF_TIME_LIMIT=None)
    _csrf.init_app(app)
    app.before_request(_guard)


def _guard() -> ResponseReturnValue | None:
    if request.endpoint is None:
        viewer()  # no such page: 404 or 405 follows, in the frame of whoever asks
        return None
    declaration = declaration_of(current_app, request.endpoint)
    g.declaration = declaration
    if request.mimetype != "multipart/form-data":
        request.max_content_length = FORM_BYTES  # only uploads may be as large as the setting
    if request.method not in SAFE_METHODS:
        refuse_other_sites()
    _refuse_nul()
    match declaration.audience:
        case Audience.STAFF:
            return _staff(declaration)
        case Audience.PUBLIC:
            _check_public_form(declaration)
        case Audience.OPEN:
            _check_form_token(declaration)
        case Audience.API:
            abort(401)
    return None


def _refuse_nul() -> None:
    """Stop U+0000 at the door: no name or code holds it and PostgreSQL stores none."""
    if NUL in request.path:
        abort(404)
    sent = (*request.args.items(multi=True), *request.form.items(multi=True))
    if any(NUL in text for pair in sent for text in pair):
        abort(400)


def _check_public_form(declaration: Declaration) -> None:
    if request.method not in SAFE_METHODS and declaration.csrf:
        public_forms.accept_token(request.form.get(public_forms.FIELD, ""), str(request.endpoint))


def _staff(declaration: Declaration) -> ResponseReturnValue | None:
    if not current_user.is_authenticated:
        return _elsewhere(viewer())
    row = viewer()
    if row is None:
        abort(401)
    _check_form_token(declaration)
    if declaration.right is not None and not row.actor.has(declaration.right):
        abort(403)
    if declaration.reads_personal:
        _log_view(row, declaration)
    elif _shows_presence(row, clock.now()):
        with write() as db:
            sessions_service.touch_session(db, row.session_id, at=clock.now())
    return None


def _shows_presence(row: SignedInRow, now: datetime) -> bool:
    return TIMED not in request.headers and now - row.seen_at > SEEN_EVERY


def _check_form_token(declaration: Declaration) -> None:
    if declaration.csrf and request.method not in SAFE_METHODS:
        _csrf.protect()


def _elsewhere(row: SignedInRow | None) -> ResponseReturnValue:
    if request.accept_mimetypes.best == "application/json":
        abort(401)
    if form := sent_form():
        raise SignedOut(form)
    asked = request.full_path.rstrip("?") if request.method in SAFE_METHODS else None
    if row is not None:
        return redirect(url_for(STAGE_PAGES[row.stage], next=asked))
    return redirect(url_for("auth.sign_in", next=asked))


def _log_view(row: SignedInRow, declaration: Declaration) -> None:
    now = clock.now()
    try:
        with write() as db:
            access.record_view(
                db,
                row.actor,
                right=declaration.right,
                endpoint=str(request.endpoint),
                subject=_subject(declaration),
                at=now,
            )
            if _shows_presence(row, now):
                sessions_service.touch_session(db, row.session_id, at=now)
    except access.NobodyToLog:
        abort(403)
    except Exception as error:
        # Whatever the reason: what cannot be logged is not shown (R15).
        current_app.logger.exception("a view could not be logged")
        abort(503, description=type(error).__name__)


def _subject(declaration: Declaration) -> str:
    """What the row of the access log names: nothing that somebody typed gets in but an id."""
    named = request.view_args or {}
    if not declaration.subject:
        return str(named.get("code", ""))

    def number(place: re.Match[str]) -> str:
        sent = str(named.get(place[1], request.values.get(place[1], "")))
        return sent if _ID.fullmatch(sent) else "-"

    return re.sub(r"\{(\w+)\}", number, declaration.subject)
