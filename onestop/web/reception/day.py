"""The day of a counter: its sheet, papers it issued for itself, results from units, a poster."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import Response, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from onestop import clock
from onestop.documents.day_sheet import render_day_sheet
from onestop.documents.lists import render_result_list
from onestop.documents.poster import render_poster
from onestop.documents.sheets import Rendered
from onestop.domain.office_time import office_date
from onestop.domain.rights import Right
from onestop.issuing import Draw, issue_agency_paper
from onestop.queries.agency_papers import (
    DAY_SHEET,
    FEE_SHEET,
    RESULT_LIST,
    AgencyPaperRow,
    paper_about,
    paper_of_agencies,
    papers_since,
    subject_of,
)
from onestop.queries.day_sheets import (
    day_sheet_row,
    first_day,
    result_list_row,
    waiting_since,
)
from onestop.queries.desk_papers import DaySheetRow, PosterRow, ResultListRow
from onestop.queries.paper_rows import Printing
from onestop.services.papers import Reprinted, lock_agency_papers, void_paper
from onestop.web import identity
from onestop.web.asked import number
from onestop.web.data import read, write
from onestop.web.demo import is_demo
from onestop.web.endpoints import endpoint
from onestop.web.flash import Tone, flash
from onestop.web.language import gettext
from onestop.web.pdf_pages import kept_pdf, shown_pdf
from onestop.web.printing import press, print_again
from onestop.web.reception.blueprint import bp
from onestop.web.reception.desk import clerk_agencies, counter
from onestop.web.reception.page import either
from onestop.web.wording import REASONS

PAPERS_SHOWN = timedelta(days=7)
LOOKED_BACK = timedelta(days=366)
"""How far back a day may be asked for: no arithmetic on days can fail within it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which agency and which local day a page of the counter is about."""

    agency_id: int
    agency: str
    day: date
    today: date

    @property
    def address(self) -> dict[str, Any]:
        """The parameters that ask for the same again."""
        day = None if self.day == self.today else self.day.isoformat()
        return {"agency": self.agency_id, "day": day}


def asked(db: Session) -> Asked:
    """Return what the address asks for; a day that is none, or is out of reach, is today.

    Stops with 403 for an agency where the person is no clerk.
    """
    here, today = counter(db), office_date(clock.now())
    try:
        day = date.fromisoformat(request.values.get("day", ""))
    except ValueError:
        day = today
    if not today - LOOKED_BACK <= day <= today:
        day = today
    name = either(here.agency.name, here.agency.name_en)
    return Asked(here.agency.id, name, day, today)


@bp.get("/day")
@endpoint(Right.RECEIVE, reads_personal=True)
def day() -> ResponseReturnValue:
    now = clock.now()
    with read() as db:
        here = asked(db)
        sheet = day_sheet_row(
            db,
            here.agency_id,
            here.day,
            press(REASONS).printing(now),
            actor_id=identity.actor().user_id,
        )
        papers = papers_since(db, here.agency_id, here.today - PAPERS_SHOWN)
    return render_template(
        "reception/day.html",
        here=here,
        sheet=sheet,
        papers=papers,
        printing=printing_address(),
    )


@bp.post("/day")
@endpoint(Right.RECEIVE, reads_personal=True)
def print_day() -> ResponseReturnValue:
    """Print the sheet of a day: the stored one while its figures hold, else a new one."""
    with write() as db:
        here = asked(db)
        made = _print_day(db, here.agency_id, here.day, at=clock.now())
    if made is None:
        flash(
            gettext(
                "Đến hết ngày %(day)s quầy chưa tiếp nhận hồ sơ nào, chưa hướng dẫn ai:"
                " không có gì để lập bảng.",
                day=f"{here.day:%d/%m/%Y}",
            ),
            Tone.ERROR,
        )
        return redirect(url_for(".day", **here.address), 303)
    return redirect(url_for(".day", **here.address, **_prints(made)), 303)


@bp.post("/result-list")
@endpoint(Right.RETURN, reads_personal=True)
def print_result_list() -> ResponseReturnValue:
    """Print the list of results that one unit brings and the desk has not accepted yet."""
    unit = request.form.get("unit", type=number) or abort(422)
    with write() as db:
        here = asked(db)
        made = _print_result_list(db, here.agency_id, unit, at=clock.now())
    if made is None:
        flash(gettext("Đơn vị này không còn kết quả nào chờ quầy nhận."), Tone.ERROR)
        return redirect(url_for(".returns", tab="arrived"), 303)
    return redirect(url_for(".returns", tab="arrived", **_prints(made)), 303)


@bp.get("/papers/<int(max=2147483647):document_id>.pdf")
@endpoint(Right.RECEIVE, reads_personal=True, subject="paper:{document_id}")
def paper(document_id: int) -> Response:
    """A paper that the clerk's own agency issued for itself, as printed the nth time."""
    with read() as db:
        found = _paper(db, document_id)
        prints = request.args.get("print", 1, type=number)
        return kept_pdf(db, found.id, f"{found.kind}-{found.number:04}.pdf", prints)


@bp.post("/papers/<int(max=2147483647):document_id>")
@endpoint(Right.RECEIVE, reads_personal=True, subject="paper:{document_id}")
def print_paper_again(document_id: int) -> ResponseReturnValue:
    """Print a kept paper again; a day sheet whose figures hold no more is made anew."""
    now = clock.now()
    with write() as db:
        found = _paper(db, document_id)
        made = None
        if found.kind == DAY_SHEET and not found.is_void:
            made = _print_day(db, found.agency_id, _day_of(found), at=now)
        made = made or _again(db, found.id, at=now)
    back = ".fees" if found.kind == FEE_SHEET else ".day"
    day = None if found.kind == RESULT_LIST else _day_of(found).isoformat()
    return redirect(url_for(back, agency=found.agency_id, day=day, **_prints(made)), 303)


@bp.get("/poster.pdf")
@endpoint(Right.RECEIVE)
def poster() -> Response:
    """The poster of the desk: a view, made anew each time and not kept."""
    with read() as db:
        agency = counter(db).agency
    base = str(current_app.config["ONESTOP_BASE_URL"])
    made = render_poster(
        PosterRow(
            agency=agency.name,
            parent=agency.header_parent,
            phone=agency.phone,
            address=agency.address,
            link=f"{base}{url_for('public.report', code=agency.code, lang=None)}",
        ),
        is_sample=is_demo(),
    )
    return shown_pdf(made.pdf, "poster.pdf")


def printing_address() -> str | None:
    """Return the address of the paper that a redirect asks the page to print, or None."""
    document_id = request.args.get("paper", type=number)
    prints = request.args.get("print", type=number)
    if document_id is None or not prints:
        return None
    return url_for(".paper", document_id=document_id, print=prints if prints > 1 else None)


def _paper(db: Session, document_id: int) -> AgencyPaperRow:
    found = paper_of_agencies(db, document_id, clerk_agencies(identity.actor()))
    return found or abort(404)


def _print_day(db: Session, agency_id: int, day: date, *, at: datetime) -> Reprinted | None:
    """Print the one valid sheet of a day, or return None for a day before the counter's first.

    Source: docs/rules.md, rule P8.
    """
    lock_agency_papers(db, agency_id)
    begun, actor = first_day(db, agency_id), identity.actor().user_id
    if begun is None or day < begun:
        return None

    def row(printing: Printing) -> DaySheetRow:
        return day_sheet_row(db, agency_id, day, printing, actor_id=actor)

    about = day.isoformat()
    subject = subject_of(about, row(press(REASONS).printing(at)).figures)
    found = paper_about(db, agency_id, DAY_SHEET, about)
    if found and found.subject == subject:
        return _again(db, found.id, at=at)
    if found:
        void_paper(db, found.id, at=at)
    return _issued(
        db, DAY_SHEET, agency_id, subject, lambda printing: render_day_sheet(row(printing)), at=at
    )


def _print_result_list(db: Session, agency_id: int, unit: int, *, at: datetime) -> Reprinted | None:
    """Print the one valid list of the results that wait, or return None where none does.

    A list whose results were all taken stays as it was signed. Source: docs/rules.md, rule P8.
    """
    lock_agency_papers(db, agency_id)
    actor = identity.actor().user_id

    def row(printing: Printing) -> ResultListRow | None:
        return result_list_row(db, agency_id, unit, printing, actor_id=actor)

    def draw(printing: Printing) -> Rendered | None:
        listed = row(printing)
        return None if listed is None else render_result_list(listed)

    # Asked before a number is taken: a number that nothing bears would leave a hole.
    waiting, since = row(press(REASONS).printing(at)), waiting_since(db, agency_id, unit)
    if waiting is None or since is None:
        return None
    subject = subject_of(str(unit), waiting.figures)
    found = paper_about(db, agency_id, RESULT_LIST, str(unit))
    if found and found.subject == subject:
        return _again(db, found.id, at=at)
    if found and since <= found.issued_at:
        void_paper(db, found.id, at=at)
    return _issued(db, RESULT_LIST, agency_id, subject, draw, at=at)


def _issued(
    db: Session, kind: str, agency_id: int, subject: str, draw: Draw, *, at: datetime
) -> Reprinted:
    actor = identity.actor().user_id
    made = issue_agency_paper(
        db,
        press(REASONS),
        kind,
        draw,
        agency_id=agency_id,
        actor=actor,
        at=at,
        subject=subject,
    )
    return Reprinted(made or 0, 1)


def _again(db: Session, first_id: int, *, at: datetime) -> Reprinted:
    """The stored paper once more; pages name a print by the first row and its number."""
    again = print_again(db, first_id, actor=identity.actor().user_id, at=at)
    return Reprinted(first_id, again.print_number)


def _day_of(found: AgencyPaperRow) -> date:
    """The day that a day sheet or the sheet of a cash box is about."""
    return date.fromisoformat(found.subject[:10])


def _prints(made: Reprinted) -> dict[str, Any]:
    """The parameters that ask a page to print what was made."""
    return {"paper": made.document_id, "print": made.print_number}
