"""Fields that several forms share: ids, keys, notes, sums in dong, days, reasons."""

import re
from datetime import date
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field

from onestop.domain.reasons import OTHER, REASONS
from onestop.domain.statuses import Action
from onestop.inputs.people import Line, clean, refuse

MOST_ID = 2**31 - 1
MOST_DONG = 1_000_000_000_000
NOTE_LENGTH = 1000
PAPERS_MOST = 60
# Thousands may be parted, always by the same sign: "12,5" is no sum in dong.
_SUM = re.compile(r"[0-9]+|[0-9]{1,3}(?:([., ])[0-9]{3})(?:\1[0-9]{3})*")
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")

T = TypeVar("T")


def required(problem: str) -> AfterValidator:
    """Return the check of a field that something was typed or chosen, with what else is said."""

    def check(value: T) -> T:
        if not value:
            raise refuse(problem)
        return value

    return AfterValidator(check)


def reason_of(action: Action) -> AfterValidator:
    """Return the check that a reason, where one was chosen, is one of the action's."""
    return AfterValidator(lambda reason: known_reason(action, reason))


def known_reason(action: Action, reason: str) -> str:
    """Return the reason, "" for none; raise the field's error for one of another action."""
    if reason and reason not in REASONS[action]:
        raise refuse("reason_unknown")
    return reason


def require_words(reason: str, note: str) -> None:
    """Refuse the reason "other" without a note that says which."""
    if reason == OTHER and not note:
        raise refuse("note_for_other")


def _short(note: str) -> str:
    if len(note) > NOTE_LENGTH:
        raise refuse("note_too_long", most=NOTE_LENGTH)
    return note


def _nobody(value: Any) -> Any:
    return 0 if value in ("", None) else value


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


Id = Annotated[int, Field(ge=1, le=MOST_ID)]
"""A number of a row of ours that a form carries back."""
ChosenId = Annotated[int, BeforeValidator(_nobody), Field(ge=0, le=MOST_ID)]
"""Such a number out of a list; 0 while nothing is chosen."""
Key = Annotated[Line, Field(max_length=40)]
"""A key or code of ours that a form carries back."""
Note = Annotated[Line, AfterValidator(_short)]
Dong = Annotated[int, BeforeValidator(_dong), Field(ge=0, le=MOST_DONG)]
"""An amount in whole dong."""
DayOrNone = Annotated[date | None, BeforeValidator(_day)]
Answers = dict[str, Annotated[int, Field(ge=0, le=100_000)]]
"""The numbers that a fee is reckoned from, by their key."""
