"""What an administrator types to enter an announced day: the day, its document, for whom."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from onestop.domain.calendar_changes import LONGEST_NAME, LONGEST_SOURCE, CalendarChange, ChangedDay
from onestop.domain.calendar_spec import CalendarProblem, DayKind, Hours, OpenInterval
from onestop.inputs.calculator import Day
from onestop.inputs.fields import MOST_ID
from onestop.inputs.people import Line, clean, refuse


class TypedKind(StrEnum):
    """What a day becomes; the last one takes an exception away."""

    HOLIDAY = "holiday"
    COMPENSATORY_OFF = "compensatory_off"
    MAKEUP_WORKING_DAY = "makeup_working_day"
    USUAL = "usual"


def _hours(text: Any) -> Hours:
    """Read "07:00-11:30, 13:30-17:00"; nothing typed is no hours."""
    words = [word.strip() for word in clean(text).split(",") if word.strip()]
    try:
        return tuple(OpenInterval.parse(word) for word in words)
    except ValueError:
        raise refuse("hours_form") from None


def _day_or_none(text: Any) -> Any:
    return clean(text) or None


class TypedChange(BaseModel):
    """One announced day, or two that are swapped.

    worked    the day worked in exchange for a day off; `hours` are then its own, and those of the
              weekday of `on` when none are typed.
    calendar  the key of the only calendar meant; agency the id of the only agency, with those
              under it when `below`. Neither: every calendar in use.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    on: Day
    kind: TypedKind = TypedKind.HOLIDAY
    name: Annotated[Line, Field(max_length=LONGEST_NAME, validate_default=True)] = ""
    hours: Annotated[Hours, BeforeValidator(_hours)] = ()
    worked: Annotated[Day | None, BeforeValidator(_day_or_none)] = None
    source: Annotated[Line, Field(max_length=LONGEST_SOURCE, validate_default=True)] = ""
    replaces: bool = False
    calendar: Line = ""
    agency: Annotated[int | None, Field(ge=1, le=MOST_ID), BeforeValidator(_day_or_none)] = None
    below: bool = False

    @field_validator("name")
    @classmethod
    def _name(cls, name: str, info: Any) -> str:
        if not name and info.data.get("kind") is not TypedKind.USUAL:
            raise refuse("name_missing")
        return name

    @field_validator("source")
    @classmethod
    def _source(cls, source: str) -> str:
        if not source:
            raise refuse("source_missing")
        return source

    @field_validator("worked")
    @classmethod
    def _worked(cls, worked: date | None, info: Any) -> date | None:
        swaps = (TypedKind.HOLIDAY, TypedKind.COMPENSATORY_OFF)
        if worked is not None and info.data.get("kind") not in swaps:
            raise refuse("worked_needs_day_off")
        return worked

    @classmethod
    def read(cls, typed: Mapping[str, str]) -> Self:
        """Return the change of a form, where `reach` is "all", "calendar:KEY" or "agency:ID"."""
        where, _, which = typed["reach"].partition(":")
        return cls.model_validate(
            {
                **typed,
                "kind": typed["kind"] or TypedKind.HOLIDAY.value,
                "calendar": which if where == "calendar" else "",
                "agency": which if where == "agency" else "",
                "below": bool(typed["below"]),
                "replaces": bool(typed["replaces"]),
            }
        )

    def to_change(self) -> CalendarChange:
        """Return the change; a day worked instead is named after the day off."""
        if self.kind is TypedKind.USUAL:
            return CalendarChange((ChangedDay(self.on, None),), self.source, self.replaces)
        own = () if self.worked else self.hours
        days = [ChangedDay(self.on, DayKind(self.kind), self.name, own)]
        if self.worked:
            name = f"Làm bù cho ngày {self.on:%d/%m/%Y}"
            kind = DayKind.MAKEUP_WORKING_DAY
            days.append(ChangedDay(self.worked, kind, name, self.hours, in_place_of=self.on))
        return CalendarChange(tuple(days), self.source, self.replaces)

    def field_of(self, problem: CalendarProblem) -> str:
        """Return the field that a problem of the change stands at; "" when none does."""
        match problem.path:
            case ("days", int(place), str(field), *_):
                return "worked" if place and field == "on" else field
            case ("source", *_):
                return "source"
            case _:
                return ""
