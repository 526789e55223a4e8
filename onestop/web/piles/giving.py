"""The desk where a pile is scanned and put on its way."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from onestop import clock
from onestop.domain.decisions import NotInPile, PaperElsewhere
from onestop.domain.errors import DomainError
from onestop.domain.rights import Right
from onestop.issuing import issue_handover_list
from onestop.queries.piles import PileRow, piles_given, piles_to_take
from onestop.queries.scanned_piles import scanned_page
from onestop.services import piles as services
from onestop.services.piles import GivenElsewhere, NotGiven
from onestop.web.asked import number
from onestop.web.data import read, write
from onestop.web.endpoints import endpoint
from onestop.web.identity import actor
from onestop.web.language import gettext
from onestop.web.messages import message_for
from onestop.web.pile_words import held_by_other, refused_papers, went_elsewhere
from onestop.web.piles.blueprint import bp
from onestop.web.piles.scanned import PART, not_found, scanned_code, told
from onestop.web.printing import press


@bp.get("")
@endpoint(Right.WORK, reads_personal=True)
def desk() -> ResponseReturnValue:
    return _desk()


@bp.post("/scan")
@endpoint(Right.WORK, reads_personal=True)
def scan() -> ResponseReturnValue:
    """Add a paper to the pile: its code, the QR of its receipt, that of its control slip."""
    code, warning = scanned_code()
    if code is None:
        return _desk(problem=not_found())
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
        return _desk(problem=f"{code}: {message_for(error)}", warning=warning)
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
        return told(done, warning, url_for(".desk"))
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
