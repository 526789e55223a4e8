"""The rows of the public status page: what a stranger may see, masked already."""

from dataclasses import dataclass
from datetime import datetime

from onestop.domain.dossier import LIVE, StepStatus
from onestop.domain.events import Delivery, Ground, PauseKind
from onestop.domain.limits import Limit
from onestop.domain.public_states import PublicState, StepInHand, public_state
from onestop.domain.rights import Role
from onestop.domain.routes import StepKind
from onestop.domain.statuses import Status
from onestop.domain.working_time import WorkingCalendar


@dataclass(frozen=True, slots=True)
class PublicPlaceRow:
    """Where the citizen goes and whom to call."""

    agency: str
    agency_en: str
    desk: str
    address: str
    phone: str
    agency_code: str = ""


@dataclass(frozen=True, slots=True)
class PublicStepRow:
    """One step of the route, its latest attempt; `status` is None for one still to come.

    `name` is empty for a sensitive procedure, and `agency` for a step still to come.
    """

    name: str
    name_en: str
    kind: StepKind
    phase: int
    attempt: int = 0
    status: StepStatus | None = None
    role: Role | None = None
    agency: str = ""
    agency_en: str = ""
    offered_at: datetime | None = None
    accepted_at: datetime | None = None
    ended_at: datetime | None = None
    due_at: datetime | None = None
    paused: bool = False
    after_supplement: bool = False

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do here."""
        return self.status is StepStatus.DONE

    @property
    def is_now(self) -> bool:
        """Whether the dossier lies here, or is on its way here."""
        return self.status in LIVE


@dataclass(frozen=True, slots=True)
class PublicPromiseRow:
    """One line of the promise ledger; `leg` and `phase` are 0 for the whole dossier."""

    leg: int
    ground: Ground
    due_at: datetime
    agency: str
    agency_en: str
    phase: int = 0
    reason: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether it promises the result, and not a part of the way."""
        return not self.leg and not self.phase


@dataclass(frozen=True, slots=True)
class PublicPaperRow:
    """A paper that is asked for; names are empty for a sensitive procedure."""

    name: str
    name_en: str


@dataclass(frozen=True, slots=True)
class PublicPauseRow:
    """One standstill of the clock, and what the citizen owes while it is open.

    `step` is the one that the clock stands still for, its name empty for a sensitive procedure.
    """

    kind: PauseKind
    reason: str
    papers: tuple[PublicPaperRow, ...]
    amount: int | None
    opened_at: datetime
    citizen_due_at: datetime | None
    closed_at: datetime | None
    step: PublicStepRow | None = None


@dataclass(frozen=True, slots=True)
class PublicStatusRow:
    """What the status page shows; `applicant` is masked.

    `procedure`, its English name and its code are empty for a sensitive one. `refused`: the result
    is a refusal; `ended_for`: the code of the reason why there is none.

    `due_at` is the counted due, `last_due_at` the latest date told; instants are aware and in UTC.
    `calendar` is the newest version of the receiving agency's; `phases` is 0 for a procedure that
    has one only.
    """

    dossier_id: int
    code: str
    status: Status
    delivery: Delivery
    procedure: str
    procedure_en: str
    applicant: str
    limit: Limit
    received_at: datetime
    first_due_at: datetime
    due_at: datetime
    last_due_at: datetime
    late_at: datetime | None
    paused_at: datetime | None
    finished_at: datetime | None
    returned_at: datetime | None
    place: PublicPlaceRow
    calendar: WorkingCalendar
    steps: tuple[PublicStepRow, ...]
    promises: tuple[PublicPromiseRow, ...]
    pauses: tuple[PublicPauseRow, ...]
    procedure_code: str = ""
    phases: int = 0
    refused: bool = False
    ended_for: str = ""

    @property
    def open_pauses(self) -> tuple[PublicPauseRow, ...]:
        """What the clock waits for, earliest first."""
        return tuple(pause for pause in self.pauses if pause.closed_at is None)

    @property
    def holders(self) -> tuple[PublicStepRow, ...]:
        """The steps that have the dossier now: one per branch."""
        return tuple(step for step in self.steps if step.is_now)

    def is_late(self, now: datetime) -> bool:
        """Whether the counted due is missed and the work not finished (rules R3, R5)."""
        return self.finished_at is None and self.late_at is not None and self.late_at <= now

    def state(self, now: datetime) -> PublicState:
        """The headline at `now`."""
        in_hand = [
            StepInHand(
                kind=step.kind,
                phase=step.phase,
                accepted=step.accepted_at is not None,
                after_supplement=step.after_supplement,
            )
            for step in self.holders
        ]
        return public_state(
            self.status, delivery=self.delivery, late=self.is_late(now), in_hand=in_hand
        )


@dataclass(frozen=True, slots=True)
class ReplacedSlipRow:
    """The slip was replaced by a newer one; nothing else is said."""

    dossier_id: int
    replaced_at: datetime | None
