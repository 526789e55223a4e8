"""The originals that people hold: taken over from colleagues, or let go when all is done."""

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from onestop import clock
from onestop.domain.errors import DomainError
from onestop.domain.events import ReleasedTo
from onestop.domain.rights import Right
from onestop.queries.paper_places import codes_held, keepers, papers_held
from onestop.queries.scope import is_visible
from onestop.services import piles as services
from onestop.services.piles import NotGiven
from onestop.web.asked import number
from onestop.web.data import read, write
from onestop.web.endpoints import endpoint
from onestop.web.flash import flash
from onestop.web.identity import actor
from onestop.web.language import gettext, ngettext
from onestop.web.messages import message_for
from onestop.web.pile_words import refused_papers
from onestop.web.piles.blueprint import bp
from onestop.web.piles.scanned import not_found


@bp.get("/held")
@endpoint(Right.WORK, reads_personal=True)
def held() -> ResponseReturnValue:
    return _held()


@bp.post("/held/take-over")
@endpoint(Right.WORK, reads_personal=True)
def take_over() -> ResponseReturnValue:
    """Take originals from colleagues of the same agency."""
    codes, giver = request.form.getlist("code"), request.form.get("from", type=number)
    with read() as db:
        if giver is not None:
            codes = list(codes_held(db, actor(), giver))
        unknown = next((code for code in codes if not is_visible(db, actor(), code)), None)
    if unknown is not None:
        return _held(problem=not_found(unknown))
    if not codes and giver is not None:
        return _held(problem=gettext("Người này không còn giữ bản giấy nào ở cơ quan ông/bà."))
    if not codes:
        return _held(problem=gettext("Chưa chọn bản giấy nào. Hãy đánh dấu rồi bấm nhận."))
    try:
        with write() as db:
            taken = services.take_over(db, codes, actor=actor(), at=clock.now())
    except NotGiven as error:
        return _held(problem=refused_papers(error))
    flash(
        ngettext(
            "Ông/bà đang giữ thêm %(num)s bản giấy.",
            "Ông/bà đang giữ thêm %(num)s bản giấy.",
            taken,
        )
    )
    if "back" in request.form and codes:
        return redirect(url_for("dossiers.page", code=codes[0]))
    return redirect(url_for(".held"))


@bp.post("/held/release")
@endpoint(Right.WORK, reads_personal=True)
def release() -> ResponseReturnValue:
    """Let the original of a finished dossier go."""
    code, to = request.form.get("code", ""), request.args.get("to", "")
    if to not in tuple(ReleasedTo):
        abort(422)
    with read() as db:
        if not is_visible(db, actor(), code):
            return _held(problem=not_found(code))
    try:
        with write() as db:
            services.release_paper(db, code, to=ReleasedTo(to), actor=actor(), at=clock.now())
    except DomainError as error:
        return _held(problem=message_for(error))
    flash(gettext("Không còn ai giữ bản giấy của %(code)s.", code=code))
    return redirect(url_for(".held"))


def _held(*, problem: str = "") -> ResponseReturnValue:
    me = actor().user_id
    shown = request.args.get("holder", type=number) or me
    with read() as db:
        people = keepers(db, actor())
        rows = papers_held(db, actor(), shown)
    text = render_template(
        "piles/held.html",
        people=people,
        rows=rows,
        shown=next((one for one in people if one.user_id == shown), people[0]),
        me=me,
        problem=problem,
    )
    return text, 422 if problem else 200
