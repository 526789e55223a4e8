"""The rows of letters: what the log says of a later date, of a stop and of a refusal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from onestop.domain.accounts import SYSTEM_USERNAME
from onestop.domain.dossier import DossierState
from onestop.domain.events import (
    DossierReopened,
    DossierStopped,
    ExtensionDrafted,
    PauseClosed,
    PauseKind,
    PersonalRef,
    PromiseExtended,
    Recorded,
    ResultAccepted,
    StepFinished,
)
from onestop.domain.fold import fold
from onestop.domain.form_editions import FormKind
from onestop.domain.names import nfc
from onestop.domain.payments import paid
from onestop.domain.refilings import REFUSED
from onestop.domain.rights import Role
from onestop.models.accounts import RoleAssignment, User
from onestop.models.agencies import Agency
from onestop.models.dossiers import Dossier
from onestop.models.events import PersonalValue
from onestop.queries.dossier_history import recorded_events
from onestop.queries.paper_rows.printing import (
    NOBODY,
    Printing,
    dossier_head,
    dossier_of,
    name_of,
    people_of,
    spec_of,
)
from onestop.queries.papers import ApologyRow, FeeRow, RejectionRow, SignerRow, StopNoticeRow

Telling = PromiseExtended | DossierStopped | ResultAccepted
"""The events that a letter tells the citizen; of a result only that it is a refusal."""
_TELLING: Mapping[str, type[Telling]] = {
    FormKind.APOLOGY_EXTENSION: PromiseExtended,
    FormKind.STOP_NOTICE: DossierStopped,
    FormKind.REJECTION: ResultAccepted,
}


@dataclass(frozen=True, slots=True)
class LetterFact:
    """What a letter tells: the event with its place in the log, and how things stood before it.

    `agency_id` is the agency whose head decided it: the letter is that agency's. A refusal is
    handed out by the desk, on the desk's own form.
    """

    recorded: Recorded
    event: Telling
    before: DossierState
    agency_id: int


def letter_fact(session: Session, dossier_id: int, kind: str) -> LetterFact | None:
    """The latest decision that a letter of `kind` tells, or None when there is none in force.

    A stop or a refusal after which the dossier was opened again is told no more.
    """
    wanted = _TELLING[kind]
    history = recorded_events(session, dossier_id)
    found: LetterFact | None = None
    for n, one in enumerate(history):
        if isinstance(one.event, wanted) and _is_told(one.event):
            before = fold(history[:n])
            agency = _letterhead_agency(session, one, before)
            found = LetterFact(one, one.event, before, agency)
        elif wanted is not PromiseExtended and isinstance(one.event, DossierReopened):
            found = None
    return found


def _is_told(event: Telling) -> bool:
    return not isinstance(event, ResultAccepted) or event.outcome == REFUSED


def _letterhead_agency(session: Session, recorded: Recorded, before: DossierState) -> int:
    if isinstance(recorded.event, ResultAccepted):
        return before.received.receiving_agency
    return _deciding_agency(session, recorded, before)


def apology_row(session: Session, dossier_id: int, printing: Printing) -> ApologyRow | None:
    """What the apology for the latest later date says, or None when none was signed.

    Raises LookupError for an unknown dossier. Source: docs/rules.md, rules R4, P2.
    """
    d = dossier_of(session, dossier_id)
    fact = letter_fact(session, dossier_id, FormKind.APOLOGY_EXTENSION)
    if fact is None or not isinstance(fact.event, PromiseExtended):
        return None
    told = fact.before.last_promise()
    head = dossier_head(session, d, FormKind.APOLOGY_EXTENSION, printing, agency_id=fact.agency_id)
    draft = _draft(recorded_events(session, dossier_id), fact.event.proposal)
    return ApologyRow(
        form=head.form,
        letterhead=head.letterhead,
        agency=head.agency.name,
        addressee=people_of(session, dossier_id).get("applicant", NOBODY),
        code=d.code,
        request=spec_of(session, d.procedure_edition_id).name,
        received_at=d.received_at,
        promised_at=told.due_at if told else d.first_due_at,
        due_at=fact.event.promises[-1].due_at,
        reason=fact.event.reason,
        signer=_signer(session, fact.recorded, head.agency),
        note=_note(session, fact.event.personal) or _note(session, draft),
        n=fact.before.extensions + 1,
        most=max(fact.before.received.extensions, fact.before.extensions + 1),
        copy_to=_desk_unit(session, d),
        is_sample=printing.is_sample,
    )


def stop_notice_row(session: Session, dossier_id: int, printing: Printing) -> StopNoticeRow | None:
    """What the notice of a stop says, or None when the dossier is not stopped.

    Raises LookupError for an unknown dossier. Source: docs/rules.md, rules R9, P2.
    """
    d = dossier_of(session, dossier_id)
    fact = letter_fact(session, dossier_id, FormKind.STOP_NOTICE)
    if fact is None or not isinstance(fact.event, DossierStopped):
        return None
    told = fact.before.last_promise()
    head = dossier_head(session, d, FormKind.STOP_NOTICE, printing, agency_id=fact.agency_id)
    signer = _signer(session, fact.recorded, head.agency)
    return StopNoticeRow(
        form=head.form,
        letterhead=head.letterhead,
        agency=head.agency.name,
        addressee=people_of(session, dossier_id).get("applicant", NOBODY),
        code=d.code,
        request=spec_of(session, d.procedure_edition_id).name,
        received_at=d.received_at,
        promised_at=told.due_at if told else d.first_due_at,
        stopped_at=fact.recorded.occurred_at,
        reason=fact.event.reason,
        signer=signer,
        asked_by=f"{signer.name}, {head.agency.name}" if signer.name else "",
        note=_note(session, fact.event.personal),
        stages=_stages(session, fact.before),
        paid=_paid(session, d),
        fee_kept=fact.event.fee_kept,
        desk_unit=_desk_unit(session, d),
        is_sample=printing.is_sample,
    )


def refused_row(session: Session, dossier_id: int, printing: Printing) -> RejectionRow | None:
    """What the refusal to handle a dossier says, or None when its result is none.

    Raises LookupError for an unknown dossier. Source: docs/rules.md, rules R9, P2.
    """
    d = dossier_of(session, dossier_id)
    fact = letter_fact(session, dossier_id, FormKind.REJECTION)
    if fact is None or not isinstance(fact.event, ResultAccepted):
        return None
    head = dossier_head(session, d, FormKind.REJECTION, printing)
    people = people_of(session, dossier_id)
    number, day = _result_paper(session, dossier_id, fact.recorded.version)
    return RejectionRow(
        form=head.form,
        letterhead=head.letterhead,
        reception_unit=head.agency.name,
        applicant=people.get("applicant", NOBODY),
        request=spec_of(session, d.procedure_edition_id).name,
        reason=_note(session, fact.event.personal),
        refused_by=name_of(session, fact.recorded.actor),
        code=d.code,
        refused=session.get_one(Agency, d.competent_agency_id).name,
        because=fact.event.reason,
        result=number,
        result_on=day,
        submitter=people.get("submitter"),
        is_sample=printing.is_sample,
    )


def _result_paper(session: Session, dossier_id: int, version: int) -> tuple[str, date | None]:
    """Number and day of the paper that was registered last before a version; "" for none."""
    for one in reversed(recorded_events(session, dossier_id)):
        if one.version < version and isinstance(one.event, StepFinished):
            ids = [ref.id for ref in one.event.personal if ref.kind == "result_number"]
            if ids:
                found = session.scalar(select(PersonalValue.value).where(PersonalValue.id.in_(ids)))
                return found or "", one.event.registered_on
    return "", None


def _deciding_agency(session: Session, recorded: Recorded, before: DossierState) -> int:
    """The agency whose leader acted: the one that decides, else one where the dossier lay."""
    by = recorded.on_behalf_of or recorded.actor
    at = recorded.occurred_at
    agencies = [before.received.competent_agency, *(step.agency for step in before.live_steps)]
    led = set(
        session.scalars(
            select(RoleAssignment.agency_id).where(
                RoleAssignment.user_id == by,
                RoleAssignment.role == Role.LEADER,
                RoleAssignment.agency_id.in_(agencies),
                RoleAssignment.since <= at,
            )
        )
    )
    return next((agency for agency in agencies if agency in led), agencies[0])


def _signer(session: Session, recorded: Recorded, agency: Agency) -> SignerRow:
    """Who decided; the house itself signs nothing, so a hand has to."""
    if _is_the_house(session, recorded.actor):
        return SignerRow("", agency.leader_title)
    for_head = recorded.on_behalf_of is not None
    return SignerRow(name_of(session, recorded.actor), agency.leader_title, for_head)


def _is_the_house(session: Session, user_id: int) -> bool:
    username = session.scalar(select(User.username).where(User.id == user_id))
    return username == SYSTEM_USERNAME


def _draft(history: Sequence[Recorded], proposal: int) -> tuple[PersonalRef, ...]:
    for one in history:
        if isinstance(one.event, ExtensionDrafted) and one.event.proposal == proposal:
            return one.event.personal
    return ()


def _note(session: Session, personal: tuple[PersonalRef, ...]) -> str:
    ids = [ref.id for ref in personal if ref.kind == "note"]
    found = session.scalar(select(PersonalValue.value).where(PersonalValue.id.in_(ids)))
    return found or ""


def _stages(session: Session, state: DossierState) -> tuple[str, ...]:
    """Where the dossier lay: each live step with its agency."""
    agencies = {step.agency for step in state.live_steps}
    rows = session.execute(select(Agency.id, Agency.name).where(Agency.id.in_(agencies)))
    names = {agency_id: name for agency_id, name in rows}
    return tuple(f"{step.planned.name} ({names[step.agency]})" for step in state.live_steps)


def _paid(session: Session, d: Dossier) -> tuple[FeeRow, ...]:
    """What was paid at the counter by the name of the fee, then what was asked for, without one."""
    events = [one.event for one in recorded_events(session, d.id)]
    rows = []
    if taken := paid(events):
        spec = spec_of(session, d.procedure_edition_id)
        rows.append(FeeRow(nfc(", ".join(fee.name for fee in spec.fees)), taken))
    for event in events:
        if isinstance(event, PauseClosed) and event.kind is PauseKind.PAYMENT and event.amount:
            rows.append(FeeRow("", event.amount))
    return tuple(rows)


def _desk_unit(session: Session, d: Dossier) -> str:
    return session.get_one(Agency, d.receiving_agency_id).name


def told_version(session: Session, dossier_id: int, kind: str) -> int:
    """The version of the dossier that a letter of `kind` tells; 0 when there is nothing to tell."""
    fact = letter_fact(session, dossier_id, kind)
    return fact.recorded.version if fact else 0
