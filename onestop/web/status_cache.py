"""A cache of a few seconds for status pages that many people ask for at once."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Final
from weakref import WeakKeyDictionary

from flask import Flask, current_app
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from onestop.db import Database

OLDEST: Final = timedelta(seconds=5)
MOST_PAGES: Final = 400
EXTENSION: Final = "onestop_status_cache"


@dataclass(frozen=True, slots=True)
class _Entry:
    page: bytes
    dossier_id: int
    made_at: datetime


class StatusCache:
    """Rendered pages by link and language, at most five seconds old; safe for threads.

    Source: docs/rules.md, rule R24.
    """

    def __init__(self) -> None:
        self._pages: OrderedDict[tuple[str, str], _Entry] = OrderedDict()
        self._lock = Lock()
        self._generation = 0

    @property
    def generation(self) -> int:
        """A number that grows with every drop; take it before reading the database."""
        return self._generation

    def find(self, token_sha256: str, language: str, *, now: datetime) -> bytes | None:
        """Return the page when there is one that is young enough."""
        with self._lock:
            entry = self._pages.get((token_sha256, language))
        # A clock that went back must not keep an old page alive.
        if entry is None or not timedelta(0) <= now - entry.made_at <= OLDEST:
            return None
        return entry.page

    def keep(
        self,
        token_sha256: str,
        language: str,
        page: bytes,
        *,
        dossier_id: int,
        now: datetime,
        generation: int,
    ) -> None:
        """Keep a page, unless something was dropped since `generation`: it may show the past."""
        with self._lock:
            if generation != self._generation:
                return
            self._pages[token_sha256, language] = _Entry(page, dossier_id, now)
            self._pages.move_to_end((token_sha256, language))
            while len(self._pages) > MOST_PAGES:
                self._pages.popitem(last=False)

    def drop(self, dossier_ids: frozenset[int]) -> None:
        """Forget the pages of these dossiers."""
        with self._lock:
            self._generation += 1
            stale = [key for key, entry in self._pages.items() if entry.dossier_id in dossier_ids]
            for key in stale:
                del self._pages[key]


_caches: WeakKeyDictionary[Engine, StatusCache] = WeakKeyDictionary()


def init_status_cache(app: Flask, database: Database) -> None:
    """Give the application its cache, dropped by every commit of this process."""
    cache = StatusCache()
    app.extensions[EXTENSION] = cache
    _caches[database.write_engine] = cache
    if not event.contains(Session, "after_commit", _drop_changed):
        event.listen(Session, "after_commit", _drop_changed)


def status_cache() -> StatusCache:
    """Return the cache of the running application."""
    cache: StatusCache = current_app.extensions[EXTENSION]
    return cache


def _drop_changed(session: Session) -> None:
    """Drop the dossiers that a committed session names in session.info["changed_dossiers"].

    services/event_log.py names them; sessions that only log a view or use up a form name none.
    """
    changed = session.info.get("changed_dossiers")
    cache = _caches.get(session.bind) if isinstance(session.bind, Engine) else None
    if changed and cache is not None:
        cache.drop(frozenset(changed))
