"""What is typed for each thing done to a dossier; one model per action."""

from typing import Annotated, Any, ClassVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from onestop.domain.events import Delivery
from onestop.domain.refilings import REFUSED
from onestop.domain.statuses import Action
from onestop.inputs.fields import (
    MOST_ID,
    PAPERS_MOST,
    ChosenId,
    DayOrNone,
    Dong,
    Id,
    Key,
    Note,
    known_reason,
    reason_of,
    require_words,
    required,
)
from onestop.inputs.people import NAME_LENGTH, Line, refuse
from onestop.inputs.reception import TickedPaper

RESULT_NUMBER_LENGTH = 60


class Done(BaseModel):
    """What every action carries: the version that the page showed, and a note."""

    # What was left out is checked like what was left empty.
    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)

    version: Id
    note: Note = ""


class Explained(Done):
    """An action with a reason out of the list of `domain.reasons`."""

    ACTION: ClassVar[Action]

    reason: Annotated[Key, required("reason_missing")] = ""

    @field_validator("reason")
    @classmethod
    def _reason(cls, reason: str) -> str:
        return known_reason(cls.ACTION, reason)

    @model_validator(mode="after")
    def _says_what(self) -> "Explained":
        require_words(self.reason, self.note)
        return self


class AcceptStep(Done):
    """Take an offered step, or one that a colleague holds."""

    step: Key


class FinishStep(Done):
    """End a step: what a late one, a registrar's, one before a payment has to say."""

    step: Key
    late_reason: Annotated[Key, reason_of(Action.FINISH_STEP)] = ""
    payment: Dong = 0
    result_number: Annotated[Line, Field(max_length=RESULT_NUMBER_LENGTH)] = ""
    registered_on: DayOrNone = None
    chosen: dict[str, Id] = {}

    @model_validator(mode="after")
    def _says_what(self) -> "FinishStep":
        require_words(self.late_reason, self.note)
        return self


class SendBack(Explained):
    """Send the dossier back to an earlier step."""

    ACTION = Action.SEND_BACK

    step: Key
    target: Annotated[Key, required("target_missing")] = ""


class RefuseStep(Explained):
    """Do not take what was offered."""

    ACTION = Action.REFUSE_STEP

    step: Key
    target: Key = ""


class Reassign(Explained):
    """Give a step to another officer."""

    ACTION = Action.REASSIGN

    step: Key
    holder: Annotated[ChosenId, required("holder_missing")] = 0


class RequestSupplement(Explained):
    """Ask the citizen, once and all together, for papers of the procedure's list."""

    ACTION = Action.REQUEST_SUPPLEMENT

    step: Key
    papers: Annotated[
        tuple[Key, ...],
        Field(max_length=PAPERS_MOST),
        required("papers_missing"),
        AfterValidator(lambda papers: tuple(dict.fromkeys(papers))),
    ] = ()


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
    amount: Annotated[Dong, required("amount_missing")] = 0


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

    until: Annotated[DayOrNone, required("new_date_missing")] = None


class Extend(Done):
    """The head of the agency signs a later date; what is left empty is that of the draft."""

    proposal: Annotated[int, Field(ge=0, le=MOST_ID)] = 0
    until: DayOrNone = None
    reason: Annotated[Key, reason_of(Action.EXTEND)] = ""

    @model_validator(mode="after")
    def _says_what(self) -> "Extend":
        require_words(self.reason, self.note)
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

    target: Annotated[Key, required("target_missing")] = ""


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
        return known_reason(Action.ACCEPT_RESULT, reason)

    @model_validator(mode="after")
    def _says_what(self) -> "AcceptResult":
        require_words(self.reason, self.note)
        return self


class Refund(Explained):
    """A fee is given back."""

    ACTION = Action.REFUND

    amount: Annotated[Dong, required("amount_missing")] = 0


class ReturnResult(Done):
    """The citizen has the result."""

    taker: Annotated[Line, Field(max_length=NAME_LENGTH), required("taker_missing")] = ""
    delivery: Delivery = Delivery.DESK
    receipt_lost: bool = False
    collected: Dong = 0


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
    Action.REFUND: Refund,
}
"""The actions that a dossier's page offers, with the model of each; a correction has a page."""
