"""The facts that make up a dossier's history: frozen, past tense, with all that was decided."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from onestop.domain import event_codec
from onestop.domain.rights import Role
from onestop.domain.routes import StepKind
from onestop.domain.statuses import Action
from onestop.domain.working_time import Amount

TOTAL = "total"
"""The scope of the promise for the whole dossier; a leg's scope is `leg_scope(n)`."""


def leg_scope(leg: int) -> str:
    """Return the promise scope of the leg with number `leg`, counted from 1."""
    return f"leg:{leg}"


class Ground(StrEnum):
    """Why a line of the promise ledger was written (docs/rules.md, rule R4)."""

    FIRST = "first"
    PAUSE = "pause"
    CALENDAR = "calendar"
    CORRECTION = "correction"
    EXTENSION = "extension"
    REOPEN = "reopen"


class PauseKind(StrEnum):
    """What the clock waits for."""

    SUPPLEMENT = "supplement"
    PAYMENT = "payment"
    SUSPENSION = "suspension"


class Channel(StrEnum):
    """How the dossier was filed (four channels, decree 118/2025 as amended)."""

    DIRECT = "direct"
    POSTAL = "postal"
    PORTAL = "portal"
    VNEID = "vneid"


class Delivery(StrEnum):
    """How the result is wanted."""

    DESK = "desk"
    POSTAL = "postal"
    ELECTRONIC = "electronic"


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step of the route as fixed at reception: agency resolved, legs numbered from 1.

    `counted` is False where the law does not count the time (publication, another commune's reply).
    """

    key: str
    name: str
    name_en: str
    kind: StepKind
    agency: int | None
    role: Role
    allotment: str | None
    after: tuple[str, ...]
    optional: bool
    phase: int
    leg: int
    counted: bool = True


@dataclass(frozen=True, slots=True)
class PromiseLine:
    """One line of the promise ledger: what was told, from which instant it is late, and why."""

    scope: str
    agency: int | None
    ground: Ground
    due_at: datetime
    late_at: datetime


@dataclass(frozen=True, slots=True)
class Offer:
    """A step put before its agency; its limit runs from the event's instant (rule R6)."""

    step: str
    attempt: int
    agency: int
    due_at: datetime | None
    late_at: datetime | None
    calendar: str | None


@dataclass(frozen=True, slots=True)
class StepRef:
    """One attempt at one step."""

    step: str
    attempt: int


@dataclass(frozen=True, slots=True)
class PersonalRef:
    """Where a personal value is kept, and what it was committed to (rule R13)."""

    id: str
    kind: str
    commitment: str


@dataclass(frozen=True, slots=True)
class PaperTick:
    """A paper handed in: its code in the procedure, in which form, how many."""

    code: str
    kind: str
    count: int


@dataclass(frozen=True, slots=True)
class Kept:
    """Working time that a pause keeps for one promise."""

    scope: str
    amount: Amount


@dataclass(frozen=True, slots=True)
class DossierReceived:
    """The desk took the dossier in and promised a date."""

    TYPE: ClassVar = "dossier_received"
    V: ClassVar = 1
    ACTION: ClassVar = Action.RECEIVE

    code: str
    number_day: date
    number: int
    procedure: str
    edition: str
    edition_id: int
    audience: str
    law_edition: str
    form_edition: str
    filing_agency: int
    receiving_agency: int
    competent_agency: int
    desk: int | None
    channel: Channel
    applicant_kind: str
    persons: tuple[PersonalRef, ...]
    papers: tuple[PaperTick, ...]
    fee: int
    fee_paid: bool
    delivery: Delivery
    copies: int
    book_year: int
    book: int
    book_number: int
    limit: str
    calendars: tuple[str, ...]
    steps: tuple[PlannedStep, ...]
    done: tuple[str, ...]
    promises: tuple[PromiseLine, ...]
    offers: tuple[Offer, ...]
    visit: int | None = None


@dataclass(frozen=True, slots=True)
class StepAccepted:
    """An officer took an offered step, or took it over from a colleague."""

    TYPE: ClassVar = "step_accepted"
    V: ClassVar = 1
    ACTION: ClassVar = Action.ACCEPT_STEP

    step: str
    attempt: int


@dataclass(frozen=True, slots=True)
class StepFinished:
    """A step is done; the next ones are offered, optional branches opened or skipped."""

    TYPE: ClassVar = "step_finished"
    V: ClassVar = 1
    ACTION: ClassVar = Action.FINISH_STEP

    step: str
    attempt: int
    offers: tuple[Offer, ...]
    skipped: tuple[str, ...] = ()
    registered_on: date | None = None
    late_reason: str | None = None
    personal: tuple[PersonalRef, ...] = ()


@dataclass(frozen=True, slots=True)
class SentBack:
    """A step sent an earlier one back for rework: a new attempt with the time it had left."""

    TYPE: ClassVar = "sent_back"
    V: ClassVar = 1
    ACTION: ClassVar = Action.SEND_BACK

    step: str
    attempt: int
    target: str
    reason: str
    withdrawn: tuple[StepRef, ...]
    stale: tuple[StepRef, ...]
    offers: tuple[Offer, ...]
    personal: tuple[PersonalRef, ...] = ()


@dataclass(frozen=True, slots=True)
class PauseOpened:
    """A step waits for the citizen, or a leader suspended it; remaining working time is kept.

    `kept` holds what each promise that was not late yet had left; `kept_step` the same for the
    step. A promise already late keeps its late date and is not in the list (rule R5).
    """

    TYPE: ClassVar = "pause_opened"
    V: ClassVar = 1
    ACTIONS: ClassVar = {
        PauseKind.SUPPLEMENT: Action.REQUEST_SUPPLEMENT,
        PauseKind.PAYMENT: Action.REQUEST_PAYMENT,
        PauseKind.SUSPENSION: Action.SUSPEND,
    }

    pause: int
    kind: PauseKind
    step: str
    attempt: int
    reason: str
    papers: tuple[str, ...]
    amount: int | None
    citizen_due_at: datetime | None
    kept: tuple[Kept, ...]
    kept_step: Amount | None
    calendars: tuple[str, ...]
    personal: tuple[PersonalRef, ...] = ()

    @property
    def ACTION(self) -> Action:  # noqa: N802 - stands where the other events have a constant
        """The action of the transition table that opens this kind of pause."""
        return self.ACTIONS[self.kind]


@dataclass(frozen=True, slots=True)
class PauseClosed:
    """What the clock waited for has come: it goes on with the time that was kept."""

    TYPE: ClassVar = "pause_closed"
    V: ClassVar = 1
    ACTIONS: ClassVar = {
        PauseKind.SUPPLEMENT: Action.TAKE_IN_SUPPLEMENT,
        PauseKind.PAYMENT: Action.TAKE_IN_PAYMENT,
        PauseKind.SUSPENSION: Action.RESUME,
    }

    pause: int
    kind: PauseKind
    papers: tuple[PaperTick, ...]
    amount: int | None
    promises: tuple[PromiseLine, ...]
    step_due_at: datetime | None
    step_late_at: datetime | None
    finished: tuple[StepRef, ...]
    offers: tuple[Offer, ...]
    calendars: tuple[str, ...]
    skipped: tuple[str, ...] = ()
    personal: tuple[PersonalRef, ...] = ()

    @property
    def ACTION(self) -> Action:  # noqa: N802 - stands where the other events have a constant
        """The action of the transition table that closes this kind of pause."""
        return self.ACTIONS[self.kind]


@dataclass(frozen=True, slots=True)
class ResultAccepted:
    """The desk holds the result: the work is finished and punctuality is fixed (status 9)."""

    TYPE: ClassVar = "result_accepted"
    V: ClassVar = 1
    ACTION: ClassVar = Action.ACCEPT_RESULT

    step: str
    attempt: int
    outcome: str = "granted"
    personal: tuple[PersonalRef, ...] = ()


@dataclass(frozen=True, slots=True)
class ResultReturned:
    """The citizen has the result (status 10)."""

    TYPE: ClassVar = "result_returned"
    V: ClassVar = 1
    ACTION: ClassVar = Action.RETURN_RESULT

    step: str
    attempt: int
    delivery: Delivery
    receipt_lost: bool = False
    collected: int = 0
    personal: tuple[PersonalRef, ...] = ()


@dataclass(frozen=True, slots=True)
class DossierWithdrawn:
    """The applicant took the dossier back (status 7)."""

    TYPE: ClassVar = "dossier_withdrawn"
    V: ClassVar = 1
    ACTION: ClassVar = Action.WITHDRAW

    reason: str
    personal: tuple[PersonalRef, ...] = ()


@dataclass(frozen=True, slots=True)
class DossierStopped:
    """A leader ended the work without a result (status 8, stopped)."""

    TYPE: ClassVar = "dossier_stopped"
    V: ClassVar = 1
    ACTION: ClassVar = Action.STOP

    reason: str
    fee_kept: bool = True
    personal: tuple[PersonalRef, ...] = ()


@dataclass(frozen=True, slots=True)
class ReceptionVoided:
    """The clerk undid the reception in time (status 3); the number stays, listed as void."""

    TYPE: ClassVar = "reception_voided"
    V: ClassVar = 1
    ACTION: ClassVar = Action.VOID

    reason: str
    personal: tuple[PersonalRef, ...] = ()


@dataclass(frozen=True, slots=True)
class DossierReopened:
    """A leader opened a finished or stopped dossier again; one step starts a new attempt."""

    TYPE: ClassVar = "dossier_reopened"
    V: ClassVar = 1
    ACTION: ClassVar = Action.REOPEN

    reason: str
    target: str
    stale: tuple[StepRef, ...]
    promises: tuple[PromiseLine, ...]
    offers: tuple[Offer, ...]
    calendars: tuple[str, ...]
    personal: tuple[PersonalRef, ...] = ()


Event = (
    DossierReceived
    | StepAccepted
    | StepFinished
    | SentBack
    | PauseOpened
    | PauseClosed
    | ResultAccepted
    | ResultReturned
    | DossierWithdrawn
    | DossierStopped
    | ReceptionVoided
    | DossierReopened
)

EVENT_TYPES: dict[tuple[str, int], type[Event]] = {
    (kind.TYPE, kind.V): kind
    for kind in (
        DossierReceived,
        StepAccepted,
        StepFinished,
        SentBack,
        PauseOpened,
        PauseClosed,
        ResultAccepted,
        ResultReturned,
        DossierWithdrawn,
        DossierStopped,
        ReceptionVoided,
        DossierReopened,
    )
}
"""Every type and version ever written; an old version is read for ever (rule R13)."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event with its place in the history: version from 1, who, and the two times (rule R10)."""

    version: int
    event: Event
    actor: int
    occurred_at: datetime
    recorded_at: datetime
    clock_skew: bool = False


def to_body(recorded: Recorded) -> bytes:
    """Return the exact bytes to store and hash; the same fact always gives the same bytes."""
    return event_codec.dumps(
        {
            "type": recorded.event.TYPE,
            "v": recorded.event.V,
            "version": recorded.version,
            "actor": recorded.actor,
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
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("bytes that hold no known event") from error
