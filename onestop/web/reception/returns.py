"""One result at the counter: what to give, whom to check, handed over with one key."""

from collections.abc import Sequence

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError
from sqlalchemy.orm import Session

from onestop import clock
from onestop.domain.errors import DomainError
from onestop.domain.events import Delivery
from onestop.domain.names import nfc
from onestop.domain.print_rights import REJECTION
from onestop.domain.reasons import REASONS
from onestop.domain.refilings import REFUSED
from onestop.domain.rights import Right
from onestop.domain.statuses import Action
from onestop.inputs.casework import AcceptResult
from onestop.inputs.people import NAME_LENGTH, clean
from onestop.queries.dossier_history import changes_since
from onestop.queries.paper_places import paper_place
from onestop.queries.returns import (
    ResultRow,
    ReturnPage,
    results_of_person,
    return_page,
    slip_replaced_on,
)
from onestop.queries.search import ReplacedSlip
from onestop.services.casework import accept_result, return_result
from onestop.services.event_log import DossierChanged, DossierNotFound
from onestop.web import identity
from onestop.web.asked import number
from onestop.web.data import read, write
from onestop.web.dossier_history import change_words
from onestop.web.endpoints import endpoint
from onestop.web.flash import Tone, flash
from onestop.web.language import gettext
from onestop.web.messages import message_for
from onestop.web.messages.casework import FIELD_PROBLEMS
from onestop.web.messages.entry import N_
from onestop.web.messages.refused import field_problems
from onestop.web.pile_words import void_slip
from onestop.web.printing import issue_letter
from onestop.web.reception.blueprint import bp
from onestop.web.reception.slips import RESULT_RECEIPT, print_or_again, slip_address
from onestop.web.wording import DONE, reason_words, words

GRANTED = "granted"
OUTCOMES = {
    GRANTED: N_("Có kết quả giải quyết"),
    REFUSED: N_("Văn bản từ chối giải quyết"),
}
SLIP, CARD = "receipt", "identity_card"
CHECKED = {
    SLIP: N_("Giấy hẹn"),
    CARD: N_("Thẻ căn cước"),
    "authorisation": N_("Giấy ủy quyền và thẻ căn cước"),
    "receipt_lost": N_("Mất giấy hẹn: đã đối chiếu thẻ căn cước"),
}
"""What the person showed; kept as words in the note of the return.

Only what was scanned is chosen beforehand: to check is an act.
"""


def result_address(code: str, void: ReplacedSlip | None, *, by_slip: bool) -> str:
    """Where a result is handed over; a receipt that was scanned counts as shown unless void."""
    if void:
        return url_for("reception.return_one", code=code, void_slip=void.version)
    return url_for("reception.return_one", code=code, shown=SLIP if by_slip else None)


@bp.get("/return/<code>")
@endpoint(Right.RETURN, reads_personal=True)
def return_one(code: str) -> ResponseReturnValue:
    return _show(page_of(code))


@bp.post("/return/<code>/accept")
@endpoint(Right.RETURN, reads_personal=True)
def accept(code: str) -> ResponseReturnValue:
    """Take in a result that has come to the desk: from now on it waits for the citizen.

    A refusal is issued with it and printed at once.
    """
    page = page_of(code)
    try:
        typed = _accepted(page)
    except ValidationError as error:
        return _show(page, problems=field_problems(error, FIELD_PROBLEMS), status=422)
    refused = typed.outcome == REFUSED
    try:
        _take_in(code, typed)
    except DossierChanged as error:
        now = page_of(code)
        if not _was_me(error, now.is_ready and now.outcome == typed.outcome):
            return _show(now, changes=_changes(code, typed.version), status=409)
        refused = False
    except DomainError as error:
        flash(message_for(error), Tone.ERROR)
        refused = False
    else:
        flash(gettext(DONE[Action.ACCEPT_RESULT], code=code))
    if "back" in request.form:
        return redirect(url_for(".returns", tab="arrived"), 303)
    void = request.form.get("void_slip", type=number)
    slip, first = (REJECTION, 1) if refused else (None, None)
    page_url = url_for(".return_one", code=code, void_slip=void, slip=slip, print=first)
    return redirect(page_url, 303)


def _accepted(page: ReturnPage) -> AcceptResult:
    """What was typed of a result that came to the desk. Raises ValidationError."""
    sent = {name: request.form.get(name, "") for name in ("reason", "note")}
    version = request.form.get("version", page.version, type=number)
    outcome = request.form.get("outcome", GRANTED)
    return AcceptResult.model_validate({**sent, "outcome": outcome, "version": version})


def _take_in(code: str, typed: AcceptResult) -> None:
    actor, at = identity.actor(), clock.now()
    with write() as db:
        accept_result(
            db,
            code,
            outcome=typed.outcome,
            reason=typed.reason,
            note=typed.note,
            actor=actor,
            at=at,
            expected_version=typed.version,
        )
        if typed.outcome == REFUSED:
            issue_letter(db, Action.ACCEPT_RESULT, code, actor=actor.user_id, at=at)


@bp.post("/return/<code>")
@endpoint(Right.RETURN, reads_personal=True)
def give(code: str) -> ResponseReturnValue:
    """Hand over this result, and the person's others that were ticked, in one transaction."""
    page = page_of(code)
    taker = nfc(str(clean(request.form.get("taker", ""))))
    checked = request.form.get("checked", "")
    problems = _problems(taker, checked, _void_slip(page))
    if problems:
        return _show(page, problems=problems, status=422)
    others = [one for one in request.form.getlist("also") if one != code][:20]
    at, actor = clock.now(), identity.actor()
    try:
        with write() as db:
            offered = {row.code for row in _offered(db, page)}
            for one in (code, *others):
                found = return_page(db, actor, one)
                if found is None or one not in {code, *offered}:
                    raise DossierNotFound(one)
                return_result(
                    db,
                    one,
                    taker=taker,
                    delivery=Delivery(request.form.get("delivery", Delivery.DESK)),
                    actor=actor,
                    at=at,
                    receipt_lost=checked == "receipt_lost",
                    collected=found.owed,
                    note=_note(checked),
                    expected_version=_shown_version(page, one),
                )
            print_or_again(db, actor, code, RESULT_RECEIPT, at=at, others=others)
    except DossierChanged as error:
        if _was_me(error, page_of(code).returned_at is not None):
            return redirect(url_for(".returns", given=code), 303)
        changes = _changes(error.code, _shown_version(page, error.code))
        return _show(page_of(code), changes=changes, status=409)
    except (DomainError, ValueError) as error:
        sentence = message_for(error) if isinstance(error, DomainError) else ""
        return _show(
            page_of(code), problems={"": sentence or gettext("Chưa trả được.")}, status=409
        )
    flash(gettext("Đã trả kết quả: %(codes)s.", codes=", ".join((code, *others))))
    return redirect(url_for(".returns", given=code, slip=RESULT_RECEIPT, print=1), 303)


def page_of(code: str) -> ReturnPage:
    """Return what the desk has of a dossier; stops with 404 where it is not theirs."""
    with read() as db:
        page = return_page(db, identity.actor(), code)
    if page is None:
        abort(404)
    return page


def _was_me(error: DossierChanged, is_done: bool) -> bool:
    """Whether the same person had done this very thing: a double click, or an answer that was lost.

    Source: docs/rules.md, rule R19.
    """
    if error.by != identity.actor().user_id or not is_done:
        return False
    flash(gettext("Việc này đã được ghi nhận, không cần gửi lại."), Tone.INFO)
    return True


def _changes(code: str, version: int) -> list[str]:
    with read() as db:
        return change_words(changes_since(db, code, version))


def _show(
    page: ReturnPage,
    *,
    problems: dict[str, str] | None = None,
    changes: Sequence[str] = (),
    status: int = 200,
) -> ResponseReturnValue:
    with read() as db:
        others = _offered(db, page)
        paper = paper_place(db, page.dossier_id)
    away = paper is not None and (paper.agency_id != page.agency_id or paper.pile_id is not None)
    void, shown = _void_slip(page), request.args.get("shown", "")
    html = render_template(
        "reception/return_one.html",
        page=page,
        paper=paper if away else None,
        others=others,
        void_slip=void,
        shown="" if void and shown == SLIP else shown,
        void_version=request.values.get("void_slip", type=number),
        problems=problems or {},
        problem=bool(problems or changes),
        changes=changes,
        outcomes=[(code, gettext(text)) for code, text in OUTCOMES.items()],
        reasons=[(code, reason_words(code)) for code in REASONS[Action.ACCEPT_RESULT]],
        checks=[(one, gettext(text)) for one, text in CHECKED.items() if not void or one != SLIP],
        printing=slip_address(page.code),
        typed=request.form,
        words=words,
    )
    return html, status


def _offered(db: Session, page: ReturnPage) -> list[ResultRow]:
    """The other results of the person that lie at the desk, to be handed over together."""
    number = page.applicant.id_number
    rows = results_of_person(db, identity.actor(), id_number=number, but=page.code)
    return [row for row in rows if row.finished_at]


def _shown_version(page: ReturnPage, code: str) -> int:
    """The version at which the page showed a result; one that it did not show fits none."""
    if code == page.code:
        return request.form.get("version", page.version, type=number)
    return request.form.get(f"version-{code}", 0, type=number)


def _void_slip(page: ReturnPage) -> str:
    """What is to be said of the receipt that led here when another took its place, else ""."""
    version = request.values.get("void_slip", type=number)
    if version is None:
        return ""
    with read() as db:
        return void_slip(slip_replaced_on(db, page.dossier_id, version))


def _problems(taker: str, checked: str, void: str) -> dict[str, str]:
    problems = {}
    if not taker:
        problems["taker"] = gettext("Hãy ghi họ tên người nhận kết quả.")
    elif len(taker) > NAME_LENGTH:
        problems["taker"] = gettext("Họ tên dài quá. Hãy viết ngắn lại.")
    if checked == SLIP and void:
        problems["checked"] = gettext("%(void)s Hãy kiểm tra giấy tờ khác.", void=void)
    elif checked not in CHECKED:
        problems["checked"] = gettext("Hãy chọn giấy tờ đã kiểm tra.")
    return problems


def _note(checked: str) -> str:
    """What was shown, in Vietnamese whatever the screen's language: it is read years later."""
    return CHECKED[checked]
