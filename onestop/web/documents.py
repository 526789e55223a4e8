"""The papers of a dossier: the issued bytes shown, printed again, a control slip made anew."""

from flask import Blueprint, Response, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from onestop import clock
from onestop.domain.print_rights import PrintNotAllowed
from onestop.domain.rights import Right
from onestop.issuing import LETTERS, issue_paper
from onestop.queries.control_slips import slip_version
from onestop.queries.issued_documents import IssuedRow, issued_document
from onestop.queries.paper_rows import supplement_asked_at, told_version
from onestop.queries.print_rights import print_rights
from onestop.queries.reception import ReceiptPage, receipt_page
from onestop.services import papers
from onestop.web import identity
from onestop.web.asked import number
from onestop.web.data import read, write
from onestop.web.endpoints import endpoint
from onestop.web.pdf_pages import shown_pdf
from onestop.web.printing import press, print_again, require_print

KINDS = frozenset(
    {
        papers.RECEIPT,
        papers.SUPPLEMENT_REQUEST,
        papers.APOLOGY,
        papers.STOP_NOTICE,
        papers.REJECTION,
        papers.CONTROL_SLIP,
    }
)

bp = Blueprint("documents", __name__, url_prefix="/dossiers/<code>/documents")


@bp.get("/<kind>.pdf")
@endpoint(Right.SEE_DOSSIER, reads_personal=True)
def pdf(code: str, kind: str) -> ResponseReturnValue:
    print_number = request.args.get("print", type=number)
    issue = request.args.get("issue", type=number)
    with read() as db:
        rights = print_rights(db, identity.actor(), code)
        if rights is None:
            abort(404)
        if not rights.may_open(kind):
            raise PrintNotAllowed(kind)
        found = issued_document(
            db, identity.actor(), code, kind, print_number=print_number, issue=issue
        )
    return pdf_response(found, f"{code}-{kind}.pdf")


@bp.post("/<kind>")
@endpoint(Right.SEE_DOSSIER, reads_personal=True)
def print_one(code: str, kind: str) -> ResponseReturnValue:
    """Print a paper: make it, or stamp the one that was issued, and show it."""
    if kind not in KINDS:
        abort(404)
    actor, now = identity.actor(), clock.now()
    with write() as db:
        require_print(db, actor, code, kind)
        papers.lock_for_printing(db, code)
        page = receipt_page(db, actor, code)
        if page is None:
            abort(404)
        found = issued_document(db, actor, code, kind)
        print_number = None
        if found and _is_current(db, found, page):
            again = print_again(db, found.document_id, actor=actor.user_id, at=now)
            print_number = again.print_number
        else:
            made = issue_paper(
                db,
                press(),
                kind,
                page.dossier_id,
                agency_id=page.agency_id,
                actor=actor.user_id,
                at=now,
                version=page.version,
            )
            if made is None:
                abort(404)
    return redirect(url_for(".pdf", code=code, kind=kind, print=print_number), 303)


def _is_current(db: Session, found: IssuedRow, page: ReceiptPage) -> bool:
    """Whether the paper still says how things stand; else it is made anew, not printed again."""
    if found.kind == papers.CONTROL_SLIP:
        return (found.dossier_version or 0) >= slip_version(db, page.dossier_id)
    if found.is_void:
        return False
    if found.kind in LETTERS:
        return (found.dossier_version or 0) >= told_version(db, page.dossier_id, found.kind)
    if found.kind == papers.SUPPLEMENT_REQUEST:
        asked_at = supplement_asked_at(db, page.dossier_id)
        return asked_at is None or asked_at <= found.issued_at
    return True


def pdf_response(found: IssuedRow | None, name: str) -> Response:
    """Return the bytes of an issued paper as a page of its own; 404 when there are none."""
    if found is None or found.content is None:
        abort(404)
    return shown_pdf(found.content, name)
