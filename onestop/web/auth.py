"""Signing in, in as many stages as the account needs, and signing out."""

from base64 import b64encode

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from qrcode import QRCode
from qrcode.image.svg import SvgPathImage

from onestop import clock
from onestop.domain import accounts as rules
from onestop.domain.accounts import CodeRefused, SignInRefused, Stage
from onestop.domain.errors import DomainError
from onestop.inputs.common_passwords import common_passwords
from onestop.queries import accounts as accounts_query
from onestop.queries.accounts import AccountRow, SignedInRow
from onestop.services import accounts as accounts_service
from onestop.services import second_factor
from onestop.services.passwords import hash_password, password_matches
from onestop.web import identity
from onestop.web.data import read, write
from onestop.web.endpoints import Audience, endpoint
from onestop.web.guard import STAGE_PAGES
from onestop.web.language import gettext
from onestop.web.messages import message_for
from onestop.web.navigation import landing
from onestop.web.resend import (
    KeptForm,
    SignedOut,
    carried_form,
    form_for,
    resend_page,
    signed_form,
)

bp = Blueprint("auth", __name__)


@bp.route("/sign-in", methods=["GET", "POST"])
@endpoint(audience=Audience.OPEN)
def sign_in() -> ResponseReturnValue:
    person = identity.viewer()
    if request.method != "POST":
        if person is not None and person.stage is Stage.OPEN:
            return redirect(_next(person))
        return _page(None)
    username = request.form.get("username", "")
    try:
        account = _account_for(username, request.form.get("password", ""))
    except DomainError as error:
        return _page(None, message_for(error), username=username[:64])
    identity.finish()
    stage = account.stage_after(None)
    identity.start(account.user_id, stage=stage, roles=account.roles)
    return _onward(account, stage)


@bp.route("/sign-in/code", methods=["GET", "POST"])
@endpoint(audience=Audience.OPEN)
def code() -> ResponseReturnValue:
    person = identity.viewer()
    if person is None or person.stage is not Stage.SECOND_FACTOR:
        return redirect(url_for("auth.sign_in"))
    problem = None
    if request.method == "POST":
        try:
            _use_code(person, request.form.get("code", "")[:40])
        except DomainError as error:
            problem = message_for(error)
        else:
            return _passed(person, Stage.SECOND_FACTOR)
    return _page(person, problem)


@bp.route("/sign-in/new-password", methods=["GET", "POST"])
@endpoint(audience=Audience.OPEN)
def new_password() -> ResponseReturnValue:
    person = identity.viewer()
    if person is None or person.stage is not Stage.NEW_PASSWORD:
        return redirect(url_for("auth.sign_in"))
    problem = None
    if request.method == "POST":
        account = _account_of(person)
        try:
            choose_password(
                account, request.form.get("password", ""), request.form.get("again", "")
            )
        except DomainError as error:
            problem = message_for(error)
        else:
            return _passed(person, Stage.NEW_PASSWORD)
    return _page(person, problem)


@bp.route("/sign-in/second-factor", methods=["GET", "POST"])
@endpoint(audience=Audience.OPEN)
def enrol() -> ResponseReturnValue:
    person = identity.viewer()
    if person is None or person.stage is not Stage.ENROLMENT:
        return redirect(url_for("auth.sign_in"))
    problem = None
    if request.method == "POST":
        try:
            codes = _enrol(person, request.form.get("code", ""))
        except CodeRefused as error:
            problem = message_for(error)
        else:
            account = _account_of(person)
            identity.advance(person, stage=Stage.OPEN, roles=account.roles)
            # Shown once, so this answer to a POST is a page and not a redirect.
            form = form_for(person.user_id, carried_form())
            return render_template(
                "auth/recovery_codes.html", codes=codes, onward=_next(person), form=form
            )
    return _page(person, problem)


@bp.post("/sign-out")
@endpoint(audience=Audience.OPEN)
def sign_out() -> ResponseReturnValue:
    identity.finish()
    return redirect(url_for("auth.sign_in"))


@bp.app_errorhandler(SignedOut)
def keep_form(error: SignedOut) -> ResponseReturnValue:
    """Ask for the sign-in that is missing, and carry the form through it."""
    html, _status = _page(identity.viewer(), kept=error.form)
    return html, 401


def choose_password(account: AccountRow, password: str, again: str) -> None:
    """Store a new password of the account; raises what `check_password` raises, and two more."""
    wanted = rules.clean_password(password)
    if wanted != rules.clean_password(again):
        raise rules.PasswordsDiffer
    rules.check_password(
        wanted,
        username=account.username,
        second_factor=_has_or_gets_code(account),
        common=common_passwords(),
    )
    if password_matches(account.password_hash, wanted):
        raise rules.PasswordUnchanged
    hashed = hash_password(wanted)
    with write() as db:
        accounts_service.change_password(db, account.user_id, password_hash=hashed)


def shortest_password(account: AccountRow) -> int:
    """Return how many characters a password of this account needs."""
    return rules.SHORTEST_WITH_CODE if _has_or_gets_code(account) else rules.SHORTEST_ALONE


def _has_or_gets_code(account: AccountRow) -> bool:
    return account.has_second_factor or rules.needs_second_factor(account.roles)


def _page(
    person: SignedInRow | None,
    problem: str | None = None,
    *,
    username: str = "",
    kept: KeptForm | None = None,
) -> tuple[str, int]:
    """Return the page of the stage where `person` stands, with the form that waits for its end."""
    endpoint_name = STAGE_PAGES[person.stage] if person else "auth.sign_in"
    asked = None if kept else request.args.get("next")
    html = render_template(
        f"{endpoint_name.replace('.', '/')}.html",
        action=url_for(endpoint_name, next=asked),
        kept=signed_form(kept or carried_form()),
        problem=problem,
        username=username,
        **(_shown_at(person) if person else {}),
    )
    return html, 422 if problem else 200


def _shown_at(person: SignedInRow) -> dict[str, object]:
    match person.stage:
        case Stage.SECOND_FACTOR:
            return {"demo_code": _demo_code(person)}
        case Stage.NEW_PASSWORD:
            return {"minimum": shortest_password(_account_of(person))}
        case Stage.ENROLMENT:
            with write() as db:
                secret = second_factor.offer_secret(db, person.session_id)
            return {"secret": secret, "qr": _qr(secret, person.username)}
    return {}


def _account_for(username: str, password: str) -> AccountRow:
    """Return the account, or raise SignInRefused or SignInTooOften, always after the same work."""
    now, name, address = clock.now(), username.strip().lower()[:64], request.remote_addr or ""
    with read() as db:
        found = accounts_query.account_for_sign_in(db, name, now=now)
        failures = accounts_query.failures(db, name, address=address, now=now)
    rules.refuse_while_throttled(failures, now)
    usable = found if found is not None and not found.disabled else None
    known_hash = usable.password_hash if usable is not None else None
    cleaned = rules.clean_password(password[: rules.LONGEST_PASSWORD])
    right = password_matches(known_hash, cleaned)
    with write() as db:
        # Guesses sent at once all came past the first look: whoever is late learns nothing.
        accounts_service.wait_for_others(db, name)
        now = clock.now()
        failures = accounts_query.failures(db, name, address=address, now=now)
        rules.refuse_while_throttled(failures, now)
        if not right:
            accounts_service.record_failure(db, name, address=address, at=now)
    if not right or usable is None:
        raise SignInRefused
    return usable


def _use_code(person: SignedInRow, typed: str) -> None:
    now, address = clock.now(), request.remote_addr or ""
    with read() as db:
        failures = accounts_query.failures(db, person.username, address=address, now=now)
    rules.refuse_while_throttled(failures, now)
    try:
        with write() as db:
            second_factor.accept_code(db, person.user_id, code=typed, at=now)
    except CodeRefused:
        with write() as db:
            accounts_service.record_failure(db, person.username, address=address, at=now)
        raise


def _enrol(person: SignedInRow, typed: str) -> tuple[str, ...]:
    with write() as db:
        return second_factor.enrol(
            db, person.user_id, session_id=person.session_id, code=typed[:40], at=clock.now()
        )


def _passed(person: SignedInRow, stage: Stage) -> ResponseReturnValue:
    account = _account_of(person)
    following = account.stage_after(stage)
    identity.advance(person, stage=following, roles=account.roles)
    return _onward(account, following)


def _onward(account: AccountRow, stage: Stage) -> ResponseReturnValue:
    person, asked = identity.viewer_anew(), request.args.get("next")
    form = form_for(account.user_id, carried_form())
    if stage is not Stage.OPEN:
        if form:
            return _page(person)
        return redirect(url_for(STAGE_PAGES[stage], next=asked))
    with write() as db:
        accounts_service.forget_failures(db, account.username, address=request.remote_addr or "")
    if form:
        return resend_page(form, gettext("Đã đăng nhập lại"), gettext("Chưa có gì được lưu."))
    return redirect(url_for("auth.sign_in", next=asked))


def _account_of(person: SignedInRow) -> AccountRow:
    with read() as db:
        account = accounts_query.account(db, person.user_id, now=clock.now())
    if account is None:
        raise LookupError("a session without an account")
    return account


def _next(person: SignedInRow) -> str:
    asked = request.args.get("next", "")
    return asked if is_own_path(asked) else landing(person)


def is_own_path(path: str) -> bool:
    """Return whether `path` leads to a page of this site whatever a browser makes of it."""
    return (
        path.startswith("/")
        and not path.startswith(("//", "/sign-in"))
        and "\\" not in path
        and path.isprintable()
        and len(path) <= 2000
    )


def _demo_code(person: SignedInRow) -> str | None:
    if not person.demo or not current_app.config["ONESTOP_LOOPBACK"]:
        return None
    with read() as db:
        secret = accounts_query.demo_secret(db, person.user_id)
    return second_factor.present_code(secret, clock.now()) if secret else None


def _qr(secret: str, username: str) -> str:
    made = QRCode(image_factory=SvgPathImage, border=4)
    made.add_data(second_factor.enrolment_uri(secret, username))
    svg = made.make_image().to_string(encoding="utf-8")
    return f"data:image/svg+xml;base64,{b64encode(svg).decode()}"
