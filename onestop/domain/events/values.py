"""What the facts of a dossier are made of: promises, offers, planned steps, references."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from onestop.domain.rights import Role
from onestop.domain.routes import StepKind
from onestop.domain.working_time import Amount

TOTAL = "total"
"""The scope of the promise for the whole dossier; a leg's scope is `leg_scope(n)`."""


def leg_scope(leg: int) -> str:
    """Return the promise scope of the leg with number `leg`, counted from 1."""
    return f"leg:{leg}"


def phase_scope(phase: int) -> str:
    """Return the promise scope of the phase with number `phase`, counted from 1."""
    return f"phase:{phase}"


class Ground(StrEnum):
    """Why a line of the promise ledger was written (docs/rules.md, rule R4)."""

    FIRST = "first"
    PAUSE = "pause"
    CALENDAR = "calendar"
    CORRECTION = "correction"
    EXTENSION = "extension"
    REOPEN = "reopen"


class PauseKind(StrEnum):
    """What the clock waits for.

    UNCOUNTED opens and closes by itself around a step whose time the law does not count.
    """

    SUPPLEMENT = "supplement"
    PAYMENT = "payment"
    SUSPENSION = "suspension"
    UNCOUNTED = "uncounted"


class ProposalKind(StrEnum):
    """What waits for a leader: a second request for papers, or a later date with an apology."""

    SUPPLEMENT = "supplement"
    EXTENSION = "extension"


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
    """One line of the promise ledger: what was told, from which instant it is late, and why.

    `reason` is a code; `asked_by` and `approved_by` are users; `document` is the kind of paper
    that told the citizen, "" where the status page alone does. `left` is the exact working time
    that runs from `since`; None for a date that began with the dossier, or was set or moved.
    """

    scope: str
    agency: int | None
    ground: Ground
    due_at: datetime
    late_at: datetime
    reason: str = ""
    asked_by: int | None = None
    approved_by: int | None = None
    document: str = ""
    left: Amount | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """A step put before its agency; its limit runs from the event's instant (rule R6).

    `left` is what an attempt before had left, None for the whole allotment.
    """

    step: str
    attempt: int
    agency: int
    due_at: datetime | None
    late_at: datetime | None
    calendar: str | None
    left: Amount | None = None


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
    """Working time that a pause keeps for one promise.

    `amount` is what the counted date had left, None when it was late already; `extended` what a
    later date told with an apology had left, None when there is no such date. `since` is when the
    clock of this promise stopped.
    """

    scope: str
    amount: Amount | None
    extended: Amount | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class MovedStep:
    """The dates of a running step after its calendar changed."""

    step: str
    attempt: int
    due_at: datetime
    late_at: datetime


@dataclass(frozen=True, slots=True)
class MovedTerm:
    """Until when the citizen may bring papers after the calendar changed; `pause` is its number."""

    pause: int
    due_at: datetime
