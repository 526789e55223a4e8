"""The counter: receiving, guiding, finishing on the spot, returning."""

from onestop.web.reception import form_page, receive, returns, visits
from onestop.web.reception.blueprint import bp

__all__ = ["bp", "form_page", "receive", "returns", "visits"]
