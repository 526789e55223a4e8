"""The paper original goes from hand to hand, whatever the dossier itself does meanwhile."""

from collections.abc import Iterable
from dataclasses import replace

from onestop.domain.dossier import DossierState, PaperOffer, PaperState
from onestop.domain.events import (
    PaperGiven,
    PaperReleased,
    PaperStayed,
    PaperTaken,
    PaperTick,
    Recorded,
)
from onestop.domain.fold.changes import HistoryBroken
from onestop.domain.procedures import PaperKind


def is_on_paper(ticks: Iterable[PaperTick]) -> bool:
    """Return whether anything that was handed in can be held in a hand."""
    return any(tick.kind != PaperKind.ELECTRONIC for tick in ticks)


def in_hand(ticks: Iterable[PaperTick], agency: int, recorded: Recorded) -> PaperState | None:
    """Return who holds papers just handed in: the clerk who took them; None without any."""
    if not is_on_paper(ticks):
        return None
    return PaperState(agency, recorded.actor, recorded.occurred_at)


def handed_in_later(
    state: DossierState, ticks: tuple[PaperTick, ...], recorded: Recorded
) -> DossierState:
    """Follow papers brought later: they go to the original, or are the first there is."""
    if state.paper is not None:
        return state
    return replace(state, paper=in_hand(ticks, state.received.receiving_agency, recorded))


def given_back(state: DossierState) -> DossierState:
    """Follow a dossier whose papers went back over the desk; what lies elsewhere stays there."""
    paper = state.paper
    if paper is None or paper.offer or paper.agency != state.received.receiving_agency:
        return state
    return replace(state, paper=None)


def given(state: DossierState, event: PaperGiven, recorded: Recorded) -> DossierState:
    """Follow an original on its way: the giver holds it until it is taken."""
    if state.paper is None or state.paper.offer is not None:
        raise HistoryBroken(state.version, "no paper in hand to be given")
    offer = PaperOffer(event.pile, event.agency, recorded.actor, recorded.occurred_at)
    return replace(state, paper=replace(state.paper, offer=offer))


def taken(state: DossierState, event: PaperTaken, recorded: Recorded) -> DossierState:
    """Follow an original into the hands of whoever took it."""
    offer = state.paper.offer if state.paper else None
    if (offer.pile if offer else None) != event.pile:
        raise HistoryBroken(state.version, f"the paper is not in pile {event.pile}")
    paper = PaperState(event.agency, recorded.actor, recorded.occurred_at)
    left = event.agency != state.received.receiving_agency
    return replace(state, paper=paper, paper_left_desk=state.paper_left_desk or left)


def stayed(state: DossierState, event: PaperStayed, recorded: Recorded) -> DossierState:
    """Follow an original that did not change hands; the giver holds it since when it was before."""
    paper = state.paper
    if paper is None or paper.offer is None or paper.offer.pile != event.pile:
        raise HistoryBroken(state.version, f"the paper is not in pile {event.pile}")
    return replace(state, paper=replace(paper, offer=None))


def released(state: DossierState, event: PaperReleased, recorded: Recorded) -> DossierState:
    """Follow an original that nobody holds any more."""
    if state.paper is None:
        raise HistoryBroken(state.version, "no paper in anybody's hands")
    return replace(state, paper=None)
