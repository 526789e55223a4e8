"""Receipts of the dossiers that are still open or came in lately, issued as a counter would.

Those of older, finished dossiers are not made: two thousand PDFs would take longer than all the
rest, and a desk that prints one makes it then.
"""

from datetime import timedelta

from sqlalchemy.orm import Session

from onestop.demo.trips import World
from onestop.documents.renderers import RENDERERS
from onestop.documents.sheets import PaperSize
from onestop.domain.form_editions import form_edition_on
from onestop.domain.office_time import office_date
from onestop.inputs.form_editions import form_editions
from onestop.queries.demo import dossiers_to_receipt
from onestop.queries.paper_rows import Printing, receipt_row
from onestop.services.papers import RECEIPT, issue_document, next_paper_number

RECENT = timedelta(days=4)
MOST = 60


def issue_receipts(session: Session, world: World, *, base_url: str) -> int:
    """Issue the receipts, oldest first, each at the instant of its reception; return how many."""
    rows = dossiers_to_receipt(session, since=world.now - RECENT, most=MOST)
    forms = form_editions()
    for row in rows:
        number = next_paper_number(session, row.agency_id, RECEIPT, at=row.received_at)
        printing = Printing(
            at=row.received_at,
            forms=forms,
            base_url=base_url,
            number=number.number,
            is_sample=True,
        )
        made = RENDERERS[RECEIPT](
            receipt_row(session, row.dossier_id, printing), paper=PaperSize.A5
        )
        issue_document(
            session,
            kind=RECEIPT,
            dossier_id=row.dossier_id,
            agency_id=row.agency_id,
            content=made.pdf,
            replaced=made.replaced,
            form_edition=form_edition_on(forms, office_date(row.received_at)).key,
            actor=row.received_by,
            at=row.received_at,
            dossier_version=1,
            number=number,
        )
    return len(rows)
