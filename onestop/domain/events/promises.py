"""How the date of a dossier moves: put off with an apology, or moved with the calendar."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from onestop.domain.events.values import MovedStep, MovedTerm, PersonalRef, PromiseLine
from onestop.domain.statuses import Action


@dataclass(frozen=True, slots=True)
class SupplementProposed:
    """An officer wants to ask the citizen again; a leader decides (a second request harasses)."""

    TYPE: ClassVar = "supplement_proposed"
    V: ClassVar = 1
    ACTION: ClassVar = Action.PROPOSE_SUPPLEMENT

    proposal: int
    step: str
    attempt: int
    papers: tuple[str, ...]
    reason: str
    personal: tuple[PersonalRef, ...] = ()


@dataclass(frozen=True, slots=True)
class ExtensionDrafted:
    """A later date with an apology waits for the signature of the head of the agency."""

    TYPE: ClassVar = "extension_drafted"
    V: ClassVar = 1
    ACTION: ClassVar = Action.DRAFT_EXTENSION

    proposal: int
    reason: str
    due_at: datetime
    late_at: datetime
    calendars: tuple[str, ...]
    personal: tuple[PersonalRef, ...] = ()


@dataclass(frozen=True, slots=True)
class ProposalDeclined:
    """A leader did not agree to what was proposed."""

    TYPE: ClassVar = "proposal_declined"
    V: ClassVar = 1
    ACTION: ClassVar = Action.DECLINE

    proposal: int
    reason: str
    personal: tuple[PersonalRef, ...] = ()


@dataclass(frozen=True, slots=True)
class PromiseExtended:
    """The head of the agency apologised and told a later date; punctuality counts as before."""

    TYPE: ClassVar = "promise_extended"
    V: ClassVar = 1
    ACTION: ClassVar = Action.EXTEND

    proposal: int
    reason: str
    promises: tuple[PromiseLine, ...]
    calendars: tuple[str, ...]
    personal: tuple[PersonalRef, ...] = ()


@dataclass(frozen=True, slots=True)
class DatesMoved:
    """A day was added to or taken from a calendar: later dates, never earlier ones (rule R11)."""

    TYPE: ClassVar = "dates_moved"
    V: ClassVar = 1
    ACTION: ClassVar = Action.MOVE_DATES

    promises: tuple[PromiseLine, ...]
    steps: tuple[MovedStep, ...]
    calendars: tuple[str, ...]
    terms: tuple[MovedTerm, ...] = ()
