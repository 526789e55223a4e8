"""Paper originals on their way: a scan box to make a pile, one to take it, and what is held."""

from onestop.web.piles import giving, hands, taking
from onestop.web.piles.blueprint import bp

__all__ = ["bp", "giving", "hands", "taking"]
