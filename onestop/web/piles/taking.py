"""A given pile: what the receiving side says of it, and what the giver takes back."""

from collections.abc import Callable
from datetime import datetime

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from onestop import clock
from onestop.domain.errors import DomainError
from onestop.domain.rights import Right
from onestop.issuing import issue_handover_list
from onestop.queries.piles import PilePage, pile_list, pile_page
from onestop.services import piles as services
from onestop.services.piles import PileAnswered
from onestop.web.data import read, write
from onestop.web.endpoints import endpoint
from onestop.web.identity import actor
from onestop.web.language import gettext, ngettext
from onestop.web.messages import entry_for, message_for
from onestop.web.own_password import require_own_password
from onestop.web.pdf_pages import shown_pdf
from onestop.web.pile_words import was_faster
from onestop.web.piles.blueprint import bp
from onestop.web.piles.scanned import PART, not_found, scanned_code, told
from onestop.web.printing import press


@bp.get("/<int(max=2147483647):pile_id>")
@endpoint(Right.SEE_DOSSIER, reads_personal=True, subject="pile:{pile_id}")
def one(pile_id: int) -> ResponseReturnValue:
    return _one(pile_id)


@bp.get("/<int(max=2147483647):pile_id>/list.pdf")
@endpoint(Right.SEE_DOSSIER, reads_personal=True, subject="pile:{pile_id}")
def list_file(pile_id: int) -> ResponseReturnValue:
    with read() as db:
        content = pile_list(db, actor(), pile_id)
    if content is None:
        abort(404)
    return shown_pdf(content, f"handover-list-{pile_id}.pdf")


@bp.post("/<int(max=2147483647):pile_id>/take")
@endpoint(Right.WORK, reads_personal=True, subject="pile:{pile_id}")
def take(pile_id: int) -> ResponseReturnValue:
    """Take one paper out of a pile by scanning it."""
    code, warning = scanned_code()
    if code is None:
        return _one(pile_id, problem=not_found())
    return _answered(
        pile_id,
        lambda db, now: services.take_paper(db, pile_id, code, actor=actor(), at=now),
        lambda left: gettext("Đã nhận %(code)s; còn %(n)s.", code=code, n=left),
        warning,
        about=f"{code}: ",
    )


@bp.post("/<int(max=2147483647):pile_id>/take-all")
@endpoint(Right.WORK, reads_personal=True, subject="pile:{pile_id}")
def take_all(pile_id: int) -> ResponseReturnValue:
    """Take all that waits, signed by the own password."""
    try:
        require_own_password(request.form.get("password", ""))
    except DomainError as error:
        return _one(pile_id, problem=message_for(error), field="password")
    return _answered(
        pile_id,
        lambda db, now: services.take_pile(db, pile_id, actor=actor(), at=now),
        lambda taken: ngettext("Đã nhận %(num)s hồ sơ.", "Đã nhận %(num)s hồ sơ.", taken),
    )


@bp.post("/<int(max=2147483647):pile_id>/missing")
@endpoint(Right.WORK, reads_personal=True, subject="pile:{pile_id}")
def missing(pile_id: int) -> ResponseReturnValue:
    """Say that what still waits was not in the pile; or only the papers that are named."""
    codes = request.form.getlist("code")
    return _answered(
        pile_id,
        lambda db, now: services.say_missing(db, pile_id, codes, actor=actor(), at=now),
        lambda said: ngettext(
            "Đã ghi %(num)s hồ sơ không có trong chồng; bên giao còn giữ.",
            "Đã ghi %(num)s hồ sơ không có trong chồng; bên giao còn giữ.",
            said,
        ),
    )


@bp.post("/<int(max=2147483647):pile_id>/call-back")
@endpoint(Right.WORK, reads_personal=True, subject="pile:{pile_id}")
def call_back(pile_id: int) -> ResponseReturnValue:
    """Take back, as the giving side, what was not answered for."""
    return _answered(
        pile_id,
        lambda db, now: services.call_back(db, pile_id, actor=actor(), at=now),
        lambda back: ngettext("Đã lấy lại %(num)s hồ sơ.", "Đã lấy lại %(num)s hồ sơ.", back),
    )


def _answered(
    pile_id: int,
    answer: Callable[[Session, datetime], int],
    said: Callable[[int], str],
    warning: str = "",
    *,
    about: str = "",
) -> ResponseReturnValue:
    """Carry out an answer of either side, and print the list anew once nothing waits any more.

    `about` stands before what was refused: among thirty scans one must know which it was.
    """
    now = clock.now()
    try:
        with write() as db:
            count = answer(db, now)
            closed = services.closed_pile(db, pile_id)
            if closed is not None:
                issue_handover_list(
                    db, press(), pile_id, agency_id=closed, actor=actor().user_id, at=now
                )
    except PileAnswered as error:
        return _one(pile_id, problem=was_faster(error), warning=warning, status=409)
    except DomainError as error:
        status = entry_for(error).status
        problem = f"{about}{message_for(error)}"
        return _one(pile_id, problem=problem, warning=warning, status=status)
    return _one(pile_id, done=said(count), warning=warning)


def _one(
    pile_id: int,
    *,
    problem: str = "",
    done: str = "",
    warning: str = "",
    field: str = "",
    status: int = 422,
) -> ResponseReturnValue:
    if done and PART not in request.headers:
        return told(done, warning, url_for(".one", pile_id=pile_id))
    page = _page(pile_id)
    template = "piles/answers.html" if PART in request.headers else "piles/one.html"
    text = render_template(
        template,
        page=page,
        problem=problem,
        done=done,
        warning=warning,
        field=field,
        now=clock.now(),
    )
    return text, status if problem else 200


def _page(pile_id: int) -> PilePage:
    with read() as db:
        page = pile_page(db, actor(), pile_id, now=clock.now())
    if page is None:
        abort(404)
    return page
