"""What the holder of a status link may see of one dossier: one statement, one state."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Connection, Row, select

from onestop.domain.calendar_body import compile_calendar
from onestop.domain.dossier import STANDING, StepStatus
from onestop.domain.events import (
    Delivery,
    DossierStopped,
    Ground,
    PauseKind,
    ReceptionVoided,
    from_body,
)
from onestop.domain.limits import Limit
from onestop.domain.masks import mask_name
from onestop.domain.procedure_body import procedure_from_body
from onestop.domain.procedures import ProcedureSpec
from onestop.domain.refilings import REFUSED
from onestop.domain.rights import Role
from onestop.domain.route_steps import StepSpec
from onestop.domain.routes import StepKind
from onestop.domain.statuses import FINAL, Status
from onestop.models.events import DossierEvent
from onestop.queries.public_rows import (
    PublicPaperRow,
    PublicPauseRow,
    PublicPlaceRow,
    PublicPromiseRow,
    PublicStatusRow,
    PublicStepRow,
    ReplacedSlipRow,
)
from onestop.queries.public_statement import STATUS

LINK_LIFE: Final = timedelta(days=90)
"""How long a status link opens after the dossier has ended."""
_ENDED: Final = frozenset({Status.REJECTED, Status.STOPPED})
_limit = lru_cache(maxsize=512)(Limit.parse)


def public_status(
    connection: Connection, token_sha256: str, *, now: datetime
) -> PublicStatusRow | ReplacedSlipRow | None:
    """Return what the link shows, or None for one that is unknown, revoked or expired.

    `connection` belongs to the AUTOCOMMIT status engine. A link expires 90 days after the result
    was returned, or after a dossier ended without one. Source: docs/rules.md, rules R20, D8.
    """
    rows = connection.execute(STATUS, {"token_sha256": token_sha256}).all()
    parts: dict[str, list[Row[Any]]] = {}
    for row in rows:
        parts.setdefault(row.part, []).append(row)
    if "head" not in parts:
        return None
    head = parts["head"][0]
    if head.link_state == "revoked" or _has_expired(head, now):
        return None
    if head.link_state == "superseded":
        return ReplacedSlipRow(head.dossier_id, head.link_ended_at)
    shown = _row(head, parts)
    return replace(shown, ended_for=_ended_for(connection, shown))


def _ended_for(connection: Connection, row: PublicStatusRow) -> str:
    """Why a dossier ended without a result, a code; "" for one that did not."""
    if row.status not in _ENDED:
        return ""
    endings = (
        select(DossierEvent.body)
        .where(
            DossierEvent.dossier_id == row.dossier_id,
            DossierEvent.type.in_([DossierStopped.TYPE, ReceptionVoided.TYPE]),
        )
        .order_by(DossierEvent.version.desc())
    )
    body = connection.execute(endings).scalars().first()
    event = from_body(body).event if body else None
    return event.reason if isinstance(event, (DossierStopped, ReceptionVoided)) else ""


def _has_expired(head: Row[Any], now: datetime) -> bool:
    ended_at = head.returned_at
    if ended_at is None and Status(head.status) in FINAL:
        ended_at = head.finished_at
    return ended_at is not None and ended_at + LINK_LIFE <= now


def _row(head: Row[Any], parts: dict[str, list[Row[Any]]]) -> PublicStatusRow:
    procedure = procedure_from_body(head.procedure_body)
    shown = not procedure.sensitive
    steps, pauses = parts.get("step", []), _in_order(parts.get("pause", []))
    attempts = {(row.key, row.attempt): row for row in steps}
    return PublicStatusRow(
        dossier_id=head.dossier_id,
        code=head.code,
        status=Status(head.status),
        delivery=Delivery(head.delivery),
        procedure=procedure.name if shown else "",
        procedure_en=procedure.name_en if shown else "",
        applicant=mask_name(head.applicant or ""),
        limit=_limit(head.limit),
        received_at=head.received_at,
        first_due_at=head.first_due_at,
        due_at=head.due_at,
        last_due_at=head.last_due_at,
        late_at=head.late_at,
        paused_at=head.opened_at,
        finished_at=head.finished_at,
        returned_at=head.returned_at,
        place=PublicPlaceRow(
            agency=head.agency,
            agency_en=head.agency_en or head.agency,
            desk=head.desk or "",
            address=head.address or "",
            phone=head.phone or "",
            agency_code=head.key,
        ),
        calendar=compile_calendar(head.calendar_body),
        steps=_step_rows(steps, pauses, procedure),
        promises=tuple(map(_promise_row, _in_order(parts.get("promise", [])))),
        pauses=tuple(
            _pause_row(row, attempts.get((row.key, row.attempt)), procedure) for row in pauses
        ),
        procedure_code=procedure.code if shown else "",
        phases=len(procedure.phases),
        refused=head.reason == REFUSED,
    )


def _in_order(rows: Sequence[Row[Any]]) -> list[Row[Any]]:
    return sorted(rows, key=lambda row: (row.place, row.attempt or 0))


def _step_rows(
    rows: Sequence[Row[Any]], pauses: Sequence[Row[Any]], procedure: ProcedureSpec
) -> tuple[PublicStepRow, ...]:
    """The latest attempt at each step that was reached, and the steps still to come.

    What was taken back is still to come again, or is gone with the route before a correction.
    """
    latest = {row.key: row for row in _in_order(rows)}
    route = procedure.route
    known = [key for key in route.order if key in latest or not route.step(key).optional]
    steps = []
    for key in (*known, *(key for key in latest if key not in known)):
        row = latest.get(key)
        if row is not None and StepStatus(row.status) in STANDING:
            own = [p for p in pauses if (p.key, p.attempt) == (key, row.attempt)]
            steps.append(_step_row(row, own, procedure))
        elif key in known:
            steps.append(_to_come(route.step(key), procedure))
    return tuple(steps)


def _step_row(row: Row[Any], pauses: Sequence[Row[Any]], procedure: ProcedureSpec) -> PublicStepRow:
    kind, status = StepKind(row.kind), StepStatus(row.status)
    # A step that the law does not count has its own clock, which runs on.
    is_paused = any(p.closed_at is None and p.kind != PauseKind.UNCOUNTED for p in pauses)
    had_supplement = any(pause.kind == PauseKind.SUPPLEMENT for pause in pauses)
    return PublicStepRow(
        name="" if procedure.sensitive else row.name,
        name_en="" if procedure.sensitive else row.name_en,
        kind=kind,
        phase=row.phase,
        attempt=row.attempt,
        status=status,
        role=Role(row.role),
        agency=row.agency,
        agency_en=row.agency_en or row.agency,
        offered_at=row.opened_at,
        accepted_at=row.accepted_at,
        ended_at=row.closed_at,
        due_at=row.due_at,
        paused=is_paused,
        after_supplement=had_supplement and not is_paused,
    )


def _to_come(step: StepSpec, procedure: ProcedureSpec) -> PublicStepRow:
    named = not procedure.sensitive
    return PublicStepRow(
        name=step.name if named else "",
        name_en=step.name_en if named else "",
        kind=step.kind,
        phase=step.phase,
    )


def _promise_row(row: Row[Any]) -> PublicPromiseRow:
    scope, _, number = row.key.partition(":")
    return PublicPromiseRow(
        leg=int(number) if scope == "leg" else 0,
        phase=int(number) if scope == "phase" else 0,
        ground=Ground(row.kind),
        due_at=row.due_at,
        agency=row.agency or "",
        agency_en=row.agency_en or row.agency or "",
        reason=row.reason or "",
    )


def _pause_row(row: Row[Any], held: Row[Any] | None, procedure: ProcedureSpec) -> PublicPauseRow:
    names = {paper.code: paper for paper in procedure.papers}
    codes = [code for code in (row.papers or "").split(",") if code]
    papers = () if procedure.sensitive else tuple(names[code] for code in codes if code in names)
    return PublicPauseRow(
        kind=PauseKind(row.kind),
        reason=row.reason,
        papers=tuple(PublicPaperRow(paper.name, paper.name_en) for paper in papers),
        amount=row.amount,
        opened_at=row.opened_at,
        citizen_due_at=row.due_at,
        closed_at=row.closed_at,
        step=_step_row(held, (), procedure) if held is not None else None,
    )
