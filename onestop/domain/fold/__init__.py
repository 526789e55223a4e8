"""The fold of a dossier's events; the same `apply` serves live and replay."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from onestop.domain.dossier import DossierState
from onestop.domain.events import (
    CitizenReminded,
    DatesMoved,
    DossierCorrected,
    DossierReceived,
    DossierReopened,
    DossierStopped,
    DossierWithdrawn,
    Event,
    ExtensionDrafted,
    FeeRefunded,
    PaperGiven,
    PaperReleased,
    PaperStayed,
    PaperTaken,
    PauseClosed,
    PauseOpened,
    PromiseExtended,
    ProposalDeclined,
    ReceptionVoided,
    Recorded,
    ResultAccepted,
    ResultReturned,
    SentBack,
    StepAccepted,
    StepFinished,
    StepReassigned,
    StepRefused,
    SupplementProposed,
)
from onestop.domain.fold import endings, papers, pauses, promises, reception, steps
from onestop.domain.fold.changes import HistoryBroken
from onestop.domain.payments import moved
from onestop.domain.statuses import next_status

__all__ = ["HistoryBroken", "apply", "fold"]

_FOLLOW: dict[type[Event], Callable[[DossierState, Any, Recorded], DossierState]] = {
    StepAccepted: steps.accepted,
    StepFinished: steps.finished,
    StepRefused: steps.sent_back,
    SentBack: steps.sent_back,
    StepReassigned: steps.reassigned,
    PauseOpened: pauses.opened,
    PauseClosed: pauses.closed,
    CitizenReminded: pauses.reminded,
    SupplementProposed: promises.proposed,
    ExtensionDrafted: promises.proposed,
    ProposalDeclined: promises.declined,
    PromiseExtended: promises.extended,
    DatesMoved: promises.dates_moved,
    DossierCorrected: reception.corrected,
    ResultAccepted: endings.result_accepted,
    ResultReturned: endings.result_returned,
    DossierWithdrawn: endings.ended,
    DossierStopped: endings.ended,
    ReceptionVoided: endings.ended,
    DossierReopened: endings.reopened,
    FeeRefunded: endings.money_only,
    PaperGiven: papers.given,
    PaperTaken: papers.taken,
    PaperStayed: papers.stayed,
    PaperReleased: papers.released,
}
"""What each fact after the first does to the state."""


def fold(history: Iterable[Recorded]) -> DossierState:
    """Return the state after `history`. Raises HistoryBroken when the events do not fit."""
    state: DossierState | None = None
    for recorded in history:
        state = apply(state, recorded)
    if state is None:
        raise HistoryBroken(0, "no event")
    return state


def apply(state: DossierState | None, recorded: Recorded) -> DossierState:
    """Return the state after one more event.

    Raises HistoryBroken for a version that does not follow or a step that is not there, and
    ActionNotAllowed when the table of transitions has no such row.
    """
    event = recorded.event
    if state is None:
        if not isinstance(event, DossierReceived) or recorded.version != 1:
            raise HistoryBroken(recorded.version, "a history begins with the reception")
        return replace(reception.received(event, recorded), paid=moved(event, 0))
    if recorded.version != state.version + 1:
        raise HistoryBroken(recorded.version, f"does not follow version {state.version}")
    if isinstance(event, DossierReceived):
        raise HistoryBroken(recorded.version, "a dossier is received once")
    state = replace(
        state,
        version=recorded.version,
        status=next_status(state.status, event.ACTION),
        last_recorded_at=recorded.recorded_at,
        paid=state.paid + moved(event, state.paid),
    )
    return _FOLLOW[type(event)](state, event, recorded)
