"""The sweep: what time itself brings about, each dossier in a transaction of its own."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Protocol

from sqlalchemy.orm import Session

from onestop.db import Database
from onestop.domain.anchors import AnchorSeal
from onestop.domain.errors import DomainError
from onestop.domain.events import DossierStopped, Event
from onestop.domain.notices import OF_DATES, NoticeKind
from onestop.domain.office_time import office_date
from onestop.issuing import Press, issue_paper
from onestop.jobs.anchors import anchor_once_a_day
from onestop.jobs.runner import tidy
from onestop.queries.accounts import holds_demo_accounts
from onestop.queries.calendars import ShortCalendarRow, short_calendars
from onestop.queries.issued_documents import dossier_version
from onestop.services import sweep as services
from onestop.services.papers import STOP_NOTICE
from onestop.services.system_user import system_user

BATCH = 500
FILES = "job_file_deleted"

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]
Progress = Callable[[int, int], None]
"""Is told how many of how many dossiers were looked at."""


class Act(Protocol):
    """One thing that may have to be done to a dossier; returns what was recorded."""

    def __call__(
        self, session: Session, code: str, *, actor: int, at: datetime
    ) -> Event | None: ...


class Chore(Protocol):
    """Something done to many rows at once, at most `most` in one transaction; returns how many."""

    def __call__(self, session: Session, *, at: datetime, most: int) -> int: ...


CHORES: dict[str, Chore] = {
    **{kind.value: partial(services.write_notices, kind=kind) for kind in OF_DATES},
    NoticeKind.PILE_LATE.value: services.write_pile_notices,
    "notice_forgotten": services.forget_notices,
    "visit_erased": services.erase_visits,
    "key_forgotten": services.forget_keys,
    "failure_forgotten": services.forget_failures,
}


@dataclass(frozen=True, slots=True)
class Failure:
    """What could not be done: a dossier's code or the name of a chore, and the kind of error."""

    what: str
    error: str


@dataclass(frozen=True, slots=True)
class Swept:
    """How often everything was done, what failed, and which calendars lack a year by now.

    `done` counts by the type of the event recorded or the name of the chore; `anchors`
    holds that of the day, if this sweep made it.
    """

    done: Counter[str] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)
    short_calendars: list[ShortCalendarRow] = field(default_factory=list)
    anchors: list[AnchorSeal] = field(default_factory=list)


def sweep(
    database: Database, *, now: Clock, progress: Progress | None = None, base_url: str = ""
) -> Swept:
    """Do everything that is due, and return what was done; one failure does not stop the rest.

    `base_url` is what links on papers begin with: a dossier that is stopped gets its notice.

    Safe to repeat and to run beside another: each transaction decides anew on what it has locked.
    """
    swept = Swept()
    with database.read() as session:
        swept.short_calendars.extend(short_calendars(session, today=office_date(now())))
    found = _due(database, swept, now)
    for n, (act, code) in enumerate(found, start=1):
        with _reported(swept, code):
            _do(database, act, code, swept, now, base_url)
        if progress:
            progress(n, len(found))
    for name, chore in CHORES.items():
        with _reported(swept, name):
            _do_all(database, name, chore, swept, now)
    with _reported(swept, "anchor"):
        swept.anchors.extend(anchor_once_a_day(database, at=now()))
    with _reported(swept, FILES):
        if deleted := tidy(database, now=now):
            swept.done[FILES] += deleted
    return swept


def _due(database: Database, swept: Swept, now: Clock) -> list[tuple[Act, str]]:
    """What may have to be done, found while only reading."""
    found: list[tuple[Act, str]] = []
    with database.read() as session:
        with _reported(swept, "terms"):
            found += [
                (services.follow_term, code) for code in services.terms_due(session, at=now())
            ]
        with _reported(swept, "extensions"):
            for code in services.extensions_due(session, at=now()):
                found.append((services.draft_by_itself, code))
    return found


def _do(database: Database, act: Act, code: str, swept: Swept, now: Clock, base_url: str) -> None:
    with database.write() as session:
        at = now()
        actor = system_user(session, at=at)
        event = act(session, code, actor=actor, at=at)
        if isinstance(event, DossierStopped):
            _tell_stop(session, code, actor=actor, at=at, base_url=base_url)
    if event is not None:
        swept.done[event.TYPE] += 1


def _tell_stop(session: Session, code: str, *, actor: int, at: datetime, base_url: str) -> None:
    """Issue the notice in the transaction of the stop; a hand signs what is printed of it."""
    stopped = dossier_version(session, code)
    issue_paper(
        session,
        Press(base_url, is_sample=holds_demo_accounts(session)),
        STOP_NOTICE,
        stopped.dossier_id,
        agency_id=stopped.agency_id,
        actor=actor,
        at=at,
        version=stopped.version,
    )


def _do_all(database: Database, name: str, chore: Chore, swept: Swept, now: Clock) -> None:
    full = True
    while full:
        with database.write() as session:
            count = chore(session, at=now(), most=BATCH)
        swept.done[name] += count
        full = count == BATCH


@contextmanager
def _reported(swept: Swept, what: str) -> Iterator[None]:
    """Keep an error for the end: the next piece of work is tried all the same."""
    try:
        yield
    except DomainError as error:
        logger.warning("sweep: %s refused: %s", what, error)
        swept.failures.append(Failure(what, type(error).__name__))
    except Exception as error:
        logger.exception("sweep: %s failed", what)
        swept.failures.append(Failure(what, type(error).__name__))
