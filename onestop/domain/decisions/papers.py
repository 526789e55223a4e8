"""Who may give, take, keep and let go of the paper original of a dossier, and where it may go."""

from onestop.domain.dossier import DossierState, PaperState
from onestop.domain.errors import DomainError
from onestop.domain.events import (
    PaperGiven,
    PaperReleased,
    PaperStayed,
    PaperTaken,
    ReleasedTo,
    Stayed,
    TakenBy,
)
from onestop.domain.rights import Actor, Right
from onestop.domain.statuses import OPEN, Status


class NoPaper(DomainError):
    """Nobody holds an original: all papers are electronic, or they were given back or archived."""


class ReceptionWasVoided(NoPaper):
    """The reception was undone, and with it the original went back over the desk."""


class PaperElsewhere(DomainError):
    """Somebody else holds the original."""

    def __init__(self, paper: PaperState) -> None:
        super().__init__(f"user {paper.holder} holds the paper at agency {paper.agency}")
        self.holder = paper.holder
        self.agency = paper.agency
        self.since = paper.since


class PaperOnItsWay(DomainError):
    """The original was given in a pile that waits for an answer."""

    def __init__(self, pile: int) -> None:
        super().__init__(f"the paper is in pile {pile}")
        self.pile = pile


class NotItsWay(DomainError):
    """The agency takes no part in the dossier, or no more: its paper does not go there."""

    def __init__(self, agency: int) -> None:
        super().__init__(f"the paper does not go to agency {agency}")
        self.agency = agency


class NotInPile(DomainError):
    """The original is not on its way in this pile: answered for already, or never given in it."""


class OwnPile(DomainError):
    """Who gave a pile cannot take it as well: there are two sides."""


class NotAtThisAgency(DomainError):
    """The person does not work at the agency that this is about."""


class PaperNeeded(DomainError):
    """The dossier is not finished: its original stays in somebody's hands."""


def give_paper(state: DossierState, actor: Actor, *, pile: int, agency: int) -> PaperGiven:
    """Put the original that the actor, or a colleague stood in for, holds on its way to `agency`.

    Raises NoPaper, PaperElsewhere, PaperOnItsWay, NotItsWay. Source: docs/rules.md, rule W1.
    """
    require_in_hand(state, actor)
    if agency not in ways_of(state):
        raise NotItsWay(agency)
    return PaperGiven(pile, agency)


def require_in_hand(state: DossierState, actor: Actor) -> PaperState:
    """Return the original in the actor's hands.

    Raises NoPaper, ReceptionWasVoided, PaperOnItsWay, PaperElsewhere.
    """
    paper = state.paper
    if paper is None:
        raise ReceptionWasVoided if state.status is Status.REJECTED else NoPaper
    if paper.offer is not None:
        raise PaperOnItsWay(paper.offer.pile)
    if not (actor.acts_for(paper.holder) and paper.agency in actor.agencies_with(Right.WORK)):
        raise PaperElsewhere(paper)
    return paper


def ways_of(state: DossierState) -> frozenset[int]:
    """Return the agencies to which the original may be given from where it is.

    Those that take part; of a finished dossier only the desk that received it and the agency that
    decided it, whose archive keeps it, and of a voided reception only the desk.
    Source: docs/rules.md, rule W1.
    """
    r = state.received
    ways = {r.receiving_agency}
    if state.status is not Status.REJECTED:
        ways.add(r.competent_agency)
    if state.status in OPEN:
        ways |= {r.filing_agency} | {step.agency for step in state.steps}
    return frozenset(ways - {state.paper.agency} if state.paper else ways)


def take_paper(state: DossierState, actor: Actor, *, pile: int, how: TakenBy) -> PaperTaken:
    """Take the original out of a pile on its way to an agency where the actor works.

    Raises NotInPile, OwnPile, NotAtThisAgency. Source: docs/rules.md, rule W2.
    """
    return PaperTaken(_offered_to(state, actor, pile), how, pile)


def miss_paper(state: DossierState, actor: Actor, *, pile: int) -> PaperStayed:
    """Say that the original was not in the pile. Raises NotInPile, OwnPile, NotAtThisAgency."""
    _offered_to(state, actor, pile)
    return PaperStayed(pile, Stayed.MISSING)


def call_back_paper(state: DossierState, actor: Actor, *, pile: int) -> PaperStayed:
    """Take back what was given and not yet taken. Raises NotInPile, NotAtThisAgency."""
    paper = state.paper
    if paper is None or paper.offer is None or paper.offer.pile != pile:
        raise NotInPile
    if paper.agency not in actor.agencies_with(Right.WORK):
        raise NotAtThisAgency
    return PaperStayed(pile, Stayed.CALLED_BACK)


def take_over_paper(state: DossierState, actor: Actor) -> PaperTaken:
    """Take the original from a colleague of the same agency, or of open work out of the archive.

    Raises NoPaper, PaperElsewhere, PaperOnItsWay. Source: docs/rules.md, rule W3.
    """
    paper, own = state.paper, actor.agencies_with(Right.WORK)
    if paper is None:
        here = [agency for agency in own if agency in ways_of(state)]
        if not (state.has_paper and here and state.status in OPEN):
            raise NoPaper
        return PaperTaken(here[0], TakenBy.HAND)
    if paper.offer is not None:
        raise PaperOnItsWay(paper.offer.pile)
    if paper.agency not in own or paper.holder == actor.user_id:
        raise PaperElsewhere(paper)
    return PaperTaken(paper.agency, TakenBy.HAND)


def release_paper(state: DossierState, actor: Actor, *, to: ReleasedTo) -> PaperReleased:
    """Let the original of a finished dossier go: back over the desk, or into the archive.

    Raises NoPaper, PaperElsewhere, PaperOnItsWay, PaperNeeded. Source: docs/rules.md, rule W3.
    """
    paper = require_in_hand(state, actor)
    if state.finished_at is None:
        raise PaperNeeded
    if to is ReleasedTo.APPLICANT and paper.agency != state.received.receiving_agency:
        raise NotItsWay(state.received.receiving_agency)
    return PaperReleased(to)


def _offered_to(state: DossierState, actor: Actor, pile: int) -> int:
    offer = state.paper.offer if state.paper else None
    if offer is None or offer.pile != pile:
        raise NotInPile
    if actor.user_id == offer.by:
        raise OwnPile
    if offer.agency not in actor.agencies_with(Right.WORK):
        raise NotAtThisAgency
    return offer.agency
