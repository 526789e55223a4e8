"""Who stands in for whom: arranged by the person, a leader of the agency or an administrator."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from onestop import clock
from onestop.domain.delegations import AbsenceReason
from onestop.domain.errors import DomainError
from onestop.domain.rights import Right
from onestop.inputs.staff import Absence
from onestop.queries.absences import AbsencesPage, absences_page
from onestop.services.delegations import delegate, end_delegation
from onestop.web import identity
from onestop.web.data import read, write
from onestop.web.endpoints import endpoint
from onestop.web.filters import local_date
from onestop.web.flash import Tone, flash
from onestop.web.identity import actor
from onestop.web.language import gettext
from onestop.web.messages import entry_for, message_for
from onestop.web.messages.entry import N_
from onestop.web.messages.refused import field_problems
from onestop.web.messages.staff import STAFF_PROBLEMS

bp = Blueprint("absences", __name__, url_prefix="/absences")

REASONS = {
    AbsenceReason.LEAVE: N_("Nghỉ phép, nghỉ chế độ"),
    AbsenceReason.MISSION: N_("Đi công tác"),
    AbsenceReason.TRAINING: N_("Học tập, bồi dưỡng"),
    AbsenceReason.OTHER: N_("Lý do khác"),
}
_FIELDS = {
    "StandInNotColleague": "stand_in",
    "AbsenceDaysUnclear": "first",
    "AbsenceOverlaps": "first",
}


@bp.app_template_filter("absence_reason")
def absence_reason(reason: AbsenceReason) -> str:
    """Return why somebody is away."""
    return gettext(REASONS[reason])


@bp.get("")
@endpoint()
def show_absences() -> ResponseReturnValue:
    return _shown(_page(request.args.get("who", "")), {})


@bp.post("")
@endpoint()
def arrange() -> ResponseReturnValue:
    page, now = _page(request.form.get("who", "")), clock.now()
    try:
        typed = Absence.model_validate(request.form.to_dict())
    except ValidationError as error:
        return _shown(page, field_problems(error, STAFF_PROBLEMS)), 422
    try:
        with write() as db:
            delegate(
                db,
                page.person.user_id,
                stand_in=typed.stand_in,
                first=typed.first,
                last=typed.last,
                reason=typed.reason,
                actor=actor(),
                at=now,
            )
    except DomainError as error:
        problems = {_FIELDS.get(type(error).__name__, ""): message_for(error)}
        return _shown(page, problems), entry_for(error).status
    names = {row.user_id: row.name for row in page.colleagues}
    done = gettext("%(stand_in)s thay %(name)s đến hết ngày %(day)s.")
    day = local_date(typed.last) if typed.last else ""
    values = {"stand_in": names.get(typed.stand_in, ""), "name": page.person.name, "day": day}
    flash(done % values)
    return redirect(url_for("absences.show_absences", who=page.person.username))


@bp.post("/<int(max=2147483647):absence>/end")
@endpoint()
def end(absence: int) -> ResponseReturnValue:
    try:
        with write() as db:
            end_delegation(db, absence, actor=actor(), at=clock.now())
    except DomainError as error:
        if entry_for(error).status == 403:
            abort(404)  # an absence of strangers is answered like one that does not exist
        flash(message_for(error), Tone.ERROR)
    else:
        flash(gettext("Đã kết thúc việc thay."))
    return redirect(url_for("absences.show_absences"))


def _page(username: str) -> AbsencesPage:
    me = identity.viewer()
    wanted = username.strip().lower() or (me.username if me else "")
    with read() as db:
        page = absences_page(db, actor(), wanted, now=clock.now())
    if page is None:
        abort(404)
    return page


def _shown(page: AbsencesPage, problems: dict[str, str]) -> str:
    return render_template(
        "absences/page.html",
        page=page,
        problems=problems,
        typed=request.form,
        reasons=[(reason.value, gettext(words)) for reason, words in REASONS.items()],
        people=[(one.user_id, one.name) for one in page.colleagues],
        own=page.person.user_id == actor().user_id,
        by_name=actor().has(Right.ADMINISTER),
    )
