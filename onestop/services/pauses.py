"""Pauses: ask the citizen for papers or payment, suspend, and let the clock go on."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from onestop.domain import decisions
from onestop.domain.decisions import NOBODY_CHOSEN, Act
from onestop.domain.events import PaperTick, PauseKind
from onestop.domain.office_time import office_date
from onestop.domain.procedures import ProcedureSpec, UnknownPaper
from onestop.domain.rights import Actor
from onestop.services.agencies import check_consulted
from onestop.services.calendars import agency_calendars
from onestop.services.catalogue import edition_by_id
from onestop.services.event_log import Loaded, load, record
from onestop.services.following import settle
from onestop.services.personal_values import PersonalText, commit_to


def request_supplement(
    session: Session,
    code: str,
    *,
    step: str,
    papers: Sequence[str],
    reason: str,
    note: str,
    actor: Actor,
    at: datetime,
    expected_version: int | None = None,
) -> Loaded:
    """Stop the clock and name, once and all together, the papers the applicant still owes.

    The papers come from the procedure's list. The citizen has the procedure's supplement term.
    Raises MoveNotAllowed, NothingAsked, ReasonMissing, UnknownPaper, DossierChanged.
    Source: docs/rules.md, rules R1, R7.
    """
    loaded = load(session, code, expected_version=expected_version)
    spec = edition_by_id(session, loaded.state.received.edition_id).spec
    _check_papers(spec, papers)
    personal = commit_to(PersonalText("note", note))
    event = decisions.request_supplement(
        Act(loaded.state, actor, at),
        step,
        papers=papers,
        reason=reason,
        citizen_days=spec.supplement_days,
        calendar_of=agency_calendars(session),
        personal=personal.refs,
    )
    return record(session, loaded, event, actor=actor, at=at, personal=personal)


def propose_supplement(
    session: Session,
    code: str,
    *,
    step: str,
    papers: Sequence[str],
    reason: str,
    note: str,
    actor: Actor,
    at: datetime,
    expected_version: int | None = None,
) -> Loaded:
    """Put a second request for papers before a leader; the clock runs on meanwhile.

    Raises MoveNotAllowed, NothingAsked, ReasonMissing, UnknownPaper, DossierChanged.
    """
    loaded = load(session, code, expected_version=expected_version)
    _check_papers(edition_by_id(session, loaded.state.received.edition_id).spec, papers)
    personal = commit_to(PersonalText("note", note))
    act = Act(loaded.state, actor, at)
    event = decisions.propose_supplement(
        act, step, papers=papers, reason=reason, personal=personal.refs
    )
    return record(session, loaded, event, actor=actor, at=at, personal=personal)


def approve_supplement(
    session: Session,
    code: str,
    *,
    proposal: int,
    actor: Actor,
    at: datetime,
    note: str = "",
    expected_version: int | None = None,
) -> Loaded:
    """Agree, as a leader, to ask the citizen again: the clock stops.

    Raises MoveNotAllowed, DossierChanged.
    """
    loaded = load(session, code, expected_version=expected_version)
    spec = edition_by_id(session, loaded.state.received.edition_id).spec
    personal = commit_to(PersonalText("note", note))
    event = decisions.approve_supplement(
        Act(loaded.state, actor, at),
        proposal,
        citizen_days=spec.supplement_days,
        calendar_of=agency_calendars(session),
        personal=personal.refs,
    )
    return record(session, loaded, event, actor=actor, at=at, personal=personal)


def request_payment(
    session: Session,
    code: str,
    *,
    step: str,
    amount: int,
    reason: str,
    note: str,
    actor: Actor,
    at: datetime,
    expected_version: int | None = None,
) -> Loaded:
    """Stop the clock until the citizen has paid `amount` dong.

    Raises MoveNotAllowed, NothingAsked, ReasonMissing, DossierChanged.
    """
    loaded = load(session, code, expected_version=expected_version)
    personal = commit_to(PersonalText("note", note))
    event = decisions.request_payment(
        Act(loaded.state, actor, at),
        step,
        amount=amount,
        reason=reason,
        calendar_of=agency_calendars(session),
        personal=personal.refs,
    )
    return record(session, loaded, event, actor=actor, at=at, personal=personal)


def suspend(
    session: Session,
    code: str,
    *,
    reason: str,
    note: str,
    actor: Actor,
    at: datetime,
    expected_version: int | None = None,
) -> Loaded:
    """Let a leader stop the clock of a dossier for a reason that lies outside the office.

    Raises MoveNotAllowed, ReasonMissing, DossierChanged.
    """
    loaded = load(session, code, expected_version=expected_version)
    personal = commit_to(PersonalText("note", note))
    event = decisions.suspend(
        Act(loaded.state, actor, at),
        reason=reason,
        calendar_of=agency_calendars(session),
        personal=personal.refs,
    )
    return record(session, loaded, event, actor=actor, at=at, personal=personal)


def take_in(
    session: Session,
    code: str,
    *,
    kind: PauseKind,
    actor: Actor,
    at: datetime,
    papers: Sequence[PaperTick] = (),
    amount: int | None = None,
    note: str = "",
    pause: int = 0,
    chosen: Mapping[str, int] = NOBODY_CHOSEN,
    expected_version: int | None = None,
) -> Loaded:
    """Close a pause: papers or payment have come, or a leader resumes; the clock goes on.

    A step that only waited for the citizen is done with it, and the next ones are offered.
    Raises MoveNotAllowed, PapersNotBrought, PaymentShort, UnknownPaper, NotConsultable,
    DossierChanged. Source: docs/rules.md, rules R1, R7.
    """
    loaded = load(session, code, expected_version=expected_version)
    received = loaded.state.received
    spec = edition_by_id(session, received.edition_id).spec
    _check_papers(spec, [paper.code for paper in papers])
    check_consulted(session, spec, chosen, asking=received.receiving_agency, on=office_date(at))
    personal = commit_to(PersonalText("note", note))
    calendar_of = agency_calendars(session)
    event = decisions.take_in(
        Act(loaded.state, actor, at),
        kind,
        calendar_of=calendar_of,
        papers=papers,
        amount=amount,
        pause=pause,
        chosen=chosen,
        personal=personal.refs,
    )
    loaded = record(session, loaded, event, actor=actor, at=at, personal=personal)
    return settle(session, loaded, actor=actor.user_id, at=at, calendar_of=calendar_of)


def _check_papers(spec: ProcedureSpec, papers: Sequence[str]) -> None:
    """Only papers of the procedure's list enter the history: its bytes are kept for ever."""
    known = {paper.code for paper in spec.papers}
    for number, paper in enumerate(papers):
        if paper not in known or paper in papers[:number]:
            raise UnknownPaper(paper)
