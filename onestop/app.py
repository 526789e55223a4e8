"""The application factory: everything the pages stand on, put together in one place."""

from pathlib import Path

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from onestop import web
from onestop.db import Database
from onestop.installation import (
    open_database,
    prepare_printing,
    refuse_plain_http,
    refuse_public_demo,
    secret_key,
)
from onestop.queries.accounts import holds_demo_accounts
from onestop.settings import Settings, is_public
from onestop.web.assets import init_assets
from onestop.web.demo import init_demo
from onestop.web.endpoints import refuse_undeclared
from onestop.web.errors import init_errors
from onestop.web.filters import init_filters
from onestop.web.flash import init_flash
from onestop.web.guard import init_guard
from onestop.web.identity import init_identity
from onestop.web.jobs import init_jobs
from onestop.web.labels import init_labels
from onestop.web.language import init_language
from onestop.web.navigation import init_navigation
from onestop.web.public_forms import init_public_forms
from onestop.web.repeats import init_repeats
from onestop.web.request_log import init_request_log
from onestop.web.security import init_security

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"


def create_app(settings: Settings) -> Flask:
    """Return the application; it makes no key, no table and no file.

    Raises KeysMissing, BadDatabase or PrintingNotReady for an installation that is not ready,
    NotForCitizens for one that may not be shown to others, and UndeclaredEndpoint for a page that
    does not say who may open it.
    """
    refuse_plain_http(settings)
    prepare_printing(settings)
    # Our files are served at /assets/<hash>/...: Flask's own static route stays off.
    app = Flask(__package__, template_folder=str(TEMPLATES), static_folder=None)
    app.extensions["onestop"] = _opened(settings)
    app.config["ONESTOP_WORKERS"] = settings.workers
    if settings.proxies:
        # Limits on misses count addresses: without this every visitor would be the proxy.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies)  # type: ignore[method-assign]  # Werkzeug's own way
    init_security(app, settings, secret_key(settings))
    init_request_log(app)
    init_language(app)
    init_identity(app)
    init_flash(app)
    init_guard(app)
    init_errors(app)
    init_filters(app)
    init_labels(app)
    init_assets(app)
    init_public_forms(app)
    init_demo(app)
    init_jobs(app, settings)
    web.register(app)
    init_navigation(app)
    init_repeats(app)
    refuse_undeclared(app)
    return app


def _opened(settings: Settings) -> Database:
    database = open_database(settings)
    if is_public(settings):
        with database.read() as session:
            refuse_public_demo(settings, demo=holds_demo_accounts(session))
    return database
