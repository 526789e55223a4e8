"""A later date with an apology: drafted, signed by the head of the agency, or declined."""

from datetime import date, datetime

from onestop.domain.decisions.act import Act, require_reason
from onestop.domain.dossier import DossierState
from onestop.domain.errors import DomainError
from onestop.domain.events import (
    TOTAL,
    ExtensionDrafted,
    Ground,
    PersonalRef,
    PromiseExtended,
    PromiseLine,
    ProposalDeclined,
)
from onestop.domain.limits import clamped, late_at
from onestop.domain.standings import days_off_from
from onestop.domain.statuses import Action
from onestop.domain.turns import CalendarOf, limit_of
from onestop.domain.working_time import WorkingCalendar

APOLOGY = "apology_extension"
"""The kind of the paper that tells a later date."""


class ExtensionTooLate(DomainError):
    """An apology with a new date comes at latest some working days before expiry."""

    def __init__(self, lead: int, due_at: datetime) -> None:
        super().__init__(f"less than {lead} working days before {due_at:%Y-%m-%d}")
        self.lead = lead
        self.due_at = due_at


class ExtensionNotLater(DomainError):
    """The new date is not after the one that was told last."""

    def __init__(self, told: datetime) -> None:
        super().__init__(f"not after {told:%Y-%m-%d}")
        self.told = told


def draft_extension(
    act: Act,
    *,
    until: date,
    reason: str,
    calendar_of: CalendarOf,
    personal: tuple[PersonalRef, ...] = (),
) -> ExtensionDrafted:
    """Put a later date before the head of the agency that decides the dossier.

    The new date keeps the clock time of the old one, on a working day not before `until`.
    Raises MoveNotAllowed, ReasonMissing, ExtensionTooLate, ExtensionNotLater.
    Source: docs/rules.md, rule R4 (decree 61/2018, article 19).
    """
    act.require(Action.DRAFT_EXTENSION)
    require_reason(Action.DRAFT_EXTENSION, reason)
    return draft(
        act.state, until=until, reason=reason, at=act.at, calendar_of=calendar_of, personal=personal
    )


def draft(
    state: DossierState,
    *,
    until: date,
    reason: str,
    at: datetime,
    calendar_of: CalendarOf,
    personal: tuple[PersonalRef, ...] = (),
) -> ExtensionDrafted:
    """Return the draft of a later date, whoever makes it: an officer, or the clock by itself.

    Raises ExtensionTooLate, ExtensionNotLater.
    """
    calendar = calendar_of(state.received.receiving_agency)
    line = _later(state, until, at, calendar)
    number = len(state.proposals) + 1
    return ExtensionDrafted(number, reason, line.due_at, line.late_at, (calendar.id,), personal)


def extend(
    act: Act,
    *,
    calendar_of: CalendarOf,
    proposal: int = 0,
    until: date | None = None,
    reason: str = "",
    personal: tuple[PersonalRef, ...] = (),
) -> PromiseExtended:
    """Sign a later date with an apology, as head of the agency that decides the dossier.

    `until` and `reason` take the place of those of the draft; one that the clock made has no
    reason, so it must be given. Punctuality counts against the date before.
    Raises MoveNotAllowed, ReasonMissing, ExtensionTooLate, ExtensionNotLater.
    Source: docs/rules.md, rule R4 (decree 61/2018, article 19).
    """
    state = act.state
    move = act.require(Action.EXTEND, proposal=proposal)
    draft = next((p for p in state.open_proposals if p.proposal == move.proposal), None)
    calendar = calendar_of(state.received.receiving_agency)
    wanted = until
    if wanted is None and draft is not None and draft.due_at is not None:
        wanted = calendar.local_date(draft.due_at)
    reason = reason or (draft.reason if draft else "")
    require_reason(Action.EXTEND, reason if wanted is not None else "")
    later = _later(state, wanted or calendar.local_date(act.at), act.at, calendar)
    line = PromiseLine(
        TOTAL,
        later.agency,
        Ground.EXTENSION,
        later.due_at,
        later.late_at,
        reason=reason,
        asked_by=draft.by if draft else act.actor.user_id,
        approved_by=act.actor.user_id,
        document=APOLOGY,
    )
    return PromiseExtended(move.proposal, reason, (line,), (calendar.id,), personal)


def decline(
    act: Act, proposal: int, *, reason: str, personal: tuple[PersonalRef, ...] = ()
) -> ProposalDeclined:
    """Do not agree to what was put before a leader. Raises MoveNotAllowed, ReasonMissing."""
    move = act.require(Action.DECLINE, proposal=proposal)
    require_reason(Action.DECLINE, reason)
    return ProposalDeclined(move.proposal, reason, personal)


def extension_in_time(state: DossierState, *, at: datetime, calendar: WorkingCalendar) -> bool:
    """Whether an apology told at `at` still comes before its time is over.

    `calendar` is that of the receiving agency.
    """
    told = state.last_promise()
    if told is None or told.late_at <= at:
        return False
    return told.due_at >= days_off_from(at, calendar, days=state.received.extension_lead)


def _later(
    state: DossierState, until: date, at: datetime, calendar: WorkingCalendar
) -> PromiseLine:
    told = state.last_promise()
    if told is None:
        raise ValueError("a dossier without a promise")
    if not extension_in_time(state, at=at, calendar=calendar):
        raise ExtensionTooLate(state.received.extension_lead, told.due_at)
    due_at = clamped(calendar.first_working_day(until), told.due_at, calendar)
    if due_at <= told.due_at:
        raise ExtensionNotLater(told.due_at)
    limit = limit_of(state, TOTAL)
    late = late_at(limit, due_at, calendar)
    return PromiseLine(TOTAL, told.agency, Ground.EXTENSION, due_at, late)
