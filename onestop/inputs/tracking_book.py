"""Which part of which tracking book is asked for."""

from datetime import date
from typing import Annotated

from pydantic import BeforeValidator, Field

from onestop.inputs.addresses import AddressQuery
from onestop.inputs.calculator import typed_day
from onestop.inputs.fields import Id
from onestop.inputs.people import clean

Text = Annotated[str, BeforeValidator(clean), Field(max_length=20)]


class BadBookDay(ValueError):
    """A day that bounds the period cannot be read or lies elsewhere; `field` and `problem` say."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field, self.problem = field, problem


class BookQuery(AddressQuery):
    """A book by agency and year, from one day to another as typed; without days the whole year."""

    agency: Id | None = None
    year: Annotated[int, Field(ge=2000, le=2100)] | None = None
    first: Text = ""
    last: Text = ""
    page: Annotated[int, Field(ge=1, le=100_000)] = 1

    def days(self, year: int) -> tuple[date, date]:
        """Return the first and the last day within `year`. Raises BadBookDay."""
        first = _day("first", self.first, date(year, 1, 1))
        last = _day("last", self.last, date(year, 12, 31))
        if last < first:
            raise BadBookDay("last", "before_first")
        return first, last


def _day(field: str, text: str, without: date) -> date:
    if not text:
        return without
    day = typed_day(text)
    if day is None:
        raise BadBookDay(field, "unreadable")
    if day.year != without.year:
        raise BadBookDay(field, "other_year")
    return day
