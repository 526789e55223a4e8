"""Whether history and tables agree: every event is hashed again, every dossier folded again."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from onestop.domain.chain import GENESIS, commitment, event_hash
from onestop.domain.dossier import DossierState
from onestop.domain.events import PersonalRef, Recorded, from_body
from onestop.domain.fold import HistoryBroken, apply
from onestop.domain.statuses import ActionNotAllowed
from onestop.models.base import table_of
from onestop.models.documents import IssuedDocument
from onestop.models.dossiers import Dossier, Party
from onestop.models.events import DossierEvent, PersonalValue
from onestop.services.anchors import chain_breaks, head_breaks, seals
from onestop.services.breaks import Break, Fault
from onestop.services.number_breaks import number_breaks
from onestop.services.pile_breaks import carried_breaks, pile_breaks
from onestop.services.projection import Keyed, identity, project
from onestop.services.sheet_breaks import STREAMED, paper_breaks, sheet_breaks
from onestop.services.summaries import last_without_history
from onestop.services.view_breaks import view_breaks

__all__ = ["Break", "Fault", "Verified", "verify", "verify_dossier"]

BATCH = 200
COMMITTED_FIELDS = ("name", "id_number", "born", "phone", "email", "address")


@dataclass(frozen=True, slots=True)
class Verified:
    """What was checked, what was found, and how many personal values were lawfully erased.

    Of the dossiers loaded `without_history` only reception, hashes and numbers could be checked:
    such a database is for benchmarks only (rule R33). `anchors` are those of the tables: who
    rewrites the history can write them anew as well.
    """

    dossiers: int
    events: int
    erased: int
    breaks: tuple[Break, ...]
    without_history: int = 0
    anchors: int = 0


@dataclass(slots=True)
class _Tally:
    dossiers: int = 0
    events: int = 0
    erased: int = 0
    without_history: int = 0


def verify(session: Session) -> Verified:
    """Check every dossier, number and anchor; at most one break is named per dossier.

    Streams in batches of dossiers by id, so memory does not grow with the history.
    Source: docs/rules.md, rules D5, R13, R18.
    """
    tally = _Tally()
    breaks = list(_dossier_breaks(session, tally))
    breaks += number_breaks(session)
    breaks += view_breaks(session)
    breaks += [*sheet_breaks(session), *paper_breaks(session), *pile_breaks(session)]
    anchors = seals(session)
    breaks += [*chain_breaks(anchors), *head_breaks(session, anchors)]
    return _verified(tally, breaks, len(anchors))


def verify_dossier(session: Session, dossier_id: int) -> Verified:
    """Check one dossier: its events, its tables, its personal values and its papers."""
    tally = _Tally()
    batch = _Batch(session, [dossier_id], tally)
    return _verified(tally, list(batch.breaks(last_without_history(session))))


def _verified(tally: _Tally, breaks: list[Break], anchors: int = 0) -> Verified:
    return Verified(
        tally.dossiers,
        tally.events,
        tally.erased,
        tuple(breaks),
        tally.without_history,
        anchors,
    )


def _dossier_breaks(session: Session, tally: _Tally) -> Iterator[Break]:
    after, last = 0, last_without_history(session)
    while ids := session.scalars(
        select(Dossier.id).where(Dossier.id > after).order_by(Dossier.id).limit(BATCH)
    ).all():
        after = ids[-1]
        yield from _Batch(session, ids, tally).breaks(last)


class _Batch:
    """The history and the tables of some dossiers, read together."""

    def __init__(self, session: Session, ids: Sequence[int], tally: _Tally) -> None:
        self._session = session
        self._ids = ids
        self._tally = tally
        rows = session.execute(
            select(DossierEvent.__table__)
            .where(DossierEvent.dossier_id.in_(ids))
            .order_by(DossierEvent.dossier_id, DossierEvent.version)
        )
        self._events: dict[int, list[Row[Any]]] = defaultdict(list)
        for row in rows:
            self._events[row.dossier_id].append(row)
        codes = session.execute(select(Dossier.id, Dossier.code).where(Dossier.id.in_(ids)))
        self._codes: dict[int, str] = {row.id: row.code for row in codes}
        self._values = {
            value.id: value
            for value in session.execute(
                select(PersonalValue.__table__).where(PersonalValue.dossier_id.in_(ids))
            )
        }

    def breaks(self, last_without_history: int) -> Iterator[Break]:
        states: dict[int, DossierState] = {}
        received: dict[int, DossierState] = {}
        for dossier_id in self._ids:
            self._tally.dossiers += 1
            self._tally.without_history += dossier_id <= last_without_history
            found = self._history(dossier_id)
            if isinstance(found, Break):
                yield found
            elif dossier_id <= last_without_history:
                received[dossier_id] = found
            else:
                states[dossier_id] = found
        yield from self._reception_breaks(received)
        yield from self._table_breaks(states)
        yield from self._party_breaks(states)
        whole = {dossier_id: self._events[dossier_id] for dossier_id in states}
        yield from carried_breaks(self._session, whole, self._codes)
        yield from self._document_breaks()

    def _history(self, dossier_id: int) -> DossierState | Break:
        code = self._codes[dossier_id]
        state: DossierState | None = None
        previous = GENESIS
        for expected, row in enumerate(self._events[dossier_id], start=1):
            self._tally.events += 1
            found = self._one(code, expected, row, previous)
            if isinstance(found, Break):
                return found
            try:
                state = apply(state, found)
            except (HistoryBroken, ActionNotAllowed, KeyError) as error:
                return Break(code, expected, Fault.IMPOSSIBLE, str(error))
            previous = bytes(row.hash)
        return state or Break(code, 0, Fault.NO_EVENTS)

    def _one(self, code: str, expected: int, row: Row[Any], previous: bytes) -> Recorded | Break:
        if row.version != expected:
            return Break(code, expected, Fault.VERSION_MISSING)
        body = bytes(row.body)
        known = event_hash(previous, body, dossier=code, version=expected)
        if bytes(row.previous_hash) != previous or bytes(row.hash) != known:
            return Break(code, expected, Fault.CHAIN_BROKEN)
        try:
            recorded = from_body(body)
        except ValueError:
            return Break(code, expected, Fault.BODY_UNREADABLE)
        if differs := _differing_columns(row, recorded):
            return Break(code, expected, Fault.COLUMNS_DIFFER, ", ".join(differs))
        return self._personal(code, recorded) or recorded

    def _personal(self, code: str, recorded: Recorded) -> Break | None:
        for ref in _personal_refs(recorded):
            row = self._values.get(ref.id)
            if row is None:
                return Break(code, recorded.version, Fault.PERSONAL_VALUE_MISSING, ref.kind)
            if row.value is None and row.erased_at is not None:
                self._tally.erased += 1
            elif not _matches(ref, row):
                return Break(code, recorded.version, Fault.PERSONAL_VALUE_CHANGED, ref.kind)
        return None

    def _reception_breaks(self, states: Mapping[int, DossierState]) -> Iterator[Break]:
        """Without its history a dossier's own row can be held only to what reception fixed."""
        stored = self._stored(Dossier, ())
        for dossier_id, state in states.items():
            if detail := _difference({(): identity(state)}, stored[dossier_id]):
                name = f"dossiers: {detail}"
                yield Break(self._codes[dossier_id], 1, Fault.TABLE_DIFFERS, name)

    def _table_breaks(self, states: Mapping[int, DossierState]) -> Iterator[Break]:
        demanded = {dossier_id: project(state).tables() for dossier_id, state in states.items()}
        broken: set[int] = set()
        for place, (table, keys, _) in enumerate(next(iter(demanded.values()), ())):
            stored = self._stored(table, keys)
            for dossier_id, tables in demanded.items():
                if dossier_id in broken:
                    continue
                if detail := _difference(tables[place][2], stored.get(dossier_id, {})):
                    broken.add(dossier_id)
                    name = f"{table.__tablename__}: {detail}"
                    version = states[dossier_id].version
                    yield Break(self._codes[dossier_id], version, Fault.TABLE_DIFFERS, name)

    def _party_breaks(self, states: Mapping[int, DossierState]) -> Iterator[Break]:
        """Names and contact in the tables are those of the reception, or of its last correction."""
        rows = self._session.execute(
            select(table_of(Party)).where(Party.dossier_id.in_(self._ids))
        ).all()
        for row in rows:
            if (state := states.get(row.dossier_id)) is None:
                continue
            said = {ref.kind: self._values.get(ref.id) for ref in state.received.persons}
            for field in COMMITTED_FIELDS:
                kept = said.get(f"{row.role}.{field}")
                erased = kept is not None and kept.value is None
                if not erased and (row._mapping[field] or None) != (kept.value if kept else None):
                    code = self._codes[row.dossier_id]
                    detail = f"parties: {field} of {row.role}"
                    yield Break(code, 1, Fault.TABLE_DIFFERS, detail)
                    break

    def _document_breaks(self) -> Iterator[Break]:
        """The bytes of every issued paper still have the hash they were issued with."""
        documents = table_of(IssuedDocument)
        rows = self._session.execute(
            select(
                documents.c.dossier_id,
                documents.c.kind,
                documents.c.dossier_version,
                documents.c.content,
                documents.c.sha256,
            ).where(documents.c.dossier_id.in_(self._ids), documents.c.content.is_not(None)),
            execution_options=STREAMED,
        )
        for row in rows:
            if hashlib.sha256(bytes(row.content)).hexdigest() != row.sha256:
                code, version = self._codes[row.dossier_id], row.dossier_version or 0
                yield Break(code, version, Fault.DOCUMENT_CHANGED, row.kind)

    def _stored(
        self, table: Any, keys: tuple[str, ...]
    ) -> dict[int, dict[tuple[Any, ...], Mapping[str, Any]]]:
        column = table.id if table is Dossier else table.dossier_id
        found: dict[int, dict[tuple[Any, ...], Mapping[str, Any]]] = defaultdict(dict)
        for row in self._session.execute(select(table.__table__).where(column.in_(self._ids))):
            values = row._mapping
            found[values[column.key]][tuple(values[key] for key in keys)] = dict(values)
        return found


def _differing_columns(row: Row[Any], recorded: Recorded) -> list[str]:
    said = {
        "type": recorded.event.TYPE,
        "v": recorded.event.V,
        "version": recorded.version,
        "actor_id": recorded.actor,
        "occurred_at": recorded.occurred_at,
        "recorded_at": recorded.recorded_at,
    }
    return [name for name, value in said.items() if row._mapping[name] != value]


def _personal_refs(recorded: Recorded) -> tuple[PersonalRef, ...]:
    event = recorded.event
    persons: tuple[PersonalRef, ...] = getattr(event, "persons", ())
    personal: tuple[PersonalRef, ...] = getattr(event, "personal", ())
    return persons + personal


def _matches(ref: PersonalRef, row: Row[Any]) -> bool:
    if row.value is None or row.salt is None or row.kind != ref.kind:
        return False
    return commitment(bytes(row.salt), row.kind, row.value).hex() == ref.commitment


def _difference(demanded: Keyed, stored: Mapping[tuple[Any, ...], Mapping[str, Any]]) -> str:
    for key, row in demanded.items():
        if key not in stored:
            return f"row {key} is missing"
        for name, value in row.items():
            if stored[key][name] != value:
                return f"{name} of row {key}" if key else name
    extra = next((key for key in stored if key not in demanded), None)
    return "" if extra is None else f"row {extra} is too much"
