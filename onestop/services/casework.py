"""What agencies and desks do with a dossier after its reception: load, decide, record."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy.orm import Session

from onestop.domain import decisions
from onestop.domain.decisions import NOBODY_CHOSEN, Act
from onestop.domain.events import Delivery, StepRef
from onestop.domain.office_time import office_date
from onestop.domain.rights import Actor
from onestop.services.agencies import check_consulted
from onestop.services.calendars import agency_calendars
from onestop.services.catalogue import edition_by_id
from onestop.services.event_log import Loaded, load, record
from onestop.services.following import settle
from onestop.services.holders import require_holder
from onestop.services.personal_values import PersonalText, commit_to


def accept_step(
    session: Session,
    code: str,
    *,
    step: str,
    actor: Actor,
    at: datetime,
    expected_version: int | None = None,
) -> Loaded:
    """Take an offered step, or take it over from a colleague of the same role and agency.

    Raises DossierNotFound, DossierChanged, MoveNotAllowed.
    """
    loaded = load(session, code, expected_version=expected_version)
    event = decisions.accept_step(Act(loaded.state, actor, at), step)
    return record(session, loaded, event, actor=actor, at=at)


def finish_step(
    session: Session,
    code: str,
    *,
    step: str,
    actor: Actor,
    at: datetime,
    note: str = "",
    late_reason: str = "",
    payment: int = 0,
    result_number: str = "",
    registered_on: date | None = None,
    chosen: Mapping[str, int] = NOBODY_CHOSEN,
    expected_version: int | None = None,
) -> Loaded:
    """End a step and offer what comes next, at once.

    `chosen` opens optional branches: step key to the agency that is asked. A late step needs
    `late_reason`; a registrar's step needs number and date of the result; `payment` is what the
    citizen must pay, in dong, when the next step waits for that, and stops the clock.
    Raises MoveNotAllowed, ReasonMissing, ResultNumberMissing, AgencyNotChosen, BranchNotOpen,
    NotConsultable, NothingAsked, DossierChanged.
    """
    loaded = load(session, code, expected_version=expected_version)
    if chosen:
        spec = edition_by_id(session, loaded.state.received.edition_id).spec
        asking = loaded.state.latest(step)
        asking_agency = asking.agency if asking else loaded.state.received.competent_agency
        check_consulted(session, spec, chosen, asking=asking_agency, on=office_date(at))
    personal = commit_to(PersonalText("note", note), PersonalText("result_number", result_number))
    calendar_of = agency_calendars(session)
    event = decisions.finish_step(
        Act(loaded.state, actor, at),
        step,
        calendar_of=calendar_of,
        chosen=chosen,
        late_reason=late_reason,
        registered_on=registered_on,
        has_number=bool(result_number.strip()),
        personal=personal.refs,
    )
    loaded = record(session, loaded, event, actor=actor, at=at, personal=personal)
    return settle(
        session, loaded, actor=actor.user_id, at=at, calendar_of=calendar_of, payment=payment
    )


def send_back(
    session: Session,
    code: str,
    *,
    step: str,
    target: str,
    reason: str,
    note: str,
    actor: Actor,
    at: datetime,
    expected_version: int | None = None,
) -> Loaded:
    """Open an earlier step again as a new attempt, with the time it had left.

    Raises MoveNotAllowed, WrongTarget, ReasonMissing, DossierChanged. Source: rule R8.
    """
    loaded = load(session, code, expected_version=expected_version)
    personal = commit_to(PersonalText("note", note))
    calendar_of = agency_calendars(session)
    event = decisions.send_back(
        Act(loaded.state, actor, at),
        step,
        target=target,
        reason=reason,
        calendar_of=calendar_of,
        personal=personal.refs,
    )
    loaded = record(session, loaded, event, actor=actor, at=at, personal=personal)
    return settle(session, loaded, actor=actor.user_id, at=at, calendar_of=calendar_of)


def refuse_step(
    session: Session,
    code: str,
    *,
    step: str,
    reason: str,
    note: str,
    actor: Actor,
    at: datetime,
    target: str = "",
    expected_version: int | None = None,
) -> Loaded:
    """Do not take what was offered: the step that handed it over starts a new attempt.

    Raises MoveNotAllowed, WrongTarget, ReasonMissing, DossierChanged. Source: rule R8.
    """
    loaded = load(session, code, expected_version=expected_version)
    personal = commit_to(PersonalText("note", note))
    calendar_of = agency_calendars(session)
    event = decisions.refuse_step(
        Act(loaded.state, actor, at),
        step,
        target=target,
        reason=reason,
        calendar_of=calendar_of,
        personal=personal.refs,
    )
    loaded = record(session, loaded, event, actor=actor, at=at, personal=personal)
    return settle(session, loaded, actor=actor.user_id, at=at, calendar_of=calendar_of)


def accept_result(
    session: Session,
    code: str,
    *,
    outcome: str,
    actor: Actor,
    at: datetime,
    reason: str = "",
    note: str = "",
    expected_version: int | None = None,
) -> Loaded:
    """Take the result at the desk: the work is finished and punctuality is fixed (status 9).

    `reason` is one of `domain.reasons`, needed for a refusal. Raises MoveNotAllowed, ReasonMissing,
    DossierChanged. Source: docs/rules.md, rules R3, R9.
    """
    loaded = load(session, code, expected_version=expected_version)
    personal = commit_to(PersonalText("note", note))
    event = decisions.accept_result(
        Act(loaded.state, actor, at), outcome=outcome, reason=reason, personal=personal.refs
    )
    return record(session, loaded, event, actor=actor, at=at, personal=personal)


def return_result(
    session: Session,
    code: str,
    *,
    taker: str,
    delivery: Delivery,
    actor: Actor,
    at: datetime,
    receipt_lost: bool = False,
    collected: int = 0,
    note: str = "",
    expected_version: int | None = None,
) -> Loaded:
    """Hand the result to the citizen (status 10); `collected` is the fee taken now, in dong.

    Raises MoveNotAllowed, DossierChanged.
    """
    loaded = load(session, code, expected_version=expected_version)
    personal = commit_to(PersonalText("taker", taker), PersonalText("note", note))
    event = decisions.return_result(
        Act(loaded.state, actor, at),
        delivery=delivery,
        receipt_lost=receipt_lost,
        collected=collected,
        personal=personal.refs,
    )
    return record(session, loaded, event, actor=actor, at=at, personal=personal)


def withdraw(
    session: Session,
    code: str,
    *,
    reason: str,
    note: str,
    actor: Actor,
    at: datetime,
    expected_version: int | None = None,
) -> Loaded:
    """Give the dossier back to the applicant at the applicant's wish (status 7).

    Raises MoveNotAllowed, ReasonMissing, DossierChanged.
    """
    loaded = load(session, code, expected_version=expected_version)
    personal = commit_to(PersonalText("note", note))
    act = Act(loaded.state, actor, at)
    event = decisions.withdraw(act, reason=reason, personal=personal.refs)
    return record(session, loaded, event, actor=actor, at=at, personal=personal)


def stop(
    session: Session,
    code: str,
    *,
    reason: str,
    note: str,
    actor: Actor,
    at: datetime,
    fee_kept: bool = True,
    expected_version: int | None = None,
) -> Loaded:
    """End the work without a result (status 8, stopped); only a leader may.

    Raises MoveNotAllowed, ReasonMissing, NothingUnmet, DossierChanged.
    """
    loaded = load(session, code, expected_version=expected_version)
    personal = commit_to(PersonalText("note", note))
    act = Act(loaded.state, actor, at)
    event = decisions.stop(act, reason=reason, fee_kept=fee_kept, personal=personal.refs)
    return record(session, loaded, event, actor=actor, at=at, personal=personal)


def reopen(
    session: Session,
    code: str,
    *,
    target: str,
    reason: str,
    note: str,
    actor: Actor,
    at: datetime,
    expected_version: int | None = None,
) -> Loaded:
    """Open a finished or stopped dossier again at one step; only a leader may.

    Raises MoveNotAllowed, WrongTarget, ReasonMissing, DossierChanged. Source: rules R4, R9.
    """
    loaded = load(session, code, expected_version=expected_version)
    personal = commit_to(PersonalText("note", note))
    calendar_of = agency_calendars(session)
    event = decisions.reopen(
        Act(loaded.state, actor, at),
        target=target,
        reason=reason,
        calendar_of=calendar_of,
        personal=personal.refs,
    )
    loaded = record(session, loaded, event, actor=actor, at=at, personal=personal)
    return settle(session, loaded, actor=actor.user_id, at=at, calendar_of=calendar_of)


def reassign(
    session: Session,
    code: str,
    *,
    step: str,
    holder: int,
    reason: str,
    note: str,
    actor: Actor,
    at: datetime,
    expected_version: int | None = None,
) -> Loaded:
    """Give a step to another officer of its agency and role, as a leader; its dates stay.

    Raises MoveNotAllowed, AlreadyHolds, CannotHold, ReasonMissing, DossierChanged.
    """
    loaded = load(session, code, expected_version=expected_version)
    personal = commit_to(PersonalText("note", note))
    act = Act(loaded.state, actor, at)
    event = decisions.reassign(act, step, holder=holder, reason=reason, personal=personal.refs)
    given = loaded.state.find(StepRef(event.step, event.attempt))
    if given is None:
        raise LookupError(event.step)
    require_holder(session, holder, given.planned.role, given.agency, at=at)
    return record(session, loaded, event, actor=actor, at=at, personal=personal)
