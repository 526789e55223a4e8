"""What a leader types to move the work of an officer, and what is typed to arrange an absence."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from onestop.domain.delegations import AbsenceReason
from onestop.domain.reasons import OTHER, REASONS
from onestop.domain.statuses import Action
from onestop.inputs.calculator import Day
from onestop.inputs.casework import MOST_ID, NOTE_LENGTH, Key
from onestop.inputs.people import clean, refuse

STEPS_MOST = 50
"""How many steps one form moves (rule R26: no request takes long), and one page shows."""


def _step(value: Any) -> Any:
    """Read "code|step|version", as a box of the list carries it."""
    try:
        code, step, version = str(value).split("|")
        return code[:60], step[:40], int(version)
    except ValueError:
        raise refuse("step_stale") from None


def _person(value: Any) -> Any:
    return 0 if value in ("", None) else value


Step = Annotated[tuple[str, str, Annotated[int, Field(ge=1, le=MOST_ID)]], BeforeValidator(_step)]
Person = Annotated[int, BeforeValidator(_person), Field(ge=0, le=MOST_ID)]


class MoveSteps(BaseModel):
    """Give the ticked steps (code, step, version shown) to another officer."""

    model_config = ConfigDict(extra="ignore", frozen=True, validate_default=True)

    steps: tuple[Step, ...] = ()
    holder: Person = 0
    reason: Key = ""
    note: Annotated[str, BeforeValidator(clean)] = ""

    @field_validator("steps")
    @classmethod
    def _some(cls, steps: tuple[Any, ...]) -> tuple[Any, ...]:
        if not 0 < len(steps) <= STEPS_MOST:
            raise refuse("steps_missing", most=STEPS_MOST)
        return steps

    @field_validator("holder")
    @classmethod
    def _holder(cls, holder: int) -> int:
        if not holder:
            raise refuse("holder_missing")
        return holder

    @field_validator("reason")
    @classmethod
    def _reason(cls, reason: str) -> str:
        if not reason:
            raise refuse("reason_missing")
        if reason not in REASONS[Action.REASSIGN]:
            raise refuse("reason_unknown")
        return reason

    @field_validator("note")
    @classmethod
    def _note(cls, note: str) -> str:
        if len(note) > NOTE_LENGTH:
            raise refuse("note_too_long", most=NOTE_LENGTH)
        return note

    @model_validator(mode="after")
    def _says_what(self) -> "MoveSteps":
        if self.reason == OTHER and not self.note:
            raise refuse("note_for_other")
        return self


class Absence(BaseModel):
    """Who stands in, from which local day to which, and why."""

    model_config = ConfigDict(extra="ignore", frozen=True, validate_default=True)

    stand_in: Person = 0
    first: Annotated[Day | None, BeforeValidator(lambda value: value or None)] = None
    last: Annotated[Day | None, BeforeValidator(lambda value: value or None)] = None
    reason: AbsenceReason = AbsenceReason.LEAVE

    @field_validator("stand_in")
    @classmethod
    def _somebody(cls, stand_in: int) -> int:
        if not stand_in:
            raise refuse("holder_missing")
        return stand_in
