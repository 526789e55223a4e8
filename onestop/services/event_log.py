"""The one door through which a dossier changes: event, projection and outbox in one transaction."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from onestop.domain.chain import GENESIS, event_hash
from onestop.domain.dossier import DossierState
from onestop.domain.errors import DomainError
from onestop.domain.events import PAPER_EVENTS, DossierReceived, Event, Recorded, from_body, to_body
from onestop.domain.fold import apply, fold
from onestop.domain.quiet_hours import held_until, is_answer
from onestop.domain.rights import Actor
from onestop.domain.stand_ins import on_behalf_of
from onestop.domain.working_time import WorkingCalendar
from onestop.models.base import table_of
from onestop.models.dossiers import Dossier
from onestop.models.events import DossierEvent
from onestop.models.outbox import OutboxMessage
from onestop.services import projection
from onestop.services.calendars import agency_calendars
from onestop.services.conflicts import is_taken
from onestop.services.kept import Kept
from onestop.services.personal_values import NOTHING_PERSONAL, Committed, keep_personal

TICK = timedelta(milliseconds=1)

_PAPER_TYPES = frozenset(kind.TYPE for kind in PAPER_EVENTS)

_INSERT_DOSSIER = insert(table_of(Dossier)).returning(table_of(Dossier).c.id)
_INSERT_EVENT = insert(table_of(DossierEvent))
# Nobody asks for its id: without `inline` PostgreSQL would be made to give it back.
_INSERT_MESSAGE = insert(table_of(OutboxMessage)).inline()


class DossierNotFound(DomainError):
    """No dossier has this code, or the one who asks takes no part in it: the same answer."""

    def __init__(self, code: str) -> None:
        super().__init__("no such dossier")
        self.code = code


class DossierChanged(DomainError):
    """Somebody else changed the dossier after the page was shown."""

    def __init__(self, code: str, *, by: int | None, at: datetime | None) -> None:
        super().__init__(f"dossier changed meanwhile by user {by}")
        self.code = code
        self.by = by
        self.at = at


@dataclass(frozen=True, slots=True)
class Loaded:
    """A dossier read for deciding: its row's id, its state, the hash its next event follows."""

    dossier_id: int
    state: DossierState
    head_hash: bytes
    last_actor: int


# States folded lately, by the hash of their last event, which binds the whole history. Without
# them a write would fold every event of the dossier again.
_states: Kept[bytes, DossierState] = Kept(512)


def load(session: Session, code: str, *, expected_version: int | None = None) -> Loaded:
    """Return the dossier with this code, its row locked until the transaction ends.

    Raises DossierNotFound, and DossierChanged when `expected_version` (what the page showed) is
    no longer the version it stands at. That only the paper original went on is no reason: what
    depends on where it lies (undoing a reception) is decided on the state itself.
    """
    dossier_id = session.scalar(select(Dossier.id).where(Dossier.code == code).with_for_update())
    if dossier_id is None:
        raise DossierNotFound(code)
    last = session.execute(
        select(
            DossierEvent.version,
            DossierEvent.hash,
            DossierEvent.actor_id,
            DossierEvent.recorded_at,
        )
        .where(DossierEvent.dossier_id == dossier_id)
        .order_by(DossierEvent.version.desc())
        .limit(1)
    ).one()
    shown = last.version if expected_version is None else expected_version
    if shown != last.version and not _only_paper_moved(session, dossier_id, shown):
        raise DossierChanged(code, by=last.actor_id, at=last.recorded_at)
    head = bytes(last.hash)
    state = _states.find(head) or _states.keep(head, _folded(session, dossier_id))
    return Loaded(dossier_id, state, head, last.actor_id)


def _only_paper_moved(session: Session, dossier_id: int, version: int) -> bool:
    types = session.scalars(
        select(DossierEvent.type).where(
            DossierEvent.dossier_id == dossier_id, DossierEvent.version > version
        )
    ).all()
    return bool(types) and set(types) <= _PAPER_TYPES


def _folded(session: Session, dossier_id: int) -> DossierState:
    bodies = session.scalars(
        select(DossierEvent.body)
        .where(DossierEvent.dossier_id == dossier_id)
        .order_by(DossierEvent.version)
    )
    return fold(from_body(body) for body in bodies)


def load_each(session: Session, dossier_ids: Sequence[int]) -> Iterator[Loaded]:
    """Yield dossiers by id, in that order; their rows are not locked.

    Give no more ids at a time than may be held in memory.
    """
    bodies = session.execute(
        select(DossierEvent.dossier_id, DossierEvent.body, DossierEvent.hash, DossierEvent.actor_id)
        .where(DossierEvent.dossier_id.in_(dossier_ids))
        .order_by(DossierEvent.dossier_id, DossierEvent.version)
    )
    for dossier_id, rows in groupby(bodies, key=lambda row: int(row.dossier_id)):
        history = list(rows)
        state = fold(from_body(row.body) for row in history)
        yield Loaded(dossier_id, state, bytes(history[-1].hash), history[-1].actor_id)


def record_first(
    session: Session,
    event: DossierReceived,
    *,
    actor: int,
    at: datetime,
    personal: Committed,
    occurred_at: datetime | None = None,
    on_behalf_of: int | None = None,
) -> Loaded:
    """Write the reception as version 1 and everything that follows from it; return the dossier.

    `occurred_at` differs from `at` only for a redeemed emergency slip and an import (rule R10).
    """
    recorded = Recorded(1, event, actor, occurred_at or at, at, on_behalf_of=on_behalf_of)
    state = apply(None, recorded)
    rows = projection.project(state)
    dossier_id = session.execute(_INSERT_DOSSIER, rows.dossiers[()]).scalar_one()
    head = _append(session, dossier_id, event.code, recorded, GENESIS)
    projection.write(session, dossier_id, projection.only_dossier(rows), rows)
    keep_personal(session, dossier_id, personal)
    _announce(session, dossier_id, recorded, event.receiving_agency)
    return Loaded(dossier_id, _states.keep(head, state), head, actor)


def record(
    session: Session,
    loaded: Loaded,
    event: Event,
    *,
    actor: Actor | int,
    at: datetime,
    personal: Committed = NOTHING_PERSONAL,
) -> Loaded:
    """Append `event`, bring the tables to the new state and put the message into the outbox.

    `actor` is who decided it, with the roles that say on whose behalf, or the mere id of who set
    off what follows by itself.
    `at` is the server's clock; when it went back behind the last event, the event is recorded just
    after that one and flagged (docs/rules.md, rule R10). Returns the dossier as it stands then.
    Raises ActionNotAllowed, and DossierChanged when another transaction wrote this version first.
    """
    state = loaded.state
    recorded = _follows(state, event, actor, at)
    after = apply(state, recorded)
    head = _append(session, loaded.dossier_id, state.received.code, recorded, loaded.head_hash)
    projection.write(
        session, loaded.dossier_id, projection.project(state), projection.project(after)
    )
    keep_personal(session, loaded.dossier_id, personal)
    _announce(session, loaded.dossier_id, recorded, after.received.receiving_agency)
    return Loaded(loaded.dossier_id, _states.keep(head, after), head, recorded.actor)


def record_each(
    session: Session, changes: Sequence[tuple[Loaded, Event]], *, actor: int, at: datetime
) -> None:
    """Append one event to each of many dossiers, as `record` does to one, by table.

    Raises ActionNotAllowed, and DossierChanged when another transaction wrote a version first.
    """
    if changes:
        write_prepared(session, prepare_each(changes, actor=actor, at=at))


@dataclass(frozen=True, slots=True)
class PreparedEvents:
    """The rows of one event for each of many dossiers, ready to be written."""

    first: str
    events: list[dict[str, Any]]
    messages: list[dict[str, Any]]
    rows: projection.ChangedRows

    def without(self, dossiers: Collection[int]) -> "PreparedEvents":
        """Return the same without what is for these dossiers."""
        if not any(row["dossier_id"] in dossiers for row in self.events):
            return self
        events = [row for row in self.events if row["dossier_id"] not in dossiers]
        messages = [row for row in self.messages if row["dossier_id"] not in dossiers]
        return PreparedEvents(self.first, events, messages, self.rows.without(dossiers))


def prepare_each(
    changes: Sequence[tuple[Loaded, Event]], *, actor: int, at: datetime
) -> PreparedEvents:
    """Return the rows of one event for each of some dossiers; nothing is written.

    They may be written as long as each dossier stands at the version that was loaded. Raises
    ActionNotAllowed.
    """
    events, messages, projections = [], [], []
    for loaded, event in changes:
        recorded = _follows(loaded.state, event, actor, at)
        code = loaded.state.received.code
        events.append(event_row(loaded.dossier_id, code, recorded, loaded.head_hash))
        messages.append(message_row(loaded.dossier_id, recorded))
        before = projection.project(loaded.state)
        after = projection.project(apply(loaded.state, recorded))
        projections.append((loaded.dossier_id, before, after))
    first = changes[0][0].state.received.code
    return PreparedEvents(first, events, messages, projection.changed_rows(projections))


def write_prepared(session: Session, prepared: PreparedEvents) -> None:
    """Write what was prepared. Raises DossierChanged when a dossier stands elsewhere by now."""
    _insert_events(session, prepared.events, prepared.first)
    projection.write_rows(session, prepared.rows)
    changed = session.info.setdefault("changed_dossiers", set())
    changed.update(row["dossier_id"] for row in prepared.events)
    session.execute(_INSERT_MESSAGE, prepared.messages)


def _follows(state: DossierState, event: Event, actor: Actor | int, at: datetime) -> Recorded:
    """The next event of a dossier; a clock that went back is set just after the last one."""
    skewed = at < state.last_recorded_at
    recorded_at = state.last_recorded_at + TICK if skewed else at
    who = actor.user_id if isinstance(actor, Actor) else actor
    behalf = on_behalf_of(state, actor, event, at) if isinstance(actor, Actor) else None
    return Recorded(state.version + 1, event, who, recorded_at, recorded_at, skewed, behalf)


def _append(
    session: Session, dossier_id: int, code: str, recorded: Recorded, previous: bytes
) -> bytes:
    row = event_row(dossier_id, code, recorded, previous)
    _insert_events(session, row, code)
    return bytes(row["hash"])


def _insert_events(
    session: Session, rows: dict[str, Any] | list[dict[str, Any]], code: str
) -> None:
    """Raises DossierChanged when somebody wrote such a version first."""
    try:
        session.execute(_INSERT_EVENT, rows)
    except IntegrityError as error:
        if is_taken(error, table_of(DossierEvent)):
            raise DossierChanged(code, by=None, at=None) from error
        raise


def event_row(dossier_id: int, code: str, recorded: Recorded, previous: bytes) -> dict[str, Any]:
    """Return the row of one event: its exact bytes, chained to the hash of the one before."""
    body = to_body(recorded)
    return {
        "dossier_id": dossier_id,
        "version": recorded.version,
        "type": recorded.event.TYPE,
        "v": recorded.event.V,
        "body": body,
        "previous_hash": previous,
        "hash": event_hash(previous, body, dossier=code, version=recorded.version),
        "actor_id": recorded.actor,
        "occurred_at": recorded.occurred_at,
        "recorded_at": recorded.recorded_at,
    }


def _announce(session: Session, dossier_id: int, recorded: Recorded, agency: int) -> None:
    # Read after the commit by caches of this process (web/status_cache.py).
    session.info.setdefault("changed_dossiers", set()).add(dossier_id)
    not_before = None
    if not is_answer(recorded.event):
        not_before = held_until(recorded.recorded_at, _calendar(session, agency))
    session.execute(_INSERT_MESSAGE, message_row(dossier_id, recorded, not_before=not_before))


def _calendar(session: Session, agency: int) -> WorkingCalendar:
    """The calendar of an agency, looked up once per session: one may move thousands of dossiers."""
    known: dict[int, WorkingCalendar] = session.info.setdefault("calendars", {})
    if agency not in known:
        known[agency] = agency_calendars(session)(agency)
    return known[agency]


def message_row(
    dossier_id: int, recorded: Recorded, *, not_before: datetime | None = None
) -> dict[str, Any]:
    """Return the row of the outbox that announces one event, held until `not_before` (R11)."""
    return {
        "dossier_id": dossier_id,
        "event_version": recorded.version,
        "kind": recorded.event.TYPE,
        "made_at": recorded.recorded_at,
        "not_before": not_before,
    }
