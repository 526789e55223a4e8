"""Later dates with an apology: drafted, signed by the head of the agency, or declined."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from onestop.domain import decisions
from onestop.domain.decisions import Act
from onestop.domain.rights import Actor
from onestop.services.calendars import agency_calendars
from onestop.services.event_log import Loaded, load, record
from onestop.services.personal_values import PersonalText, commit_to


def draft_extension(
    session: Session,
    code: str,
    *,
    until: date,
    reason: str,
    note: str,
    actor: Actor,
    at: datetime,
    expected_version: int | None = None,
) -> Loaded:
    """Put a later date, not before `until` (local), before the head of the deciding agency.

    Raises MoveNotAllowed, ReasonMissing, ExtensionTooLate, ExtensionNotLater, DossierChanged.
    Source: docs/rules.md, rule R4.
    """
    loaded = load(session, code, expected_version=expected_version)
    personal = commit_to(PersonalText("note", note))
    event = decisions.draft_extension(
        Act(loaded.state, actor, at),
        until=until,
        reason=reason,
        calendar_of=agency_calendars(session),
        personal=personal.refs,
    )
    return record(session, loaded, event, actor=actor, at=at, personal=personal)


def extend(
    session: Session,
    code: str,
    *,
    actor: Actor,
    at: datetime,
    proposal: int = 0,
    until: date | None = None,
    reason: str = "",
    note: str = "",
    expected_version: int | None = None,
) -> Loaded:
    """Sign a later date with an apology; punctuality counts against the date before.

    `until` (local) and `reason` take the place of those of the draft `proposal`.
    Raises MoveNotAllowed, ReasonMissing, ExtensionTooLate, ExtensionNotLater, DossierChanged.
    Source: docs/rules.md, rule R4.
    """
    loaded = load(session, code, expected_version=expected_version)
    personal = commit_to(PersonalText("note", note))
    event = decisions.extend(
        Act(loaded.state, actor, at),
        calendar_of=agency_calendars(session),
        proposal=proposal,
        until=until,
        reason=reason,
        personal=personal.refs,
    )
    return record(session, loaded, event, actor=actor, at=at, personal=personal)


def decline(
    session: Session,
    code: str,
    *,
    proposal: int,
    reason: str,
    note: str,
    actor: Actor,
    at: datetime,
    expected_version: int | None = None,
) -> Loaded:
    """Do not agree to a second request for papers, or to a later date.

    Raises MoveNotAllowed, ReasonMissing, DossierChanged.
    """
    loaded = load(session, code, expected_version=expected_version)
    personal = commit_to(PersonalText("note", note))
    act = Act(loaded.state, actor, at)
    event = decisions.decline(act, proposal, reason=reason, personal=personal.refs)
    return record(session, loaded, event, actor=actor, at=at, personal=personal)
