"""The public calculator: anyone redoes the sum of a due date; nothing is written."""

from collections.abc import Mapping
from datetime import datetime

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from onestop import clock
from onestop.domain.limits import LimitUnit
from onestop.inputs.calculator import Calculation
from onestop.web.calculator_page import Typed, calculator_page, either
from onestop.web.data import read
from onestop.web.endpoints import Audience, endpoint
from onestop.web.filters import local_date, local_hour
from onestop.web.messages.entry import N_

bp = Blueprint("calculator", __name__)

ASKING = frozenset({"date", "procedure", "amount"})
UNITS = {
    LimitUnit.WORKING_DAYS: N_("ngày làm việc"),
    LimitUnit.WORKING_HOURS: N_("giờ làm việc"),
    LimitUnit.CALENDAR_DAYS: N_("ngày, tính cả ngày nghỉ"),
    LimitUnit.MONTHS: N_("tháng"),
    LimitUnit.SAME_DAY: N_("trong ngày, nếu nộp chậm nhất lúc 15:00"),
}


@bp.get("/calculator")
@endpoint(audience=Audience.PUBLIC)
def page() -> ResponseReturnValue:
    now = clock.now()
    with read() as db:
        found = calculator_page(db, _typed(request.args, now), asked=_is_asked(), now=now)
    text = render_template("calculator/page.html", page=found, units=UNITS, either=either)
    return text, 422 if found.problems or found.refused else 200


def _is_asked() -> bool:
    """Whether the address asks for a sum; without a question the form is shown empty."""
    return not ASKING.isdisjoint(request.args)


def _typed(sent: Mapping[str, str], now: datetime) -> Typed:
    """Return what the address says, with this minute where it says no moment."""
    typed = {name: sent.get(name, "") for name in Calculation.model_fields}
    if "date" not in sent:
        typed |= {"date": local_date(now), "time": local_hour(now)}
    return typed | {"unit": typed["unit"] or LimitUnit.WORKING_DAYS.value}
