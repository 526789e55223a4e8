"""Two questions of machines: does the process live, can it serve? No versions, no paths."""

from flask import Blueprint, Response
from sqlalchemy.exc import SQLAlchemyError

from onestop.db import DatabaseBusy, StorageFull
from onestop.schema import is_current
from onestop.web.data import database, write
from onestop.web.endpoints import Audience, endpoint

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@endpoint(audience=Audience.OPEN)
def healthz() -> Response:
    return Response("ok\n", mimetype="text/plain")


@bp.get("/readyz")
@endpoint(audience=Audience.OPEN)
def readyz() -> Response:
    try:
        ready = is_current(database())
        with write():
            pass
    except (SQLAlchemyError, DatabaseBusy, StorageFull):
        ready = False
    text, status = ("ready\n", 200) if ready else ("not ready\n", 503)
    return Response(text, status, mimetype="text/plain")
