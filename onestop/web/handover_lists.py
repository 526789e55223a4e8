"""The list of a pile made at the edge: when it is given, and anew when it was answered for."""

from datetime import datetime

from flask import current_app
from sqlalchemy.orm import Session

from onestop.documents.handover_list import render_handover_list
from onestop.documents.sheets import PaperSize
from onestop.domain.form_editions import form_edition_on
from onestop.domain.office_time import office_date
from onestop.inputs.form_editions import form_editions
from onestop.queries.handover_lists import handover_list_row
from onestop.queries.paper_rows import Printing
from onestop.services.papers import PaperNumber, issue_document
from onestop.services.piles import HANDOVER_LIST, Given, keep_list
from onestop.web.demo import is_demo

LONGEST_ON_A5 = 6
"""Papers of a list that is printed on A5; a longer one is on A4."""


def issue_handover_list(
    db: Session,
    pile_id: int,
    *,
    agency_id: int,
    actor: int,
    at: datetime,
    given: Given | None = None,
) -> None:
    """Make and keep the list of a pile as it stands; the one before is void.

    `given` brings the number under which the pile was given: later lists repeat it.
    """
    forms = form_editions()
    printing = Printing(
        at=at,
        forms=forms,
        base_url=str(current_app.config["ONESTOP_BASE_URL"]),
        is_sample=is_demo(),
    )
    row = handover_list_row(db, pile_id, printing)
    size = PaperSize.A5 if len(row.lines) <= LONGEST_ON_A5 else PaperSize.A4
    made = render_handover_list(row, paper=size)
    document_id = issue_document(
        db,
        kind=HANDOVER_LIST,
        agency_id=agency_id,
        subject=str(pile_id),
        content=made.pdf,
        replaced=made.replaced,
        form_edition=form_edition_on(forms, office_date(at)).key,
        actor=actor,
        at=at,
        number=PaperNumber(given.number, given.year) if given else None,
    )
    keep_list(db, pile_id, document_id, at=at)
