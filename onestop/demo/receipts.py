"""Papers of the demonstration: receipts and letters, issued as desks and agencies would.

Receipts of older, finished dossiers are not made: two thousand PDFs would take longer than all the
rest, and a desk that prints one makes it then.
"""

from datetime import timedelta

from sqlalchemy.orm import Session

from onestop.demo.trips import World
from onestop.issuing import Press, issue_paper
from onestop.queries.demo import dossiers_to_receipt, dossiers_told_by_letter
from onestop.queries.paper_rows import letter_fact
from onestop.services.papers import APOLOGY, RECEIPT, REJECTION, STOP_NOTICE

RECENT = timedelta(days=4)
MOST = 60


def issue_receipts(session: Session, world: World, *, base_url: str) -> int:
    """Issue the receipts, oldest first, each at the instant of its reception; return how many."""
    press = Press(base_url, is_sample=True)
    rows = dossiers_to_receipt(session, since=world.now - RECENT, most=MOST)
    for row in rows:
        issue_paper(
            session,
            press,
            RECEIPT,
            row.dossier_id,
            agency_id=row.agency_id,
            actor=row.received_by,
            at=row.received_at,
            version=1,
        )
    return len(rows)


def issue_letters(session: Session, *, base_url: str) -> int:
    """Issue apologies, stop notices, refusals, each at the instant of its decision; how many."""
    press = Press(base_url, is_sample=True)
    told = [
        (fact.recorded.recorded_at, dossier_id, kind, fact.recorded)
        for dossier_id in dossiers_told_by_letter(session, most=MOST)
        for kind in (APOLOGY, STOP_NOTICE, REJECTION)
        if (fact := letter_fact(session, dossier_id, kind))
    ]
    for at, dossier_id, kind, recorded in sorted(told, key=lambda one: one[:3]):
        issue_paper(
            session,
            press,
            kind,
            dossier_id,
            agency_id=0,
            actor=recorded.actor,
            at=at,
            version=recorded.version,
        )
    return len(told)
