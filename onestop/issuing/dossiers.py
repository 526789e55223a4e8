"""Papers of one dossier and of one visit: rows read, PDF drawn, bytes kept."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from onestop.documents.renderers import RENDERERS
from onestop.documents.sheets import PaperSize
from onestop.domain import print_rights
from onestop.issuing.press import PAPER_SIZES, Press, edition_on
from onestop.queries import control_slips, paper_rows
from onestop.queries.paper_rows import Printing
from onestop.services import papers
from onestop.services.papers import PaperNumber

ROWS: Final[Mapping[str, Callable[[Session, int, Printing], Any]]] = {
    papers.RECEIPT: paper_rows.receipt_row,
    papers.SUPPLEMENT_REQUEST: paper_rows.supplement_row,
    papers.APOLOGY: paper_rows.apology_row,
    papers.STOP_NOTICE: paper_rows.stop_notice_row,
    papers.REJECTION: paper_rows.refused_row,
    papers.CONTROL_SLIP: control_slips.control_slip_row,
}
"""Kind of paper -> the row of it, from the tables; None when there is nothing to say."""
LETTERS: Final = print_rights.LETTERS
"""Issued with the decision they tell, under the head of the agency whose paper it is."""
NUMBERED: Final = LETTERS | {papers.RECEIPT, papers.SUPPLEMENT_REQUEST}


def issue_paper(
    session: Session,
    press: Press,
    kind: str,
    dossier_id: int,
    *,
    agency_id: int,
    actor: int,
    at: datetime,
    version: int,
    paper_size: str = "",
) -> int | None:
    """Make and keep a paper of a dossier; return its row, or None when there is nothing to say.

    Without `paper_size` it is made for the desk that received the dossier.
    Source: docs/rules.md, rule R21.
    """
    if kind in LETTERS:
        fact = paper_rows.letter_fact(session, dossier_id, kind)
        if fact is None:
            return None
        agency_id = fact.agency_id
    numbered = kind in NUMBERED
    number = papers.next_paper_number(session, agency_id, kind, at=at) if numbered else None
    row = ROWS[kind](session, dossier_id, press.printing(at, number))
    if row is None:
        return None
    size = paper_size or paper_rows.desk_paper(session, dossier_id)
    made = RENDERERS[kind](row, paper=_size_of(kind, size))
    return papers.issue_document(
        session,
        kind=kind,
        dossier_id=dossier_id,
        agency_id=agency_id,
        content=made.pdf,
        replaced=made.replaced,
        form_edition=row.form.edition or edition_on(at),
        actor=actor,
        at=at,
        dossier_version=version,
        number=number,
    )


def issue_bulk_receipt(
    session: Session,
    press: Press,
    dossier_ids: Sequence[int],
    *,
    agency_id: int,
    actor: int,
    at: datetime,
) -> int:
    """Make one receipt for dossiers handed in together; return the row of the first of them.

    Every dossier has a row with the same bytes, the first one the number; receipts for several
    that any of them had before are void. Source: docs/rules.md, rule R21.
    """
    kind = papers.BULK_RECEIPT
    number = papers.next_paper_number(session, agency_id, kind, at=at)
    row = paper_rows.bulk_receipt_row(session, dossier_ids, press.printing(at, number))
    size = paper_rows.desk_paper(session, dossier_ids[0])
    made = RENDERERS[kind](row, paper=_size_of(kind, size))
    issued = []
    for n, dossier_id in enumerate(dossier_ids):
        papers.void_kind(session, dossier_id, kind, at=at)
        document = papers.issue_document(
            session,
            kind=kind,
            dossier_id=dossier_id,
            agency_id=agency_id,
            content=made.pdf,
            replaced=made.replaced,
            form_edition=row.form.edition,
            actor=actor,
            at=at,
            number=None if n else number,
        )
        issued.append(document)
    return issued[0]


def issue_slip(
    session: Session,
    press: Press,
    visit_id: int,
    *,
    refused: bool,
    number: PaperNumber,
    agency_id: int,
    actor: int,
    at: datetime,
    paper_size: str = "A5",
) -> int:
    """Make and keep the slip of a visit, under the number the visit got; return its row."""
    printing = press.printing(at, number)
    size = PAPER_SIZES.get(paper_size, PaperSize.A5)
    kind, made = papers.SUPPLEMENT_REQUEST, RENDERERS["guidance"]
    row: Any = paper_rows.guidance_row
    if refused:
        kind, made, row = papers.REJECTION, RENDERERS["rejection"], paper_rows.rejection_row
    rendered = made(row(session, visit_id, printing), paper=size)
    return papers.issue_document(
        session,
        kind=kind,
        visit_id=visit_id,
        agency_id=agency_id,
        content=rendered.pdf,
        replaced=rendered.replaced,
        form_edition=edition_on(at),
        actor=actor,
        at=at,
        number=number,
    )


def _size_of(kind: str, size: str) -> PaperSize:
    # A letter carries a signature and a seal: no roll is wide enough for them.
    if kind in LETTERS and size == "80mm":
        return PaperSize.A5
    return PAPER_SIZES.get(size, PaperSize.A5)
