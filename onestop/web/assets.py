"""Style sheets, scripts and icons: ours from static/, Bootstrap's from its installed package."""

import re
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from importlib.util import find_spec
from mimetypes import guess_type
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, current_app, send_file, url_for
from markupsafe import Markup

from onestop.web.endpoints import Audience, endpoint

STATIC = Path(__file__).resolve().parents[2] / "static"
A_YEAR = 31_536_000

bp = Blueprint("assets", __name__)


@dataclass(frozen=True, slots=True)
class Asset:
    """A file with the digest that its address carries."""

    path: Path
    digest: str
    mimetype: str


def init_assets(app: Flask) -> None:
    """Read every file once and give templates `asset_url(name)` and `icon(name)`."""
    app.extensions["onestop_assets"] = _found()
    app.jinja_env.globals.update(asset_url=asset_url, icon=icon)


def asset_url(name: str) -> str:
    """Return the address of a file, "css/onestop.css"; raises KeyError for an unknown one."""
    return url_for("assets.file", digest=_assets()[name].digest, name=name)


@bp.get("/assets/<digest>/<path:name>")
@endpoint(audience=Audience.OPEN)
def file(digest: str, name: str) -> Response:
    asset = _assets().get(name)
    if asset is None or asset.digest != digest:
        abort(404)
    response = send_file(asset.path, mimetype=asset.mimetype, max_age=A_YEAR, etag=asset.digest)
    response.cache_control.immutable = True
    return response


@lru_cache
def icon(name: str) -> Markup:
    """Return a Bootstrap icon as inline SVG, hidden from screen readers: words stand beside it."""
    sprite = (_bootstrap() / "icons" / "bootstrap-icons.svg").read_text(encoding="utf-8")
    found = re.search(rf'<symbol[^>]*\bid="{re.escape(name)}"[^>]*>(.*?)</symbol>', sprite, re.S)
    if found is None:
        raise KeyError(f"no icon {name!r}")
    shape = Markup(found[1])  # noqa: S704 - from the installed package, not from a person
    return Markup(
        '<svg class="icon" viewBox="0 0 16 16" width="16" height="16" fill="currentColor"'
        ' aria-hidden="true" focusable="false">{}</svg>'
    ).format(shape)


def _assets() -> dict[str, Asset]:
    found: dict[str, Asset] = current_app.extensions["onestop_assets"]
    return found


def _found() -> dict[str, Asset]:
    files = {"bootstrap/bootstrap.min.css": _bootstrap() / "css" / "bootstrap.min.css"}
    for path in sorted(STATIC.rglob("*")):
        if path.is_file():
            files[path.relative_to(STATIC).as_posix()] = path
    return {name: _asset(path) for name, path in files.items()}


def _asset(path: Path) -> Asset:
    digest = sha256(path.read_bytes()).hexdigest()[:16]
    return Asset(path, digest, guess_type(path.name)[0] or "application/octet-stream")


def _bootstrap() -> Path:
    # Found without importing it: its Flask extension is not used, only its files (R31).
    spec = find_spec("flask_bootstrap")
    if spec is None or spec.origin is None:
        raise RuntimeError("the package bootstrap-flask is not installed")
    return Path(spec.origin).parent / "static" / "bootstrap5"
