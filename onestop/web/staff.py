"""The people of a leader's agencies with what they hold, and moving it to somebody else."""

from datetime import datetime

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from onestop import clock
from onestop.domain.reasons import REASONS
from onestop.domain.rights import Right
from onestop.domain.statuses import Action
from onestop.inputs.staff import STEPS_MOST, MoveSteps
from onestop.queries.staff import PossibleHolder, StaffPage, staff, staff_page
from onestop.queries.worklists import Place
from onestop.services.reassigning import Chosen, Moved, NotMoved, reassign_many
from onestop.web.asked import place, place_text
from onestop.web.data import read, write
from onestop.web.endpoints import endpoint
from onestop.web.filters import local_date
from onestop.web.flash import flash
from onestop.web.identity import actor
from onestop.web.labels import label
from onestop.web.language import gettext, ngettext
from onestop.web.messages import sentences_for
from onestop.web.messages.refused import field_problems
from onestop.web.messages.staff import STAFF_PROBLEMS
from onestop.web.wording import reason_words

bp = Blueprint("staff", __name__, url_prefix="/casework/staff")

ONE = "/<int(max=2147483647):agency>/<int(max=2147483647):user>"


@bp.get("")
@endpoint(Right.SIGN)
def show_staff() -> ResponseReturnValue:
    with read() as db:
        rows = staff(db, actor(), now=clock.now())
    return render_template("staff/people.html", rows=rows, now=clock.now())


@bp.get(ONE)
@endpoint(Right.SIGN, reads_personal=True, subject="staff:{agency}/{user}")
def show_held(agency: int, user: int) -> ResponseReturnValue:
    return _shown(agency, user)


@bp.post(f"{ONE}/reassign")
@endpoint(Right.SIGN, reads_personal=True, subject="staff:{agency}/{user}")
def move(agency: int, user: int) -> ResponseReturnValue:
    sent = request.form.to_dict() | {"steps": request.form.getlist("steps")}
    try:
        typed = MoveSteps.model_validate(sent)
    except ValidationError as error:
        return _shown(agency, user, problems=field_problems(error, STAFF_PROBLEMS)), 422
    if agency not in actor().agencies_with(Right.SIGN):
        abort(404)
    with write() as db:
        done = reassign_many(
            db,
            [Chosen(*step) for step in typed.steps],
            held_by=user,
            agency_id=agency,
            holder=typed.holder,
            reason=typed.reason,
            note=typed.note,
            actor=actor(),
            at=clock.now(),
        )
    if done.moved:
        count = len(done.moved)
        flash(ngettext("Đã chuyển %(num)s hồ sơ.", "Đã chuyển %(num)s hồ sơ.", count))
    if not done.refused:
        return redirect(url_for("staff.show_held", agency=agency, user=user))
    return _shown(agency, user, done=done), 409


def _shown(
    agency: int, user: int, *, problems: dict[str, str] | None = None, done: Moved | None = None
) -> str:
    late, after = "late" in request.args, place(request.args.get("after", ""))
    now = clock.now()
    page = _page(agency, user, now, late=late, after=after)
    where = {"agency": agency, "user": user, "late": "1" if late else None}
    ticked = set(request.form.getlist("steps")) if done is None else set()
    return render_template(
        "staff/held.html",
        page=page,
        now=now,
        late=late,
        after=after,
        problems=problems or {},
        refused=_refused(done.refused) if done else [],
        typed=request.form,
        ticked=ticked,
        every="all" in request.args,
        reasons=[(code, reason_words(code)) for code in REASONS[Action.REASSIGN]],
        holders=[(row.user_id, _holder_words(row)) for row in page.holders],
        most=STEPS_MOST,
        where=where,
        next_after=place_text(page.next) if page.next else None,
    )


def _page(agency: int, user: int, now: datetime, *, late: bool, after: Place | None) -> StaffPage:
    with read() as db:
        page = staff_page(
            db, actor(), agency, user, now=now, late=late, after=after, size=STEPS_MOST
        )
    if page is None:
        abort(404)
    return page


def _holder_words(row: PossibleHolder) -> str:
    roles = ", ".join(label(role).text for role in row.roles)
    if row.away is None:
        return f"{row.name} ({roles})"
    away = gettext("vắng đến hết ngày %(day)s", day=local_date(row.away.last))
    return f"{row.name} ({roles}; {away})"


def _refused(refused: tuple[NotMoved, ...]) -> list[tuple[str, str]]:
    """Code and reason of what stayed where it was."""
    return [(one.chosen.code, sentences_for(one.error)[0]) for one in refused]
