"""The page of one dossier: what to do now, steps, history, papers, documents, pauses, promises."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from onestop.domain.dossier import DossierState
from onestop.domain.events import PaperGiven, PaperTaken, Recorded, StepReassigned
from onestop.domain.fold import fold
from onestop.domain.limits import CountRule, Limit, LimitUnit, due
from onestop.domain.print_rights import PrintRights
from onestop.domain.procedure_body import procedure_from_body
from onestop.domain.procedures import ProcedureSpec
from onestop.domain.rights import Actor, Role
from onestop.domain.working_time import CalendarExhausted
from onestop.models.accounts import User
from onestop.models.agencies import Agency, Desk
from onestop.models.documents import IssuedDocument
from onestop.models.dossiers import Dossier, StatusLink
from onestop.models.procedures import ProcedureEdition
from onestop.queries.calendars import working_calendar
from onestop.queries.dossier_dates import date_rows
from onestop.queries.dossier_history import history_rows, recorded_events
from onestop.queries.dossier_moves import move_rows
from onestop.queries.dossier_names import paper_names, step_name
from onestop.queries.dossier_promises import promise_rows, proposal_rows, resumption
from onestop.queries.dossier_rows import (
    AgencyRow,
    DocumentRow,
    DossierPage,
    Named,
    PaperChoiceRow,
    PaperRow,
    PauseRow,
)
from onestop.queries.dossier_steps import Known, step_rows, whole
from onestop.queries.parties import parties
from onestop.queries.print_rights import print_rights
from onestop.queries.scope import visible_dossiers


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
    return _page(session, found.id, found.desk or "", known, prints)


def _known(
    session: Session, dossier_id: int, spec: ProcedureSpec, actor: Actor, now: datetime
) -> Known:
    recorded = recorded_events(session, dossier_id)
    state = fold(recorded)
    agencies = _agencies(session, state, recorded)
    keys = sorted({agency.calendar_key for agency in agencies.values()})
    return Known(
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
    session: Session, dossier_id: int, desk: str, known: Known, prints: PrintRights
) -> DossierPage:
    state, spec, actor = known.state, known.spec, known.reader
    steps = step_rows(known)
    people = parties(session, dossier_id)
    stands, punctual, days = whole(known)
    history = history_rows(
        session, dossier_id, known.recorded, state, steps=steps, users=known.users
    )
    return DossierPage(
        code=state.received.code,
        state=state,
        procedure=Named.of(spec.name, spec.name_en),
        limit=Limit.parse(state.received.limit),
        calendar=known.total_calendar,
        receiving=known.agencies[state.received.receiving_agency],
        competent=known.agencies[state.received.competent_agency],
        desk=desk,
        applicant=people.get("applicant"),
        submitter=people.get("submitter"),
        received_by=known.users.get(state.received_by, ""),
        paper_holder=known.users.get(state.paper.holder, "") if state.paper else "",
        standing=stands,
        punctuality=punctual,
        days=days,
        steps=steps,
        history=history,
        papers=_papers(state, spec),
        paper_choices=_paper_choices(spec),
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
            name=Named.of(row.name, row.name_en),
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


def _paper_choices(spec: ProcedureSpec) -> tuple[PaperChoiceRow, ...]:
    return tuple(
        PaperChoiceRow(p.code, Named.of(p.name, p.name_en), p.kind, p.required) for p in spec.papers
    )


def _papers(state: DossierState, spec: ProcedureSpec) -> tuple[PaperRow, ...]:
    names = {choice.code: choice.name for choice in _paper_choices(spec)}
    ticks = [(tick, state.received_at) for tick in state.received.papers]
    ticks += list(state.later_papers)
    rows = [
        PaperRow(t.code, names.get(t.code, Named(t.code, t.code)), t.kind, t.count, at)
        for t, at in ticks
    ]
    there = {row.code for row in rows}
    rows += [
        PaperRow(paper.code, names[paper.code], paper.kind.value, paper.count, None)
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
    return tuple(
        PauseRow(
            pause=p.pause,
            kind=p.kind,
            step=step_name(state, p.step),
            reason=p.reason,
            papers=paper_names(spec, p.papers),
            paper_codes=p.papers,
            amount=p.amount,
            opened_at=p.opened_at,
            citizen_due_at=p.citizen_due_at,
            closed_at=p.closed_at,
        )
        for p in reversed(state.pauses)
    )


def _supplement_until(known: Known) -> datetime | None:
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
