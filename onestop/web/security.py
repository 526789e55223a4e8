"""What every answer carries and every request is held to: cookies, hosts, sizes, headers."""

from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, request
from markupsafe import Markup

from onestop.settings import LOOPBACK, Settings, is_loopback
from onestop.web.endpoints import SAFE_METHODS, Audience, Declaration
from onestop.web.styles import squeezed

MEGABYTE = 1024 * 1024

# docs/rules.md, rule R28: what a page may load.
STAFF_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
PUBLIC_POLICY = (
    "default-src 'none'; style-src '{style}'; img-src data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
PDF_POLICY = "default-src 'none'; frame-ancestors 'self'"

PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in (
        *("accelerometer", "autoplay", "camera", "display-capture", "geolocation", "gyroscope"),
        *("magnetometer", "microphone", "midi", "payment", "usb"),
    )
)
HSTS = "max-age=31536000"
NO_INDEX = "noindex, nofollow, noarchive"


def init_security(app: Flask, settings: Settings, secret_key: bytes) -> None:
    """Set what signs, how cookies travel, which hosts and sizes are taken, and the headers."""
    base = urlsplit(settings.base_url)
    https = base.scheme == "https"
    app.config.update(
        SECRET_KEY=secret_key,
        ONESTOP_BASE_URL=settings.base_url,
        ONESTOP_LOOPBACK=is_loopback(settings),
        # A name of this machine cannot mislead anybody, and probes ask by it.
        TRUSTED_HOSTS=sorted({str(base.hostname), *LOOPBACK} - {"::1"}),
        SESSION_COOKIE_NAME="__Host-onestop" if https else "onestop",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=12 * MEGABYTE,
        MAX_FORM_MEMORY_SIZE=MEGABYTE,
        MAX_FORM_PARTS=1_000,
        PREFERRED_URL_SCHEME=base.scheme,
    )
    css = squeezed((Path(app.root_path) / str(app.template_folder) / "public.css").read_text())
    app.jinja_env.globals["public_css"] = Markup(css)  # noqa: S704 - our own file
    app.extensions["onestop_public_policy"] = PUBLIC_POLICY.format(style=_source_hash(css))
    app.after_request(_add_headers)


def _source_hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def audience() -> Audience:
    """Return whom this answer serves; an address that nobody declared is answered to citizens."""
    declaration = g.get("declaration")
    if isinstance(declaration, Declaration):
        return declaration.audience
    return Audience.STAFF if g.get("viewer") is not None else Audience.PUBLIC


def _add_headers(response: Response) -> Response:
    whom = audience()
    public = whom is Audience.PUBLIC
    headers = response.headers
    headers.setdefault("Content-Security-Policy", _policy(response, public=public))
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "no-referrer" if public else "same-origin"
    headers["Permissions-Policy"] = PERMISSIONS
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    if current_app.config["SESSION_COOKIE_SECURE"]:
        headers["Strict-Transport-Security"] = HSTS
    secret = "token" in (request.view_args or {}) or request.method not in SAFE_METHODS
    if not public or secret:
        headers["X-Robots-Tag"] = NO_INDEX
    if "Cache-Control" not in headers:
        headers["Cache-Control"] = "no-cache" if public and not secret else "no-store"
    return response


def _policy(response: Response, *, public: bool) -> str:
    if response.mimetype == "application/pdf":
        return PDF_POLICY
    return str(current_app.extensions["onestop_public_policy"]) if public else STAFF_POLICY
