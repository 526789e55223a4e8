"""Slips that the citizen gets beside the receipt: for a result collected, for a fee paid."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from onestop import clock
from onestop.documents.cash import render_fee_receipt
from onestop.documents.lists import render_result_receipt
from onestop.documents.sheets import PaperSize, Rendered
from onestop.domain.print_rights import REJECTION
from onestop.domain.rights import Actor, Right, Role
from onestop.issuing import PAPER_SIZES, issue_agency_paper
from onestop.queries.dossier_history import recorded_events
from onestop.queries.fees import latest_payment
from onestop.queries.issued_documents import issued_document
from onestop.queries.money_papers import fee_receipt_row, last_return, result_receipt_row
from onestop.queries.paper_rows import Printing, desk_paper
from onestop.queries.reception import receipt_page
from onestop.services.papers import lock_for_printing
from onestop.web import identity
from onestop.web.asked import number
from onestop.web.data import write
from onestop.web.endpoints import endpoint
from onestop.web.flash import Tone, flash
from onestop.web.language import gettext
from onestop.web.printing import press, print_again
from onestop.web.reception.blueprint import bp
from onestop.web.wording import REASONS

RESULT_RECEIPT, FEE_RECEIPT = "result_receipt", "fee_receipt"
SLIPS = (RESULT_RECEIPT, FEE_RECEIPT)
PRINTED = (*SLIPS, REJECTION)
"""What the pages of the counter print at once; a refusal is issued with the result."""


@bp.post("/dossiers/<code>/slips/<kind>")
@endpoint(Right.RECEIVE, reads_personal=True)
def print_slip(code: str, kind: str) -> ResponseReturnValue:
    """Print a slip: the first time it is made, then the stored one again under its stamp."""
    if kind not in SLIPS:
        abort(404)
    actor = identity.actor()
    with write() as db:
        lock_for_printing(db, code)
        print_number = print_or_again(db, actor, code, kind, at=clock.now())
    if print_number is None:
        flash(_nothing(kind), Tone.ERROR)
        return redirect(_back(code, kind), 303)
    return redirect(_back(code, kind, slip=kind, print=print_number), 303)


def print_or_again(
    db: Session, actor: Actor, code: str, kind: str, *, at: datetime, others: Sequence[str] = ()
) -> int | None:
    """Issue a slip, or print the one of the same fact again; return which print it is.

    `others` are the dossiers whose results were collected together with this one.
    None when there is nothing it could say. Stops with 404 for a stranger, and for whoever is no
    clerk of the agency that received the dossier.
    """
    page = receipt_page(db, actor, code)
    if page is None or not actor.holds(Role.CLERK, page.agency_id):
        abort(404)
    version = _fact(db, page.dossier_id, kind)
    if version is None:
        return None
    found = issued_document(db, actor, code, kind)
    if found and not found.is_void and found.dossier_version == version:
        again = print_again(db, found.document_id, actor=actor.user_id, at=at)
        return again.print_number
    paper = PAPER_SIZES.get(desk_paper(db, page.dossier_id), PaperSize.A5)

    def draw(printing: Printing) -> Rendered | None:
        return _drawn(db, page.dossier_id, kind, printing, paper, others)

    issue_agency_paper(
        db,
        press(REASONS),
        kind,
        draw,
        agency_id=page.agency_id,
        actor=actor.user_id,
        at=at,
        dossier_id=page.dossier_id,
        version=version,
    )
    return 1


def slip_address(code: str) -> str | None:
    """Return the address of the slip that a redirect asks the page to print, or None."""
    kind, print_number = request.args.get("slip"), request.args.get("print", type=number)
    if kind not in PRINTED or not print_number:
        return None
    later = print_number if print_number > 1 else None
    return url_for("documents.pdf", code=code, kind=kind, print=later)


def _drawn(
    db: Session,
    dossier_id: int,
    kind: str,
    printing: Printing,
    paper: PaperSize,
    others: Sequence[str],
) -> Rendered | None:
    if kind == FEE_RECEIPT:
        fee = fee_receipt_row(db, dossier_id, printing)
        return None if fee is None else render_fee_receipt(fee, paper=paper)
    result = result_receipt_row(db, dossier_id, printing, others=others)
    return None if result is None else render_result_receipt(result, paper=paper)


def _fact(db: Session, dossier_id: int, kind: str) -> int | None:
    """The version of the event that the slip is about, or None while it has not happened."""
    if kind == FEE_RECEIPT:
        payment = latest_payment(db, dossier_id)
        return payment.version if payment else None
    returned = last_return(recorded_events(db, dossier_id))
    return returned.version if returned else None


def _nothing(kind: str) -> str:
    if kind == FEE_RECEIPT:
        return gettext("Hồ sơ này chưa thu khoản phí, lệ phí nào tại quầy.")
    return gettext("Hồ sơ này chưa trả kết quả nên chưa có giấy biên nhận.")


def _back(code: str, kind: str, **printed: Any) -> str:
    if "return" in request.form or kind == RESULT_RECEIPT:
        return url_for(".return_one", code=code, **printed)
    return url_for(".received", code=code, **printed)
