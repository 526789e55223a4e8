"""The rows of slips at the desk: papers asked for, guidance of a visit, refusal to receive."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onestop.domain.decisions import if_resumed
from onestop.domain.dossier import DossierState, PauseState
from onestop.domain.events import PauseKind, PauseOpened, Recorded
from onestop.domain.fold import fold
from onestop.domain.form_editions import FormKind
from onestop.domain.office_time import office_date
from onestop.models.agencies import Agency
from onestop.models.dossiers import Pause
from onestop.models.events import PersonalValue
from onestop.queries.calendars import working_calendar
from onestop.queries.dossier_history import recorded_events
from onestop.queries.paper_rows.printing import (
    NOBODY,
    Printing,
    dossier_head,
    dossier_of,
    name_of,
    paper_head,
    paper_names,
    people_of,
    sentences,
    spec_of,
    typed_person,
    visit_of,
)
from onestop.queries.papers import RejectionRow, SupplementRow


def supplement_row(session: Session, dossier_id: int, printing: Printing) -> SupplementRow | None:
    """What the latest request for papers of a dossier says, or None when none was ever made.

    The number and the letterhead are those of the desk, where the papers come in. While it is
    open it tells the result's date if the papers came when the desk is next open, as the public
    page does (docs/rules.md, rule R1).
    """
    recorded = recorded_events(session, dossier_id)
    state = fold(recorded)
    asking_pauses = [pause for pause in state.pauses if pause.kind is PauseKind.SUPPLEMENT]
    if not asking_pauses:
        return None
    pause = asking_pauses[-1]
    d = dossier_of(session, dossier_id)
    spec = spec_of(session, d.procedure_edition_id)
    asked = _asked(session, recorded, pause)
    head = dossier_head(session, d, FormKind.SUPPLEMENT_REQUEST, printing)
    asking = asked.by if asked else d.received_by
    return SupplementRow(
        form=head.form,
        letterhead=head.letterhead,
        reception_unit=head.agency.name,
        applicant=people_of(session, dossier_id).get("applicant", NOBODY),
        request=spec.name,
        items=paper_names(spec, pause.papers),
        reason=sentences(printing.reason(pause.reason), asked.note if asked else ""),
        contact_name=name_of(session, asking),
        contact_phone=head.agency.phone,
        guided_by=name_of(session, asking),
        code=d.code,
        bring_by=pause.citizen_due_at,
        if_brought=_if_brought(session, state, pause, head.agency, printing.at),
        is_sample=printing.is_sample,
    )


def _if_brought(
    session: Session, state: DossierState, pause: PauseState, receiving: Agency, at: datetime
) -> tuple[datetime, datetime] | None:
    """When the papers could come after `at`, and the due date then; None once they came."""
    if pause not in state.open_pauses:
        return None
    calendar = working_calendar(session, receiving.calendar_key)
    opens_at = calendar.next_opening(at)
    due_at = if_resumed(state, at=opens_at, calendar=calendar)
    return (opens_at, due_at) if due_at else None


def supplement_asked_at(session: Session, dossier_id: int) -> datetime | None:
    """When papers were last asked for, or None: a request printed before that is an older one."""
    return session.scalar(
        select(func.max(Pause.opened_at)).where(
            Pause.dossier_id == dossier_id, Pause.kind == PauseKind.SUPPLEMENT
        )
    )


def guidance_row(session: Session, visit_id: int, printing: Printing) -> SupplementRow:
    """What the slip of a guidance visit says; its link reopens the form while it is kept.

    Raises LookupError for an unknown visit. Source: docs/rules.md, rule R22.
    """
    visit, form = visit_of(session, visit_id)
    spec = spec_of(session, visit.procedure_edition_id)
    kind, on = FormKind.SUPPLEMENT_REQUEST, office_date(visit.at)
    head = paper_head(session, visit.agency_id, kind, printing, on)
    clerk = name_of(session, visit.by)
    return SupplementRow(
        form=head.form,
        letterhead=head.letterhead,
        reception_unit=head.agency.name,
        applicant=typed_person(form),
        request=spec.name,
        items=paper_names(spec, visit.missing.split(",")) or ((visit.note or ""),),
        reason=sentences(printing.reason(visit.reason), visit.note or ""),
        contact_name=clerk,
        contact_phone=head.agency.phone,
        guided_by=clerk,
        link=f"{printing.base_url}/reception/visits/{visit.token}" if visit.token else "",
        kept_until=office_date(visit.expires_at),
        is_sample=printing.is_sample,
    )


def rejection_row(session: Session, visit_id: int, printing: Printing) -> RejectionRow:
    """What the refusal to receive says. Raises LookupError for an unknown visit."""
    visit, form = visit_of(session, visit_id)
    spec = spec_of(session, visit.procedure_edition_id)
    head = paper_head(session, visit.agency_id, FormKind.REJECTION, printing, office_date(visit.at))
    missing = [f"- {name}" for name in paper_names(spec, visit.missing.split(","))]
    reason = "\n".join(filter(None, [printing.reason(visit.reason), visit.note, *missing]))
    return RejectionRow(
        form=head.form,
        letterhead=head.letterhead,
        reception_unit=head.agency.name,
        applicant=typed_person(form),
        request=spec.name,
        reason=reason,
        refused_by=name_of(session, visit.by),
        is_sample=printing.is_sample,
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """Who asked the citizen, and what they wrote."""

    by: int
    note: str


def _asked(session: Session, recorded: Sequence[Recorded], pause: PauseState) -> _Asked | None:
    for one in recorded:
        event = one.event
        if isinstance(event, PauseOpened) and event.pause == pause.pause:
            ids = [ref.id for ref in event.personal if ref.kind == "note"]
            note = session.scalar(select(PersonalValue.value).where(PersonalValue.id.in_(ids)))
            return _Asked(one.actor, note or "")
    return None
