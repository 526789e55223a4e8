"""The return counter: scan, see what to give and whom to check, hand it over with one key."""

from collections.abc import Sequence

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError
from sqlalchemy.orm import Session

from onestop import clock
from onestop.domain.errors import DomainError
from onestop.domain.events import Delivery
from onestop.domain.identity_card import BadIdNumber, parse_id_number
from onestop.domain.names import nfc
from onestop.domain.office_time import office_date
from onestop.domain.print_rights import REJECTION
from onestop.domain.reasons import REASONS
from onestop.domain.refilings import REFUSED
from onestop.domain.rights import Right
from onestop.domain.statuses import Action
from onestop.inputs.casework import AcceptResult
from onestop.inputs.people import NAME_LENGTH, clean
from onestop.queries.day_sheets import giving_units
from onestop.queries.dossier_history import changes_since
from onestop.queries.paper_places import paper_place
from onestop.queries.returns import (
    ResultRow,
    ReturnPage,
    arrived_results,
    results_by_name,
    results_of_person,
    return_page,
    slip_replaced_on,
    uncollected_results,
)
from onestop.queries.search import ReplacedSlip, code_of, replaced_slip
from onestop.services.casework import accept_result, return_result
from onestop.services.event_log import DossierChanged, DossierNotFound
from onestop.services.returns import mark_called
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
from onestop.web.reception.day import printing_address
from onestop.web.reception.desk import clerk_agencies
from onestop.web.reception.scan import Scan, read_scan
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


@bp.get("/return")
@endpoint(Right.RETURN, reads_personal=True)
def returns() -> ResponseReturnValue:
    return _list_page()


@bp.post("/return/find")
@endpoint(Right.RETURN, reads_personal=True)
def find() -> ResponseReturnValue:
    """A receipt, a card, a code or a name in the scan box; one hit opens at once."""
    text = request.form.get("scan", "")
    scanned = read_scan(text, today=office_date(clock.now()))
    actor = identity.actor()
    void, by_slip = None, scanned.token is not None
    with read() as db:
        if scanned.token is not None:
            void = replaced_slip(db, scanned.token.sha256)
            scanned = Scan(code=code_of(db, actor, token=scanned.token) or "", garbled=True)
        if scanned.code and return_page(db, actor, scanned.code):
            return redirect(result_address(scanned.code, void, by_slip=by_slip), 303)
        number = scanned.card.number if scanned.card else _number(scanned.words)
        if number:
            found = results_of_person(db, actor, id_number=number)
        else:
            found = results_by_name(db, actor, scanned.words)
    if len(found) == 1 and number:
        shown = CARD if scanned.card else None
        return redirect(url_for(".return_one", code=found[0].code, shown=shown), 303)
    return _list_page(found=found, problem=None if found else _nothing(scanned))


def result_address(code: str, void: ReplacedSlip | None, *, by_slip: bool) -> str:
    """Where a result is handed over; a receipt that was scanned counts as shown unless void."""
    if void:
        return url_for("reception.return_one", code=code, void_slip=void.version)
    return url_for("reception.return_one", code=code, shown=SLIP if by_slip else None)


@bp.get("/return/<code>")
@endpoint(Right.RETURN, reads_personal=True)
def return_one(code: str) -> ResponseReturnValue:
    return _show(_page(code))


@bp.post("/return/<code>/accept")
@endpoint(Right.RETURN, reads_personal=True)
def accept(code: str) -> ResponseReturnValue:
    """Take in a result that has come to the desk: from now on it waits for the citizen.

    A refusal is issued with it and printed at once.
    """
    page = _page(code)
    try:
        typed = _accepted(page)
    except ValidationError as error:
        return _show(page, problems=field_problems(error, FIELD_PROBLEMS), status=422)
    refused = typed.outcome == REFUSED
    try:
        _take_in(code, typed)
    except DossierChanged as error:
        if not _was_me(error, _page(code).is_ready):
            return _show(_page(code), changes=_changes(code, typed.version), status=409)
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
    page = _page(code)
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
        if _was_me(error, _page(code).returned_at is not None):
            return redirect(url_for(".returns", given=code), 303)
        changes = _changes(error.code, _shown_version(page, error.code))
        return _show(_page(code), changes=changes, status=409)
    except (DomainError, ValueError) as error:
        sentence = message_for(error) if isinstance(error, DomainError) else ""
        return _show(_page(code), problems={"": sentence or gettext("Chưa trả được.")}, status=409)
    flash(gettext("Đã trả kết quả: %(codes)s.", codes=", ".join((code, *others))))
    return redirect(url_for(".returns", given=code, slip=RESULT_RECEIPT, print=1), 303)


@bp.post("/return/<code>/called")
@endpoint(Right.RETURN, reads_personal=True)
def called(code: str) -> ResponseReturnValue:
    page = _page(code)
    with write() as db:
        mark_called(db, page.code, actor=identity.actor(), at=clock.now())
    return redirect(url_for(".returns", tab="waiting"), 303)


def _page(code: str) -> ReturnPage:
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


def _list_page(
    found: Sequence[ResultRow] | None = None, problem: str | None = None
) -> ResponseReturnValue:
    actor, now = identity.actor(), clock.now()
    with read() as db:
        arrived = arrived_results(db, actor)
        waiting = uncollected_results(db, actor)
        units = [(desk, unit) for desk in clerk_agencies(actor) for unit in giving_units(db, desk)]
        given = return_page(db, actor, request.args.get("given", ""))
    html = render_template(
        "reception/returns.html",
        arrived=arrived,
        waiting=[(row, _days(row, now.timestamp())) for row in waiting],
        found=found,
        problems={"scan": problem} if problem else {},
        problem=bool(problem),
        tab=request.args.get("tab", "waiting"),
        units=units,
        given=given,
        printing=slip_address(given.code) if given else printing_address(),
    )
    return html, 422 if problem else 200


def _days(row: ResultRow, now: float) -> int:
    return int((now - row.finished_at.timestamp()) // 86_400) if row.finished_at else 0


def _number(text: str) -> str:
    try:
        return parse_id_number(text)
    except BadIdNumber:
        return ""


def _nothing(scanned: Scan) -> str:
    if scanned.garbled and not scanned.code:
        return gettext("Không đọc được mã. Hãy tắt bộ gõ tiếng Việt rồi quét lại.")
    return gettext(
        "Không tìm thấy hồ sơ nào chưa trả ở quầy này. Hãy kiểm tra mã trên giấy hẹn,"
        " hoặc gõ số căn cước, họ tên."
    )


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
