"""Papers of an agency: of its desks, its cash boxes and the piles that leave it."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from onestop.documents.cash import render_fee_sheet
from onestop.documents.handover_list import render_handover_list
from onestop.documents.sheets import PaperSize, Rendered
from onestop.issuing.press import Press, edition_on
from onestop.queries.handover_lists import handover_list_row
from onestop.queries.money_papers import fee_sheet_row
from onestop.queries.paper_rows import Printing
from onestop.services import papers
from onestop.services.fees import FEE_SHEET, Draft, lock_fee_sheet
from onestop.services.papers import PaperNumber
from onestop.services.piles import HANDOVER_LIST, Given, keep_list

Draw = Callable[[Printing], Rendered | None]
"""Reads the row of a paper and draws it; None when there is nothing to say."""
LONGEST_ON_A5 = 6
"""Papers of a hand-over list that is printed on A5; a longer one is on A4."""


def issue_agency_paper(
    session: Session,
    press: Press,
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
    back only with the transaction: stop it then. Source: docs/rules.md, rule R21.
    """
    number = number or papers.next_paper_number(session, agency_id, kind, at=at)
    made = draw(press.printing(at, number))
    if made is None:
        return None
    return papers.issue_document(
        session,
        kind=kind,
        subject=subject,
        dossier_id=dossier_id,
        agency_id=agency_id,
        content=made.pdf,
        replaced=made.replaced,
        form_edition=edition_on(at),
        actor=actor,
        at=at,
        dossier_version=version,
        number=number,
    )


def issue_fee_sheet(session: Session, press: Press, draft: Draft) -> int:
    """Make the sheet of a counted cash box, lock the box with it, and return the paper's row."""

    def draw(printing: Printing) -> Rendered:
        row = fee_sheet_row(
            session,
            draft.lines,
            printing,
            agency_id=draft.agency_id,
            clerk_id=draft.clerk_id,
            day=draft.day,
            part=draft.part,
            counted=draft.counted,
            reason=draft.reason,
        )
        return render_fee_sheet(row)

    document_id = issue_agency_paper(
        session,
        press,
        FEE_SHEET,
        draw,
        agency_id=draft.agency_id,
        actor=draft.clerk_id,
        at=draft.at,
        number=draft.number,
        subject=draft.subject,
    )
    lock_fee_sheet(session, draft, document_id=document_id or 0)
    return document_id or 0


def issue_handover_list(
    session: Session,
    press: Press,
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
    row = handover_list_row(session, pile_id, press.printing(at))
    size = PaperSize.A5 if len(row.lines) <= LONGEST_ON_A5 else PaperSize.A4
    made = render_handover_list(row, paper=size)
    document_id = papers.issue_document(
        session,
        kind=HANDOVER_LIST,
        agency_id=agency_id,
        subject=str(pile_id),
        content=made.pdf,
        replaced=made.replaced,
        form_edition=edition_on(at),
        actor=actor,
        at=at,
        number=PaperNumber(given.number, given.year) if given else None,
    )
    keep_list(session, pile_id, document_id, at=at)
