"""The list of results at the counter: scan or type to find one, see what waits for citizens."""

from collections.abc import Sequence

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from onestop import clock
from onestop.domain.identity_card import BadIdNumber, parse_id_number
from onestop.domain.office_time import office_date
from onestop.domain.rights import Right
from onestop.queries.day_sheets import giving_units
from onestop.queries.returns import (
    ResultRow,
    arrived_results,
    results_by_name,
    results_of_person,
    return_page,
    uncollected_results,
)
from onestop.queries.search import code_of, replaced_slip
from onestop.services.returns import mark_called
from onestop.web import identity
from onestop.web.data import read, write
from onestop.web.endpoints import endpoint
from onestop.web.language import gettext
from onestop.web.reception.blueprint import bp
from onestop.web.reception.day import printing_address
from onestop.web.reception.desk import clerk_agencies
from onestop.web.reception.returns import CARD, page_of, result_address
from onestop.web.reception.scan import Scan, read_scan
from onestop.web.reception.slips import slip_address


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


@bp.post("/return/<code>/called")
@endpoint(Right.RETURN, reads_personal=True)
def called(code: str) -> ResponseReturnValue:
    page = page_of(code)
    with write() as db:
        mark_called(db, page.code, actor=identity.actor(), at=clock.now())
    return redirect(url_for(".returns", tab="waiting"), 303)


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
