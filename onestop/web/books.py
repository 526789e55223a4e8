"""The tracking book of an agency: looked at by page, taken away as PDF or Excel."""

import hashlib
from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from onestop import clock
from onestop.documents.excel import MIMETYPE, excel_file
from onestop.documents.tracking_book import note_of, render_tracking_book
from onestop.documents.tracking_book_sheet import book_sheet
from onestop.domain.office_time import OFFICE_ZONE, office_date
from onestop.domain.rights import Right
from onestop.inputs.form_editions import form_editions
from onestop.inputs.tracking_book import BadBookDay, BookQuery
from onestop.queries.paper_rows import Printing
from onestop.queries.tracking_book import (
    BookAgency,
    BookPeriod,
    book_agencies,
    book_figures,
    book_head,
    book_rows,
)
from onestop.services.tracking_books import note_printed_book
from onestop.web.data import read, write
from onestop.web.demo import is_demo
from onestop.web.endpoints import endpoint
from onestop.web.identity import actor
from onestop.web.jobs import ask_for
from onestop.web.language import gettext
from onestop.web.messages.entry import N_

bp = Blueprint("books", __name__, url_prefix="/books")

ROWS: Final = 50
AT_ONCE: Final = 1_000
"""Lines of a book that are written while one waits; a longer one is a job (rule R26)."""
DAY_PROBLEMS = {
    "unreadable": N_("Hãy nhập ngày dạng ngày/tháng/năm, ví dụ 02/03/2026."),
    "other_year": N_("Ngày này không thuộc năm của sổ."),
    "before_first": N_("Ngày cuối phải không trước ngày đầu."),
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """A book that was asked for, or what is wrong with the days of it."""

    agency: BookAgency
    period: BookPeriod | None
    problems: dict[str, str]

    @property
    def year(self) -> int:
        """The year of the book; the newest when none was named."""
        return self.period.year if self.period else self.agency.years[0]


@bp.get("")
@endpoint(Right.SEE_BOOK, reads_personal=True, subject="book:{agency}/{year}")
def book() -> ResponseReturnValue:
    asked = BookQuery.model_validate(request.args.to_dict())
    with read() as db:
        agencies = book_agencies(db, actor())
        if not agencies:
            return render_template("books/none.html")
        chosen = _chosen(asked, agencies)
        period = chosen.period
        figures = book_figures(db, period) if period else None
        pages = max(1, -(-figures.count // ROWS)) if figures else 1
        page = min(asked.page, pages)
        rows = list(book_rows(db, period, skip=(page - 1) * ROWS, most=ROWS)) if period else []
    return render_template(
        "books/book.html",
        asked=asked,
        agencies=agencies,
        chosen=chosen,
        years=sorted({year for one in agencies for year in one.years}, reverse=True),
        figures=figures,
        rows=rows,
        page=page,
        pages=pages,
        link=lambda n: url_for(".book", **_values(chosen), page=n),
        fields=_values(chosen),
        note=lambda row: note_of(row, OFFICE_ZONE.key),
    ), 422 if chosen.problems else 200


@bp.post("/files")
@endpoint(Right.SEE_BOOK, reads_personal=True, subject="book:{agency}/{year}")
def file() -> ResponseReturnValue:
    """Give the file at once when it is small, else the page of the job that makes it."""
    asked = BookQuery.model_validate(request.form.to_dict())
    form = "xlsx" if request.form.get("form") == "xlsx" else "pdf"
    with read() as db:
        chosen = _chosen(asked, book_agencies(db, actor()))
        if chosen.period is None:
            abort(422)
        period, count = chosen.period, book_figures(db, chosen.period).count
    if count <= AT_ONCE:
        return _attached(period, form, _name(chosen.agency, period))
    arguments = {
        "agency": period.agency_id,
        "year": period.year,
        "first": period.first.isoformat(),
        "last": period.last.isoformat(),
        "form": form,
        "name": _name(chosen.agency, period),
    }
    return ask_for("tracking_book", arguments, agency_id=period.agency_id)


def _chosen(asked: BookQuery, agencies: tuple[BookAgency, ...]) -> Chosen:
    """What is asked for; an agency out of reach is answered like one that does not exist."""
    if not agencies:
        abort(404)
    found = next((one for one in agencies if one.id == asked.agency), None)
    if found is None and asked.agency is not None:
        abort(404)
    agency = found or agencies[0]
    year = asked.year if asked.year is not None else agency.years[0]
    try:
        return Chosen(agency, BookPeriod(agency.id, year, *asked.days(year)), {})
    except BadBookDay as error:
        return Chosen(agency, None, {error.field: gettext(DAY_PROBLEMS[error.problem])})


def _values(chosen: Chosen) -> dict[str, Any]:
    period = chosen.period
    if period is None:
        return {"agency": chosen.agency.id}
    values: dict[str, Any] = {"agency": period.agency_id, "year": period.year}
    if not period.is_whole:
        values |= {"first": f"{period.first:%d/%m/%Y}", "last": f"{period.last:%d/%m/%Y}"}
    return values


def _name(agency: BookAgency, period: BookPeriod) -> str:
    """What the file is called, without what follows the dot."""
    name = f"so-theo-doi-{agency.code}-{period.year}"
    if period.is_whole:
        return name
    return f"{name}-{period.first:%m%d}-{period.last:%m%d}"


def _attached(period: BookPeriod, form: str, name: str) -> Response:
    now = clock.now()
    printing = Printing(at=now, forms=form_editions(), base_url="", is_sample=is_demo())
    with read() as db:
        head = book_head(db, period, printing)
        rows = book_rows(db, period)
        if form == "xlsx":
            response = Response(excel_file(book_sheet(head, rows)), mimetype=MIMETYPE)
        else:
            made = render_tracking_book(head, rows)
            response = Response(made.pdf, mimetype="application/pdf")
    if form == "pdf" and period.is_issued(office_date(now)):
        with write() as db:
            note_printed_book(
                db,
                agency_id=period.agency_id,
                year=period.year,
                form_edition=head.edition,
                sha256=hashlib.sha256(made.pdf).hexdigest(),
                replaced=made.replaced,
                by=actor().user_id,
                at=now,
            )
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}.{form}")
    return response
