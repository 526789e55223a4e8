"""The tables that follow the fold: what they must hold for a state, and how they get there."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Insert, Update, bindparam, delete, insert, update
from sqlalchemy.orm import Session

from onestop.domain.dossier import DossierState, PaperState, ProposalState, StepState
from onestop.domain.events import PromiseLine, ReceptionVoided
from onestop.domain.limits import Limit
from onestop.domain.standings import Punctuality, punctuality
from onestop.models.base import Base, table_of
from onestop.models.dossiers import (
    Dossier,
    DossierPaper,
    Participation,
    Pause,
    Promise,
    Proposal,
    Step,
)
from onestop.models.piles import PaperHolding

_INSERTS: dict[type[Base], Insert] = {
    model: insert(table_of(model))
    for model in (
        Dossier,
        Step,
        Promise,
        Pause,
        Participation,
        DossierPaper,
        Proposal,
        PaperHolding,
    )
}

Row = Mapping[str, Any]
Keyed = Mapping[tuple[Any, ...], Row]


@dataclass(frozen=True, slots=True)
class Projection:
    """What the tables must hold for one state: rows by key, one mapping per table."""

    dossiers: Keyed
    steps: Keyed
    promises: Keyed
    pauses: Keyed
    participations: Keyed
    dossier_papers: Keyed
    proposals: Keyed
    paper_holdings: Keyed

    def tables(self) -> tuple[tuple[type[Base], tuple[str, ...], Keyed], ...]:
        """Return table, its key columns beside the dossier's id, and rows; parents first."""
        return (
            (Dossier, (), self.dossiers),
            (Step, ("key", "attempt"), self.steps),
            (Promise, ("line",), self.promises),
            (Pause, ("pause",), self.pauses),
            (Participation, ("agency_id", "taking_part_as"), self.participations),
            (DossierPaper, ("line",), self.dossier_papers),
            (Proposal, ("proposal",), self.proposals),
            (PaperHolding, (), self.paper_holdings),
        )


def project(state: DossierState) -> Projection:
    """Return the rows that `state` demands; a pure function, so verify can ask it too."""
    return Projection(
        dossiers={(): _dossier(state)},
        steps={(s.step, s.attempt): _step(state, s) for s in state.steps},
        promises={(n,): _promise(line) for n, line in enumerate(state.promises, start=1)},
        pauses={(p.pause,): _pause(p) for p in state.pauses},
        participations=_participations(state),
        dossier_papers=_papers(state),
        proposals={(p.proposal,): _proposal(p) for p in state.proposals},
        paper_holdings={} if state.paper is None else {(): _holding(state.paper)},
    )


def only_dossier(rows: Projection) -> Projection:
    """Return the projection of which only the dossier's own row is there yet."""
    return Projection(rows.dossiers, {}, {}, {}, {}, {}, {}, {})


def write(session: Session, dossier_id: int, before: Projection | None, after: Projection) -> None:
    """Bring the tables from `before` to `after`; only rows that differ are touched."""
    old_tables = before.tables() if before else ()
    for place, (table, key_names, rows) in enumerate(after.tables()):
        old = old_tables[place][2] if old_tables else {}
        new = [
            {_id_column(table): dossier_id, **dict(zip(key_names, key, strict=True)), **row}
            for key, row in rows.items()
            if key not in old
        ]
        if new:
            session.execute(_INSERTS[table], new)
        for key, row in rows.items():
            if key in old and old[key] != row:
                changes = {name: value for name, value in row.items() if old[key][name] != value}
                session.execute(
                    update(table)
                    .where(*_where(table, key_names, dossier_id, key))
                    .values(changes)
                    .execution_options(synchronize_session=False)
                )
        for key in old.keys() - rows.keys():  # papers of a procedure that was corrected
            session.execute(
                delete(table)
                .where(*_where(table, key_names, dossier_id, key))
                .execution_options(synchronize_session=False)
            )


@dataclass(frozen=True, slots=True)
class ChangedRows:
    """Rows to be added, by table, and values to be changed, by table and columns."""

    new: dict[type[Base], list[dict[str, Any]]]
    changed: dict[tuple[type[Base], tuple[str, ...]], list[dict[str, Any]]]

    def without(self, dossiers: Collection[int]) -> "ChangedRows":
        """Return the same without what is for these dossiers."""
        new = {
            table: [row for row in rows if row[_id_column(table)] not in dossiers]
            for table, rows in self.new.items()
        }
        changed = {
            place: [row for row in rows if row[f"of_{_id_column(place[0])}"] not in dossiers]
            for place, rows in self.changed.items()
        }
        return ChangedRows(
            {table: rows for table, rows in new.items() if rows},
            {place: rows for place, rows in changed.items() if rows},
        )


def changed_rows(changes: Sequence[tuple[int, Projection, Projection]]) -> ChangedRows:
    """Return what brings the tables of many dossiers from a state to the next.

    Rows are added and changed; none is taken away.
    """
    new: dict[type[Base], list[dict[str, Any]]] = {}
    changed: dict[tuple[type[Base], tuple[str, ...]], list[dict[str, Any]]] = {}
    for dossier_id, before, after in changes:
        pairs = zip(before.tables(), after.tables(), strict=True)
        for (_, _, old), (table, key_names, rows) in pairs:
            for key, row in rows.items():
                named = {_id_column(table): dossier_id, **dict(zip(key_names, key, strict=True))}
                if key not in old:
                    new.setdefault(table, []).append(named | dict(row))
                elif old[key] != row:
                    names = tuple(name for name, value in row.items() if old[key][name] != value)
                    values = {f"to_{name}": row[name] for name in names}
                    of_row = {f"of_{name}": value for name, value in named.items()}
                    changed.setdefault((table, names), []).append(values | of_row)
    return ChangedRows(new, changed)


def write_rows(session: Session, rows: ChangedRows) -> None:
    """Bring the tables to it, one statement per kind of change."""
    for table, found in rows.new.items():
        session.execute(_INSERTS[table], found)
    for (table, names), found in rows.changed.items():
        session.execute(_update_of(table, names), found)


def _update_of(table: type[Base], names: tuple[str, ...]) -> Update:
    """Return the statement that changes columns of one row, all its values as parameters."""
    columns = table_of(table).c
    stmt = update(table_of(table)).values({name: bindparam(f"to_{name}") for name in names})
    keys = [column.name for column in table_of(table).primary_key]
    return stmt.where(*(columns[name] == bindparam(f"of_{name}") for name in keys))


def _id_column(table: type[Base]) -> str:
    return "id" if table is Dossier else "dossier_id"


def _where(
    table: type[Base], key_names: tuple[str, ...], dossier_id: int, key: tuple[Any, ...]
) -> list[Any]:
    named = dict(zip(key_names, key, strict=True)) | {_id_column(table): dossier_id}
    return [getattr(table, name) == value for name, value in named.items()]


def _dossier(state: DossierState) -> Row:
    first, counted, last = (
        state.first_promise(),
        state.counted_promise(),
        state.last_promise(),
    )
    if first is None or counted is None or last is None:
        raise ValueError("a dossier without a promise")
    return identity(state) | {
        "version": state.version,
        "status": state.status,
        "first_due_at": first.due_at,
        "due_at": counted.due_at,
        "last_due_at": last.due_at,
        "late_at": state.late_at,
        "paused_at": state.paused_at,
        "finished_at": state.finished_at,
        "returned_at": state.returned_at,
        "outcome": state.outcome,
        "punctuality": _punctuality(state, counted),
        "supplement_requests": state.supplement_requests,
        "refiling_of": state.received.refiling.code if state.received.refiling else None,
    }


def identity(state: DossierState) -> dict[str, Any]:
    """Return the columns of a dossier's own row that reception alone decides."""
    r = state.received
    return {
        "code": r.code,
        "audience": r.audience,
        "procedure_edition_id": r.edition_id,
        "procedure_code": r.procedure,
        "law_edition": r.law_edition,
        "form_edition": r.form_edition,
        "filing_agency_id": r.filing_agency,
        "receiving_agency_id": r.receiving_agency,
        "competent_agency_id": r.competent_agency,
        "desk_id": r.desk,
        "channel": r.channel,
        "number_day": r.number_day,
        "number": r.number,
        "book_year": r.book_year,
        "book": r.book,
        "book_number": r.book_number,
        "limit": r.limit,
        "copies": r.copies,
        "fee": r.fee,
        "fee_paid": r.fee_paid and not _given_back(state),
        "delivery": r.delivery,
        "received_at": state.received_at,
        "received_by": state.received_by,
    }


def _given_back(state: DossierState) -> bool:
    """Whether the whole fee went back; an undone reception keeps what it said."""
    is_undone = state.outcome == ReceptionVoided.TYPE
    return state.received.fee > 0 and state.paid == 0 and not is_undone


def _punctuality(state: DossierState, counted: PromiseLine) -> Punctuality | None:
    if state.clock_ended_at is None or state.outcome == ReceptionVoided.TYPE:
        return None
    by_date = Limit.parse(state.received.limit).judged_by_date
    return punctuality(state.clock_ended_at, counted.due_at, counted.late_at, by_date=by_date)


def _step(state: DossierState, step: StepState) -> Row:
    planned = step.planned
    return {
        "position": _position(state, step.step),
        "name": planned.name,
        "name_en": planned.name_en,
        "kind": planned.kind,
        "role": planned.role,
        "leg": planned.leg,
        "phase": planned.phase,
        "agency_id": step.agency,
        "holder_id": step.holder,
        "status": step.status,
        "offered_at": step.offered_at,
        "accepted_at": step.accepted_at,
        "ended_at": step.ended_at,
        "due_at": step.due_at,
        "late_at": step.late_at,
        "paused": step.pause is not None,
    }


def _position(state: DossierState, key: str) -> int:
    """The place of a step in the route; one of a route before a correction stands before all."""
    keys = [planned.key for planned in state.plan]
    return keys.index(key) if key in keys else -1


def _promise(line: PromiseLine) -> Row:
    return {
        "scope": line.scope,
        "agency_id": line.agency,
        "ground": line.ground,
        "due_at": line.due_at,
        "late_at": line.late_at,
        "reason": line.reason,
        "asked_by": line.asked_by,
        "approved_by": line.approved_by,
        "document": line.document,
    }


def _pause(pause: Any) -> Row:
    return {
        "kind": pause.kind,
        "step_key": pause.step,
        "attempt": pause.attempt,
        "reason": pause.reason,
        "papers": ",".join(pause.papers),
        "amount": pause.amount,
        "opened_at": pause.opened_at,
        "citizen_due_at": pause.citizen_due_at,
        "reminded_at": pause.reminded_at,
        "closed_at": pause.closed_at,
    }


def _proposal(proposal: ProposalState) -> Row:
    return {
        "kind": proposal.kind,
        "step_key": proposal.step,
        "attempt": proposal.attempt,
        "reason": proposal.reason,
        "papers": ",".join(proposal.papers),
        "due_at": proposal.due_at,
        "asked_by": proposal.by,
        "asked_at": proposal.at,
        "decided_at": proposal.decided_at,
        "agreed": proposal.agreed,
    }


def _holding(paper: PaperState) -> Row:
    return {
        "agency_id": paper.agency,
        "user_id": paper.holder,
        "since": paper.since,
        "offered_pile": paper.offer.pile if paper.offer else None,
    }


def _participations(state: DossierState) -> Keyed:
    """Who takes part and since when; `until` once nothing is left to do there (rule R16)."""
    r = state.received
    roles = {"filing": r.filing_agency, "receiving": r.receiving_agency}
    roles["competent"] = r.competent_agency
    rows: dict[tuple[Any, ...], Row] = {
        (agency, role): {"since": state.received_at, "until": state.returned_at}
        for role, agency in roles.items()
    }
    for agency in {step.agency for step in state.steps}:
        own = [step for step in state.steps if step.agency == agency]
        ends = [step.ended_at for step in own if step.ended_at is not None]
        until = max(ends) if len(ends) == len(own) else None
        rows[agency, "step"] = {"since": min(s.offered_at for s in own), "until": until}
    return rows


def _papers(state: DossierState) -> Keyed:
    ticks = [(tick, state.received_at) for tick in state.received.papers]
    ticks += [(tick, at) for tick, at in state.later_papers]
    return {
        (n,): {"code": t.code, "kind": t.kind, "count": t.count, "handed_in_at": at}
        for n, (t, at) in enumerate(ticks, start=1)
    }
