"""One structured line per write: who, where, how it ended; no names, no secrets."""

import json
import logging
import re
import time

from flask import Flask, Response, g, request

from onestop.web.endpoints import SAFE_METHODS

logger = logging.getLogger("onestop.writes")

_TOKEN = re.compile(r"(/s/|/reception/visits/)[^/?\s]+", re.IGNORECASE)


def masked(path: str) -> str:
    """Return an address as a log may hold it: tokens of links are keys to a dossier or a visit."""
    return _TOKEN.sub(r"\1***", path)


def init_request_log(app: Flask) -> None:
    """Write the line after every request that may have changed something."""

    @app.before_request
    def _start() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def _line(response: Response) -> Response:
        if request.method not in SAFE_METHODS:
            logger.info("%s", _described(response))
        return response


def _described(response: Response) -> str:
    viewer = g.get("viewer")
    return json.dumps(
        {
            "method": request.method,
            "endpoint": request.endpoint,
            "dossier": (request.view_args or {}).get("code"),
            "user": None if viewer is None else viewer.user_id,
            "status": response.status_code,
            "ms": round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000),
        }
    )
