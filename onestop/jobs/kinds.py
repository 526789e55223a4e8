"""Which work does which kind of job; those that need the words of pages are added by the pages."""

from onestop.background import Work
from onestop.jobs import calendar_changes, tracking_book

KINDS: dict[str, Work] = {
    calendar_changes.PREVIEW: calendar_changes.show_change,
    calendar_changes.CHANGE: calendar_changes.make_change,
    tracking_book.KIND: tracking_book.make_tracking_book,
}
