"""The page of one dossier: what to do now, steps, history, papers, documents, pauses, promises."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from onestop.domain.dossier import DossierState, StepState, StepStatus
from onestop.domain.events import PaperGiven, PaperTaken, Recorded, StepReassigned
from onestop.domain.fold import fold
from onestop.domain.limits import (
    CountRule,
    Limit,
    LimitUnit,
    Punctuality,
    Standing,
    days_late,
    due,
    punctuality,
    standing,
    working_days_left,
)
from onestop.domain.print_rights import PrintRights
from onestop.domain.procedure_body import procedure_from_body
from onestop.domain.procedures import ProcedureSpec
from onestop.domain.rights import Actor, Role
from onestop.domain.working_time import CalendarExhausted, WorkingCalendar, elapsed
from onestop.models.accounts import User
from onestop.models.agencies import Agency, Desk
from onestop.models.documents import IssuedDocument
from onestop.models.dossiers import Dossier, Party, StatusLink
from onestop.models.procedures import ProcedureEdition
from onestop.queries.calendars import working_calendar
from onestop.queries.dossier_dates import date_rows
from onestop.queries.dossier_history import history_rows, recorded_events
from onestop.queries.dossier_moves import move_rows
from onestop.queries.dossier_promises import promise_rows, proposal_rows, resumption
from onestop.queries.dossier_rows import (
    AgencyRow,
    DocumentRow,
    DossierPage,
    Named,
    PaperChoiceRow,
    PaperRow,
    PartyRow,
    PauseRow,
    StepRow,
)
from onestop.queries.print_rights import print_rights
from onestop.queries.scope import visible_dossiers


@dataclass(frozen=True, slots=True)
class _Known:
    """What the parts of a page share."""

    state: DossierState
    recorded: Sequence[Recorded]
    spec: ProcedureSpec
    agencies: Mapping[int, AgencyRow]
    users: Mapping[int, str]
    calendars: Mapping[str, WorkingCalendar]
    reader: Actor
    now: datetime

    def calendar(self, agency_id: int) -> WorkingCalendar:
        return self.calendars[self.agencies[agency_id].calendar_key]

    @property
    def total_calendar(self) -> WorkingCalendar:
        return self.calendar(self.state.received.receiving_agency)


def dossier_page(session: Session, code: str, actor: Actor, *, now: datetime) -> DossierPage | None:
    """Return the page, or None for a code that is unknown or that the actor takes no part in.

    Source: docs/rules.md, rules R4, R5, R16.
    """
    found = session.execute(
        select(Dossier.id, ProcedureEdition.body, Desk.name.label("desk"))
        .join(ProcedureEdition, ProcedureEdition.id == Dossier.procedure_edition_id)
        .outerjoin(Desk, Desk.id == Dossier.desk_id)
        .where(Dossier.code == code, visible_dossiers(actor))
    ).one_or_none()
    prints = print_rights(session, actor, code)
    if found is None or prints is None:
        return None
    known = _known(session, found.id, procedure_from_body(found.body), actor, now)
    return _page(session, found.id, found.desk or "", known, actor, prints)


def _known(
    session: Session, dossier_id: int, spec: ProcedureSpec, actor: Actor, now: datetime
) -> _Known:
    recorded = recorded_events(session, dossier_id)
    state = fold(recorded)
    agencies = _agencies(session, state, recorded)
    keys = sorted({agency.calendar_key for agency in agencies.values()})
    return _Known(
        state=state,
        recorded=recorded,
        spec=spec,
        agencies=agencies,
        users=_users(session, recorded, state),
        calendars={key: working_calendar(session, key) for key in keys},
        reader=actor,
        now=now,
    )


def _page(
    session: Session,
    dossier_id: int,
    desk: str,
    known: _Known,
    actor: Actor,
    prints: PrintRights,
) -> DossierPage:
    state, spec = known.state, known.spec
    steps = _steps(known)
    parties = _parties(session, dossier_id)
    stands, punctual, days = _whole(known)
    history = history_rows(
        session, dossier_id, known.recorded, state, steps=steps, users=known.users
    )
    return DossierPage(
        code=state.received.code,
        state=state,
        procedure=Named(spec.name, spec.name_en or spec.name),
        limit=Limit.parse(state.received.limit),
        calendar=known.total_calendar,
        receiving=known.agencies[state.received.receiving_agency],
        competent=known.agencies[state.received.competent_agency],
        desk=desk,
        applicant=parties.get("applicant"),
        submitter=parties.get("submitter"),
        received_by=known.users.get(state.received_by, ""),
        paper_holder=known.users.get(state.paper.holder, "") if state.paper else "",
        standing=stands,
        punctuality=punctual,
        days=days,
        steps=steps,
        history=history,
        papers=_papers(state, spec),
        paper_choices=tuple(
            PaperChoiceRow(p.code, _named(p), p.kind, p.required) for p in spec.papers
        ),
        documents=_documents(session, dossier_id),
        pauses=_pauses(state, spec),
        promises=promise_rows(state, known.recorded, known.agencies, known.users, now=known.now),
        proposals=proposal_rows(state, spec, known.agencies, known.users, history),
        resumption=resumption(state, known.total_calendar, now=known.now),
        dates=date_rows(session, known.recorded, state, calendars=known.calendars),
        moves=move_rows(session, state, spec, actor, calendar=known.total_calendar, now=known.now),
        supplement_until=_supplement_until(known),
        supplement_days=spec.supplement_days,
        link=_link(session, dossier_id, state, actor),
        prints=prints,
        agencies=known.agencies,
    )


def _agencies(
    session: Session, state: DossierState, recorded: Sequence[Recorded]
) -> dict[int, AgencyRow]:
    r = state.received
    ids = {r.filing_agency, r.receiving_agency, r.competent_agency}
    ids |= {step.agency for step in state.steps}
    ids |= {step.agency for step in r.steps if step.agency is not None}
    ids |= {line.agency for line in state.promises if line.agency is not None}
    ids |= {one.event.agency for one in recorded if isinstance(one.event, PaperGiven | PaperTaken)}
    rows = session.execute(
        select(
            Agency.id,
            Agency.name,
            Agency.name_en,
            Agency.short_name,
            Agency.phone,
            Agency.calendar_key,
            Agency.due_soon_days,
        ).where(Agency.id.in_(sorted(ids)))
    )
    return {
        row.id: AgencyRow(
            id=row.id,
            name=Named(row.name, row.name_en or row.name),
            short_name=row.short_name,
            phone=row.phone,
            calendar_key=row.calendar_key,
            due_soon_days=row.due_soon_days,
        )
        for row in rows
    }


def _users(session: Session, recorded: Sequence[Recorded], state: DossierState) -> dict[int, str]:
    ids = {one.actor for one in recorded}
    ids |= {one.on_behalf_of for one in recorded if one.on_behalf_of is not None}
    ids |= {step.holder for step in state.steps if step.holder is not None}
    ids |= {one.event.holder for one in recorded if isinstance(one.event, StepReassigned)}
    for line in state.promises:
        ids |= {user for user in (line.asked_by, line.approved_by) if user is not None}
    rows = session.execute(select(User.id, User.display_name).where(User.id.in_(sorted(ids))))
    return {user_id: name for user_id, name in rows}


def _parties(session: Session, dossier_id: int) -> dict[str, PartyRow]:
    rows = session.execute(
        select(
            Party.role,
            Party.kind,
            Party.name,
            Party.born,
            Party.sex,
            Party.id_number,
            Party.phone,
            Party.email,
            Party.address,
        ).where(Party.dossier_id == dossier_id)
    )
    return {row.role: PartyRow(*(value or "" for value in row)) for row in rows}


def _steps(known: _Known) -> tuple[StepRow, ...]:
    """Every attempt in the order of the route, and the steps nobody was offered yet.

    Attempts of a route that a correction has replaced come first.
    """
    there = {planned.key for planned in known.state.plan}
    rows = [_step(known, s.planned, s) for s in known.state.steps if s.step not in there]
    for planned in known.state.plan:
        attempts = [s for s in known.state.steps if s.step == planned.key]
        rows += [_step(known, attempt.planned, attempt) for attempt in attempts]
        if not attempts and not (planned.optional and known.state.finished_at is not None):
            agency = known.agencies.get(planned.agency) if planned.agency else None
            rows.append(
                StepRow(
                    key=planned.key,
                    attempt=0,
                    name=_named(planned),
                    kind=planned.kind,
                    role=planned.role,
                    optional=planned.optional,
                    agency=agency.name if agency else None,
                    counted=planned.counted,
                )
            )
    return tuple(rows)


def _step(known: _Known, planned: Any, step: StepState) -> StepRow:
    limit = Limit.parse(planned.allotment) if planned.allotment else None
    calendar = known.calendar(step.agency)
    stands, days = _step_stands(known, step)
    pause = next((p for p in known.state.open_pauses if p.pause == step.pause), None)
    took = None
    if step.ended_at is not None and limit is not None and step.due_at is not None:
        took = elapsed(step.offered_at, step.ended_at, limit.scale, calendar)
    return StepRow(
        key=step.step,
        attempt=step.attempt,
        name=_named(planned),
        kind=planned.kind,
        role=planned.role,
        optional=planned.optional,
        agency=known.agencies[step.agency].name,
        holder=known.users.get(step.holder, "") if step.holder else "",
        status=step.status,
        offered_at=step.offered_at,
        accepted_at=step.accepted_at,
        ended_at=step.ended_at,
        due_at=step.due_at,
        by_date=limit is not None and limit.judged_by_date,
        standing=stands,
        punctuality=_step_punctuality(step, limit),
        days=days,
        took=took,
        paused=pause.kind if pause else None,
        counted=planned.counted,
        is_mine=known.reader.acts_for(step.holder),
    )


def _step_punctuality(step: StepState, limit: Limit | None) -> Punctuality | None:
    done = step.status in (StepStatus.DONE, StepStatus.STALE)
    if not done or limit is None or not (step.ended_at and step.due_at and step.late_at):
        return None
    return punctuality(step.ended_at, step.due_at, step.late_at, by_date=limit.judged_by_date)


def _step_stands(known: _Known, step: StepState) -> tuple[Standing | None, int | None]:
    if step.status not in (StepStatus.OFFERED, StepStatus.OPEN):
        return None, None
    agency = known.agencies[step.agency]
    pause = next((p for p in known.state.open_pauses if p.pause == step.pause), None)
    return _stands(known, agency, step.due_at, step.late_at, pause.opened_at if pause else None)


def _stands(
    known: _Known,
    agency: AgencyRow,
    due_at: datetime | None,
    late_at: datetime | None,
    paused_at: datetime | None,
) -> tuple[Standing | None, int | None]:
    """The standing of what is open, and working days late (frozen by a pause) or left."""
    if late_at is None or due_at is None:
        return (Standing.PAUSED if paused_at else None), None
    calendar, now = known.calendar(agency.id), known.now
    stands = standing(
        due_at, late_at, now, calendar, paused_at=paused_at, within=agency.due_soon_days
    )
    if stands is Standing.OVERDUE:
        return stands, days_late(due_at, paused_at or now, calendar)
    return stands, working_days_left(now, due_at, calendar)


def _whole(known: _Known) -> tuple[Standing | None, Punctuality | None, int | None]:
    """How the counted promise of the whole dossier stands, open or finished (rule R4)."""
    state, counted = known.state, known.state.counted_promise()
    if counted is None or state.outcome == "reception_voided":
        return None, None, None
    if state.clock_ended_at is not None:
        by_date = Limit.parse(state.received.limit).judged_by_date
        return (
            None,
            punctuality(state.clock_ended_at, counted.due_at, counted.late_at, by_date=by_date),
            None,
        )
    agency = known.agencies[state.received.receiving_agency]
    stands, days = _stands(known, agency, counted.due_at, state.late_at, state.paused_at)
    return stands, None, days


def _papers(state: DossierState, spec: ProcedureSpec) -> tuple[PaperRow, ...]:
    names = {paper.code: _named(paper) for paper in spec.papers}
    ticks = [(tick, state.received_at) for tick in state.received.papers]
    ticks += list(state.later_papers)
    rows = [
        PaperRow(t.code, names.get(t.code, Named(t.code, t.code)), t.kind, t.count, at)
        for t, at in ticks
    ]
    there = {row.code for row in rows}
    rows += [
        PaperRow(paper.code, _named(paper), paper.kind.value, paper.count, None)
        for paper in spec.required_papers
        if paper.code not in there
    ]
    return tuple(rows)


def _documents(session: Session, dossier_id: int) -> tuple[DocumentRow, ...]:
    rows = session.execute(
        select(
            IssuedDocument.kind,
            IssuedDocument.number,
            IssuedDocument.year,
            IssuedDocument.issued_at,
            User.display_name,
            IssuedDocument.print_number,
            IssuedDocument.content.is_(None),
            IssuedDocument.voided_at.is_not(None),
            IssuedDocument.id,
            IssuedDocument.dossier_version,
        )
        .join(User, User.id == IssuedDocument.issued_by)
        .where(IssuedDocument.dossier_id == dossier_id)
        .order_by(IssuedDocument.issued_at.desc(), IssuedDocument.id.desc())
    )
    return tuple(DocumentRow(*tuple(row)) for row in rows)


def _pauses(state: DossierState, spec: ProcedureSpec) -> tuple[PauseRow, ...]:
    names = {paper.code: _named(paper) for paper in spec.papers}
    return tuple(
        PauseRow(
            pause=p.pause,
            kind=p.kind,
            step=_named(state.planned(p.step)),
            reason=p.reason,
            papers=tuple(names.get(code, Named(code, code)) for code in p.papers),
            paper_codes=p.papers,
            amount=p.amount,
            opened_at=p.opened_at,
            citizen_due_at=p.citizen_due_at,
            closed_at=p.closed_at,
        )
        for p in reversed(state.pauses)
    )


def _supplement_until(known: _Known) -> datetime | None:
    limit = Limit(
        Decimal(known.spec.supplement_days), LimitUnit.WORKING_DAYS, rule=CountRule.END_OF_DAY
    )
    try:
        return due(limit, known.now, known.total_calendar).due_at
    except CalendarExhausted:
        return None


def _link(session: Session, dossier_id: int, state: DossierState, actor: Actor) -> str:
    if not actor.holds(Role.CLERK, state.received.receiving_agency):
        return ""
    token = session.scalar(
        select(StatusLink.token)
        .where(StatusLink.dossier_id == dossier_id, StatusLink.state == "live")
        .order_by(StatusLink.version.desc())
        .limit(1)
    )
    return token or ""


def _named(thing: Any) -> Named:
    return Named(thing.name, thing.name_en or thing.name)
