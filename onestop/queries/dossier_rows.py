"""The rows of a dossier's page: people, steps, history, papers, documents, pauses."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from onestop.domain.dossier import DossierState, StepStatus
from onestop.domain.events import (
    TOTAL,
    Event,
    FeeRefunded,
    PauseKind,
    PlannedStep,
    PromiseLine,
    ProposalKind,
)
from onestop.domain.explanation import ExplanationRow
from onestop.domain.limits import Limit
from onestop.domain.payments import owed
from onestop.domain.print_rights import PrintRights
from onestop.domain.procedures import PaperKind
from onestop.domain.rights import Role
from onestop.domain.routes import StepKind
from onestop.domain.standings import Punctuality, Standing
from onestop.domain.statuses import Action
from onestop.domain.working_time import Amount, WorkingCalendar
from onestop.queries.dossier_dates import DateRows
from onestop.queries.parties import PartyRow


@dataclass(frozen=True, slots=True)
class Named:
    """A name in both languages; the English one repeats the other where there is none."""

    vi: str
    en: str

    @classmethod
    def of(cls, name: str, name_en: str | None) -> Self:
        """Return the name of something whose English one may be missing."""
        return cls(name, name_en or name)


@dataclass(frozen=True, slots=True)
class AgencyRow:
    """An agency that has to do with the dossier."""

    id: int
    name: Named
    short_name: str
    phone: str
    calendar_key: str
    due_soon_days: int


@dataclass(frozen=True, slots=True)
class StepRow:
    """One attempt at a step, or a step still to come (`status` None, attempt 0).

    A live one has a `standing` and working `days` late or left; an ended one its `punctuality` and
    the working time `took` from the offer on. `is_mine` when the reader holds it, was given it, or
    stands in for who was. Instants are in UTC.
    """

    key: str
    attempt: int
    name: Named
    kind: StepKind
    role: Role
    optional: bool
    agency: Named | None = None
    holder: str = ""
    status: StepStatus | None = None
    offered_at: datetime | None = None
    accepted_at: datetime | None = None
    ended_at: datetime | None = None
    due_at: datetime | None = None
    by_date: bool = False
    standing: Standing | None = None
    punctuality: Punctuality | None = None
    days: int | None = None
    took: Amount | None = None
    paused: PauseKind | None = None
    counted: bool = True
    is_mine: bool = False

    @property
    def is_live(self) -> bool:
        """Whether the dossier lies here, or is on its way here."""
        return self.status in (StepStatus.OFFERED, StepStatus.OPEN)


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One fact: what, who, when, how long it took in working time, and what was written to it.

    `step` and `agency` name the step it concerns, None for a fact about the whole dossier;
    `given_to` is who was given it, `on_behalf_of` the absent colleague somebody stood in for.
    `erased` when a note was erased: only its hash is left.
    `skewed` when the server's clock had gone back: it stands just after the fact before (R10).
    """

    version: int
    event: Event
    at: datetime
    by: str
    by_id: int
    step: Named | None = None
    agency: Named | None = None
    took: Amount | None = None
    note: str = ""
    result_number: str = ""
    taker: str = ""
    given_to: str = ""
    on_behalf_of: str = ""
    erased: bool = False
    skewed: bool = False


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A paper that lies in the dossier, or a required one that does not (`handed_in_at` None)."""

    code: str
    name: Named
    kind: str
    count: int
    handed_in_at: datetime | None


@dataclass(frozen=True, slots=True)
class PaperChoiceRow:
    """A paper of the procedure that may be asked for."""

    code: str
    name: Named
    kind: PaperKind
    required: bool


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One issue of one document; a void one was replaced, or its reception undone.

    `dossier_version` is that of the dossier when it was made, None for papers older than that.
    """

    kind: str
    number: int | None
    year: int | None
    issued_at: datetime
    issued_by: str
    print_number: int
    is_erased: bool
    is_void: bool
    document_id: int
    dossier_version: int | None


@dataclass(frozen=True, slots=True)
class PauseRow:
    """One standstill of the clock; `closed_at` is None while it lasts."""

    pause: int
    kind: PauseKind
    step: Named
    reason: str
    papers: tuple[Named, ...]
    paper_codes: tuple[str, ...]
    amount: int | None
    opened_at: datetime
    citizen_due_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class PromiseRow:
    """One line of the ledger: of the whole (`phase` and `leg` 0), of one phase or of one leg.

    `reason` is a code, `asked_by` and `approved_by` are names, "" when nobody had to. `punctuality`
    is how the dossier ended against this date, for the first, the counted and the last of the
    whole; `is_past` that one of these lies behind while the work goes on. `version` is that of the
    dossier once the line was written.
    """

    phase: int
    leg: int
    agency: Named | None
    line: PromiseLine
    reason: str
    asked_by: str
    approved_by: str
    is_first: bool
    is_counted: bool
    is_last: bool
    punctuality: Punctuality | None = None
    is_past: bool = False
    version: int = 0


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """What waits for a leader of `agency`: papers to ask for again, or a later date."""

    proposal: int
    kind: ProposalKind
    agency: Named
    by: str
    at: datetime
    reason: str
    note: str
    step: Named | None
    papers: tuple[Named, ...]
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class ResumptionRow:
    """When the whole would be due if its clock, which stands still, went on at `from_at`."""

    from_at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class ConsultChoiceRow:
    """An optional consultation that may be opened now, and the agencies that may be asked."""

    step: str
    name: Named
    agencies: tuple[tuple[int, Named], ...]


@dataclass(frozen=True, slots=True)
class MoveRow:
    """One thing the actor may do now, with what its form has to ask.

    `is_late` asks for a reason, `asks_number` for number and date of the result, `asks_payment`
    for an amount because the step that follows waits for the citizen. `follows` are the steps that
    are offered next when nothing optional is opened. `holders` are the people a step may be given
    to; `is_too_late` says that no later date may be told any more.
    """

    action: Action
    step: str = ""
    attempt: int = 0
    pause: int = 0
    proposal: int = 0
    step_name: Named | None = None
    kind: StepKind | None = None
    follows: tuple[PlannedStep, ...] = ()
    is_late: bool = False
    asks_number: bool = False
    asks_payment: bool = False
    targets: tuple[tuple[str, Named], ...] = ()
    holders: tuple[tuple[int, str], ...] = ()
    is_too_late: bool = False
    consults: tuple[ConsultChoiceRow, ...] = ()


@dataclass(frozen=True, slots=True)
class DossierPage:
    """Everything on the page of a dossier. `link` is the token of the status link.

    `link` is there for clerks of the receiving agency only; `supplement_until` is the day until
    which papers asked for now could be brought. `standing` and `days` are of the whole promise.
    `paper_holder` has the paper original in hand, "" when nobody has.
    """

    code: str
    state: DossierState
    procedure: Named
    limit: Limit
    calendar: WorkingCalendar
    receiving: AgencyRow
    competent: AgencyRow
    desk: str
    applicant: PartyRow | None
    submitter: PartyRow | None
    received_by: str
    paper_holder: str
    standing: Standing | None
    punctuality: Punctuality | None
    days: int | None
    steps: tuple[StepRow, ...]
    history: tuple[HistoryRow, ...]
    papers: tuple[PaperRow, ...]
    paper_choices: tuple[PaperChoiceRow, ...]
    documents: tuple[DocumentRow, ...]
    pauses: tuple[PauseRow, ...]
    promises: tuple[PromiseRow, ...]
    proposals: tuple[ProposalRow, ...]
    resumption: ResumptionRow | None
    dates: DateRows
    moves: tuple[MoveRow, ...]
    supplement_until: datetime | None
    supplement_days: int
    link: str
    prints: PrintRights
    agencies: Mapping[int, AgencyRow]

    @property
    def explanation(self) -> tuple[ExplanationRow, ...]:
        """Why the counted date of the whole is what it is."""
        return self.dates.promises.get(TOTAL, ())

    @property
    def live_steps(self) -> tuple[StepRow, ...]:
        """Who has the dossier now: one per branch."""
        return tuple(step for step in self.steps if step.is_live)

    @property
    def open_pauses(self) -> tuple[PauseRow, ...]:
        """What the clock waits for."""
        return tuple(pause for pause in self.pauses if pause.closed_at is None)

    @property
    def fee_owed(self) -> int:
        """What is left to be collected of the fee, in whole dong; below 0 after a correction."""
        events = (row.event for row in reversed(self.history))
        return owed(self.state.received.fee, events)

    @property
    def fee_given_back(self) -> int:
        """What went back to the citizen of it, in whole dong."""
        refunds = (row.event for row in self.history if isinstance(row.event, FeeRefunded))
        return sum(event.amount for event in refunds)

    @property
    def fee_is_paid(self) -> bool:
        """Whether nothing of the fee is left to be collected."""
        return self.fee_owed <= 0

    @property
    def version(self) -> int:
        """What every form of the page carries, so that a change in between is noticed."""
        return self.state.version
