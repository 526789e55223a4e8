"""What a history wrote of dates: ledger lines, offers, and the calendars they were counted with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from onestop.domain.dossier import DossierState, reachable_from
from onestop.domain.events import (
    DatesMoved,
    DossierCorrected,
    DossierReopened,
    Event,
    Offer,
    PlannedStep,
    PromiseLine,
    Recorded,
    StepRef,
)
from onestop.domain.explanation import PauseSpan
from onestop.domain.fold import apply
from onestop.domain.working_time import WorkingCalendar

REOPENED = "reopened"
"""The reason in the row of the time between an end and a reopening."""


@dataclass(frozen=True, slots=True)
class Versions:
    """The calendars that a history names, and the newest of every agency.

    by_id   every version that may be needed, by its id ("vn-0700@2").
    newest  the newest calendar of each agency, by agency id.
    """

    by_id: Mapping[str, WorkingCalendar]
    newest: Mapping[int, WorkingCalendar]

    def of(self, agency: int, named: Sequence[str]) -> WorkingCalendar:
        """Return the version of an agency's calendar that an event names, else the newest."""
        return next(iter(self.candidates(agency, named)))

    def candidates(self, agency: int, named: Sequence[str]) -> list[WorkingCalendar]:
        """Return the versions of an agency's calendar that are named, in order, and the newest."""
        newest = self.newest[agency]
        known = [self.by_id[one] for one in named if one in self.by_id]
        same = [one for one in (*known, newest) if one.spec.key == newest.spec.key]
        return list({one.id: one for one in same}.values())


@dataclass(frozen=True, slots=True)
class Written:
    """A line of the ledger with the event that wrote it and the states before and after."""

    line: PromiseLine
    recorded: Recorded
    before: DossierState | None
    after: DossierState

    @property
    def at(self) -> datetime:
        """When the line was written."""
        return self.recorded.occurred_at

    @property
    def named(self) -> tuple[str, ...]:
        """The calendar versions that the event counted with."""
        return named_calendars(self.recorded.event)


class DateHistory:
    """The facts about dates in one history, and the state they lead to.

    written     every line of the ledger, oldest first.
    offered     the offer of every attempt, and when it was made.
    moved       the last date of an attempt that a calendar moved: before, when, which versions.
    named       the calendar versions that events name, in the order in which they first do.
    reopenings  from the end of the clock to the reopening, for every dossier opened again.
    """

    def __init__(self, history: Sequence[Recorded]) -> None:
        self.written: list[Written] = []
        self.offered: dict[StepRef, tuple[Offer, datetime]] = {}
        self.moved: dict[StepRef, tuple[datetime, datetime, tuple[str, ...]]] = {}
        self.named: list[str] = []
        self.reopenings: list[PauseSpan] = []
        state: DossierState | None = None
        for recorded in history:
            before, state = state, apply(state, recorded)
            self._note(recorded, before, state)
        if state is None:
            raise ValueError("a history without events")
        self.state = state

    def _note(self, recorded: Recorded, before: DossierState | None, after: DossierState) -> None:
        event, at = recorded.event, recorded.occurred_at
        self.written += [Written(line, recorded, before, after) for line in lines_of(event)]
        for offer in offers_of(event):
            self.offered[StepRef(offer.step, offer.attempt)] = (offer, at)
        offered_with = [offer.calendar for offer in offers_of(event) if offer.calendar]
        for named in (*named_calendars(event), *offered_with):
            if named not in self.named:
                self.named.append(named)
        if isinstance(event, DatesMoved) and before:
            self._note_moved(event, before, at)
        if isinstance(event, DossierReopened) and before and before.clock_ended_at:
            self.reopenings.append(PauseSpan(before.clock_ended_at, at, REOPENED))

    def _note_moved(self, event: DatesMoved, before: DossierState, at: datetime) -> None:
        for step in event.steps:
            ref = StepRef(step.step, step.attempt)
            attempt = before.find(ref)
            if attempt is not None and attempt.due_at is not None:
                self.moved[ref] = (attempt.due_at, at, event.calendars)

    def counted(self, scope: str) -> Written | None:
        """Return the line that counts in a scope, as it was written."""
        line = self.state.counted_promise(scope)
        return next((one for one in reversed(self.written) if one.line == line), None)

    def ledger(self, scope: str) -> list[Written]:
        """Return the lines of one scope, oldest first."""
        return [one for one in self.written if one.line.scope == scope]


def named_calendars(event: Event) -> tuple[str, ...]:
    """Return the calendar versions that an event says it counted with."""
    named: tuple[str, ...] = getattr(event, "calendars", ())
    return named


def lines_of(event: Event) -> tuple[PromiseLine, ...]:
    """Return the ledger lines that an event wrote."""
    if isinstance(event, DossierCorrected):
        return event.route.promises if event.route else ()
    lines: tuple[PromiseLine, ...] = getattr(event, "promises", ())
    return lines


def offers_of(event: Event) -> tuple[Offer, ...]:
    """Return the offers that an event made."""
    if isinstance(event, DossierCorrected):
        return event.route.offers if event.route else ()
    offers: tuple[Offer, ...] = getattr(event, "offers", ())
    return offers


def steps_laid_out(event: Event, before: DossierState | None) -> Sequence[PlannedStep]:
    """Return the steps that a correction or a reopening laid out anew."""
    if isinstance(event, DossierCorrected) and event.route:
        return event.route.steps
    if isinstance(event, DossierReopened) and before:
        redone = reachable_from(before.plan, event.target) | {event.target}
        return [step for step in before.plan if step.key in redone]
    return ()
