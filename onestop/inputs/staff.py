"""What a leader types to move the work of an officer, and what is typed to arrange an absence."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, field_validator, model_validator

from onestop.domain.delegations import AbsenceReason
from onestop.domain.statuses import Action
from onestop.inputs.calculator import Day
from onestop.inputs.fields import ChosenId, Id, Key, Note, reason_of, require_words, required
from onestop.inputs.people import refuse

STEPS_MOST = 50
"""How many steps one form moves (rule R26: no request takes long), and one page shows."""


def _step(value: Any) -> Any:
    """Read "code|step|version", as a box of the list carries it."""
    try:
        code, step, version = str(value).split("|")
        return code[:60], step[:40], int(version)
    except ValueError:
        raise refuse("step_stale") from None


Step = Annotated[tuple[str, str, Id], BeforeValidator(_step)]


class MoveSteps(BaseModel):
    """Give the ticked steps (code, step, version shown) to another officer."""

    model_config = ConfigDict(extra="ignore", frozen=True, validate_default=True)

    steps: tuple[Step, ...] = ()
    holder: Annotated[ChosenId, required("holder_missing")] = 0
    reason: Annotated[Key, required("reason_missing"), reason_of(Action.REASSIGN)] = ""
    note: Note = ""

    @field_validator("steps")
    @classmethod
    def _some(cls, steps: tuple[Any, ...]) -> tuple[Any, ...]:
        if not 0 < len(steps) <= STEPS_MOST:
            raise refuse("steps_missing", most=STEPS_MOST)
        return steps

    @model_validator(mode="after")
    def _says_what(self) -> "MoveSteps":
        require_words(self.reason, self.note)
        return self


class Absence(BaseModel):
    """Who stands in, from which local day to which, and why."""

    model_config = ConfigDict(extra="ignore", frozen=True, validate_default=True)

    stand_in: Annotated[ChosenId, required("holder_missing")] = 0
    first: Annotated[Day | None, BeforeValidator(lambda value: value or None)] = None
    last: Annotated[Day | None, BeforeValidator(lambda value: value or None)] = None
    reason: AbsenceReason = AbsenceReason.LEAVE
