"""Kept papers of the counter shown as pages of their own."""

from flask import Response, abort
from sqlalchemy.orm import Session

from onestop.queries.agency_papers import printed_bytes


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
