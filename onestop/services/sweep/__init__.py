"""What happens by itself when time has passed; every act may be repeated and catches up.

Each module finds what is due by SQL and does one piece of it in the caller's transaction, where it
reads and decides again: a second sweep beside the first finds nothing left to do.
"""

from onestop.services.sweep.erasing import erase_visits, forget_failures, forget_keys
from onestop.services.sweep.extensions import draft_by_itself, extensions_due
from onestop.services.sweep.notices import forget_notices, write_notices
from onestop.services.sweep.piles import write_pile_notices
from onestop.services.sweep.terms import follow_term, terms_due

__all__ = [
    "draft_by_itself",
    "erase_visits",
    "extensions_due",
    "follow_term",
    "forget_failures",
    "forget_keys",
    "forget_notices",
    "terms_due",
    "write_notices",
    "write_pile_notices",
]
