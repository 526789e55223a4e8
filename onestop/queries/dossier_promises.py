"""What was promised on a dossier, line by line, what is proposed, and where a standstill leads."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from onestop.domain.decisions import if_resumed
from onestop.domain.dossier import DossierState, ProposalState
from onestop.domain.events import (
    TOTAL,
    DossierCorrected,
    DossierReopened,
    Event,
    ExtensionDrafted,
    PauseClosed,
    PauseKind,
    PauseOpened,
    PromiseLine,
    Recorded,
    StepRef,
    SupplementProposed,
)
from onestop.domain.limits import Limit
from onestop.domain.procedures import ProcedureSpec
from onestop.domain.standings import Punctuality, punctuality
from onestop.domain.working_time import CalendarExhausted, WorkingCalendar
from onestop.queries.dossier_names import paper_names, step_name
from onestop.queries.dossier_rows import (
    AgencyRow,
    HistoryRow,
    PromiseRow,
    ProposalRow,
    ResumptionRow,
)

VOIDED = "reception_voided"


def promise_rows(
    state: DossierState,
    recorded: Sequence[Recorded],
    agencies: Mapping[int, AgencyRow],
    users: Mapping[int, str],
    *,
    now: datetime,
) -> tuple[PromiseRow, ...]:
    """Return the ledger: the lines of the whole, of the phases, of the legs, each oldest first.

    A line that names nobody was asked for by who opened the pause or the dossier again.
    Source: docs/rules.md, rule R4.
    """
    writers = [one for one in recorded for _ in _lines(one.event)]
    rows = []
    for line, writer in zip(state.promises, writers, strict=True):
        why = _why(line, writer, recorded)
        row = _promise(state, line, now)
        agency = agencies.get(line.agency) if line.agency is not None else None
        rows.append(
            replace(
                row,
                agency=agency.name if agency else None,
                reason=why.reason,
                asked_by=users.get(why.asked_by, "") if why.asked_by else "",
                approved_by=users.get(why.approved_by, "") if why.approved_by else "",
                version=writer.version,
            )
        )
    return tuple(sorted(rows, key=lambda row: (row.leg, row.phase)))


def _lines(event: Event) -> tuple[PromiseLine, ...]:
    if isinstance(event, DossierCorrected):
        return event.route.promises if event.route is not None else ()
    lines: tuple[PromiseLine, ...] = getattr(event, "promises", ())
    return lines


@dataclass(frozen=True, slots=True)
class _Why:
    """The reason of a line, who asked for it and who approved it, as user ids."""

    reason: str = ""
    asked_by: int | None = None
    approved_by: int | None = None


def _why(line: PromiseLine, writer: Recorded, recorded: Sequence[Recorded]) -> _Why:
    if line.reason or line.asked_by is not None:
        return _Why(line.reason, line.asked_by, line.approved_by)
    match writer.event:
        case DossierReopened(reason=reason):
            return _Why(reason, writer.actor, writer.actor)
        case PauseClosed(pause=number):
            return _opened_by(number, recorded)
    return _Why()


def _opened_by(number: int, recorded: Sequence[Recorded]) -> _Why:
    """Who stopped the clock; a second request for papers was proposed by one, agreed by another."""
    for one in recorded:
        if isinstance(one.event, PauseOpened) and one.event.pause == number:
            asked = _proposer(one.event.proposal, recorded) or one.actor
            if one.event.kind is PauseKind.UNCOUNTED:
                return _Why(one.event.reason)
            return _Why(one.event.reason, asked, one.actor if one.event.proposal else None)
    return _Why()


def _proposer(number: int, recorded: Sequence[Recorded]) -> int | None:
    for one in recorded:
        if isinstance(one.event, SupplementProposed) and one.event.proposal == number:
            return one.actor
    return None


def _promise(state: DossierState, line: PromiseLine, now: datetime) -> PromiseRow:
    name, _, number = line.scope.partition(":")
    first = line is state.first_promise(line.scope)
    counted = line is state.counted_promise(line.scope)
    last = line is state.last_promise(line.scope)
    judged = line.scope == TOTAL and (first or counted or last) and state.outcome != VOIDED
    return PromiseRow(
        phase=int(number) if name == "phase" else 0,
        leg=int(number) if name == "leg" else 0,
        agency=None,
        line=line,
        reason="",
        asked_by="",
        approved_by="",
        is_first=first,
        is_counted=counted,
        is_last=last,
        punctuality=_punctuality(state, line) if judged else None,
        is_past=judged and state.clock_ended_at is None and _is_past(state, line, now),
    )


def _punctuality(state: DossierState, line: PromiseLine) -> Punctuality | None:
    if state.clock_ended_at is None:
        return None
    by_date = Limit.parse(state.received.limit).judged_by_date
    return punctuality(state.clock_ended_at, line.due_at, line.late_at, by_date=by_date)


def _is_past(state: DossierState, line: PromiseLine, now: datetime) -> bool:
    """A date that lies behind; one that came only after the clock had stopped was not missed."""
    return line.late_at <= (state.paused_at or now)


def proposal_rows(
    state: DossierState,
    spec: ProcedureSpec,
    agencies: Mapping[int, AgencyRow],
    users: Mapping[int, str],
    history: Iterable[HistoryRow],
) -> tuple[ProposalRow, ...]:
    """Return what waits for a leader now, earliest first, with the note it came with."""
    if state.finished_at is not None:
        return ()
    notes = {
        row.event.proposal: row.note
        for row in history
        if isinstance(row.event, SupplementProposed | ExtensionDrafted)
    }
    return tuple(
        ProposalRow(
            proposal=p.proposal,
            kind=p.kind,
            agency=agencies[_decider(state, p)].name,
            by=users.get(p.by, ""),
            at=p.at,
            reason=p.reason,
            note=notes.get(p.proposal, ""),
            step=step_name(state, p.step) if p.step else None,
            papers=paper_names(spec, p.papers),
            due_at=p.due_at,
        )
        for p in state.open_proposals
    )


def _decider(state: DossierState, proposal: ProposalState) -> int:
    """The agency whose leader decides: that of the step that asks, or the one that decides all."""
    step = state.find(StepRef(proposal.step, proposal.attempt))
    return step.agency if step is not None else state.received.competent_agency


def resumption(
    state: DossierState, calendar: WorkingCalendar, *, now: datetime
) -> ResumptionRow | None:
    """Return the date if the clock of the whole went on now; None while it runs or is late.

    A step that is not counted is taken to end when it is due. `calendar` is the receiving agency's.
    Source: docs/rules.md, rule R7.
    """
    ends = [now]
    for pause in state.open_pauses:
        step = state.find(StepRef(pause.step, pause.attempt))
        if pause.kind is PauseKind.UNCOUNTED and step is not None and step.due_at is not None:
            ends.append(step.due_at)
    try:
        due_at = if_resumed(state, at=max(ends), calendar=calendar)
    except CalendarExhausted:
        return None
    return None if due_at is None else ResumptionRow(max(ends), due_at)
