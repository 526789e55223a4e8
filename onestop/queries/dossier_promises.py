"""What was promised on a dossier, line by line, what is proposed, and where a standstill leads."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from onestop.domain.decisions import if_resumed
from onestop.domain.dossier import DossierState, ProposalState
from onestop.domain.events import (
    TOTAL,
    ExtensionDrafted,
    PauseKind,
    PromiseLine,
    StepRef,
    SupplementProposed,
)
from onestop.domain.limits import Limit, Punctuality, punctuality
from onestop.domain.procedures import ProcedureSpec
from onestop.domain.working_time import CalendarExhausted, WorkingCalendar
from onestop.queries.dossier_rows import (
    AgencyRow,
    HistoryRow,
    Named,
    PromiseRow,
    ProposalRow,
    ResumptionRow,
)

VOIDED = "reception_voided"


def promise_rows(
    state: DossierState,
    agencies: Mapping[int, AgencyRow],
    users: Mapping[int, str],
    *,
    now: datetime,
) -> tuple[PromiseRow, ...]:
    """Return the ledger: the lines of the whole, of the phases, of the legs, each oldest first.

    Source: docs/rules.md, rule R4.
    """
    rows = [_promise(state, line, agencies, users, now) for line in state.promises]
    return tuple(sorted(rows, key=lambda row: (row.leg, row.phase)))


def _promise(
    state: DossierState,
    line: PromiseLine,
    agencies: Mapping[int, AgencyRow],
    users: Mapping[int, str],
    now: datetime,
) -> PromiseRow:
    name, _, number = line.scope.partition(":")
    agency = agencies.get(line.agency) if line.agency is not None else None
    first = line is state.first_promise(line.scope)
    counted = line is state.counted_promise(line.scope)
    last = line is state.last_promise(line.scope)
    judged = line.scope == TOTAL and (first or counted or last) and state.outcome != VOIDED
    return PromiseRow(
        phase=int(number) if name == "phase" else 0,
        leg=int(number) if name == "leg" else 0,
        agency=agency.name if agency else None,
        line=line,
        asked_by=users.get(line.asked_by, "") if line.asked_by is not None else "",
        approved_by=users.get(line.approved_by, "") if line.approved_by is not None else "",
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
    names = {paper.code: Named(paper.name, paper.name_en or paper.name) for paper in spec.papers}
    return tuple(
        ProposalRow(
            proposal=p.proposal,
            kind=p.kind,
            agency=agencies[_decider(state, p)].name,
            by=users.get(p.by, ""),
            at=p.at,
            reason=p.reason,
            note=notes.get(p.proposal, ""),
            step=_step_name(state, p),
            papers=tuple(names.get(code, Named(code, code)) for code in p.papers),
            due_at=p.due_at,
        )
        for p in state.open_proposals
    )


def _decider(state: DossierState, proposal: ProposalState) -> int:
    """The agency whose leader decides: that of the step that asks, or the one that decides all."""
    step = state.find(StepRef(proposal.step, proposal.attempt))
    return step.agency if step is not None else state.received.competent_agency


def _step_name(state: DossierState, proposal: ProposalState) -> Named | None:
    if not proposal.step:
        return None
    planned = state.planned(proposal.step)
    return Named(planned.name, planned.name_en or planned.name)


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
