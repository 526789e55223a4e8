"""The day of a counter: its sheet, papers it issued for itself, results from units, a poster."""

from dataclasses import dataclass
from datetime import date, timedelta

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
from onestop.issuing import issue_agency_paper
from onestop.queries.agency_papers import (
    AgencyPaperRow,
    paper_about,
    paper_of_agencies,
    papers_since,
)
from onestop.queries.day_sheets import day_sheet_row, giving_units, result_list_row
from onestop.queries.desk_papers import PosterRow
from onestop.queries.paper_rows import Printing
from onestop.services.papers import void_paper
from onestop.web import identity
from onestop.web.asked import number
from onestop.web.data import read, write
from onestop.web.demo import is_demo
from onestop.web.endpoints import endpoint
from onestop.web.flash import Tone, flash
from onestop.web.language import gettext
from onestop.web.messages.entry import N_
from onestop.web.pdf_pages import kept_pdf, shown_pdf
from onestop.web.printing import press, print_again
from onestop.web.reception.blueprint import bp
from onestop.web.reception.desk import clerk_agencies, counter
from onestop.web.wording import REASONS

DAY_SHEET, RESULT_LIST = "day_sheet", "result_list"
KIND_WORDS = {
    DAY_SHEET: N_("Bảng ngày"),
    RESULT_LIST: N_("Phiếu bàn giao kết quả"),
    "fee_sheet": N_("Bảng kê thu phí, lệ phí"),
}
PAPERS_SHOWN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which agency and which local day a page of the counter is about."""

    agency_id: int
    agency: str
    day: date
    today: date

    @property
    def address(self) -> dict[str, object]:
        """The parameters that ask for the same again."""
        day = None if self.day == self.today else self.day.isoformat()
        return {"agency": self.agency_id, "day": day}


def asked(db: Session) -> Asked:
    """Return what the address asks for; a day that cannot be read, or is still to come, is today.

    Stops with 403 for an agency where the person is no clerk.
    """
    here, today = counter(db), office_date(clock.now())
    try:
        day = date.fromisoformat(request.values.get("day", ""))
    except ValueError:
        day = today
    return Asked(here.agency.id, here.agency.name, min(day, today), today)


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
        kind_words={kind: gettext(words) for kind, words in KIND_WORDS.items()},
        printing=printing_address(),
    )


@bp.post("/day")
@endpoint(Right.RECEIVE, reads_personal=True)
def print_day() -> ResponseReturnValue:
    """Print the sheet of a day: a new one while the day may change, else the stored one again."""
    now, actor = clock.now(), identity.actor().user_id
    with write() as db:
        here = asked(db)
        subject = here.day.isoformat()
        found = paper_about(db, here.agency_id, DAY_SHEET, subject)
        if found and office_date(found.issued_at) > here.day:
            again = print_again(db, found.id, actor=actor, at=now)
            return _printed(here, found.id, again.print_number)
        if found:
            void_paper(db, found.id, at=now)

        def draw(printing: Printing) -> Rendered:
            return render_day_sheet(
                day_sheet_row(db, here.agency_id, here.day, printing, actor_id=actor)
            )

        made = issue_agency_paper(
            db,
            press(REASONS),
            DAY_SHEET,
            draw,
            agency_id=here.agency_id,
            actor=actor,
            at=now,
            subject=subject,
        )
    return _printed(here, made or 0)


@bp.post("/result-list")
@endpoint(Right.RETURN, reads_personal=True)
def print_result_list() -> ResponseReturnValue:
    """Print the list of results that one unit brings and the desk has not accepted yet."""
    now, actor = clock.now(), identity.actor().user_id
    unit = request.form.get("unit", type=number) or abort(422)
    with write() as db:
        here, made = asked(db), None

        def draw(printing: Printing) -> Rendered | None:
            row = result_list_row(db, here.agency_id, unit, printing, actor_id=actor)
            return None if row is None else render_result_list(row)

        # Asked before a number is taken: a number that nothing bears would leave a hole.
        if unit in {row.id for row in giving_units(db, here.agency_id)}:
            made = issue_agency_paper(
                db,
                press(REASONS),
                RESULT_LIST,
                draw,
                agency_id=here.agency_id,
                actor=actor,
                at=now,
                subject=str(unit),
            )
    if made is None:
        flash(gettext("Đơn vị này không còn kết quả nào chờ quầy nhận."), Tone.ERROR)
        return redirect(url_for(".returns", tab="arrived"), 303)
    return redirect(url_for(".returns", tab="arrived", paper=made, print=1), 303)


@bp.get("/papers/<int(max=2147483647):document_id>.pdf")
@endpoint(Right.RECEIVE, reads_personal=True)
def paper(document_id: int) -> Response:
    """A paper that the clerk's own agency issued for itself, as printed the nth time."""
    with read() as db:
        found = _paper(db, document_id)
        prints = request.args.get("print", 1, type=number)
        return kept_pdf(db, found.id, f"{found.kind}-{found.number:04}.pdf", prints)


@bp.post("/papers/<int(max=2147483647):document_id>")
@endpoint(Right.RECEIVE, reads_personal=True)
def print_paper_again(document_id: int) -> ResponseReturnValue:
    with write() as db:
        found = _paper(db, document_id)
        actor = identity.actor().user_id
        again = print_again(db, found.id, actor=actor, at=clock.now())
    back = ".fees" if found.kind == "fee_sheet" else ".day"
    day_asked = found.subject[:10] if found.kind != RESULT_LIST else None
    address = {"agency": found.agency_id, "day": day_asked}
    return redirect(url_for(back, **address, paper=found.id, print=again.print_number), 303)  # type: ignore[arg-type]  # texts and ids


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


def _printed(here: Asked, document_id: int, print_number: int = 1) -> ResponseReturnValue:
    printed = {"paper": document_id, "print": print_number}
    return redirect(url_for(".day", **here.address, **printed), 303)  # type: ignore[arg-type]  # texts and ids
