"""The counter: receiving, guiding, finishing on the spot, returning."""

from onestop.web.reception import (
    cash,
    day,
    form_page,
    receive,
    return_list,
    returns,
    slips,
    together,
    visits,
)
from onestop.web.reception.blueprint import bp

__all__ = [
    "bp",
    "cash",
    "day",
    "form_page",
    "receive",
    "return_list",
    "returns",
    "slips",
    "together",
    "visits",
]
