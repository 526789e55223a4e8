"""Papers of the counter made at the edge: numbered, drawn, kept, all in one transaction."""

from collections.abc import Callable, Mapping
from datetime import datetime

from flask import Response, abort, current_app
from sqlalchemy.orm import Session

from onestop.documents.sheets import Rendered
from onestop.domain.form_editions import form_edition_on
from onestop.domain.office_time import office_date
from onestop.inputs.form_editions import form_editions
from onestop.queries.agency_papers import printed_bytes
from onestop.queries.paper_rows import Printing
from onestop.services import papers
from onestop.services.papers import PaperNumber
from onestop.web.demo import is_demo
from onestop.web.wording import REASONS

Draw = Callable[[Printing], Rendered | None]
"""Reads the row of a paper and draws it; None when there is nothing to say."""


def printing_at(
    at: datetime, number: PaperNumber | None = None, reasons: Mapping[str, str] = REASONS
) -> Printing:
    """Return what the edge knows of a paper made now; reasons are Vietnamese, as every paper is."""
    return Printing(
        at=at,
        forms=form_editions(),
        base_url=str(current_app.config["ONESTOP_BASE_URL"]),
        number=number.number if number else None,
        reasons=reasons,
        is_sample=is_demo(),
    )


def issue_desk_paper(
    db: Session,
    kind: str,
    draw: Draw,
    *,
    agency_id: int,
    actor: int,
    at: datetime,
    number: PaperNumber | None = None,
    subject: str = "",
    dossier_id: int | None = None,
    version: int | None = None,
) -> int | None:
    """Number, draw and keep a paper; return its row, or None when there was nothing to say.

    `version` is that of the event a paper of a dossier is about. A number taken for nothing goes
    back only with the transaction: stop it then.
    """
    number = number or papers.next_paper_number(db, agency_id, kind, at=at)
    made = draw(printing_at(at, number))
    if made is None:
        return None
    return papers.issue_document(
        db,
        kind=kind,
        subject=subject,
        dossier_id=dossier_id,
        agency_id=agency_id,
        content=made.pdf,
        replaced=made.replaced,
        form_edition=form_edition_on(form_editions(), office_date(at)).key,
        actor=actor,
        at=at,
        dossier_version=version,
        number=number,
    )


def kept_pdf(db: Session, document_id: int, name: str, print_number: int = 1) -> Response:
    """Return the kept bytes of a paper as a page of its own; 404 when there are none."""
    content = printed_bytes(db, document_id, print_number)
    if content is None:
        abort(404)
    return shown_pdf(content, name)


def shown_pdf(content: bytes, name: str) -> Response:
    """Return a PDF as a page of its own."""
    response = Response(content, mimetype="application/pdf")
    response.headers.set("Content-Disposition", "inline", filename=name)
    return response
