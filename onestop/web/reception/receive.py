"""Receiving: one POST makes dossier, receipt and link; the green panel; undo within ten minutes."""

from dataclasses import dataclass
from datetime import datetime

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError
from sqlalchemy.orm import Session

from onestop import clock
from onestop.domain.errors import DomainError
from onestop.domain.moves import UNDO_WITHIN
from onestop.domain.office_time import office_date
from onestop.domain.reasons import REASONS
from onestop.domain.rights import Right, Role
from onestop.domain.statuses import Action, Status
from onestop.inputs.reception import Intake
from onestop.issuing import issue_paper
from onestop.queries.catalogue import procedure_by_code
from onestop.queries.paper_rows import handed_in_together
from onestop.queries.reception import ReceiptPage, receipt_page
from onestop.queries.scope import is_visible
from onestop.services.idempotency import KeyInFlight, KeyReused
from onestop.services.intakes import PapersMissing
from onestop.services.papers import RECEIPT, lock_for_printing
from onestop.services.reception import TooLateToUndo, receive_dossier, void_reception
from onestop.web import identity
from onestop.web.asked import number
from onestop.web.data import read, write
from onestop.web.endpoints import endpoint
from onestop.web.flash import Tone, flash
from onestop.web.language import gettext
from onestop.web.messages import message_for
from onestop.web.printing import press, print_again, require_print
from onestop.web.reception.blueprint import bp
from onestop.web.reception.desk import Counter, counter
from onestop.web.reception.form_page import show
from onestop.web.reception.page import procedure_of
from onestop.web.reception.problems import Problems, field_sentence, of_input, of_refusal
from onestop.web.reception.slips import slip_address
from onestop.web.reception.typed import Typed, born_later, filing, new_form
from onestop.web.wording import DONE, reason_words


@dataclass(frozen=True, slots=True)
class Saved:
    """What the POST led to."""

    code: str
    again: bool


@bp.post("/dossiers")
@endpoint(Right.RECEIVE, reads_personal=True)
def receive() -> ResponseReturnValue:
    typed: Typed = request.form.copy()
    typed.pop("scan", "")
    try:
        intake, here = checked_intake(typed)
        # On the spot the receipt is made only when it is asked for.
        wants_receipt = not intake.on_the_spot or "receipt" in typed
        saved = _save(intake, here, wants_receipt)
    except Refused as refused:
        return show(typed, problems=refused.problems, status=422)
    except KeyReused as error:
        return _conflict(error.outcome, typed)
    except PapersMissing as error:
        return show(typed, problems=of_refusal(error), status=422, guide=True)
    except DomainError as error:
        return show(typed, problems=of_refusal(error), status=422)
    printing = 1 if wants_receipt and not saved.again else None
    return redirect(
        url_for(".received", code=saved.code, print=printing, desk=intake.desk),
        303,
    )


@bp.get("/dossiers/<code>/received")
@endpoint(Right.RECEIVE, reads_personal=True)
def received(code: str) -> ResponseReturnValue:
    actor, now = identity.actor(), clock.now()
    with read() as db:
        page = receipt_page(db, actor, code)
        together = handed_in_together(db, page.dossier_id) if page else ()
    if page is None:
        abort(404)
    return render_template(
        "reception/received.html",
        page=page,
        together=len(together),
        print_number=request.args.get("print", type=number),
        may_undo=_may_undo(page, actor.user_id, now - page.received_at <= UNDO_WITHIN),
        undo_until=page.received_at + UNDO_WITHIN,
        undo_reasons=[(reason, reason_words(reason)) for reason in REASONS[Action.VOID]],
        may_print=actor.holds(Role.CLERK, page.agency_id),
        returned=page.status is Status.RETURNED,
        voided=page.status is Status.REJECTED,
        slip=slip_address(code),
    )


@bp.post("/dossiers/<code>/void")
@endpoint(Right.RECEIVE, reads_personal=True)
def void(code: str) -> ResponseReturnValue:
    actor, now = identity.actor(), clock.now()
    reason = request.form.get("reason", "")
    if reason not in REASONS[Action.VOID]:
        abort(422)
    try:
        with write() as db:
            if not is_visible(db, actor, code):
                abort(404)
            void_reception(db, code, reason=reason, note="", actor=actor, at=now)
    except TooLateToUndo as error:
        # The second sending of the same press finds it undone: the page says so.
        if not _is_undone(code):
            flash(message_for(error), Tone.ERROR)
    else:
        flash(gettext(DONE[Action.VOID], code=code))
    return redirect(url_for(".received", code=code), 303)


@bp.post("/dossiers/<code>/reprint")
@endpoint(Right.RECEIVE, reads_personal=True)
def reprint(code: str) -> ResponseReturnValue:
    """Print the receipt again, stamped; a dossier returned on the spot gets its first one."""
    actor, now = identity.actor(), clock.now()
    with write() as db:
        require_print(db, actor, code, RECEIPT)
        lock_for_printing(db, code)
        page = receipt_page(db, actor, code)
        if page is None:
            abort(404)
        if page.receipt_id is None:
            _issue_receipt(db, page.dossier_id, page.agency_id, now, version=page.version)
        else:
            print_again(db, page.receipt_id, actor=actor.user_id, at=now)
    return redirect(url_for(".received", code=code, print=page.prints + 1), 303)


class Refused(Exception):
    """The form cannot be sent on: what is wrong, field by field."""

    def __init__(self, problems: Problems) -> None:
        super().__init__("form refused")
        self.problems = problems


def checked_intake(typed: Typed) -> tuple[Intake, Counter]:
    """Return the input of a reception and the counter it is done at. Raises Refused."""
    now = clock.now()
    with read() as db:
        here = counter(db)
        values, problems = filing_values(db, typed, here)
    values["on_the_spot"] = "on_the_spot" in typed
    try:
        intake = Intake.model_validate(values)
    except ValidationError as error:
        raise Refused({**problems, **of_input(error)}) from None
    for role, person in (("applicant", intake.applicant), ("submitter", intake.submitter)):
        if person and born_later(person.born, office_date(now)):
            problems[f"{role}-born"] = field_sentence("born_later")
    if problems:
        raise Refused(problems)
    return intake, here


def filing_values(db: Session, typed: Typed, here: Counter) -> tuple[dict[str, object], Problems]:
    """Return what both inputs share, the procedure found from its text, and what is unclear."""
    on = office_date(clock.now())
    text = typed.get("procedure", "")
    code, matches = procedure_of(db, text, agency=here.agency.id, on=on)
    problems = {"procedure": field_sentence("procedure_unclear")} if matches else {}
    row = procedure_by_code(db, code, on=on) if code else None
    first = text.split()[0][:35] if text.split() else ""
    return filing(typed, code or first, row.spec if row else None, here.desk_id), problems


def _save(intake: Intake, here: Counter, wants_receipt: bool) -> Saved:
    try:
        return _receive(intake, here, wants_receipt)
    except KeyInFlight:
        # The same form was sent twice at once; the first sending is through by now.
        return _receive(intake, here, wants_receipt)


def _receive(intake: Intake, here: Counter, wants_receipt: bool) -> Saved:
    actor, now = identity.actor(), clock.now()
    with write() as db:
        done = receive_dossier(db, intake, agency_id=here.agency.id, actor=actor, at=now)
        if not done.again and wants_receipt:
            _issue_receipt(db, done.dossier_id, here.agency.id, now, paper_size=here.paper_size)
        return Saved(done.code, done.again)


def _issue_receipt(
    db: Session,
    dossier_id: int,
    agency_id: int,
    at: datetime,
    *,
    version: int = 1,
    paper_size: str = "A5",
) -> None:
    issue_paper(
        db,
        press(),
        RECEIPT,
        dossier_id,
        agency_id=agency_id,
        actor=identity.actor().user_id,
        at=at,
        version=version,
        paper_size=paper_size,
    )


def _is_undone(code: str) -> bool:
    with read() as db:
        page = receipt_page(db, identity.actor(), code)
    return page is not None and page.status is Status.REJECTED


def _conflict(code: str, typed: Typed) -> ResponseReturnValue:
    """Say what was saved under this key; what differs may go on under a key of its own."""
    again = typed.copy()
    again.poplist("csrf_token")
    again["key"] = new_form()["key"]
    fields = list(again.items(multi=True))
    return render_template("reception/conflict.html", code=code, fields=fields), 422


def _may_undo(page: ReceiptPage, user_id: int, in_time: bool) -> bool:
    return in_time and page.received_by == user_id and page.status is Status.RECEIVED
