"""Papers made at the edge: rows read, PDF rendered, bytes issued, all in one transaction."""

from datetime import datetime

from flask import abort, current_app
from sqlalchemy.orm import Session

from onestop.documents.renderers import RENDERERS
from onestop.documents.sheets import PaperSize
from onestop.documents.stamp import stamp_reprint
from onestop.domain.form_editions import form_edition_on
from onestop.domain.office_time import office_date
from onestop.domain.print_rights import PrintNotAllowed
from onestop.domain.rights import Actor
from onestop.inputs.form_editions import form_editions
from onestop.queries import control_slips, paper_rows
from onestop.queries.paper_rows import ZONE, Printing
from onestop.queries.print_rights import print_rights
from onestop.services import papers
from onestop.services.papers import PaperNumber, Reprinted
from onestop.web.demo import is_demo
from onestop.web.messages.reasons import SLIP_REASONS

PAPER_SIZES = {
    "A5": PaperSize.A5,
    "A5_pair": PaperSize.A5_PAIR,
    "A4": PaperSize.A4,
    "80mm": PaperSize.ROLL_80,
}
"""What a desk is set to, as papers are made."""

ROWS = {
    papers.RECEIPT: paper_rows.receipt_row,
    papers.SUPPLEMENT_REQUEST: paper_rows.supplement_row,
    papers.CONTROL_SLIP: control_slips.control_slip_row,
}
NUMBERED = frozenset({papers.RECEIPT, papers.SUPPLEMENT_REQUEST})


def require_print(db: Session, actor: Actor, code: str, kind: str) -> None:
    """Stop with 404 for a stranger; raise PrintNotAllowed when the paper is another's to print."""
    rights = print_rights(db, actor, code)
    if rights is None:
        abort(404)
    if not rights.may_print(kind):
        raise PrintNotAllowed(kind)


def issue_paper(
    db: Session,
    kind: str,
    dossier_id: int,
    *,
    agency_id: int,
    actor: int,
    at: datetime,
    version: int,
    paper_size: str = "A5",
) -> int | None:
    """Make and keep a paper of a dossier; return its row, or None when there is nothing to say."""
    number = papers.next_paper_number(db, agency_id, kind, at=at) if kind in NUMBERED else None
    row = ROWS[kind](db, dossier_id, _printing(at, number))
    if row is None:
        return None
    made = RENDERERS[kind](row, paper=PAPER_SIZES.get(paper_size, PaperSize.A5))
    return papers.issue_document(
        db,
        kind=kind,
        dossier_id=dossier_id,
        agency_id=agency_id,
        content=made.pdf,
        replaced=made.replaced,
        form_edition=_edition(at),
        actor=actor,
        at=at,
        dossier_version=version,
        number=number,
    )


def issue_slip(
    db: Session,
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
    printing = _printing(at, number)
    size = PAPER_SIZES.get(paper_size, PaperSize.A5)
    if refused:
        kind = papers.REJECTION
        made = RENDERERS[kind](paper_rows.rejection_row(db, visit_id, printing), paper=size)
    else:
        kind = papers.SUPPLEMENT_REQUEST
        made = RENDERERS["guidance"](paper_rows.guidance_row(db, visit_id, printing), paper=size)
    return papers.issue_document(
        db,
        kind=kind,
        visit_id=visit_id,
        agency_id=agency_id,
        content=made.pdf,
        replaced=made.replaced,
        form_edition=_edition(at),
        actor=actor,
        at=at,
        number=number,
    )


def print_again(db: Session, document_id: int, *, actor: int, at: datetime) -> Reprinted:
    """Issue the stored paper once more under the stamp "Bản in lần N".

    Raises DocumentNotIssued.
    """

    def stamp(content: bytes, n: int) -> bytes:
        return stamp_reprint(content, n, at, zone=ZONE)

    return papers.reprint(db, document_id, stamp=stamp, actor=actor, at=at)


def _printing(at: datetime, number: PaperNumber | None) -> Printing:
    return Printing(
        at=at,
        forms=form_editions(),
        base_url=str(current_app.config["ONESTOP_BASE_URL"]),
        number=number.number if number else None,
        reasons=SLIP_REASONS,
        is_sample=is_demo(),
    )


def _edition(at: datetime) -> str:
    return form_edition_on(form_editions(), office_date(at)).key
