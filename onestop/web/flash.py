"""What the next page tells the person: kept with the sign-in, never in the cookie (R27)."""

import json
from dataclasses import asdict, dataclass
from enum import StrEnum

from flask import Flask, Response, g
from sqlalchemy.exc import SQLAlchemyError

from onestop.db import DatabaseBusy, StorageFull
from onestop.services import sessions as sessions_service
from onestop.web.data import write

LONGEST = 2000


class Tone(StrEnum):
    """How a notice looks; its words say it as well."""

    SUCCESS = "success"
    ERROR = "error"
    INFO = "info"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to tell."""

    text: str
    tone: Tone = Tone.SUCCESS


def flash(text: str, tone: Tone | str = Tone.SUCCESS) -> None:
    """Tell the person `text` on this page, or on the next one when the answer is a redirect.

    Never put a citizen's name into it: codes only.
    """
    g.setdefault("notices", []).append(Notice(str(text), Tone(tone)))


def notices() -> list[Notice]:
    """Return what this page tells: kept from the request before, then what this one said."""
    g.notices_shown = True
    return [*_kept(), *g.get("notices", [])]


def init_flash(app: Flask) -> None:
    """Keep notices over a redirect and forget those that were shown."""
    app.jinja_env.globals["notices"] = notices
    app.after_request(_keep)


def _kept() -> list[Notice]:
    viewer = g.get("viewer")
    if viewer is None or not viewer.notices:
        return []
    return [Notice(kept["text"], Tone(kept["tone"])) for kept in json.loads(viewer.notices)]


def _keep(response: Response) -> Response:
    viewer = g.get("viewer")
    if viewer is None:
        return response
    waiting = [] if g.get("notices_shown") else g.get("notices", [])
    if waiting or (g.get("notices_shown") and viewer.notices):
        _store(viewer.session_id, _fitting(waiting))
    return response


def _fitting(waiting: list[Notice]) -> str | None:
    texts = [asdict(notice) for notice in waiting]
    while texts and len(json.dumps(texts, ensure_ascii=False)) > LONGEST:
        texts.pop(0)
    return json.dumps(texts, ensure_ascii=False) if texts else None


def _store(session_id: int, text: str | None) -> None:
    try:
        with write() as db:
            sessions_service.keep_notices(db, session_id, notices=text)
    except (SQLAlchemyError, DatabaseBusy, StorageFull):
        # The work itself is done and answered; a lost notice is no reason to say it failed.
        return
