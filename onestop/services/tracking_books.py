"""What is kept of a printed tracking book: a row among the issued documents, not its bytes."""

from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from onestop.domain.form_editions import FormKind
from onestop.models.documents import IssuedDocument
from onestop.services.numbers import next_in_series

KIND = FormKind.TRACKING_BOOK.value


def note_printed_book(
    session: Session,
    *,
    agency_id: int,
    year: int,
    form_edition: str,
    sha256: str,
    replaced: int,
    by: int,
    at: datetime,
) -> int:
    """Keep that the book of a whole year that is over was printed, and the hash of the file.

    Returns how many there are of it now. The bytes hold thousands of people, each of whom may have
    to be erased: they are the agency's to archive (docs/decisions/0024-a-book-keeps-its-hash.md).
    Source: docs/rules.md, rules R13, R21.
    """
    number = next_in_series(session, agency_id, KIND, year)
    session.execute(
        insert(IssuedDocument).values(
            agency_id=agency_id,
            kind=KIND,
            subject=str(year),
            form_edition=form_edition,
            year=year,
            number=number,
            issued_at=at,
            issued_by=by,
            sha256=sha256,
            content=None,
            replaced_characters=replaced,
        )
    )
    return number
