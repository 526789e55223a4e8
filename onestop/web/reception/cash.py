"""The cash box of a clerk: what the system says, what was counted, why it differs; then locked."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from onestop import clock
from onestop.domain.errors import DomainError
from onestop.domain.rights import Right
from onestop.inputs.fees import CashCount
from onestop.issuing import issue_fee_sheet
from onestop.queries.fees import cash_box
from onestop.services.fees import draft_fee_sheet
from onestop.web import identity
from onestop.web.data import read, write
from onestop.web.endpoints import endpoint
from onestop.web.flash import flash
from onestop.web.language import gettext
from onestop.web.messages import entry_for, message_for
from onestop.web.messages.fees import FIELD_PROBLEMS, UNREADABLE
from onestop.web.messages.refused import refused_fields
from onestop.web.printing import press
from onestop.web.reception.blueprint import bp
from onestop.web.reception.day import Asked, asked, printing_address
from onestop.web.reception.problems import Problems
from onestop.web.wording import REASONS

_FIELDS = {"DifferenceUnexplained": "reason", "TakingsChanged": "counted"}
_OF_THE_FORM = frozenset({"counted", "reason"})


@bp.get("/fees")
@endpoint(Right.RECEIVE)
def fees() -> ResponseReturnValue:
    return _page()


@bp.post("/fees")
@endpoint(Right.RECEIVE)
def lock_fees() -> ResponseReturnValue:
    """Lock the open payments of the clerk's day and print their sheet, in one transaction."""
    with read() as db:
        here = asked(db)
    try:
        typed = CashCount.model_validate({**request.form.to_dict(), "day": here.day})
    except ValidationError as error:
        return _page(_problems(error), status=422)
    try:
        document_id = _lock(here, typed)
    except DomainError as error:
        field = _FIELDS.get(type(error).__name__, "")
        return _page({field: message_for(error)}, status=entry_for(error).status)
    flash(gettext("Đã khóa bảng kê. Khoản thu từ lúc này vào phần tiếp theo của ngày."))
    return redirect(url_for(".fees", **here.address, paper=document_id, print=1), 303)


def _lock(here: Asked, typed: CashCount) -> int:
    now, actor = clock.now(), identity.actor()
    with write() as db:
        draft = draft_fee_sheet(
            db,
            agency_id=here.agency_id,
            day=typed.day,
            counted=typed.counted,
            expected=typed.taken,
            reason=typed.reason,
            actor=actor,
            at=now,
        )
        return issue_fee_sheet(db, press(REASONS), draft)


def _page(problems: Problems | None = None, *, status: int = 200) -> ResponseReturnValue:
    with read() as db:
        here = asked(db)
        box = cash_box(db, here.agency_id, identity.actor().user_id, here.day)
    html = render_template(
        "reception/cash.html",
        here=here,
        box=box,
        typed=request.form,
        problems=problems or {},
        problem=bool(problems),
        printing=printing_address(),
    )
    return html, status


def _problems(error: ValidationError) -> Problems:
    problems: Problems = {}
    for field in refused_fields(error):
        place = field.name if field.name in _OF_THE_FORM else ""
        sentence = FIELD_PROBLEMS.get(field.code, UNREADABLE)
        problems.setdefault(place, gettext(sentence) % {"most": 500, **field.values})
    return problems
