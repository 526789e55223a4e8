"""Who is asking: flask-login over the `sessions` row that the cookie points to."""

import secrets
from collections.abc import Collection
from datetime import timedelta

from flask import Flask, Request, g, request, session
from flask.globals import request_ctx
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_login import LoginManager, UserMixin, current_user
from werkzeug.exceptions import HTTPException

from onestop import clock
from onestop.domain.accounts import Stage
from onestop.domain.rights import Actor, Role
from onestop.queries import accounts as accounts_query
from onestop.queries.accounts import SignedInRow
from onestop.services import sessions as sessions_service
from onestop.web.data import read, write
from onestop.web.endpoints import Audience, Declaration

SESSION_KEY = "sid"
TOKEN_KEY = "csrf_token"  # noqa: S105 - the name of a field
SEEN_EVERY = timedelta(seconds=60)


class Person(UserMixin):  # type: ignore[misc]  # flask-login has no types
    """What flask-login hands out as `current_user`; signed in only when every stage is passed."""

    def __init__(self, row: SignedInRow) -> None:
        self.row = row
        self.id = str(row.user_id)

    @property
    def is_authenticated(self) -> bool:
        return self.row.stage is Stage.OPEN


class StaffSessions(SecureCookieSessionInterface):
    """The signed cookie of staff pages; a public page neither reads nor sets one (R27)."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        # None makes Flask use a session that refuses to be written and sets no cookie.
        return None if _is_cookieless(app) else super().open_session(app, request)


def init_identity(app: Flask) -> None:
    """Let flask-login read the person of each request from the database."""
    app.session_interface = StaffSessions()
    manager = LoginManager()
    manager.session_protection = None  # the row is the truth; addresses of staff change
    manager.request_loader(_person)
    manager.init_app(app, add_context_processor=False)
    app.context_processor(lambda: {"viewer": g.get("viewer")})


def viewer() -> SignedInRow | None:
    """Return the person of this request at whatever stage, or None for a stranger."""
    return current_user.row if isinstance(current_user._get_current_object(), Person) else None


def viewer_anew() -> SignedInRow | None:
    """Return who this request has just become: `start` and `advance` count from the next one."""
    g.pop("_login_user", None)
    return viewer()


def actor() -> Actor:
    """Return the person signed in as services know it; only after the guard let the request in."""
    row = viewer()
    if row is None or row.stage is not Stage.OPEN:
        raise RuntimeError("nobody is signed in; does the endpoint declare another audience?")
    return row.actor


def start(user_id: int, *, stage: Stage, roles: Collection[Role]) -> None:
    """Begin a sign-in with a new id and a new form token; what the cookie held is gone."""
    with write() as db:
        token = sessions_service.open_session(
            db,
            user_id,
            stage=stage,
            roles=roles,
            at=clock.now(),
            address=request.remote_addr or "",
            device=request.user_agent.string,
        )
    _hold(token, user_id)


def advance(row: SignedInRow, *, stage: Stage, roles: Collection[Role]) -> None:
    """Take the sign-in on to `stage` under a new id."""
    with write() as db:
        token = sessions_service.advance_session(
            db, row.session_id, stage=stage, roles=roles, at=clock.now()
        )
    _hold(token, row.user_id)


def finish() -> None:
    """End the sign-in; a copy of its cookie is worth nothing from now on."""
    row = viewer()
    if row is not None:
        with write() as db:
            sessions_service.end_session(db, row.session_id, user_id=row.user_id, at=clock.now())
    session.clear()
    g.viewer = None


def had_session() -> bool:
    """Return whether the cookie names a sign-in that was once ours, open or ended."""
    token = session.get(SESSION_KEY)
    if not isinstance(token, str):
        return False
    with read() as db:
        return accounts_query.had_session(db, sessions_service.token_hash(token))


def _hold(token: str, user_id: int) -> None:
    session.clear()
    session[SESSION_KEY] = token
    # The token of each form names whose page it stood on, so that nobody is offered another's.
    session[TOKEN_KEY] = f"{user_id}.{secrets.token_hex(20)}"


def _person(_request: Request) -> Person | None:
    token = session.get(SESSION_KEY)
    if not isinstance(token, str):
        return None
    with read() as db:
        row = accounts_query.signed_in(db, sessions_service.token_hash(token), now=clock.now())
    g.viewer = row
    return None if row is None else Person(row)


def _is_cookieless(app: Flask) -> bool:
    adapter = request_ctx.url_adapter
    if adapter is None:
        return True
    try:
        rule, _ = adapter.match(return_rule=True)
    except HTTPException:
        return False
    declaration = getattr(app.view_functions.get(rule.endpoint), "declaration", None)
    if not isinstance(declaration, Declaration):
        return False
    return declaration.audience in {Audience.PUBLIC, Audience.API} or rule.endpoint in COOKIELESS


COOKIELESS = frozenset({"assets.file", "health.healthz", "health.readyz"})
