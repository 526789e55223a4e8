"""Which work does which kind of job; those that need the words of pages are added by the pages."""

from onestop.background import Work

KINDS: dict[str, Work] = {}
