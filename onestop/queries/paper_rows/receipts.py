"""The row of a receipt: people, papers, dates, link and proof of one dossier."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from onestop.domain.events import Delivery
from onestop.domain.form_editions import FormKind
from onestop.domain.limits import Limit
from onestop.domain.names import nfc
from onestop.domain.procedures import PaperKind, ProcedureSpec
from onestop.models.agencies import Agency, Desk
from onestop.models.dossiers import Dossier, DossierPaper, StatusLink
from onestop.models.events import DossierEvent
from onestop.queries.anchors import latest_anchor
from onestop.queries.paper_rows.printing import (
    NOBODY,
    Printing,
    dossier_head,
    dossier_of,
    name_of,
    people_of,
    spec_of,
)
from onestop.queries.papers import FeeRow, PaperRow, PersonRow, ReceiptRow
from onestop.queries.receipt_terms import receipt_terms


def receipt_row(session: Session, dossier_id: int, printing: Printing) -> ReceiptRow:
    """What the receipt of a dossier says: as it was at reception, or as it was corrected.

    Raises LookupError for an unknown dossier. Source: docs/rules.md, rules R4, R20.
    """
    d = dossier_of(session, dossier_id)
    spec = spec_of(session, d.procedure_edition_id)
    head = dossier_head(session, d, FormKind.RECEIPT, printing)
    people = people_of(session, dossier_id)
    applicant = people.get("applicant", NOBODY)
    limit = Limit.parse(d.limit)
    link = status_link(session, dossier_id)
    desk = session.get(Desk, d.desk_id) if d.desk_id else None
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
        received_by=name_of(session, d.received_by),
        desk=desk.name if desk else "",
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
        anchor=_latest_anchor(session),
        is_sample=printing.is_sample,
        channel=d.channel,
        papers_in_table=desk is not None and desk.papers_as == "table",
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


@dataclass(frozen=True, slots=True)
class LinkRow:
    """What the receipt prints of its link; nothing when it was revoked."""

    version: int = 1
    token: str = ""
    check_code: str = ""


def status_link(session: Session, dossier_id: int) -> LinkRow:
    """The live link of a dossier with its secrets, for its receipt; an empty one when revoked."""
    row = session.execute(
        select(StatusLink.version, StatusLink.token, StatusLink.check_code)
        .where(StatusLink.dossier_id == dossier_id, StatusLink.state == "live")
        .order_by(StatusLink.version.desc())
    ).first()
    return LinkRow(row.version, row.token or "", row.check_code or "") if row else LinkRow()


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


def _latest_anchor(session: Session) -> str:
    found = latest_anchor(session)
    return found.hash if found else ""


def _first_hash(session: Session, dossier_id: int) -> str:
    found = session.scalar(
        select(DossierEvent.hash).where(
            DossierEvent.dossier_id == dossier_id, DossierEvent.version == 1
        )
    )
    return found.hex() if found else ""
