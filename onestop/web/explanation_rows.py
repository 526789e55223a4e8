"""The rows of an explanation in words: when, and what the clock did then."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from onestop.domain.events import PauseKind
from onestop.domain.explanation import COUNTING, SKIPPING, ExplanationRow, RowKind
from onestop.domain.limits import LimitUnit
from onestop.web.explanations import WEEKDAYS
from onestop.web.filters import local, local_date, local_hour, local_time
from onestop.web.language import gettext, ngettext
from onestop.web.messages.entry import N_
from onestop.web.wording import amount_words, reason_words, words

MINUTE = timedelta(minutes=1)
PLACES = 3
"""Decimals of days in a row: what a reader adds up gives the limit."""

NOTES = {
    (RowKind.MOVED_TO_NEXT_DAY, "exclude_start"): N_(
        "Không tính ngày nộp: tính từ ngày làm việc tiếp theo"
    ),
    (RowKind.MOVED_TO_NEXT_DAY, "after_cutoff"): N_(
        "Nộp sau giờ chốt trong ngày: tính từ ngày làm việc tiếp theo"
    ),
    (RowKind.SHIFTED, "not_working_day"): N_(
        "Ngày cuối là ngày nghỉ: lùi đến ngày làm việc tiếp theo"
    ),
    (RowKind.SHIFTED, "opening_hours"): N_("Ngoài giờ: chuyển vào giờ làm việc của ngày đó"),
    (RowKind.SHIFTED, "end_of_day"): N_("Tính đến hết giờ làm việc của ngày cuối"),
    (RowKind.SHIFTED, "never_earlier"): N_("Không sớm hơn ngày đã hẹn trước khi tạm dừng"),
    (RowKind.SHIFTED, "whole_minute"): N_("Làm tròn lên đến phút"),
    (RowKind.SHIFTED, "not_after_total"): N_("Không muộn hơn hẹn trả chung"),
}
PROMISED = {
    "": N_("Đã hẹn trước khi tạm dừng"),
    "calendar": N_("Đã hẹn trước khi lịch nghỉ thay đổi"),
}
REOPENED = N_("hồ sơ đã kết thúc rồi mở lại")


@dataclass(frozen=True, slots=True)
class RowWords:
    """One row as it is read. `mark` is "counted", "due", "leg" or "" for what does not count."""

    when: str
    what: str
    mark: str


@dataclass(frozen=True, slots=True)
class Frame:
    """What the first and the last row of an explanation are called, and the steps of a plan.

    Empty words leave those of a whole dossier; `steps` gives a step's name by its key.
    """

    starts: str = ""
    due: str = ""
    steps: Mapping[str, str] = field(default_factory=dict)


WHOLE = Frame()
_MARKS = {RowKind.DUE: "due", RowKind.LEG: "leg"}


def row_words(rows: Iterable[ExplanationRow], frame: Frame = WHOLE) -> list[RowWords]:
    """Return the rows in words, in the language of the request and local time."""
    return [RowWords(_when(row), _what(row, frame), _mark(row)) for row in rows]


def _mark(row: ExplanationRow) -> str:
    return "counted" if row.kind in COUNTING else _MARKS.get(row.kind, "")


def _when(row: ExplanationRow) -> str:
    first, last = local(row.from_at).date(), local(row.to_at - MINUTE).date()
    if row.count is not None:
        return local_date(first) if first == last else f"{local_date(first)} – {local_date(last)}"
    if row.kind in SKIPPING:
        return _day(first)
    if row.from_at == row.to_at:
        return _open_since(row.from_at) if row.kind is RowKind.PAUSE else _instant(row.from_at)
    if first == last:
        return f"{local_hour(row.from_at)}–{local_hour(row.to_at)}, {_day(first)}"
    return f"{local_time(row.from_at)} – {local_time(row.to_at)}"


def _what(row: ExplanationRow, frame: Frame) -> str:
    if row.count is not None:
        return _counted_days(row.count, row.note)
    match row.kind:
        case RowKind.PAUSE:
            return _pause(row)
        case RowKind.LEG:
            return gettext("Bước: %(step)s", step=frame.steps.get(row.note, row.name))
        case RowKind.PROMISED:
            return gettext(PROMISED[row.note])
        case RowKind.STARTS if row.amount is not None:
            left = amount_words(row.amount, PLACES)
            return gettext("%(what)s. Còn lại: %(time)s", what=frame.starts, time=left)
        case RowKind.STARTS if frame.starts:
            return frame.starts
        case RowKind.DUE if frame.due:
            return frame.due
        case _:
            return _plain(row)


def _plain(row: ExplanationRow) -> str:
    text = gettext(NOTES[row.kind, row.note]) if row.note else words(row.kind)
    if row.name:
        text = f"{text} ({row.name})"
    return f"{text}: {amount_words(row.amount, PLACES)}" if row.amount else text


def _counted_days(count: int, unit: str) -> str:
    if unit == LimitUnit.MONTHS:
        return ngettext(
            "Tính vào thời hạn: %(num)s tháng", "Tính vào thời hạn: %(num)s tháng", count
        )
    return ngettext("Tính vào thời hạn: %(num)s ngày", "Tính vào thời hạn: %(num)s ngày", count)


def _pause(row: ExplanationRow) -> str:
    text = words(row.kind)
    if row.note:
        text = f"{text} ({_why(row.note)})"
    if row.amount is None:
        return text
    return gettext("%(what)s. Còn lại: %(time)s", what=text, time=amount_words(row.amount, PLACES))


def _why(note: str) -> str:
    if note == "reopened":
        return gettext(REOPENED)
    return words(PauseKind(note)) if note in tuple(PauseKind) else reason_words(note)


def _open_since(at: datetime) -> str:
    return gettext("từ %(at)s, chưa kết thúc", at=local_time(at))


def _instant(at: datetime) -> str:
    return f"{local_hour(at)}, {_day(local(at).date())}"


def _day(day: date) -> str:
    return f"{gettext(WEEKDAYS[day.weekday()])} {local_date(day)}"
