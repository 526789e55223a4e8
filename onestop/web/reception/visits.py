"""Visits that end with a slip: papers to complete, or a refusal; and the slip that comes back."""

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from onestop import clock
from onestop.domain.errors import DomainError
from onestop.domain.office_time import office_date
from onestop.domain.rights import Right
from onestop.inputs.reception import Guidance
from onestop.issuing import issue_slip
from onestop.queries.catalogue import procedure_by_code
from onestop.queries.issued_documents import slip_of_visit
from onestop.queries.reception import VisitPage, visit_page
from onestop.services.idempotency import KeyInFlight, KeyReused
from onestop.services.papers import PaperNumber
from onestop.services.visits import guide, visit_by_token
from onestop.web import identity
from onestop.web.data import read, write
from onestop.web.documents import pdf_response
from onestop.web.endpoints import endpoint
from onestop.web.language import gettext
from onestop.web.printing import press
from onestop.web.reception.blueprint import bp
from onestop.web.reception.desk import Counter, clerk_agencies, counter
from onestop.web.reception.form_page import show
from onestop.web.reception.problems import of_input, of_refusal
from onestop.web.reception.receive import Refused, filing_values
from onestop.web.reception.typed import Typed, from_visit, new_form


@bp.post("/visits")
@endpoint(Right.RECEIVE, reads_personal=True)
def end_visit() -> ResponseReturnValue:
    """Print a slip instead of receiving: nothing gets a dossier number."""
    typed: Typed = request.form.copy()
    typed.pop("scan", "")
    try:
        guidance, here = _checked(typed)
        visit_id = _save(guidance, here)
    except Refused as refused:
        return show(typed, problems=refused.problems, status=422, guide=True)
    except KeyReused:
        # The form became another visit before; under a new key it is one of its own.
        typed["key"] = new_form()["key"]
        return show(typed, problems={"": gettext("Phiếu cho biểu mẫu này đã in.")}, status=422)
    except DomainError as error:
        return show(typed, problems=of_refusal(error), status=422, guide=True)
    return redirect(url_for(".visit_done", visit_id=visit_id, print=1), 303)


@bp.get("/visits/<int(max=2147483647):visit_id>/done")
@endpoint(Right.RECEIVE, reads_personal=True, subject="visit:{visit_id}")
def visit_done(visit_id: int) -> ResponseReturnValue:
    return render_template(
        "reception/visit.html", visit=_visit(visit_id), printing="print" in request.args
    )


@bp.get("/visits/<int(max=2147483647):visit_id>/slip.pdf")
@endpoint(Right.RECEIVE, reads_personal=True, subject="visit:{visit_id}")
def slip(visit_id: int) -> ResponseReturnValue:
    visit = _visit(visit_id)
    with read() as db:
        found = slip_of_visit(db, visit.visit_id)
    return pdf_response(found, f"slip-{visit.number:04}-{visit.year}.pdf")


@bp.get("/visits/<token>")
@endpoint(Right.RECEIVE, reads_personal=True)
def reopen(token: str) -> ResponseReturnValue:
    """Open the form as the visit left it; the slip's QR leads here."""
    with read() as db:
        here = counter(db)
        kept = visit_by_token(db, token, agency_id=here.agency.id, at=clock.now())
    if kept.form is None:
        abort(404)
    typed = from_visit(kept.form)
    typed["visit"] = token.upper()
    return show(typed, said=gettext("Đã mở lại nội dung của phiếu hướng dẫn."), focus="papers")


def _checked(typed: Typed) -> tuple[Guidance, Counter]:
    with read() as db:
        here = counter(db)
        values, problems = filing_values(db, typed, here)
        row = procedure_by_code(db, str(values["procedure"]), on=office_date(clock.now()))
    required = row.spec.required_papers if row else ()
    refused = typed.get("outcome") == "refused"
    values |= {
        "refused": refused,
        "reason": typed.get("refusal_reason" if refused else "guidance_reason", ""),
        "missing": [p.code for p in required if p.code not in typed.getlist("paper")],
    }
    try:
        guidance = Guidance.model_validate(values)
    except ValidationError as error:
        raise Refused({**problems, **of_input(error)}) from None
    if problems:
        raise Refused(problems)
    return guidance, here


def _save(guidance: Guidance, here: Counter) -> int:
    try:
        return _keep(guidance, here)
    except KeyInFlight:
        # The same form was sent twice at once; the first sending is through by now.
        return _keep(guidance, here)


def _keep(guidance: Guidance, here: Counter) -> int:
    actor, now = identity.actor(), clock.now()
    with write() as db:
        kept = guide(db, guidance, agency_id=here.agency.id, actor=actor, at=now)
        page = visit_page(db, kept.visit_id, agency_id=here.agency.id)
        if page is None:
            abort(404)
        if page.slip_id is None:
            issue_slip(
                db,
                press(),
                kept.visit_id,
                refused=page.refused,
                number=PaperNumber(page.number, page.year),
                agency_id=here.agency.id,
                actor=actor.user_id,
                at=now,
                paper_size=here.paper_size,
            )
    return kept.visit_id


def _visit(visit_id: int) -> VisitPage:
    with read() as db:
        held = clerk_agencies(identity.actor())
        pages = (visit_page(db, visit_id, agency_id=agency_id) for agency_id in held)
        found = next(filter(None, pages), None)
    return found or abort(404)
