"""What was entered wrongly is put right: people, or procedure and agency with a new route."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from onestop.domain.decisions.act import Act, require_reason
from onestop.domain.dossier import DossierState, StepStatus
from onestop.domain.errors import DomainError
from onestop.domain.events import (
    TOTAL,
    CorrectedRoute,
    DossierCorrected,
    Ground,
    Offer,
    PaperTick,
    PersonalRef,
    PlannedStep,
    PromiseLine,
    StepRef,
    phase_scope,
)
from onestop.domain.limits import Due, Limit, after_pause, due, resumed
from onestop.domain.moves import MoveNotAllowed, may_reroute
from onestop.domain.routes import StepKind
from onestop.domain.schedule import leg_promises, offer_step
from onestop.domain.statuses import Action
from onestop.domain.turns import CalendarOf, next_attempt
from onestop.domain.working_time import Amount, WorkingCalendar, elapsed

RECEIPT = "receipt"
"""The kind of the paper that tells a date after a correction."""


class NothingCorrected(DomainError):
    """A correction that changes neither the people nor the route."""


@dataclass(frozen=True, slots=True)
class Rerouting:
    """What the dossier should have been filed under, its agencies resolved."""

    procedure: str
    edition: str
    edition_id: int
    competent_agency: int
    papers: tuple[PaperTick, ...]
    fee: int
    limit: Limit
    phases: tuple[Limit, ...]
    steps: tuple[PlannedStep, ...]


def correct(
    act: Act,
    *,
    reason: str,
    calendar_of: CalendarOf,
    persons: tuple[PersonalRef, ...] = (),
    applicant_kind: str = "",
    rerouting: Rerouting | None = None,
    personal: tuple[PersonalRef, ...] = (),
) -> DossierCorrected:
    """Put right what was entered at reception; the code and the first promise stay.

    A new route begins at its first step after the reception. Its date is counted from the
    reception, without the standstills since; it never lies in the past.
    Raises MoveNotAllowed, ReasonMissing, NothingCorrected. Source: docs/rules.md, rule R4.
    """
    act.require(Action.CORRECT)
    require_reason(Action.CORRECT, reason)
    if not persons and rerouting is None:
        raise NothingCorrected
    if rerouting is not None and not may_reroute(act.state, act.actor):
        raise MoveNotAllowed(Action.CORRECT)
    route = None if rerouting is None else _route(act, rerouting, reason, calendar_of)
    receiving = calendar_of(act.state.received.receiving_agency)
    agencies = {offer.calendar for offer in route.offers if offer.calendar} if route else set()
    return DossierCorrected(
        reason=reason,
        persons=persons,
        applicant_kind=applicant_kind or act.state.received.applicant_kind,
        route=route,
        calendars=tuple(sorted(agencies | {receiving.id})),
        personal=personal,
    )


def _route(act: Act, new: Rerouting, reason: str, calendar_of: CalendarOf) -> CorrectedRoute:
    state = act.state
    done = tuple(step.key for step in new.steps if step.kind is StepKind.RECEIVE)
    return CorrectedRoute(
        procedure=new.procedure,
        edition=new.edition,
        edition_id=new.edition_id,
        competent_agency=new.competent_agency,
        papers=new.papers,
        fee=new.fee,
        limit=new.limit.to_text(),
        phases=tuple(phase.to_text() for phase in new.phases),
        steps=new.steps,
        done=done,
        withdrawn=tuple(step.ref for step in state.live_steps),
        stale=_outdated(state, done),
        promises=_promises(act, new, reason, calendar_of),
        offers=_first_offers(state, new.steps, done, act.at, calendar_of),
    )


def _outdated(state: DossierState, done: tuple[str, ...]) -> tuple[StepRef, ...]:
    return tuple(
        step.ref for step in state.steps if step.status is StepStatus.DONE and step.step not in done
    )


def _promises(
    act: Act, new: Rerouting, reason: str, calendar_of: CalendarOf
) -> tuple[PromiseLine, ...]:
    receiving = act.state.received.receiving_agency
    calendar = calendar_of(receiving)
    by = act.actor.user_id
    total = _right_date(act.state, TOTAL, new.limit, act.at, calendar)
    lines = [_line(TOTAL, receiving, total, reason, by)]
    if new.phases:
        phase = _right_date(act.state, phase_scope(1), new.phases[0], act.at, calendar)
        lines.append(_line(phase_scope(1), receiving, phase, reason, by))
    if total.due_at > act.at:
        rest = Due(calendar.next_opening(act.at), total.due_at, total.late_at)
        calendars = _calendars(new.steps, calendar_of)
        lines += leg_promises(new.steps, rest, calendars, ground=Ground.CORRECTION)
    return tuple(lines)


def _right_date(
    state: DossierState, scope: str, limit: Limit, at: datetime, calendar: WorkingCalendar
) -> Due:
    """The date the right limit gives; where that is past, the date told before, else now."""
    right = _due_with_standstills(state, limit, at, calendar)
    if right.due_at > at:
        return right
    told = state.counted_promise(scope)
    now = resumed(Amount.zero(limit.scale), at, limit, calendar)
    if told is None:
        return now
    left = elapsed(at, told.due_at, limit.scale, calendar)
    return Due(now.starts_at, told.due_at, told.late_at, left)


def _line(scope: str, agency: int, promise: Due, reason: str, by: int) -> PromiseLine:
    return PromiseLine(
        scope,
        agency,
        Ground.CORRECTION,
        promise.due_at,
        promise.late_at,
        reason=reason,
        asked_by=by,
        approved_by=by,
        document=RECEIPT,
        left=promise.left,
        since=promise.starts_at,
    )


def _due_with_standstills(
    state: DossierState, limit: Limit, at: datetime, calendar: WorkingCalendar
) -> Due:
    """The due of `limit` from the reception, put off by every standstill; overlaps count once."""
    promise = due(limit, state.received_at, calendar)
    for begins, ends in _standstills(state, at):
        promise = after_pause(limit, promise, begins, ends, calendar)
    return promise


def _standstills(state: DossierState, at: datetime) -> list[tuple[datetime, datetime]]:
    spans: list[tuple[datetime, datetime]] = []
    for begins, ends in sorted((p.opened_at, p.closed_at or at) for p in state.pauses):
        if spans and begins <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(ends, spans[-1][1]))
        else:
            spans.append((begins, ends))
    return spans


def _calendars(
    steps: tuple[PlannedStep, ...], calendar_of: CalendarOf
) -> Mapping[int, WorkingCalendar]:
    agencies = {step.agency for step in steps if step.agency is not None}
    return {agency: calendar_of(agency) for agency in agencies}


def _first_offers(
    state: DossierState,
    steps: tuple[PlannedStep, ...],
    done: tuple[str, ...],
    at: datetime,
    calendar_of: CalendarOf,
) -> tuple[Offer, ...]:
    settled = set(done) | {s.key for s in steps if s.optional and set(s.after) <= set(done)}
    return tuple(
        offer_step(
            step,
            agency=step.agency,
            attempt=next_attempt(state, step.key),
            at=at,
            calendar=calendar_of(step.agency),
        )
        for step in steps
        if step.key not in settled and set(step.after) <= settled and step.agency is not None
    )
