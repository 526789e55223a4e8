"""Reminders of staff: each step due soon, each step or dossier late, once for each date."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Insert, Row, Select, and_, delete, exists, literal, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from onestop.domain.dossier import LIVE
from onestop.domain.events import TOTAL
from onestop.domain.notices import OF_DATES, WARN_WITHIN, NoticeKind
from onestop.domain.quiet_hours import held_until
from onestop.domain.rights import Role
from onestop.models.accounts import RoleAssignment, User
from onestop.models.agencies import Agency
from onestop.models.base import table_of
from onestop.models.dossiers import Dossier, Step
from onestop.models.notices import Notice
from onestop.models.piles import Pile
from onestop.services.sweep.calendars import Calendars, calendars_in_use, within_horizons

BATCH = 500


def write_notices(session: Session, *, kind: NoticeKind, at: datetime, most: int = BATCH) -> int:
    """Write up to `most` reminders of one kind that are missing; return how many.

    Fewer than `most`: none is left, as far as this transaction sees. Those due soon are for who
    holds the step or, where nobody took it, for its role; late ones for the nearest leader.
    What would fall into quiet hours is held. Source: docs/rules.md, rule R11.
    """
    calendars = calendars_in_use(session)
    found = session.execute(_missing(kind, calendars, at).limit(most)).all()
    if not found:
        return 0
    leading = _leading_agencies(session, {row.path for row in found}, at)
    rows = [
        _row(kind, row, leading[row.path], held_until(at, calendars[row.calendar_key]) or at)
        | {"made_at": at}
        for row in found
    ]
    add_notices(session, rows)
    return len(rows)


def add_notices(session: Session, rows: list[dict[str, Any]]) -> None:
    """Write reminders; one that a sweep beside this one wrote first stands as it is."""
    session.execute(_insert(session.get_bind().dialect.name), rows)


def forget_notices(session: Session, *, at: datetime, most: int = BATCH) -> int:
    """Forget up to `most` reminders that hold no more by `at`; return how many.

    Those of finished dossiers, of steps that have ended and of piles that were answered for: none
    is needed to remind once only, since a step done again is another attempt.
    """
    stands = exists().where(
        Step.dossier_id == Notice.dossier_id,
        Step.key == Notice.scope,
        Step.attempt == Notice.attempt,
        Step.status.in_(LIVE),
    )
    ended = or_(Dossier.finished_at.is_not(None), and_(Notice.scope != TOTAL, ~stands))
    lies = exists().where(Pile.id == Notice.attempt, Pile.taken_at.is_(None))
    of_pile = Notice.kind == NoticeKind.PILE_LATE
    ids = session.scalars(
        select(Notice.id)
        .join(Dossier, Dossier.id == Notice.dossier_id)
        .where(
            Notice.made_at <= at, or_(and_(of_pile, ~lies), and_(Notice.kind.in_(OF_DATES), ended))
        )
        .order_by(Notice.id)
        .limit(most)
    ).all()
    if ids:
        session.execute(delete(Notice).where(Notice.id.in_(ids)))
    return len(ids)


def _missing(kind: NoticeKind, calendars: Calendars, at: datetime) -> Select[*tuple[Any, ...]]:
    if kind is NoticeKind.DOSSIER_LATE:
        return _late_dossiers(at)
    steps = (
        select(
            Step.dossier_id,
            Step.key.label("scope"),
            Step.attempt,
            Step.due_at,
            Step.holder_id,
            Step.role,
            Step.agency_id,
            Agency.path,
            Agency.calendar_key,
        )
        .join(Dossier, Dossier.id == Step.dossier_id)
        .join(Agency, Agency.id == Step.agency_id)
        .where(
            Step.status.in_(LIVE),
            Step.due_at.is_not(None),
            Dossier.finished_at.is_(None),
            ~exists().where(
                Notice.dossier_id == Step.dossier_id,
                Notice.kind == kind,
                Notice.scope == Step.key,
                Notice.attempt == Step.attempt,
                Notice.due_at == Step.due_at,
            ),
        )
        # The same order in every process, so that two sweeps at once queue instead of deadlocking.
        .order_by(Step.due_at, Step.dossier_id, Step.key)
    )
    if kind is NoticeKind.STEP_LATE:
        return steps.where(Step.late_at <= at)
    soon = within_horizons(calendars, Step.due_at, at, within=WARN_WITHIN)
    return steps.where(Step.paused.is_(False), soon)


def _late_dossiers(at: datetime) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Dossier.id.label("dossier_id"),
            literal(TOTAL).label("scope"),
            literal(0).label("attempt"),
            Dossier.due_at,
            Agency.id.label("agency_id"),
            Agency.path,
            Agency.calendar_key,
        )
        .join(Agency, Agency.id == Dossier.receiving_agency_id)
        .where(
            Dossier.finished_at.is_(None),
            Dossier.late_at <= at,
            ~exists().where(
                Notice.dossier_id == Dossier.id,
                Notice.kind == NoticeKind.DOSSIER_LATE,
                Notice.scope == TOTAL,
                Notice.due_at == Dossier.due_at,
            ),
        )
        .order_by(Dossier.due_at, Dossier.id)
    )


def _row(
    kind: NoticeKind, row: Row[Any], leading_agency: int, not_before: datetime
) -> dict[str, Any]:
    to: dict[str, Any] = {"user_id": None, "agency_id": leading_agency, "role": Role.LEADER}
    if kind is NoticeKind.STEP_DUE_SOON:
        holder = row.holder_id
        role = None if holder is not None else row.role
        to = {"user_id": holder, "agency_id": row.agency_id, "role": role}
    return to | {
        "dossier_id": row.dossier_id,
        "kind": kind,
        "scope": row.scope,
        "attempt": row.attempt,
        "due_at": row.due_at,
        "not_before": not_before,
    }


def _leading_agencies(session: Session, paths: Iterable[str], at: datetime) -> Mapping[str, int]:
    """The agency itself, or the nearest above it, that has a leader; the own one if none has."""
    led = set(
        session.scalars(
            select(RoleAssignment.agency_id)
            .join(User, User.id == RoleAssignment.user_id)
            .where(
                RoleAssignment.role == Role.LEADER,
                RoleAssignment.assistant.is_(False),
                RoleAssignment.since <= at,
                or_(RoleAssignment.until.is_(None), RoleAssignment.until > at),
                User.disabled_at.is_(None),
            )
            .distinct()
        )
    )
    chains = {path: [int(part) for part in reversed(path.strip("/").split("/"))] for path in paths}
    return {
        path: next((agency for agency in chain if agency in led), chain[0])
        for path, chain in chains.items()
    }


@cache
def _insert(dialect: str) -> Insert:
    """A sweep beside this one may have written the same reminder: that one stands."""
    insert_here = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return insert_here(table_of(Notice)).on_conflict_do_nothing().inline()
