"""What anyone types to redo the sum of a due date: a limit, a moment, pauses."""

import re
from datetime import date, datetime, time
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from onestop.domain.calendar_spec import FIRST_YEAR, LAST_YEAR
from onestop.domain.limits import MAX_AMOUNT, BadLimit, Limit, LimitUnit
from onestop.inputs.people import Line, clean, refuse

MOST_PAUSES = 3
_DAY = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
_ISO_DAY = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_HOUR = re.compile(r"([0-9]{1,2})[:.hg]([0-9]{2})")
_AMOUNT = re.compile(r"-?[0-9]{1,9}(?:[.,][0-9]{1,4})?")


def _day(text: Any) -> date:
    """Read "02/03/2026" or "2026-03-02"."""
    text = clean(text)
    if match := _DAY.fullmatch(text):
        day, month, year = (int(part) for part in match.groups())
    elif match := _ISO_DAY.fullmatch(text):
        year, month, day = (int(part) for part in match.groups())
    else:
        raise refuse("day_form")
    try:
        typed = date(year, month, day)
    except ValueError:
        raise refuse("day_impossible") from None
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise refuse("day_out_of_reach", first=FIRST_YEAR, last=LAST_YEAR)
    return typed


def _hour(text: Any) -> time:
    """Read "08:30", "8h30"."""
    match = _HOUR.fullmatch(clean(text))
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        raise refuse("hour_form")
    return time(int(match[1]), int(match[2]))


def _moment(text: Any) -> datetime | None:
    """Read "10:00 05/03/2026" in either order; nothing typed is None."""
    words = clean(text).split(" ")
    if words == [""]:
        return None
    if len(words) != 2:
        raise refuse("moment_form")
    hour, day = words if _HOUR.fullmatch(words[0]) else reversed(words)
    if not _HOUR.fullmatch(hour):
        raise refuse("moment_form")
    return datetime.combine(_day(day), _hour(hour))


Day = Annotated[date, BeforeValidator(_day)]
Hour = Annotated[time, BeforeValidator(_hour)]
Moment = Annotated[datetime | None, BeforeValidator(_moment)]


class Calculation(BaseModel):
    """One sum. Moments are local and without zone: the calendar that counts has it.

    procedure   the code of a procedure, whose limit then counts; else `amount` and `unit` do.
    agency      the code of the agency that receives.
    from1, to1  a pause, and two more; one without an end is still open.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    procedure: Line = ""
    agency: Line = ""
    unit: LimitUnit = LimitUnit.WORKING_DAYS
    amount: Annotated[Line, Field(validate_default=True)] = ""
    date: Day
    time: Hour
    from1: Moment = None
    to1: Moment = None
    from2: Moment = None
    to2: Moment = None
    from3: Moment = None
    to3: Moment = None

    @property
    def limit(self) -> Limit:
        """The limit that was typed; ask only when no procedure was chosen."""
        return _limit(self.amount, self.unit)

    @property
    def received_at(self) -> datetime:
        """When the dossier is handed in, by the local clock."""
        return datetime.combine(self.date, self.time)

    @property
    def pauses(self) -> tuple[tuple[datetime, datetime | None], ...]:
        """From when to when the clock stands still, by the local clock."""
        typed = ((self.from1, self.to1), (self.from2, self.to2), (self.from3, self.to3))
        return tuple((start, end) for start, end in typed if start is not None)

    @field_validator("amount")
    @classmethod
    def _amount(cls, amount: str, info: ValidationInfo) -> str:
        if info.data.get("procedure") or "unit" not in info.data:
            return amount
        _limit(amount, info.data["unit"])
        return amount

    @field_validator("from1", "from2", "from3")
    @classmethod
    def _from(cls, start: datetime | None, info: ValidationInfo) -> datetime | None:
        day, hour = info.data.get("date"), info.data.get("time")
        if start and day and hour and start < datetime.combine(day, hour):
            raise refuse("pause_before_reception")
        return start

    @field_validator("to1", "to2", "to3")
    @classmethod
    def _to(cls, end: datetime | None, info: ValidationInfo) -> datetime | None:
        name = str(info.field_name).replace("to", "from")
        if end is None or name not in info.data:
            return end
        start = info.data[name]
        if start is None:
            raise refuse("pause_without_start")
        if end <= start:
            raise refuse("pause_ends_first")
        return end


def typed_day(text: str) -> date | None:
    """Return the day that a text spells, or None when it would be refused."""
    try:
        return _day(text)
    except PydanticCustomError:
        return None


def _limit(amount: str, unit: LimitUnit) -> Limit:
    """Return the limit, or raise the error of the field `amount`."""
    if unit is LimitUnit.SAME_DAY:
        return Limit(Decimal(1), unit)
    if not amount:
        raise refuse("limit_missing")
    if not _AMOUNT.fullmatch(amount):
        raise refuse("amount_form")
    try:
        return Limit(Decimal(amount.replace(",", ".")), unit)
    except BadLimit as error:
        raise refuse(error.code, most=MAX_AMOUNT) from None
