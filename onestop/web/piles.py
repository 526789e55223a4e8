"""Paper originals on their way: one scan box to make a pile, one to take it, and what is held."""

from collections.abc import Callable
from datetime import datetime
from typing import cast

from flask import Blueprint, Flask, Response, abort, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from onestop import clock
from onestop.domain.decisions import NotInPile, PaperElsewhere
from onestop.domain.errors import DomainError
from onestop.domain.events import ReleasedTo
from onestop.domain.rights import Right
from onestop.inputs.finding import Find
from onestop.issuing import issue_handover_list
from onestop.queries.paper_places import codes_held, keepers, papers_held
from onestop.queries.piles import (
    PilePage,
    PileRow,
    pile_list,
    pile_page,
    piles_given,
    piles_to_take,
    scanned_page,
)
from onestop.queries.scope import is_visible
from onestop.queries.search import code_of, slip_replaced_at
from onestop.services import piles as services
from onestop.services.piles import GivenElsewhere, NotGiven, PileAnswered
from onestop.web.asked import number
from onestop.web.data import read, write
from onestop.web.endpoints import endpoint
from onestop.web.flash import Tone, flash
from onestop.web.identity import actor
from onestop.web.language import gettext, ngettext
from onestop.web.messages import entry_for, message_for
from onestop.web.own_password import require_own_password
from onestop.web.pile_words import (
    held_by_other,
    init_pile_words,
    refused_papers,
    void_slip,
    was_faster,
    went_elsewhere,
)
from onestop.web.printing import press
from onestop.web.wording import init_wording

bp = Blueprint("piles", __name__, url_prefix="/piles")

PART = "X-Onestop-Part"
"""A page that scans without reloading says so: it is answered with the parts that change."""


@bp.record_once
def _set_up(state: BlueprintSetupState) -> None:
    init_wording(cast(Flask, state.app))
    init_pile_words(cast(Flask, state.app))


@bp.get("")
@endpoint(Right.WORK, reads_personal=True)
def desk() -> ResponseReturnValue:
    return _desk()


@bp.post("/scan")
@endpoint(Right.WORK, reads_personal=True)
def scan() -> ResponseReturnValue:
    """Add a paper to the pile: its code, the QR of its receipt, that of its control slip."""
    code, warning = _scanned()
    if code is None:
        return _desk(problem=_unknown())
    over = "take_over" in request.form
    try:
        with write() as db:
            position = services.scan_paper(db, code, actor=actor(), at=clock.now(), take_over=over)
    except PaperElsewhere as error:
        own = error.agency in actor().agencies_with(Right.WORK)
        return _desk(
            problem=held_by_other(error, code),
            warning=warning,
            code=code if own and not over else "",
        )
    except DomainError as error:
        return _desk(problem=message_for(error), warning=warning)
    done = gettext("Đã thêm %(code)s, số %(n)s.", code=code, n=position)
    return _desk(done=done, warning=warning)


@bp.post("/drop")
@endpoint(Right.WORK, reads_personal=True)
def drop() -> ResponseReturnValue:
    """Take papers out of the pile that is being scanned."""
    try:
        with write() as db:
            services.drop_papers(db, request.form.getlist("code"), actor=actor())
    except NotInPile:
        # Its own sentence is for the receiving side of a given pile.
        gone = gettext("Hồ sơ đó không có trong chồng đang quét: đã được bỏ ra, hoặc đã giao.")
        return _desk(problem=gone)
    return redirect(url_for(".desk"))


@bp.post("/give")
@endpoint(Right.WORK, reads_personal=True, subject="pile:{pile}")
def give() -> ResponseReturnValue:
    """Put the pile on its way, with its printed list."""
    pile_id = request.form.get("pile", type=number) or 0
    to_agency = request.form.get("to", type=number)
    if to_agency is None:
        return _desk(problem=gettext("Hãy chọn nơi nhận."))
    now = clock.now()
    try:
        with write() as db:
            given = services.give_pile(db, pile_id, to_agency=to_agency, actor=actor(), at=now)
            if given.is_new:
                issue_handover_list(
                    db,
                    press(),
                    given.pile_id,
                    agency_id=given.agency_id,
                    actor=actor().user_id,
                    at=now,
                    given=given,
                )
    except NotGiven as error:
        return _desk(problem=refused_papers(error), refused=error.codes)
    except GivenElsewhere as error:
        return _desk(problem=went_elsewhere(error), status=409)
    except DomainError as error:
        return _desk(problem=message_for(error))
    return redirect(url_for(".one", pile_id=given.pile_id, print=1))


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
    response = Response(content, mimetype="application/pdf")
    response.headers.set("Content-Disposition", "inline", filename=f"handover-list-{pile_id}.pdf")
    return response


@bp.post("/<int(max=2147483647):pile_id>/take")
@endpoint(Right.WORK, reads_personal=True, subject="pile:{pile_id}")
def take(pile_id: int) -> ResponseReturnValue:
    """Take one paper out of a pile by scanning it."""
    code, warning = _scanned()
    if code is None:
        return _one(pile_id, problem=_unknown())
    return _answered(
        pile_id,
        lambda db, now: services.take_paper(db, pile_id, code, actor=actor(), at=now),
        lambda left: gettext("Đã nhận %(code)s; còn %(n)s.", code=code, n=left),
        warning,
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
        return _held(problem=_unknown(unknown))
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
            return _held(problem=_unknown(code))
    try:
        with write() as db:
            services.release_paper(db, code, to=ReleasedTo(to), actor=actor(), at=clock.now())
    except DomainError as error:
        return _held(problem=message_for(error))
    flash(gettext("Không còn ai giữ bản giấy của %(code)s.", code=code))
    return redirect(url_for(".held"))


def _scanned() -> tuple[str | None, str]:
    """What was scanned or typed, if the person may see it; what is wrong with its receipt."""
    sought = Find(q=request.form.get("scan", ""))
    if sought.code is None and sought.token is None:
        return None, ""
    with read() as db:
        code = code_of(db, actor(), code=sought.code, token=sought.token)
        replaced_at = slip_replaced_at(db, sought.token) if code else None
    # Other papers are scanned before this is read: it names its dossier.
    return code, f"{code}: {void_slip(replaced_at)}" if replaced_at else ""


def _unknown(sent: str | None = None) -> str:
    # Only a code is repeated: anything else that was scanned may hold a secret or a whole card.
    sought = Find(q=request.form.get("scan", "") if sent is None else sent)
    if sought.code is not None:
        return gettext("Không tìm thấy hồ sơ %(code)s. Hãy kiểm tra lại mã.", code=sought.code)
    return gettext(
        "Không tìm thấy hồ sơ nào theo mã vừa quét. Hãy quét lại, hoặc gõ mã trên giấy hẹn."
    )


def _answered(
    pile_id: int,
    answer: Callable[[Session, datetime], int],
    said: Callable[[int], str],
    warning: str = "",
) -> ResponseReturnValue:
    """Carry out an answer of either side, and print the list anew once nothing waits any more."""
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
        return _one(pile_id, problem=message_for(error), warning=warning, status=status)
    return _one(pile_id, done=said(count), warning=warning)


def _desk(
    *,
    problem: str = "",
    done: str = "",
    warning: str = "",
    code: str = "",
    refused: tuple[str, ...] = (),
    status: int = 422,
) -> ResponseReturnValue:
    if done and PART not in request.headers:
        return _told(done, warning, url_for(".desk"))
    now = clock.now()
    with read() as db:
        scanned = scanned_page(db, actor())
        incoming: tuple[PileRow, ...] = ()
        outgoing: tuple[PileRow, ...] = ()
        if PART not in request.headers:
            incoming = piles_to_take(db, actor(), now=now)
            outgoing = piles_given(db, actor(), now=now)
    template = "piles/scanned.html" if PART in request.headers else "piles/desk.html"
    text = render_template(
        template,
        scanned=scanned,
        incoming=incoming,
        outgoing=outgoing,
        problem=problem,
        done=done,
        warning=warning,
        held_by_colleague=code,
        refused=refused,
        now=now,
    )
    return text, status if problem else 200


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
        return _told(done, warning, url_for(".one", pile_id=pile_id))
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


def _told(done: str, warning: str, address: str) -> ResponseReturnValue:
    """Without scripts what was done, and what was odd about it, is told by the page itself."""
    flash(done)
    if warning:
        flash(warning, Tone.WARNING)
    return redirect(address)


def _page(pile_id: int) -> PilePage:
    with read() as db:
        page = pile_page(db, actor(), pile_id, now=clock.now())
    if page is None:
        abort(404)
    return page


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
