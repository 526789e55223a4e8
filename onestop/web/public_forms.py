"""Forms of public pages, which have no cookie: a signed token, good for two hours and one use."""

import secrets
from typing import Any

from flask import Flask, current_app
from itsdangerous import BadData, URLSafeSerializer
from markupsafe import Markup

from onestop import clock
from onestop.services.form_tokens import FORM_LIFE, FormExpired, use_token
from onestop.web.data import write

FIELD = "form_token"


def init_public_forms(app: Flask) -> None:
    """Give templates `public_form_token(endpoint)`, the hidden field of a form sent to it."""
    app.jinja_env.globals["public_form_token"] = form_field


def issue_token(purpose: str) -> str:
    """Return a token for one form sent to the endpoint `purpose`."""
    made_at = int(clock.now().timestamp())
    return str(_signer(purpose).dumps([secrets.token_urlsafe(12), made_at]))


def accept_token(token: str, purpose: str) -> None:
    """Use `token` up, in a transaction of its own.

    Raises FormExpired for an old, foreign or missing one, FormUsedBefore for a second time.
    """
    try:
        made_at = _made_at(_signer(purpose).loads(token))
    except BadData:
        raise FormExpired from None
    now = clock.now()
    if not 0 <= now.timestamp() - made_at + 1 <= FORM_LIFE.total_seconds():
        raise FormExpired
    with write() as db:
        use_token(db, token, at=now)


def form_field(purpose: str) -> Markup:
    """Return the hidden input that carries a new token."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, issue_token(purpose))


def _made_at(body: Any) -> int:
    _nonce, made_at = body
    return int(made_at)


def _signer(purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=f"public form {purpose}")
