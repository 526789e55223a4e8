"""What citizens open: the look-up page and the status of one dossier, by QR or by code."""

from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import cast

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    make_response,
    render_template,
    request,
)
from flask.blueprints import BlueprintSetupState
from pydantic import ValidationError
from werkzeug.exceptions import TooManyRequests

from onestop import clock
from onestop.domain.codes import DossierCode, StatusToken
from onestop.domain.neighbourhoods import neighbourhood
from onestop.domain.office_time import office_date
from onestop.inputs.look_up import LookUp
from onestop.queries.agencies import answerable
from onestop.queries.public_rows import PublicStatusRow, ReplacedSlipRow
from onestop.queries.public_status import public_status
from onestop.queries.status_look_up import token_for
from onestop.web.data import database, read
from onestop.web.endpoints import Audience, endpoint
from onestop.web.language import gettext, language
from onestop.web.messages.entry import N_
from onestop.web.miss_limiter import MissLimiter, hidden
from onestop.web.status_cache import init_status_cache, status_cache
from onestop.web.status_page import status_page

bp = Blueprint("public", __name__)

ADDRESS_MISSES = "onestop_address_misses"
CODE_MISSES = "onestop_code_misses"
HALL = "hall"

FIELD_ERRORS = {
    "code_missing": N_("Hãy nhập mã hồ sơ in trên giấy hẹn."),
    "code_form": N_("Mã hồ sơ chưa đúng dạng. Xem lại mã trên giấy hẹn, ví dụ H40.05-261123-0007."),
}
SECRET_MISSING = N_("Hãy nhập mã kiểm tra in dưới mã QR, hoặc 4 số cuối.")
NOT_FOUND = N_(
    "Không tìm thấy hồ sơ có mã này cùng với mã kiểm tra hoặc 4 số cuối đã nhập. Hãy kiểm tra"
    " mã trên giấy hẹn, hoặc gọi số điện thoại in trên giấy hẹn."
)


@dataclass(frozen=True, slots=True)
class Problem:
    """A field that has to be looked at, and the sentence beside it."""

    field: str
    text: str


@bp.record_once
def _set_up(state: BlueprintSetupState) -> None:
    app = cast(Flask, state.app)
    init_status_cache(app, app.extensions["onestop"])
    app.extensions.update(miss_limiters(app.config["ONESTOP_WORKERS"]))


def miss_limiters(workers: int) -> dict[str, MissLimiter]:
    """Return what limits guessing in one of `workers` processes.

    Misses only: telephones share addresses, and a busy hall must not be shut out.
    Source: docs/rules.md, rule R20.
    """
    return {
        ADDRESS_MISSES: MissLimiter(20, timedelta(minutes=10), least=10, workers=workers),
        CODE_MISSES: MissLimiter(5, timedelta(minutes=15), least=3, workers=workers),
    }


@bp.get("/")
@endpoint(audience=Audience.PUBLIC)
def look_up_form() -> str:
    return _form()


@bp.post("/look-up")
@endpoint(audience=Audience.PUBLIC)
def look_up() -> Response:
    try:
        asked = LookUp.model_validate(request.form.to_dict())
    except ValidationError as error:
        return _refused(Problem("code", _words(error)))
    if asked.token is not None:
        return _answer(asked.token.sha256, asked)
    if not asked.secret:
        return _refused(Problem("secret", gettext(SECRET_MISSING)), asked)
    _stop_guessing(ADDRESS_MISSES, neighbourhood(request.remote_addr))
    _stop_guessing(CODE_MISSES, _dossier_key(asked))
    with database().status_engine.connect() as connection:
        token_sha256 = token_for(connection, asked.code, asked.secret)
    return _answer(token_sha256, asked)


@bp.get("/s/<path:token>")
@endpoint(audience=Audience.PUBLIC)
def status(token: str) -> Response:
    parsed = StatusToken.parse(token)
    if parsed is None:
        return _not_found()
    now = clock.now()
    cache = status_cache()
    page = cache.find(parsed.sha256, language(), now=now)
    if page is not None:
        return make_response(page)
    generation = cache.generation
    found = _read(parsed.sha256)
    if found is None:
        return _not_found()
    if isinstance(found, ReplacedSlipRow):
        return make_response(_replaced(found))
    page = _page(found, link=parsed).encode()
    cache.keep(
        parsed.sha256,
        language(),
        page,
        dossier_id=found.dossier_id,
        now=now,
        generation=generation,
    )
    return make_response(page)


@bp.get("/report/<code>")
@endpoint(audience=Audience.PUBLIC)
def report(code: str) -> str:
    """Whom to call about a desk; the QR of its poster opens this page."""
    with read() as db:
        desks = answerable(db, code, on=office_date(clock.now()))
    if not desks:
        abort(404)
    return render_template("public/report.html", desks=desks)


def _answer(token_sha256: str, asked: LookUp) -> Response:
    """Answer the form with the page itself; the link stays out of it."""
    found = _read(token_sha256)
    if isinstance(found, PublicStatusRow):
        return make_response(_page(found, link=None))
    if isinstance(found, ReplacedSlipRow):
        return make_response(_replaced(found))
    _miss(ADDRESS_MISSES, neighbourhood(request.remote_addr))
    if asked.token is None:
        _miss(CODE_MISSES, _dossier_key(asked))
    return _refused(Problem("code", gettext(NOT_FOUND)), asked, status=404)


def _dossier_key(asked: LookUp) -> str:
    """Return what misses of one dossier count under, however its code was typed."""
    return hidden(str(DossierCode.parse(asked.code)))


def _read(token_sha256: str) -> PublicStatusRow | ReplacedSlipRow | None:
    with database().status_engine.connect() as connection:
        return public_status(connection, token_sha256, now=clock.now())


def _page(row: PublicStatusRow, *, link: StatusToken | None) -> str:
    page = status_page(row, now=clock.now())
    # The hall shows what is asked in its form; a page behind a link is a telephone's and is kept.
    hall = link is None and _is_hall()
    return render_template(
        "public/status.html", page=page, token=link.text if link else None, hall=hall
    )


def _replaced(row: ReplacedSlipRow) -> str:
    return render_template("public/replaced.html", replaced_at=row.replaced_at)


def _not_found() -> Response:
    """The one answer to every link that opens nothing: the same bytes, whatever the reason."""
    address = neighbourhood(request.remote_addr)
    _stop_guessing(ADDRESS_MISSES, address)
    _miss(ADDRESS_MISSES, address)
    response = make_response(render_template("public/not_found.html"))
    response.status_code = 404
    return response


def _form(problem: Problem | None = None, asked: LookUp | None = None) -> str:
    return render_template(
        "public/look_up.html",
        problem=problem,
        code=asked.code if asked else request.form.get("code", "")[:200],
        hall=_is_hall(),
    )


def _refused(problem: Problem, asked: LookUp | None = None, *, status: int = 422) -> Response:
    response = make_response(_form(problem, asked))
    response.status_code = status
    return response


def _words(error: ValidationError) -> str:
    code = str(error.errors()[0]["type"])
    sentence = FIELD_ERRORS.get(code) or FIELD_ERRORS["code_form"]
    return gettext(sentence)


def _is_hall() -> bool:
    return request.values.get("mode") == HALL


def _stop_guessing(limiter: str, key: str) -> None:
    wait = current_app.extensions[limiter].wait(key, now=clock.now())
    if wait is not None:
        raise TooManyRequests(retry_after=ceil(wait.total_seconds()))


def _miss(limiter: str, key: str) -> None:
    current_app.extensions[limiter].miss(key, now=clock.now())
