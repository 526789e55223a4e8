"""Every fact that was ever written, with its place in a history, and its exact bytes."""

from dataclasses import dataclass
from datetime import datetime

from onestop.domain import event_codec
from onestop.domain.events.endings import (
    DossierReopened,
    DossierStopped,
    DossierWithdrawn,
    ResultAccepted,
    ResultReturned,
)
from onestop.domain.events.money import FeeRefunded
from onestop.domain.events.papers import (
    PaperGiven,
    PaperReleased,
    PaperStayed,
    PaperTaken,
)
from onestop.domain.events.pauses import (
    CitizenReminded,
    PauseClosed,
    PauseOpened,
)
from onestop.domain.events.promises import (
    DatesMoved,
    ExtensionDrafted,
    PromiseExtended,
    ProposalDeclined,
    SupplementProposed,
)
from onestop.domain.events.reception import (
    DossierCorrected,
    DossierReceived,
    ReceptionVoided,
)
from onestop.domain.events.steps import (
    SentBack,
    StepAccepted,
    StepFinished,
    StepReassigned,
    StepRefused,
)

Event = (
    DossierReceived
    | DossierCorrected
    | ReceptionVoided
    | StepAccepted
    | StepFinished
    | StepRefused
    | StepReassigned
    | SentBack
    | PauseOpened
    | PauseClosed
    | CitizenReminded
    | SupplementProposed
    | ExtensionDrafted
    | ProposalDeclined
    | PromiseExtended
    | DatesMoved
    | ResultAccepted
    | ResultReturned
    | DossierWithdrawn
    | DossierStopped
    | DossierReopened
    | FeeRefunded
    | PaperGiven
    | PaperTaken
    | PaperStayed
    | PaperReleased
)

EVENT_TYPES: dict[tuple[str, int], type[Event]] = {
    (kind.TYPE, kind.V): kind
    for kind in (
        DossierReceived,
        DossierCorrected,
        ReceptionVoided,
        StepAccepted,
        StepFinished,
        StepRefused,
        StepReassigned,
        SentBack,
        PauseOpened,
        PauseClosed,
        CitizenReminded,
        SupplementProposed,
        ExtensionDrafted,
        ProposalDeclined,
        PromiseExtended,
        DatesMoved,
        ResultAccepted,
        ResultReturned,
        DossierWithdrawn,
        DossierStopped,
        DossierReopened,
        FeeRefunded,
        PaperGiven,
        PaperTaken,
        PaperStayed,
        PaperReleased,
    )
}
"""Every type and version ever written; an old version is read for ever (rule R13)."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event with its place in the history: version from 1, who, and the two times (rule R10).

    `on_behalf_of` is the absent colleague whom the actor stood in for, None otherwise.
    """

    version: int
    event: Event
    actor: int
    occurred_at: datetime
    recorded_at: datetime
    clock_skew: bool = False
    on_behalf_of: int | None = None


def to_body(recorded: Recorded) -> bytes:
    """Return the exact bytes to store and hash; the same fact always gives the same bytes."""
    # Only what was done for somebody says so: every older body keeps its bytes.
    behalf = {} if recorded.on_behalf_of is None else {"on_behalf_of": recorded.on_behalf_of}
    return event_codec.dumps(
        {
            "type": recorded.event.TYPE,
            "v": recorded.event.V,
            "version": recorded.version,
            "actor": recorded.actor,
            **behalf,
            "occurred_at": event_codec.to_plain(recorded.occurred_at),
            "recorded_at": event_codec.to_plain(recorded.recorded_at),
            "clock_skew": recorded.clock_skew,
            "data": event_codec.to_plain(recorded.event),
        }
    )


def from_body(body: bytes) -> Recorded:
    """Return the fact written in `body`. Raises ValueError for bytes that hold no known event."""
    try:
        plain = event_codec.loads(body)
        kind = EVENT_TYPES[plain["type"], plain["v"]]
        return Recorded(
            version=plain["version"],
            event=event_codec.from_plain(kind, plain["data"]),
            actor=plain["actor"],
            occurred_at=datetime.fromisoformat(plain["occurred_at"]),
            recorded_at=datetime.fromisoformat(plain["recorded_at"]),
            clock_skew=plain["clock_skew"],
            on_behalf_of=plain.get("on_behalf_of"),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("bytes that hold no known event") from error
