"""A form that met a closed door: kept in the answer itself until its author may send it again."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app, render_template, request
from itsdangerous import BadData, URLSafeSerializer, URLSafeTimedSerializer
from werkzeug.exceptions import HTTPException

from onestop import clock
from onestop.web.endpoints import SAFE_METHODS
from onestop.web.flash import Tone, flash
from onestop.web.identity import TOKEN_KEY, had_session
from onestop.web.language import gettext
from onestop.web.origin import is_own_form

FIELD = "kept"
KEPT_FOR = timedelta(hours=1)
# A password is typed again: the next to sign in on this screen may be somebody else.
PASSWORDS = frozenset({"password", "present", "again"})


@dataclass(frozen=True, slots=True)
class KeptForm:
    """Whose form was sent when and where, and what stood in it; the server keeps no copy."""

    user_id: int
    sent_at: datetime
    address: str
    fields: tuple[tuple[str, str], ...]


class SignedOut(Exception):
    """A form came from a page of ours whose sign-in has ended."""

    def __init__(self, form: KeptForm) -> None:
        super().__init__("a form without a sign-in")
        self.form = form


def sent_form() -> KeptForm | None:
    """Return the form of this request, or None where there is nothing to keep.

    Never a file, never a password, nothing that the browser does not say is from our pages, and
    nothing from a page that was shown to nobody or comes without a sign-in, open or ended.
    """
    if request.method in SAFE_METHODS or not is_own_form():
        return None
    fields = tuple(pair for pair in request.form.items(multi=True) if pair[0] != TOKEN_KEY)
    if not fields or request.files or not PASSWORDS.isdisjoint(request.form):
        return None
    user_id = _shown_to()
    if user_id is None or not had_session():
        return None
    return KeptForm(user_id, clock.now(), request.full_path.rstrip("?"), fields)


def carried_form() -> KeptForm | None:
    """Return the form that a page of signing in carries along, whosever it is, or None."""
    if not is_own_form():
        return None
    try:
        user_id, sent_at, address, fields = _signer().loads(request.form.get(FIELD, ""))
    except BadData:
        return None
    pairs = tuple((name, text) for name, text in fields)
    return KeptForm(user_id, datetime.fromisoformat(sent_at), address, pairs)


def form_for(user_id: int, form: KeptForm | None) -> KeptForm | None:
    """Return `form` if this person sent it within the hour; else tell that it was dropped."""
    if form is None:
        return None
    if form.user_id != user_id:
        flash(gettext("Nội dung của người dùng trước không được giữ lại."), Tone.WARNING)
        return None
    if clock.now() - form.sent_at > KEPT_FOR:
        flash(gettext("Nội dung đã nhập chỉ được giữ một giờ nên không còn."), Tone.WARNING)
        return None
    return form


def signed_form(form: KeptForm | None) -> str:
    """Return the value of the hidden field that carries `form`, "" for none."""
    if form is None:
        return ""
    signed = [form.user_id, form.sent_at.isoformat(), form.address, form.fields]
    return str(_signer().dumps(signed))


def resend_page(form: KeptForm, title: str, what: str) -> str:
    """Return the page whose one button sends `form` again, with the token of this sign-in."""
    act = _act(form.address.partition("?")[0])
    return render_template("errors/resend.html", form=form, act=act, title=title, what=what)


def _act(path: str) -> str:
    """Return what `path` is about in words: the reception, a dossier, or else the path itself."""
    try:
        name, values = current_app.url_map.bind(request.host).match(path, method="POST")
    except HTTPException:
        return path
    if name == "reception.receive":
        return gettext("Tiếp nhận hồ sơ")
    return gettext("Hồ sơ %(code)s", code=values["code"]) if "code" in values else path


def _shown_to() -> int | None:
    """Return the id of the person to whom the page of this form was shown, or None."""
    signer = URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="wtf-csrf-token")
    try:
        user_id, dot, _random = str(signer.loads(request.form.get(TOKEN_KEY, ""))).partition(".")
    except BadData:
        return None
    return int(user_id) if dot and user_id.isdecimal() else None


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="kept form")
