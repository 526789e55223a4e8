"""Putting a reception right: the form, what a new route would lead to, and the new receipt."""

from datetime import datetime

from flask import Blueprint, abort, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from onestop import clock
from onestop.domain.errors import DomainError
from onestop.domain.moves import MoveNotAllowed, takes_right
from onestop.domain.office_time import office_date
from onestop.domain.statuses import Action
from onestop.inputs.corrections import Correction
from onestop.queries.catalogue import find_procedures
from onestop.queries.corrections import CorrectionPage, correction_page
from onestop.queries.dossier_history import changes_since
from onestop.queries.print_rights import print_rights
from onestop.services.corrections import RightRoute, correct, foresee
from onestop.services.event_log import DossierChanged
from onestop.web.correction_page import (
    Preview,
    Refused,
    as_received,
    checked,
    chosen_of,
    is_other_procedure,
    people_of,
    preview_of,
    reasons,
    received_on,
    route_of,
)
from onestop.web.data import read, write
from onestop.web.dossier_history import change_words
from onestop.web.endpoints import endpoint
from onestop.web.explanations import limit_words
from onestop.web.flash import flash
from onestop.web.identity import actor
from onestop.web.language import gettext
from onestop.web.messages import entry_for
from onestop.web.reception.page import Chosen, either
from onestop.web.reception.problems import Problems, of_refusal
from onestop.web.reception.typed import Typed
from onestop.web.wording import reason_words

bp = Blueprint("corrections", __name__, url_prefix="/dossiers/<code>/correction")

RIGHT = takes_right(Action.CORRECT)
SAVE = "save"


@bp.get("")
@endpoint(RIGHT, reads_personal=True)
def show_correction(code: str) -> ResponseReturnValue:
    with read() as db:
        page = _page(db, code, clock.now())
        return _shown(db, page, as_received(page))


@bp.post("")
@endpoint(RIGHT, reads_personal=True)
def save_correction(code: str) -> ResponseReturnValue:
    """Save what was typed; a new route is shown with its dates first, and saved once that was."""
    typed: Typed = request.form.copy()
    now = clock.now()
    wants_save = typed.pop("do", "") == SAVE
    with read() as db:
        page = _page(db, code, now)
        chosen, problems = chosen_of(db, page, typed)
        if problems or not wants_save:
            return _asked_again(db, page, typed, chosen, problems, now)
        try:
            correction = checked(page, typed, chosen, office_date(now))
            route = _right_route(page, correction)
            preview = _preview(db, page, chosen, correction.reason, route, now)
        except Refused as refused:
            return _shown(db, page, typed, chosen, problems=refused.problems, status=422)
        except DomainError as error:
            return _refused(db, page, typed, chosen, error)
        if preview is not None and typed.get("seen", "") != preview.seen:
            return _shown(db, page, typed, chosen, preview=preview)
    try:
        _save(code, correction, route, now)
    except DossierChanged:
        return _changed(code, typed, correction, now)
    except DomainError as error:
        with read() as db:
            return _refused(db, _page(db, code, now), typed, chosen, error)
    flash(gettext("Đã đính chính hồ sơ %(code)s. Giấy hẹn cũ không còn giá trị.", code=code))
    return redirect(url_for(".corrected", code=code), 303)


@bp.get("/saved")
@endpoint(RIGHT, reads_personal=True)
def corrected(code: str) -> ResponseReturnValue:
    """What was saved, and the new receipt to print."""
    with read() as db:
        page = correction_page(db, code, actor(), now=clock.now())
        rights = print_rights(db, actor(), code)
    if page is None or rights is None:
        abort(404)
    return render_template("corrections/saved.html", page=page, may_print=rights.serves)


@bp.get("/procedures")
@endpoint(RIGHT)
def procedures(code: str) -> ResponseReturnValue:
    """The list under the procedure field: what could be received at that desk on that day."""
    with read() as db:
        page = _page(db, code, clock.now())
        rows = find_procedures(
            db,
            request.args.get("q", "")[:200],
            on=received_on(page),
            agency=page.state.received.receiving_agency,
        )
    return jsonify(
        [
            {
                "value": f"{row.code} · {either(row.name, row.name_en)}",
                "name": either(row.name, row.name_en),
                "note": f"{row.code} · {limit_words(row.spec.limit)}",
            }
            for row in rows
        ]
    )


def _page(db: Session, code: str, now: datetime) -> CorrectionPage:
    """Stop with 404 for a stranger; raise MoveNotAllowed for somebody who may not correct it."""
    page = correction_page(db, code, actor(), now=now)
    if page is None:
        abort(404)
    if not page.may_correct:
        raise MoveNotAllowed(Action.CORRECT)
    return page


def _right_route(page: CorrectionPage, correction: Correction) -> RightRoute | None:
    route = route_of(page, correction)
    if route is not None and not page.may_reroute:
        raise MoveNotAllowed(Action.CORRECT)
    return route


def _preview(
    db: Session,
    page: CorrectionPage,
    chosen: Chosen | None,
    reason: str,
    route: RightRoute | None,
    now: datetime,
) -> Preview | None:
    if route is None:
        return None
    foreseen = foresee(db, page.state, reason=reason, route=route, actor=actor(), at=now)
    return preview_of(db, page, chosen, foreseen)


def _asked_again(
    db: Session,
    page: CorrectionPage,
    typed: Typed,
    chosen: Chosen | None,
    problems: Problems,
    now: datetime,
) -> ResponseReturnValue:
    """Show the form with the procedure that was chosen, and what it would lead to if it can be."""
    if problems:
        return _shown(db, page, typed, chosen, problems=problems, status=422)
    try:
        correction = checked(page, typed, chosen, office_date(now))
        route = _right_route(page, correction)
        preview = _preview(db, page, chosen, correction.reason, route, now)
    except (Refused, DomainError):
        preview = None  # said when it is to be saved; here somebody is still choosing
    return _shown(db, page, typed, chosen, preview=preview)


def _save(code: str, correction: Correction, route: RightRoute | None, now: datetime) -> None:
    with write() as db:
        correct(
            db,
            code,
            reason=correction.reason,
            note=correction.note,
            people=people_of(correction),
            route=route,
            actor=actor(),
            at=now,
            expected_version=correction.version,
        )


def _refused(
    db: Session, page: CorrectionPage, typed: Typed, chosen: Chosen | None, error: DomainError
) -> ResponseReturnValue:
    status = entry_for(error).status
    return _shown(db, page, typed, chosen, problems=of_refusal(error), status=status)


def _changed(code: str, typed: Typed, correction: Correction, now: datetime) -> ResponseReturnValue:
    """Somebody was faster: say who and when, and keep what was typed; a double click is done."""
    with read() as db:
        changes = changes_since(db, code, correction.version)
        first = changes[0] if changes else None
        if first and first.by_id == actor().user_id and first.event.ACTION is Action.CORRECT:
            return redirect(url_for(".corrected", code=code), 303)
        page = _page(db, code, now)
        typed["version"] = str(page.state.version)
        chosen, _ = chosen_of(db, page, typed)
        return _shown(db, page, typed, chosen, changes=change_words(changes), status=409)


def _shown(
    db: Session,
    page: CorrectionPage,
    typed: Typed,
    chosen: Chosen | None = None,
    *,
    problems: Problems | None = None,
    preview: Preview | None = None,
    changes: list[str] | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    if chosen is None and not problems:
        chosen, _ = chosen_of(db, page, typed)
    html = render_template(
        "corrections/form.html",
        page=page,
        typed=typed,
        chosen=chosen,
        other=is_other_procedure(page, chosen),
        problems=problems or {},
        preview=preview,
        changes=changes or [],
        reasons=[(code, reason_words(code)) for code in reasons()],
    )
    return html, status
