"""What the forms of a dossier's page do: the service of each action, called with what was typed."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any, Final

from sqlalchemy.orm import Session

from onestop.domain.events import PaperTick, PauseKind
from onestop.domain.rights import Actor
from onestop.domain.statuses import Action
from onestop.inputs.casework import Done
from onestop.inputs.reception import TickedPaper
from onestop.services import casework, pauses, promises, reception, refunds


def _accept_step(db: Session, code: str, *, note: str, **said: Any) -> None:
    """The form of an accepted step has no field for a note."""
    casework.accept_step(db, code, **said)


def _take_in_papers(
    db: Session, code: str, *, papers: tuple[TickedPaper, ...], **said: Any
) -> None:
    brought = [PaperTick(paper.code, paper.kind, paper.count) for paper in papers]
    pauses.take_in(db, code, kind=PauseKind.SUPPLEMENT, papers=brought, **said)


def _take_in_payment(db: Session, code: str, *, amount: int, **said: Any) -> None:
    pauses.take_in(db, code, kind=PauseKind.PAYMENT, amount=amount or None, **said)


SERVICES: Final[Mapping[Action, Callable[..., object]]] = {
    Action.ACCEPT_STEP: _accept_step,
    Action.FINISH_STEP: casework.finish_step,
    Action.SEND_BACK: casework.send_back,
    Action.REFUSE_STEP: casework.refuse_step,
    Action.REASSIGN: casework.reassign,
    Action.REQUEST_SUPPLEMENT: pauses.request_supplement,
    Action.PROPOSE_SUPPLEMENT: pauses.propose_supplement,
    Action.APPROVE_SUPPLEMENT: pauses.approve_supplement,
    Action.TAKE_IN_SUPPLEMENT: _take_in_papers,
    Action.REQUEST_PAYMENT: pauses.request_payment,
    Action.TAKE_IN_PAYMENT: _take_in_payment,
    Action.SUSPEND: pauses.suspend,
    Action.RESUME: partial(pauses.take_in, kind=PauseKind.SUSPENSION),
    Action.DRAFT_EXTENSION: promises.draft_extension,
    Action.EXTEND: promises.extend,
    Action.DECLINE: promises.decline,
    Action.STOP: casework.stop,
    Action.WITHDRAW: casework.withdraw,
    Action.VOID: reception.void_reception,
    Action.REOPEN: casework.reopen,
    Action.ACCEPT_RESULT: casework.accept_result,
    Action.RETURN_RESULT: casework.return_result,
    Action.REFUND: refunds.refund_fee,
}
"""Fields of an action's form are called like what its service takes."""


def carry_out(
    action: Action, typed: Done, db: Session, code: str, *, actor: Actor, at: datetime
) -> None:
    """Do what was typed to the dossier; raises what the service raises."""
    said = dict(typed)
    shown = said.pop("version")
    SERVICES[action](db, code, **said, actor=actor, at=at, expected_version=shown)
