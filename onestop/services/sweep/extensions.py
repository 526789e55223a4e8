"""Later dates drafted by the clock: found by their signs in SQL, decided by the rules."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import Session

from onestop.domain import decisions
from onestop.domain.dossier import LIVE, StepStatus
from onestop.domain.events import ExtensionDrafted, ProposalKind, from_body
from onestop.domain.fold import HistoryBroken, fold
from onestop.domain.procedures import LONGEST_LEAD
from onestop.domain.routes import StepKind
from onestop.domain.statuses import ActionNotAllowed
from onestop.domain.turns import CalendarOf
from onestop.domain.working_time import CalendarExhausted
from onestop.models.agencies import Agency
from onestop.models.dossiers import Dossier, Proposal, Step
from onestop.models.events import DossierEvent
from onestop.services.calendars import agency_calendars
from onestop.services.event_log import load, record
from onestop.services.sweep.calendars import calendars_in_use, within_horizons

BATCH = 200


def extensions_due(session: Session, *, at: datetime) -> Iterator[str]:
    """Yield the codes of dossiers for which a later date has to be drafted, the first due first.

    One of which it cannot be said is among them: drafting it tells why.
    Source: docs/rules.md, rule R4.
    """
    calendar_of = agency_calendars(session)
    found = session.execute(_candidates(session, at)).all()
    for start in range(0, len(found), BATCH):
        batch = found[start : start + BATCH]
        bodies = _bodies(session, [row.id for row in batch])
        yield from (row.code for row in batch if _is_due(bodies[row.id], at, calendar_of))


def draft_by_itself(
    session: Session, code: str, *, actor: int, at: datetime
) -> ExtensionDrafted | None:
    """Draft a later date that waits for the head of the agency; None when none is wanted now.

    Raises DossierNotFound, DossierChanged, CalendarExhausted. Source: docs/rules.md, rule R4.
    """
    loaded = load(session, code)
    calendar_of = agency_calendars(session)
    event = decisions.extension_due(loaded.state, at=at, calendar_of=calendar_of)
    if event is not None:
        record(session, loaded, event, actor=actor, at=at)
    return event


def _candidates(session: Session, at: datetime) -> Select[int, str]:
    proposed = exists().where(
        Proposal.dossier_id == Dossier.id, Proposal.kind == ProposalKind.EXTENSION
    )
    soon = within_horizons(calendars_in_use(session), Dossier.last_due_at, at, within=LONGEST_LEAD)
    return (
        select(Dossier.id, Dossier.code)
        .join(Agency, Agency.id == Dossier.receiving_agency_id)
        .where(
            Dossier.finished_at.is_(None),
            Dossier.paused_at.is_(None),
            Dossier.last_due_at > at,
            ~proposed,
            or_(soon, _in_trouble(at)),
        )
        .order_by(Dossier.last_due_at, Dossier.id)
    )


def _in_trouble(at: datetime) -> ColumnElement[bool]:
    """Whether a step shows that the plan is not kept: only then can the whole be foreseen to miss.

    A step late or done late, done again, of a route before a correction, a consultation that the
    plan did not count, or one due after the whole.
    """
    live = Step.status.in_(LIVE)
    return exists().where(
        Step.dossier_id == Dossier.id,
        or_(
            and_(live, or_(Step.due_at < at, Step.due_at > Dossier.last_due_at)),
            and_(Step.status == StepStatus.DONE, Step.ended_at > Step.due_at),
            Step.attempt > 1,
            Step.position < 0,
            Step.kind == StepKind.CONSULT,
        ),
    )


def _is_due(bodies: Sequence[bytes], at: datetime, calendar_of: CalendarOf) -> bool:
    try:
        state = fold(map(from_body, bodies))
        return decisions.extension_due(state, at=at, calendar_of=calendar_of) is not None
    except (CalendarExhausted, HistoryBroken, ActionNotAllowed, KeyError, ValueError):
        return True


def _bodies(session: Session, ids: Sequence[int]) -> Mapping[int, Sequence[bytes]]:
    bodies: dict[int, list[bytes]] = defaultdict(list)
    rows = session.execute(
        select(DossierEvent.dossier_id, DossierEvent.body)
        .where(DossierEvent.dossier_id.in_(ids))
        .order_by(DossierEvent.dossier_id, DossierEvent.version)
    )
    for dossier_id, body in rows:
        bodies[dossier_id].append(body)
    return bodies
