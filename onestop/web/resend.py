"""A form that met a closed door: kept in the answer itself until it may be sent again."""

from dataclasses import dataclass

from flask import current_app, render_template, request
from itsdangerous import BadData, URLSafeSerializer

from onestop.web.endpoints import SAFE_METHODS
from onestop.web.origin import is_own_form

FIELD = "kept"
# A password is typed again: the next to sign in on this screen may be somebody else.
PASSWORDS = frozenset({"password", "present", "again"})


@dataclass(frozen=True, slots=True)
class KeptForm:
    """Where a form was sent, and what stood in it; the server keeps no copy."""

    address: str
    fields: tuple[tuple[str, str], ...]


class SignedOut(Exception):
    """A form came from a page of ours whose sign-in has ended."""

    def __init__(self, form: KeptForm) -> None:
        super().__init__("a form without a sign-in")
        self.form = form


def sent_form() -> KeptForm | None:
    """Return the form of this request, or None where there is nothing to keep.

    Never a file, never a password, and nothing that the browser does not say is from our pages.
    """
    if request.method in SAFE_METHODS or not is_own_form():
        return None
    fields = tuple(pair for pair in request.form.items(multi=True) if pair[0] != "csrf_token")
    if not fields or request.files or not PASSWORDS.isdisjoint(request.form):
        return None
    return KeptForm(request.full_path.rstrip("?"), fields)


def carried_form() -> KeptForm | None:
    """Return the form that a page of signing in carries along, or None."""
    if not is_own_form():
        return None
    try:
        address, fields = _signer().loads(request.form.get(FIELD, ""))
    except BadData:
        return None
    return KeptForm(address, tuple((name, text) for name, text in fields))


def signed_form(form: KeptForm | None) -> str:
    """Return the value of the hidden field that carries `form`, "" for none."""
    return str(_signer().dumps([form.address, form.fields])) if form else ""


def resend_page(form: KeptForm, title: str, what: str) -> str:
    """Return the page whose one button sends `form` again, with the token of this sign-in."""
    return render_template("errors/resend.html", form=form, title=title, what=what)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="kept form")
