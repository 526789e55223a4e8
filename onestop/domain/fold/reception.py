"""The first state of a dossier, and what a correction makes of it."""

from dataclasses import replace
from datetime import datetime

from onestop.domain.dossier import (
    DossierState,
    PaperState,
    StepState,
    StepStatus,
    passed_over,
)
from onestop.domain.events import (
    CorrectedRoute,
    DossierCorrected,
    DossierReceived,
    PlannedStep,
    Recorded,
)
from onestop.domain.fold.changes import offer, take_back
from onestop.domain.fold.papers import in_hand, is_on_paper
from onestop.domain.statuses import Status


def received(event: DossierReceived, recorded: Recorded) -> DossierState:
    """Return the state of a dossier that was just taken in."""
    at = recorded.occurred_at
    done = tuple(
        _done_at_desk(step, event.receiving_agency, recorded)
        for step in event.steps
        if step.key in event.done
    )
    state = DossierState(
        received=event,
        received_at=at,
        received_by=recorded.actor,
        version=1,
        status=Status.RECEIVED,
        steps=done,
        skipped=passed_over(event.steps, event.done),
        promises=event.promises,
        pauses=(),
        kept=(),
        last_recorded_at=recorded.recorded_at,
        paper=in_hand(event.papers, event.receiving_agency, recorded),
    )
    return offer(state, event.offers, at)


def _done_at_desk(
    step: PlannedStep, desk: int, recorded: Recorded, *, attempt: int = 1, route: int = 0
) -> StepState:
    at = recorded.occurred_at
    return StepState(
        step=step.key,
        attempt=attempt,
        agency=step.agency if step.agency is not None else desk,
        planned=step,
        route=route,
        status=StepStatus.DONE,
        offered_at=at,
        due_at=None,
        late_at=None,
        accepted_at=at,
        holder=recorded.actor,
        ended_at=at,
    )


def corrected(state: DossierState, event: DossierCorrected, recorded: Recorded) -> DossierState:
    """Follow a correction of people, or of procedure and agency with a new route."""
    received = replace(
        state.received,
        persons=event.persons or state.received.persons,
        applicant_kind=event.applicant_kind,
    )
    state = replace(state, received=received, corrections=state.corrections + 1)
    if event.route is not None:
        return _rerouted(state, event.route, recorded)
    return state


def _rerouted(state: DossierState, new: CorrectedRoute, recorded: Recorded) -> DossierState:
    """The dossier begins the route it should have had; what the desk did stays done."""
    at = recorded.occurred_at
    state = take_back(state, new.withdrawn, new.stale, at)
    number, desk = state.route + 1, state.received.receiving_agency
    at_desk = tuple(
        _done_at_desk(step, desk, recorded, attempt=_attempts(state, step.key) + 1, route=number)
        for step in new.steps
        if step.key in new.done and not _is_done(state, step.key)
    )
    received = replace(
        state.received,
        procedure=new.procedure,
        edition=new.edition,
        edition_id=new.edition_id,
        competent_agency=new.competent_agency,
        papers=new.papers,
        fee=new.fee,
        fee_paid=new.fee == 0 or (state.received.fee_paid and new.fee <= state.received.fee),
        limit=new.limit,
        phases=new.phases,
        steps=new.steps,
    )
    state = replace(
        state,
        received=received,
        route=number,
        steps=state.steps + at_desk,
        skipped=passed_over(new.steps, new.done),
        promises=state.promises + new.promises,
        pauses=tuple(replace(p, closed_at=p.closed_at or at) for p in state.pauses),
        kept=(),
        paper=state.paper or _paper_found(state, new, at),
    )
    return offer(state, new.offers, at)


def _paper_found(state: DossierState, new: CorrectedRoute, at: datetime) -> PaperState | None:
    """Who holds papers that a correction says were handed in: the clerk who received them."""
    if state.has_paper or not is_on_paper(new.papers):
        return None
    return PaperState(state.received.receiving_agency, state.received_by, at)


def _attempts(state: DossierState, key: str) -> int:
    latest = state.latest(key)
    return 0 if latest is None else latest.attempt


def _is_done(state: DossierState, key: str) -> bool:
    latest = state.latest(key)
    return latest is not None and latest.status is StepStatus.DONE
