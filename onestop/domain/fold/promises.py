"""What is put before a leader, and dates that move."""

from dataclasses import replace
from datetime import datetime
from functools import partial

from onestop.domain.dossier import DossierState, ProposalState
from onestop.domain.events import (
    DatesMoved,
    ExtensionDrafted,
    PromiseExtended,
    ProposalDeclined,
    ProposalKind,
    Recorded,
    StepRef,
    SupplementProposed,
)
from onestop.domain.fold.changes import HistoryBroken, change


def proposed(
    state: DossierState, event: SupplementProposed | ExtensionDrafted, recorded: Recorded
) -> DossierState:
    """Follow what was put before a leader."""
    if event.proposal != len(state.proposals) + 1:
        raise HistoryBroken(state.version, f"proposal {event.proposal} does not follow")
    begun = partial(
        ProposalState,
        proposal=event.proposal,
        by=recorded.actor,
        at=recorded.occurred_at,
        reason=event.reason,
    )
    match event:
        case SupplementProposed(step=step, attempt=attempt, papers=papers):
            kind = ProposalKind.SUPPLEMENT
            proposal = begun(kind=kind, step=step, attempt=attempt, papers=papers)
        case ExtensionDrafted(due_at=due_at, late_at=late_at):
            proposal = begun(kind=ProposalKind.EXTENSION, due_at=due_at, late_at=late_at)
    return replace(state, proposals=(*state.proposals, proposal))


def declined(state: DossierState, event: ProposalDeclined, recorded: Recorded) -> DossierState:
    """Follow a leader who did not agree."""
    return decided(state, event.proposal, recorded.occurred_at, agreed=False)


def extended(state: DossierState, event: PromiseExtended, recorded: Recorded) -> DossierState:
    """Follow a later date that was told with an apology."""
    if event.proposal:
        state = decided(state, event.proposal, recorded.occurred_at, agreed=True)
    promises = state.promises + event.promises
    return replace(state, promises=promises, extensions=state.extensions + 1)


def dates_moved(state: DossierState, event: DatesMoved, recorded: Recorded) -> DossierState:
    """Follow a calendar that changed; who has a later term is warned of that one."""
    for moved in event.steps:
        ref = StepRef(moved.step, moved.attempt)
        state = change(state, ref, due_at=moved.due_at, late_at=moved.late_at)
    ends = {term.pause: term.due_at for term in event.terms}
    if unknown := ends.keys() - {pause.pause for pause in state.open_pauses}:
        raise HistoryBroken(state.version, f"pause {min(unknown)} is not open")
    pauses = tuple(
        replace(pause, citizen_due_at=ends[pause.pause], reminded_at=None)
        if pause.pause in ends
        else pause
        for pause in state.pauses
    )
    return replace(state, pauses=pauses, promises=state.promises + event.promises)


def decided(state: DossierState, number: int, at: datetime, *, agreed: bool) -> DossierState:
    """Return the state with one proposal decided. Raises HistoryBroken when it is not open."""
    if not any(p.proposal == number and p.decided_at is None for p in state.proposals):
        raise HistoryBroken(state.version, f"proposal {number} is not open")
    proposals = tuple(
        replace(p, decided_at=at, agreed=agreed) if p.proposal == number else p
        for p in state.proposals
    )
    return replace(state, proposals=proposals)
