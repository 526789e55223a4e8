"""One receipt for the dossiers that one person handed in together."""

from flask import abort, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from onestop import clock
from onestop.domain.rights import Right
from onestop.issuing import issue_bulk_receipt
from onestop.queries.issued_documents import IssuedRow, issued_document
from onestop.queries.paper_rows import handed_in_together, members_of
from onestop.queries.reception import receipt_page
from onestop.services.papers import BULK_RECEIPT, lock_for_printing
from onestop.web import identity
from onestop.web.data import write
from onestop.web.endpoints import endpoint
from onestop.web.printing import press, print_again, require_print
from onestop.web.reception.blueprint import bp


@bp.post("/dossiers/<code>/receipt-together")
@endpoint(Right.RECEIVE, reads_personal=True)
def print_together(code: str) -> ResponseReturnValue:
    """Print the receipt of all of them: the one there is under a stamp while it says it all."""
    actor, now = identity.actor(), clock.now()
    print_number = None
    with write() as db:
        require_print(db, actor, code, BULK_RECEIPT)
        lock_for_printing(db, code)
        page = receipt_page(db, actor, code)
        if page is None:
            abort(404)
        dossiers = handed_in_together(db, page.dossier_id)
        if len(dossiers) < 2:
            abort(404)
        found = issued_document(db, actor, code, BULK_RECEIPT)
        if found and _says_it_all(db, found, dossiers):
            again = print_again(db, found.document_id, actor=actor.user_id, at=now)
            print_number = again.print_number
        else:
            issue_bulk_receipt(
                db, press(), dossiers, agency_id=page.agency_id, actor=actor.user_id, at=now
            )
    url = url_for("documents.pdf", code=code, kind=BULK_RECEIPT, print=print_number)
    return redirect(url, 303)


def _says_it_all(db: Session, found: IssuedRow, dossiers: tuple[int, ...]) -> bool:
    return members_of(db, found.document_id) == frozenset(dossiers)
