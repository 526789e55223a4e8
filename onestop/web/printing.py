"""Papers made by pages: who may print, what is issued with a decision, printed again."""

from collections.abc import Mapping
from datetime import datetime

from flask import abort, current_app
from sqlalchemy.orm import Session

from onestop.documents.stamp import stamp_reprint
from onestop.domain.print_rights import PrintNotAllowed
from onestop.domain.rights import Actor
from onestop.domain.statuses import Action
from onestop.issuing import Press, issue_paper
from onestop.queries.issued_documents import dossier_version
from onestop.queries.paper_rows import ZONE
from onestop.queries.print_rights import print_rights
from onestop.services import papers
from onestop.services.papers import Reprinted
from onestop.web.demo import is_demo
from onestop.web.messages.reasons import SLIP_REASONS

LETTERS = {
    Action.EXTEND: papers.APOLOGY,
    Action.STOP: papers.STOP_NOTICE,
    Action.ACCEPT_RESULT: papers.REJECTION,
}
"""Decisions that a letter tells the citizen, issued in the same transaction; of the results that
come back only a refusal."""


def require_print(db: Session, actor: Actor, code: str, kind: str) -> None:
    """Stop with 404 for a stranger; raise PrintNotAllowed when the paper is another's to print."""
    rights = print_rights(db, actor, code)
    if rights is None:
        abort(404)
    if not rights.may_print(kind):
        raise PrintNotAllowed(kind)


def issue_letter(db: Session, action: Action, code: str, *, actor: int, at: datetime) -> None:
    """Issue the letter of what was just decided; one that tells it no more becomes void."""
    if action is not Action.REOPEN and action not in LETTERS:
        return
    decided = dossier_version(db, code)
    if action is Action.REOPEN:
        ended = (papers.STOP_NOTICE, papers.REJECTION)
        papers.void_kind(db, decided.dossier_id, *ended, at=at)
        return
    issue_paper(
        db,
        press(),
        LETTERS[action],
        decided.dossier_id,
        agency_id=decided.agency_id,
        actor=actor,
        at=at,
        version=decided.version,
    )


def print_again(db: Session, document_id: int, *, actor: int, at: datetime) -> Reprinted:
    """Issue the stored paper once more under the stamp "Bản in lần N".

    Raises DocumentNotIssued.
    """

    def stamp(content: bytes, n: int) -> bytes:
        return stamp_reprint(content, n, at, zone=ZONE)

    return papers.reprint(db, document_id, stamp=stamp, actor=actor, at=at)


def press(reasons: Mapping[str, str] = SLIP_REASONS) -> Press:
    """Return what the pages of this installation print with."""
    return Press(str(current_app.config["ONESTOP_BASE_URL"]), reasons, is_demo())
