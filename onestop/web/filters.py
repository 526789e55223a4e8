"""How instants, days, money and codes look on a page; the office's time zone, both languages."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from flask import Flask
from markupsafe import Markup

from onestop.web.language import ZONE, gettext, is_english, ngettext

OFFICE = ZoneInfo(ZONE)
NO_VALUE = "–"

_WEEKDAYS_VI = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
_WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS_EN = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def local(at: datetime) -> datetime:
    """Return the instant on the clock of the office."""
    return at.astimezone(OFFICE)


def local_time(at: datetime | None) -> str:
    """Return "16:30 26/11/2026"."""
    return NO_VALUE if at is None else f"{local(at):%H:%M %d/%m/%Y}"


def local_hour(at: datetime | None) -> str:
    """Return "16:30"."""
    return NO_VALUE if at is None else f"{local(at):%H:%M}"


def local_date(day: date | datetime | None) -> str:
    """Return "26/11/2026" of a day, or of an instant by the office's clock."""
    if day is None:
        return NO_VALUE
    if isinstance(day, datetime):
        day = local(day).date()
    return f"{day:%d/%m/%Y}"


def local_long(at: datetime | None) -> str:
    """Return "16 giờ 30 phút, thứ Năm, ngày 26/11/2026", or the English way of saying it."""
    if at is None:
        return NO_VALUE
    here = local(at)
    if is_english():
        day = f"{_WEEKDAYS_EN[here.weekday()]} {here.day} {_MONTHS_EN[here.month - 1]} {here.year}"
        return f"{here:%H:%M}, {day}"
    weekday = _WEEKDAYS_VI[here.weekday()]
    return f"{here.hour} giờ {here.minute:02d} phút, {weekday}, ngày {here:%d/%m/%Y}"


def iso(at: datetime | date) -> str:
    """Return the machine's form for <time datetime>: UTC instants, plain days."""
    return at.astimezone(UTC).isoformat() if isinstance(at, datetime) else at.isoformat()


def money(dong: int | None) -> str:
    """Return "1.234.000 đ"; English pages group with commas."""
    if dong is None:
        return NO_VALUE
    grouped = f"{dong:,}"
    return f"{grouped if is_english() else grouped.replace(',', '.')}\N{NO-BREAK SPACE}đ"


def number(value: int | float) -> str:
    """Return the number grouped as the language does: "2.000" or "2,000"."""
    grouped = f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"
    return grouped if is_english() else grouped.translate(str.maketrans(",.", ".,"))


def working_days(days: int) -> str:
    """Return "3 ngày làm việc"."""
    return ngettext("%(num)s ngày làm việc", "%(num)s ngày làm việc", days)


def days_late(days: int) -> str:
    """Return "Trễ 2 ngày làm việc"."""
    return ngettext("Trễ %(num)s ngày làm việc", "Trễ %(num)s ngày làm việc", days)


def days_left(days: int) -> str:
    """Return "Còn 3 ngày làm việc", or that today is the day."""
    if days <= 0:
        return gettext("Hẹn trả hôm nay")
    return ngettext("Còn %(num)s ngày làm việc", "Còn %(num)s ngày làm việc", days)


def grouped(code: str, size: int = 4) -> Markup:
    """Return a long code in groups that the eye can follow; copying it gives it without spaces."""
    groups = [code[start : start + size] for start in range(0, len(code), size)]
    return Markup("").join(Markup('<span class="code-group">{}</span>').format(g) for g in groups)


def init_filters(app: Flask) -> None:
    """Make every function above a template filter of its own name."""
    for made in (
        local_time,
        local_hour,
        local_date,
        local_long,
        iso,
        money,
        number,
        working_days,
        days_late,
        days_left,
        grouped,
    ):
        app.add_template_filter(made)
