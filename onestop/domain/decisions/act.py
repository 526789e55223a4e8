"""Who acts on which state and when, and what an act may lack."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from onestop.domain.dossier import DossierState, StepState, StepStatus
from onestop.domain.events import StepRef
from onestop.domain.moves import Move, ReasonMissing, require_move
from onestop.domain.rights import Actor
from onestop.domain.statuses import Action

NOBODY_CHOSEN: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Act:
    """Who acts on which state, and when."""

    state: DossierState
    actor: Actor
    at: datetime

    def require(self, action: Action, *, step: str = "", pause: int = 0, proposal: int = 0) -> Move:
        """Return the allowed move; raise MoveNotAllowed."""
        return require_move(
            self.state, self.actor, action, self.at, step=step, pause=pause, proposal=proposal
        )

    def attempt(self, move: Move) -> StepState:
        """Return the attempt that an allowed move names."""
        return attempt_of(self.state, StepRef(move.step, move.attempt))


def attempt_of(state: DossierState, ref: StepRef) -> StepState:
    """Return one attempt; LookupError when it does not exist (a programmer's mistake)."""
    found = state.find(ref)
    if found is None:
        raise LookupError(f"no attempt {ref.attempt} at {ref.step}")
    return found


def require_reason(action: Action, reason: str) -> None:
    """Raise ReasonMissing when an act that has to be explained is not."""
    if not reason:
        raise ReasonMissing(action)


def as_done(state: DossierState, step: StepState, at: datetime) -> DossierState:
    """Return the state in which `step` counts as done already, for asking whose turn it is next."""
    done = replace(step, status=StepStatus.DONE, ended_at=at)
    return replace(state, steps=tuple(done if s.ref == step.ref else s for s in state.steps))
