"""The dates on a receipt: as promised at reception or, once it was corrected, as told last."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from onestop.domain.dossier import DossierState
from onestop.domain.events import Ground, leg_scope, phase_scope
from onestop.domain.fold import fold
from onestop.domain.print_rights import RECEIPT
from onestop.domain.procedures import ProcedureSpec
from onestop.domain.routes import StepKind
from onestop.models.agencies import Agency
from onestop.models.documents import IssuedDocument
from onestop.models.dossiers import Dossier, Promise
from onestop.queries.dossier_history import recorded_events
from onestop.queries.papers import LegRow, PhaseRow


@dataclass(frozen=True, slots=True)
class ReceiptTerms:
    """What a receipt promises. Instants are in UTC.

    first_due_at   the first promise, where the receipt tells another one.
    first_phase    when the first of two phases ends; `second_phase` is None for a single one.
    uncounted      names of the steps during which the clock stands still.
    replaced_at    when the receipt that this one replaces was printed, None when none was.
    """

    due_at: datetime
    legs: tuple[LegRow, ...]
    first_due_at: datetime | None = None
    first_phase: datetime | None = None
    second_phase: PhaseRow | None = None
    uncounted: tuple[str, ...] = ()
    replaced_at: datetime | None = None


def receipt_terms(
    session: Session, d: Dossier, spec: ProcedureSpec, *, version: int
) -> ReceiptTerms:
    """Return the dates of the receipt whose link has this version; the first one has 1.

    Source: docs/rules.md, rules R4, R6.
    """
    if version > 1:
        return _corrected(session, d, spec)
    first_phase, legs = None, []
    for scope, agency, agency_id, due_at in _first_promises(session, d.id):
        if scope == phase_scope(1):
            first_phase = due_at
        elif scope.startswith("leg:") and agency_id != d.receiving_agency_id:
            legs.append(LegRow(agency, due_at))
    return ReceiptTerms(
        due_at=d.first_due_at,
        legs=tuple(legs),
        first_phase=first_phase,
        second_phase=PhaseRow() if len(spec.phases) > 1 else None,
        uncounted=_uncounted(spec),
    )


def _corrected(session: Session, d: Dossier, spec: ProcedureSpec) -> ReceiptTerms:
    state = fold(recorded_events(session, d.id))
    first_phase = state.last_promise(phase_scope(1)) if len(spec.phases) > 1 else None
    return ReceiptTerms(
        due_at=d.last_due_at,
        legs=_legs_in_force(session, state),
        first_due_at=d.first_due_at if d.first_due_at != d.last_due_at else None,
        first_phase=first_phase.due_at if first_phase else None,
        second_phase=_second_phase(state) if len(spec.phases) > 1 else None,
        uncounted=_uncounted(spec),
        replaced_at=session.scalar(
            select(func.max(IssuedDocument.issued_at)).where(
                IssuedDocument.dossier_id == d.id,
                IssuedDocument.kind == RECEIPT,
                IssuedDocument.voided_at.is_not(None),
            )
        ),
    )


def _first_promises(session: Session, dossier_id: int) -> list[tuple[str, str, int, datetime]]:
    agency = aliased(Agency)
    rows = session.execute(
        select(Promise.scope, agency.name, agency.id, Promise.due_at)
        .join(agency, agency.id == Promise.agency_id)
        .where(Promise.dossier_id == dossier_id, Promise.ground == Ground.FIRST)
        .order_by(Promise.line)
    )
    return [(scope, name, agency_id, due_at) for scope, name, agency_id, due_at in rows]


def _legs_in_force(session: Session, state: DossierState) -> tuple[LegRow, ...]:
    """The last date of every leg of the route in force but the desk's own."""
    holders = {step.leg: step.agency for step in state.plan if step.leg}
    names = _names(session, {agency for agency in holders.values() if agency is not None})
    rows = []
    for leg, agency in sorted(holders.items()):
        line = state.last_promise(leg_scope(leg))
        # A leg of the route before the correction may have had this number at another agency.
        if agency is None or line is None or line.agency != agency:
            continue
        if agency != state.received.receiving_agency:
            rows.append(LegRow(names[agency], line.due_at))
    return tuple(rows)


def _names(session: Session, ids: set[int]) -> dict[int, str]:
    rows = session.execute(select(Agency.id, Agency.name).where(Agency.id.in_(sorted(ids))))
    return {agency_id: name for agency_id, name in rows}


def _second_phase(state: DossierState) -> PhaseRow:
    """The dates of the second phase, once it has begun."""
    promised = state.last_promise(phase_scope(2))
    begun = [s.offered_at for s in state.steps if s.planned.phase == 2 and s.route == state.route]
    if promised is None or not begun:
        return PhaseRow()
    return PhaseRow(min(begun), promised.due_at)


def _uncounted(spec: ProcedureSpec) -> tuple[str, ...]:
    steps = [spec.route.step(key) for key in spec.route.order]
    return tuple(
        step.name for step in steps if not step.counted or step.kind is StepKind.AWAIT_CITIZEN
    )
