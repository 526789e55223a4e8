"""What is typed for each thing done to a dossier; one model per action."""

import re
from datetime import date
from typing import Annotated, Any, ClassVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from onestop.domain.events import Delivery
from onestop.domain.reasons import OTHER, REASONS
from onestop.domain.refilings import REFUSED
from onestop.domain.statuses import Action
from onestop.inputs.people import NAME_LENGTH, Line, clean, refuse
from onestop.inputs.reception import Id, TickedPaper

NOTE_LENGTH = 1000
PAPERS_MOST = 60
MOST_ID = 2**31 - 1
MOST_DONG = 1_000_000_000_000
RESULT_NUMBER_LENGTH = 60
# Thousands may be parted, always by the same sign: "12,5" is no sum in dong.
_SUM = re.compile(r"[0-9]+|[0-9]{1,3}(?:([., ])[0-9]{3})(?:\1[0-9]{3})*")
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")


def _dong(value: Any) -> Any:
    """Amounts are typed as people write them: "1.250.000", "1 250 000 đ"."""
    if not isinstance(value, str):
        return value
    text = clean(value).rstrip("đĐ ")
    if not text:
        return 0
    if not _SUM.fullmatch(text):
        raise refuse("amount_form")
    return int(re.sub(r"\D", "", text))


def _day(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    text = clean(value)
    if not text:
        return None
    match = _DAY.fullmatch(text)
    try:
        if match is None:
            return date.fromisoformat(text)
        day, month, year = (int(part) for part in match.groups())
        return date(year, month, day)
    except ValueError:
        raise refuse("day_form") from None


Dong = Annotated[int, BeforeValidator(_dong), Field(ge=0, le=MOST_DONG)]
"""An amount in whole dong."""
Key = Annotated[Line, Field(max_length=40)]
"""A key or code of ours that a form carries back."""


class Done(BaseModel):
    """What every action carries: the version that the page showed, and a note."""

    # What was left out is checked like what was left empty.
    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)

    version: Id
    note: Annotated[str, BeforeValidator(clean)] = ""

    @field_validator("note")
    @classmethod
    def _note(cls, note: str) -> str:
        if len(note) > NOTE_LENGTH:
            raise refuse("note_too_long", most=NOTE_LENGTH)
        return note


class Explained(Done):
    """An action with a reason out of the list of `domain.reasons`."""

    ACTION: ClassVar[Action]

    reason: Key = ""

    @field_validator("reason")
    @classmethod
    def _reason(cls, reason: str) -> str:
        if not reason:
            raise refuse("reason_missing")
        if reason not in REASONS[cls.ACTION]:
            raise refuse("reason_unknown")
        return reason

    @model_validator(mode="after")
    def _says_what(self) -> "Explained":
        if self.reason == OTHER and not self.note:
            raise refuse("note_for_other")
        return self


class AcceptStep(Done):
    """Take an offered step, or one that a colleague holds."""

    step: Key


class FinishStep(Done):
    """End a step: what a late one, a registrar's, one before a payment has to say."""

    step: Key
    late_reason: Key = ""
    payment: Dong = 0
    result_number: Annotated[Line, Field(max_length=RESULT_NUMBER_LENGTH)] = ""
    registered_on: Annotated[date | None, BeforeValidator(_day)] = None
    chosen: dict[str, Id] = {}

    @field_validator("late_reason")
    @classmethod
    def _late_reason(cls, reason: str) -> str:
        if reason and reason not in REASONS[Action.FINISH_STEP]:
            raise refuse("reason_unknown")
        return reason

    @model_validator(mode="after")
    def _says_what(self) -> "FinishStep":
        if self.late_reason == OTHER and not self.note:
            raise refuse("note_for_other")
        return self


class SendBack(Explained):
    """Send the dossier back to an earlier step."""

    ACTION = Action.SEND_BACK

    step: Key
    target: Key = ""

    @field_validator("target")
    @classmethod
    def _target(cls, target: str) -> str:
        if not target:
            raise refuse("target_missing")
        return target


class RefuseStep(Explained):
    """Do not take what was offered."""

    ACTION = Action.REFUSE_STEP

    step: Key
    target: Key = ""


def _chosen(value: Any) -> Any:
    return 0 if value == "" else value


class Reassign(Explained):
    """Give a step to another officer."""

    ACTION = Action.REASSIGN

    step: Key
    holder: Annotated[int, BeforeValidator(_chosen), Field(ge=0, le=MOST_ID)] = 0

    @field_validator("holder")
    @classmethod
    def _holder(cls, holder: int) -> int:
        if not holder:
            raise refuse("holder_missing")
        return holder


class RequestSupplement(Explained):
    """Ask the citizen, once and all together, for papers of the procedure's list."""

    ACTION = Action.REQUEST_SUPPLEMENT

    step: Key
    papers: Annotated[tuple[Key, ...], Field(max_length=PAPERS_MOST)] = ()

    @field_validator("papers")
    @classmethod
    def _papers(cls, papers: tuple[str, ...]) -> tuple[str, ...]:
        if not papers:
            raise refuse("papers_missing")
        return tuple(dict.fromkeys(papers))


class ProposeSupplement(RequestSupplement):
    """Ask a leader whether the citizen may be asked again."""

    ACTION = Action.PROPOSE_SUPPLEMENT


class ApproveSupplement(Done):
    """A leader agrees that the citizen is asked again."""

    proposal: Id


class RequestPayment(Explained):
    """Ask the citizen to pay."""

    ACTION = Action.REQUEST_PAYMENT

    step: Key
    amount: Dong = 0

    @field_validator("amount")
    @classmethod
    def _amount(cls, amount: int) -> int:
        if amount <= 0:
            raise refuse("amount_missing")
        return amount


def _brought(value: Any) -> Any:
    """A box that was ticked says "code|kind"."""
    if not isinstance(value, str):
        return value
    code, _, kind = value.partition("|")
    return {"code": code, "kind": kind or "original"}


class TakeInSupplement(Done):
    """The papers asked for lie on the counter."""

    pause: Id
    papers: Annotated[
        tuple[Annotated[TickedPaper, BeforeValidator(_brought)], ...], Field(max_length=PAPERS_MOST)
    ] = ()


class TakeInPayment(Done):
    """The citizen has paid and shows the proof."""

    pause: Id
    amount: Dong = 0
    chosen: dict[str, Id] = {}


class Suspend(Explained):
    """A leader stops the clock."""

    ACTION = Action.SUSPEND


class Resume(Done):
    """A leader lets the clock go on."""

    pause: Id


class DraftExtension(Explained):
    """Propose a later date with an apology."""

    ACTION = Action.DRAFT_EXTENSION

    until: Annotated[date | None, BeforeValidator(_day)] = None

    @field_validator("until")
    @classmethod
    def _until(cls, until: date | None) -> date | None:
        if until is None:
            raise refuse("new_date_missing")
        return until

    @property
    def new_date(self) -> date:
        """The date typed; the check has seen to it that there is one."""
        return self.until or date.max


class Extend(Done):
    """The head of the agency signs a later date; what is left empty is that of the draft."""

    proposal: Annotated[int, Field(ge=0, le=MOST_ID)] = 0
    until: Annotated[date | None, BeforeValidator(_day)] = None
    reason: Key = ""

    @field_validator("reason")
    @classmethod
    def _reason(cls, reason: str) -> str:
        if reason and reason not in REASONS[Action.EXTEND]:
            raise refuse("reason_unknown")
        return reason

    @model_validator(mode="after")
    def _says_what(self) -> "Extend":
        if self.reason == OTHER and not self.note:
            raise refuse("note_for_other")
        if not self.proposal and self.until is None:
            raise refuse("new_date_missing")
        return self


class Decline(Explained):
    """A leader does not agree to what was proposed."""

    ACTION = Action.DECLINE

    proposal: Id


class Reopen(Explained):
    """A leader opens a finished or stopped dossier again."""

    ACTION = Action.REOPEN

    target: Key = ""

    @field_validator("target")
    @classmethod
    def _target(cls, target: str) -> str:
        if not target:
            raise refuse("target_missing")
        return target


class Stop(Explained):
    """A leader ends the work without a result."""

    ACTION = Action.STOP

    fee_kept: bool = False


class Withdraw(Explained):
    """The applicant takes the dossier back."""

    ACTION = Action.WITHDRAW


class Void(Explained):
    """The clerk undoes a reception."""

    ACTION = Action.VOID


class AcceptResult(Done):
    """The desk holds the result; a refusal says why."""

    outcome: Annotated[str, Field(pattern="^(granted|refused)$")] = "granted"
    reason: Key = ""

    @field_validator("reason")
    @classmethod
    def _reason(cls, reason: str, info: ValidationInfo) -> str:
        if info.data.get("outcome") != REFUSED:
            return ""
        if not reason:
            raise refuse("reason_missing")
        if reason not in REASONS[Action.ACCEPT_RESULT]:
            raise refuse("reason_unknown")
        return reason

    @model_validator(mode="after")
    def _says_what(self) -> "AcceptResult":
        if self.reason == OTHER and not self.note:
            raise refuse("note_for_other")
        return self


class ReturnResult(Done):
    """The citizen has the result."""

    taker: Annotated[Line, Field(max_length=NAME_LENGTH)] = ""
    delivery: Delivery = Delivery.DESK
    receipt_lost: bool = False
    collected: Dong = 0

    @field_validator("taker")
    @classmethod
    def _taker(cls, taker: str) -> str:
        if not taker:
            raise refuse("taker_missing")
        return taker


INPUTS: dict[Action, type[Done]] = {
    Action.ACCEPT_STEP: AcceptStep,
    Action.FINISH_STEP: FinishStep,
    Action.SEND_BACK: SendBack,
    Action.REQUEST_SUPPLEMENT: RequestSupplement,
    Action.TAKE_IN_SUPPLEMENT: TakeInSupplement,
    Action.REQUEST_PAYMENT: RequestPayment,
    Action.TAKE_IN_PAYMENT: TakeInPayment,
    Action.SUSPEND: Suspend,
    Action.RESUME: Resume,
    Action.STOP: Stop,
    Action.WITHDRAW: Withdraw,
    Action.VOID: Void,
    Action.ACCEPT_RESULT: AcceptResult,
    Action.RETURN_RESULT: ReturnResult,
    Action.REFUSE_STEP: RefuseStep,
    Action.REASSIGN: Reassign,
    Action.PROPOSE_SUPPLEMENT: ProposeSupplement,
    Action.APPROVE_SUPPLEMENT: ApproveSupplement,
    Action.DRAFT_EXTENSION: DraftExtension,
    Action.EXTEND: Extend,
    Action.DECLINE: Decline,
    Action.REOPEN: Reopen,
}
"""The actions that a dossier's page offers, with the model of each; a correction has a page."""
