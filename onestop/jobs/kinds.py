"""Which work does which kind of job; those that need the words of pages are added by the pages."""

from onestop.background import Work
from onestop.jobs import tracking_book

KINDS: dict[str, Work] = {
    tracking_book.KIND: tracking_book.make_tracking_book,
}
