"""The first fact of a dossier, and how it is put right or undone."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from onestop.domain.events.values import (
    Channel,
    Delivery,
    Offer,
    PaperTick,
    PersonalRef,
    PlannedStep,
    PromiseLine,
    StepRef,
)
from onestop.domain.statuses import Action


@dataclass(frozen=True, slots=True)
class Refiling:
    """The dossier that this one takes up again, with the promise its citizen was given first."""

    code: str
    first_due_at: datetime


@dataclass(frozen=True, slots=True)
class DossierReceived:
    """The desk took the dossier in and promised a date.

    `phases` holds the limit of each phase of a procedure that has more than one. `extensions` is
    how often the date may be put off with an apology, `extension_lead` how many working days
    before expiry at the latest.
    """

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
    phases: tuple[str, ...] = ()
    extensions: int = 1
    extension_lead: int = 1
    refiling: Refiling | None = None


@dataclass(frozen=True, slots=True)
class ReceptionVoided:
    """The clerk undid the reception in time (status 3); the number stays, listed as void."""

    TYPE: ClassVar = "reception_voided"
    V: ClassVar = 1
    ACTION: ClassVar = Action.VOID

    reason: str
    personal: tuple[PersonalRef, ...] = ()


@dataclass(frozen=True, slots=True)
class CorrectedRoute:
    """What the dossier is filed under after a correction: procedure, agency, a new route."""

    procedure: str
    edition: str
    edition_id: int
    competent_agency: int
    papers: tuple[PaperTick, ...]
    fee: int
    limit: str
    phases: tuple[str, ...]
    steps: tuple[PlannedStep, ...]
    done: tuple[str, ...]
    withdrawn: tuple[StepRef, ...]
    stale: tuple[StepRef, ...]
    promises: tuple[PromiseLine, ...]
    offers: tuple[Offer, ...]


@dataclass(frozen=True, slots=True)
class DossierCorrected:
    """What was entered wrongly was put right: people, or procedure and agency with a new route.

    The code stays, the first promise stays in the ledger, the receipt before this is void.
    `persons` replaces all personal values of the people when it is not empty.
    """

    TYPE: ClassVar = "dossier_corrected"
    V: ClassVar = 1
    ACTION: ClassVar = Action.CORRECT

    reason: str
    persons: tuple[PersonalRef, ...]
    applicant_kind: str
    route: CorrectedRoute | None
    calendars: tuple[str, ...]
    personal: tuple[PersonalRef, ...] = ()
