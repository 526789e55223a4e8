"""The row of a receipt for several dossiers, and which dossiers one person handed in together."""

from collections.abc import Sequence

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from onestop.domain.events import ReceptionVoided
from onestop.domain.form_editions import FormKind
from onestop.models.agencies import Desk
from onestop.models.documents import IssuedDocument
from onestop.models.dossiers import Dossier, Party
from onestop.queries.paper_rows.printing import (
    NOBODY,
    Printing,
    dossier_head,
    dossier_of,
    name_of,
    people_of,
    spec_of,
)
from onestop.queries.paper_rows.receipts import status_link
from onestop.queries.papers import BulkEntryRow, BulkReceiptRow

MOST = 60
"""Dossiers on one receipt: what a counter takes from one person in a morning."""


def handed_in_together(session: Session, dossier_id: int) -> tuple[int, ...]:
    """Dossiers that the same person handed in at the same agency on the same day, by number.

    The person is the submitter, or the applicant where nobody else came; known by the ID number,
    without one by telephone and name. Voided receptions are left out; the dossier itself is in.
    """
    d = dossier_of(session, dossier_id)
    person = _who_came(session, dossier_id)
    if person is None:
        return ()
    same = Party.id_number_hash == person.id_number_hash
    if person.id_number_hash is None:
        if person.phone_hash is None:
            return (dossier_id,)
        same = and_(Party.phone_hash == person.phone_hash, Party.name_folded == person.name_folded)
    other = aliased(Party)
    somebody_else = exists().where(other.dossier_id == Dossier.id, other.role == "submitter")
    return tuple(
        session.scalars(
            select(Dossier.id)
            .join(Party, Party.dossier_id == Dossier.id)
            .where(
                Dossier.receiving_agency_id == d.receiving_agency_id,
                Dossier.number_day == d.number_day,
                or_(Dossier.outcome.is_(None), Dossier.outcome != ReceptionVoided.TYPE),
                or_(Party.role == "submitter", ~somebody_else),
                same,
            )
            .order_by(Dossier.number)
            .limit(MOST)
        )
    )


def bulk_receipt_row(
    session: Session, dossier_ids: Sequence[int], printing: Printing
) -> BulkReceiptRow:
    """What one receipt says of all these dossiers of one submitter, in their order."""
    first = dossier_of(session, dossier_ids[0])
    head = dossier_head(session, first, FormKind.RECEIPT, printing)
    people = people_of(session, first.id)
    desk = session.scalar(select(Desk.name).where(Desk.id == first.desk_id))
    return BulkReceiptRow(
        form=head.form,
        letterhead=head.letterhead,
        reception_unit=head.agency.name,
        submitter=people.get("submitter") or people.get("applicant", NOBODY),
        entries=tuple(_entry(session, dossier_id, printing) for dossier_id in dossier_ids),
        received_by=name_of(session, first.received_by),
        desk=desk or "",
        desk_phone=head.agency.phone,
        is_sample=printing.is_sample,
    )


def members_of(session: Session, document_id: int) -> frozenset[int]:
    """The dossiers for which a receipt was issued together: one row each with the same bytes.

    None of them once it is void for one: the paper in hand says something wrong.
    """
    first = session.get_one(IssuedDocument, document_id)
    rows = session.execute(
        select(IssuedDocument.dossier_id, IssuedDocument.voided_at).where(
            IssuedDocument.kind == first.kind,
            IssuedDocument.sha256 == first.sha256,
            IssuedDocument.reprint_of.is_(None),
        )
    ).all()
    if any(row.voided_at is not None for row in rows):
        return frozenset()
    return frozenset(row.dossier_id for row in rows if row.dossier_id is not None)


def _who_came(session: Session, dossier_id: int) -> Party | None:
    # "submitter" sorts behind "applicant": who came, where somebody else did.
    return session.scalars(
        select(Party).where(Party.dossier_id == dossier_id).order_by(Party.role.desc()).limit(1)
    ).first()


def _entry(session: Session, dossier_id: int, printing: Printing) -> BulkEntryRow:
    d = dossier_of(session, dossier_id)
    link = status_link(session, dossier_id)
    return BulkEntryRow(
        code=d.code,
        request=spec_of(session, d.procedure_edition_id).name,
        applicant_name=people_of(session, dossier_id).get("applicant", NOBODY).name,
        received_at=d.received_at,
        due_at=d.last_due_at,
        link=f"{printing.base_url}/s/{link.token}" if link.token else printing.base_url,
        check_code=link.check_code,
    )
