"""The reminders above a worklist, and the button that puts them away."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from onestop import clock
from onestop.domain.notices import NoticeKind
from onestop.domain.rights import Right
from onestop.services.notices import mark_seen
from onestop.web.asked import number
from onestop.web.data import write
from onestop.web.endpoints import endpoint
from onestop.web.flash import flash
from onestop.web.identity import actor
from onestop.web.language import gettext, ngettext
from onestop.web.messages.entry import N_

bp = Blueprint("notices", __name__, url_prefix="/casework/notices")

KINDS = {
    NoticeKind.STEP_DUE_SOON: N_("Bước sắp đến hạn"),
    NoticeKind.STEP_LATE: N_("Bước quá hạn"),
    NoticeKind.DOSSIER_LATE: N_("Cả hồ sơ quá hạn"),
    NoticeKind.PILE_LATE: N_("Chồng giấy chưa nhận"),
}
TONES = {
    NoticeKind.STEP_DUE_SOON: "soon",
    NoticeKind.STEP_LATE: "late",
    NoticeKind.DOSSIER_LATE: "late",
    NoticeKind.PILE_LATE: "late",
}


@bp.app_template_filter("notice_words")
def notice_words(kind: NoticeKind) -> str:
    """Return what a reminder is about."""
    return gettext(KINDS[kind])


@bp.app_template_filter("notice_tone")
def notice_tone(kind: NoticeKind) -> str:
    """Return how the words of a reminder look."""
    return TONES[kind]


@bp.post("/seen")
@endpoint(Right.SEE_WORKLIST)
def put_away() -> ResponseReturnValue:
    ids = request.form.getlist("notice", type=number)
    with write() as db:
        count = mark_seen(db, ids, actor=actor(), at=clock.now())
    if count:
        flash(ngettext("Đã cất %(num)s nhắc việc.", "Đã cất %(num)s nhắc việc.", count))
    return redirect(url_for("casework.show_worklist"))
