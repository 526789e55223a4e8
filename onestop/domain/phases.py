"""Phases of a procedure in several: each is promised when it begins."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from onestop.domain.dossier import DossierState
from onestop.domain.events import Ground, Offer, PromiseLine, phase_scope
from onestop.domain.limits import due
from onestop.domain.turns import has_begun, limit_of
from onestop.domain.working_time import WorkingCalendar


def phases_begun(
    state: DossierState, offers: Sequence[Offer], *, at: datetime, calendar: WorkingCalendar
) -> tuple[PromiseLine, ...]:
    """Return the promise of every phase that begins with `offers`, none for one that had begun.

    A phase that had begun under the route before a correction begins again: its first line stays,
    the new one has the ground and the reason of the correction. Source: docs/rules.md, rule R4.
    """
    numbers = sorted({state.planned(offer.step).phase for offer in offers})
    return tuple(
        _phase_begun(state, phase, at, calendar)
        for phase in numbers
        if 0 < phase <= len(state.received.phases) and not has_begun(state, phase)
    )


def _phase_begun(
    state: DossierState, phase: int, at: datetime, calendar: WorkingCalendar
) -> PromiseLine:
    scope = phase_scope(phase)
    promise = due(limit_of(state, scope), at, calendar)
    line = PromiseLine(
        scope,
        state.received.receiving_agency,
        Ground.FIRST,
        promise.due_at,
        promise.late_at,
        left=promise.left,
        since=promise.starts_at,
    )
    if not state.ledger(scope):
        return line
    right = next(one for one in reversed(state.ledger()) if one.ground is Ground.CORRECTION)
    return replace(
        line,
        ground=Ground.CORRECTION,
        reason=right.reason,
        asked_by=right.asked_by,
        approved_by=right.approved_by,
        document=right.document,
    )
