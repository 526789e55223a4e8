"""The worklist of a person and of an agency: what is late, due, offered, waiting."""

from dataclasses import dataclass, replace

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from onestop import clock
from onestop.domain.rights import Right
from onestop.queries.notices import open_notices
from onestop.queries.piles import late_piles
from onestop.queries.worklists import Tab, WorklistFilter, WorklistPage, worklist
from onestop.web.asked import number, place, place_text
from onestop.web.data import read
from onestop.web.endpoints import endpoint
from onestop.web.identity import actor
from onestop.web.language import gettext, is_english, ngettext
from onestop.web.messages.entry import N_

bp = Blueprint("casework", __name__)

WHOLE_AGENCY = "agency"
TABS = {
    Tab.ALL: N_("Tất cả"),
    Tab.LATE: N_("Quá hạn"),
    Tab.TODAY: N_("Đến hạn hôm nay"),
    Tab.SOON: N_("Sắp đến hạn"),
    Tab.WAITING: N_("Chờ công dân"),
    Tab.OFFERED: N_("Mới giao"),
    Tab.PROPOSED: N_("Chờ duyệt"),
}
"""What a tab is called."""
ORDER = (Tab.PROPOSED, Tab.LATE, Tab.TODAY, Tab.SOON, Tab.WAITING, Tab.OFFERED, Tab.ALL)
"""In the order of reading: what a leader decides, then late first."""
EMPTY = {
    Tab.ALL: N_("Không có hồ sơ nào chờ xử lý."),
    Tab.LATE: N_("Không có hồ sơ quá hạn."),
    Tab.TODAY: N_("Không có hồ sơ nào đến hạn hôm nay."),
    Tab.SOON: N_("Không có hồ sơ nào sắp đến hạn."),
    Tab.WAITING: N_("Không có hồ sơ nào đang chờ công dân."),
    Tab.OFFERED: N_("Không có hồ sơ mới giao."),
    Tab.PROPOSED: N_("Không có đề nghị nào chờ ông/bà duyệt."),
}


@dataclass(frozen=True, slots=True)
class TabLink:
    """One tab as the template shows it."""

    url: str
    label: str
    count: int
    current: bool
    tone: str


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is on, and the address without it."""

    label: str
    url: str


@bp.get("/casework")
@endpoint(Right.SEE_WORKLIST, reads_personal=True)
def show_worklist() -> ResponseReturnValue:
    asked, now = _asked(), clock.now()
    with read() as db:
        page = worklist(db, actor(), asked, now=now)
        reminders = open_notices(db, actor(), now=now)
        piles = late_piles(db, actor(), now=now)
    return render_template(
        "casework/worklist.html",
        page=page,
        reminders=reminders,
        late_piles=piles,
        asked=asked,
        now=now,
        tabs=_tabs(page, asked),
        chips=_chips(page, asked),
        empty=gettext(EMPTY[asked.tab]),
        leads=actor().has(Right.SIGN),
        mine_url=_url(replace(asked, whole_agency=False, after=None)),
        agency_url=_url(replace(asked, whole_agency=True, after=None)),
        first_url=_url(replace(asked, after=None)),
        next_url=_url(replace(asked, after=page.next)) if page.next else None,
    )


def _asked() -> WorklistFilter:
    """What the address asks for; what cannot be read is left out."""
    tab = request.args.get("tab", "")
    return WorklistFilter(
        tab=Tab(tab) if tab in tuple(Tab) else Tab.ALL,
        whole_agency=request.args.get("view") == WHOLE_AGENCY,
        agency=request.args.get("agency", type=number),
        procedure=request.args.get("procedure", "")[:40],
        after=place(request.args.get("after", "")),
    )


def _url(asked: WorklistFilter) -> str:
    return url_for(
        "casework.show_worklist",
        tab=asked.tab.value if asked.tab is not Tab.ALL else None,
        view=WHOLE_AGENCY if asked.whole_agency else None,
        agency=asked.agency,
        procedure=asked.procedure or None,
        after=place_text(asked.after) if asked.after else None,
    )


def _tabs(page: WorklistPage, asked: WorklistFilter) -> list[TabLink]:
    return [
        TabLink(
            url=_url(replace(asked, tab=tab, after=None)),
            label=_label(tab, page),
            count=page.counts[tab],
            current=tab is asked.tab,
            tone={Tab.LATE: "late", Tab.TODAY: "soon", Tab.PROPOSED: "soon"}.get(tab, "plain"),
        )
        for tab in ORDER
        if tab in page.counts
    ]


def _label(tab: Tab, page: WorklistPage) -> str:
    spans = {agency.due_soon_days for agency in page.agencies}
    if tab is Tab.SOON and len(spans) == 1:
        return ngettext("%(num)s ngày tới", "%(num)s ngày tới", spans.pop())
    return gettext(TABS[tab])


def _chips(page: WorklistPage, asked: WorklistFilter) -> list[Chip]:
    chips = []
    for agency in page.agencies:
        if agency.id == asked.agency:
            url = _url(replace(asked, agency=None, after=None))
            chips.append(Chip(agency.name_en if is_english() else agency.name, url))
    for procedure in page.procedures:
        if procedure.code == asked.procedure:
            url = _url(replace(asked, procedure="", after=None))
            chips.append(Chip(procedure.name_en if is_english() else procedure.name, url))
    return chips
