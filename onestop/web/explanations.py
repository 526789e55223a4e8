"""Limits, reckonings and opening hours in words: what the codes of the domain say to people."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby

from onestop.domain.calendar_spec import OpenInterval
from onestop.domain.explanation import RowKind
from onestop.domain.limits import Limit, LimitUnit
from onestop.domain.short_explanations import ShortExplanation, SkippedSpan
from onestop.domain.working_time import WorkingCalendar
from onestop.web.filters import local_date, local_long
from onestop.web.language import gettext, is_english, ngettext
from onestop.web.messages.entry import N_

WEEKDAYS = (
    N_("thứ Hai"),
    N_("thứ Ba"),
    N_("thứ Tư"),
    N_("thứ Năm"),
    N_("thứ Sáu"),
    N_("thứ Bảy"),
    N_("Chủ nhật"),
)


def limit_words(limit: Limit) -> str:
    """Return "10 ngày làm việc", "8 giờ làm việc", "trong ngày, nếu nộp chậm nhất lúc 15:00"."""
    if limit.unit is LimitUnit.SAME_DAY:
        cutoff = f"{limit.cutoff:%H:%M}" if limit.cutoff else ""
        return gettext("trong ngày, nếu nộp chậm nhất lúc %(hour)s", hour=cutoff)
    whole = int(limit.amount) if limit.amount == int(limit.amount) else None
    if whole is None:
        return _fraction_words(limit)
    match limit.unit:
        case LimitUnit.WORKING_HOURS:
            return ngettext("%(num)s giờ làm việc", "%(num)s giờ làm việc", whole)
        case LimitUnit.WORKING_DAYS:
            return ngettext("%(num)s ngày làm việc", "%(num)s ngày làm việc", whole)
        case LimitUnit.CALENDAR_DAYS:
            return ngettext("%(num)s ngày", "%(num)s ngày", whole)
        case _:
            return ngettext("%(num)s tháng", "%(num)s tháng", whole)


def explanation_lines(short: ShortExplanation) -> list[str]:
    """Return why a date is what it is, in two to four lines."""
    lines = [
        gettext(
            "Thời hạn %(limit)s, tính từ %(at)s.",
            limit=limit_words(short.limit),
            at=local_long(short.starts_at),
        )
    ]
    skipped = list(_skipped_words(short.skipped))
    if skipped:
        lines.append(gettext("Không tính: %(days)s.", days="; ".join(skipped)))
    if short.pauses:
        lines.append(
            ngettext(
                "Thời gian tạm dừng không tính vào thời hạn (%(num)s lần).",
                "Thời gian tạm dừng không tính vào thời hạn (%(num)s lần).",
                short.pauses,
            )
        )
    return lines


def reception_hours(calendar: WorkingCalendar) -> list[str]:
    """Return the hours of a usual week, equal neighbouring days together."""
    week = list(zip(WEEKDAYS, calendar.spec.reception_week, strict=True))
    lines = []
    for hours, days in groupby(week, key=lambda day: day[1]):
        names = [gettext(name) for name, _ in days]
        if hours:
            span = names[0] if len(names) == 1 else f"{names[0]} – {names[-1]}"
            lines.append(f"{_capital(span)}: {_hours(hours)}")
    return lines


def _fraction_words(limit: Limit) -> str:
    shown = f"{limit.amount.normalize():f}"
    if not is_english():
        shown = shown.replace(".", ",")
    if limit.unit is LimitUnit.WORKING_HOURS:
        minutes = int(limit.amount * Decimal(60))
        return ngettext("%(num)s phút làm việc", "%(num)s phút làm việc", minutes)
    return gettext("%(amount)s ngày làm việc", amount=shown)


def _skipped_words(spans: Sequence[SkippedSpan]) -> Iterator[str]:
    """Name holidays one by one; weekly days off only by their number, they are many and known."""
    weekly = sum(span.days for span in spans if span.kind is RowKind.SKIPPED_WEEKLY)
    if weekly:
        yield ngettext("%(num)s ngày nghỉ hằng tuần", "%(num)s ngày nghỉ hằng tuần", weekly)
    for span in spans:
        if span.kind is not RowKind.SKIPPED_WEEKLY:
            name = span.name or gettext("ngày nghỉ bù")
            yield f"{name} ({_days(span)})"


def _days(span: SkippedSpan) -> str:
    if span.first_on == span.last_on:
        return local_date(span.first_on)
    return f"{span.first_on:%d/%m}–{local_date(span.last_on)}"


def _hours(hours: Sequence[OpenInterval]) -> str:
    return ", ".join(f"{_clock(one.opens)}–{_clock(one.closes)}" for one in hours)


def _clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02d}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
