"""Whether this is a demonstration: then every page says that its people are invented."""

from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError

from onestop import clock
from onestop.db import DatabaseBusy
from onestop.queries.accounts import holds_demo_accounts
from onestop.web.data import read

_ANSWER = "onestop_demo"
_ASK_AGAIN_SECONDS = 60.0


def init_demo(app: Flask) -> None:
    """Give templates `is_demo()`."""
    app.jinja_env.globals["is_demo"] = is_demo


def is_demo() -> bool:
    """Return whether the database was filled by `onestop demo`; asked at most once a minute."""
    known, asked_at = current_app.extensions.get(_ANSWER, (False, 0.0))
    now = clock.now().timestamp()
    if known or abs(now - asked_at) < _ASK_AGAIN_SECONDS:
        return bool(known)
    try:
        with read() as db:
            known = holds_demo_accounts(db)
    except (SQLAlchemyError, DatabaseBusy):
        known = False  # the page of a database that is down must still come up
    current_app.extensions[_ANSWER] = (known, now)
    return known
