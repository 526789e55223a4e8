"""The rows of printed papers, read from the tables: receipts, slips of visits, control slips."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onestop.domain.decisions import if_resumed
from onestop.domain.dossier import DossierState, PauseState
from onestop.domain.events import Delivery, PauseKind, PauseOpened, Recorded
from onestop.domain.fold import fold
from onestop.domain.form_editions import FormEdition, FormKind, form_edition_on
from onestop.domain.limits import Limit
from onestop.domain.names import nfc
from onestop.domain.office_time import OFFICE_ZONE, office_date
from onestop.domain.procedure_body import procedure_from_body
from onestop.domain.procedures import PaperKind, ProcedureSpec
from onestop.models.accounts import User
from onestop.models.agencies import Agency, Desk
from onestop.models.dossiers import Dossier, DossierPaper, Party, Pause, StatusLink
from onestop.models.events import DossierEvent, PersonalValue
from onestop.models.procedures import ProcedureEdition
from onestop.models.reception import Visit
from onestop.queries.calendars import working_calendar
from onestop.queries.dossier_history import recorded_events
from onestop.queries.papers import (
    FeeRow,
    FormRow,
    LetterheadRow,
    PaperRow,
    PersonRow,
    ReceiptRow,
    RejectionRow,
    SupplementRow,
)
from onestop.queries.receipt_terms import receipt_terms

ZONE = OFFICE_ZONE.key
NOBODY = PersonRow("")


@dataclass(frozen=True, slots=True)
class Printing:
    """What the edge knows of a paper to be made.

    number     its number in the agency's series, None for a paper without one.
    forms      the editions of the statutory forms (data/form-editions).
    base_url   what links on the paper begin with, without a slash at the end.
    reasons    words of reason codes, in Vietnamese as every paper is.
    """

    at: datetime
    forms: Sequence[FormEdition]
    base_url: str
    number: int | None = None
    reasons: Mapping[str, str] | None = None
    is_sample: bool = False

    def reason(self, code: str) -> str:
        """The words of a reason code; a code nobody named is printed as it is."""
        return (self.reasons or {}).get(code, code)


@dataclass(frozen=True, slots=True)
class _Head:
    """Form, letterhead and agency of a paper, together because they come from one agency."""

    form: FormRow
    letterhead: LetterheadRow
    agency: Agency


def receipt_row(session: Session, dossier_id: int, printing: Printing) -> ReceiptRow:
    """What the receipt of a dossier says: as it was at reception, or as it was corrected.

    Raises LookupError for an unknown dossier. Source: docs/rules.md, rules R4, R20.
    """
    d = _dossier(session, dossier_id)
    spec = _spec(session, d.procedure_edition_id)
    head = _head(session, d.receiving_agency_id, FormKind.RECEIPT, printing, d.number_day)
    people = _people(session, dossier_id)
    applicant = people.get("applicant", NOBODY)
    limit = Limit.parse(d.limit)
    link = _link(session, dossier_id)
    terms = receipt_terms(session, d, spec, version=link.version)
    return ReceiptRow(
        form=head.form,
        letterhead=head.letterhead,
        code=d.code,
        reception_unit=head.agency.name,
        applicant=applicant,
        submitter=people.get("submitter"),
        request=spec.name,
        papers=_papers(session, d, spec),
        limit_amount=limit.amount,
        limit_unit=limit.unit.value,
        received_at=d.received_at,
        due_at=terms.due_at,
        delivery=d.delivery,
        delivery_place=_place(d.delivery, head.agency, applicant),
        received_by=_name(session, d.received_by),
        desk=session.scalar(select(Desk.name).where(Desk.id == d.desk_id)) or "",
        desk_phone=head.agency.phone,
        link=f"{printing.base_url}/s/{link.token}" if link.token else printing.base_url,
        check_code=link.check_code,
        dossier_sets=d.copies,
        book_no=f"{d.book:02}/{d.book_year}",
        book_seq=f"{d.book_number:04}",
        legs=terms.legs,
        fees=_fees(spec, d.fee),
        first_phase=terms.first_phase,
        second_phase=terms.second_phase,
        uncounted=terms.uncounted,
        first_due_at=terms.first_due_at,
        replaced_at=terms.replaced_at,
        first_event_hash=_first_hash(session, dossier_id),
        is_sample=printing.is_sample,
    )


def supplement_row(session: Session, dossier_id: int, printing: Printing) -> SupplementRow | None:
    """What the latest request for papers of a dossier says, or None when none was ever made.

    The number and the letterhead are those of the agency whose step asked. While the request is
    open it tells the result's date if the papers came today (docs/rules.md, rule R1).
    """
    recorded = recorded_events(session, dossier_id)
    state = fold(recorded)
    asking_pauses = [pause for pause in state.pauses if pause.kind is PauseKind.SUPPLEMENT]
    if not asking_pauses:
        return None
    pause = asking_pauses[-1]
    d = _dossier(session, dossier_id)
    spec = _spec(session, d.procedure_edition_id)
    asked = _asked(session, recorded, pause)
    kind = FormKind.SUPPLEMENT_REQUEST
    head = _head(session, d.receiving_agency_id, kind, printing, d.number_day)
    asking = asked.by if asked else d.received_by
    return SupplementRow(
        form=head.form,
        letterhead=head.letterhead,
        reception_unit=head.agency.name,
        applicant=_people(session, dossier_id).get("applicant", NOBODY),
        request=spec.name,
        items=_paper_names(spec, pause.papers),
        reason=_sentences(printing.reason(pause.reason), asked.note if asked else ""),
        contact_name=_name(session, asking),
        contact_phone=head.agency.phone,
        guided_by=_name(session, asking),
        code=d.code,
        bring_by=pause.citizen_due_at,
        due_if_today=_if_brought(session, state, pause, head.agency, printing.at),
        is_sample=printing.is_sample,
    )


def _if_brought(
    session: Session, state: DossierState, pause: PauseState, receiving: Agency, at: datetime
) -> datetime | None:
    """When the result would be due if the papers came at `at`; None once they came."""
    if pause not in state.open_pauses:
        return None
    return if_resumed(state, at=at, calendar=working_calendar(session, receiving.calendar_key))


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
    visit, form = _visit(session, visit_id)
    spec = _spec(session, visit.procedure_edition_id)
    kind, on = FormKind.SUPPLEMENT_REQUEST, office_date(visit.at)
    head = _head(session, visit.agency_id, kind, printing, on)
    clerk = _name(session, visit.by)
    return SupplementRow(
        form=head.form,
        letterhead=head.letterhead,
        reception_unit=head.agency.name,
        applicant=_typed_person(form),
        request=spec.name,
        items=_paper_names(spec, visit.missing.split(",")) or ((visit.note or ""),),
        reason=_sentences(printing.reason(visit.reason), visit.note or ""),
        contact_name=clerk,
        contact_phone=head.agency.phone,
        guided_by=clerk,
        link=f"{printing.base_url}/reception/visits/{visit.token}" if visit.token else "",
        kept_until=office_date(visit.expires_at),
        is_sample=printing.is_sample,
    )


def rejection_row(session: Session, visit_id: int, printing: Printing) -> RejectionRow:
    """What the refusal to receive says. Raises LookupError for an unknown visit."""
    visit, form = _visit(session, visit_id)
    spec = _spec(session, visit.procedure_edition_id)
    head = _head(session, visit.agency_id, FormKind.REJECTION, printing, office_date(visit.at))
    missing = [f"- {name}" for name in _paper_names(spec, visit.missing.split(","))]
    reason = "\n".join(filter(None, [printing.reason(visit.reason), visit.note, *missing]))
    return RejectionRow(
        form=head.form,
        letterhead=head.letterhead,
        reception_unit=head.agency.name,
        applicant=_typed_person(form),
        request=spec.name,
        reason=reason,
        refused_by=_name(session, visit.by),
        is_sample=printing.is_sample,
    )


def head_of(
    session: Session, agency_id: int, kind: FormKind, printing: Printing, on: date
) -> tuple[FormRow, LetterheadRow]:
    """Form and letterhead of a paper of `kind` that an agency issues, in the edition of `on`."""
    head = _head(session, agency_id, kind, printing, on)
    return head.form, head.letterhead


def _head(session: Session, agency_id: int, kind: FormKind, printing: Printing, on: date) -> _Head:
    agency = session.get_one(Agency, agency_id)
    edition = form_edition_on(printing.forms, on)
    form = edition.form(kind)
    serial = ""
    if form is not None and printing.number is not None:
        serial = "/".join(filter(None, (f"{printing.number:04}", form.serial_suffix)))
    return _Head(
        FormRow(
            kind=kind.value,
            title=form.title if form else "",
            number=form.number if form else "",
            legal_basis=edition.name if form else "",
            headings=form.headings if form else None,
        ),
        LetterheadRow(
            parent=agency.header_parent,
            unit=agency.header_name,
            place=agency.place,
            issued_at=printing.at,
            zone=ZONE,
            serial=serial,
        ),
        agency,
    )


def _dossier(session: Session, dossier_id: int) -> Dossier:
    found = session.get(Dossier, dossier_id)
    if found is None:
        raise LookupError(f"no dossier {dossier_id}")
    return found


def _visit(session: Session, visit_id: int) -> tuple[Visit, dict[str, Any]]:
    found = session.get(Visit, visit_id)
    if found is None:
        raise LookupError(f"no visit {visit_id}")
    return found, json.loads(found.form) if found.form else {}


def _spec(session: Session, edition_id: int) -> ProcedureSpec:
    return procedure_from_body(session.get_one(ProcedureEdition, edition_id).body)


def _name(session: Session, user_id: int) -> str:
    return session.scalar(select(User.display_name).where(User.id == user_id)) or ""


def _people(session: Session, dossier_id: int) -> dict[str, PersonRow]:
    parties = session.scalars(select(Party).where(Party.dossier_id == dossier_id))
    return {
        party.role: PersonRow(
            name=party.name,
            address=party.address or "",
            phone=party.phone or "",
            email=party.email or "",
            id_number=party.id_number or "",
        )
        for party in parties
    }


def _typed_person(form: Mapping[str, Any]) -> PersonRow:
    typed = form.get("applicant", {})
    return PersonRow(
        name=typed.get("name", ""),
        address=typed.get("address", ""),
        phone=typed.get("phone", ""),
        email=typed.get("email", ""),
        id_number=typed.get("id_number", ""),
    )


def _papers(session: Session, d: Dossier, spec: ProcedureSpec) -> tuple[PaperRow, ...]:
    names = {paper.code: paper.name for paper in spec.papers}
    handed_in = session.scalars(
        select(DossierPaper)
        .where(DossierPaper.dossier_id == d.id, DossierPaper.handed_in_at == d.received_at)
        .order_by(DossierPaper.line)
    )
    return tuple(_paper(names.get(p.code, p.code), p.kind, p.count) for p in handed_in)


_COUNTED_AS = {
    PaperKind.ORIGINAL: "originals",
    PaperKind.CERTIFIED: "certified",
    PaperKind.COPY: "copies",
    PaperKind.ELECTRONIC: "electronic",
}


def _paper(name: str, kind: str, count: int) -> PaperRow:
    return PaperRow(name, **{_COUNTED_AS[PaperKind(kind)]: count})


def _paper_names(spec: ProcedureSpec, codes: Sequence[str]) -> tuple[str, ...]:
    names = {paper.code: paper.name for paper in spec.papers}
    return tuple(names.get(code, code) for code in codes if code)


@dataclass(frozen=True, slots=True)
class _Link:
    """What the receipt prints of its link; nothing when it was revoked."""

    version: int = 1
    token: str = ""
    check_code: str = ""


def _link(session: Session, dossier_id: int) -> _Link:
    row = session.execute(
        select(StatusLink.version, StatusLink.token, StatusLink.check_code)
        .where(StatusLink.dossier_id == dossier_id, StatusLink.state == "live")
        .order_by(StatusLink.version.desc())
    ).first()
    return _Link(row.version, row.token or "", row.check_code or "") if row else _Link()


def _place(delivery: Delivery, agency: Agency, applicant: PersonRow) -> str:
    match delivery:
        case Delivery.POSTAL:
            return applicant.address
        case Delivery.ELECTRONIC:
            return applicant.email or applicant.phone
        case _:
            return agency.name


def _fees(spec: ProcedureSpec, amount: int) -> tuple[FeeRow, ...]:
    """The fee in one line: which part of the sum each fee of the procedure made is not kept."""
    if not amount:
        return ()
    return (FeeRow(nfc(", ".join(fee.name for fee in spec.fees)), amount),)


def _first_hash(session: Session, dossier_id: int) -> str:
    found = session.scalar(
        select(DossierEvent.hash).where(
            DossierEvent.dossier_id == dossier_id, DossierEvent.version == 1
        )
    )
    return found.hex() if found else ""


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


def _sentences(*texts: str) -> str:
    return ". ".join(text.rstrip(".") for text in texts if text) + ("." if any(texts) else "")
