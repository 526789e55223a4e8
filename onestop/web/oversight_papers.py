"""What a leader takes to a meeting: printed lists, the one-page briefing, sheets of cash boxes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from onestop import clock
from onestop.documents.briefing import render_briefing
from onestop.documents.lists import ListHead, ListLine, render_overdue_list
from onestop.domain.office_time import OFFICE_ZONE, office_date
from onestop.domain.oversight import View
from onestop.domain.rights import Right
from onestop.domain.standings import Standing
from onestop.inputs.oversight import OversightQuery
from onestop.queries.agency_papers import overseen_sheet
from onestop.queries.briefings import BriefingPage, briefing
from onestop.queries.fees import open_boxes, overseen_sheets
from onestop.queries.oversight import OversightRow, oversight_rows
from onestop.queries.oversight_choices import OverseenAgency, overseen_agencies
from onestop.queries.oversight_holders import HolderRow
from onestop.web.asked import number
from onestop.web.data import read
from onestop.web.demo import is_demo
from onestop.web.endpoints import endpoint
from onestop.web.filters import local_date, local_time
from onestop.web.identity import actor, viewer
from onestop.web.language import SOURCE, gettext
from onestop.web.messages.entry import N_
from onestop.web.oversight import asked_query, within_reach
from onestop.web.oversight_file import maker_of
from onestop.web.oversight_files import filter_of
from onestop.web.oversight_words import STANDINGS, TITLES, VIEWS, filter_words
from onestop.web.pdf_pages import kept_pdf, shown_pdf
from onestop.web.wording import REASONS, either, reason_words, words

bp = Blueprint("oversight_papers", __name__)

PRINTED_ROWS_MOST: Final = 2_000
"""More lines than anybody reads on paper: a hundred sheets and more than a second to draw."""
BRIEFING_TITLE = N_("Phiếu giao ban: hồ sơ trễ hạn")
SHEET_DAYS: Final = 31


@bp.get("/oversight/overdue.pdf")
@endpoint(Right.EXPORT, reads_personal=True)
def overdue_list() -> Response:
    return _list(Standing.OVERDUE)


@bp.get("/oversight/due-soon.pdf")
@endpoint(Right.EXPORT, reads_personal=True)
def due_soon_list() -> Response:
    return _list(Standing.DUE_SOON)


@bp.get("/oversight/briefing.pdf")
@endpoint(Right.EXPORT, reads_personal=True)
def briefing_page() -> Response:
    """The one page: everything late in the leader's subtree, or in the part asked for."""
    asked, now = OversightQuery(agency=asked_query().agency), clock.now()
    with read() as db:
        agencies = overseen_agencies(db, actor())
        within_reach(asked, agencies)
        page = briefing(db, actor(), now=now, agency=asked.agency)
    with force_locale(SOURCE):
        head = _head(gettext(BRIEFING_TITLE), asked, agencies, {}, now)
        made = render_briefing(head, _with_words(page))
    return shown_pdf(made.pdf, "briefing.pdf")


@bp.get("/oversight/fees")
@endpoint(Right.OVERSEE, reads_personal=True)
def fees() -> ResponseReturnValue:
    """Locked sheets of cash boxes, those with a difference first, and boxes of a day not locked."""
    today = office_date(clock.now())
    day = _day(today)
    with read() as db:
        sheets = overseen_sheets(db, actor(), first=day - timedelta(days=SHEET_DAYS), last=day)
        open_ones = open_boxes(db, actor(), day)
    return render_template(
        "oversight/fees.html", sheets=sheets, open_ones=open_ones, day=day, today=today
    )


@bp.get("/oversight/fees/<int(max=2147483647):sheet_id>.pdf")
@endpoint(Right.OVERSEE, reads_personal=True, subject="fee_sheet:{sheet_id}")
def fee_sheet(sheet_id: int) -> Response:
    with read() as db:
        document_id = overseen_sheet(db, actor(), sheet_id)
        if document_id is None:
            abort(404)
        prints = request.args.get("print", 1, type=number)
        return kept_pdf(db, document_id, f"fee-sheet-{sheet_id}.pdf", prints)


def _list(standing: Standing) -> Response:
    asked, now = asked_query(), clock.now()
    with read() as db:
        agencies = overseen_agencies(db, actor())
        within_reach(asked, agencies)
        rows = oversight_rows(
            db, actor(), standing, filter_of(asked), now=now, most=PRINTED_ROWS_MOST
        )
    with force_locale(SOURCE):
        names = {row.procedure_code: either(row.procedure) for row in rows}
        title = f"{gettext(TITLES[STANDINGS[standing]])} – {gettext(VIEWS[asked.what])}"
        head = _head(title, asked, agencies, names, now)
        lines = [_line(row, by_step=asked.what is View.STEP) for row in rows]
        made = render_overdue_list(head, _columns(standing, asked.what), lines)
    return shown_pdf(made.pdf, f"{standing.value.replace('_', '-')}.pdf")


def _head(
    title: str,
    asked: OversightQuery,
    agencies: Sequence[OverseenAgency],
    names: dict[str, str],
    now: datetime,
) -> ListHead:
    maker = maker_of(viewer())
    theirs, _ = maker.agency  # a paper is in Vietnamese
    on = next((either(row.name) for row in agencies if row.id == asked.agency), "")
    return ListHead(
        agency=on or theirs,
        title=title,
        filters=tuple(label for *_, label in filter_words(asked, agencies, names)),
        made_for=", ".join(filter(None, (maker.name, theirs))),
        made_at=now,
        zone=OFFICE_ZONE.key,
        is_sample=is_demo(),
    )


def _columns(standing: Standing, view: View) -> tuple[str, ...]:
    step = view is View.STEP
    return (
        gettext("Trễ (ngày)") if standing is Standing.OVERDUE else gettext("Còn (ngày)"),
        gettext("Mã hồ sơ"),
        gettext("Chủ hồ sơ"),
        gettext("Thủ tục"),
        gettext("Bước này ở đâu, ai giữ") if step else gettext("Đang ở đâu, ai giữ"),
        gettext("Giao lúc") if step else gettext("Ngày tiếp nhận"),
        gettext("Hạn của bước") if step else gettext("Hẹn trả"),
    )


def _line(row: OversightRow, *, by_step: bool) -> ListLine:
    since = row.holders[0].since if by_step and row.holders else row.received_at
    where = [_holder(holder) for holder in row.holders]
    if row.pause:
        why = f": {reason_words(row.pause.reason)}" if row.pause.reason else ""
        where.append(f"{gettext('Tạm dừng')} – {words(row.pause.kind)}{why}")
    return ListLine(
        days=str(row.days),
        code=row.code,
        applicant=row.applicant,
        procedure=either(row.procedure),
        where=tuple(where),
        since=local_date(since),
        due=local_date(row.due_at) if row.by_date else local_time(row.due_at),
    )


def _holder(holder: HolderRow) -> str:
    waits = holder.kind == "await_citizen"
    who = gettext("Chờ công dân") if waits else holder.person or gettext("Chưa ai nhận")
    phone = f", {holder.phone}" if holder.phone else ""
    return f"{either(holder.agency)}: {either(holder.step)} – {who}{phone}"


def _with_words(page: BriefingPage) -> BriefingPage:
    lines = (replace(one, reason=REASONS.get(one.reason, one.reason)) for one in page.lines)
    return replace(page, lines=tuple(lines))


def _day(today: date) -> date:
    try:
        day = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return today
    # A year is long enough to look back, and no arithmetic on days can fail within it.
    return min(max(day, today - timedelta(days=366)), today)
