"""The local day of the offices: every date of a number, a rule or a report is one of these."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

OFFICE_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def office_date(at: datetime) -> date:
    """Return the local date of an instant, whatever zone the server has."""
    return at.astimezone(OFFICE_ZONE).date()
