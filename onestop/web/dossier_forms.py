"""The forms of a dossier's page: read into their models, refused field by field, carried out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import singledispatch
from typing import Any

from pydantic import ValidationError
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from onestop.domain.errors import DomainError
from onestop.domain.events import PaperTick, PauseKind
from onestop.domain.rights import Actor
from onestop.domain.statuses import Action
from onestop.inputs import casework as typed_in
from onestop.inputs.casework import INPUTS, Done
from onestop.queries.dossier_rows import MoveRow
from onestop.services import casework, pauses, promises, reception
from onestop.services.refunds import refund_fee
from onestop.web.language import gettext
from onestop.web.messages import message_for
from onestop.web.messages.casework import FIELD_PROBLEMS
from onestop.web.messages.refused import field_problems

MANY = frozenset({"papers"})
MAPPED = frozenset({"chosen"})
_FIELDS = {
    "ReasonMissing": ("late_reason", "reason"),
    "NothingUnmet": ("reason",),
    "ResultNumberMissing": ("result_number",),
    "NothingAsked": ("payment", "amount", "papers"),
    "PapersNotBrought": ("papers",),
    "UnknownPaper": ("papers",),
    "WrongTarget": ("target",),
    "AlreadyHolds": ("holder",),
    "CannotHold": ("holder",),
    "ExtensionTooLate": ("until",),
    "ExtensionNotLater": ("until",),
    "RefundTooLarge": ("amount",),
    "RefundUnfounded": ("reason",),
}
"""The field at which a refusal of a service stands: the first that the form has."""


@dataclass(frozen=True, slots=True)
class SentForm:
    """A form as it came back: which one it was, what was typed, what is wrong with it.

    `prefix` names the form on the page: its fields are called "prefix:field", so that several forms
    stand on one page without sharing an id. Problems go by those names.
    """

    action: Action
    prefix: str
    values: Mapping[str, list[str]]
    problems: Mapping[str, str] = field(default_factory=dict)

    def value(self, name: str) -> str:
        """What was typed into a field, "" when nothing."""
        return next(iter(self.values.get(name, [])), "")

    def chose(self, name: str, value: str) -> bool:
        """Whether a box of this value was ticked."""
        return value in self.values.get(name, [])

    def problem(self, name: str) -> str:
        """The sentence beside a field, "" when it is fine."""
        return self.problems.get(f"{self.prefix}:{name}", "")


def carried(move: MoveRow) -> dict[str, str]:
    """Return what the form of a move says without being typed: the step, pause or proposal."""
    things = {"step": move.step, "pause": str(move.pause), "proposal": str(move.proposal)}
    known = INPUTS[move.action].model_fields
    return {name: thing for name, thing in things.items() if name in known}


def prefix_of(move: MoveRow) -> str:
    """Return the name of the form for one move, unique on the page."""
    return "-".join([move.action.value, *carried(move).values()])


def read_form(action: Action, sent: MultiDict[str, str], *, today: date) -> tuple[Any, SentForm]:
    """Return the typed input (None when something is wrong) and the form as it came back."""
    model = INPUTS[action]
    values: dict[str, list[str]] = {}
    for name, texts in sent.lists():
        values.setdefault(name.rpartition(":")[2], []).extend(texts)
    form = SentForm(action, _prefix(action, values), values)
    try:
        typed = model.model_validate(_content(model, values))
    except ValidationError as error:
        return None, _with_problems(form, _problems(error, form.prefix))
    registered_on = getattr(typed, "registered_on", None)
    if registered_on is not None and registered_on > today:
        text = FIELD_PROBLEMS["day_in_future"]
        return None, _with_problems(form, {f"{form.prefix}:registered_on": gettext(text)})
    return typed, form


def refused(form: SentForm, error: DomainError) -> SentForm:
    """Return the form with the refusal of a service at the field it speaks of."""
    known = INPUTS[form.action].model_fields
    places = _FIELDS.get(type(error).__name__, ())
    name = next((f"{form.prefix}:{place}" for place in places if place in known), "")
    return _with_problems(form, {name: message_for(error)})


@singledispatch
def carry_out(typed: Done, db: Session, code: str, *, actor: Actor, at: datetime) -> None:
    """Do what was typed to the dossier; raises what the service raises."""
    raise TypeError(f"nothing carries out {type(typed).__name__}")


@carry_out.register
def _(typed: typed_in.AcceptStep, db: Session, code: str, **by: Any) -> None:
    casework.accept_step(db, code, step=typed.step, expected_version=typed.version, **by)


@carry_out.register
def _(typed: typed_in.FinishStep, db: Session, code: str, **by: Any) -> None:
    casework.finish_step(
        db,
        code,
        step=typed.step,
        note=typed.note,
        late_reason=typed.late_reason,
        payment=typed.payment,
        result_number=typed.result_number,
        registered_on=typed.registered_on,
        chosen=typed.chosen,
        expected_version=typed.version,
        **by,
    )


@carry_out.register
def _(typed: typed_in.SendBack, db: Session, code: str, **by: Any) -> None:
    casework.send_back(db, code, step=typed.step, target=typed.target, **_why(typed), **by)


@carry_out.register
def _(typed: typed_in.RefuseStep, db: Session, code: str, **by: Any) -> None:
    casework.refuse_step(db, code, step=typed.step, target=typed.target, **_why(typed), **by)


@carry_out.register
def _(typed: typed_in.Reassign, db: Session, code: str, **by: Any) -> None:
    casework.reassign(db, code, step=typed.step, holder=typed.holder, **_why(typed), **by)


@carry_out.register
def _(typed: typed_in.ProposeSupplement, db: Session, code: str, **by: Any) -> None:
    pauses.propose_supplement(db, code, step=typed.step, papers=typed.papers, **_why(typed), **by)


@carry_out.register
def _(typed: typed_in.ApproveSupplement, db: Session, code: str, **by: Any) -> None:
    pauses.approve_supplement(db, code, proposal=typed.proposal, **_noted(typed), **by)


@carry_out.register
def _(typed: typed_in.DraftExtension, db: Session, code: str, **by: Any) -> None:
    promises.draft_extension(db, code, until=typed.new_date, **_why(typed), **by)


@carry_out.register
def _(typed: typed_in.Extend, db: Session, code: str, **by: Any) -> None:
    promises.extend(
        db,
        code,
        proposal=typed.proposal,
        until=typed.until,
        reason=typed.reason,
        **_noted(typed),
        **by,
    )


@carry_out.register
def _(typed: typed_in.Decline, db: Session, code: str, **by: Any) -> None:
    promises.decline(db, code, proposal=typed.proposal, **_why(typed), **by)


@carry_out.register
def _(typed: typed_in.Reopen, db: Session, code: str, **by: Any) -> None:
    casework.reopen(db, code, target=typed.target, **_why(typed), **by)


@carry_out.register
def _(typed: typed_in.RequestSupplement, db: Session, code: str, **by: Any) -> None:
    pauses.request_supplement(db, code, step=typed.step, papers=typed.papers, **_why(typed), **by)


@carry_out.register
def _(typed: typed_in.RequestPayment, db: Session, code: str, **by: Any) -> None:
    pauses.request_payment(db, code, step=typed.step, amount=typed.amount, **_why(typed), **by)


@carry_out.register
def _(typed: typed_in.TakeInSupplement, db: Session, code: str, **by: Any) -> None:
    pauses.take_in(
        db,
        code,
        kind=PauseKind.SUPPLEMENT,
        pause=typed.pause,
        papers=[PaperTick(paper.code, paper.kind, paper.count) for paper in typed.papers],
        **_noted(typed),
        **by,
    )


@carry_out.register
def _(typed: typed_in.TakeInPayment, db: Session, code: str, **by: Any) -> None:
    pauses.take_in(
        db,
        code,
        kind=PauseKind.PAYMENT,
        pause=typed.pause,
        amount=typed.amount or None,
        note=typed.note,
        chosen=typed.chosen,
        expected_version=typed.version,
        **by,
    )


@carry_out.register
def _(typed: typed_in.Suspend, db: Session, code: str, **by: Any) -> None:
    pauses.suspend(db, code, **_why(typed), **by)


@carry_out.register
def _(typed: typed_in.Resume, db: Session, code: str, **by: Any) -> None:
    pauses.take_in(db, code, kind=PauseKind.SUSPENSION, pause=typed.pause, **_noted(typed), **by)


@carry_out.register
def _(typed: typed_in.Stop, db: Session, code: str, **by: Any) -> None:
    casework.stop(db, code, fee_kept=typed.fee_kept, **_why(typed), **by)


@carry_out.register
def _(typed: typed_in.Withdraw, db: Session, code: str, **by: Any) -> None:
    casework.withdraw(db, code, **_why(typed), **by)


@carry_out.register
def _(typed: typed_in.Void, db: Session, code: str, **by: Any) -> None:
    reception.void_reception(db, code, **_why(typed), **by)


@carry_out.register
def _(typed: typed_in.AcceptResult, db: Session, code: str, **by: Any) -> None:
    said = {"outcome": typed.outcome, "reason": typed.reason, **_noted(typed)}
    casework.accept_result(db, code, **said, **by)


@carry_out.register
def _(typed: typed_in.Refund, db: Session, code: str, **by: Any) -> None:
    refund_fee(db, code, amount=typed.amount, **_why(typed), **by)


@carry_out.register
def _(typed: typed_in.ReturnResult, db: Session, code: str, **by: Any) -> None:
    casework.return_result(
        db,
        code,
        taker=typed.taker,
        delivery=typed.delivery,
        receipt_lost=typed.receipt_lost,
        collected=typed.collected,
        **_noted(typed),
        **by,
    )


def _why(typed: typed_in.Explained) -> dict[str, Any]:
    return {"reason": typed.reason, **_noted(typed)}


def _noted(typed: Done) -> dict[str, Any]:
    return {"note": typed.note, "expected_version": typed.version}


def _prefix(action: Action, values: Mapping[str, list[str]]) -> str:
    known = INPUTS[action].model_fields
    names = ("step", "pause", "proposal")
    things = [values[name][-1] for name in names if name in known and name in values]
    return "-".join([action.value, *things])


def _content(model: type[Done], values: Mapping[str, list[str]]) -> dict[str, Any]:
    content: dict[str, Any] = {}
    for name in model.model_fields:
        if name in MAPPED:
            content[name] = {
                key.partition(".")[2]: texts[-1]
                for key, texts in values.items()
                if key.startswith(f"{name}.") and texts[-1]
            }
        elif name in values:
            content[name] = values[name] if name in MANY else values[name][-1]
    return content


def _with_problems(form: SentForm, problems: Mapping[str, str]) -> SentForm:
    return SentForm(form.action, form.prefix, form.values, problems)


def _problems(error: ValidationError, prefix: str) -> dict[str, str]:
    problems = field_problems(error, FIELD_PROBLEMS)
    return {f"{prefix}:{name}": sentence for name, sentence in problems.items()}
