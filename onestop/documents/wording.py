"""Dates, lengths and sums of money as Vietnamese forms write them."""

from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

WEEKDAYS: Final = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
_UNITS: Final = {
    "working_hours": "giờ làm việc",
    "working_days": "ngày làm việc",
    "calendar_days": "ngày",
    "months": "tháng",
}


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def local(at: datetime, zone: str) -> datetime:
    """Return the aware instant `at` in the time zone named `zone`."""
    return at.astimezone(_zone(zone))


def long_date(on: date) -> str:
    """Return "ngày 05 tháng 02 năm 2026": days below 10 and months below 3 have two digits."""
    month = f"{on.month:02}" if on.month < 3 else f"{on.month}"
    return f"ngày {on.day:02} tháng {month} năm {on.year}"


def long_moment(at: datetime, zone: str) -> str:
    """Return "16 giờ 30 phút, ngày 26 tháng 11 năm 2026" in local time."""
    when = local(at, zone)
    return f"{when.hour} giờ {when.minute:02} phút, {long_date(when.date())}"


def short_moment(at: datetime, zone: str) -> str:
    """Return "16 giờ 30 phút, ngày 26/11/2026" in local time."""
    when = local(at, zone)
    return f"{when.hour} giờ {when.minute:02} phút, ngày {when:%d/%m/%Y}"


def eye_moment(at: datetime, zone: str) -> tuple[str, str]:
    """Return ("16 giờ 30", "thứ Năm 26/11/2026") in local time, for the reader in a hurry."""
    when = local(at, zone)
    return f"{when.hour} giờ {when.minute:02}", f"{WEEKDAYS[when.weekday()]} {when:%d/%m/%Y}"


def limit_text(amount: Decimal, unit: str) -> str:
    """Return the legal length as the forms write it: "3 ngày làm việc", "0,5 ngày làm việc"."""
    if unit == "same_day":
        return "trong ngày làm việc"
    number = f"{amount.normalize():f}".replace(".", ",")
    return f"{number} {_UNITS[unit]}"


def money(amount: int) -> str:
    """Return whole dong with dots between thousands: "15.000 đồng"."""
    return f"{plain_money(amount)} đồng"


def plain_money(amount: int) -> str:
    """Return whole dong with dots between thousands and no unit, for a column of sums."""
    return f"{amount:,}".replace(",", ".")


def code_groups(code: str) -> str:
    """Return a dossier code with air between its parts, for reading aloud."""
    return " - ".join(code.split("-"))


def check_code_groups(check_code: str) -> str:
    """Return the check code in two groups of four symbols."""
    plain = check_code.replace("-", "").replace(" ", "")
    return f"{plain[:4]} {plain[4:]}".strip()
